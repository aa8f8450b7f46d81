// Orders for specs: terms of the three sorts, their coins, and every event worth trying. For specs only.
import type { Coin, SpendPath } from '@huitong/chain'
import { type Time, after, hexOf, sha256, utf8, type Coordinate } from '@huitong/primitives'
import type { CoinCreated, CoinSpent } from '../facts.js'
import { type OpenLegState, openLegs } from '../order/legs.js'
import { disputeDeadline, legTerms } from '../order/milestone.js'
import { type EscrowLegTerms, type MilestoneTerms, type OrderEvent, type OrderState, type OrderTerms } from '../order/order.js'
import { DROP_ROOM_MS, expectedCondition, namedLegs } from '../order/order.js'
import {
  MINUTE,
  account,
  asset,
  chainA,
  chainB,
  coordinate,
  created,
  hash,
  minute,
  orderId,
  otherSecret,
  passed,
} from './world.js'
import { preimage } from './world.js'

export const legA: EscrowLegTerms = {
  chain: chainA,
  asset: asset('CNY'),
  amount: 1001n,
  fee: 10n,
  feeTo: account('fees'),
  payer: account('alice'),
  payee: account('shop'),
  arbiter: account('arbiter'),
  deadline: minute(165),
  latest: minute(330),
}
export const legB: EscrowLegTerms = {
  ...legA,
  chain: chainB,
  asset: asset('PTS'),
  amount: 7n,
  fee: 0n,
  payer: account('provider'),
  deadline: minute(130),
  latest: minute(260),
}

const base = {
  milestone: 0,
  merchant: 'shop',
  fundBy: minute(5),
  shipBy: minute(60),
  transitMs: 60 * MINUTE,
  disputeMs: 120 * MINUTE,
}
const single = { kind: 'single', leg: legA } as const
const milestones: Readonly<Record<'inspection' | 'code' | 'paired', MilestoneTerms>> = {
  inspection: { ...base, confirmation: { kind: 'inspection', inspectionMs: 30 * MINUTE }, legs: single },
  code: { ...base, confirmation: { kind: 'code', hash }, legs: single },
  paired: {
    ...base,
    confirmation: { kind: 'code', hash },
    legs: { kind: 'paired', provider: 'provider', a: { ...legA, payee: account('provider on A') }, b: legB, lockBy: minute(10) },
  },
}

export const orderTerms = (sort: keyof typeof milestones, change: Partial<MilestoneTerms> = {}): OrderTerms => ({
  order: orderId,
  buyer: 'alice',
  agreeBy: minute(2),
  details: hash,
  milestones: [{ ...milestones[sort], ...change }],
})

/** The coin that funds a leg, or one that differs in amount. */
export function funding(terms: OrderTerms, side: 'single' | 'a' | 'b', minutes: number, amount?: bigint): CoinCreated {
  const [milestone] = terms.milestones
  if (milestone === undefined) throw new RangeError('no milestone')
  const leg = namedLegs(milestone.legs).find((one) => one.side === side)?.leg ?? legA
  const condition = expectedCondition(terms.order, milestone, leg)
  const name = coordinate(`${side} ${amount ?? ''}`)
  return created(leg.chain, { coordinate: name, asset: leg.asset, amount: amount ?? leg.amount, condition }, minutes)
}

/** How the ledger would tell of a spend of the open leg `side`; the rest is a new coin, as the ledger's rules make it. */
export function spendOf(state: OrderState, side: 'single' | 'a' | 'b', path: SpendPath, minutes = 30): CoinSpent {
  const [milestone] = state.state === 'DRAFT' ? [] : state.milestones
  const [terms] = state.terms.milestones
  const at = milestone === undefined ? undefined : openLegs(milestone.legs).find((one) => one.side === side)
  if (at === undefined || terms === undefined) throw new RangeError(`leg ${side} is not open`)
  return spendLeg(state.terms, terms, at.side, at.leg, path, minutes)
}

function spendLeg(
  order: OrderTerms,
  terms: MilestoneTerms,
  side: 'single' | 'a' | 'b',
  leg: OpenLegState,
  path: SpendPath,
  minutes: number,
): CoinSpent {
  const { coin } = leg
  const { chain, asset } = legTerms(terms, side)
  const part = path.kind === 'release' || path.kind === 'refund' ? path.amount : path.kind === 'hold' ? 0n : coin.amount
  const rest: Coin[] = []
  if (part < coin.amount) {
    const { deliveryHash: agreed, ...expected } = expectedCondition(order.order, terms, legTerms(terms, side))
    const keeps = path.kind !== 'hold' || !path.dropDeliveryHash
    const code = agreed === undefined || coin.deliveryHash === undefined || !keeps ? {} : { deliveryHash: agreed }
    const fee = coin.fee - (coin.fee * part) / coin.amount
    const held = coin.held || path.kind === 'hold'
    const deadline = path.kind === 'hold' ? path.deadline : coin.deadline
    const byDefault = path.kind === 'hold' ? (path.default ?? coin.default) : coin.default
    const name: Coordinate = hexOf(sha256(utf8(`${coin.coordinate}${path.kind}${deadline}${part}`)))
    const condition = { ...expected, fee, held, deadline, default: byDefault, ...code }
    rest.push({ coordinate: name, asset, amount: coin.amount - part, condition })
  }
  const secret = path.kind === 'code' ? { preimage } : {}
  return { kind: 'coinSpent', chain, coordinate: coin.coordinate, path, at: minute(minutes), ...secret, outputs: rest }
}

