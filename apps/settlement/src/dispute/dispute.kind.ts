// A dispute as a deal: libs/protocol's machines of the case and of a return, with the papers that go with each step. Pure. Custody pays on two
// operators' signatures or both sides', and on nothing less: silence alone moves no money (docs/decisions/0006).
import type { WireEvidence } from '@huitong/contracts'
import { type Result, err, never, ok } from '@huitong/primitives'
import {
  type Decided,
  type DisputeCode,
  type DisputeEffect,
  type DisputeEvent,
  type DisputeState,
  type Env,
  type LedgerFact,
  type ReturnCode,
  type ReturnEvent,
  decideDispute,
  decideReturn,
  disputeDeadlines,
  disputeEffects,
  disputeWaits,
  isReturning,
  returnDeadline,
  returnWaits,
} from '@huitong/protocol'
import type { Deadline, DealKind, Outline } from '../deal/kind.js'
import type { Signed } from '../order/order.file.js'
import {
  type DisputeDeal,
  type DisputeFile,
  type Message,
  type OfferPaper,
  type ProposedRuling,
  agreedOffer,
  disputeDeal,
  disputeDealCodec,
  rulingInForce,
  shareOfDivision,
} from './dispute.file.js'

export type DisputeDealEvent =
  | Extract<DisputeEvent, { kind: 'held' | 'acceptRuling' }>
  | { readonly kind: 'milestoneClosed'; readonly isRefunded: boolean }
  /** `by` is absent for an operator's word: it answers for nobody. */
  /** `asks`: an operator asks a side for a word or evidence by then. */
  | {
      readonly kind: 'say'
      readonly by?: string
      readonly message: Message
      readonly asks?: Omit<Extract<DisputeEvent, { kind: 'ask' }>, 'kind'>
    }
  | { readonly kind: 'show'; readonly by?: string; readonly evidence: WireEvidence }
  /** Signed by its maker: the signatures were checked. */
  | ({ readonly kind: 'makeOffer'; readonly paper: OfferPaper } & Pick<Extract<DisputeEvent, { kind: 'offer' }>, 'by' | 'until'>)
  | { readonly kind: 'acceptOffer'; readonly by: string; readonly offer: string; readonly signatures: readonly Signed[] }
  | { readonly kind: 'declineOffer'; readonly by: string; readonly offer: string }
  /** A proposal fixes the body; another proposal replaces it until two operators have signed one. */
  | { readonly kind: 'propose'; readonly ruling: ProposedRuling }
  | { readonly kind: 'sign'; readonly operator: string; readonly signed: Signed }
  | { readonly kind: 'appeal'; readonly by: string; readonly at: number; readonly grounds: string }
  | { readonly kind: 'stepReturn'; readonly step: Extract<ReturnEvent, { by: string }> }
  | { readonly kind: 'anchored'; readonly transaction: string }

export type DisputeDealCode = DisputeCode | ReturnCode | 'ruling_mismatch' | 'operator_signed_already' | 'wrong_state'
type Outcome = Decided<DisputeDeal, DisputeEffect, DisputeDealCode>
type Event<Kind extends DisputeDealEvent['kind']> = Extract<DisputeDealEvent, { kind: Kind }>

export const disputeKind: DealKind<DisputeDeal, DisputeDealEvent, DisputeEffect> = {
  kind: 'dispute',
  prefix: 'dsp',
  codec: disputeDealCodec,
  decide,
  effects: owed,
  outline,
  duties: {
    askAnswer: 'shown',
    // operators list the cases that wait for them
    askRuling: 'shown',
    prepareJudgement: 'performed',
    ruleOrder: 'performed',
    anchorRuling: 'performed',
  },
}

function decide(deal: DisputeDeal, event: DisputeDealEvent | LedgerFact, env: Env): Outcome {
  switch (event.kind) {
    case 'coinCreated':
    case 'coinSpent':
      return ok({ state: deal, effects: [] })
    case 'held':
    case 'acceptRuling':
      return through(deal, event, env)
    case 'milestoneClosed':
      return onClosed(deal, event, env)
    case 'timePassed':
      return onTime(deal, event, env)
    case 'say':
      return onMessage(deal, event, env)
    case 'show':
      return onWord(deal, event.by, { ...deal.file, evidence: [...deal.file.evidence, event.evidence] }, env)
    case 'makeOffer': {
      const { by, until, paper } = event
      const offer = { kind: 'offer', by, offer: paper.offer, share: shareOfDivision(paper), until } as const
      return through(deal, offer, env, { ...deal.file, offers: [...deal.file.offers, paper] })
    }
    case 'acceptOffer':
      return onAcceptedOffer(deal, event, env)
    case 'declineOffer':
      return through(deal, event, env)
    case 'propose':
      return onProposal(deal, event.ruling, env)
    case 'sign':
      return onSignature(deal, event, env)
    case 'appeal':
      return onAppeal(deal, event, env)
    case 'stepReturn':
      return onReturnStep(deal, event.step, env)
    case 'anchored':
      return onAnchored(deal, event.transaction)
    default:
      return never(event)
  }
}

