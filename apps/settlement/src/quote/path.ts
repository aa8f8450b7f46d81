// Which way from one token to another is cheapest: directly, or through others. Pure: the price of a hop is price.ts's, a path is the hops in a row.
import { type Result, err, ok } from '@huitong/primitives'
import type { OfferRow, TokenRef } from '../offer/offer.store.js'
import { type Asked, type PriceCode, type Priced, price } from './price.js'

/** More hops would need longer locks than anybody waits for. */
export const HOPS_MAX = 3

export interface PathAsked {
  readonly payer: string
  readonly give: TokenRef
  readonly take: TokenRef
  readonly fixed: Asked['fixed']
  readonly amount: bigint
  readonly maxHops: number
}

export interface Market {
  readonly offers: readonly OfferRow[]
  /** What an account has of a token and has not promised, by {@link fundsKey}. */
  readonly funds: ReadonlyMap<string, bigint>
  /** Latest time that a ledger may already show: offers that have expired there are passed over. */
  readonly at: (ledger: string) => Asked['at']
}

export const fundsKey = (liquidity: string, { ledger, asset }: TokenRef): string => `${liquidity}/${ledger}/${asset}`
export const tokenKey = ({ ledger, asset }: TokenRef): string => `${ledger}/${asset}`

/**
 * The path that gives most for a fixed send, or costs least for a fixed receive; of equal ones the shortest, and a direct one first. No token and
 * no provider stands on it twice, and the payer's own offers are not there. Every hop is priced on what the hop before it really pays.
 */
export function bestPath(market: Market, asked: PathAsked): Result<readonly Priced[], PriceCode> {
  const search = new Search(market, asked)
  search.from(asked.fixed === 'send' ? asked.give : asked.take, asked.amount, [])
  return search.best ?? err(search.code, search.code === 'no_offer' ? undefined : 'no path takes this amount', ...search.field)
}

/** The price of one hop over given offers. */
export function priceHop(
  market: Market,
  offers: readonly OfferRow[],
  asked: Pick<Asked, 'fixed' | 'amount'>,
): Result<Priced, PriceCode> {
  const [one] = offers
  if (one === undefined) return err('no_offer')
  const funds = new Map(offers.map(({ liquidity, sell }) => [liquidity, market.funds.get(fundsKey(liquidity, sell)) ?? 0n]))
  return price(offers, { ...asked, at: market.at(one.sell.ledger) }, funds)
}

class Search {
  best: { readonly ok: true; readonly value: readonly Priced[] } | undefined
  code: PriceCode = 'no_offer'

  constructor(
    private readonly market: Market,
    private readonly asked: PathAsked,
  ) {}

  get field(): readonly ['amount'] | readonly [] {
    return this.code === 'amount_out_of_range' ? ['amount'] : []
  }

  /** Goes on from `token` with `amount` of it: forward for a fixed send, backward for a fixed receive. */
  from(token: TokenRef, amount: bigint, path: readonly Priced[]): void {
    const { fixed, give, take, payer, maxHops } = this.asked
    const isSend = fixed === 'send'
    if (path.length > 0 && tokenKey(token) === tokenKey(isSend ? take : give)) return this.#reached(path)
    if (path.length >= maxHops) return
    const seen = new Set([tokenKey(isSend ? give : take), ...path.map(({ offer }) => tokenKey(isSend ? offer.sell : offer.buy))])
    const here = this.market.offers.filter(({ buy, sell, provider }) => {
      const isHere = tokenKey(isSend ? buy : sell) === tokenKey(token)
      return isHere && provider !== payer && path.every(({ offer }) => offer.provider !== provider)
    })
    for (const next of new Set(here.map(({ sell, buy }) => tokenKey(isSend ? sell : buy)))) {
      if (seen.has(next)) continue
      const offers = here.filter(({ sell, buy }) => tokenKey(isSend ? sell : buy) === next)
      const hop = priceHop(this.market, offers, { fixed, amount })
      if (!hop.ok) {
        if (hop.code === 'amount_out_of_range') this.code = hop.code
        continue
      }
      const { offer, quoted } = hop.value
      if (isSend) this.from(offer.sell, quoted.receives, [...path, hop.value])
      else this.from(offer.buy, quoted.debit, [hop.value, ...path])
    }
  }

  #reached(path: readonly Priced[]): void {
    if (this.best === undefined || this.#isBetter(path, this.best.value)) this.best = ok(path)
  }

  #isBetter(path: readonly Priced[], other: readonly Priced[]): boolean {
    const [one, two] = [worthOf(path), worthOf(other)]
    const difference = this.asked.fixed === 'send' ? one.receives - two.receives : two.debit - one.debit
    return difference > 0n || (difference === 0n && path.length < other.length)
  }
}

const worthOf = (path: readonly Priced[]) => ({
  debit: path[0]?.quoted.debit ?? 0n,
  receives: path.at(-1)?.quoted.receives ?? 0n,
})
