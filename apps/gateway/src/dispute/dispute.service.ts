// Disputes: passes them to settlement and shows what it keeps.
import {
  type Actor,
  type WireDispute,
  type WireRuling,
  acceptRuling,
  answerOffer,
  appealRuling,
  getDispute,
  listDisputes,
  offerInDispute,
  openDispute,
  ruleDispute,
  sayInDispute,
  signRuling,
  stepReturn,
} from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { mapped, optional } from '../edge/optional.js'
import { newerOf, pageOf } from '../edge/page.js'
import { timestamp } from '../edge/time.js'
import type { DealQuery, NewerQuery } from '../edge/value.dto.js'
import { dealView, pageView } from '../edge/value.view.js'
import { Hub } from '../hub/hub.js'
import type {
  AcceptRulingDto,
  AnswerOfferDto,
  AppealRulingDto,
  DisputeDto,
  DisputePageDto,
  OfferDraftDto,
  OfferInDisputeDto,
  OpenDisputeDto,
  RuleDisputeDto,
  RulingDto,
  SayInDisputeDto,
  SignRulingDto,
  StepReturnDto,
} from './dispute.dto.js'

@Injectable()
export class DisputeService {
  constructor(private readonly hub: Hub) {}

  async open({ order, ...body }: OpenDisputeDto, write: Write): Promise<DisputeDto> {
    return disputeView(await this.hub.ask(openDispute, { ...body, id: order, ...write.fields }, { write }))
  }

  async list(query: DealQuery, actor: Actor): Promise<DisputePageDto> {
    return pageView(await this.hub.ask(listDisputes, { ...pageOf(query), actor }), disputeView)
  }

  async dispute(id: string, query: NewerQuery, actor: Actor): Promise<DisputeDto> {
    return disputeView(await this.hub.ask(getDispute, { id, ...newerOf(query), actor }))
  }

  async say(id: string, body: SayInDisputeDto, write: Write): Promise<DisputeDto> {
    return disputeView(await this.hub.ask(sayInDispute, { ...body, id, ...write.fields }, { write }))
  }

  async rule(id: string, body: RuleDisputeDto, write: Write): Promise<DisputeDto> {
    return disputeView(await this.hub.ask(ruleDispute, { ...body, id, ...write.fields }, { write }))
  }

  async offer(id: string, body: OfferInDisputeDto, write: Write): Promise<OfferDraftDto> {
    const draft = await this.hub.ask(offerInDispute, { ...body, id, ...write.fields }, { write })
    return { body: draft.body, dispute: disputeView(draft.dispute) }
  }

  async answerOffer(id: string, offer: string, body: AnswerOfferDto, write: Write): Promise<DisputeDto> {
    return disputeView(await this.hub.ask(answerOffer, { ...body, id, offer, ...write.fields }, { write }))
  }

  async appeal(id: string, body: AppealRulingDto, write: Write): Promise<DisputeDto> {
    return disputeView(await this.hub.ask(appealRuling, { ...body, id, ...write.fields }, { write }))
  }

  async acceptRuling(id: string, body: AcceptRulingDto, write: Write): Promise<DisputeDto> {
    return disputeView(await this.hub.ask(acceptRuling, { ...body, id, ...write.fields }, { write }))
  }

  async stepReturn(id: string, body: StepReturnDto, write: Write): Promise<DisputeDto> {
    return disputeView(await this.hub.ask(stepReturn, { ...body, id, ...write.fields }, { write }))
  }

  async sign(id: string, body: SignRulingDto, write: Write): Promise<DisputeDto> {
    return disputeView(await this.hub.ask(signRuling, { ...body, id, ...write.fields }, { write }))
  }
}

export const disputeView = (dispute: WireDispute): DisputeDto => ({
  id: dispute.id,
  order: dispute.order,
  milestone: dispute.milestone,
  openedBy: dispute.openedBy,
  claim: dispute.claim,
  messages: dispute.messages.map(({ at, answerBy, ...message }) => ({
    ...message,
    at: timestamp(at),
    ...(answerBy === undefined ? {} : { answerBy: timestamp(answerBy) }),
  })),
  evidence: dispute.evidence.map((file) => ({ ...file, at: timestamp(file.at) })),
  offers: dispute.offers.map((offer) => ({ ...offer, at: timestamp(offer.at), until: timestamp(offer.until) })),
  acceptedBy: [...dispute.acceptedBy],
  ...optional('ruling', mapped(dispute.ruling, rulingView)),
  ...optional(
    'appeal',
    mapped(dispute.appeal, (appeal) => ({ ...appeal, at: timestamp(appeal.at), first: rulingView(appeal.first) })),
  ),
  ...optional('return', dispute.return),
  ...dealView(dispute),
})

const rulingView = (ruling: WireRuling): RulingDto => ({ ...ruling, signedBy: [...ruling.signedBy] })
