// What a party may do with an order now, and what it waits for next: `allowedActions` and `nextDeadline` of the API. Decides nothing.
import type { ChainId, Time } from '@huitong/primitives'
import type { PartyId } from '../decision.js'
import type { Env } from '../env.js'
import { isStillBefore } from '../time-locks.js'
import { type MilestoneAction, forbidden } from './guards.js'
import { openLegs } from './legs.js'
import { legTerms } from './milestone.js'
import type { OrderCommand, OrderState } from './model.js'
import { partiesOf } from './decide.js'
import { coinsOnHold, paymentEnds } from './payment.js'
import { buyersLeg } from './terms.js'

export interface AllowedAction {
  readonly action: OrderCommand['kind']
  readonly milestone?: number
}

/** What parties do; the hub itself reports the rest (a carrier's word, rulings, shortages). */
const BY_PARTIES = [
  'ship',
  'revealCode',
  'accept',
  'reject',
  'requestCancel',
  'requestRefund',
  'consent',
  'declineRequest',
  'openDispute',
] as const satisfies readonly MilestoneAction[]

/** Every command that decideOrder would take from `party` now, whatever its payload. */
export function allowedActions(order: OrderState, party: PartyId, env: Env): readonly AllowedAction[] {
  const { terms } = order
  if (!partiesOf(terms).includes(party)) return []
  if (order.state === 'DRAFT') {
    const [first] = terms.milestones
    const inTime = first !== undefined && isStillBefore(env, buyersLeg(first.legs).chain, terms.agreeBy)
    const agree: AllowedAction[] = inTime && !order.agreed.includes(party) ? [{ action: 'agree' }] : []
    return [...agree, { action: 'withdraw' }]
  }
  const actions: AllowedAction[] = []
  const locked = order.milestones.some(({ legs }) => openLegs(legs).length > 0)
  if (order.state === 'AGREED' && !locked) actions.push({ action: 'withdraw' })
  for (const { waits } of coinsOnHold(order)) {
    const { milestone } = waits
    const isMerchant = terms.milestones.some((one) => one.milestone === milestone && one.merchant === party)
    if (isMerchant) actions.push({ action: 'decidePayment', milestone })
  }
  for (const milestone of order.milestones) {
    const agreed = terms.milestones.find((one) => one.milestone === milestone.milestone)
    if (agreed === undefined) continue
    for (const action of BY_PARTIES) {
      const isConcerned = party === terms.buyer || party === agreed.merchant
      if (isConcerned && forbidden(action, party, { buyer: terms.buyer, terms: agreed, milestone, env }) === undefined)
        actions.push({ action, milestone: milestone.milestone })
    }
  }
  return actions
}

/** A time at which the order changes by itself, and what happens then if nobody acts. */
export interface NextDeadline {
  readonly at: Time
  /** The ledger whose block time counts. */
  readonly chain: ChainId
  readonly milestone?: number
  readonly what:
    'agreement_lapses' | 'funding_lapses' | 'leg_b_lapses' | 'shipment_late' | 'refund_by_default' | 'release_by_default'
}

/** The earliest deadline that still waits, or `undefined` if the order waits for nothing. */
export function nextDeadline(order: OrderState): NextDeadline | undefined {
  return deadlinesOf(order).reduce<NextDeadline | undefined>(
    (earliest, one) => (earliest === undefined || one.at < earliest.at ? one : earliest),
    undefined,
  )
}

function deadlinesOf(order: OrderState): readonly NextDeadline[] {
  const { terms } = order
  if (order.state === 'DRAFT') {
    const [first] = terms.milestones
    return first === undefined ? [] : [{ at: terms.agreeBy, chain: buyersLeg(first.legs).chain, what: 'agreement_lapses' }]
  }
  return order.milestones.flatMap((state): readonly NextDeadline[] => {
    const agreed = terms.milestones.find((one) => one.milestone === state.milestone)
    if (agreed === undefined) return []
    const { milestone } = state
    const { chain } = buyersLeg(agreed.legs)
    const waiting: NextDeadline[] = openLegs(state.legs).map(({ side, leg }) => ({
      at: leg.coin.deadline,
      chain: legTerms(agreed, side).chain,
      milestone,
      what: leg.coin.default === 'release' ? 'release_by_default' : 'refund_by_default',
    }))
    if (state.state === 'UNFUNDED') waiting.push({ at: paymentEnds(order, agreed), chain, milestone, what: 'funding_lapses' })
    const noticed = order.exceptions.some((one) => one.kind === 'shipment_late' && one.milestone === milestone)
    if (state.state === 'FUNDED' && !noticed) waiting.push({ at: agreed.shipBy, chain, milestone, what: 'shipment_late' })
    if (state.state === 'HALF_FUNDED' && agreed.legs.kind === 'paired' && state.resolution === null)
      waiting.push({ at: agreed.legs.lockBy, chain: agreed.legs.b.chain, milestone, what: 'leg_b_lapses' })
    return waiting
  })
}
