// The data of an order and its milestones: states, events, effects, refusal codes. Holds no behaviour; see order.md.
import type { EscrowDefault, SpendPath } from '@huitong/chain'
import type { AccountId, Amount, AssetCode, ChainId, Coordinate, HashLock, Preimage, Time } from '@huitong/primitives'
import type { PartyId } from '../decision.js'
import type { LedgerFact, PreimageSeen } from '../facts.js'
import type { RefundRecord } from '../refund/refund.js'
import type { OrderTerms, OrderTermsCode } from './terms.js'

/** Base units of one leg. Always: released + refunded + fees + remaining = funded. */
export interface Books {
  readonly funded: Amount
  /** To the payee, after fees. */
  readonly released: Amount
  readonly refunded: Amount
  readonly fees: Amount
  readonly remaining: Amount
}

/** The coin that holds what remains of a leg, as the ledger has it now. */
export interface EscrowCoin {
  readonly coordinate: Coordinate
  readonly amount: Amount
  readonly fee: Amount
  readonly deadline: Time
  readonly default: EscrowDefault
  readonly held: boolean
  readonly deliveryHash?: HashLock
}

/** `seen`: every coin that ever was this leg, so that repeated news is recognised. */
export type LegState =
  | { readonly fate: 'unfunded' }
  | { readonly fate: 'open'; readonly books: Books; readonly coin: EscrowCoin; readonly seen: readonly Coordinate[] }
  | {
      readonly fate: 'closed'
      readonly books: Books
      /** `released`: nothing went back. `refunded`: nothing else happened. */
      readonly outcome: 'released' | 'refunded' | 'split'
      readonly by: SpendPath['kind']
      readonly at: Time
      readonly seen: readonly Coordinate[]
    }

/** `more`: coins beside the first that add up to the leg with it. Each has books of its own and ends by itself; to people they are one leg. */
export type Legs =
  | { readonly kind: 'single'; readonly leg: LegState; readonly more?: readonly LegState[] }
  | { readonly kind: 'paired'; readonly a: LegState; readonly b: LegState }

/** A proportion: of a coin of any size, toPayer : toPayee. */
export interface Share {
  readonly toPayer: Amount
  readonly toPayee: Amount
}

/** Asked by one side, waiting for the other. `amount` is in the buyer's leg. */
export interface RefundRequest {
  readonly kind: 'cancel' | 'part'
  readonly refund: string
  readonly by: PartyId
  readonly amount: Amount
}

/**
 * How the rest of a milestone will be divided, decided but not yet on the ledgers. `evidence` is the ruling's hash, the refund's id
 * for a consent, or empty where the ledger itself is the evidence (B's lock-by time passed, or the code spent the other leg).
 */
export interface Resolution {
  readonly cause: 'consent' | 'ruling' | 'no_leg_b' | 'code_spent'
  readonly evidence: string
  readonly share: Share
  /** Consent on a single leg: what goes back to the buyer; the rest stays in escrow unless the coin is held. */
  readonly amount?: Amount
  /** Refund record that becomes final with it. */
  readonly refund?: string
  /** Where a leg is several coins: the payee's part of each, so that their sum is exact. */
  readonly parts?: readonly { readonly coin: Coordinate; readonly toPayee: Amount }[]
}

/** A dispute that was asked for; it is open only when the hold is final on every leg. */
export interface DisputeAsked {
  readonly dispute: string
  readonly by: PartyId
  readonly reason: string
}

/** The carrier's word: the arbiter holds until then, with release as the default. */
export interface CarrierHold {
  readonly evidence: string
  readonly until: Time
}

export interface MilestoneCarried {
  readonly milestone: number
  readonly legs: Legs
  /** The delivery code once known, kept before anything is done with it. */
  readonly code: Preimage | null
  readonly request: RefundRequest | null
  readonly resolution: Resolution | null
  readonly disputeAsked: DisputeAsked | null
}

export type MilestoneState =
  /** Nothing locked. Of paired legs, B may be known first when ledger B's news came before ledger A's. */
  | (MilestoneCarried & { readonly state: 'UNFUNDED' })
  /** Paired: A is final and verified, B is awaited until its lock-by time. */
  | (MilestoneCarried & { readonly state: 'HALF_FUNDED' })
  | (MilestoneCarried & { readonly state: 'FUNDED' })
  | (MilestoneCarried & { readonly state: 'SHIPPED'; readonly shipment: string })
  /** By carrier: the arbiter is asked to hold until `holdUntil`. By code: the code is on its way to the ledgers. */
  | (MilestoneCarried & { readonly state: 'DELIVERED'; readonly by: 'carrier'; readonly hold: CarrierHold })
  | (MilestoneCarried & { readonly state: 'DELIVERED'; readonly by: 'code'; readonly code: Preimage })
  /** Held, default release at `endsAt`: silence accepts. */
  | (MilestoneCarried & { readonly state: 'INSPECTION'; readonly endsAt: Time })
  /** The buyer accepted and is asked to sign the release; a carrier's hold goes on, so that silence pays too. */
  | (MilestoneCarried & { readonly state: 'ACCEPTED'; readonly hold: CarrierHold | null })
  | (MilestoneCarried & { readonly state: 'DISPUTED'; readonly dispute: string })
  /** Nothing remains; something was released. */
  | (MilestoneCarried & { readonly state: 'SETTLED' })
  /** Nothing remains; everything went back. */
  | (MilestoneCarried & { readonly state: 'REFUNDED'; readonly byDefault: boolean })
  /** Of paired legs one was released, the other went back. Only people can mend it. */
  | (MilestoneCarried & { readonly state: 'ONE_LEG' })
  /** Not funded in time. */
  | (MilestoneCarried & { readonly state: 'LAPSED' })

