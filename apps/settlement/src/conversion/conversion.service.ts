// Conversions: a payer takes a quote under its own hash. Everything after that is locks on the ledgers, custody's leg B and the watchtower.
import type { Answer, ById, CreateConversion, DealById, Page, WireConversion, WireHop, WireQuote } from '@huitong/contracts'
import { runCommand, type CommandKey, firstAnswer } from '@huitong/platform'
import { type AccountId, type AssetCode, type HashLock, after, err, invariant, never, ok } from '@huitong/primitives'
import { type ConversionCode, type ConversionTerms, type RouteCode, createConversion, createRoute } from '@huitong/protocol'
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { actorName, actsFor, listedParty } from '../access/access.js'
import { DealService } from '../deal/deal.service.js'
import { DealStore } from '../deal/deal.store.js'
import { newId } from '../deal/id.js'
import type { Deal } from '../deal/kind.js'
import type { Unit } from '../deal/unit.js'
import { type LedgerCode, Ledgers } from '../ledgers/ledgers.js'
import { Bindings } from '../party/bindings.js'
import { routeTimes } from '../quote/price.js'
import { QuoteService } from '../quote/quote.service.js'
import { type QuoteRow, QuoteStore } from '../quote/quote.store.js'
import { TERMS, type Terms } from '../terms.js'
import { ConversionEffects } from './conversion.effects.js'
import { type AnyConversion, type ConversionKind, conversionKind, hopId } from './conversion.kind.js'
import { conversionView } from './conversion.view.js'
import { commandKey } from '../deal/command-key.js'

export type ConversionRefusal =
  | 'forbidden'
  | 'idempotency_key_reused'
  | 'in_flight'
  | LedgerCode
  | 'conversion_unknown'
  | 'quote_unknown'
  | 'quote_expired'
  | 'quote_used'
  | 'hash_reused'
  | 'account_unbound'
  | 'account_unknown'
  | 'not_compliant'
  | 'wrong_state'

@Injectable()
export class ConversionService implements OnModuleInit {
  readonly #kind: ConversionKind

  constructor(
    private readonly deals: DealService,
    private readonly store: DealStore,
    private readonly quotes: QuoteService,
    private readonly effects: ConversionEffects,
    private readonly ledgers: Ledgers,
    private readonly bindings: Bindings,
    private readonly database: DataSource,
    @Inject(TERMS) private readonly terms: Terms,
    private readonly reservations: QuoteStore,
  ) {
    this.#kind = conversionKind(reservations)
  }

