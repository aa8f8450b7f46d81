// Offers and liquidity accounts on the bus.
import {
  ById,
  CreateOffer,
  OpenProviderLiquidity,
  Page,
  SetOfferState,
  createOffer,
  getOffer,
  listOffers,
  openLiquidity,
  setOfferState,
} from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { Controller } from '@nestjs/common'
import { OfferService } from './offer.service.js'

@Controller()
export class OfferController {
  constructor(private readonly offers: OfferService) {}

  @Handle(createOffer)
  create(request: CreateOffer) {
    return this.offers.create(request)
  }

  @Handle(getOffer)
  get(request: ById) {
    return this.offers.get(request)
  }

  @Handle(listOffers)
  list(page: Page) {
    return this.offers.list(page)
  }

  @Handle(setOfferState)
  setState(request: SetOfferState) {
    return this.offers.setState(request)
  }

  @Handle(openLiquidity)
  openLiquidity(request: OpenProviderLiquidity) {
    return this.offers.openLiquidity(request)
  }
}
