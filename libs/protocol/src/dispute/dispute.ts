// What a dispute over one milestone does with an event: who must answer until when, what was offered, how it was ruled and appealed. Moves no
// money: the order executes.
import { type AssetCode, type ChainId, type Coordinate, type Amount, type Time, after, err, never, ok } from '@huitong/primitives'
import { canonicalText } from '../canonical.js'
import { type Decided, type PartyId, hashText, refused, unchanged } from '../decision.js'
import { type Env, advanced } from '../env.js'
import { shareOf } from '../order/effects.js'
import type { Share } from '../order/model.js'
import { stateCodec } from '../state-codec.js'
import { hasPassed, isStillBefore, latestNow } from '../time-locks.js'
import {
  DISPUTE_STATES,
  type DisputeCode,
  type DisputeEffect,
  type DisputeEvent,
  type DisputeState,
  type DisputeTerms,
} from './model.js'
import type { Carried, Question, SignedRuling, Ruling, SplitOffer } from './model.js'

type Outcome = Decided<DisputeState, DisputeEffect, DisputeCode>
type Event<Kind extends DisputeEvent['kind']> = Extract<DisputeEvent, { kind: Kind }>

export function createDispute(terms: DisputeTerms): Outcome {
  const { openedBy, buyer, merchant } = terms
  if (openedBy !== buyer && openedBy !== merchant) return err('dispute_wrong_party', undefined, 'openedBy')
  return settled({ state: 'REQUESTED', terms, offers: [], judgement: null })
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
      return onAnswer(dispute, event)
    case 'offer':
      return onOffer(dispute, event, env)
    case 'acceptOffer':
      return onAccept(dispute, event, env)
    case 'declineOffer':
      return onDecline(dispute, event)
    case 'escalate':
      if (!isParty(dispute, event.by)) return err('dispute_wrong_party', undefined, 'by')
      if (dispute.state === 'ARBITRATION') return unchanged(dispute)
      return dispute.state === 'NEGOTIATION'
        ? settled(arbitration(dispute))
        : refused('dispute_wrong_state', dispute.state, event.kind)
    case 'ask':
      return onQuestion(dispute, event, env)
    case 'silence':
      if (!isParty(dispute, event.by)) return err('dispute_wrong_party', undefined, 'by')
      return dispute.state === 'OPEN' || dispute.state === 'NEGOTIATION' ? settled(silent(dispute, event.by)) : unchanged(dispute)
    case 'signRuling':
      return onSignature(dispute, event, env)
    case 'appeal':
      return onAppeal(dispute, event, env)
    case 'acceptRuling':
      return onAcceptance(dispute, event)
    default:
      return never(event)
  }
}

/** What the state owes; asked again after any crash. */
export function disputeEffects(dispute: DisputeState): readonly DisputeEffect[] {
  const { terms, judgement } = dispute
  switch (dispute.state) {
    case 'OPEN':
      return [{ kind: 'askAnswer', id: `${terms.id}/answer`, party: otherSide(terms), before: terms.answerBy }]
    case 'ARBITRATION': {
      const ask: DisputeEffect = { kind: 'askRuling', id: `${terms.id}/ruling/${dispute.signatures.length}` }
      return judgement === null ? [ask] : [ask, { kind: 'prepareJudgement', id: `${terms.id}/judgement`, judgement }]
    }
    case 'APPEALED':
      return [{ kind: 'askRuling', id: `${terms.id}/appeal/${dispute.signatures.length}` }]
    case 'IN_FORCE': {
      const { ruling, rulingHash, signatures } = dispute
      const operators = signatures.map(({ operator }) => operator)
      const { order, milestone, id } = terms
      const execution = {
        kind: 'ruleOrder',
        id: `${id}/rule`,
        order,
        milestone,
        dispute: id,
        ruling,
        rulingHash,
        operators,
      } as const
      return ruling.cause === 'consent' ? [execution] : [execution, { kind: 'anchorRuling', id: `${id}/anchor`, rulingHash }]
    }
    case 'REQUESTED':
    case 'NEGOTIATION':
    case 'RULED':
    case 'EXECUTED':
    case 'MOOT':
      return []
    default:
      return never(dispute)
  }
}

