// A dispute over one milestone: who must answer until when, what was offered, how it was ruled. Moves no money: the order executes.
import { type AssetCode, type ChainId, type Coordinate, type Amount, type Time, err, never, ok } from '@huitong/primitives'
import { canonicalText } from '../canonical.js'
import { type Decided, type PartyId, hashText, refused, unchanged } from '../decision.js'
import { type Env, advanced } from '../env.js'
import { shareOf } from '../order/effects.js'
import type { Share } from '../order/model.js'
import { stateCodec } from '../state-codec.js'
import { hasPassed } from '../time-locks.js'

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
}

export interface SplitOffer {
  readonly offer: string
  readonly by: PartyId
  readonly share: Share
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

interface Carried {
  readonly terms: DisputeTerms
  readonly offers: readonly SplitOffer[]
}

export type DisputeState =
  /** Asked for; the arbiter's holds are not final yet. The deadline still runs. */
  | (Carried & { readonly state: 'REQUESTED' })
  /** Held on every leg: the enforced clock stands. The other side has not answered. */
  | (Carried & { readonly state: 'OPEN' })
  | (Carried & { readonly state: 'NEGOTIATION' })
  /** `ruling` is drafted by the first operator; the second signs the same hash. */
  | (Carried & { readonly state: 'ARBITRATION'; readonly ruling: Ruling | null; readonly signatures: readonly RulingSignature[] })
  | (Carried & {
      readonly state: 'RULED'
      readonly ruling: Ruling
      readonly rulingHash: string
      readonly signatures: readonly RulingSignature[]
    })
  | (Carried & { readonly state: 'EXECUTED'; readonly ruling: Ruling; readonly rulingHash: string })
  /** The money moved by another path before there was anything to rule: code, default, or the parties themselves. */
  | (Carried & { readonly state: 'MOOT' })

export const DISPUTE_STATES = [
  'REQUESTED',
  'OPEN',
  'NEGOTIATION',
  'ARBITRATION',
  'RULED',
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
  | { readonly kind: 'offer'; readonly by: PartyId; readonly offer: string; readonly share: Share }
  | { readonly kind: 'acceptOffer'; readonly by: PartyId; readonly offer: string }
  | { readonly kind: 'escalate'; readonly by: PartyId }
  | { readonly kind: 'signRuling'; readonly operator: string; readonly share: Share; readonly reasons: string }

export type DisputeEffect =
  | { readonly kind: 'askAnswer'; readonly id: string; readonly party: PartyId; readonly before: Time }
  | { readonly kind: 'askRuling'; readonly id: string }
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
 * - `dispute_offer_unknown`: no such offer, or one's own.
 * - `dispute_same_operator`: the second signature must be another operator's.
 */
export type DisputeCode =
  'dispute_wrong_state' | 'dispute_wrong_party' | 'dispute_share_invalid' | 'dispute_offer_unknown' | 'dispute_same_operator'

type Outcome = Decided<DisputeState, DisputeEffect, DisputeCode>
type Event<Kind extends DisputeEvent['kind']> = Extract<DisputeEvent, { kind: Kind }>

export function createDispute(terms: DisputeTerms): Outcome {
  const { openedBy, buyer, merchant } = terms
  if (openedBy !== buyer && openedBy !== merchant) return err('dispute_wrong_party', undefined, 'openedBy')
  return settled({ state: 'REQUESTED', terms, offers: [] })
}

export function decideDispute(dispute: DisputeState, event: DisputeEvent, env: Env): Outcome {
  switch (event.kind) {
    case 'held':
      return dispute.state === 'REQUESTED' ? settled({ ...carried(dispute), state: 'OPEN' }) : unchanged(dispute)
    case 'milestoneClosed':
      return onClosed(dispute)
    case 'timePassed':
      return onTime(dispute, advanced(env, event.chain, event.time))
    case 'answer':
    case 'offer':
      return onWord(dispute, event)
    case 'acceptOffer':
      return onAccept(dispute, event)
    case 'escalate':
      if (!isParty(dispute, event.by)) return err('dispute_wrong_party', undefined, 'by')
      if (dispute.state === 'ARBITRATION') return unchanged(dispute)
      return dispute.state === 'NEGOTIATION'
        ? settled(arbitration(dispute))
        : refused('dispute_wrong_state', dispute.state, event.kind)
    case 'signRuling':
      return onSignature(dispute, event)
    default:
      return never(event)
  }
}

/** What the state owes; asked again after any crash. */
export function disputeEffects(dispute: DisputeState): readonly DisputeEffect[] {
  const { terms } = dispute
  switch (dispute.state) {
    case 'OPEN':
      return [{ kind: 'askAnswer', id: `${terms.id}/answer`, party: otherSide(terms), before: terms.answerBy }]
    case 'ARBITRATION':
      return [{ kind: 'askRuling', id: `${terms.id}/ruling/${dispute.signatures.length}` }]
    case 'RULED': {
      const { ruling, rulingHash, signatures } = dispute
      const operators = signatures.map(({ operator }) => operator)
      const { order, milestone, id } = terms
      return [
        { kind: 'ruleOrder', id: `${id}/rule`, order, milestone, dispute: id, ruling, rulingHash, operators },
        { kind: 'anchorRuling', id: `${id}/anchor`, rulingHash },
      ]
    }
    case 'REQUESTED':
    case 'NEGOTIATION':
    case 'EXECUTED':
    case 'MOOT':
      return []
    default:
      return never(dispute)
  }
}

/** SHA-256 under `huitong-ruling-1` of the canonical text of case and ruling: what both operators sign and the ledger anchors. */
export function rulingHashOf({ id, order, milestone }: DisputeTerms, ruling: Ruling): string {
  return hashText('huitong-ruling-1', canonicalText({ dispute: id, order, milestone, ruling }))
}

/** A coin as it stands when the ruling is executed. */
export interface RuledLeg {
  readonly chain: ChainId
  readonly coordinate: Coordinate
  readonly asset: AssetCode
  readonly amount: Amount
}

/** The same proportion on every leg, each exact by largest remainder, a tie to the payer. */
export function splitLegs(legs: readonly RuledLeg[], share: Share): readonly (RuledLeg & { toPayer: Amount; toPayee: Amount })[] {
  return legs.map((leg) => {
    const toPayee = shareOf(leg.amount, share)
    return { ...leg, toPayee, toPayer: leg.amount - toPayee }
  })
}

const settled = (state: DisputeState): Outcome => ok({ state, effects: disputeEffects(state) })
const carried = ({ terms, offers }: DisputeState): Carried => ({ terms, offers })
const isParty = ({ terms }: DisputeState, by: PartyId): boolean => by === terms.buyer || by === terms.merchant
const otherSide = ({ openedBy, buyer, merchant }: DisputeTerms): PartyId => (openedBy === buyer ? merchant : buyer)
const isShare = ({ toPayer, toPayee }: Share): boolean => toPayer >= 0n && toPayee >= 0n && toPayer + toPayee > 0n
const arbitration = (from: DisputeState): DisputeState => ({
  ...carried(from),
  state: 'ARBITRATION',
  ruling: null,
  signatures: [],
})

function ruled(from: DisputeState, ruling: Ruling, signatures: readonly RulingSignature[]): Outcome {
  return settled({ ...carried(from), state: 'RULED', ruling, rulingHash: rulingHashOf(from.terms, ruling), signatures })
}

function onClosed(dispute: DisputeState): Outcome {
  switch (dispute.state) {
    case 'EXECUTED':
    case 'MOOT':
      return unchanged(dispute)
    case 'RULED':
      return settled({ ...carried(dispute), state: 'EXECUTED', ruling: dispute.ruling, rulingHash: dispute.rulingHash })
    default:
      return settled({ ...carried(dispute), state: 'MOOT' })
  }
}

function onTime(dispute: DisputeState, env: Env): Outcome {
  const { chain, answerBy, arbitrateFrom, openedBy, buyer } = dispute.terms
  if (dispute.state === 'OPEN' && hasPassed(env, chain, answerBy)) {
    const share: Share = openedBy === buyer ? { toPayer: 1n, toPayee: 0n } : { toPayer: 0n, toPayee: 1n }
    return ruled(dispute, { share, reasons: '', cause: 'default' }, [])
  }
  if (dispute.state === 'NEGOTIATION' && hasPassed(env, chain, arbitrateFrom)) return settled(arbitration(dispute))
  return settled(dispute)
}

/** A word from the other side opens the negotiation; the opener's own words do not answer it. */
function onWord(dispute: DisputeState, event: Event<'answer' | 'offer'>): Outcome {
  if (!isParty(dispute, event.by)) return err('dispute_wrong_party', undefined, 'by')
  if (event.kind === 'offer' && !isShare(event.share)) return err('dispute_share_invalid', undefined, 'share')
  if (!['OPEN', 'NEGOTIATION', 'ARBITRATION'].includes(dispute.state))
    return refused('dispute_wrong_state', dispute.state, event.kind)
  const repeated = event.kind === 'offer' && dispute.offers.some(({ offer }) => offer === event.offer)
  const answers = dispute.state === 'OPEN' && event.by === otherSide(dispute.terms)
  const added: readonly SplitOffer[] =
    event.kind === 'offer' && !repeated ? [{ offer: event.offer, by: event.by, share: event.share }] : []
  if (!answers && added.length === 0) return unchanged(dispute)
  const offers = [...dispute.offers, ...added]
  return settled(answers ? { ...carried(dispute), offers, state: 'NEGOTIATION' } : { ...dispute, offers })
}

function onAccept(dispute: DisputeState, event: Event<'acceptOffer'>): Outcome {
  if (!isParty(dispute, event.by)) return err('dispute_wrong_party', undefined, 'by')
  if (!['OPEN', 'NEGOTIATION', 'ARBITRATION'].includes(dispute.state))
    return refused('dispute_wrong_state', dispute.state, event.kind)
  const offer = dispute.offers.find((one) => one.offer === event.offer)
  if (offer === undefined || offer.by === event.by) return err('dispute_offer_unknown', undefined, 'offer')
  return ruled(dispute, { share: offer.share, reasons: '', cause: 'consent' }, [])
}

function onSignature(dispute: DisputeState, event: Event<'signRuling'>): Outcome {
  if (!isShare(event.share)) return err('dispute_share_invalid', undefined, 'share')
  if (dispute.state !== 'ARBITRATION') return refused('dispute_wrong_state', dispute.state, event.kind)
  const ruling: Ruling = { share: event.share, reasons: event.reasons, cause: 'operators' }
  const rulingHash = rulingHashOf(dispute.terms, ruling)
  const signature = { operator: event.operator, rulingHash }
  const [first] = dispute.signatures
  if (first === undefined || first.rulingHash !== rulingHash) {
    // Another text begins anew: a ruling is two operators over the same hash, never one of each.
    return settled({ ...dispute, ruling, signatures: [signature] })
  }
  if (first.operator === event.operator) return err('dispute_same_operator', undefined, 'operator')
  return ruled(dispute, ruling, [first, signature])
}

export const disputeCodec = stateCodec<DisputeState>('dispute', DISPUTE_STATES)
