// Disputes: passes them to settlement and shows what it keeps.
import {
  type Actor,
  type WireDispute,
  getDispute,
  listDisputes,
  openDispute,
  ruleDispute,
  sayInDispute,
  signRuling,
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
  DisputeDto,
  DisputePageDto,
  OpenDisputeDto,
  RuleDisputeDto,
  RulingDto,
  SayInDisputeDto,
  SignRulingDto,
} from './dispute.dto.js'

@Injectable()
export class DisputeService {
  constructor(private readonly hub: Hub) {}

  async open({ order, ...body }: OpenDisputeDto, write: Write): Promise<DisputeDto> {
    return view(await this.hub.ask(openDispute, { ...body, id: order, ...write.fields }, { write }))
  }

  async list(query: DealQuery, actor: Actor): Promise<DisputePageDto> {
    return pageView(await this.hub.ask(listDisputes, { ...pageOf(query), actor }), view)
  }

  async dispute(id: string, query: NewerQuery, actor: Actor): Promise<DisputeDto> {
    return view(await this.hub.ask(getDispute, { id, ...newerOf(query), actor }))
  }

  async say(id: string, body: SayInDisputeDto, write: Write): Promise<DisputeDto> {
    return view(await this.hub.ask(sayInDispute, { ...body, id, ...write.fields }, { write }))
  }

  async rule(id: string, body: RuleDisputeDto, write: Write): Promise<DisputeDto> {
    return view(await this.hub.ask(ruleDispute, { ...body, id, ...write.fields }, { write }))
  }

  async sign(id: string, body: SignRulingDto, write: Write): Promise<DisputeDto> {
    return view(await this.hub.ask(signRuling, { ...body, id, ...write.fields }, { write }))
  }
}

const view = (dispute: WireDispute): DisputeDto => ({
  id: dispute.id,
  order: dispute.order,
  milestone: dispute.milestone,
  openedBy: dispute.openedBy,
  claim: dispute.claim,
  messages: dispute.messages.map((message) => ({ ...message, at: timestamp(message.at) })),
  offers: dispute.offers.map((offer) => ({ ...offer, at: timestamp(offer.at) })),
  ...optional('ruling', mapped(dispute.ruling, rulingView)),
  ...dealView(dispute),
})

const rulingView = (ruling: NonNullable<WireDispute['ruling']>): RulingDto => ({ ...ruling, signedBy: [...ruling.signedBy] })
