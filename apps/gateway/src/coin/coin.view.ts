// Coins and histories from the bus's terms to the edge's.
import type { WireCoin, WireHistory } from '@huitong/contracts'
import { optional } from '../edge/optional.js'
import { timestamp } from '../edge/time.js'
import type { CoinDto, HistoryDto } from './coin.dto.js'
import { conditionView } from './condition.view.js'

export const coinView = (coin: WireCoin): CoinDto => ({
  coordinate: coin.coordinate,
  asset: coin.asset,
  amount: coin.amount,
  condition: conditionView(coin.condition),
  transaction: coin.transaction,
  index: coin.index,
  height: coin.height,
  ...optional('spentBy', coin.spentBy),
})

export const historyView = (history: WireHistory): HistoryDto => ({
  height: history.height,
  coins: history.coins.map(coinView),
  siblings: history.siblings.map(coinView),
  transactions: history.transactions.map((transaction) => ({
    id: transaction.id,
    height: transaction.height,
    time: timestamp(transaction.time),
    inputs: [...transaction.inputs],
    outputs: [...transaction.outputs],
    ...optional('issued', transaction.issued),
  })),
  open: [...history.open],
  ...optional('next', history.next),
})