/** Times at which the case changes by itself, in block time of its ledger. */
export function disputeDeadlines(dispute: DisputeState): readonly { readonly at: Time; readonly what: string }[] {
  const { terms, offers } = dispute
  const open = offers.filter(({ state }) => state === 'open').map(({ until }) => ({ at: until, what: 'offer_lapses' }))
  switch (dispute.state) {
    case 'OPEN':
      return [{ at: terms.answerBy, what: 'default_judgement' }, ...open]
    case 'NEGOTIATION':
      return [{ at: terms.arbitrateFrom, what: 'goes_to_operators' }, ...questionEnds(dispute), ...open]
    case 'ARBITRATION':
      return [{ at: terms.heldUntil, what: LEDGER_DEFAULT }, ...questionEnds(dispute), ...open]
    case 'RULED':
      return [{ at: dispute.appealBy, what: 'ruling_comes_into_force' }, ...open]
    case 'APPEALED':
      return [{ at: dispute.decideBy, what: 'first_ruling_comes_into_force' }, ...open]
    case 'IN_FORCE':
      return [{ at: terms.heldUntil, what: LEDGER_DEFAULT }]
    case 'REQUESTED':
    case 'EXECUTED':
    case 'MOOT':
      return []
    default:
      return never(dispute)
  }
}

/** The end of every case, whoever is silent: the ledger pays the held coin out as the terms declared it. */
const LEDGER_DEFAULT = 'ledger_default'
const questionEnds = ({ question }: DisputeState) =>
  question === undefined ? [] : [{ at: question.until, what: 'default_judgement' }]

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
const carried = ({ terms, offers, judgement, question }: DisputeState): Carried => ({
  terms,
  offers,
  judgement,
  ...(question === undefined ? {} : { question }),
})
const isParty = ({ terms }: DisputeState, by: PartyId): boolean => by === terms.buyer || by === terms.merchant
const otherSide = ({ openedBy, buyer, merchant }: DisputeTerms): PartyId => (openedBy === buyer ? merchant : buyer)
const isShare = ({ toPayer, toPayee }: Share): boolean => toPayer >= 0n && toPayee >= 0n && toPayer + toPayee > 0n
const arbitration = (from: DisputeState): DisputeState => ({
  ...carried(from),
  state: 'ARBITRATION',
  ruling: null,
  signatures: [],
})

/** Where parties may still settle it themselves: until a ruling is in force. */
type Arguable = Extract<DisputeState, { state: 'OPEN' | 'NEGOTIATION' | 'ARBITRATION' | 'RULED' | 'APPEALED' }>
function isArguable(dispute: DisputeState): dispute is Arguable {
  return ['OPEN', 'NEGOTIATION', 'ARBITRATION', 'RULED', 'APPEALED'].includes(dispute.state)
}

/** Everything to the side that spoke. */
function judged<State extends DisputeState>(from: State, against: PartyId): State {
  const share: Share = against === from.terms.merchant ? { toPayer: 1n, toPayee: 0n } : { toPayer: 0n, toPayee: 1n }
  return { ...withoutQuestion(from), judgement: { against, share } }
}

const silent = (from: DisputeState, against: PartyId): DisputeState => arbitration(judged(from, against))

function withoutQuestion<State extends DisputeState>(from: State): State {
  const next: State & { question?: Question } = { ...from }
  delete next.question
  return next
}

const inForce = (from: DisputeState, { ruling, rulingHash, signatures }: SignedRuling): DisputeState => ({
  ...carried(from),
  state: 'IN_FORCE',
  ruling,
  rulingHash,
  signatures,
})

/** A quarter of what is left under the hold at most: as much again remains for the appeal's decision, and half of it to execute. */
function windowEnd({ terms }: DisputeState, env: Env): Time {
  const now = latestNow(env, terms.chain)
  return after(now, Math.max(0, Math.min(terms.appealMs, Math.floor((terms.heldUntil - now) / 4))))
}

function onClosed(dispute: DisputeState): Outcome {
  switch (dispute.state) {
    case 'EXECUTED':
    case 'MOOT':
      return unchanged(dispute)
    case 'IN_FORCE':
      return settled({ ...carried(dispute), state: 'EXECUTED', ruling: dispute.ruling, rulingHash: dispute.rulingHash })
    default:
      return settled({ ...carried(dispute), state: 'MOOT' })
  }
}

