// Money of an order that is no leg's or came back, as the API shows it: announced, on its way to the payer, there. Reads, never decides.
import type { WireRefund } from '@huitong/contracts'
import { type OrderState, type RefundRecord, childId } from '@huitong/protocol'
import { never } from '@huitong/primitives'
import type { ChainId } from '@huitong/primitives'
import type { DealCoin } from '../deal/deal.store.js'
import type { OrderFile, Surplus } from '../order/order.file.js'

export interface RefundsShown {
  readonly order: OrderState
  readonly file: OrderFile
  readonly coins: readonly DealCoin[]
  readonly nameOf: (chain: ChainId) => string
}

export function refundViews(shown: RefundsShown): readonly WireRefund[] {
  const { order, file, nameOf } = shown
  const isOver = order.state === 'SETTLED' || order.state === 'CANCELLED' || order.state === 'EXPIRED'
  // once the order is over nobody waits for it; should it come all the same, it is listed like any coin
  const expected = isOver ? [] : file.surplus.filter(({ coin }) => coin === undefined)
  return [
    ...expected.map((surplus) => expectedView(surplus, nameOf)),
    ...order.refunds.map((record) => recordView(shown, record)),
  ]
}

const expectedView = ({ id, chain, asset, units, condition }: Surplus, nameOf: RefundsShown['nameOf']): WireRefund => ({
  id,
  reason: 'surplus',
  ledger: nameOf(chain),
  asset,
  amount: units,
  condition,
  state: 'expected',
})

function recordView({ order, file, coins, nameOf }: RefundsShown, record: RefundRecord): WireRefund {
  const extra = order.extras.find(({ refund }) => refund === record.id)
  const surplus = file.surplus.find(({ coin }) => coin !== undefined && childId(order.terms.order, `extra/${coin}`) === record.id)
  const coordinate =
    extra?.coordinate ?? coins.find((coin) => childId(order.terms.order, `returned/${coin.coordinate}`) === record.id)?.coordinate
  const coin = coins.find((one) => one.coordinate === coordinate && one.chain === record.chain)
  return {
    id: surplus?.id ?? record.id,
    ...(surplus === undefined ? { milestone: record.milestone } : {}),
    reason: surplus === undefined ? record.reason : 'surplus',
    ledger: nameOf(record.chain),
    asset: record.asset,
    amount: record.amount.toString(),
    state: stateOf(record),
    ...(surplus === undefined ? {} : { condition: surplus.condition }),
    ...(coordinate === undefined ? {} : { coordinate }),
    ...(record.state !== 'FINAL' || coin?.spentBy === undefined ? {} : { transaction: coin.spentBy }),
  }
}

function stateOf({ state }: RefundRecord): WireRefund['state'] {
  switch (state) {
    case 'REQUESTED':
      return 'requested'
    case 'AGREED':
      return 'pending'
    case 'FINAL':
      return 'final'
    case 'DECLINED':
      return 'declined'
    case 'SUPERSEDED':
      return 'superseded'
    default:
      return never(state)
  }
}
