// What an order does with an event. Pure: facts from ledgers are never refused, commands are, and nothing here acts.
import { type Preimage, err, expectOk, invariant, lockOf, ok } from '@huitong/primitives'
import { type Decided, type PartyId, childId, refused, unchanged } from '../decision.js'
import { type Env, advanced } from '../env.js'
import type { CoinCreated, CoinSpent } from '../facts.js'
import { type RefundEvent, type RefundRecord, createRefund, decideRefund } from '../refund/refund.js'
import { hasPassed, isStillBefore } from '../time-locks.js'
import { type Bound, withMilestone } from './bound.js'
import { type Change, applyCommand } from './commands.js'
import { orderEffects } from './effects.js'
import type { MilestoneCommand } from './guards.js'
import { type EscrowMatch, buyersLegState, legEntries, matchEscrow, openLegs } from './legs.js'
import { carried, fund, isClosed, learn, legTerms, newMilestone, passTime, spend } from './milestone.js'
import type { MilestoneState, OrderCode, OrderCommand, OrderEffect, OrderEvent, OrderException, OrderState } from './model.js'
import { decidePayment, isHeldForLateness, paymentEnds, withHeld, withOddCoin, withoutIdleWaits } from './payment.js'
import { noted, withExtra, withRefund } from './records.js'
import { type OrderTerms, buyersLeg, orderTermsFault, orderTermsHash } from './terms.js'

type Outcome = Decided<OrderState, OrderEffect, OrderCode>

/** An offer of terms, to be agreed to by the buyer and every merchant. */
export function createOrder(terms: OrderTerms, env: Env): Outcome {
  const fault = orderTermsFault(terms, env)
  if (fault !== undefined) return fault
  const termsHash = orderTermsHash(terms)
  return ok({ state: { state: 'DRAFT', terms, termsHash, agreed: [], extras: [], refunds: [], exceptions: [] }, effects: [] })
}

/** Everybody whose agreement the terms need. A provider is bound by its signed offer. */
export const partiesOf = (terms: OrderTerms): readonly PartyId[] => [
  ...new Set([terms.buyer, ...terms.milestones.map((milestone) => milestone.merchant)]),
]

export function decideOrder(order: OrderState, event: OrderEvent, env: Env): Outcome {
  switch (event.kind) {
    case 'coinCreated':
      return onCoin(order, event, env)
    case 'coinSpent':
      return onSpent(order, event, env)
    case 'timePassed':
      return onTime(order, advanced(env, event.chain, event.time))
    case 'preimageSeen':
      return onSecret(order, event.preimage, env)
    case 'agree':
      return onAgree(order, event, env)
    case 'withdraw':
      return onWithdraw(order, event, env)
    case 'decidePayment':
      return onPayment(order, event, env)
    default:
      return onCommand(order, event, env)
  }
}

function settled(order: OrderState, env: Env): Outcome {
  const state = withoutIdleWaits(order)
  return ok({ state, effects: orderEffects(state, env) })
}

function onAgree(order: OrderState, event: Extract<OrderCommand, { kind: 'agree' }>, env: Env): Outcome {
  const parties = partiesOf(order.terms)
  if (!parties.includes(event.by)) return err('order_wrong_party', undefined, 'by')
  if (event.termsHash !== order.termsHash) return err('order_terms_changed', undefined, 'termsHash')
  if (order.state === 'AGREED') return unchanged(order)
  if (order.state !== 'DRAFT') return refused('order_wrong_state', order.state, event.kind)
  if (order.agreed.includes(event.by)) return unchanged(order)
  if (!isStillBefore(env, firstChain(order.terms), order.terms.agreeBy)) return err('order_agree_too_late')
  const fault = orderTermsFault(order.terms, env)
  if (fault !== undefined) return fault
  const agreed = [...order.agreed, event.by]
  if (!parties.every((party) => agreed.includes(party))) return settled({ ...order, agreed }, env)
  return settled(bound(order, 'AGREED'), env)
}

function bound(order: Extract<OrderState, { state: 'DRAFT' }>, state: 'AGREED' | 'CANCELLED' | 'EXPIRED'): Bound {
  const { terms, termsHash, extras, refunds, exceptions } = order
  const fresh = terms.milestones.map(newMilestone)
  const milestones = state === 'AGREED' ? fresh : fresh.map(called)
  return { state, terms, termsHash, extras, refunds, exceptions, milestones }
}

/** A milestone of an order that will not happen: money that still comes is extra. */
const called = (milestone: MilestoneState): MilestoneState => ({ ...carried(milestone), state: 'LAPSED' })

const firstChain = (terms: OrderTerms) => {
  const [first] = terms.milestones
  if (first === undefined) throw new RangeError('checked terms have a milestone')
  return buyersLeg(first.legs).chain
}