function onTime(from: DisputeState, env: Env): Outcome {
  const { chain, answerBy, arbitrateFrom } = from.terms
  const dispute = withoutLapsed(from, env)
  if (dispute.state === 'OPEN' && hasPassed(env, chain, answerBy)) return settled(silent(dispute, otherSide(dispute.terms)))
  const unanswered = dispute.question
  if (unanswered !== undefined && hasPassed(env, chain, unanswered.until)) {
    if (dispute.state === 'NEGOTIATION') return settled(silent(dispute, unanswered.of))
    // a ruling that operators have begun goes on; they know now who was silent
    if (dispute.state === 'ARBITRATION') return settled(judged(dispute, unanswered.of))
  }
  if (dispute.state === 'NEGOTIATION' && hasPassed(env, chain, arbitrateFrom)) return settled(arbitration(dispute))
  if (dispute.state === 'RULED' && hasPassed(env, chain, dispute.appealBy)) return settled(inForce(dispute, dispute))
  if (dispute.state === 'APPEALED' && hasPassed(env, chain, dispute.decideBy)) return settled(inForce(dispute, dispute.first))
  return settled(dispute)
}

function withoutLapsed(dispute: DisputeState, env: Env): DisputeState {
  const isOver = ({ state, until }: SplitOffer): boolean => state === 'open' && hasPassed(env, dispute.terms.chain, until)
  if (!dispute.offers.some(isOver)) return dispute
  return { ...dispute, offers: dispute.offers.map((offer) => (isOver(offer) ? { ...offer, state: 'expired' } : offer)) }
}

/** A word from the other side opens the negotiation; the opener's own words do not answer it. Any word answers what an operator asked. */
function onAnswer(dispute: DisputeState, event: Event<'answer'>): Outcome {
  if (!isParty(dispute, event.by)) return err('dispute_wrong_party', undefined, 'by')
  if (!isArguable(dispute)) return refused('dispute_wrong_state', dispute.state, event.kind)
  if (dispute.question?.of === event.by) return settled(withoutQuestion(dispute))
  const answers = dispute.state === 'OPEN' && event.by === otherSide(dispute.terms)
  return answers ? settled({ ...carried(dispute), state: 'NEGOTIATION' }) : unchanged(dispute)
}

/** Between the first answer and the ruling. The time is a quarter of what is left under the hold at most, so that a ruling after it still fits. */
function onQuestion(dispute: DisputeState, event: Event<'ask'>, env: Env): Outcome {
  const { of, until: wished } = event
  const { chain, heldUntil } = dispute.terms
  if (!isParty(dispute, of)) return err('dispute_wrong_party', undefined, 'of')
  const isOpen = dispute.state === 'NEGOTIATION' || dispute.state === 'ARBITRATION'
  if (!isOpen || dispute.judgement !== null) return refused('dispute_wrong_state', dispute.state, event.kind)
  const now = latestNow(env, chain)
  const latest = after(now, Math.max(0, Math.floor((heldUntil - now) / 4)))
  const until = wished < latest ? wished : latest
  if (!isStillBefore(env, chain, until)) return err('dispute_too_late', undefined, 'until')
  return settled({ ...dispute, question: { of, until } })
}

function onOffer(dispute: DisputeState, event: Event<'offer'>, env: Env): Outcome {
  const { by, offer, share, until } = event
  if (!isShare(share)) return err('dispute_share_invalid', undefined, 'share')
  const answered = onAnswer(dispute, { kind: 'answer', by })
  if (!answered.ok) return answered
  const { state } = answered.value
  if (state.offers.some((one) => one.offer === offer)) return unchanged(dispute)
  if (!isStillBefore(env, dispute.terms.chain, until)) return err('dispute_too_late', undefined, 'until')
  const others = state.offers.map((one) => (one.by === by && one.state === 'open' ? withdrawn(one) : one))
  return settled({ ...state, offers: [...others, { offer, by, share, until, state: 'open' }] })
}

const withdrawn = (offer: SplitOffer): SplitOffer => ({ ...offer, state: 'withdrawn' })

function onAccept(dispute: DisputeState, event: Event<'acceptOffer'>, env: Env): Outcome {
  if (!isParty(dispute, event.by)) return err('dispute_wrong_party', undefined, 'by')
  if (!isArguable(dispute)) return refused('dispute_wrong_state', dispute.state, event.kind)
  const offer = dispute.offers.find((one) => one.offer === event.offer)
  if (offer === undefined || offer.by === event.by) return err('dispute_offer_unknown', undefined, 'offer')
  if (offer.state !== 'open') return err('dispute_offer_closed', offer.state, 'offer')
  if (!isStillBefore(env, dispute.terms.chain, offer.until)) return err('dispute_too_late', undefined, 'offer')
  const offers = dispute.offers.map((one) => (one === offer ? { ...one, state: 'accepted' as const } : one))
  const ruling: Ruling = { share: offer.share, reasons: '', cause: 'consent' }
  const rulingHash = rulingHashOf(dispute.terms, ruling)
  return settled(inForce({ ...dispute, offers }, { ruling, rulingHash, signatures: [] }))
}

