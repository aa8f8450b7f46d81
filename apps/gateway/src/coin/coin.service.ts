// Asks a ledger about coins.
import { ledgerCoin, ledgerCoinProof, ledgerHistory } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import { optional } from '../edge/optional.js'
import { Hub } from '../hub/hub.js'
import { timestamp } from '../edge/time.js'
import { receiptView } from '../transaction/receipt.view.js'
import type { CoinDto, CoinProofDto, HistoryDto, HistoryQuery } from './coin.dto.js'
import { coinView, historyView } from './coin.view.js'

@Injectable()
export class CoinService {
  constructor(private readonly hub: Hub) {}

  async coin(ledger: string, coordinate: string): Promise<CoinDto> {
    return coinView(await this.hub.askLedger(ledger, ledgerCoin, { coordinate }))
  }

  async proof(ledger: string, coordinate: string): Promise<CoinProofDto> {
    const { coin, receipt, now } = await this.hub.askLedger(ledger, ledgerCoinProof, { coordinate })
    return { coin: coinView(coin), receipt: receiptView(receipt), now: timestamp(now) }
  }

  async history(ledger: string, coordinate: string, query: HistoryQuery): Promise<HistoryDto> {
    const { direction = 'backward', depth = 20, limit = 200 } = query
    const after = optional('after', query.after)
    return historyView(await this.hub.askLedger(ledger, ledgerHistory, { coordinate, direction, depth, limit, ...after }))
  }
}
