// What buyer and merchant say about an order's money beside its course: part of it back, and coins that are not what was agreed.
import { IsIn } from 'class-validator'
import { command } from './command.js'
import { IsHexBytes, IsPlainText, IsPositiveAmount, IsTypedId } from './fields.js'
import { ORDER_CODES, OnMilestone, type WireOrder } from './settlement.js'

/** Part of a milestone back to the buyer, asked for by either side, in units of the buyer's token; the other side answers. */
export class RequestRefund extends OnMilestone {
  @IsTypedId('pty') party: string
  @IsPositiveAmount() amount: string
  @IsPlainText(200) reason: string
}
export const requestRefund = command<WireOrder>()({
  subject: 'settlement.request-refund',
  request: RequestRefund,
  codes: ORDER_CODES,
})
export class AnswerRefund extends OnMilestone {
  @IsTypedId('pty') party: string
  @IsHexBytes(16) refund: string
  @IsIn(['agree', 'decline']) answer: 'agree' | 'decline'
}
export const answerRefund = command<WireOrder>()({
  subject: 'settlement.answer-refund',
  request: AnswerRefund,
  codes: [...ORDER_CODES, 'refund_unknown'] as const,
})

/** The merchant's word about a coin on hold: it counts as the leg, or it goes back to its payer. */
export class DecidePayment extends OnMilestone {
  @IsTypedId('pty') party: string
  @IsHexBytes(32) coordinate: string
  @IsIn(['take', 'return']) decision: 'take' | 'return'
}
export const decidePayment = command<WireOrder>()({
  subject: 'settlement.decide-payment',
  request: DecidePayment,
  codes: ORDER_CODES,
})