function onWithdraw(order: OrderState, event: Extract<OrderCommand, { kind: 'withdraw' }>, env: Env): Outcome {
  if (!partiesOf(order.terms).includes(event.by)) return err('order_wrong_party', undefined, 'by')
  if (order.state === 'CANCELLED') return unchanged(order)
  if (order.state === 'DRAFT') return settled(bound(order, 'CANCELLED'), env)
  const locked = order.state !== 'AGREED' || order.milestones.some((milestone) => openLegs(milestone.legs).length > 0)
  if (locked) return refused('order_wrong_state', order.state, event.kind)
  return settled({ ...order, state: 'CANCELLED', milestones: order.milestones.map(called) }, env)
}

function onPayment(order: OrderState, event: Extract<OrderCommand, { kind: 'decidePayment' }>, env: Env): Outcome {
  const decided = decidePayment(order, event)
  return decided.ok ? settled(decided.value, env) : decided
}

function onCommand(order: OrderState, command: MilestoneCommand, env: Env): Outcome {
  if (order.state === 'DRAFT') return refused('order_wrong_state', order.state, command.kind)
  const terms = order.terms.milestones.find((one) => one.milestone === command.milestone)
  const milestone = order.milestones.find((one) => one.milestone === command.milestone)
  if (terms === undefined || milestone === undefined) return err('order_milestone_unknown', undefined, 'milestone')
  if (command.kind === 'recordSurplus') {
    const id = childId(order.terms.order, `surplus/${command.milestone}/${command.reference}`)
    if (order.refunds.some((refund) => refund.id === id)) return unchanged(order)
  }
  const change = applyCommand({ order: order.terms, terms, milestone, refunds: order.refunds.length, env }, command)
  if (!change.ok) return change
  return change.value === undefined ? unchanged(order) : settled(changed(order, change.value), env)
}

function changed(order: Bound, change: Change): OrderState {
  const { answered } = change
  let refunds = change.refund === undefined ? order.refunds : [...order.refunds, change.refund]
  if (answered !== undefined) refunds = withRefund(refunds, answered.refund, { kind: answered.event })
  const exceptions = (change.exceptions ?? []).reduce(noted, order.exceptions)
  return withMilestone({ ...order, refunds, exceptions }, change.milestone)
}

function onCoin(order: OrderState, fact: CoinCreated, env: Env): Outcome {
  const match = matchEscrow(order.terms, fact)
  const { coordinate } = fact.coin
  if (match.kind === 'stranger' || knowsCoin(order, coordinate)) return unchanged(order)
  if (match.kind === 'other') return settled(withOddCoin(order, fact, match), env)
  if (order.state === 'DRAFT') return settled(withExtra(order, fact, { kind: 'extra_coin' }), env)
  const milestone = order.milestones.find((one) => one.milestone === match.terms.milestone)
  if (milestone === undefined) return unchanged(order)
  if (isHeldForLateness(milestone, match, fact)) return settled(withHeld(order, fact, 'late'), env)
  const funded = fund(milestone, match.terms, match.side, fact)
  if (funded === 'late' || funded === 'extra')
    return settled(withExtra(order, fact, { kind: funded === 'late' ? 'late' : 'extra_coin' }), env)
  return settled(withMilestone(withAccepted(order, fact, match), funded), env)
}

/** What the terms let count although it is not what was agreed stays visible. */
function withAccepted(order: Bound, { at, coin }: CoinCreated, match: Extract<EscrowMatch, { kind: 'leg' }>): Bound {
  const { terms, accepted } = match
  const { milestone, fundBy } = terms
  const { coordinate } = coin
  const odd: OrderException[] =
    accepted === undefined ? [] : [{ kind: accepted.reason, milestone, coin: coordinate, amount: accepted.difference }]
  if (match.side !== 'b' && at >= fundBy) odd.push({ kind: 'late', milestone, coin: coordinate })
  return odd.length === 0 ? order : { ...order, exceptions: odd.reduce(noted, order.exceptions) }
}

function knowsCoin(order: OrderState, coordinate: string): boolean {
  if (order.extras.some((extra) => extra.coordinate === coordinate)) return true
  if (order.state === 'DRAFT') return false
  return order.milestones.some(({ legs }) =>
    legEntries(legs).some(({ leg }) => leg.fate !== 'unfunded' && leg.seen.some((one) => one === coordinate)),
  )
}

function onSpent(order: OrderState, fact: CoinSpent, env: Env): Outcome {
  const extra = order.extras.find((one) => one.coordinate === fact.coordinate && one.fate === 'open')
  if (extra !== undefined) return settled(withExtraSpent(order, extra.refund, fact), env)
  if (order.state === 'DRAFT') return unchanged(order)
  for (const milestone of order.milestones) {
    const at = openLegs(milestone.legs).find(({ leg }) => leg.coin.coordinate === fact.coordinate)
    if (at === undefined) continue
    const after = spend(milestone, at, fact)
    const refunds = at.side === 'b' ? order.refunds : refundsAfter(order, milestone, after, fact)
    return settled(withMilestone({ ...order, refunds }, after), env)
  }
  return unchanged(order)
}

