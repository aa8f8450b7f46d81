// What must be known before an order can be made: ledgers, the hub's accounts, whose accounts these are, and the quotes of milestones that are paid
// in another token. Failures of the moment are answered here, before the command's key is used.
import { type Result, err, invariant, ok } from '@huitong/primitives'
import type { AccountId, AssetCode } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import { DataSource } from 'typeorm'
import type { Unit } from '../deal/unit.js'
import { type Ledger, type LedgerCode, Ledgers } from '../ledgers/ledgers.js'
import { OfferStore } from '../offer/offer.store.js'
import { type AskedLeg, Bindings } from '../party/bindings.js'
import { QuoteService, type TakeCode } from '../quote/quote.service.js'
import { QuoteStore } from '../quote/quote.store.js'
import { HubAccounts } from './hub-accounts.js'
import type { AskedOrder, OrderPlaces, TakenQuote } from './order.terms.js'

type ReadyCode =
  LedgerCode | 'quote_unknown' | 'account_unknown' | 'account_unbound' | 'asset_unknown' | 'terms_invalid' | 'not_compliant'

@Injectable()
export class OrderPlacing {
  constructor(
    private readonly ledgers: Ledgers,
    private readonly bindings: Bindings,
    private readonly accounts: HubAccounts,
    private readonly quotes: QuoteStore,
    private readonly taking: QuoteService,
    private readonly offers: OfferStore,
    private readonly database: DataSource,
  ) {}

  async ready(body: AskedOrder): Promise<Result<Omit<OrderPlaces, 'order' | 'quotes'>, ReadyCode>> {
    const paid = await this.#paidOn(body)
    if (!paid.ok) return paid
    const names = [...new Set([...paid.value, ...body.milestones.map(({ settle }) => settle.ledger)])]
    const open = new Map<string, Ledger>()
    for (const name of names) {
      const ledger = this.ledgers.open(name)
      if (!ledger.ok) return ledger
      open.set(name, ledger.value)
    }
    const hub = await this.accounts.on(names)
    if (!hub.ok) return hub
    const fault = (await this.#buyerFault(body, paid.value)) ?? (await this.#merchantFault(body))
    if (fault !== undefined) return fault
    const ledgerOf = (name: string): Ledger => {
      const ledger = open.get(name) ?? this.ledgers.byName(name)
      invariant(ledger !== undefined, `ledger ${name} was looked up`)
      return ledger
    }
    const { arbiter, fee: feeTo } = hub.value
    const forbidden = await this.bindings.compliance(await this.#legs(body, { ledgerOf, hub: [arbiter, feeTo] }))
    return forbidden ?? ok({ arbiter, feeTo, ledgerOf })
  }

  /** Every escrow that the order will make, as far as it is known before it is made. */
  async #legs(
    { payer, milestones }: AskedOrder,
    { ledgerOf, hub }: { readonly ledgerOf: (name: string) => Ledger; readonly hub: readonly string[] },
  ): Promise<AskedLeg[]> {
    const legs: AskedLeg[] = []
    for (const { settle, amount, payee, quote } of milestones) {
      const b = { ledger: ledgerOf(settle.ledger), asset: settle.asset, amount: BigInt(amount), named: [payee, ...hub] }
      const view = quote === undefined ? undefined : (await this.quotes.find(this.database.manager, quote))?.view
      if (view === undefined) legs.push({ ...b, payer })
      else {
        const { give, liquidity } = view
        const a = { ledger: ledgerOf(give.ledger), asset: give.asset, amount: BigInt(give.amount) }
        legs.push({ ...a, payer, named: [liquidity, ...hub] }, { ...b, payer: liquidity })
      }
    }
    return legs
  }

  /** Takes the quotes for good, in the order's own unit of work. */
  async take(
    unit: Unit,
    { id, body }: { readonly id: string; readonly body: AskedOrder },
  ): Promise<Result<ReadonlyMap<number, TakenQuote>, TakeCode>> {
    const taken = new Map<number, TakenQuote>()
    for (const [index, { quote }] of body.milestones.entries()) {
      if (quote === undefined) continue
      const found = await this.taking.take(unit, { quote, payer: body.buyer, deal: id, account: body.payer })
      if (!found.ok) return err(found.code, found.detail, `milestones.${index}.quote`)
      // two escrow coins make a pair: a way through other tokens has no place in an order
      if (found.value.view.path !== undefined)
        return err('quote_unknown', 'an order takes a direct quote', `milestones.${index}.quote`)
      const { view, offer: offerId } = found.value
      const offer = await this.offers.find(unit, offerId)
      const [give, take] = [this.ledgers.byName(view.give.ledger), this.ledgers.byName(view.take.ledger)]
      invariant(
        offer !== undefined && give !== undefined && take !== undefined,
        'a quote stands on an offer between ledgers of this hub',
      )
      taken.set(index, {
        id: quote,
        provider: view.provider,
        // the border: written by the quote's own service
        liquidity: view.liquidity as AccountId,
        give: { ledger: give, asset: view.give.asset as AssetCode, amount: BigInt(view.give.amount) },
        take: { ledger: take, asset: view.take.asset as AssetCode, amount: BigInt(view.take.amount) },
        offerExpiresAt: offer.expiresAt,
      })
    }
    return ok(taken)
  }

  /** The ledgers on which the buyer pays. */
  async #paidOn({ milestones }: AskedOrder): Promise<Result<readonly string[], 'quote_unknown'>> {
    const names = new Set<string>()
    for (const [index, { quote, settle }] of milestones.entries()) {
      if (quote === undefined) {
        names.add(settle.ledger)
        continue
      }
      const found = await this.quotes.find(this.database.manager, quote)
      if (found === undefined) return err('quote_unknown', undefined, `milestones.${index}.quote`)
      names.add(found.view.give.ledger)
    }
    return ok([...names])
  }

  async #buyerFault({ buyer, payer, milestones, tendered }: AskedOrder, ledgers: readonly string[]) {
    for (const ledger of ledgers) {
      const fault = await this.bindings.account({ ledger, account: payer, party: buyer, field: 'payer' })
      if (fault !== undefined) return fault
    }
    const [first] = milestones
    for (const [index, { token }] of (tendered ?? []).entries()) {
      // a surplus names the merchant as its payee, on whatever ledger it lies
      const hosts = milestones.filter(({ quote, settle }) => quote === undefined && settle.ledger === token.ledger)
      const payee = (hosts[0] ?? first)?.payee
      if (payee === undefined || !ledgers.includes(token.ledger)) continue
      const fault = await this.bindings.open(token.ledger, payee, `tendered.${index}`)
      if (fault !== undefined) return fault
    }
    return undefined
  }

  async #merchantFault({ milestones }: AskedOrder) {
    const asked = new Set<string>()
    for (const [index, { merchant, payee, settle }] of milestones.entries()) {
      const key = `${settle.ledger}/${settle.asset}/${payee}/${merchant}`
      if (asked.has(key)) continue
      asked.add(key)
      const field = `milestones.${index}.payee`
      const fault =
        (await this.bindings.asset(settle)) ??
        (await this.bindings.account({ ledger: settle.ledger, account: payee, party: merchant, field }))
      if (fault !== undefined) return fault
    }
    return undefined
  }
}
