// What a ledger reports about its past, read page by page and added up again here: a journal entry that does not balance, or a statement whose
// pages do not fit together, is refused, not shown.
import { parseAddress } from '@huitong/chain'
import type { AccountId, AssetCode, TxId } from '@huitong/primitives'
import type { components } from './openapi.js'
import { Unproven } from './unproven.js'

type Dto = components['schemas']

/** First and last height; all there is if absent. */
export interface HeightRange {
  readonly from?: number
  readonly to?: number
}

/** Which part of an account's past: by height, or by time (milliseconds; `until` is not part of it). */
export interface StatementRange extends HeightRange {
  readonly asset?: AssetCode
  readonly since?: number
  readonly until?: number
}

export interface Posting {
  readonly part: Dto['PostingDto']['part']
  readonly account?: AccountId
  readonly asset: AssetCode
  /** Signed base units. */
  readonly amount: bigint
}

export interface JournalEntry {
  readonly transaction: TxId
  readonly height: number
  readonly index: number
  readonly time: number
  readonly postings: readonly Posting[]
}

export interface Balance {
  readonly asset: AssetCode
  readonly available: bigint
  readonly locked: bigint
  readonly total: bigint
}

export interface BalanceChange {
  readonly asset: AssetCode
  readonly available: bigint
  readonly locked: bigint
  readonly availableAfter: bigint
  readonly lockedAfter: bigint
}

export interface StatementEntry {
  readonly height: number
  readonly time: number
  /** Absent where time locks opened by the time of a block. */
  readonly transaction?: TxId
  readonly changes: readonly BalanceChange[]
}

export interface Statement {
  readonly from: number
  readonly to: number
  readonly opening: readonly Balance[]
  readonly entries: readonly StatementEntry[]
  readonly closing: readonly Balance[]
}

type Get = <T>(path: string, query: Readonly<Record<string, string | number | undefined>>) => Promise<T>

const PAGE = 200

/** Every entry of the journal in the order of the chain, each balanced. */
export async function* journalEntries(get: Get, range: HeightRange): AsyncGenerator<JournalEntry> {
  let bounds = range
  let after: string | undefined
  do {
    const page = await get<Dto['JournalDto']>('/journal', { ...bounds, after, limit: PAGE })
    bounds = { from: page.from, to: page.to }
    for (const entry of page.entries) yield entryOf(entry)
    after = page.next
  } while (after !== undefined)
}

/** The whole statement of an account, its pages added up. */
export async function readStatement(get: Get, address: string, range: StatementRange): Promise<Statement> {
  const entries: StatementEntry[] = []
  const { asset, since, until, ...heights } = range
  let bounds: Readonly<Record<string, string | number | undefined>> = {
    ...heights,
    since: timeText(since),
    until: timeText(until),
  }
  let first: Dto['StatementDto'] | undefined
  let held = new Map<string, { available: bigint; locked: bigint }>()
  let after: string | undefined
  do {
    const page = await get<Dto['StatementDto']>(`/accounts/${address}/statement`, { asset, ...bounds, after, limit: PAGE })
    if (first === undefined) held = new Map(page.opening.map((balance) => [balance.asset, balanceOf(balance)]))
    first ??= page
    bounds = { from: page.from, to: page.to }
    mustBe(held, page.opening)
    for (const entry of page.entries) entries.push(addUp(held, entry))
    mustBe(held, page.closing)
    after = page.next
  } while (after !== undefined)
  const { from, to, opening } = first
  const closing = [...held].filter(([, { available, locked }]) => available !== 0n || locked !== 0n)
  return {
    from,
    to,
    opening: opening.map(balanceOf),
    entries,
    closing: closing.map(([code, parts]) => ({ ...parts, asset: code as AssetCode, total: parts.available + parts.locked })),
  }
}

const timeText = (time: number | undefined): string | undefined => (time === undefined ? undefined : new Date(time).toISOString())

export const balanceOf = (dto: Dto['BalanceDto']): Balance => ({
  asset: dto.asset as AssetCode,
  available: BigInt(dto.available),
  locked: BigInt(dto.locked),
  total: BigInt(dto.total),
})

function entryOf({ transaction, height, index, time, postings }: Dto['JournalEntryDto']): JournalEntry {
  const sums = new Map<string, bigint>()
  for (const { asset, amount } of postings) sums.set(asset, (sums.get(asset) ?? 0n) + BigInt(amount))
  if ([...sums.values()].some((sum) => sum !== 0n)) throw new Unproven('journal_unbalanced', `transaction ${transaction}`)
  return {
    transaction: transaction as TxId,
    height,
    index,
    time: Date.parse(time),
    postings: postings.map(({ part, account, asset, amount }) => ({
      part,
      ...(account === undefined ? {} : { account: idOf(account) }),
      asset: asset as AssetCode,
      amount: BigInt(amount),
    })),
  }
}

/** Adds an entry's changes to what was held; the balances it tells must be those. */
function addUp(held: Map<string, { available: bigint; locked: bigint }>, entry: Dto['StatementEntryDto']): StatementEntry {
  const changes = entry.changes.map((change): BalanceChange => {
    const before = held.get(change.asset)
    const available = (before?.available ?? 0n) + BigInt(change.available)
    const locked = (before?.locked ?? 0n) + BigInt(change.locked)
    if (available !== BigInt(change.availableAfter) || locked !== BigInt(change.lockedAfter))
      throw new Unproven('statement_wrong', `height ${entry.height}, ${change.asset}`)
    held.set(change.asset, { available, locked })
    return {
      asset: change.asset as AssetCode,
      available: BigInt(change.available),
      locked: BigInt(change.locked),
      availableAfter: available,
      lockedAfter: locked,
    }
  })
  const { height, time, transaction } = entry
  return {
    height,
    time: Date.parse(time),
    ...(transaction === undefined ? {} : { transaction: transaction as TxId }),
    changes,
  }
}

function mustBe(held: ReadonlyMap<string, { available: bigint; locked: bigint }>, told: readonly Dto['BalanceDto'][]): void {
  const shown = told.map(balanceOf)
  const isSame = [...held].every(([asset, { available, locked }]) => {
    const found = shown.find((balance) => balance.asset === asset)
    return (found?.available ?? 0n) === available && (found?.locked ?? 0n) === locked
  })
  if (!isSame || shown.some(({ asset }) => !held.has(asset)))
    throw new Unproven('statement_wrong', 'the pages of a statement do not add up')
}

function idOf(address: string): AccountId {
  const parsed = parseAddress(address)
  if (!parsed.ok) throw new Unproven(parsed.code, address)
  return parsed.value
}
