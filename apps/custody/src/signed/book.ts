// What custody has signed, as a port: one outcome per subject, counters per offer, coins in use, pairs of legs, agreed terms. Kept for ever, never edited but for its state.
import type { SignedStatement } from '@huitong/contracts'
import type { AccountId, Amount, Coordinate, Time, TxId } from '@huitong/primitives'

export const DECISION_KINDS = [
  'lock-conversion-leg',
  'cancel-conversion-leg',
  'fund-paired-leg',
  'hold-for-inspection',
  'hold-for-dispute',
  'rule-leg',
  'anchor-ruling',
  'withdraw',
] as const
export type DecisionKind = (typeof DECISION_KINDS)[number]

/**
 * What an outcome is about. `spend`: how a coin is spent. `answer`: the coin that answers this one on the other ledger.
 * `once`: a statement that is carried out once; `key` is its hash.
 */
export interface Subject {
  readonly ledger: string
  readonly key: string
  readonly slot: 'spend' | 'answer' | 'once'
}

/** `live`: may still be committed. `final`: was. `dead`: never will be, a later block than its validUntil is durable. */
export type SignedState = 'live' | 'final' | 'dead'

export interface Split {
  /** Coordinate of the first coin in the line of holds. */
  readonly root: string
  readonly toPayee: Amount
  readonly amount: Amount
}

/** A coin that an inspection holds, as part of what a milestone of an order pays. */
export interface Held {
  readonly order: string
  readonly milestone: number
  readonly amount: Amount
  /** Time of the coin's block. */
  readonly madeAt: Time
}
/** It is named by the coordinate that it had before. */
export type HeldCoin = Pick<Held, 'amount' | 'madeAt'> & { readonly coordinate: string }

export interface Signed {
  readonly id: string
  readonly kind: DecisionKind
  readonly subject: Subject
  /** What it does, in words for machines: equal outcomes of one subject are the same decision. */
  readonly outcome: string
  /** SHA-256 of the whole request: an equal one gets equal bytes. */
  readonly digest: string
  readonly ledger: string
  readonly account: AccountId
  readonly transaction: TxId
  /** The whole transaction, in hexadecimal. */
  readonly bytes: string
  readonly validUntil: Time
  readonly at: Time
  readonly state: SignedState
  /** Units given under an offer, by the offer's own id and account. */
  readonly offer?: { readonly key: string; readonly amount: Amount }
  readonly hash?: string
  readonly split?: Split
  readonly held?: Held
  readonly sequence?: number
}

/** Two escrow coins that share one fate; the roots are their first coordinates. Counts while its funding is not dead. */
export interface Pair {
  readonly a: { readonly ledger: string; readonly root: Coordinate }
  readonly b: { readonly ledger: string; readonly root: Coordinate }
  readonly liquidity: AccountId
  readonly buyer: AccountId
  readonly merchant: AccountId
}

/** The coin that a hold signed here makes of another. */
export interface Successor {
  readonly ledger: string
  readonly coordinate: Coordinate
  readonly root: string
}

export interface NewSigned {
  readonly signed: Signed
  readonly reserve: readonly Coordinate[]
  readonly pair?: Pair
  readonly successor?: Successor
}

/** Terms of an order that every account they name had approved. Never changed; other terms of the order have another hash. */
export interface KeptTerms {
  readonly order: string
  readonly hash: string
  /** Canonical. */
  readonly text: string
  readonly approvals: readonly SignedStatement[]
  readonly at: Time
}

/** Of a leg under an offer: still locked, gone to whom it was for (in whole or in part), or come back whole to the account that paid it. */
export type LegFate = 'out' | 'spent' | 'returned'

export interface BookReads {
  /** What an equal request was answered with, unless that is dead. */
  byDigest(digest: string): Promise<Signed | undefined>
  /** The outcome of a subject that is not dead. */
  standing(subject: Subject): Promise<Signed | undefined>
  /** A standing hash lock under this hash. */
  standingHash(hash: string): Promise<Signed | undefined>
  /** The standing split of the coin that began at `root`. */
  standingSplit(ledger: string, root: string): Promise<Signed | undefined>
  /** Base units given under an offer by everything that is not dead and has not come back. */
  givenUnder(offer: string): Promise<Amount>
  /** Coins that something not dead spends. */
  reserved(ledger: string, coins: readonly Coordinate[]): Promise<ReadonlySet<string>>
  /** Highest sequence number of the account’s operations that are not dead; -1 if there are none. */
  highestSequence(ledger: string, account: AccountId): Promise<number>
  /** Where the line of holds that made this coin began; the coin itself if no hold did. */
  rootOf(ledger: string, coordinate: string): Promise<string>
  pairOf(ledger: string, root: string): Promise<Pair | undefined>
  /** True if these terms were approved and kept. */
  hasTerms(order: string, hash: string): Promise<boolean>
  /** Coins of a milestone that inspections hold. */
  heldFor(of: Pick<Held, 'order' | 'milestone'>): Promise<readonly HeldCoin[]>
  /** Live outcomes on a ledger whose validUntil lies before `final`. */
  due(ledger: string, final: Time): Promise<readonly Signed[]>
}

export interface AuditLine {
  readonly at: Time
  readonly action: string
  readonly subject: string
  readonly detail: Readonly<Record<string, unknown>>
}

export interface BookPage extends BookReads {
  add(added: NewSigned): Promise<void>
  keepTerms(terms: KeptTerms): Promise<void>
  audit(line: AuditLine): Promise<void>
}

export interface Book extends BookReads {
  /** One writer at a time: what `work` reads stays true until its additions are durable, all or none. */
  write<T>(work: (page: BookPage) => Promise<T>): Promise<T>
  settle(id: string, state: 'final' | 'dead'): Promise<void>
  /** Final legs under an offer whose fate is not known, those longest not looked at first. */
  legsOut(offer: string, limit: number): Promise<readonly Signed[]>
  /** What a look at a leg's coin has shown. A fate once known stays. */
  noteLeg(id: string, fate: LegFate): Promise<void>
}
