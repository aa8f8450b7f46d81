// What a ledger answers about its past: where coins came from and went, the journal in double entry, and statements of accounts. All of it is
// paged by cursors that the ledger made; a page says as of which height it speaks, so that pages of one walk fit together.
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator'
import { command } from './command.js'
import { IsAssetCode, IsHexBytes, IsTime } from './fields.js'
import { NoFields, type WireBalance, type WireCoin } from './ledger.js'

/** Place in a list of transactions: a height, and how many of that block's transactions are behind the reader. */
const IsPlace = (): PropertyDecorator =>
  Matches(/^[0-9]{1,15}\.[0-9]{1,10}$/, { message: '$property must be the `next` of the page before' })

export class HistoryOfCoin {
  @IsHexBytes(32) coordinate: string
  @IsIn(['backward', 'forward']) direction: 'backward' | 'forward'
  /** Transactions in a row. */
  @IsInt() @Min(1) @Max(100) depth: number
  /** Coins of one page; a page holds at least one whole transaction. */
  @IsInt() @Min(1) @Max(1000) limit: number
  /** `next` of the page before; with the same coordinate, direction and depth. */
  @IsOptional() @Matches(/^[A-Za-z0-9_-]{1,8000}$/, { message: '$property must be the `next` of the page before' }) after?: string
}
/** A transaction of a history: inputs and outputs by coordinate; `issued` where units were created. */
export interface WireStep {
  readonly id: string
  readonly height: number
  readonly time: number
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly issued?: { readonly asset: string; readonly amount: string }
}
export interface WireHistory {
  /** The walk is as of the end of this block: what was spent later is shown unspent. */
  readonly height: number
  /** Coins of the history: on the first page the one asked for; backward what its transactions spent, forward what they made. */
  readonly coins: readonly WireCoin[]
  /** The transactions' other coins: backward the outputs that went elsewhere, forward the inputs that came from elsewhere. */
  readonly siblings: readonly WireCoin[]
  /** In the order of the walk: backward the newest first, forward the oldest first. */
  readonly transactions: readonly WireStep[]
  /** Coordinates at which the depth or the breadth cut the walk: ask again from there. */
  readonly open: readonly string[]
  /** Goes into `after` of the next page; absent on the last. */
  readonly next?: string
}
export const ledgerHistory = command<WireHistory>()({
  subject: 'ledger.{to}.history',
  request: HistoryOfCoin,
  codes: ['coin_unknown', 'cursor_unknown'] as const,
})

export class JournalRange {
  /** First and last height; from the first block to the last durable one if absent. */
  @IsOptional() @IsInt() @Min(1) @Max(2 ** 48) from?: number
  @IsOptional() @IsInt() @Min(0) @Max(2 ** 48) to?: number
  @IsOptional() @IsPlace() after?: string
  @IsInt() @Min(1) @Max(200) limit: number
}
/**
 * One line of a journal entry. `available` and `locked` are the parts of an account's balance, `shared` are coins of several owners together;
 * `issued` (always negative) and `burnt` (always positive) are the asset's own counter accounts. The amount is signed.
 */
export interface WirePosting {
  readonly part: 'available' | 'locked' | 'shared' | 'issued' | 'burnt'
  readonly account?: string
  readonly asset: string
  readonly amount: string
}
export interface WireJournalEntry {
  readonly transaction: string
  readonly height: number
  readonly index: number
  readonly time: number
  /** Per asset they sum to zero. Empty for a transaction that moves no money. */
  readonly postings: readonly WirePosting[]
}
/** Every transaction as a journal entry, in the order of the chain. */
export const ledgerJournal = command<{
  readonly from: number
  readonly to: number
  readonly entries: readonly WireJournalEntry[]
  readonly next?: string
}>()({
  subject: 'ledger.{to}.journal',
  request: JournalRange,
  codes: ['height_unknown', 'cursor_unknown'] as const,
})

