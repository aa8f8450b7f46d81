// Reads over index and memory together: what the index does not hold yet is answered from the newest blocks, so that everything acknowledged shows.
import { type Coin, encodeCondition } from '@huitong/chain'
import type { WireCoin } from '@huitong/contracts'
import { UnitFailed } from '@huitong/platform'
import { type Coordinate, type TxId, toHex } from '@huitong/primitives'
import type { StoredBlock } from '../block/block-store.js'
import type { DecodedBlock } from '../block/decoded-block.js'
import type { Tail } from '../block/tail.js'
import type { CommittedPlace } from '../engine/submission.js'
import type { CoinRow, PgIndexQueries } from '../index/index-queries.pg.js'
import type { Indexer } from '../index/indexer.js'

/** How long a read waits for the index to hold what was durable when it came, in milliseconds. */
const INDEX_WAIT_MS = 3_000

export class Recent {
  constructor(
    private readonly tail: Tail,
    private readonly indexer: Indexer,
    private readonly queries: PgIndexQueries,
  ) {}

  /** Waits until the index holds every block that is durable now. */
  async indexed(): Promise<void> {
    await this.#reach(this.tail.height)
  }

  async placeOf(id: TxId): Promise<CommittedPlace | undefined> {
    return (await this.placesOf([id])).get(id)
  }

  async placesOf(ids: readonly TxId[]): Promise<ReadonlyMap<TxId, CommittedPlace>> {
    const places = new Map<TxId, CommittedPlace>()
    for (const id of ids) {
      const place = this.tail.placeOf(id)
      if (place !== undefined) places.set(id, place)
    }
    if (places.size === ids.length) return places
    await this.#older()
    for (const [id, place] of await this.queries.places(ids.filter((id) => !places.has(id)))) places.set(id, place)
    return places
  }

  /** The kept block of a height, if it is among the newest. */
  block(height: number): StoredBlock | undefined {
    return this.tail.at(height)?.stored
  }

  async coin(coordinate: Coordinate): Promise<WireCoin | undefined> {
    // taken before the index is asked: the two together then cover every durable block
    const recent = this.tail.since(this.indexer.height + 1).map((block) => block.decoded())
    const made = madeIn(recent, coordinate)
    if (made === undefined) await this.#older()
    const coin = made ?? wireOf(await this.queries.coin(coordinate))
    if (coin === undefined || coin.spentBy !== undefined) return coin
    const spentBy = spentIn(recent, coordinate)
    return spentBy === undefined ? coin : { ...coin, spentBy }
  }

  /** Blocks between index and memory: there are some only after a start or a long outage. */
  async #older(): Promise<void> {
    await this.#reach(this.tail.from - 1)
  }

  async #reach(height: number): Promise<void> {
    if (!(await this.indexer.reached(height, INDEX_WAIT_MS)))
      throw new UnitFailed('nothing', new Error(`the index stands at ${this.indexer.height} of ${height}`))
  }
}

export function wireOf(row: CoinRow | undefined): WireCoin | undefined {
  if (row === undefined) return undefined
  const { coordinate, asset, amount, condition, transaction, index, height, spentBy } = row
  const spent = spentBy && { transaction: spentBy.transaction, input: spentBy.input, height: spentBy.height }
  return { coordinate, asset, amount, condition, transaction, index, height, ...(spent === undefined ? {} : { spentBy: spent }) }
}

/** A coin of a decoded block, in the form in which it travels. */
export function wireCoin(
  { coordinate, asset, amount, condition }: Coin,
  { transaction, index, height }: { readonly transaction: TxId; readonly index: number; readonly height: number },
): WireCoin {
  const content = { asset, amount: amount.toString(), condition: toHex(encodeCondition(condition)) }
  return { coordinate, ...content, transaction, index, height }
}

function madeIn(blocks: readonly DecodedBlock[], coordinate: Coordinate): WireCoin | undefined {
  for (const { height, transactions } of blocks) {
    for (const { id, coins } of transactions) {
      const index = coins.findIndex((coin) => coin.coordinate === coordinate)
      const coin = coins[index]
      if (coin === undefined) continue
      return wireCoin(coin, { transaction: id, index, height })
    }
  }
  return undefined
}

function spentIn(blocks: readonly DecodedBlock[], coordinate: Coordinate): WireCoin['spentBy'] {
  for (const { height, transactions } of blocks) {
    for (const { id, inputs } of transactions) {
      const input = inputs.findIndex(({ coin }) => coin === coordinate)
      if (input >= 0) return { transaction: id, input, height }
    }
  }
  return undefined
}
