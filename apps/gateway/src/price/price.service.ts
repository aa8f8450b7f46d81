// Indicative prices, computed from the active offers as settlement shows them. Promises nothing and reserves nothing: a quote does.
import { type Actor, type WireOffer, listOffers } from '@huitong/contracts'
import { mulDivCeil, mulDivFloor } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import { Hub } from '../hub/hub.js'
import type { PriceDto, PriceListDto, PriceQuery } from './price.dto.js'

/** Offers looked at for one price: five pages. */
const PAGES_MAX = 5
const PAGE = 200

@Injectable()
export class PriceService {
  constructor(private readonly hub: Hub) {}

  async prices(query: PriceQuery, actor: Actor): Promise<PriceListDto> {
    const offers = await this.#active(actor)
    const prices = offers.flatMap((offer) => priceOf(offer, query))
    return { items: prices.sort(query.fixed === 'receive' ? leastGiven : mostTaken) }
  }

  async #active(actor: Actor): Promise<readonly WireOffer[]> {
    const offers: WireOffer[] = []
    let after: string | undefined
    for (let page = 0; page < PAGES_MAX; page++) {
      const cursor = after === undefined ? {} : { after }
      const { items, next } = await this.hub.ask(listOffers, { state: 'active', limit: PAGE, actor, ...cursor })
      offers.push(...items)
      if (next === undefined) break
      after = next
    }
    return offers
  }
}

/** The payer gives rounded up and takes rounded down, as in a quote. */
function priceOf(offer: WireOffer, query: PriceQuery): PriceDto[] {
  const isPair =
    offer.state === 'active' &&
    offer.buy.ledger === query.giveLedger &&
    offer.buy.asset === query.giveAsset &&
    offer.sell.ledger === query.takeLedger &&
    offer.sell.asset === query.takeAsset
  if (!isPair) return []
  const [numerator, denominator, amount] = [BigInt(offer.numerator), BigInt(offer.denominator), BigInt(query.amount)]
  const isReceive = query.fixed === 'receive'
  const take = isReceive ? amount : mulDivFloor(amount, numerator, denominator)
  const give = isReceive ? mulDivCeil(amount, denominator, numerator) : amount
  const left = BigInt(offer.inventory) - BigInt(offer.reserved) - BigInt(offer.used)
  if (take < 1n || take < BigInt(offer.min) || take > BigInt(offer.max) || take > left) return []
  const { id, provider } = offer
  const given = { ledger: query.giveLedger, asset: query.giveAsset, amount: give.toString() }
  const taken = { ledger: query.takeLedger, asset: query.takeAsset, amount: take.toString() }
  return [{ offer: id, provider, give: given, take: taken, numerator: offer.numerator, denominator: offer.denominator }]
}

const order = (a: string, b: string): number => (BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0)
const mostTaken = (a: PriceDto, b: PriceDto): number => order(b.take.amount, a.take.amount)
const leastGiven = (a: PriceDto, b: PriceDto): number => order(a.give.amount, b.give.amount)