export class StatementOfAccount {
  @IsHexBytes(32) account: string
  @IsOptional() @IsAssetCode() asset?: string
  /** First and last height; from the first block to the last durable one if absent. */
  @IsOptional() @IsInt() @Min(1) @Max(2 ** 48) from?: number
  @IsOptional() @IsInt() @Min(0) @Max(2 ** 48) to?: number
  /** Instead of heights: from the first block of this time or later, to the last block before `until`. */
  @IsOptional() @IsTime() since?: number
  @IsOptional() @IsTime() until?: number
  @IsOptional() @IsPlace() after?: string
  @IsInt() @Min(1) @Max(200) limit: number
}
export interface WireChange {
  readonly asset: string
  /** Signed changes, and the balances after them. */
  readonly available: string
  readonly locked: string
  readonly availableAfter: string
  readonly lockedAfter: string
}
export interface WireStatementEntry {
  readonly height: number
  readonly time: number
  /** Absent where time locks opened with the block's time: money that was locked became available without a transaction. */
  readonly transaction?: string
  readonly index?: number
  readonly changes: readonly WireChange[]
}
export interface WireStatement {
  readonly from: number
  readonly to: number
  /** Before the first entry of this page, and after its last: one page's closing is the next one's opening. */
  readonly opening: readonly WireBalance[]
  readonly entries: readonly WireStatementEntry[]
  readonly closing: readonly WireBalance[]
  readonly next?: string
}
export const ledgerStatement = command<WireStatement>()({
  subject: 'ledger.{to}.statement',
  request: StatementOfAccount,
  codes: ['account_unknown', 'height_unknown', 'cursor_unknown'] as const,
})

export class IndexRange {
  @IsInt() @Min(1) @Max(2 ** 48) from: number
  /** Blocks looked at in one call, fewer where they are large. */
  @IsInt() @Min(1) @Max(500) limit: number
}
/** The first place where a ledger's storage contradicts itself. */
export interface WireStorageFault {
  readonly height: number
  /** Position in the block, if one transaction is concerned. */
  readonly transaction?: number
  readonly table: string
}
/**
 * Compares blocks `from` upward, and the search tables filled from them, row by row with what the blocks' bytes say. Begin at 1 and go on behind
 * `to` until it is `height`: each page takes those before it for right.
 */
export const ledgerCheckIndex = command<{
  readonly to: number
  readonly height: number
  readonly rows: number
  readonly fault?: WireStorageFault
}>()({
  subject: 'ledger.{to}.check-index',
  request: IndexRange,
  codes: ['height_unknown'] as const,
  deadlineMs: 20_000,
})

export class PruneLedger {
  /** The newest blocks that are left as they are. */
  @IsInt() @Min(0) @Max(2 ** 48) keep: number
}
/**
 * Lets the bytes of transactions leave the disk that are older than the newest `keep` blocks, moved coins only, and have nothing unspent left.
 * Answers how far the run will go (the last one, if that went as far); it goes on in the background, over restarts too.
 */
export const ledgerPrune = command<{ readonly prunedTo: number; readonly pruneTarget: number }>()({
  subject: 'ledger.{to}.prune',
  request: PruneLedger,
  codes: ['prune_running'] as const,
  deadlineMs: 30_000,
})

/** What a ledger takes on disk. */
export interface WireStorage {
  /** Blocks and what is kept of pruned ones. */
  readonly blocksBytes: number
  readonly indexBytes: number
  /** The state that was kept in the database when blocks were pruned. */
  readonly baseBytes: number
  readonly snapshotBytes: number
  /** In the search tables. */
  readonly transactions: number
  readonly blocksBytesPerTransaction: number
  readonly indexBytesPerTransaction: number
  /** Where the last run of pruning stands, and how far it goes. */
  readonly prunedTo: number
  readonly pruneTarget: number
  readonly prunedTransactions: number
}
export const ledgerStorage = command<WireStorage>()({
  subject: 'ledger.{to}.storage',
  request: NoFields,
  codes: [] as const,
})
