// Asks a ledger for blocks and headers.
import { ledgerBlock, ledgerBlocks, ledgerHeaders } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import { PAGE_ROWS } from '../edge/value.view.js'
import { Hub } from '../hub/hub.js'
import type { BlockDto, BlockPageDto, BlockQuery, HeaderPageDto } from './block.dto.js'
import { blockView, headerView, rangePage } from './block.view.js'

@Injectable()
export class BlockService {
  constructor(private readonly hub: Hub) {}

  async block(ledger: string, height: number): Promise<BlockDto> {
    return blockView(await this.hub.askLedger(ledger, ledgerBlock, { height }))
  }

  async blocks(ledger: string, { from = 1, limit = PAGE_ROWS }: BlockQuery): Promise<BlockPageDto> {
    return rangePage(await this.hub.askLedger(ledger, ledgerBlocks, { from, limit }), blockView)
  }

  async headers(ledger: string, { from = 1, limit = PAGE_ROWS }: BlockQuery): Promise<HeaderPageDto> {
    return rangePage(await this.hub.askLedger(ledger, ledgerHeaders, { from, limit }), headerView)
  }
}
