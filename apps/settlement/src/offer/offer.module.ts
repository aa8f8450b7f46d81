// Offers, and quotes made from them.
import { Module } from '@nestjs/common'
import { OfferController } from './offer.controller.js'
import { OfferService } from './offer.service.js'
import { OfferStore } from './offer.store.js'

@Module({ controllers: [OfferController], providers: [OfferService, OfferStore], exports: [OfferStore] })
export class OfferModule {}
