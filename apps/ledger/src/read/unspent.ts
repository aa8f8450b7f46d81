// Unspent coins of an account over index and memory together: pages of the index, then what the newest blocks made, without what they spent. Who
// gathers coins for a payment so never waits for the index, nor has it written sooner than it would be.
import type { AccountId, AssetCode, Coordinate } from '@huitong/primitives'
import type { WireCoin } from '@huitong/contracts'
import type { DecodedBlock } from '../block/decoded-block.js'
import type { Tail } from '../block/tail.js'
import { type Relation, holdingOf } from '../index/holding.js'
import type { PgIndexQueries } from '../index/index-queries.pg.js'
import type { Indexer } from '../index/indexer.js'
import { type Recent, wireCoin, wireOf } from './recent.js'

/** Transactions read from memory for one answer; where the index is further behind, it is waited for. */
const READ_MAX = 256

export interface UnspentPage {
  readonly account: AccountId
  readonly relations: readonly Relation[]
  readonly asset: AssetCode | undefined
  readonly after: Coordinate | undefined
  readonly limit: number
}

export class Unspent {
  constructor(
    private readonly recent: Pick<Recent, 'indexed'>,
    private readonly tail: Pick<Tail, 'since' | 'from'>,
    private readonly indexer: Pick<Indexer, 'height'>,
    private readonly queries: Pick<PgIndexQueries, 'coin' | 'unspent'>,
  ) {}

  /** In the order in which they were made, at most `limit`; `undefined` if nobody knows the coin to continue after. */
  async page({ account, relations, asset, after, limit }: UnspentPage): Promise<readonly WireCoin[] | undefined> {
    // taken before the index is asked: the two together then cover every durable block
    const blocks = await this.#newest()
    const isAsked = (coin: WireCoin | Made): boolean => asset === undefined || coin.asset === asset
    const spent = new Set<string>(
      blocks.flatMap(({ transactions }) => transactions.flatMap(({ inputs }) => inputs.map(({ coin }) => coin))),
    )
    const made = blocks.flatMap(madeIn)
    const known = new Set<string>(made.map(({ coordinate }) => coordinate))
    const from = made.findIndex(({ coordinate }) => coordinate === after)
    const newest = made.slice(from + 1).filter((coin) => {
      return isAsked(coin) && !spent.has(coin.coordinate) && isHeld(coin, account, relations)
    })
    const wire = (): readonly WireCoin[] => newest.slice(0, limit).map((coin) => wireCoin(coin, coin))
    // what follows a coin of the newest blocks is in them as well
    if (from >= 0) return wire()
    const start = after === undefined ? undefined : await this.queries.coin(after)
    if (after !== undefined && start === undefined) return undefined
    // enough of them for a full page whatever is left out; less than a page means that the newest blocks are next
    const rows = await this.queries.unspent({ account, relations, asset, after: start?.seq ?? 0, limit: limit + spent.size })
    const older = rows.filter(({ coordinate }) => !spent.has(coordinate) && !known.has(coordinate))
    return [...older.flatMap((row) => wireOf(row) ?? []), ...wire()].slice(0, limit)
  }

  async #newest(): Promise<readonly DecodedBlock[]> {
    const from = this.indexer.height + 1
    const blocks = this.tail.since(from)
    const count = blocks.reduce((sum, { stored }) => sum + stored.transactions, 0)
    if (this.tail.from <= from && count <= READ_MAX) return blocks.map((block) => block.decoded())
    await this.recent.indexed()
    return []
  }
}

type Made = ReturnType<typeof madeIn>[number]

const madeIn = ({ height, transactions }: DecodedBlock) =>
  transactions.flatMap(({ id, coins }) => coins.map((coin, index) => ({ ...coin, transaction: id, index, height })))

const isHeld = ({ condition }: Made, account: AccountId, relations: readonly Relation[]): boolean =>
  holdingOf(condition).relations.some((held) => held.account === account && relations.includes(held.relation))
