// Quotes on the bus.
import { ById, CreateQuote, createQuote, getQuote } from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { Controller } from '@nestjs/common'
import { QuoteService } from './quote.service.js'

@Controller()
export class QuoteController {
  constructor(private readonly quotes: QuoteService) {}

  @Handle(createQuote)
  create(request: CreateQuote) {
    return this.quotes.create(request)
  }

  @Handle(getQuote)
  get(request: ById) {
    return this.quotes.get(request)
  }
}
