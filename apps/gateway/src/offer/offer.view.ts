// Offers from the bus's terms to the edge's.
import type { WireOffer } from '@huitong/contracts'
import { addressOf } from '../edge/address.js'
import { timestamp } from '../edge/time.js'
import type { OfferDto } from './offer.dto.js'

export const offerView = (offer: WireOffer): OfferDto => ({
  ...offer,
  liquidity: addressOf(offer.liquidity),
  expiresAt: timestamp(offer.expiresAt),
  createdAt: timestamp(offer.createdAt),
})
