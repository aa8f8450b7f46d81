// Quotes: used by conversions and by orders that are paid in another token.
import { Module } from '@nestjs/common'
import { OfferModule } from '../offer/offer.module.js'
import { Headroom } from './headroom.js'
import { Markets } from './markets.js'
import { QuoteController } from './quote.controller.js'
import { QuoteService } from './quote.service.js'
import { QuoteStore } from './quote.store.js'

@Module({
  imports: [OfferModule],
  controllers: [QuoteController],
  providers: [Headroom, Markets, QuoteService, QuoteStore],
  exports: [OfferModule, QuoteService, QuoteStore],
})
export class QuoteModule {}
