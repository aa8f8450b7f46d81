// What a decision comes to before it is signed: the transaction in outline and what must hold when it is written down.
import type { Operation, Output, SpendPath } from '@huitong/chain'
import type { CustodyCode, SignedStatement } from '@huitong/contracts'
import { type AccountId, type AssetCode, type Err, type Result, type Time, type Verifier, err } from '@huitong/primitives'
import type { Keyring } from '../account/keyring.js'
import type { LedgerHead, Ledgers, ReadCoin } from '../ledger/ledgers.js'
import type { Registry } from '../evidence/registry.js'
import type { BookPage, BookReads, DecisionKind, Pair, Signed, Subject } from '../signed/book.js'

/** A signed transaction is dead at the latest this long after it was signed, in ledger time. */
export const VALID_AHEAD_MS = 10 * 60_000

/**
 * Least distance between the expiries of a pair that custody commits a provider's money to: the floor of rule 5. Settlement asks for
 * more (finality, latency, outage); this stands against a settlement that lies.
 */
export const PAIR_MARGIN_MS = 60_000

export type Body =
  /** Spends one locked coin into the outputs that its path prescribes. */
  | { readonly kind: 'lock'; readonly coin: ReadCoin; readonly path: SpendPath }
  /** Pays `output` out of the account's own coins, change back to it. */
  | { readonly kind: 'pay'; readonly asset: AssetCode; readonly output: Output }
  | { readonly kind: 'operate'; readonly operation: (sequence: number) => Operation; readonly sequence: number }

export interface Plan {
  readonly kind: DecisionKind
  readonly subject: Subject
  readonly outcome: string
  readonly ledger: string
  readonly account: AccountId
  readonly validUntil: Time
  readonly body: Body
  readonly offer?: { readonly key: string; readonly amount: bigint; readonly inventory: bigint }
  readonly hash?: string
  readonly split?: NonNullable<Signed['split']>
  readonly held?: NonNullable<Signed['held']>
  readonly pairWith?: (coordinate: Pair['b']['root']) => Pair
  /** Root of the coin that the transaction's first output carries on. */
  readonly carriesOn?: string
  /** Ledgers, besides the transaction's own, whose dead outcomes must be recognised before the checks. */
  readonly alsoSettle?: readonly string[]
  /** Asked under the book's lock, so that no other decision comes between. */
  readonly check?: (page: BookPage) => Promise<Refusal | undefined>
}

export type Refusal = Err<CustodyCode>
export type Planned = Result<Plan, CustodyCode>

/** What decisions may ask while they check their evidence. */
export interface World {
  readonly ledgers: Ledgers
  readonly keyring: Keyring
  readonly registry: Registry
  readonly verifier: Verifier
  readonly book: BookReads
}

/** Is this a validUntil that custody signs? */
export function validityFault(validUntil: Time, head: LedgerHead): Refusal | undefined {
  if (validUntil < head.now) return err('too_late', 'validUntil has passed', 'validUntil')
  if (validUntil > head.now + VALID_AHEAD_MS)
    return err('limit_exceeded', 'validUntil is more than 10 minutes ahead', 'validUntil')
  return undefined
}

/** All statements say the same: the body, or undefined. */
export function commonBody(statements: readonly SignedStatement[]): string | undefined {
  const [first, ...rest] = statements
  return first !== undefined && rest.every(({ body }) => body === first.body) ? first.body : undefined
}