const kept = (deal: DisputeDeal): Outcome => ok({ state: deal, effects: owed(deal) })

/** The machine's answer, with the file that goes with it. */
function through(deal: DisputeDeal, event: DisputeEvent, env: Env, file: DisputeFile = deal.file): Outcome {
  const decided = decideDispute(deal.dispute, event, env)
  return decided.ok ? kept(disputeDeal(decided.value.state, file, deal.returning)) : decided
}

/** A ruling is anchored even if the money was faster: what two operators signed stays findable. The judgement is drafted once. */
function owed(deal: DisputeDeal): readonly DisputeEffect[] {
  const { dispute, file } = deal
  const effects = disputeEffects(dispute).filter(
    ({ kind }) => kind !== 'anchorRuling' && !(kind === 'prepareJudgement' && file.ruling !== undefined),
  )
  const ruling = rulingInForce(deal)
  if (ruling === undefined || ruling.anchoredBy !== undefined) return effects
  return [...effects, { kind: 'anchorRuling', id: `${dispute.terms.id}/anchor`, rulingHash: ruling.hash }]
}

function onClosed(deal: DisputeDeal, { isRefunded }: Event<'milestoneClosed'>, env: Env): Outcome {
  const returning = returned(deal, { kind: 'closed', isRefunded }, env)
  if (!returning.ok) return returning
  return through({ ...deal, returning: returning.value }, { kind: 'milestoneClosed' }, env)
}

function returned({ returning }: DisputeDeal, event: ReturnEvent, env: Env): Result<DisputeDeal['returning'], ReturnCode> {
  if (returning === null) return ok(null)
  const decided = decideReturn(returning, event, env)
  return decided.ok ? ok(decided.value.state) : decided
}

/** While goods are on their way back the negotiation waits for them; a side that lets its step pass is judged for it. */
function onTime(deal: DisputeDeal, fact: Extract<LedgerFact, { kind: 'timePassed' }>, env: Env): Outcome {
  const returning = returned(deal, fact, env)
  if (!returning.ok) return returning
  const next = { ...deal, returning: returning.value }
  const wasUnderWay = deal.returning !== null && isReturning(deal.returning)
  if (wasUnderWay && next.returning?.state === 'LAPSED')
    return through(next, { kind: 'silence', by: next.returning.lapse.by }, env)
  if (wasUnderWay && deal.dispute.state === 'NEGOTIATION') return kept(next)
  return through(next, fact, env)
}

/** The question stands in the file with the time that it was given. */
function onMessage(deal: DisputeDeal, { by, message, asks }: Event<'say'>, env: Env): Outcome {
  const written = (one: Message): DisputeFile => ({ ...deal.file, messages: [...deal.file.messages, one] })
  if (asks === undefined) return onWord(deal, by, written(message), env)
  const asked = decideDispute(deal.dispute, { kind: 'ask', ...asks }, env)
  if (!asked.ok) return asked
  const dispute = asked.value.state
  const { question } = dispute
  const given = question === undefined ? {} : { asks: question.of, answerBy: question.until }
  return kept(disputeDeal(dispute, written({ ...message, ...given }), deal.returning))
}

function onWord(deal: DisputeDeal, by: string | undefined, file: DisputeFile, env: Env): Outcome {
  const { dispute } = deal
  if (isDecided(dispute)) return err('dispute_wrong_state', dispute.state)
  // before the clock stands nothing is answered, but everything is heard
  if (by === undefined || dispute.state === 'REQUESTED') return kept({ ...deal, file })
  return through(deal, { kind: 'answer', by }, env, file)
}

export const isDecided = ({ state }: DisputeState): boolean => state === 'IN_FORCE' || state === 'EXECUTED' || state === 'MOOT'

function onAcceptedOffer(deal: DisputeDeal, { by, offer, signatures }: Event<'acceptOffer'>, env: Env): Outcome {
  const offers = deal.file.offers.map((paper) =>
    paper.offer === offer ? { ...paper, signatures: [...paper.signatures, ...signatures] } : paper,
  )
  return through(deal, { kind: 'acceptOffer', by, offer }, env, { ...deal.file, offers })
}

