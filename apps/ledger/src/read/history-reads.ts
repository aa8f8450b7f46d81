// The history of a coin: back to where its units were issued, or forward to where they are now. Transactions are taken in the order of the chain
// (backward the newest first), so a page needs to know only which ones are still to come, and every walk meets each transaction once.
import type { HistoryOfCoin, WireHistory, WireStep } from '@huitong/contracts'
import { type Coordinate, type Result, err, invariant, ok } from '@huitong/primitives'
import type { CoinRow, PgIndexQueries, TransactionRow } from '../index/index-queries.pg.js'
import { type Frontier, type Pending, decodeCursor, encodeCursor } from './history-cursor.js'
import { type Recent, wireOf } from './recent.js'

/** Transactions that wait at most; the furthest beyond that are told as `open`. */
export const BREADTH_MAX = 512
/** Transactions read ahead at once. */
const READ_AHEAD = 32
/** Estimated length of a page's JSON, with room below the bus's largest message (1 MiB). */
const PAGE_BYTES = 600_000
const COIN_BYTES = 450
const COORDINATE_BYTES = 67

type HistoryCode = 'coin_unknown' | 'cursor_unknown'

export class HistoryReads {
  constructor(
    private readonly recent: Recent,
    private readonly queries: PgIndexQueries,
    /** Height up to which the index can be asked. */
    private readonly indexed: () => number,
  ) {}

  async history(request: HistoryOfCoin): Promise<Result<WireHistory, HistoryCode>> {
    await this.recent.indexed()
    // the border: the contract's pattern is that of a coordinate
    const coordinate = request.coordinate as Coordinate
    const start = await this.queries.coin(coordinate)
    if (start === undefined) return err('coin_unknown')
    const { after, direction } = request
    if (after === undefined) {
      const walk = new Walk(this.queries, request, { height: this.indexed(), pending: [] })
      return ok(await walk.page(coordinate, start))
    }
    const frontier = decodeCursor(after, coordinate, direction)
    if (frontier === undefined || frontier.height > this.indexed()) return err('cursor_unknown', undefined, 'after')
    const walk = new Walk(this.queries, request, frontier)
    if (!(await walk.isReal())) return err('cursor_unknown', undefined, 'after')
    return ok(await walk.page(coordinate))
  }
}

/** A transaction with its coins on both sides, in order. */
export interface Loaded {
  readonly transaction: TransactionRow
  readonly inputs: readonly CoinRow[]
  readonly outputs: readonly CoinRow[]
}

class Walk {
  readonly #height: number
  readonly #pending: Map<number, Pending>
  readonly #loaded = new Map<number, Loaded>()
  readonly #coins = new Map<string, CoinRow>()
  readonly #others = new Map<string, CoinRow>()
  readonly #steps: WireStep[] = []
  readonly #open = new Set<string>()
  #bytes = 0

  constructor(
    private readonly queries: PgIndexQueries,
    private readonly request: HistoryOfCoin,
    { height, pending }: Frontier,
  ) {
    this.#height = height
    this.#pending = new Map(pending.map((each) => [each.seq, each]))
  }

