// Firm quotes from settlement.
import { type Actor, type WireQuote, createQuote, getQuote } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { addressOf } from '../edge/address.js'
import { timestamp } from '../edge/time.js'
import { Hub } from '../hub/hub.js'
import type { CreateQuoteDto, QuoteDto } from './quote.dto.js'

@Injectable()
export class QuoteService {
  constructor(private readonly hub: Hub) {}

  async create(body: CreateQuoteDto, write: Write): Promise<QuoteDto> {
    return view(await this.hub.ask(createQuote, { ...body, ...write.fields }, { write }))
  }

  async quote(id: string, actor: Actor): Promise<QuoteDto> {
    return view(await this.hub.ask(getQuote, { id, actor }))
  }
}

const view = (quote: WireQuote): QuoteDto => ({
  ...quote,
  liquidity: addressOf(quote.liquidity),
  fees: quote.fees.map((fee) => ({ ...fee, to: addressOf(fee.to) })),
  expiresAt: timestamp(quote.expiresAt),
  compliance: [...quote.compliance],
})
