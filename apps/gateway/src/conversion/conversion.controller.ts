// Conversions.
import type { Actor } from '@huitong/contracts'
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Caller, Write, Writing } from '../access/caller.js'
import { Keyed, Needs } from '../access/scope.js'
import { typedId } from '../edge/params.js'
import { DealQuery, NewerQuery } from '../edge/value.dto.js'
import { ConversionDto, ConversionPageDto, CreateConversionDto } from './conversion.dto.js'
import { ConversionService } from './conversion.service.js'

@ApiTags('conversions')
@Controller('conversions')
export class ConversionController {
  constructor(private readonly conversions: ConversionService) {}

  /** Starts a conversion at an open quote. The payer then locks leg A on its ledger as the answer says. */
  @Post()
  @Needs('pay', 'trade')
  @Keyed()
  create(@Body() body: CreateConversionDto, @Writing() write: Write): Promise<ConversionDto> {
    return this.conversions.create(body, write)
  }

  /** Conversions that the caller may see. */
  @Get()
  @Needs('read', 'pay', 'trade')
  list(@Query() query: DealQuery, @Caller() actor: Actor): Promise<ConversionPageDto> {
    return this.conversions.list(query, actor)
  }

  /** One conversion. */
  @Get(':id')
  @Needs('read', 'pay', 'trade')
  conversion(
    @Param('id', typedId('cnv')) id: string,
    @Query() query: NewerQuery,
    @Caller() actor: Actor,
  ): Promise<ConversionDto> {
    return this.conversions.conversion(id, query, actor)
  }
}
