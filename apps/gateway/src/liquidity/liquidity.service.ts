// Has a provider's managed account opened.
import { openLiquidity } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { addressOf } from '../edge/address.js'
import { Hub } from '../hub/hub.js'
import type { LiquidityDto, OpenLiquidityDto } from './liquidity.dto.js'

@Injectable()
export class LiquidityService {
  constructor(private readonly hub: Hub) {}

  async open(body: OpenLiquidityDto, write: Write): Promise<LiquidityDto> {
    const { provider, account, owner, ledgers } = await this.hub.ask(openLiquidity, { ...body, ...write.fields }, { write })
    return { provider, account: addressOf(account), owner: addressOf(owner), ledgers: [...ledgers] }
  }
}
