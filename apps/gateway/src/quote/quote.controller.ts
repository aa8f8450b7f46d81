// Firm quotes.
import type { Actor } from '@huitong/contracts'
import { Body, Controller, Get, Param, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Caller, Write, Writing } from '../access/caller.js'
import { Keyed, Needs } from '../access/scope.js'
import { typedId } from '../edge/params.js'
import { CreateQuoteDto, QuoteDto } from './quote.dto.js'
import { QuoteService } from './quote.service.js'

@ApiTags('quotes')
@Controller('quotes')
export class QuoteController {
  constructor(private readonly quotes: QuoteService) {}

  /** Asks for a firm price; liquidity is reserved until it expires. */
  @Post()
  @Needs('pay', 'trade', 'orders')
  @Keyed()
  create(@Body() body: CreateQuoteDto, @Writing() write: Write): Promise<QuoteDto> {
    return this.quotes.create(body, write)
  }

  /** One quote. */
  @Get(':id')
  @Needs('read', 'pay', 'trade', 'orders')
  quote(@Param('id', typedId('qte')) id: string, @Caller() actor: Actor): Promise<QuoteDto> {
    return this.quotes.quote(id, actor)
  }
}
