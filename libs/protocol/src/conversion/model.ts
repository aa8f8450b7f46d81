// The data of a conversion: its terms, states, events, effects and refusal codes. Holds no behaviour; see conversion.md.
import type { ChainId, Coordinate, Preimage, Time, TxId } from '@huitong/primitives'
import type { PartyId } from '../decision.js'
import type { LedgerFact, PreimageSeen } from '../facts.js'
import type { ClaimedLeg, ExtraLock, Leg, NoLeg, OpenLeg, PairException, PairTerms, ReturnedLeg } from '../pair/pair.js'
import type { Adjudicate, PushClaim, PushRefund } from '../pair/pair-effects.js'

/** Fixed when the quote is taken, never changed after. The payer holds the secret, pays on A and is paid on B. */
export interface ConversionTerms extends PairTerms {
  /** The conversion's own id; child ids and references derive from it. */
  readonly id: string
  readonly quote: string
  readonly payer: PartyId
  readonly provider: PartyId
  /** Leg A counts only if its block's time is earlier. Time of ledger A. */
  readonly quoteExpiry: Time
  /** Leg B is included by then or never: the `validUntil` of its transaction. Time of ledger B. */
  readonly lockBy: Time
}

/** Signed by custody, stored before it is sent; sent again until it is final or dead. */
export interface SubmittedLock {
  readonly transaction: TxId
  readonly coordinate: Coordinate
  readonly validUntil: Time
  /** The whole transaction, hexadecimal. */
  readonly bytes: string
}

interface Carried {
  readonly terms: ConversionTerms
  readonly preimage?: Preimage
  readonly extras: readonly ExtraLock[]
  readonly exceptions: readonly PairException[]
}
interface Revealed extends Carried {
  readonly preimage: Preimage
}

export type DeclineReason = 'provider' | 'lock_by_passed' | 'too_late_to_lock' | 'submission_dead'

export type ConversionState =
  /** Inventory is reserved; leg A is awaited. `b` is there only when ledger B's news came before ledger A's. */
  | (Carried & { readonly state: 'QUOTED'; readonly a: NoLeg; readonly b: Leg })
  | (Carried & { readonly state: 'A_LOCKED'; readonly a: OpenLeg; readonly b: NoLeg })
  | (Carried & { readonly state: 'B_SUBMITTED'; readonly a: OpenLeg; readonly b: NoLeg; readonly submitted: SubmittedLock })
  | (Carried & { readonly state: 'B_LOCKED'; readonly a: OpenLeg; readonly b: OpenLeg })
  /** The secret is known, B is not yet claimed. */
  | (Revealed & { readonly state: 'REVEALED'; readonly a: OpenLeg | ClaimedLeg; readonly b: OpenLeg })
  | (Revealed & { readonly state: 'B_CLAIMED'; readonly a: OpenLeg; readonly b: ClaimedLeg })
  | (Revealed & { readonly state: 'SETTLED'; readonly a: ClaimedLeg; readonly b: ClaimedLeg })
  /** Nobody paid before the quote expired. */
  | (Carried & { readonly state: 'EXPIRED'; readonly a: NoLeg; readonly b: NoLeg })
  /** B will not be locked: the provider signs A's cancel, and the ledger refunds A at its expiry otherwise. */
  | (Carried & { readonly state: 'DECLINED'; readonly a: OpenLeg; readonly b: NoLeg; readonly reason: DeclineReason })
  | (Carried & { readonly state: 'A_CANCELLED'; readonly a: ReturnedLeg; readonly b: NoLeg })
  /** A went back; B was never locked, or is still to go back. */
  | (Carried & { readonly state: 'A_REFUNDED'; readonly a: ReturnedLeg; readonly b: NoLeg | OpenLeg })
  | (Carried & { readonly state: 'B_REFUNDED'; readonly a: OpenLeg; readonly b: ReturnedLeg })
  | (Carried & { readonly state: 'REFUNDED'; readonly a: ReturnedLeg; readonly b: ReturnedLeg })
  /** One leg was paid, the other went back or never came. Only people can mend it. */
  | (Carried & { readonly state: 'ONE_LEG'; readonly a: Leg; readonly b: Leg })

export const CONVERSION_STATES = [
  'QUOTED',
  'A_LOCKED',
  'B_SUBMITTED',
  'B_LOCKED',
  'REVEALED',
  'B_CLAIMED',
  'SETTLED',
  'EXPIRED',
  'DECLINED',
  'A_CANCELLED',
  'A_REFUNDED',
  'B_REFUNDED',
  'REFUNDED',
  'ONE_LEG',
] as const satisfies readonly ConversionState['state'][]

export type ConversionEvent =
  | LedgerFact
  | PreimageSeen
  /** Custody signed leg B; it is stored here and only then sent. */
  | {
      readonly kind: 'legBSigned'
      readonly transaction: TxId
      readonly coordinate: Coordinate
      readonly validUntil: Time
      readonly bytes: string
    }
  /** The provider will not lock B. */
  | { readonly kind: 'decline' }
  /** The payer hands over the secret to have B claimed. */
  | { readonly kind: 'reveal'; readonly preimage: Preimage }

export type ConversionEffect =
  /** Custody: sign leg B exactly as in the terms, valid until `validUntil`, and report `legBSigned`. */
  | { readonly kind: 'signLockB'; readonly id: string; readonly chain: ChainId; readonly validUntil: Time }
  /** Send stored bytes; again until final or dead. */
  | {
      readonly kind: 'broadcast'
      readonly id: string
      readonly chain: ChainId
      readonly transaction: TxId
      readonly bytes: string
    }
  /** The claimant of a coin on A gives it back. Custody signs for managed accounts, the provider is asked otherwise. */
  | { readonly kind: 'signCancel'; readonly id: string; readonly chain: ChainId; readonly coin: Coordinate }
  /** The payer may look at B, verify it and reveal, not after `lastSafeReveal`. */
  | { readonly kind: 'askReveal'; readonly id: string; readonly party: PartyId; readonly lastSafeReveal: Time }
  /** The reserved inventory is free again (`unused`) or has become leg B (`used`). */
  | { readonly kind: 'closeReservation'; readonly id: string; readonly quote: string; readonly outcome: 'used' | 'unused' }
  | PushClaim
  | PushRefund
  | Adjudicate

/**
 * Why a conversion refuses.
 * - `conversion_terms_unsafe`: A's and B's expiries are too close, or B's is too early (rule 5).
 * - `conversion_terms_invalid`: parties, amounts or times contradict each other.
 * - `conversion_wrong_state`: the event has no meaning in this state.
 * - `conversion_lock_mismatch`: the signed leg is valid longer than the lock-by time.
 * - `conversion_preimage_wrong`: not the secret of this hash.
 * - `conversion_not_locked`: revealing before both legs are final would give money away.
 * - `conversion_reveal_too_late`: after the last safe reveal; wait for the refunds.
 */
export type ConversionCode =
  | 'conversion_terms_unsafe'
  | 'conversion_terms_invalid'
  | 'conversion_wrong_state'
  | 'conversion_lock_mismatch'
  | 'conversion_preimage_wrong'
  | 'conversion_not_locked'
  | 'conversion_reveal_too_late'
