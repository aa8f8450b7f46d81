// Answers whether what is stored fits together: blocks with their headers, search tables with the blocks.
import { decodeCondition } from '@huitong/chain'
import type { IndexRange, WireStorageFault } from '@huitong/contracts'
import { type ChainId, type Result, err, expectOk, fromHex, ok } from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import type { BlockStore } from '../block/block-store.js'
import { IndexCheck } from '../index/index-check.js'
import type { PgIndexQueries } from '../index/index-queries.pg.js'
import { PgPruneStore } from '../prune/prune-store.pg.js'

interface Checked {
  readonly to: number
  readonly height: number
  readonly rows: number
  readonly fault?: WireStorageFault
}

export class CheckReads {
  readonly #check: IndexCheck

  constructor(
    database: DataSource,
    blocks: BlockStore,
    chain: ChainId,
    queries: PgIndexQueries,
    /** Height up to which the index can be asked. */
    private readonly indexed: () => number,
  ) {
    const kept = new PgPruneStore(database)
    this.#check = new IndexCheck(
      database,
      blocks,
      chain,
      (pruned) => kept.nodesOf(pruned),
      async (coordinates) => {
        const found = await queries.coinsAt(coordinates)
        return new Map(
          found.map(({ coordinate, seq, asset, amount, condition }) => [
            coordinate,
            {
              seq,
              asset,
              amount: BigInt(amount),
              condition: expectOk(decodeCondition(fromHex(condition)), 'a stored condition'),
            },
          ]),
        )
      },
    )
  }

  async index({ from, limit }: IndexRange): Promise<Result<Checked, 'height_unknown'>> {
    const height = this.indexed()
    if (from > height) return err('height_unknown', undefined, 'from')
    return ok({ height, ...(await this.#check.page(from, limit, height)) })
  }
}
