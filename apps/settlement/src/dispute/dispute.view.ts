// A dispute as the API shows it: claim, words, the body that operators sign, what this party or operator may do now.
import type { Actor, WireDispute } from '@huitong/contracts'
import type { Deal } from '../deal/kind.js'
import { mayReadAll } from '../access/access.js'
import type { Ledgers } from '../ledgers/ledgers.js'
import { milestoneDeadlines } from '../order/order.kind.js'
import type { OrderDeal } from '../order/order.file.js'
import { milestoneOf, termsOfMilestone } from '../order/order.legs.js'
import { type DisputeDeal, disputeKind } from './dispute.kind.js'

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
    offers: dispute.offers.map(({ by, share }) => ({
      at: deal.createdAt,
      party: by,
      toMerchant: share.toPayee.toString(),
      state: 'open',
    })),
    exceptions: file.isSilent ? [{ kind: 'silent', detail: 'the other side did not answer in time; operators decide' }] : [],
    allowedActions: actionsOf(deal.state, actor),
    ...rulingOf(deal.state),
    ...nextDeadline(ledgers, deal.state, order.state),
  }
}

function rulingOf({ file }: DisputeDeal): Pick<WireDispute, 'ruling'> {
  if (file.ruling === undefined) return {}
  const { outcome, toMerchant, reasons, body, hash, signatures, anchoredBy } = file.ruling
  const signedBy = signatures.map(({ operator }) => operator)
  return { ruling: { outcome, toMerchant, reasons, body, hash, signedBy, ...(anchoredBy === undefined ? {} : { anchoredBy }) } }
}

export function actionsOf({ dispute, file }: DisputeDeal, actor: Actor): readonly string[] {
  const { buyer, merchant } = dispute.terms
  const isOpen = dispute.state === 'OPEN' || dispute.state === 'NEGOTIATION' || dispute.state === 'ARBITRATION'
  const isHeard = isOpen || dispute.state === 'REQUESTED'
  if (actor.party === buyer || actor.party === merchant) return isHeard ? ['say', ...(isOpen ? ['split'] : [])] : []
  if (!mayReadAll(actor) || !isHeard) return []
  const hasSigned = file.ruling?.signatures.some(({ operator }) => operator === actor.operator) === true
  const sign = isOpen && file.ruling !== undefined && !hasSigned ? ['sign'] : []
  return ['say', ...(isOpen ? ['rule'] : []), ...sign]
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
