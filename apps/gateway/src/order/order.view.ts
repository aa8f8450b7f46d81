// Orders from the bus's terms to the edge's.
import type { WireMilestone, WireOrder, WireRefund, WireSplit } from '@huitong/contracts'
import { conditionView } from '../coin/condition.view.js'
import { addressOf } from '../edge/address.js'
import { mapped, optional } from '../edge/optional.js'
import { timestamp } from '../edge/time.js'
import { dealView, deadlineView, legView } from '../edge/value.view.js'
import type { MilestoneDto, OrderDto, RefundDto, SplitDto } from './order.dto.js'

export const orderView = (order: WireOrder): OrderDto => ({
  id: order.id,
  order: order.order,
  buyer: order.buyer,
  payer: addressOf(order.payer),
  arbiter: addressOf(order.arbiter),
  terms: order.terms,
  termsHash: order.termsHash,
  details: order.details,
  agreeBy: timestamp(order.agreeBy),
  agreedBy: [...order.agreedBy],
  milestones: order.milestones.map(milestoneView),
  refunds: order.refunds.map(refundView),
  ...optional('reference', order.reference),
  ...dealView(order),
})

const milestoneView = (milestone: WireMilestone): MilestoneDto => ({
  milestone: milestone.milestone,
  merchant: milestone.merchant,
  state: milestone.state,
  settle: milestone.settle,
  pay: milestone.pay,
  fee: milestone.fee,
  feeTo: addressOf(milestone.feeTo),
  ...optional('provider', milestone.provider),
  ...optional('deliveryHash', milestone.deliveryHash),
  ...optional('inspectionMs', milestone.inspectionMs),
  fundBy: timestamp(milestone.fundBy),
  shipBy: timestamp(milestone.shipBy),
  deadline: timestamp(milestone.deadline),
  latest: timestamp(milestone.latest),
  funded: milestone.funded,
  released: milestone.released,
  refunded: milestone.refunded,
  fees: milestone.fees,
  remaining: milestone.remaining,
  legs: milestone.legs.map(legView),
  ...optional(
    'rest',
    mapped(milestone.rest, ({ amount, condition }) => ({ amount, condition: conditionView(condition) })),
  ),
  ...optional('dispute', milestone.dispute),
  allowedActions: [...milestone.allowedActions],
  ...optional('nextDeadline', mapped(milestone.nextDeadline, deadlineView)),
})

const refundView = (refund: WireRefund): RefundDto => ({
  id: refund.id,
  ...optional('milestone', refund.milestone),
  reason: refund.reason,
  ledger: refund.ledger,
  asset: refund.asset,
  amount: refund.amount,
  ...optional('condition', mapped(refund.condition, conditionView)),
  ...optional('coordinate', refund.coordinate),
  state: refund.state,
  ...optional('transaction', refund.transaction),
})

export const splitView = (split: WireSplit): SplitDto => ({ ...split, signedBy: [...split.signedBy] })
