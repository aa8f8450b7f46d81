// The data of a dispute: clocks, offers, rulings, states, events, effects, refusal codes. Holds no behaviour; see dispute.md.
import type { ChainId, Time } from '@huitong/primitives'
import type { PartyId } from '../decision.js'
import type { Share } from '../order/model.js'

export interface DisputeTerms {
  readonly id: string
  readonly order: string
  readonly milestone: number
  readonly buyer: PartyId
  readonly merchant: PartyId
  readonly openedBy: PartyId
  readonly reason: string
  /** The ledger whose block time the clocks of this case follow. */
  readonly chain: ChainId
  /** The other side says something by then, or is judged by default. */
  readonly answerBy: Time
  /** Negotiation ends then and operators decide. */
  readonly arbitrateFrom: Time
  /** The longest time to appeal, and again for other operators to decide on the appeal, in milliseconds. */
  readonly appealMs: number
  /** The deadline that the arbiter's holds set: whatever is decided must be executed before it. */
  readonly heldUntil: Time
}

/** A division that one side has put its name to. `open` until the other side accepts or declines, its maker withdraws it, or its time is over. */
export interface SplitOffer {
  readonly offer: string
  readonly by: PartyId
  readonly share: Share
  readonly until: Time
  readonly state: 'open' | 'accepted' | 'declined' | 'withdrawn' | 'expired'
}

/** Silence through the time to answer: who was silent, and the division that is therefore put before the operators. */
export interface DefaultJudgement {
  readonly against: PartyId
  readonly share: Share
}

/** A word or evidence that an operator asked a side for. Silence through its time is judged like silence in the beginning. */
export interface Question {
  readonly of: PartyId
  readonly until: Time
}

/** What a ruling says: the hash over its canonical text is signed by operators and anchored with the payout. */
export interface Ruling {
  readonly share: Share
  /** SHA-256 of the written reasons. */
  readonly reasons: string
  readonly cause: 'operators' | 'consent' | 'default'
}

export interface RulingSignature {
  readonly operator: string
  readonly rulingHash: string
}

/** What every state has. */
export interface Carried {
  readonly terms: DisputeTerms
  readonly offers: readonly SplitOffer[]
  /** Set when a side let its time to answer pass; a late word does not take it back. */
  readonly judgement: DefaultJudgement | null
  /** Asked, and neither answered nor over. */
  readonly question?: Question
}

/** A ruling with the names under it. */
export interface SignedRuling {
  readonly ruling: Ruling
  readonly rulingHash: string
  readonly signatures: readonly RulingSignature[]
}

export type DisputeState =
  /** Asked for; the arbiter's holds are not final yet. The deadline still runs. */
  | (Carried & { readonly state: 'REQUESTED' })
  /** Held on every leg: the enforced clock stands. The other side has not answered. */
  | (Carried & { readonly state: 'OPEN' })
  | (Carried & { readonly state: 'NEGOTIATION' })
  /** `ruling` is drafted by the first operator; the second signs the same hash. */
  | (Carried & { readonly state: 'ARBITRATION'; readonly ruling: Ruling | null; readonly signatures: readonly RulingSignature[] })
  /** Two operators have signed. Nothing is executed until the time to appeal is over or nobody has a reason to. */
  | (Carried & SignedRuling & { readonly state: 'RULED'; readonly appealBy: Time; readonly accepted: readonly PartyId[] })
  /** Two other operators decide, once and for all; if they do not, the `first` ruling comes into force at `decideBy`. */
  | (Carried & {
      readonly state: 'APPEALED'
      readonly by: PartyId
      readonly first: SignedRuling
      readonly decideBy: Time
      readonly ruling: Ruling | null
      readonly signatures: readonly RulingSignature[]
    })
  /** Final: the order executes it. By consent `signatures` is empty. */
  | (Carried & SignedRuling & { readonly state: 'IN_FORCE' })
  | (Carried & { readonly state: 'EXECUTED'; readonly ruling: Ruling; readonly rulingHash: string })
  /** The money moved by another path before there was anything to execute: code, default, or the parties themselves. */
  | (Carried & { readonly state: 'MOOT' })

export const DISPUTE_STATES = [
  'REQUESTED',
  'OPEN',
  'NEGOTIATION',
  'ARBITRATION',
  'RULED',
  'APPEALED',
  'IN_FORCE',
  'EXECUTED',
  'MOOT',
] as const satisfies readonly DisputeState['state'][]

export type DisputeEvent =
  /** Fact from the order: its milestone is disputed, the holds are final. */
  | { readonly kind: 'held' }
  /** Fact from the order: nothing remains under the milestone. */
  | { readonly kind: 'milestoneClosed' }
  | { readonly kind: 'timePassed'; readonly chain: ChainId; readonly time: Time }
  /** A message or evidence of a party. Its content is kept elsewhere. */
  | { readonly kind: 'answer'; readonly by: PartyId }
  /** A new offer of a side takes the place of its open one. */
  | { readonly kind: 'offer'; readonly by: PartyId; readonly offer: string; readonly share: Share; readonly until: Time }
  | { readonly kind: 'acceptOffer'; readonly by: PartyId; readonly offer: string }
  /** By its maker: the offer is withdrawn. */
  | { readonly kind: 'declineOffer'; readonly by: PartyId; readonly offer: string }
  | { readonly kind: 'escalate'; readonly by: PartyId }
  /** An operator asks a side for a word or evidence; another question takes its place. */
  | { readonly kind: 'ask'; readonly of: PartyId; readonly until: Time }
  /** A side let the time of its own step pass: judgement goes against it. */
  | { readonly kind: 'silence'; readonly by: PartyId }
  | {
      readonly kind: 'signRuling'
      readonly operator: string
      readonly share: Share
      readonly reasons: string
      readonly cause?: 'operators' | 'default'
    }
  | { readonly kind: 'appeal'; readonly by: PartyId }
  /** A side will not appeal. */
  | { readonly kind: 'acceptRuling'; readonly by: PartyId }

export type DisputeEffect =
  | { readonly kind: 'askAnswer'; readonly id: string; readonly party: PartyId; readonly before: Time }
  | { readonly kind: 'askRuling'; readonly id: string }
  /** The body of the default judgement, for the operators to sign. */
  | { readonly kind: 'prepareJudgement'; readonly id: string; readonly judgement: DefaultJudgement }
  /** Give this to the order's machine as its `ruling` command; custody checks the signatures itself. */
  | {
      readonly kind: 'ruleOrder'
      readonly id: string
      readonly order: string
      readonly milestone: number
      readonly dispute: string
      readonly ruling: Ruling
      readonly rulingHash: string
      readonly operators: readonly string[]
    }
  | { readonly kind: 'anchorRuling'; readonly id: string; readonly rulingHash: string }

/**
 * - `dispute_wrong_state`: no meaning in this state. `dispute_wrong_party`: not a party, or not this one.
 * - `dispute_share_invalid`: a split is of two natural numbers, not both zero.
 * - `dispute_offer_unknown`: no such offer, or one's own. `dispute_offer_closed`: answered, withdrawn or expired.
 * - `dispute_same_operator`: the second signature must be another operator's, and on appeal nobody's who signed before.
 * - `dispute_too_late`: the time of the offer or of the appeal is over.
 */
export type DisputeCode =
  | 'dispute_wrong_state'
  | 'dispute_wrong_party'
  | 'dispute_share_invalid'
  | 'dispute_offer_unknown'
  | 'dispute_offer_closed'
  | 'dispute_same_operator'
  | 'dispute_too_late'
