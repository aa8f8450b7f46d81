// Offers of liquidity providers.
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import type { Actor } from '@huitong/contracts'
import { Caller, Write, Writing } from '../access/caller.js'
import { Keyed, Needs } from '../access/scope.js'
import { typedId } from '../edge/params.js'
import { DealQuery } from '../edge/value.dto.js'
import { CreateOfferDto, OfferDto, OfferPageDto, SetOfferStateDto } from './offer.dto.js'
import { OfferService } from './offer.service.js'

@ApiTags('offers')
@Controller('offers')
export class OfferController {
  constructor(private readonly offers: OfferService) {}

  /** Publishes a signed offer of a provider. */
  @Post()
  @Needs('trade')
  @Keyed()
  create(@Body() body: CreateOfferDto, @Writing() write: Write): Promise<OfferDto> {
    return this.offers.create(body, write)
  }

  /** Offers, newest last. */
  @Get()
  @Needs('read', 'trade')
  list(@Query() query: DealQuery, @Caller() actor: Actor): Promise<OfferPageDto> {
    return this.offers.list(query, actor)
  }

  /** One offer. */
  @Get(':id')
  @Needs('read', 'trade')
  offer(@Param('id', typedId('off')) id: string, @Caller() actor: Actor): Promise<OfferDto> {
    return this.offers.offer(id, actor)
  }

  /** Pauses or resumes an offer. */
  @Post(':id/state')
  @HttpCode(200)
  @Needs('trade')
  @Keyed()
  setState(@Param('id', typedId('off')) id: string, @Body() body: SetOfferStateDto, @Writing() write: Write): Promise<OfferDto> {
    return this.offers.setState(id, body, write)
  }
}
