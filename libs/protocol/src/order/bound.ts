// An order whose terms bind: its own state follows from its milestones. Takes no events.
import { buyersLegState } from './legs.js'
import { held, isClosed } from './milestone.js'
import type { MilestoneState, OrderState } from './model.js'
import { noted } from './records.js'

export type Bound = Exclude<OrderState, { state: 'DRAFT' }>

/** The order with one milestone replaced; its own state follows from its milestones. */
export function withMilestone(order: Bound, milestone: MilestoneState): Bound {
  const terms = order.terms.milestones.find((one) => one.milestone === milestone.milestone)
  const next = terms === undefined ? milestone : held(milestone, terms)
  const milestones = order.milestones.map((one) => (one.milestone === next.milestone ? next : one))
  const torn =
    next.state === 'ONE_LEG' ? noted(order.exceptions, { kind: 'one_leg', milestone: next.milestone }) : order.exceptions
  return placedOrder({ ...order, milestones, exceptions: torn })
}

function placedOrder(order: Bound): Bound {
  const { milestones } = order
  if (order.state !== 'AGREED' && order.state !== 'FUNDED') return order
  if (milestones.every(isClosed)) {
    if (milestones.some((one) => one.state === 'SETTLED' || one.state === 'ONE_LEG')) return { ...order, state: 'SETTLED' }
    const decided = milestones.some((one) => one.state === 'REFUNDED' && !one.byDefault)
    return { ...order, state: decided ? 'CANCELLED' : 'EXPIRED' }
  }
  const funded = milestones.some((one) => buyersLegState(one.legs).fate !== 'unfunded')
  return funded ? { ...order, state: 'FUNDED' } : order
}
