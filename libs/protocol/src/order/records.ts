// What an order writes down beside its legs: refund records, exceptions, coins that are nobody's leg. Moves nothing.
import { expectOk } from '@huitong/primitives'
import { childId } from '../decision.js'
import type { CoinCreated } from '../facts.js'
import { type RefundEvent, type RefundRecord, createRefund, decideRefund } from '../refund/refund.js'
import type { ExtraCoin, OrderException, OrderState } from './model.js'

export const withRefund = (refunds: readonly RefundRecord[], id: string, event: RefundEvent): readonly RefundRecord[] =>
  refunds.map((refund) => (refund.id === id ? expectOk(decideRefund(refund, event), 'refund record').state : refund))

export function noted(exceptions: readonly OrderException[], added: OrderException): readonly OrderException[] {
  const same = (one: OrderException): boolean =>
    one.kind === added.kind && one.milestone === added.milestone && one.coin === added.coin && one.amount === added.amount
  return exceptions.some(same) ? exceptions : [...exceptions, added]
}

/** Money that is no leg is always someone's: it is listed, and a refund record is made, in any state. */
export function withExtra<Order extends OrderState>(
  order: Order,
  fact: CoinCreated,
  odd: { readonly kind: OrderException['kind']; readonly difference?: bigint; readonly waits?: NonNullable<ExtraCoin['waits']> },
): Order {
  const { kind, difference = 0n, waits } = odd
  const { chain, coin } = fact
  const { condition, asset, amount, coordinate } = coin
  if (condition.kind !== 'escrow') return order
  const { milestone, payer, payee, deadline, paired } = condition
  const id = childId(order.terms.order, `extra/${coordinate}`)
  const record = expectOk(
    createRefund(
      { id, kind: 'extra', milestone, chain, asset, amount, reason: kind },
      waits?.for === 'decision' ? 'REQUESTED' : 'AGREED',
    ),
    'refund record',
  )
  const extra = { chain, coordinate, asset, amount, payer, payee, deadline, paired, refund: id } as const
  const exception = { kind, milestone, coin: coordinate, ...(difference === 0n ? {} : { amount: difference }) }
  const refunds = [...order.refunds, record.state]
  return {
    ...order,
    extras: [...order.extras, { ...extra, fate: 'open', ...(waits === undefined ? {} : { waits }) }],
    refunds,
    exceptions: noted(order.exceptions, exception),
  }
}
