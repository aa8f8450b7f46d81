// Firm quotes: which offer, which amounts, every fee, until when, and whether both ledgers will take it. A quote reserves inventory from the
// moment it is answered; its life is counted in the time of the ledger that the payer gives on.
import { assetRulesOf } from '@huitong/chain'
import type { Answer, ById, CreateQuote, WireFee, WireHop, WireQuote } from '@huitong/contracts'
import { runCommand, type CommandKey, firstAnswer } from '@huitong/platform'
import { type ChainId, type Result, type Time, after, err, formatAmount, invariant, ok, parseAmount } from '@huitong/primitives'
import { type Env, type QuoteState, clockOf, decideQuote, latestNow } from '@huitong/protocol'
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { actsFor, maySee } from '../access/access.js'
import { newId } from '../deal/id.js'
import type { Unit } from '../deal/unit.js'
import { type Ledger, type LedgerCode, Ledgers } from '../ledgers/ledgers.js'
import { Bindings } from '../party/bindings.js'
import { type LegBook, legVerdicts, refusalOf, taxOfLeg } from '../party/compliance.js'
import { TERMS, type Terms } from '../terms.js'
import { BlockFacts } from '../watch/block-facts.js'
import { Headroom } from './headroom.js'
import { type Funds, Markets } from './markets.js'
import { type PathAsked, tokenKey } from './path.js'
import { type Priced, lockVerdicts, openQuotesAllowed, routeTimes } from './price.js'
import { type QuoteRow, QuoteStore, quoteStateName, quoteView } from './quote.store.js'
import { commandKey } from '../deal/command-key.js'

type QuoteCode =
  | 'forbidden'
  | 'idempotency_key_reused'
  | 'in_flight'
  | LedgerCode
  | 'party_unknown'
  | 'account_unbound'
  | 'account_unknown'
  | 'no_offer'
  | 'amount_out_of_range'
  | 'too_many_open_quotes'
  | 'not_compliant'
  | 'self_trade'

/** `not_compliant`: the quote keeps the headroom of another account. */
export type TakeCode = 'quote_unknown' | 'quote_used' | 'quote_expired' | 'not_compliant'

/** Unused quotes count against a party for this long. */
const MEMORY_MS = 10 * 60_000

@Injectable()
export class QuoteService implements OnModuleInit {
  constructor(
    private readonly quotes: QuoteStore,
    private readonly markets: Markets,
    private readonly ledgers: Ledgers,
    private readonly bindings: Bindings,
    private readonly headroom: Headroom,
    private readonly facts: BlockFacts,
    private readonly database: DataSource,
    @Inject(TERMS) private readonly terms: Terms,
  ) {}

  onModuleInit(): void {
    this.facts.onTime((unit, ledger, time) => this.quotes.expire(unit, ledger.name, time))
  }

  create(request: CreateQuote): Promise<Answer<WireQuote, QuoteCode>> {
    return firstAnswer(this.database, commandKey('quote.create', request), (key) => this.#create(request, key))
  }

  async #create(request: CreateQuote, key: CommandKey): Promise<Answer<WireQuote, QuoteCode>> {
    const { actor, ...body } = request
    const { payer, give, take } = body
    const allowed = actsFor(actor, payer)
    if (!allowed.ok) return allowed
    const a = this.ledgers.open(give.ledger)
    if (!a.ok) return a
    const b = this.ledgers.open(take.ledger)
    if (!b.ok) return b
    const unknown = await this.bindings.party(payer, actor, 'payer')
    if (unknown !== undefined) return unknown
    const amount = parseAmount(body.amount)
    if (!amount.ok || amount.value < BigInt(this.terms.lockMinUnits)) return err('amount_out_of_range', undefined, 'amount')
    const path = { payer, give, take, fixed: body.fixed, amount: amount.value, maxHops: body.maxHops ?? 1 }
    const funds = await this.markets.funds(path)
    if (!funds.ok) return funds
    const named = body.giveAccount === undefined ? {} : { named: body.giveAccount }
    const account = await this.headroom.payingAccount({ payer, actor, ledger: a.value, asset: give.asset, ...named })
    if (!account.ok) return account
    const paying = account.value
    const books = await this.#books(path, funds.value, paying === undefined ? [] : [paying])
    if (!books.ok) return books
    return runCommand(this.database, key, async (unit) => {
      const env = await this.ledgers.env(unit)
      const final = clockOf(env, a.value.chain).final
      const { open, unused } = await this.quotes.countOf(unit, payer, after(final, -MEMORY_MS))
      if (open >= openQuotesAllowed(this.terms, unused)) return err('too_many_open_quotes')
      const priced = await this.markets.priced(unit, path, { env, funds: funds.value.balances })
      if (!priced.ok) return priced
      const smallest = priced.value.flatMap(({ quoted }) => [quoted.debit, quoted.receives])
      if (smallest.some((leg) => leg < BigInt(this.terms.lockMinUnits)))
        return err('amount_out_of_range', 'a leg is too small to be worth its lock', 'amount')
      const quoteExpiry = after(latestNow(env, a.value.chain), this.terms.quoteTtlMs)
      const limited = paying === undefined ? undefined : { ...give, account: paying }
      const reserved = limited === undefined ? 0n : await this.headroom.reserved(unit, limited)
      const legs = this.#legsOf(env, priced.value, quoteExpiry, limited === undefined ? {} : { payer: limited.account, reserved })
      const compliance = [...lockVerdicts(env, legs)]
      for (const leg of legs) {
        const book = books.value.get(tokenKey({ ledger: leg.ledger.name, asset: leg.asset }))
        if (book === undefined) return err('ledger_unavailable', leg.ledger.name)
        compliance.push(...legVerdicts(book, leg))
      }
      const refused = refusalOf(compliance)
      if (refused !== undefined) return refused
      const tax = taxOf(books.value, legs[0])
      const by = limited === undefined ? {} : { giveAccount: limited.account }
      const view = { ...quoteOf({ id: newId('qte'), payer, path: priced.value, expiresAt: quoteExpiry, compliance, tax }), ...by }
      await this.#insert(unit, view, priced.value, final)
      if (limited !== undefined)
        await this.headroom.reserve(unit, view.id, { ...limited, amount: BigInt(view.give.amount) + BigInt(tax?.amount ?? '0') })
      return ok({ ...view, state: 'open' })
    })
  }

