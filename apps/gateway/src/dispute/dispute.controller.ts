// Disputes.
import type { Actor } from '@huitong/contracts'
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Caller, Write, Writing } from '../access/caller.js'
import { Keyed, Needs } from '../access/scope.js'
import { typedId } from '../edge/params.js'
import { DealQuery, NewerQuery } from '../edge/value.dto.js'
import {
  AcceptRulingDto,
  AnswerOfferDto,
  AppealRulingDto,
  DisputeDto,
  DisputePageDto,
  OfferDraftDto,
  OfferInDisputeDto,
  OpenDisputeDto,
  RuleDisputeDto,
  SayInDisputeDto,
  SignRulingDto,
  StepReturnDto,
} from './dispute.dto.js'
import { DisputeService } from './dispute.service.js'

const disputeId = typedId('dsp')
const offerId = typedId('dof')

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

  /** Offers a division to the other side: first without signatures, which gives the body, then with them. */
  @Post(':id/offers')
  @HttpCode(200)
  @Needs('orders', 'disputes')
  @Keyed()
  offer(@Param('id', disputeId) id: string, @Body() body: OfferInDisputeDto, @Writing() write: Write): Promise<OfferDraftDto> {
    return this.disputes.offer(id, body, write)
  }

  /** Accepts an offer by signing its body, declines it, or withdraws one's own. */
  @Post(':id/offers/:offer/answer')
  @HttpCode(200)
  @Needs('orders', 'disputes')
  @Keyed()
  answerOffer(
    @Param('id', disputeId) id: string,
    @Param('offer', offerId) offer: string,
    @Body() body: AnswerOfferDto,
    @Writing() write: Write,
  ): Promise<DisputeDto> {
    return this.disputes.answerOffer(id, offer, body, write)
  }

  /** Appeals a ruling, once, before it is in force: two other operators decide. */
  @Post(':id/appeals')
  @HttpCode(200)
  @Needs('orders', 'disputes')
  @Keyed()
  appeal(@Param('id', disputeId) id: string, @Body() body: AppealRulingDto, @Writing() write: Write): Promise<DisputeDto> {
    return this.disputes.appeal(id, body, write)
  }

  /** A party will not appeal. In force at once when nobody is left who could want another ruling. */
  @Post(':id/acceptances')
  @HttpCode(200)
  @Needs('orders', 'disputes')
  @Keyed()
  acceptRuling(@Param('id', disputeId) id: string, @Body() body: AcceptRulingDto, @Writing() write: Write): Promise<DisputeDto> {
    return this.disputes.acceptRuling(id, body, write)
  }

  /** The next step of goods on their way back. */
  @Post(':id/return')
  @HttpCode(200)
  @Needs('orders', 'disputes')
  @Keyed()
  stepReturn(@Param('id', disputeId) id: string, @Body() body: StepReturnDto, @Writing() write: Write): Promise<DisputeDto> {
    return this.disputes.stepReturn(id, body, write)
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