/** An extra that was spent: what returned is final; what was held goes on under its new coordinate; what was paid out is no refund. */
function withExtraSpent(order: OrderState, refund: string, fact: CoinSpent): OrderState {
  const rest = fact.outputs.find((output) => output.condition.kind === 'escrow')
  const extras = order.extras.map((one) => {
    if (one.refund !== refund) return one
    if (rest === undefined || rest.condition.kind !== 'escrow') return { ...one, fate: 'closed' as const }
    return { ...one, coordinate: rest.coordinate, amount: rest.amount, deadline: rest.condition.deadline }
  })
  if (rest !== undefined) return { ...order, extras }
  const payer = order.extras.find((one) => one.refund === refund)?.payer
  const back = fact.outputs
    .filter((output) => output.condition.kind === 'account' && output.condition.account === payer)
    .reduce((sum, output) => sum + output.amount, 0n)
  const event: RefundEvent = back > 0n ? { kind: 'returned', amount: back } : { kind: 'paidOut' }
  return { ...order, extras, refunds: withRefund(order.refunds, refund, event) }
}

/** Refund records follow the buyer's money: what a spend returned is final, what it paid out is superseded. */
function refundsAfter(order: Bound, before: MilestoneState, after: MilestoneState, fact: CoinSpent): readonly RefundRecord[] {
  const [from, to] = [buyersLegState(before.legs), buyersLegState(after.legs)]
  if (from.fate === 'unfunded' || to.fate === 'unfunded') return order.refunds
  const back = to.books.refunded - from.books.refunded
  const agreed = before.resolution?.refund
  const awaited = agreed ?? before.request?.refund
  const isOpen = order.refunds.some(({ id, state }) => id === awaited && (state === 'REQUESTED' || state === 'AGREED'))
  let refunds = order.refunds
  if (back > 0n) {
    refunds =
      awaited !== undefined && isOpen
        ? withRefund(refunds, awaited, { kind: 'returned', amount: back })
        : [...refunds, returned(order, before.milestone, fact, back)]
  }
  if (to.fate !== 'closed') return refunds
  // Nothing remains: whatever was still asked for or agreed to has been overtaken.
  for (const id of [agreed, before.request?.refund]) if (id !== undefined) refunds = withRefund(refunds, id, { kind: 'paidOut' })
  return refunds
}

/** The record of money that came back without anybody's request: by default, by ruling, by the merchant's own signature. */
function returned(order: Bound, milestone: number, fact: CoinSpent, amount: bigint): RefundRecord {
  const terms = order.terms.milestones.find((one) => one.milestone === milestone)
  invariant(terms !== undefined, 'a milestone has terms')
  const { chain, asset } = buyersLeg(terms.legs)
  const id = childId(order.terms.order, `returned/${fact.coordinate}`)
  const fields = { id, kind: 'returned', milestone, chain, asset, amount, reason: fact.path.kind } as const
  const record = expectOk(createRefund(fields, 'AGREED'), 'refund record').state
  return expectOk(decideRefund(record, { kind: 'returned', amount }), 'refund record').state
}

function onTime(order: OrderState, env: Env): Outcome {
  if (order.state === 'DRAFT') {
    const late = hasPassed(env, firstChain(order.terms), order.terms.agreeBy)
    return settled(late ? bound(order, 'EXPIRED') : order, env)
  }
  let next: Bound = order
  for (const terms of order.terms.milestones) {
    const milestone = order.milestones.find((one) => one.milestone === terms.milestone)
    if (milestone === undefined) continue
    const after = passTime(milestone, terms, paymentEnds(order, terms), env)
    if (after !== milestone) next = withMilestone(next, after)
    if (milestone.state === 'FUNDED' && hasPassed(env, buyersLeg(terms.legs).chain, terms.shipBy))
      next = { ...next, exceptions: noted(next.exceptions, { kind: 'shipment_late', milestone: milestone.milestone }) }
    if (isCodeTooLate(milestone, terms.milestone, order, env))
      next = { ...next, exceptions: noted(next.exceptions, { kind: 'code_too_late', milestone: milestone.milestone }) }
  }
  return settled(next, env)
}

function isCodeTooLate({ code, legs }: MilestoneState, number: number, order: OrderState, env: Env): boolean {
  const terms = order.terms.milestones.find((one) => one.milestone === number)
  if (code === null || legs.kind !== 'paired' || legs.b.fate !== 'open' || terms === undefined) return false
  return hasPassed(env, legTerms(terms, 'b').chain, legs.b.coin.deadline)
}

function onSecret(order: OrderState, preimage: Preimage, env: Env): Outcome {
  if (order.state === 'DRAFT') return unchanged(order)
  const terms = order.terms.milestones.find(
    ({ confirmation }) => confirmation.kind === 'code' && confirmation.hash === lockOf(preimage),
  )
  const milestone = order.milestones.find((one) => one.milestone === terms?.milestone)
  if (milestone === undefined || milestone.code !== null || isClosed(milestone)) return unchanged(order)
  const early = milestone.state === 'UNFUNDED' || milestone.state === 'HALF_FUNDED'
  const next = withMilestone(order, learn(milestone, preimage))
  const exception = { kind: 'early_code', milestone: milestone.milestone } as const
  return settled(early ? { ...next, exceptions: noted(next.exceptions, exception) } : next, env)
}