  /** One row per hop, each with its own reservation; the first is the quote that the payer sees. */
  async #insert(unit: Unit, view: Omit<WireQuote, 'state'>, path: readonly Priced[], createdAt: Time): Promise<void> {
    const { payer, compliance } = view
    // the border: made from a Time
    const expiresAt = view.expiresAt as Time
    for (const [index, hop] of path.entries()) {
      const id = index === 0 ? view.id : newId('qte')
      const own = index === 0 ? view : quoteOf({ id, payer, path: [hop], expiresAt, compliance })
      const made = { id, offer: hop.offer.id, payer, view: own, takeAmount: hop.quoted.receives, expiresAt, createdAt }
      await this.quotes.insert(unit, { ...made, paidOn: view.give.ledger, ...(index === 0 ? {} : { parent: view.id }) })
    }
  }

  /** What the ledgers say of every token that the way may touch. One beside the direct way that does not answer closes that path alone. */
  async #books(
    { give, take }: PathAsked,
    { tokens, accounts }: Funds,
    own: readonly string[],
  ): Promise<Result<ReadonlyMap<string, LegBook>, 'no_offer' | 'ledger_unavailable'>> {
    const ends = [tokenKey(give), tokenKey(take)]
    const books = new Map<string, LegBook>()
    for (const [key, token] of new Map([give, take, ...tokens].map((one) => [tokenKey(one), one]))) {
      const ledger = this.ledgers.byName(token.ledger)
      const book =
        ledger === undefined ? undefined : await this.bindings.legBook({ ledger, asset: token.asset }, [...accounts, ...own])
      if (book?.ok === true) books.set(key, book.value)
      else if (book !== undefined && ends.includes(key))
        return err(book.code === 'asset_unknown' ? 'no_offer' : book.code, book.detail)
    }
    return ok(books)
  }

  /**
   * Every leg of the path: how long it would be locked, who would pay it and whom it would name. `own`: the payer's own account and what other quotes keep
   * of its limit, where they are known; the account that it is paid on it says with the deal, and is judged then.
   */
  #legsOf(env: Env, path: readonly Priced[], quoteExpiry: Time, own: { readonly payer?: string; readonly reserved?: bigint }) {
    const tokens = path.map(({ offer, quoted }) => ({ ...offer.buy, amount: quoted.debit }))
    for (const { offer, quoted } of path.slice(-1)) tokens.push({ ...offer.sell, amount: quoted.receives })
    const chains = tokens.map((token) => this.ledgers.byName(token.ledger)?.chain).filter((chain) => chain !== undefined)
    const times = routeTimes(env, this.terms, { chains, quoteExpiry })
    return tokens.flatMap(({ ledger: name, asset, amount }, index) => {
      const ledger = this.ledgers.byName(name)
      const payer = path[index - 1]?.offer.liquidity
      const receiver = path[index]?.offer.liquidity
      const expiry = times[index]?.expiryA ?? times.at(-1)?.expiryB ?? quoteExpiry
      const named = receiver === undefined ? [] : [receiver]
      const pays = index === 0 ? own : payer === undefined ? {} : { payer }
      return ledger === undefined ? [] : [{ ledger, asset, amount, expiry, named, ...pays }]
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
    asked: { readonly quote: string; readonly payer: string; readonly deal: string; readonly account: string },
  ): Promise<Result<QuoteRow, TakeCode>> {
    const quote = await this.quotes.lock(unit, asked.quote)
    const ledger = quote === undefined ? undefined : this.ledgers.byName(quote.view.give.ledger)
    if (quote === undefined || ledger === undefined) return err('quote_unknown', undefined, 'quote')
    const take = { kind: 'take', by: asked.payer, deal: asked.deal } as const
    const decided = decideQuote(reservationOf(quote, ledger.chain), take, await this.ledgers.env(unit))
    if (!decided.ok) return err(decided.code === 'quote_wrong_party' ? 'quote_unknown' : decided.code, undefined, 'quote')
    const { giveAccount } = quote.view
    if (giveAccount !== undefined && giveAccount !== asked.account)
      return err('not_compliant', `the quote is for payment by ${giveAccount}`, 'giveAccount')
    await this.quotes.take(unit, quote, asked.deal)
    return ok(quote)
  }
}

