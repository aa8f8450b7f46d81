// Offers: passes signed offers to settlement and shows what it keeps.
import { type Actor, createOffer, getOffer, listOffers, setOfferState } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { pageOf } from '../edge/page.js'
import { DealQuery } from '../edge/value.dto.js'
import { pageView } from '../edge/value.view.js'
import { Hub } from '../hub/hub.js'
import type { CreateOfferDto, OfferDto, OfferPageDto, SetOfferStateDto } from './offer.dto.js'
import { offerView } from './offer.view.js'

@Injectable()
export class OfferService {
  constructor(private readonly hub: Hub) {}

  async create(body: CreateOfferDto, write: Write): Promise<OfferDto> {
    return offerView(await this.hub.ask(createOffer, { ...body, ...write.fields }, { write }))
  }

  async list(query: DealQuery, actor: Actor): Promise<OfferPageDto> {
    return pageView(await this.hub.ask(listOffers, { ...pageOf(query), actor }), offerView)
  }

  async offer(id: string, actor: Actor): Promise<OfferDto> {
    return offerView(await this.hub.ask(getOffer, { id, actor }))
  }

  async setState(id: string, body: SetOfferStateDto, write: Write): Promise<OfferDto> {
    return offerView(await this.hub.ask(setOfferState, { ...body, id, ...write.fields }, { write }))
  }
}
