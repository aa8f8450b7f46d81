// Indicative prices.
import type { Actor } from '@huitong/contracts'
import { Controller, Get, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Caller } from '../access/caller.js'
import { NeedsKey } from '../access/scope.js'
import { PriceListDto, PriceQuery } from './price.dto.js'
import { PriceService } from './price.service.js'

@ApiTags('prices')
@Controller('prices')
export class PriceController {
  constructor(private readonly prices: PriceService) {}

  /** What active offers would give for a pair and amount now, best first. Nothing is reserved: ask for a quote. */
  @Get()
  @NeedsKey()
  list(@Query() query: PriceQuery, @Caller() actor: Actor): Promise<PriceListDto> {
    return this.prices.prices(query, actor)
  }
}
