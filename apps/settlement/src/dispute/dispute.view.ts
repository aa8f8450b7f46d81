// A dispute as the API shows it: claim, words, the body that operators sign, what this party or operator may do now.
import type { Actor, WireDispute, WireDisputeOffer, WireReturn, WireRuling } from '@huitong/contracts'
import { type ReturnState, isReturning } from '@huitong/protocol'
import type { Deal } from '../deal/kind.js'
import { mayReadAll } from '../access/access.js'
import type { Ledgers } from '../ledgers/ledgers.js'
import { milestoneDeadlines } from '../order/order.kind.js'
import type { OrderDeal } from '../order/order.file.js'
import { milestoneOf, termsOfMilestone } from '../order/order.legs.js'
import type { DisputeDeal, ProposedRuling } from './dispute.file.js'
import { disputeKind, isDecided } from './dispute.kind.js'

export interface DisputeShown {
  readonly deal: Deal<DisputeDeal>
  /** Its order: whose deadlines bind the case while the money is locked. */
  readonly order: Deal<OrderDeal>
  readonly actor: Actor
}

export function disputeView(ledgers: Pick<Ledgers, 'ofChain'>, { deal, order, actor }: DisputeShown): WireDispute {
  const { dispute, file } = deal.state
  const { terms } = dispute
  return {
    id: deal.id,
    state: dispute.state,
    version: deal.version,
    createdAt: deal.createdAt,
    order: terms.order,
    milestone: terms.milestone,
    openedBy: terms.openedBy,
    claim: file.claim,
    messages: file.messages,
    evidence: file.evidence,
    offers: offersOf(deal.state),
    acceptedBy: dispute.state === 'RULED' ? dispute.accepted : [],
    exceptions: silenceOf(deal.state),
    allowedActions: actionsOf(deal.state, actor),
    ...(file.ruling === undefined ? {} : { ruling: rulingView(file.ruling) }),
    ...(file.appeal === undefined ? {} : { appeal: { ...file.appeal, first: rulingView(file.appeal.first) } }),
    ...(deal.state.returning === null ? {} : { return: returnView(deal.state.returning) }),
    ...nextDeadline(ledgers, deal.state, order.state),
  }
}

function offersOf({ dispute, file }: DisputeDeal): readonly WireDisputeOffer[] {
  return dispute.offers.flatMap(({ offer: id, by: party, until, state }) => {
    const paper = file.offers.find(({ offer }) => offer === id)
    return paper === undefined ? [] : [{ id, at: paper.at, party, toMerchant: paper.toMerchant, body: paper.body, until, state }]
  })
}

function silenceOf({ dispute }: DisputeDeal): WireDispute['exceptions'] {
  const { judgement } = dispute
  if (judgement === null) return []
  return [{ kind: 'silent', detail: `${judgement.against} let its time pass; judgement against it is put before the operators` }]
}

function rulingView({ outcome, cause, toMerchant, reasons, body, hash, signatures, anchoredBy }: ProposedRuling): WireRuling {
  const signedBy = signatures.map(({ operator }) => operator)
  return { outcome, cause, toMerchant, reasons, body, hash, signedBy, ...(anchoredBy === undefined ? {} : { anchoredBy }) }
}

function returnView(back: ReturnState): WireReturn {
  const { state, tracking } = back
  return {
    state,
    ...(tracking === '' ? {} : { tracking }),
    ...(back.state === 'LAPSED' ? { lapsed: { party: back.lapse.by, step: back.lapse.step } } : {}),
  }
}

export function actionsOf(deal: DisputeDeal, actor: Actor): readonly string[] {
  const { dispute, file } = deal
  if (isDecided(dispute)) return []
  const { buyer, merchant } = dispute.terms
  const { party } = actor
  if (party === buyer || party === merchant) return ['say', 'evidence', ...partyActions(deal, party)]
  if (!mayReadAll(actor)) return []
  const isDesk = dispute.state !== 'REQUESTED' && dispute.state !== 'RULED'
  const { operator } = actor
  const hasSigned = [...(file.ruling?.signatures ?? []), ...(file.appeal?.first.signatures ?? [])].some(
    (one) => one.operator === operator,
  )
  const sign = isDesk && file.ruling !== undefined && !hasSigned ? ['sign'] : []
  return ['say', 'evidence', ...(isDesk ? ['rule'] : []), ...sign]
}

function partyActions({ dispute, returning }: DisputeDeal, party: string): readonly string[] {
  if (dispute.state === 'REQUESTED') return []
  const theirs = dispute.offers.some(({ by, state }) => by !== party && state === 'open')
  const own = dispute.offers.some(({ by, state }) => by === party && state === 'open')
  const answers = [...(theirs ? ['accept-offer', 'decline-offer'] : []), ...(own ? ['withdraw-offer'] : [])]
  const isFree = dispute.state === 'RULED' && !dispute.accepted.includes(party)
  const back = returning === null ? [] : returnActions(returning, party)
  return ['offer', ...answers, ...(isFree ? ['appeal', 'accept-ruling'] : []), ...back]
}

function returnActions(back: ReturnState, party: string): readonly string[] {
  const { buyer, merchant } = back.terms
  if (back.state === 'ASKED') return party === merchant ? ['authorise-return', 'refuse-return'] : []
  if (!isReturning(back)) return []
  if (back.state === 'AUTHORISED') return party === buyer ? ['ship-back'] : []
  if (party !== merchant) return []
  return back.state === 'SHIPPED_BACK' ? ['receive-return'] : ['refund']
}

/** The case's own clock, or the ledger's under the held coin, whichever is first. */
function nextDeadline(
  ledgers: Pick<Ledgers, 'ofChain'>,
  deal: DisputeDeal,
  { order }: OrderDeal,
): Pick<WireDispute, 'nextDeadline'> {
  const { milestone: number } = deal.dispute.terms
  const [terms, milestone] = [termsOfMilestone(order.terms, number), milestoneOf(order, number)]
  const ofOrder = terms === undefined || milestone === undefined ? [] : milestoneDeadlines(order, terms, milestone)
  const [next] = [...disputeKind.outline(deal).deadlines, ...ofOrder].sort((one, two) => one.at - two.at)
  return next === undefined
    ? {}
    : { nextDeadline: { at: next.at, ledger: ledgers.ofChain(next.chain).name, default: next.default } }
}