export const MILESTONE_STATES = [
  'UNFUNDED',
  'HALF_FUNDED',
  'FUNDED',
  'SHIPPED',
  'DELIVERED',
  'INSPECTION',
  'ACCEPTED',
  'DISPUTED',
  'SETTLED',
  'REFUNDED',
  'ONE_LEG',
  'LAPSED',
] as const satisfies readonly MilestoneState['state'][]

/** What surprised, as a separate axis: it never stands in for a state. `amount` is what is missing or too much. */
export interface OrderException {
  readonly kind:
    | 'underpaid'
    | 'overpaid'
    | 'late'
    | 'on_hold'
    | 'extra_coin'
    | 'wrong_condition'
    | 'shortage'
    | 'surplus'
    | 'shipment_late'
    | 'rejected'
    | 'early_code'
    | 'code_too_late'
    | 'one_leg'
  readonly milestone?: number
  readonly coin?: Coordinate
  readonly amount?: Amount
}

/** An escrow coin that names the order but is none of its legs. Listed, never counted; its refund record is `refund`. */
export interface ExtraCoin {
  readonly chain: ChainId
  readonly coordinate: Coordinate
  readonly asset: AssetCode
  readonly amount: Amount
  readonly payer: AccountId
  readonly payee: AccountId
  readonly deadline: Time
  readonly paired: boolean
  readonly refund: string
  readonly fate: 'open' | 'closed'
  /** Not owed back yet, by the terms' policy: it waits for the rest of the amount, or for the merchant's decision. `fee` is the coin's own. */
  readonly waits?: { readonly for: 'rest' | 'decision'; readonly milestone: number; readonly fee: Amount }
}

interface Every {
  readonly terms: OrderTerms
  readonly termsHash: string
  readonly extras: readonly ExtraCoin[]
  readonly refunds: readonly RefundRecord[]
  readonly exceptions: readonly OrderException[]
}
interface Bound extends Every {
  readonly milestones: readonly MilestoneState[]
}

export type OrderState =
  | (Every & { readonly state: 'DRAFT'; readonly agreed: readonly PartyId[] })
  /** All parties agreed to the same hash; no milestone is funded. */
  | (Bound & { readonly state: 'AGREED' })
  /** At least one milestone holds or held money. */
  | (Bound & { readonly state: 'FUNDED' })
  /** Every milestone is closed and at least one paid its merchant. */
  | (Bound & { readonly state: 'SETTLED' })
  /** Called off, or all money went back by somebody's decision. */
  | (Bound & { readonly state: 'CANCELLED' })
  /** Not agreed or not funded in time, or all money went back because nobody delivered. */
  | (Bound & { readonly state: 'EXPIRED' })

export const ORDER_STATES = [
  'DRAFT',
  'AGREED',
  'FUNDED',
  'SETTLED',
  'CANCELLED',
  'EXPIRED',
] as const satisfies readonly OrderState['state'][]

interface At {
  readonly milestone: number
}
interface ByParty extends At {
  readonly by: PartyId
}