function onProposal(deal: DisputeDeal, ruling: ProposedRuling, env: Env): Outcome {
  const { dispute } = deal
  const file = { ...deal.file, ruling }
  if (dispute.state === 'ARBITRATION' || dispute.state === 'APPEALED')
    return kept(disputeDeal({ ...dispute, ruling: null, signatures: [] }, file, deal.returning))
  if (dispute.state !== 'OPEN' && dispute.state !== 'NEGOTIATION') return err('dispute_wrong_state', dispute.state)
  // an operator takes the case up before its time: the appeal remains to both
  const { openedBy, buyer, merchant } = dispute.terms
  const answered = decideDispute(dispute, { kind: 'answer', by: openedBy === buyer ? merchant : buyer }, env)
  if (!answered.ok) return answered
  return through({ ...deal, dispute: answered.value.state }, { kind: 'escalate', by: openedBy }, env, file)
}

function onSignature(deal: DisputeDeal, { operator, signed }: Event<'sign'>, env: Env): Outcome {
  const { ruling } = deal.file
  if (ruling === undefined || signed.body !== ruling.body) return err('ruling_mismatch', undefined, 'signed')
  if (ruling.signatures.some((one) => one.operator === operator)) return err('operator_signed_already')
  const { reasonsHash: reasons, cause } = ruling
  const next = { ...deal.file, ruling: { ...ruling, signatures: [...ruling.signatures, { operator, signed }] } }
  return through(deal, { kind: 'signRuling', operator, share: shareOfDivision(ruling), reasons, cause }, env, next)
}

/** The ruling goes into the appeal's file; the operators of the appeal begin with an empty desk. */
function onAppeal(deal: DisputeDeal, { by, at, grounds }: Event<'appeal'>, env: Env): Outcome {
  const { ruling: first, ...file } = deal.file
  if (first === undefined || deal.dispute.state === 'APPEALED') return through(deal, { kind: 'appeal', by }, env)
  return through(deal, { kind: 'appeal', by }, env, { ...file, appeal: { at, party: by, grounds, first } })
}

function onReturnStep(deal: DisputeDeal, step: Extract<ReturnEvent, { by: string }>, env: Env): Outcome {
  if (deal.returning === null || isDecided(deal.dispute) || deal.dispute.state === 'REQUESTED')
    return err('return_wrong_state', deal.dispute.state)
  const returning = returned(deal, step, env)
  return returning.ok ? through({ ...deal, returning: returning.value }, { kind: 'answer', by: step.by }, env) : returning
}

function onAnchored(deal: DisputeDeal, anchoredBy: string): Outcome {
  const ruling = rulingInForce(deal)
  if (ruling === undefined) return err('wrong_state')
  const { file } = deal
  if (file.ruling === ruling) return kept({ ...deal, file: { ...file, ruling: { ...ruling, anchoredBy } } })
  const appeal = file.appeal === undefined ? {} : { appeal: { ...file.appeal, first: { ...ruling, anchoredBy } } }
  return kept({ ...deal, file: { ...file, ...appeal } })
}

function outline(deal: DisputeDeal): Outline {
  const { dispute, returning, file } = deal
  const { buyer, merchant, chain } = dispute.terms
  const isUnderWay = returning !== null && isReturning(returning)
  const deadlines: Deadline[] = disputeDeadlines(dispute)
    // while goods are on their way back the negotiation has no end, and no question an own one
    .filter(
      ({ what }) =>
        !(isUnderWay && dispute.state === 'NEGOTIATION' && (what === 'goes_to_operators' || what === 'default_judgement')),
    )
    .map(({ at, what }) => ({ chain, at, default: what }))
  const back = returning === null || isDecided(dispute) ? undefined : returnDeadline(returning)
  if (back !== undefined) deadlines.push({ chain, at: back.at, default: 'default_judgement' })
  const isAnchored = rulingInForce(deal)?.anchoredBy !== undefined || agreedOffer(deal) !== undefined
  const waits = disputeWaits(dispute).filter(({ what }) => !(isUnderWay && what === 'settle'))
  return {
    isFinal: dispute.state === 'MOOT' || (dispute.state === 'EXECUTED' && isAnchored),
    parties: [buyer, merchant, ...(file.provider === undefined ? [] : [file.provider])],
    deadlines,
    waits: back === undefined || returning === null ? waits : [...waits, ...returnWaits(returning, dispute.terms.milestone)],
    hashes: [],
  }
}
