// What a check reads besides raw blocks, as of one snapshot of the database. Data only: every number is somebody's claim, to be compared with the ledgers.
import type { Books } from '../replay/escrow-line.js'

/** The ledger's own word on where it stands. */
export interface HeadFact {
  readonly name: string
  readonly chain: string
  readonly height: number
  readonly hash: string
}

/** How far settlement has read a ledger, and what it pinned on first contact. */
export interface CursorFact {
  readonly name: string
  readonly chain: string
  readonly genesis: string
  readonly height: number
  readonly time: number
}

export interface PairLeg {
  readonly chain: string
  readonly asset: string
  readonly amount: bigint
  readonly claimant: string
  readonly refundee: string
  readonly expiry: number
}

export interface OrderLeg {
  readonly milestone: number
  readonly side: 'single' | 'a' | 'b'
  readonly chain: string
  readonly asset: string
  /** Absent: not funded. */
  readonly books?: Books
  /** The coin that holds what remains. */
  readonly coin?: { readonly coordinate: string; readonly amount: bigint }
  /** Every coin that ever was this leg, the first one first. */
  readonly seen: readonly string[]
}

export type DealTerms =
  | { readonly kind: 'pair'; readonly hash: string; readonly a: PairLeg; readonly b: PairLeg }
  /** Through other tokens: every leg under one hash, from what the payer gives to what it gets. */
  | { readonly kind: 'route'; readonly hash: string; readonly legs: readonly PairLeg[] }
  | {
      readonly kind: 'order'
      readonly order: string
      readonly legs: readonly OrderLeg[]
      /** Coins that name the order and are none of its legs, by chain and coordinate. */
      readonly extras: ReadonlySet<string>
    }
  | { readonly kind: 'other' }
  | { readonly kind: 'unreadable'; readonly fault: string }

export interface DealFact {
  /** The UUID's 32 digits. */
  readonly id: string
  readonly noun: string
  readonly stateName: string
  readonly version: number
  /** Rows of its history, the greatest version among them, and the state that it led to. */
  readonly history: { readonly rows: number; readonly last: number; readonly state: string }
  readonly terms: DealTerms
}

/** A transaction of the hub, as settlement or custody has it in its books. */
export interface TransactionFact {
  /** Whose book, and the row: names it in a breach. */
  readonly key: string
  readonly ledger: string
  readonly id: string
  /** `final` and `dead`: what the book says has become of it. */
  readonly state: 'open' | 'final' | 'dead'
  /** Rows with the same one stand for one effect, which the ledger may have once. */
  readonly effect: string
}

/** A stored answer that names what the command has made. */
export interface AnswerFact {
  readonly scope: string
  readonly key: string
  readonly made: string
  readonly exists: boolean
}

export interface OfferFact {
  readonly id: string
  readonly reserved: bigint
  readonly used: bigint
  readonly quotedReserved: bigint
  readonly quotedUsed: bigint
}

export interface AuditEntryFact {
  readonly seq: bigint
  readonly previous: string
  readonly hash: string
  /** What the entry's hash ought to be, from its fields and the hash before it. */
  readonly expected: string
}

export interface AuditLogFact {
  readonly app: string
  /** The entry that was the last one seen before, as it is now; absent if it is gone (or nothing was seen). */
  readonly anchor?: { readonly seq: bigint; readonly hash: string }
  readonly entries: readonly AuditEntryFact[]
  readonly head: { readonly seq: bigint; readonly hash: string }
  /** For how long the oldest committed entry has waited for its place in the chain, in milliseconds; absent: none waits. */
  readonly waitingMs?: number
}

export interface DueFact {
  readonly deal: string
  readonly chain: string
  readonly at: number
}

export type Purpose = 'arbiter' | 'fee' | 'liquidity'

export interface Snapshot {
  /** Where the next snapshot goes on: everything older has been seen. */
  readonly mark: string
  readonly heads: readonly HeadFact[]
  readonly cursors: readonly CursorFact[]
  /** New or changed since the mark; so are transactions and answers. */
  readonly deals: readonly DealFact[]
  readonly transactions: readonly TransactionFact[]
  readonly answers: readonly AnswerFact[]
  /** By chain and coordinate: escrow coins that settlement has listed as nobody's. */
  readonly strangers: ReadonlySet<string>
  readonly offers: readonly OfferFact[]
  /** Deadlines that have passed on their ledger and were not acted on. */
  readonly due: readonly DueFact[]
  /** All deadlines there are. */
  readonly deadlines: number
  /** Accounts of the hub, by account. */
  readonly accounts: ReadonlyMap<string, Purpose>
  readonly logs: readonly AuditLogFact[]
}

export const coinKey = (chain: string, coordinate: string): string => `${chain}/${coordinate}`
