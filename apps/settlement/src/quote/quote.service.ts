// Firm quotes: which offer, which amounts, every fee, until when, and whether both ledgers will take it. A quote reserves inventory from the
// moment it is answered; its life is counted in the time of the ledger that the payer gives on.
import { type Answer, type ById, type CreateQuote, type WireQuote, ledgerAccount, ledgerBalances } from '@huitong/contracts'
import { Bus, runCommand } from '@huitong/platform'
import { type ChainId, type Result, type Time, after, err, formatAmount, ok, parseAmount } from '@huitong/primitives'
import { type QuoteState, clockOf, decideQuote, latestNow } from '@huitong/protocol'
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { actsFor, maySee } from '../access/access.js'
import { newId } from '../deal/id.js'
import type { Unit } from '../deal/unit.js'
import { type Ledger, type LedgerCode, Ledgers } from '../ledgers/ledgers.js'
import { type OfferRow, OfferStore, type TokenRef } from '../offer/offer.store.js'
import { Bindings } from '../party/bindings.js'
import { legVerdicts, refusalOf } from '../party/compliance.js'
import { TERMS, type Terms } from '../terms.js'
import { BlockFacts } from '../watch/block-facts.js'
import { type Priced, conversionTimes, lockVerdicts, openQuotesAllowed, price } from './price.js'
import { type QuoteRow, QuoteStore, quoteStateName, quoteView } from './quote.store.js'

type QuoteCode =
  | 'forbidden'
  | 'idempotency_key_reused'
  | 'in_flight'
  | LedgerCode
  | 'party_unknown'
  | 'no_offer'
  | 'amount_out_of_range'
  | 'too_many_open_quotes'
  | 'not_compliant'
  | 'self_trade'

/** Unused quotes count against a party for this long. */
const MEMORY_MS = 10 * 60_000

@Injectable()
export class QuoteService implements OnModuleInit {
  constructor(
    private readonly quotes: QuoteStore,
    private readonly offers: OfferStore,
    private readonly ledgers: Ledgers,
    private readonly bindings: Bindings,
    private readonly facts: BlockFacts,
    private readonly bus: Bus,
    private readonly database: DataSource,
    @Inject(TERMS) private readonly terms: Terms,
  ) {}

  onModuleInit(): void {
    this.facts.onTime((unit, ledger, time) => this.quotes.expire(unit, ledger.name, time))
  }

