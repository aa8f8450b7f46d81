// Managed liquidity accounts of providers.
import { Body, Controller, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Write, Writing } from '../access/caller.js'
import { Keyed, Needs } from '../access/scope.js'
import { LiquidityDto, OpenLiquidityDto } from './liquidity.dto.js'
import { LiquidityService } from './liquidity.service.js'

@ApiTags('liquidity')
@Controller('liquidity')
export class LiquidityController {
  constructor(private readonly liquidity: LiquidityService) {}

  /** Opens the managed account behind a provider's offers, once per provider, on every ledger. */
  @Post()
  @Needs('trade')
  @Keyed()
  open(@Body() body: OpenLiquidityDto, @Writing() write: Write): Promise<LiquidityDto> {
    return this.liquidity.open(body, write)
  }
}