export type OrderCommand =
  | { readonly kind: 'agree'; readonly by: PartyId; readonly termsHash: string }
  /** Calls the order off while no money is locked. */
  | { readonly kind: 'withdraw'; readonly by: PartyId }
  | ({ readonly kind: 'ship'; readonly shipment: string } & ByParty)
  /** The carrier's or device's signature was checked; `evidence` is the hash of what it signed. */
  | ({ readonly kind: 'carrierDelivered'; readonly evidence: string } & At)
  | ({ readonly kind: 'revealCode'; readonly preimage: Preimage } & At)
  | ({ readonly kind: 'accept' } & ByParty)
  /** The buyer does not accept what came: a dispute with that reason. */
  | ({ readonly kind: 'reject'; readonly dispute: string; readonly reason: string } & ByParty)
  | ({ readonly kind: 'requestCancel' } & ByParty)
  /** `amount` of the buyer's leg back to the buyer. */
  | ({ readonly kind: 'requestRefund'; readonly amount: Amount; readonly reason: string } & ByParty)
  | ({ readonly kind: 'consent' } & ByParty)
  | ({ readonly kind: 'declineRequest' } & ByParty)
  | ({ readonly kind: 'openDispute'; readonly dispute: string; readonly reason: string } & ByParty)
  /** Two operators, or both parties' consent in the dispute, over the same ruling. */
  | ({
      readonly kind: 'ruling'
      readonly dispute: string
      readonly rulingHash: string
      readonly share: Share
      readonly parts?: NonNullable<Resolution['parts']>
      readonly authority:
        { readonly kind: 'operators'; readonly operators: readonly string[] } | { readonly kind: 'consent' | 'default' }
    } & At)
  /** The merchant takes a coin that is on hold as the leg, or has it go back. */
  | ({ readonly kind: 'decidePayment'; readonly coin: Coordinate; readonly take: boolean } & ByParty)
  /** The buyer's own books show less than the price: recorded, nothing moves. */
  | ({ readonly kind: 'recordShortage'; readonly amount: Amount } & At)
  /** The buyer paid more than the price outside the escrow: a refund record is made. */
  | ({ readonly kind: 'recordSurplus'; readonly amount: Amount; readonly reference: string } & At)

export type OrderEvent = LedgerFact | PreimageSeen | OrderCommand

interface OnCoin {
  readonly id: string
  readonly milestone: number
  readonly chain: ChainId
  readonly coin: Coordinate
}

export type OrderEffect =
  /** The buyer may fund this milestone now, before `before`. */
  | {
      readonly kind: 'askFunding'
      readonly id: string
      readonly milestone: number
      readonly party: PartyId
      readonly before: Time
    }
  /** Custody: sign leg B from the provider's managed account exactly as in the terms, valid until `validUntil`. */
  | {
      readonly kind: 'fundLegB'
      readonly id: string
      readonly milestone: number
      readonly chain: ChainId
      readonly validUntil: Time
    }
  /** All of `parties` sign this spend. */
  | ({ readonly kind: 'askSignature'; readonly parties: readonly PartyId[]; readonly path: SpendPath } & OnCoin)
  | ({
      readonly kind: 'signHold'
      readonly path: Extract<SpendPath, { kind: 'hold' }>
      readonly evidence: { readonly kind: 'carrier' | 'dispute' | 'resolution'; readonly reference: string }
    } & OnCoin)
  | ({
      readonly kind: 'signRule'
      readonly path: Extract<SpendPath, { kind: 'rule' }>
      readonly evidence: { readonly kind: Resolution['cause']; readonly reference: string }
    } & OnCoin)
  | ({ readonly kind: 'pushCode'; readonly preimage: Preimage } & OnCoin)
  | ({ readonly kind: 'pushDefault' } & OnCoin)
  /** For people. */
  | { readonly kind: 'adjudicate'; readonly id: string; readonly milestone: number; readonly reason: 'one_leg' | 'code_too_late' }

/**
 * Why an order refuses, besides faults of its terms.
 * - `order_wrong_state` / `order_milestone_wrong_state`: the command has no meaning now.
 * - `order_milestone_unknown`, `order_wrong_party`, `order_terms_changed` (agreed to another hash).
 * - `order_agree_too_late`: the time to agree is over.
 * - `order_confirmed_by_code` / `order_confirmed_by_inspection`: this milestone is confirmed the other way.
 * - `order_code_wrong`: not the code of this milestone. `order_reveal_too_late`: after the last safe reveal.
 * - `order_too_late`: after deadline - finality - skew - margin; the default will act.
 * - `order_amount_out_of_range`: more than remains, or nothing.
 * - `order_request_pending` / `order_no_request`: one request at a time; none to answer.
 * - `order_resolved`: the division is decided already and being executed. `order_dispute_asked`: one dispute at a time.
 * - `order_payment_unknown`: no such coin is on hold.
 * - `order_ruling_mismatch`: another dispute's ruling. `order_operators_not_two`: two distinct operators are needed.
 */
export type OrderCode =
  | OrderTermsCode
  | 'order_wrong_state'
  | 'order_milestone_wrong_state'
  | 'order_milestone_unknown'
  | 'order_wrong_party'
  | 'order_terms_changed'
  | 'order_agree_too_late'
  | 'order_confirmed_by_code'
  | 'order_confirmed_by_inspection'
  | 'order_code_wrong'
  | 'order_reveal_too_late'
  | 'order_too_late'
  | 'order_amount_out_of_range'
  | 'order_request_pending'
  | 'order_no_request'
  | 'order_resolved'
  | 'order_dispute_asked'
  | 'order_payment_unknown'
  | 'order_ruling_mismatch'
  | 'order_operators_not_two'
