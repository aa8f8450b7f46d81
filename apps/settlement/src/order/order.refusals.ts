// The machine's refusal codes in the words of the API. One table, so that a new code cannot be forgotten.
import { ORDER_CODES } from '@huitong/contracts'
import { type Err, err, never } from '@huitong/primitives'
import type { OrderDealCode } from './order.decide.js'

export type OrderRefusal = (typeof ORDER_CODES)[number]
type Code = OrderDealCode | 'hash_reused' | 'order_unknown' | 'version_stale'

export function orderRefusal(refused: Err<string>): Err<OrderRefusal | 'dispute_open'> {
  // the border: apply answers this kind's codes and the store's
  return err(refusalOf(refused.code as Code), refused.detail ?? refused.code, refused.field)
}

function refusalOf(code: Code): OrderRefusal | 'dispute_open' {
  switch (code) {
    case 'order_terms_invalid':
    case 'order_deadline_too_early':
    case 'order_latest_too_early':
    case 'order_pair_needs_code':
    case 'order_pair_too_close':
      return 'terms_invalid'
    case 'order_parties_not_distinct':
      return 'self_trade'
    case 'order_terms_changed':
    case 'order_code_wrong':
    case 'order_ruling_mismatch':
    case 'split_unknown':
      return 'terms_mismatch'
    case 'order_milestone_unknown':
      return 'milestone_unknown'
    case 'order_wrong_party':
      return 'wrong_party'
    case 'order_agree_too_late':
    case 'order_reveal_too_late':
    case 'order_too_late':
      return 'too_late'
    case 'order_amount_out_of_range':
      return 'amount_out_of_range'
    case 'order_dispute_asked':
      return 'dispute_open'
    case 'order_wrong_state':
    case 'order_milestone_wrong_state':
    case 'order_confirmed_by_code':
    case 'order_confirmed_by_inspection':
    case 'order_request_pending':
    case 'order_no_request':
    case 'order_payment_unknown':
    case 'order_resolved':
    case 'order_operators_not_two':
      return 'wrong_state'
    case 'hash_reused':
    case 'order_unknown':
    case 'version_stale':
      return code
    default:
      return never(code)
  }
}