  async create(request: CreateQuote): Promise<Answer<WireQuote, QuoteCode>> {
    const { actor, idempotencyKey, ...body } = request
    const { payer, give, take } = body
    const allowed = actsFor(actor, payer)
    if (!allowed.ok) return allowed
    const a = this.ledgers.open(give.ledger)
    if (!a.ok) return a
    const b = this.ledgers.open(take.ledger)
    if (!b.ok) return b
    const unknown = await this.bindings.party(payer, actor)
    if (unknown !== undefined) return unknown
    const amount = parseAmount(body.amount)
    if (!amount.ok || amount.value < BigInt(this.terms.lockMinUnits)) return err('amount_out_of_range', undefined, 'amount')
    const funds = await this.#funds({ a: a.value, b: b.value, give, take })
    if (!funds.ok) return funds
    const providers = [...funds.value.keys()]
    const [bookA, bookB] = await Promise.all([
      this.bindings.legBook({ ledger: a.value, asset: give.asset }, providers),
      this.bindings.legBook({ ledger: b.value, asset: take.asset }, providers),
    ])
    if (!bookA.ok) return err(bookA.code === 'asset_unknown' ? 'no_offer' : bookA.code, bookA.detail)
    if (!bookB.ok) return err(bookB.code === 'asset_unknown' ? 'no_offer' : bookB.code, bookB.detail)
    return runCommand(this.database, { scope: `quote.create:${actor.key}`, key: idempotencyKey, body }, async (unit) => {
      const env = await this.ledgers.env(unit)
      const final = clockOf(env, a.value.chain).final
      const { open, unused } = await this.quotes.countOf(unit, payer, after(final, -MEMORY_MS))
      if (open >= openQuotesAllowed(this.terms, unused)) return err('too_many_open_quotes')
      const asked = { fixed: body.fixed, amount: amount.value, at: latestNow(env, b.value.chain) }
      const priced = await this.#price(unit, { payer, give, take, asked, funds: funds.value })
      if (!priced.ok) return priced
      const quoteExpiry = after(latestNow(env, a.value.chain), this.terms.quoteTtlMs)
      const times = conversionTimes(env, this.terms, { a: a.value.chain, b: b.value.chain, quoteExpiry })
      const { offer, quoted } = priced.value
      const { liquidity } = offer
      const compliance = [
        ...lockVerdicts(env, [
          { ledger: a.value, expiry: times.expiryA },
          { ledger: b.value, expiry: times.expiryB },
        ]),
        // which account the payer will use, it says with the deal, and is judged then
        ...legVerdicts(bookA.value, { amount: quoted.debit, named: [liquidity] }),
        ...legVerdicts(bookB.value, { amount: quoted.receives, payer: liquidity, named: [] }),
      ]
      const refused = refusalOf(compliance)
      if (refused !== undefined) return refused
      const id = newId('qte')
      const view = quoteOf({ id, payer, give, take, priced: priced.value, expiresAt: quoteExpiry, compliance })
      const made = { id, offer: offer.id, payer, view, takeAmount: quoted.receives, expiresAt: quoteExpiry, createdAt: final }
      await this.quotes.insert(unit, made)
      return ok(quoteView({ ...made, state: 'open' }))
    })
  }

  async get({ id, actor }: ById): Promise<Answer<WireQuote, 'quote_unknown' | 'forbidden'>> {
    const quote = await this.quotes.find(this.database.manager, id)
    if (quote === undefined || !maySee(actor, [quote.payer, quote.view.provider])) return err('quote_unknown', undefined, 'id')
    return ok(quoteView(quote))
  }

  /**
   * Gives a quote to a deal, in the deal's own unit of work: open, the payer's own, and with certainty still in time. The reservation stays and
   * follows the deal from now on (see QuoteStore.settle).
   */
  async take(
    unit: Unit,
    asked: { readonly quote: string; readonly payer: string; readonly deal: string },
  ): Promise<Result<QuoteRow, 'quote_unknown' | 'quote_used' | 'quote_expired'>> {
    const quote = await this.quotes.lock(unit, asked.quote)
    const ledger = quote === undefined ? undefined : this.ledgers.byName(quote.view.give.ledger)
    if (quote === undefined || ledger === undefined) return err('quote_unknown', undefined, 'quote')
    const take = { kind: 'take', by: asked.payer, deal: asked.deal } as const
    const decided = decideQuote(reservationOf(quote, ledger.chain), take, await this.ledgers.env(unit))
    if (!decided.ok) return err(decided.code === 'quote_wrong_party' ? 'quote_unknown' : decided.code, undefined, 'quote')
    await this.quotes.take(unit, quote, asked.deal)
    return ok(quote)
  }

