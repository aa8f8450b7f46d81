// Disputes.
import type { Actor } from '@huitong/contracts'
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Caller, Write, Writing } from '../access/caller.js'
import { Keyed, Needs } from '../access/scope.js'
import { typedId } from '../edge/params.js'
import { DealQuery, NewerQuery } from '../edge/value.dto.js'
import { DisputeDto, DisputePageDto, OpenDisputeDto, RuleDisputeDto, SayInDisputeDto, SignRulingDto } from './dispute.dto.js'
import { DisputeService } from './dispute.service.js'

const disputeId = typedId('dsp')

@ApiTags('disputes')
@Controller('disputes')
export class DisputeController {
  constructor(private readonly disputes: DisputeService) {}

  /** Opens a dispute over a milestone: the arbiter stops its clock. */
  @Post()
  @Needs('orders', 'disputes')
  @Keyed()
  open(@Body() body: OpenDisputeDto, @Writing() write: Write): Promise<DisputeDto> {
    return this.disputes.open(body, write)
  }

  /** Disputes that the caller may see. */
  @Get()
  @Needs('read', 'orders', 'disputes', 'operator')
  list(@Query() query: DealQuery, @Caller() actor: Actor): Promise<DisputePageDto> {
    return this.disputes.list(query, actor)
  }

  /** One dispute. */
  @Get(':id')
  @Needs('read', 'orders', 'disputes', 'operator')
  dispute(@Param('id', disputeId) id: string, @Query() query: NewerQuery, @Caller() actor: Actor): Promise<DisputeDto> {
    return this.disputes.dispute(id, query, actor)
  }

  /** A message, with the hash of a file if one belongs to it. */
  @Post(':id/messages')
  @HttpCode(200)
  @Needs('orders', 'disputes', 'operator')
  @Keyed()
  say(@Param('id', disputeId) id: string, @Body() body: SayInDisputeDto, @Writing() write: Write): Promise<DisputeDto> {
    return this.disputes.say(id, body, write)
  }

  /** An operator proposes a ruling, which fixes the body to be signed. */
  @Post(':id/rulings')
  @HttpCode(200)
  @Needs('operator')
  @Keyed()
  rule(@Param('id', disputeId) id: string, @Body() body: RuleDisputeDto, @Writing() write: Write): Promise<DisputeDto> {
    return this.disputes.rule(id, body, write)
  }

  /** An operator signs the proposed ruling; it is executed once two have. */
  @Post(':id/signatures')
  @HttpCode(200)
  @Needs('operator')
  @Keyed()
  sign(@Param('id', disputeId) id: string, @Body() body: SignRulingDto, @Writing() write: Write): Promise<DisputeDto> {
    return this.disputes.sign(id, body, write)
  }
}
