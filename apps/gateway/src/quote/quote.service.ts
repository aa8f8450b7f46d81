// Firm quotes from settlement.
import { type Actor, type WireHop, type WireQuote, createQuote, getQuote } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { addressOf } from '../edge/address.js'
import { mapped, optional } from '../edge/optional.js'
import { timestamp } from '../edge/time.js'
import { Hub } from '../hub/hub.js'
import type { CreateQuoteDto, HopDto, QuoteDto } from './quote.dto.js'

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

const view = ({ path, giveAccount, ...quote }: WireQuote): QuoteDto => ({
  ...quote,
  ...optional('giveAccount', mapped(giveAccount, addressOf)),
  liquidity: addressOf(quote.liquidity),
  fees: quote.fees.map((fee) => ({ ...fee, to: addressOf(fee.to) })),
  expiresAt: timestamp(quote.expiresAt),
  compliance: [...quote.compliance],
  ...optional(
    'path',
    mapped(path, (path) => path.map(hopView)),
  ),
})

const hopView = (hop: WireHop): HopDto => ({ ...hop, liquidity: addressOf(hop.liquidity) })
