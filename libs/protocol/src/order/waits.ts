// Whom an order waits for: the parties' own steps, each with its time. What the hub itself has to do is nobody's wait. Decides nothing.
import type { PartyId } from '../decision.js'
import type { Wait } from '../reminders.js'
import { partiesOf } from './decide.js'
import { openLegs } from './legs.js'
import { isBound, legTerms } from './milestone.js'
import type { MilestoneState, OrderState } from './model.js'
import { coinsOnHold, paymentEnds } from './payment.js'
import { type MilestoneTerms, buyersLeg } from './terms.js'

export function orderWaits(order: OrderState): readonly Wait[] {
  const { terms } = order
  if (order.state === 'DRAFT') {
    const [first] = terms.milestones
    const owners = partiesOf(terms).filter((party) => !order.agreed.includes(party))
    return first === undefined ? [] : [{ what: 'agree', chain: buyersLeg(first.legs).chain, until: terms.agreeBy, owners }]
  }
  if (order.state !== 'AGREED' && order.state !== 'FUNDED') return []
  return order.milestones.flatMap((milestone) => {
    const agreed = terms.milestones.find((one) => one.milestone === milestone.milestone)
    return agreed === undefined ? [] : milestoneWaits(order, agreed, milestone)
  })
}

function milestoneWaits(order: OrderState, terms: MilestoneTerms, state: MilestoneState): readonly Wait[] {
  const { buyer } = order.terms
  const { milestone, merchant } = terms
  const { chain } = buyersLeg(terms.legs)
  if (state.state === 'UNFUNDED') {
    const isOnHold = coinsOnHold(order).some(({ waits }) => waits.milestone === milestone)
    const at = { milestone, chain, until: paymentEnds(order, terms) }
    return [isOnHold ? { what: 'decide_payment', ...at, owners: [merchant] } : { what: 'fund', ...at, owners: [buyer] }]
  }
  const [first] = openLegs(state.legs)
  // decided, or the code is known: the rest is the hub's
  if (first === undefined || isBound(state) || state.code !== null) return []
  const coin = { chain: legTerms(terms, first.side).chain, until: first.leg.coin.deadline }
  const on = (what: string, owners: readonly PartyId[], at: Pick<Wait, 'chain' | 'until'> = coin): Wait => ({
    what,
    milestone,
    ...at,
    owners,
  })
  const waits: Wait[] = []
  if (state.request !== null) waits.push(on('answer_request', [state.request.by === buyer ? merchant : buyer]))
  if (state.resolution !== null) waits.push(on('sign_refund', [merchant]))
  const isLate = order.exceptions.some((one) => one.kind === 'shipment_late' && one.milestone === milestone)
  if (state.state === 'FUNDED' && !isLate) waits.push(on('ship', [merchant], { chain, until: terms.shipBy }))
  if (state.state === 'SHIPPED' || (state.state === 'FUNDED' && isLate)) waits.push(on('deliver', [merchant]))
  if (state.state === 'INSPECTION') waits.push(on('inspect', [buyer], { chain, until: state.endsAt }))
  if (state.state === 'ACCEPTED') waits.push(on('release', [buyer]))
  return waits
}
