// The data of a swap between two parties: terms, states, events, effects, refusal codes. Holds no behaviour; see swap.md.
import type { ChainId, Coordinate, Preimage, Time } from '@huitong/primitives'
import type { PartyId } from '../decision.js'
import type { LedgerFact, PreimageSeen } from '../facts.js'
import type { ClaimedLeg, ExtraLock, Leg, NoLeg, OpenLeg, PairException, PairTerms, ReturnedLeg } from '../pair/pair.js'
import type { Adjudicate, PushClaim, PushRefund } from '../pair/pair-effects.js'

/** Proposed by the initiator, who holds the secret, pays on A and is paid on B. Never changed after. */
export interface SwapTerms extends PairTerms {
  readonly id: string
  readonly initiator: PartyId
  readonly responder: PartyId
  /** The responder accepts before this time of ledger B. */
  readonly acceptBy: Time
  /** Leg A counts only if its block's time is earlier. Time of ledger A. */
  readonly lockABy: Time
  /** After this time of ledger B the responder is asked to give A back instead of locking B. */
  readonly lockBBy: Time
}

interface Carried {
  readonly terms: SwapTerms
  readonly preimage?: Preimage
  readonly extras: readonly ExtraLock[]
  readonly exceptions: readonly PairException[]
}
interface Revealed extends Carried {
  readonly preimage: Preimage
}

export type SwapState =
  | (Carried & { readonly state: 'PROPOSED'; readonly a: NoLeg; readonly b: NoLeg })
  /** Leg A is awaited. `b` is there only when ledger B's news came before ledger A's. */
  | (Carried & { readonly state: 'ACCEPTED'; readonly a: NoLeg; readonly b: Leg })
  /** `cancelAsked`: the initiator wants A back before its expiry; the responder is asked to sign its cancel. */
  | (Carried & { readonly state: 'A_LOCKED'; readonly a: OpenLeg; readonly b: NoLeg; readonly cancelAsked: boolean })
  | (Carried & { readonly state: 'BOTH_LOCKED'; readonly a: OpenLeg; readonly b: OpenLeg })
  /** The secret is known, B is not yet claimed. */
  | (Revealed & { readonly state: 'REVEALED'; readonly a: OpenLeg | ClaimedLeg; readonly b: OpenLeg })
  | (Revealed & { readonly state: 'B_CLAIMED'; readonly a: OpenLeg; readonly b: ClaimedLeg })
  | (Revealed & { readonly state: 'COMPLETED'; readonly a: ClaimedLeg; readonly b: ClaimedLeg })
  /** Not accepted, or not paid, in time. */
  | (Carried & { readonly state: 'EXPIRED'; readonly a: NoLeg; readonly b: NoLeg })
  /** Called off before anybody locked, or A given back by the responder's signature with B never locked. */
  | (Carried & { readonly state: 'CANCELLED'; readonly a: NoLeg | ReturnedLeg; readonly b: NoLeg })
  /** A went back; B was never locked, or is still to go back. */
  | (Carried & { readonly state: 'A_REFUNDED'; readonly a: ReturnedLeg; readonly b: NoLeg | OpenLeg })
  | (Carried & { readonly state: 'B_REFUNDED'; readonly a: OpenLeg; readonly b: ReturnedLeg })
  | (Carried & { readonly state: 'REFUNDED'; readonly a: ReturnedLeg; readonly b: ReturnedLeg })
  /** One leg was paid, the other went back or never came. Only people can mend it. */
  | (Carried & { readonly state: 'ONE_LEG'; readonly a: Leg; readonly b: Leg })

export const SWAP_STATES = [
  'PROPOSED',
  'ACCEPTED',
  'A_LOCKED',
  'BOTH_LOCKED',
  'REVEALED',
  'B_CLAIMED',
  'COMPLETED',
  'EXPIRED',
  'CANCELLED',
  'A_REFUNDED',
  'B_REFUNDED',
  'REFUNDED',
  'ONE_LEG',
] as const satisfies readonly SwapState['state'][]

export type SwapEvent =
  | LedgerFact
  | PreimageSeen
  | { readonly kind: 'accept'; readonly by: PartyId }
  /** Before any lock: calls the swap off. With only A locked: the initiator asks for it back. */
  | { readonly kind: 'cancel'; readonly by: PartyId }
  /** The initiator hands over the secret to have B claimed. */
  | { readonly kind: 'reveal'; readonly by: PartyId; readonly preimage: Preimage }

export type SwapEffect =
  /** A party may lock its leg now, exactly as in the terms, before `before`. */
  | { readonly kind: 'askLock'; readonly id: string; readonly party: PartyId; readonly side: 'a' | 'b'; readonly before: Time }
  /** The claimant of a coin on A is asked to give it back by signing its cancel. */
  | {
      readonly kind: 'askCancel'
      readonly id: string
      readonly party: PartyId
      readonly chain: ChainId
      readonly coin: Coordinate
    }
  /** The initiator may verify B and reveal, not after `lastSafeReveal`. */
  | { readonly kind: 'askReveal'; readonly id: string; readonly party: PartyId; readonly lastSafeReveal: Time }
  | PushClaim
  | PushRefund
  | Adjudicate

/**
 * Why a swap refuses.
 * - `swap_terms_invalid`: parties, amounts or times contradict each other.
 * - `swap_timeouts_too_tight`: the expiries leave no safe course (rules 4 and 5); checked when proposed and again when accepted.
 * - `swap_wrong_party`: this party may not do that.
 * - `swap_wrong_state`: the event has no meaning in this state.
 * - `swap_accept_too_late`: the time to accept is over.
 * - `swap_preimage_wrong`: not the secret of this hash.
 * - `swap_not_locked`: revealing before both legs are final would give money away.
 * - `swap_reveal_too_late`: after the last safe reveal; wait for the refunds.
 */
export type SwapCode =
  | 'swap_terms_invalid'
  | 'swap_timeouts_too_tight'
  | 'swap_wrong_party'
  | 'swap_wrong_state'
  | 'swap_accept_too_late'
  | 'swap_preimage_wrong'
  | 'swap_not_locked'
  | 'swap_reveal_too_late'