  /** False if a cursor names transactions that are none, or not within its height. */
  async isReal(): Promise<boolean> {
    const found = await this.queries.transactions([...this.#pending.keys()])
    return found.length === this.#pending.size && found.every(({ height }) => height <= this.#height)
  }

  async page(coordinate: Coordinate, start?: CoinRow): Promise<WireHistory> {
    if (start !== undefined) this.#reach(start, 1)
    let next = this.#next()
    while (next !== undefined && (await this.#take(next))) next = this.#next()
    while (this.#pending.size > BREADTH_MAX) await this.#cutFurthest()
    const pending = this.#inOrder()
    const shown = (coins: Iterable<CoinRow>): WireHistory['coins'] => [...coins].flatMap((coin) => wireOf(this.#asOf(coin)) ?? [])
    return {
      height: this.#height,
      coins: shown(this.#coins.values()),
      siblings: shown([...this.#others.values()].filter(({ coordinate: each }) => !this.#coins.has(each))),
      transactions: this.#steps,
      open: [...this.#open],
      ...(pending.length === 0
        ? {}
        : { next: encodeCursor(coordinate, this.request.direction, { height: this.#height, pending }) }),
    }
  }

  /** Takes a transaction and what lies behind it; false if it would not fit into the page any more. */
  async #take({ seq, depth }: Pending): Promise<boolean> {
    const { transaction, inputs, outputs } = await this.#load(seq)
    const [beyond, beside] = this.request.direction === 'backward' ? [inputs, outputs] : [outputs, inputs]
    const count = this.#coins.size + beyond.filter(({ coordinate }) => !this.#coins.has(coordinate)).length
    const bytes = this.#bytes + bytesOf([...inputs, ...outputs])
    if (this.#steps.length > 0 && (count > this.request.limit || bytes > PAGE_BYTES)) return false
    this.#bytes = bytes
    this.#pending.delete(seq)
    this.#loaded.delete(seq)
    this.#steps.push(stepOf(transaction, inputs, outputs))
    for (const coin of beside) this.#others.set(coin.coordinate, coin)
    for (const coin of beyond) this.#reach(coin, depth + 1)
    return true
  }

  /** Takes a coin into the history; its own next transaction has to wait, unless the walk ends here. */
  #reach(coin: CoinRow, depth: number): void {
    this.#coins.set(coin.coordinate, coin)
    const seq = this.request.direction === 'backward' ? coin.transactionSeq : this.#asOf(coin).spentBy?.seq
    if (seq === undefined) return
    const waiting = this.#pending.get(seq)
    if (depth > this.request.depth && waiting === undefined) this.#open.add(coin.coordinate)
    else this.#pending.set(seq, { seq, depth: Math.min(depth, waiting?.depth ?? depth) })
  }

  #next(): Pending | undefined {
    let next: Pending | undefined
    for (const each of this.#pending.values()) if (next === undefined || this.#isSooner(each, next)) next = each
    return next
  }

  #inOrder(): Pending[] {
    return [...this.#pending.values()].sort((a, b) => (this.#isSooner(a, b) ? -1 : 1))
  }

  #isSooner(a: Pending, b: Pending): boolean {
    return this.request.direction === 'backward' ? a.seq > b.seq : a.seq < b.seq
  }

  async #cutFurthest(): Promise<void> {
    const furthest = this.#inOrder().at(-1)
    invariant(furthest !== undefined, 'there is more than one')
    const { inputs, outputs } = await this.#load(furthest.seq)
    // a coin that was reached if it is on this page, else any from which the same transaction is next
    const near = this.request.direction === 'backward' ? outputs : inputs
    const coin = near.find(({ coordinate }) => this.#coins.has(coordinate)) ?? near[0]
    invariant(coin !== undefined, 'a transaction of a history has coins')
    this.#open.add(coin.coordinate)
    this.#pending.delete(furthest.seq)
  }

  async #load(seq: number): Promise<Loaded> {
    const known = this.#loaded.get(seq)
    if (known !== undefined) return known
    const ahead = this.#inOrder().filter((each) => !this.#loaded.has(each.seq))
    const numbers = [...new Set([seq, ...ahead.slice(0, READ_AHEAD).map((each) => each.seq)])]
    for (const loaded of await loadTransactions(this.queries, numbers)) this.#loaded.set(loaded.transaction.seq, loaded)
    const loaded = this.#loaded.get(seq)
    invariant(loaded !== undefined, 'a transaction that was reached is in the index')
    return loaded
  }

  #asOf(coin: CoinRow): CoinRow {
    if (coin.spentBy === undefined || coin.spentBy.height <= this.#height) return coin
    const { spentBy: _later, ...unspent } = coin
    return unspent
  }
}

/** Transactions by their numbers, in order, each with the coins it spent and made. */
export async function loadTransactions(queries: PgIndexQueries, numbers: readonly number[]): Promise<Loaded[]> {
  if (numbers.length === 0) return []
  const most = 255 * numbers.length
  const [transactions, inputs, outputs] = await Promise.all([
    queries.transactions(numbers),
    queries.spentBy(numbers, most),
    queries.madeBy(numbers, most),
  ])
  const spent = grouped(inputs, ({ spentBy }) => spentBy?.seq)
  const made = grouped(outputs, ({ transactionSeq }) => transactionSeq)
  return transactions.map((transaction) => ({
    transaction,
    inputs: (spent.get(transaction.seq) ?? []).sort((a, b) => (a.spentBy?.input ?? 0) - (b.spentBy?.input ?? 0)),
    outputs: (made.get(transaction.seq) ?? []).sort((a, b) => a.index - b.index),
  }))
}

function grouped(coins: readonly CoinRow[], by: (coin: CoinRow) => number | undefined): Map<number | undefined, CoinRow[]> {
  const groups = new Map<number | undefined, CoinRow[]>()
  for (const coin of coins) {
    const group = groups.get(by(coin))
    if (group === undefined) groups.set(by(coin), [coin])
    else group.push(coin)
  }
  return groups
}

const stepOf = (
  { id, height, time, issued }: TransactionRow,
  inputs: readonly CoinRow[],
  outputs: readonly CoinRow[],
): WireStep => ({
  id,
  height,
  time,
  inputs: inputs.map(({ coordinate }) => coordinate),
  outputs: outputs.map(({ coordinate }) => coordinate),
  ...(issued === undefined ? {} : { issued }),
})

const bytesOf = (coins: readonly CoinRow[]): number =>
  coins.reduce((sum, { condition }) => sum + COIN_BYTES + COORDINATE_BYTES + condition.length, 0)