  async #price(
    unit: Unit,
    wanted: {
      readonly payer: string
      readonly give: TokenRef
      readonly take: TokenRef
      readonly asked: { readonly fixed: 'send' | 'receive'; readonly amount: bigint; readonly at: Time }
      readonly funds: ReadonlyMap<string, bigint>
    },
  ): Promise<Result<Priced, 'no_offer' | 'amount_out_of_range' | 'self_trade'>> {
    const live = await this.offers.live(unit, { sell: wanted.take, buy: wanted.give })
    // nobody trades with itself: a wash trade makes a price and moves limits without moving anything
    const offers = live.filter(({ provider }) => provider !== wanted.payer)
    if (offers.length === 0 && live.length > 0) return err('self_trade', 'every offer is the payer’s own')
    const first = price(offers, wanted.asked, await this.#unpromised(unit, offers, wanted))
    if (!first.ok) return first
    const { debit, receives } = first.value.quoted
    const least = debit < receives ? debit : receives
    if (least < BigInt(this.terms.lockMinUnits))
      return err('amount_out_of_range', 'a leg is too small to be worth its lock', 'amount')
    // decided again on the locked row: somebody else may have reserved in between
    const locked = await this.offers.lock(unit, first.value.offer.id)
    if (locked === undefined || locked.isPaused) return err('no_offer')
    return price([locked], wanted.asked, await this.#unpromised(unit, [locked], wanted))
  }

  /** What each account has of the token on the ledger, less what its offers have promised and not locked yet. */
  async #unpromised(
    unit: Unit,
    offers: readonly OfferRow[],
    { take, funds }: { readonly take: TokenRef; readonly funds: ReadonlyMap<string, bigint> },
  ): Promise<ReadonlyMap<string, bigint>> {
    const left = new Map<string, bigint>()
    for (const { liquidity } of offers) {
      if (left.has(liquidity)) continue
      left.set(liquidity, (funds.get(liquidity) ?? 0n) - (await this.offers.reservedOf(unit, liquidity, take)))
    }
    return left
  }

  /** Balances of the accounts behind the pair's offers, on the ledger that pays out; only of those that are open on both ledgers. */
  async #funds(pair: {
    readonly a: Ledger
    readonly b: Ledger
    readonly give: TokenRef
    readonly take: TokenRef
  }): Promise<Result<ReadonlyMap<string, bigint>, 'ledger_unavailable'>> {
    const offers = await this.offers.live(this.database.manager, { sell: pair.take, buy: pair.give })
    const funds = new Map<string, bigint>()
    for (const account of new Set(offers.map(({ liquidity }) => liquidity))) {
      const [balances, paid] = await Promise.all([
        this.bus.call(ledgerBalances, { account }, { to: pair.b.name }),
        this.bus.call(ledgerAccount, { account }, { to: pair.a.name }),
      ])
      if (!balances.ok && balances.code !== 'account_unknown') return err('ledger_unavailable', pair.b.name)
      if (!paid.ok && paid.code !== 'account_unknown') return err('ledger_unavailable', pair.a.name)
      if (!balances.ok || !paid.ok) continue
      const balance = balances.value.balances.find(({ asset }) => asset === pair.take.asset)
      if (balance !== undefined) funds.set(account, BigInt(balance.available))
    }
    return ok(funds)
  }
}

/** A stored quote as its machine knows it. */
function reservationOf({ id, offer, payer, takeAmount: amount, expiresAt, state, deal }: QuoteRow, chain: ChainId): QuoteState {
  const carried = { id, offer, payer, amount, chain, expiresAt }
  const name = quoteStateName(state)
  if (name === 'OPEN' || name === 'EXPIRED') return { ...carried, state: name }
  return { ...carried, state: name, deal: deal ?? '' }
}

function quoteOf(made: {
  readonly id: string
  readonly payer: string
  readonly give: TokenRef
  readonly take: TokenRef
  readonly priced: Priced
  readonly expiresAt: Time
  readonly compliance: WireQuote['compliance']
}): Omit<WireQuote, 'state'> {
  const { offer, quoted } = made.priced
  const { amount, to } = quoted.remainder
  const rounding =
    amount === 0n ? 'exact' : `${formatAmount(amount, 0)} base units of ${made.give.asset} buy nothing and go to ${to}`
  return {
    id: made.id,
    payer: made.payer,
    offer: offer.id,
    provider: offer.provider,
    liquidity: offer.liquidity,
    give: { ...made.give, amount: quoted.debit.toString() },
    take: { ...made.take, amount: quoted.receives.toString() },
    fees: quoted.fees.map((fee) => ({ for: fee.name, ...made.give, amount: fee.amount.toString(), to: fee.to })),
    rounding,
    numerator: offer.numerator.toString(),
    denominator: offer.denominator.toString(),
    expiresAt: made.expiresAt,
    compliance: made.compliance,
  }
}