  onModuleInit(): void {
    this.deals.register(this.#kind)
    this.effects.register(this.#kind)
  }

  create(request: CreateConversion): Promise<Answer<WireConversion, ConversionRefusal>> {
    return firstAnswer(this.database, commandKey('conversion.create', request), (key) => this.#create(request, key))
  }

  async #create(request: CreateConversion, key: CommandKey): Promise<Answer<WireConversion, ConversionRefusal>> {
    const { actor, ...body } = request
    const quote = await this.quotes.get({ id: body.quote, actor })
    if (!quote.ok) return err('quote_unknown', undefined, 'quote')
    const { payer, give, take } = quote.value
    const allowed = actsFor(actor, payer)
    if (!allowed.ok) return allowed
    for (const { ledger } of [give, take]) {
      const open = this.ledgers.open(ledger)
      if (!open.ok) return open
    }
    const ready =
      (await this.bindings.account({ ledger: give.ledger, account: body.giveAccount, party: payer, field: 'giveAccount' })) ??
      (await this.bindings.account({ ledger: take.ledger, account: body.takeAccount, party: payer, field: 'takeAccount' }))
    if (ready !== undefined) return ready
    const forbidden = await this.bindings.compliance(this.#askedLegs(quote.value, body))
    if (forbidden !== undefined) return forbidden
    return runCommand(this.database, key, async (unit) => {
      const id = newId(this.#kind.prefix)
      const taken = await this.quotes.take(unit, { quote: body.quote, payer, deal: id, account: body.giveAccount })
      if (!taken.ok) return taken
      const env = await this.ledgers.env(unit)
      const terms = await this.#termsOf(unit, id, { body, quote: taken.value })
      const [direct] = terms
      const made = terms.length === 1 && direct !== undefined ? createConversion(direct, env) : createRoute(terms, env)
      if (!made.ok) return err(refusalOf(made.code), made.detail)
      const { state, effects } = made.value
      const by = { actor: actorName(actor), event: 'create' }
      const deal = await this.deals.create(unit, this.#kind, { id, state, effects, by })
      return deal.ok ? ok(this.#view(deal.value, request)) : deal
    })
  }

  /** Who pays every leg of a quote, and whom it names. */
  #askedLegs(quote: WireQuote, { giveAccount, takeAccount }: { readonly giveAccount: string; readonly takeAccount: string }) {
    const path: readonly WireHop[] = quote.path ?? [quote]
    const tokens = [...path.map(({ give }) => give), quote.take]
    const accounts = [giveAccount, ...path.map(({ liquidity }) => liquidity), takeAccount]
    return tokens.map(({ ledger: name, asset, amount }, index) => {
      const [ledger, payer, receiver] = [this.ledgers.byName(name), accounts[index], accounts[index + 1]]
      invariant(ledger !== undefined && payer !== undefined && receiver !== undefined, 'a quote names ledgers of this hub')
      return { ledger, asset, amount: BigInt(amount), payer, named: [receiver] }
    })
  }

  async get(request: DealById): Promise<Answer<WireConversion, ConversionRefusal>> {
    const deal = await this.deals.newest(this.database.manager, this.#kind, request)
    return deal === undefined ? err('conversion_unknown', undefined, 'id') : ok(this.#view(deal, request))
  }

  async list(page: Page): Promise<Answer<{ readonly items: readonly WireConversion[]; readonly next?: string }, never>> {
    const { limit, after, state, actor } = page
    const { manager } = this.database
    const found = await this.store.page(manager, {
      kind: this.#kind.kind,
      limit,
      ...(after === undefined ? {} : { after }),
      ...(state === undefined ? {} : { state }),
      ...listedParty(actor),
    })
    const items = found.map((row) => this.#view(this.deals.read(this.#kind, row), page))
    const last = items.at(-1)
    return ok({ items, ...(items.length < limit || last === undefined ? {} : { next: last.id }) })
  }

  /** Terms of every hop: what one pays is what the next is paid, each leg a margin before the one that pays for it. */
  async #termsOf(
    unit: Unit,
    id: string,
    { body, quote }: { readonly body: Omit<CreateConversion, 'actor' | 'idempotencyKey'>; readonly quote: QuoteRow },
  ): Promise<readonly ConversionTerms[]> {
    const { view } = quote
    const path: readonly WireHop[] = view.path ?? [view]
    const quotes = await this.reservations.hopsOf(unit, quote.id)
    const legs = [...path.map(({ give }) => give), ...path.slice(-1).map(({ take }) => take)].map((leg) => {
      const ledger = this.ledgers.byName(leg.ledger)
      invariant(ledger !== undefined, 'a quote names ledgers of this hub')
      return { chain: ledger.chain, asset: leg.asset as AssetCode, amount: BigInt(leg.amount) }
    })
    const env = await this.ledgers.env(unit)
    const times = routeTimes(env, this.terms, { chains: legs.map(({ chain }) => chain), quoteExpiry: quote.expiresAt })
    // the border: the message class has checked every field's form, and the quote is our own
    const accounts = [body.giveAccount, ...path.map(({ liquidity }) => liquidity), body.takeAccount].map(
      (one) => one as AccountId,
    )
    return path.map((hop, index): ConversionTerms => {
      const [a, b, time, own] = [legs[index], legs[index + 1], times[index], quotes[index]]
      const [refundee, provided, claimant] = accounts.slice(index)
      invariant(a !== undefined && b !== undefined && time !== undefined && own !== undefined, 'a hop has two legs and a quote')
      invariant(refundee !== undefined && provided !== undefined && claimant !== undefined, 'a hop has three accounts')
      const before = times[index - 1]
      return {
        id: hopId(id, index, path.length),
        quote: own,
        payer: index === 0 ? view.payer : (path[index - 1]?.provider ?? view.payer),
        provider: hop.provider,
        hash: body.hash as HashLock,
        quoteExpiry: before === undefined ? quote.expiresAt : after(before.lockBy, 1),
        lockBy: time.lockBy,
        a: { ...a, claimant: provided, refundee, expiry: time.expiryA },
        b: { ...b, claimant, refundee: provided, expiry: time.expiryB },
      }
    })
  }

  #view(deal: Deal<AnyConversion>, { actor }: { readonly actor: ById['actor'] }): WireConversion {
    return conversionView(this.ledgers, {
      deal,
      outline: this.#kind.outline(deal.state),
      coins: deal.coins(),
      actor,
      env: deal.env,
    })
  }
}

function refusalOf(code: ConversionCode | RouteCode): ConversionRefusal {
  switch (code) {
    case 'route_broken':
    case 'route_unknown_hop':
    case 'conversion_terms_invalid':
    case 'conversion_wrong_state':
    case 'conversion_lock_mismatch':
    case 'conversion_preimage_wrong':
    case 'conversion_not_locked':
      return 'wrong_state'
    case 'conversion_terms_unsafe':
    case 'conversion_reveal_too_late':
      return 'quote_expired'
    default:
      return never(code)
  }
}
