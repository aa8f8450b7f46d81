// Coins that are not what was agreed, under the terms' policy: they wait for the rest of the amount or for the merchant's word, in escrow, and count once
// it came. Whatever becomes of the milestone meanwhile, nothing waits longer: it is owed back to its payer.
import { type Result, type Time, err, ok } from '@huitong/primitives'
import type { CoinCreated } from '../facts.js'
import { type Bound, withMilestone } from './bound.js'
import { type EscrowMatch, type OpenLegState, fundedLeg } from './legs.js'
import { fundWith } from './milestone.js'
import type { ExtraCoin, MilestoneState, OrderCode, OrderCommand, OrderException, OrderState } from './model.js'
import { noted, withExtra, withRefund } from './records.js'
import { type MilestoneTerms, buyersLeg, fundingEnds } from './terms.js'

type Other = Extract<EscrowMatch, { kind: 'other' }>
export type Waiting = ExtraCoin & { readonly waits: NonNullable<ExtraCoin['waits']> }

const isWaiting = (extra: ExtraCoin): extra is Waiting => extra.waits !== undefined && extra.fate === 'open'
const waitingFor = (order: OrderState, milestone: number, what: Waiting['waits']['for']): readonly Waiting[] =>
  order.extras.filter(isWaiting).filter(({ waits }) => waits.milestone === milestone && waits.for === what)

/** What is still to be paid, where coins wait for the rest, and the fee that a coin of all of it has to bear: the agreed one less what those coins bear. */
export function restOf(order: OrderState, terms: MilestoneTerms): { readonly amount: bigint; readonly fee: bigint } | undefined {
  const parts = waitingFor(order, terms.milestone, 'rest')
  if (parts.length === 0) return undefined
  const { amount, fee } = buyersLeg(terms.legs)
  return parts.reduce((left, part) => ({ amount: left.amount - part.amount, fee: left.fee - part.waits.fee }), { amount, fee })
}

/** Until when a milestone waits for its money: while a coin is on hold, until shipping is due. Block time, exclusive. */
export const paymentEnds = (order: OrderState, terms: MilestoneTerms): Time =>
  waitingFor(order, terms.milestone, 'decision').length > 0 ? terms.shipBy : fundingEnds(terms)

/** Coins on hold, of all milestones. */
export const coinsOnHold = (order: OrderState): readonly Waiting[] =>
  order.extras.filter(isWaiting).filter(({ waits }) => waits.for === 'decision')

/** A coin that would be the leg but for its time. */
export function isHeldForLateness(
  milestone: MilestoneState,
  match: Extract<EscrowMatch, { kind: 'leg' }>,
  fact: CoinCreated,
): boolean {
  const { payment, fundBy, shipBy } = match.terms
  if (match.side !== 'single' || payment?.late !== 'hold' || milestone.state !== 'UNFUNDED') return false
  return fact.at >= fundBy && fact.at < shipBy
}

/** Kept until the merchant decides. */
export function withHeld<Order extends OrderState>(
  order: Order,
  fact: CoinCreated,
  kind: OrderException['kind'],
  difference = 0n,
): Order {
  const { condition, coordinate } = fact.coin
  if (condition.kind !== 'escrow') return order
  const listed = withExtra(order, fact, {
    kind,
    difference,
    waits: { for: 'decision', milestone: condition.milestone, fee: condition.fee },
  })
  const exception = { kind: 'on_hold', milestone: condition.milestone, coin: coordinate } as const
  return { ...listed, exceptions: noted(listed.exceptions, exception) }
}

/** A coin of another amount, or of other terms altogether. */
export function withOddCoin(order: OrderState, fact: CoinCreated, match: Other): OrderState {
  const { odd, reason, difference, condition } = match
  const plain = { kind: reason, difference }
  if (odd === undefined || order.state === 'DRAFT') return withExtra(order, fact, plain)
  const { terms, policy } = odd
  const milestone = order.milestones.find((one) => one.milestone === terms.milestone)
  if (milestone?.state !== 'UNFUNDED' || fact.at >= fundingEnds(terms)) return withExtra(order, fact, plain)
  const isLate = fact.at >= terms.fundBy && terms.payment?.late === 'hold'
  if (policy === 'top-up' && !isLate) return withPart(order, milestone, { fact, terms, fee: condition.fee })
  // the fee is the agreed one: whoever writes another into the coin has not paid as agreed in any way
  const isOnlyOdd = condition.fee === buyersLeg(terms.legs).fee && condition.fee <= fact.coin.amount
  return isOnlyOdd ? withHeld(order, fact, reason, difference) : withExtra(order, fact, plain)
}

interface Part {
  readonly fact: CoinCreated
  readonly terms: MilestoneTerms
  readonly fee: bigint
}