/** The line that says what the payer pays beside its lock. */
function taxOf(
  books: ReadonlyMap<string, LegBook>,
  leg: { readonly ledger: Ledger; readonly asset: string; readonly amount: bigint; readonly payer?: string } | undefined,
): WireFee | undefined {
  if (leg === undefined) return undefined
  const { ledger, asset } = leg
  const book = books.get(tokenKey({ ledger: ledger.name, asset }))
  const to = book === undefined ? undefined : assetRulesOf(book.rulebook, asset)?.tax?.to
  if (book === undefined || to === undefined) return undefined
  const amount = taxOfLeg(book, leg)
  return amount === 0n ? undefined : { for: 'tax', ledger: ledger.name, asset, amount: amount.toString(), to }
}

const remainderOf = (priced: Priced): string | undefined => {
  const { amount, to } = priced.quoted.remainder
  return amount === 0n
    ? undefined
    : `${formatAmount(amount, 0)} base units of ${priced.offer.buy.asset} buy nothing and go to ${to}`
}

/** A stored quote as its machine knows it. */
function reservationOf({ id, offer, payer, takeAmount: amount, expiresAt, state, deal }: QuoteRow, chain: ChainId): QuoteState {
  const carried = { id, offer, payer, amount, chain, expiresAt }
  const name = quoteStateName(state)
  if (name === 'OPEN' || name === 'EXPIRED') return { ...carried, state: name }
  return { ...carried, state: name, deal: deal ?? '' }
}

/** What the payer is told: the whole way in one price, and every hop of it if there is more than one. */
function quoteOf(made: {
  readonly id: string
  readonly payer: string
  readonly path: readonly Priced[]
  readonly expiresAt: Time
  readonly compliance: WireQuote['compliance']
  readonly tax?: WireFee | undefined
}): Omit<WireQuote, 'state'> {
  const { path } = made
  const [first] = path
  const last = path.at(-1)
  invariant(first !== undefined && last !== undefined, 'a path has a hop')
  const give = { ...first.offer.buy, amount: first.quoted.debit.toString() }
  const take = { ...last.offer.sell, amount: last.quoted.receives.toString() }
  const rounding = path.map(remainderOf).filter((sentence) => sentence !== undefined)
  const [numerator, denominator] =
    path.length === 1 ? [first.offer.numerator, first.offer.denominator] : [last.quoted.receives, first.quoted.debit]
  return {
    id: made.id,
    payer: made.payer,
    offer: first.offer.id,
    provider: first.offer.provider,
    liquidity: first.offer.liquidity,
    give,
    take,
    fees: [
      ...first.quoted.fees.map((fee) => ({ for: fee.name, ...give, amount: fee.amount.toString(), to: fee.to })),
      ...(made.tax === undefined ? [] : [made.tax]),
    ],
    rounding: rounding.length === 0 ? 'exact' : rounding.join('; '),
    numerator: numerator.toString(),
    denominator: denominator.toString(),
    ...(path.length === 1 ? {} : { path: path.map(hopOf) }),
    expiresAt: made.expiresAt,
    compliance: made.compliance,
  }
}

const hopOf = ({ offer, quoted }: Priced): WireHop => ({
  offer: offer.id,
  provider: offer.provider,
  liquidity: offer.liquidity,
  give: { ...offer.buy, amount: quoted.debit.toString() },
  take: { ...offer.sell, amount: quoted.receives.toString() },
})
