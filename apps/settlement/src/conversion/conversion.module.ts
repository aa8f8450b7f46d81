// Conversions: quotes taken, locks watched, leg B asked of custody.
import { Module } from '@nestjs/common'
import { QuoteModule } from '../quote/quote.module.js'
import { ConversionController } from './conversion.controller.js'
import { ConversionEffects } from './conversion.effects.js'
import { ConversionService } from './conversion.service.js'

@Module({ imports: [QuoteModule], controllers: [ConversionController], providers: [ConversionService, ConversionEffects] })
export class ConversionModule {}