/** Every spend that a ledger could report of the open legs: by its rules, not by what the order would like. */
export function spendsIn(order: OrderState): readonly CoinSpent[] {
  if (order.state === 'DRAFT') return []
  return order.milestones.flatMap((milestone) =>
    openLegs(milestone.legs).flatMap(({ side, leg }) => {
      const terms = order.terms.milestones[milestone.milestone]
      if (terms === undefined) return []
      return pathsOf(terms, legTerms(terms, side), leg).map((path) => spendLeg(order.terms, terms, side, leg, path, 30))
    }),
  )
}

function pathsOf(terms: MilestoneTerms, agreed: EscrowLegTerms, { coin }: OpenLegState): readonly SpendPath[] {
  const { amount } = coin
  const paths: SpendPath[] = [{ kind: 'default' }, { kind: 'rule', toPayee: amount }]
  const paired = terms.legs.kind === 'paired'
  if (coin.deliveryHash !== undefined) paths.push({ kind: 'code' })
  if (!paired || coin.deliveryHash === undefined)
    paths.push({ kind: 'rule', toPayee: 0n }, { kind: 'rule', toPayee: amount / 3n })
  if (!paired) {
    paths.push({ kind: 'release', amount }, { kind: 'refund', amount }, { kind: 'agree', toPayee: amount / 2n })
    if (!coin.held && amount === agreed.amount) paths.push({ kind: 'refund', amount: 100n })
  }
  const holds: readonly (readonly [Time, boolean])[] = [
    [disputeDeadline(agreed), false],
    [agreed.latest, true],
  ]
  for (const [deadline, drop] of holds)
    if (deadline > coin.deadline && (!drop || coin.deliveryHash !== undefined))
      paths.push({ kind: 'hold', deadline, dropDeliveryHash: drop })
  if (terms.confirmation.kind === 'inspection' && !coin.held)
    paths.push({ kind: 'hold', deadline: after(coin.deadline, DROP_ROOM_MS), default: 'release', dropDeliveryHash: false })
  return paths
}

/** Commands and facts worth trying in every state. */
export function eventsIn(order: OrderState): readonly OrderEvent[] {
  const { terms } = order
  const [milestone] = terms.milestones
  const sides = milestone?.legs.kind === 'paired' ? (['a', 'b'] as const) : (['single'] as const)
  const first = sides[0]
  const share = { toPayer: 1n, toPayee: 2n }
  const operators = { kind: 'operators', operators: ['ada', 'ben'] } as const
  const events: OrderEvent[] = [
    ...sides.map((side) => funding(terms, side, 1)),
    ...(order.state === 'DRAFT' || order.state === 'EXPIRED' ? [funding(terms, first, 1, 5n)] : []),
    ...spendsIn(order),
    ...[2, 5, 60, 165].map((at) => passed(chainA, at)),
    ...[10.1, 130].map((at) => passed(chainB, at)),
    { kind: 'preimageSeen', preimage },
    { kind: 'agree', by: 'alice', termsHash: order.termsHash },
    { kind: 'agree', by: 'shop', termsHash: order.termsHash },
    { kind: 'agree', by: 'shop', termsHash: 'another' },
    { kind: 'withdraw', by: 'alice' },
    { kind: 'ship', milestone: 0, by: 'shop', shipment: 'parcel 1' },
    { kind: 'ship', milestone: 0, by: 'alice', shipment: 'parcel 1' },
    { kind: 'carrierDelivered', milestone: 0, evidence: 'signed' },
    { kind: 'revealCode', milestone: 0, preimage },
    { kind: 'revealCode', milestone: 0, preimage: otherSecret },
    { kind: 'accept', milestone: 0, by: 'alice' },
    { kind: 'reject', milestone: 0, by: 'alice', dispute: 'dsp_1', reason: 'broken' },
    { kind: 'openDispute', milestone: 0, by: 'shop', dispute: 'dsp_1', reason: 'silent' },
    { kind: 'consent', milestone: 0, by: 'shop' },
    { kind: 'declineRequest', milestone: 0, by: 'shop' },
    { kind: 'ruling', milestone: 0, dispute: 'dsp_1', rulingHash: 'ruling 1', share, authority: operators },
    { kind: 'ruling', milestone: 0, dispute: 'dsp_2', rulingHash: 'ruling 2', share, authority: operators },
    { kind: 'recordShortage', milestone: 9, amount: 1n },
  ]
  if (milestone?.payment !== undefined && order.state === 'AGREED' && order.extras.length === 0)
    events.push(funding(terms, first, 1, 1000n))
  for (const { coordinate: coin, waits } of order.extras)
    if (waits !== undefined)
      for (const by of ['shop', 'alice'])
        events.push({ kind: 'decidePayment', milestone: 0, by, coin, take: order.refunds.length === 1 })
  if (order.refunds.length < 2)
    events.push({ kind: 'requestRefund', milestone: 0, by: 'alice', amount: 100n, reason: 'scratched' })
  return events
}
