// What can be had at which price now: live offers, and what the accounts behind them really hold on the ledgers. Prices are decided on locked rows, so
// that nobody is promised what somebody else was promised in between.
import { ledgerAccount, ledgerBalances } from '@huitong/contracts'
import { Bus } from '@huitong/platform'
import { type Result, type Time, err, invariant, ok } from '@huitong/primitives'
import { type Env, latestNow } from '@huitong/protocol'
import { Injectable } from '@nestjs/common'
import { DataSource } from 'typeorm'
import type { Unit } from '../deal/unit.js'
import { Ledgers, rulebookOf } from '../ledgers/ledgers.js'
import { type OfferRow, OfferStore, type TokenRef } from '../offer/offer.store.js'
import { mostToLock } from '../party/compliance.js'
import { type Market, type PathAsked, bestPath, fundsKey, priceHop } from './path.js'
import type { PriceCode, Priced } from './price.js'

/** Balances as the ledgers answered them, before what offers have promised is taken off. */
export interface Funds {
  readonly balances: ReadonlyMap<string, bigint>
  /** Every token that the offers give or take, and the accounts behind them. */
  readonly tokens: readonly TokenRef[]
  readonly accounts: readonly string[]
}

@Injectable()
export class Markets {
  constructor(
    private readonly offers: OfferStore,
    private readonly ledgers: Ledgers,
    private readonly bus: Bus,
    private readonly database: DataSource,
  ) {}

  /** Balances of the accounts behind the offers, each on the ledger that pays out; only of those that are open on both its ledgers. */
  async funds(asked: PathAsked): Promise<Result<Funds, 'ledger_unavailable'>> {
    const offers = await this.#live(this.database.manager, asked)
    const funds = new Map<string, bigint>()
    const pairs = new Map(offers.map((offer) => [`${fundsKey(offer.liquidity, offer.sell)} ${offer.buy.ledger}`, offer]))
    const answers = await Promise.all(
      [...pairs.values()].map(async ({ liquidity: account, sell, buy }) => ({
        key: fundsKey(account, sell),
        sell,
        buy,
        balances: await this.bus.call(ledgerBalances, { account }, { to: sell.ledger }),
        paid: await this.bus.call(ledgerAccount, { account }, { to: buy.ledger }),
      })),
    )
    for (const { key, sell, buy, balances, paid } of answers) {
      // a ledger beside the direct way that does not answer closes that path and no other
      const isNeeded = sell.ledger === asked.take.ledger && buy.ledger === asked.give.ledger
      if (!balances.ok && balances.code !== 'account_unknown' && isNeeded) return err('ledger_unavailable', sell.ledger)
      if (!paid.ok && paid.code !== 'account_unknown' && isNeeded) return err('ledger_unavailable', buy.ledger)
      if (!balances.ok || !paid.ok) continue
      const balance = balances.value.balances.find(({ asset }) => asset === sell.asset)
      const ledger = this.ledgers.byName(sell.ledger)
      if (balance === undefined || ledger === undefined) continue
      // the account pays the tax on its locks beside them
      funds.set(key, mostToLock(rulebookOf(ledger), sell.asset, BigInt(balance.available)))
    }
    const accounts = [...new Set(offers.map(({ liquidity }) => liquidity))]
    return ok({ balances: funds, tokens: offers.flatMap(({ buy, sell }) => [buy, sell]), accounts })
  }

  /** The best path at this moment, on offers that stay locked until the unit of work ends. */
  async priced(
    unit: Unit,
    asked: PathAsked,
    given: { readonly env: Env; readonly funds: Funds['balances'] },
  ): Promise<Result<readonly Priced[], PriceCode | 'self_trade'>> {
    const live = await this.#live(unit, asked)
    const isOwn = live.length > 0 && live.every(({ provider }) => provider === asked.payer)
    // nobody trades with itself: a wash trade makes a price and moves limits without moving anything
    if (isOwn) return err('self_trade', 'every offer is the payer’s own')
    const market = await this.#market(unit, live, given)
    const found = bestPath(market, asked)
    if (!found.ok) return found
    // decided again on the locked rows: somebody else may have reserved in between. In one order everywhere, so that two never wait for each other
    const locked = new Map<string, OfferRow>()
    for (const id of found.value.map(({ offer }) => offer.id).toSorted()) {
      const offer = await this.offers.lock(unit, id)
      if (offer === undefined || offer.isPaused) return err('no_offer')
      locked.set(id, offer)
    }
    return again(await this.#market(unit, [...locked.values()], given), { asked, path: found.value, locked })
  }

  /** Offers on ledgers that take new deals; for a direct quote those of the pair alone. */
  async #live(unit: Unit, { give, take, maxHops }: PathAsked): Promise<readonly OfferRow[]> {
    const found = maxHops === 1 ? await this.offers.live(unit, { sell: take, buy: give }) : await this.offers.allLive(unit)
    return found.filter(({ sell, buy }) => this.ledgers.open(sell.ledger).ok && this.ledgers.open(buy.ledger).ok)
  }

  /** What each account has of a token on the ledger, less what its offers have promised and not locked yet. */
  async #market(
    unit: Unit,
    offers: readonly OfferRow[],
    { env, funds }: { readonly env: Env; readonly funds: Funds['balances'] },
  ): Promise<Market> {
    const left = new Map<string, bigint>()
    for (const { liquidity, sell } of offers) {
      const key = fundsKey(liquidity, sell)
      if (left.has(key)) continue
      left.set(key, (funds.get(key) ?? 0n) - (await this.offers.reservedOf(unit, liquidity, sell)))
    }
    const at = (name: string): Time => {
      const ledger = this.ledgers.byName(name)
      invariant(ledger !== undefined, 'a live offer is on ledgers that are open')
      return latestNow(env, ledger.chain)
    }
    return { offers, funds: left, at }
  }
}

/** The same path priced once more, hop by hop, over the rows that are locked now. */
function again(
  market: Market,
  {
    asked,
    path,
    locked,
  }: { readonly asked: PathAsked; readonly path: readonly Priced[]; readonly locked: ReadonlyMap<string, OfferRow> },
): Result<readonly Priced[], PriceCode> {
  const isSend = asked.fixed === 'send'
  const priced: Priced[] = []
  let { amount } = asked
  for (const { offer } of isSend ? path : path.toReversed()) {
    const row = locked.get(offer.id)
    const hop = priceHop(market, row === undefined ? [] : [row], { fixed: asked.fixed, amount })
    if (!hop.ok) return hop
    amount = isSend ? hop.value.quoted.receives : hop.value.quoted.debit
    if (isSend) priced.push(hop.value)
    else priced.unshift(hop.value)
  }
  return ok(priced)
}