function onDecline(dispute: DisputeState, event: Event<'declineOffer'>): Outcome {
  if (!isParty(dispute, event.by)) return err('dispute_wrong_party', undefined, 'by')
  const offer = dispute.offers.find((one) => one.offer === event.offer)
  if (offer === undefined) return err('dispute_offer_unknown', undefined, 'offer')
  const state = offer.by === event.by ? 'withdrawn' : 'declined'
  if (offer.state === state) return unchanged(dispute)
  if (offer.state !== 'open') return err('dispute_offer_closed', offer.state, 'offer')
  if (!isArguable(dispute)) return refused('dispute_wrong_state', dispute.state, event.kind)
  return settled({ ...dispute, offers: dispute.offers.map((one) => (one === offer ? { ...one, state } : one)) })
}

function onSignature(dispute: DisputeState, event: Event<'signRuling'>, env: Env): Outcome {
  const { operator, share, reasons, cause } = event
  if (!isShare(share)) return err('dispute_share_invalid', undefined, 'share')
  if (dispute.state !== 'ARBITRATION' && dispute.state !== 'APPEALED')
    return refused('dispute_wrong_state', dispute.state, event.kind)
  // who has judged a case does not hear its appeal
  if (dispute.state === 'APPEALED' && dispute.first.signatures.some((one) => one.operator === operator))
    return err('dispute_same_operator', 'the appeal is decided by others', 'operator')
  const ruling: Ruling = { share, reasons, cause: cause ?? 'operators' }
  const rulingHash = rulingHashOf(dispute.terms, ruling)
  const signature = { operator, rulingHash }
  const [first] = dispute.signatures
  // Another text begins anew: a ruling is two operators over the same hash, never one of each.
  if (first === undefined || first.rulingHash !== rulingHash) return settled({ ...dispute, ruling, signatures: [signature] })
  if (first.operator === operator) return err('dispute_same_operator', undefined, 'operator')
  const decision = { ruling, rulingHash, signatures: [first, signature] }
  if (dispute.state === 'APPEALED') return settled(inForce(dispute, decision))
  return settled({ ...carried(dispute), ...decision, state: 'RULED', appealBy: windowEnd(dispute, env), accepted: [] })
}

function onAppeal(dispute: DisputeState, { by, kind }: Event<'appeal'>, env: Env): Outcome {
  if (!isParty(dispute, by)) return err('dispute_wrong_party', undefined, 'by')
  if (dispute.state === 'APPEALED' && dispute.by === by) return unchanged(dispute)
  if (dispute.state !== 'RULED') return refused('dispute_wrong_state', dispute.state, kind)
  if (dispute.accepted.includes(by)) return err('dispute_wrong_state', 'the ruling was accepted')
  if (!isStillBefore(env, dispute.terms.chain, dispute.appealBy)) return err('dispute_too_late')
  const { ruling, rulingHash, signatures } = dispute
  const first = { ruling, rulingHash, signatures }
  const opened = { by, first, decideBy: windowEnd(dispute, env), ruling: null, signatures: [] }
  return settled({ ...carried(dispute), ...opened, state: 'APPEALED' })
}

/** In force at once when nobody is left who could want another ruling: whoever got everything has accepted. */
function onAcceptance(dispute: DisputeState, { by, kind }: Event<'acceptRuling'>): Outcome {
  if (!isParty(dispute, by)) return err('dispute_wrong_party', undefined, 'by')
  if (dispute.state !== 'RULED') return refused('dispute_wrong_state', dispute.state, kind)
  if (dispute.accepted.includes(by)) return unchanged(dispute)
  const accepted = [...dispute.accepted, by]
  const { buyer, merchant } = dispute.terms
  const { share } = dispute.ruling
  const isBuyers = share.toPayee === 0n || accepted.includes(buyer)
  const isMerchants = share.toPayer === 0n || accepted.includes(merchant)
  return settled(isBuyers && isMerchants ? inForce(dispute, dispute) : { ...dispute, accepted })
}

export const disputeCodec = stateCodec<DisputeState>('dispute', DISPUTE_STATES)