/** One more coin towards the amount: the fee that it bears counts towards the agreed one, and the coin that completes the sum bears what is left. */
function withPart(order: Bound, milestone: MilestoneState, { fact, terms, fee }: Part): OrderState {
  const agreed = buyersLeg(terms.legs)
  const left = restOf(order, terms) ?? { amount: agreed.amount, fee: agreed.fee }
  const missing = left.amount - fact.coin.amount
  const isOver = missing < 0n
  const odd = { kind: isOver ? 'overpaid' : 'underpaid', difference: isOver ? -missing : missing } as const
  if (!bearsItsPart(left, { amount: fact.coin.amount, fee }) || (isOver && terms.payment?.over !== 'accept'))
    return withExtra(order, fact, odd)
  if (missing > 0n) return withExtra(order, fact, { ...odd, waits: { for: 'rest', milestone: terms.milestone, fee } })
  const parts = waitingFor(order, terms.milestone, 'rest')
  const whole = counted(order, parts)
  const exceptions = isOver
    ? noted(whole.exceptions, { kind: 'overpaid', milestone: terms.milestone, coin: fact.coin.coordinate, amount: -missing })
    : whole.exceptions
  return withMilestone(
    { ...whole, exceptions },
    fundWith(milestone, [...parts.map((part) => legOf(part, terms)), fundedLeg(fact)]),
  )
}

interface Priced {
  readonly amount: bigint
  readonly fee: bigint
}

/**
 * Any share of the fee that is left, up to the coin's amount, as long as the rest of the money can bear the rest of the fee; the last coin bears all that
 * is left. A fee that is spread over the coins by largest remainder always fits, and so does one that the first coin bears alone.
 */
function bearsItsPart(left: Priced, coin: Priced): boolean {
  if (coin.fee > coin.amount) return false
  if (coin.amount >= left.amount) return coin.fee === left.fee
  return coin.fee <= left.fee && left.fee - coin.fee <= left.amount - coin.amount
}

/** These coins count as a leg from now on: they leave the extras, and their refund records close with nothing owed back. */
function counted(order: Bound, coins: readonly Waiting[]): Bound {
  const isOne = (coordinate: unknown): boolean => coins.some((coin) => coin.coordinate === coordinate)
  const refunds = coins.reduce(
    (records, { refund, waits }) => withRefund(records, refund, { kind: waits.for === 'decision' ? 'decline' : 'paidOut' }),
    order.refunds,
  )
  const extras = order.extras.filter(({ coordinate }) => !isOne(coordinate))
  // a sum that is complete lacks nothing; what the merchant took although it is odd stays visible
  const isOver = ({ kind, coin }: OrderException): boolean =>
    isOne(coin) && (kind === 'on_hold' || coins.some(({ waits }) => waits.for === 'rest'))
  return { ...order, extras, refunds, exceptions: order.exceptions.filter((one) => !isOver(one)) }
}

function legOf({ coordinate, amount, deadline, waits }: Waiting, { confirmation }: MilestoneTerms): OpenLegState {
  const code = confirmation.kind === 'code' ? { deliveryHash: confirmation.hash } : {}
  const coin = { coordinate, amount, fee: waits.fee, deadline, default: 'refund', held: false, ...code } as const
  const books = { funded: amount, released: 0n, refunded: 0n, fees: 0n, remaining: amount }
  return { fate: 'open', books, coin, seen: [coordinate] }
}

/** The merchant's word about a coin on hold. What was decided already is decided: the coin is no more on hold. */
export function decidePayment(
  order: OrderState,
  event: Extract<OrderCommand, { kind: 'decidePayment' }>,
): Result<OrderState, OrderCode> {
  const terms = order.terms.milestones.find(({ milestone }) => milestone === event.milestone)
  if (terms === undefined) return err('order_milestone_unknown', undefined, 'milestone')
  if (event.by !== terms.merchant) return err('order_wrong_party', undefined, 'by')
  if (order.state === 'DRAFT') return err('order_wrong_state', order.state)
  const milestone = order.milestones.find((one) => one.milestone === event.milestone)
  const coin = waitingFor(order, event.milestone, 'decision').find(({ coordinate }) => coordinate === event.coin)
  if (milestone === undefined || coin === undefined) return err('order_payment_unknown', undefined, 'coin')
  if (!event.take) return ok(released(order, coin))
  return ok(withMilestone(counted(order, [coin]), fundWith(milestone, [legOf(coin, terms)])))
}

/** It waits no more: it is owed back. */
function released<Order extends OrderState>(order: Order, coin: Waiting): Order {
  const { waits, ...rest } = coin
  const refunds = waits.for === 'decision' ? withRefund(order.refunds, coin.refund, { kind: 'agree' }) : order.refunds
  const extras = order.extras.map((one) => (one.coordinate === coin.coordinate ? rest : one))
  const exceptions = order.exceptions.filter(({ kind, coin: at }) => kind !== 'on_hold' || at !== coin.coordinate)
  return { ...order, refunds, extras, exceptions }
}

/** Nothing waits for a milestone that has its money, or will not have it. */
export function withoutIdleWaits(order: OrderState): OrderState {
  if (order.state === 'DRAFT') return order
  const idle = order.extras
    .filter((extra): extra is Waiting => extra.waits !== undefined)
    .filter((extra) => order.milestones.find(({ milestone }) => milestone === extra.waits.milestone)?.state !== 'UNFUNDED')
  return idle.reduce<Bound>(released, order)
}
