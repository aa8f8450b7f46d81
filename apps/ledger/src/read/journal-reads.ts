// The ledger as a journal in double entry: each transaction an entry whose postings sum to zero per asset. What is issued comes from, and what is
// burnt goes to, a counter account of the asset, so that nothing appears from nowhere.
import { type Operation, decodeCondition } from '@huitong/chain'
import type { JournalRange, WireJournalEntry, WirePosting } from '@huitong/contracts'
import { type Result, type TxId, expectOk, fromHex, invariant, ok } from '@huitong/primitives'
import { PART, holdingOf } from '../index/holding.js'
import type { CoinRow, PgIndexQueries } from '../index/index-queries.pg.js'
import { type Loaded, loadTransactions } from './history-reads.js'
import { placeOf, rangeOf } from './place.js'
import type { Recent } from './recent.js'

interface Journal {
  readonly from: number
  readonly to: number
  readonly entries: readonly WireJournalEntry[]
  readonly next?: string
}

/** The operations of a committed transaction, from its bytes. */
export type OperationsOf = (id: TxId) => Promise<readonly Operation[]>

/** Estimated length of a page's JSON, with room below the bus's largest message (1 MiB). */
const PAGE_BYTES = 600_000
const POSTING_BYTES = 160
/** Transactions read at once. */
const BATCH = 32

export class JournalReads {
  constructor(
    private readonly recent: Recent,
    private readonly queries: PgIndexQueries,
    private readonly ledger: { readonly height: () => number; readonly operations: OperationsOf },
  ) {}

  async journal({ from, to, after, limit }: JournalRange): Promise<Result<Journal, 'height_unknown' | 'cursor_unknown'>> {
    const range = rangeOf({ from, to }, this.ledger.height())
    if (!range.ok) return range
    await this.recent.indexed()
    const place = await placeOf(this.queries, range.value, after)
    if (!place.ok) return place
    const end = await this.queries.blockEnd(range.value.to)
    const last = end?.last ?? 0
    const { entries, seq } = await this.#entries(place.value.seq, last, limit)
    const final = entries.at(-1)
    return ok({ ...range.value, entries, ...(seq < last && final !== undefined ? { next: nextOf(final) } : {}) })
  }

  async #entries(after: number, last: number, limit: number): Promise<{ entries: WireJournalEntry[]; seq: number }> {
    const entries: WireJournalEntry[] = []
    let seq = after
    let bytes = 0
    while (seq < last && entries.length < limit && bytes < PAGE_BYTES) {
      const count = Math.min(BATCH, last - seq, limit - entries.length)
      const numbers = Array.from({ length: count }, (_, index) => seq + 1 + index)
      for (const loaded of await loadTransactions(this.queries, numbers)) {
        if (bytes >= PAGE_BYTES) break
        const entry = await this.#entryOf(loaded)
        entries.push(entry)
        bytes += (1 + entry.postings.length) * POSTING_BYTES
        seq = loaded.transaction.seq
      }
    }
    return { entries, seq }
  }

  async #entryOf({ transaction, inputs, outputs }: Loaded): Promise<WireJournalEntry> {
    const lines = new Lines()
    for (const coin of inputs) lines.addCoin(coin, -1n)
    for (const coin of outputs) lines.addCoin(coin, 1n)
    // issuing and burning are rare: only where the coins alone do not balance are the transaction's bytes read
    if (!lines.isBalanced || transaction.issued !== undefined) {
      for (const operation of await this.ledger.operations(transaction.id)) lines.addOperation(operation)
    }
    invariant(lines.isBalanced, `the journal entry of transaction ${transaction.id} balances`)
    const { id, height, position, time } = transaction
    return { transaction: id, height, index: position, time, postings: lines.postings() }
  }
}

const nextOf = ({ height, index }: WireJournalEntry): string => `${height}.${index + 1}`

interface Line extends Omit<WirePosting, 'amount'> {
  amount: bigint
}

/** The postings of one transaction: one per part, account and asset. */
class Lines {
  readonly #lines = new Map<string, Line>()

  addCoin(coin: CoinRow, sign: 1n | -1n): void {
    const condition = expectOk(decodeCondition(fromHex(coin.condition)), 'a stored condition')
    const { balance } = holdingOf(condition)
    const amount = sign * BigInt(coin.amount)
    if (balance === undefined) this.#add({ part: 'shared', asset: coin.asset, amount })
    else
      this.#add({
        part: balance.part === PART.available ? 'available' : 'locked',
        account: balance.account,
        asset: coin.asset,
        amount,
      })
  }

  addOperation(operation: Operation): void {
    if (operation.kind === 'issue') this.#add({ part: 'issued', asset: operation.asset, amount: -operation.amount })
    if (operation.kind === 'burn') this.#add({ part: 'burnt', asset: operation.asset, amount: operation.amount })
  }

  get isBalanced(): boolean {
    const sums = new Map<string, bigint>()
    for (const { asset, amount } of this.#lines.values()) sums.set(asset, (sums.get(asset) ?? 0n) + amount)
    return [...sums.values()].every((sum) => sum === 0n)
  }

  postings(): WirePosting[] {
    return [...this.#lines.values()]
      .filter(({ amount }) => amount !== 0n)
      .map((line) => ({ ...line, amount: line.amount.toString() }))
  }

  #add(line: Line): void {
    const key = `${line.part} ${line.account ?? ''} ${line.asset}`
    const known = this.#lines.get(key)
    if (known === undefined) this.#lines.set(key, { ...line })
    else known.amount += line.amount
  }
}
