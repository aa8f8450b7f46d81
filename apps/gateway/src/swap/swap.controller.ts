// Swaps.
import type { Actor } from '@huitong/contracts'
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common'
import { ApiBody, ApiTags } from '@nestjs/swagger'
import { Caller, Write, Writing } from '../access/caller.js'
import { Keyed, Needs } from '../access/scope.js'
import { typedId } from '../edge/params.js'
import { DealQuery, NewerQuery } from '../edge/value.dto.js'
import { AcceptSwapDto, CancelSwapDto, CreateSwapDto, SwapDto, SwapPageDto } from './swap.dto.js'
import { SwapService } from './swap.service.js'

@ApiTags('swaps')
@Controller('swaps')
export class SwapController {
  constructor(private readonly swaps: SwapService) {}

  /** Proposes a swap to a counterparty. */
  @Post()
  @Needs('trade')
  @Keyed()
  create(@Body() body: CreateSwapDto, @Writing() write: Write): Promise<SwapDto> {
    return this.swaps.create(body, write)
  }

  /** Swaps that the caller may see. */
  @Get()
  @Needs('read', 'trade')
  list(@Query() query: DealQuery, @Caller() actor: Actor): Promise<SwapPageDto> {
    return this.swaps.list(query, actor)
  }

  /** One swap. */
  @Get(':id')
  @Needs('read', 'trade')
  swap(@Param('id', typedId('swp')) id: string, @Query() query: NewerQuery, @Caller() actor: Actor): Promise<SwapDto> {
    return this.swaps.swap(id, query, actor)
  }

  /** Accepts as the counterparty; the answer says what to lock and by when. */
  @Post(':id/accept')
  @HttpCode(200)
  @Needs('trade')
  @Keyed()
  accept(@Param('id', typedId('swp')) id: string, @Body() body: AcceptSwapDto, @Writing() write: Write): Promise<SwapDto> {
    return this.swaps.accept(id, body, write)
  }

  /** Gives the swap up before anything is locked. */
  @Post(':id/cancel')
  @HttpCode(200)
  @Needs('trade')
  @Keyed()
  @ApiBody({ type: CancelSwapDto, required: false })
  cancel(@Param('id', typedId('swp')) id: string, @Body() body: CancelSwapDto, @Writing() write: Write): Promise<SwapDto> {
    return this.swaps.cancel(id, body, write)
  }
}
