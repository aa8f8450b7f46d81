// The history of a coin: back to where its units were issued, or forward to where they are now. Bounded in depth and breadth; says where it was cut.
import type { HistoryOfCoin, WireHistory } from '@huitong/contracts'
import { type Coordinate, type Result, err, ok } from '@huitong/primitives'
import type { CoinRow, PgIndexQueries } from '../index/index-queries.pg.js'
import { type Recent, wireOf } from './recent.js'

export class HistoryReads {
  constructor(
    private readonly recent: Recent,
    private readonly queries: PgIndexQueries,
  ) {}

  async history({ coordinate, direction, depth, limit }: HistoryOfCoin): Promise<Result<WireHistory, 'coin_unknown'>> {
    await this.recent.indexed()
    const start = await this.queries.coin(coordinate as Coordinate)
    if (start === undefined) return err('coin_unknown')
    const walk = new Walk(this.queries, direction, limit)
    return ok(await walk.from(start, depth))
  }
}

class Walk {
  readonly #coins = new Map<string, CoinRow>()
  readonly #transactions = new Set<number>()

  constructor(
    private readonly queries: PgIndexQueries,
    private readonly direction: HistoryOfCoin['direction'],
    private readonly limit: number,
  ) {}

  async from(start: CoinRow, depth: number): Promise<WireHistory> {
    this.#coins.set(start.coordinate, start)
    let edge: CoinRow[] = [start]
    for (let level = 0; level < depth && edge.length > 0; level++) {
      const next = await this.#step(edge)
      if (next === undefined) break
      edge = next
    }
    const open = edge.filter((coin) => this.#onward(coin) !== undefined).map(({ coordinate }) => coordinate)
    return { coins: [...this.#coins.values()].flatMap((coin) => wireOf(coin) ?? []), transactions: await this.#journal(), open }
  }

  /** One level further; `undefined` if that would pass the limit. */
  async #step(edge: readonly CoinRow[]): Promise<CoinRow[] | undefined> {
    const numbers = [...new Set(edge.flatMap((coin) => this.#onward(coin) ?? []))].filter((seq) => !this.#transactions.has(seq))
    if (numbers.length === 0) return []
    const room = this.limit - this.#coins.size
    const found = await this.#beyond(numbers, room + 1)
    const fresh = found.filter(({ coordinate }) => !this.#coins.has(coordinate))
    if (fresh.length > room) return undefined
    for (const seq of numbers) this.#transactions.add(seq)
    for (const coin of fresh) this.#coins.set(coin.coordinate, coin)
    return fresh
  }

  #beyond(transactions: readonly number[], limit: number): Promise<CoinRow[]> {
    return this.direction === 'backward' ? this.queries.spentBy(transactions, limit) : this.queries.madeBy(transactions, limit)
  }

  /** The transaction that leads on from a coin and has not been taken yet. */
  #onward(coin: CoinRow): number | undefined {
    const seq = this.direction === 'backward' ? coin.transactionSeq : coin.spentBy?.seq
    return seq === undefined || this.#transactions.has(seq) ? undefined : seq
  }

  /** The transactions passed, each with all its inputs and outputs (also those that the walk did not follow). */
  async #journal(): Promise<WireHistory['transactions']> {
    const numbers = [...this.#transactions]
    if (numbers.length === 0) return []
    const most = 255 * numbers.length
    const [transactions, inputs, outputs] = await Promise.all([
      this.queries.transactions(numbers),
      this.queries.spentBy(numbers, most),
      this.queries.madeBy(numbers, most),
    ])
    return transactions.map(({ seq, id, height, time, issued }) => ({
      id,
      height,
      time,
      inputs: ordered(
        inputs.filter(({ spentBy }) => spentBy?.seq === seq),
        (coin) => coin.spentBy?.input ?? 0,
      ),
      outputs: ordered(
        outputs.filter(({ transactionSeq }) => transactionSeq === seq),
        ({ index }) => index,
      ),
      ...(issued === undefined ? {} : { issued }),
    }))
  }
}

const ordered = (coins: readonly CoinRow[], place: (coin: CoinRow) => number): string[] =>
  [...coins].sort((a, b) => place(a) - place(b)).map(({ coordinate }) => coordinate)
