// What a quote promises, in one place: which offer takes the amount at which price, how long both locks must be, and whether both rulebooks
// allow that. Pure; arithmetic is libs/protocol's.
import type { WireQuote } from '@huitong/contracts'
import { type ChainId, type Result, type Time, after, err, invariant, ok } from '@huitong/primitives'
import {
  type Env,
  type Offer,
  type QuoteCode,
  type Quoted,
  byPriceAndTime,
  clockOf,
  latestNow,
  pairMarginMs,
  quoteFixedReceive,
  quoteFixedSend,
} from '@huitong/protocol'
import { type Ledger, rulebookOf } from '../ledgers/ledgers.js'
import type { OfferRow } from '../offer/offer.store.js'
import type { Terms } from '../terms.js'

export interface Asked {
  readonly fixed: 'send' | 'receive'
  readonly amount: bigint
  /** Final time of the ledger that pays out: offers that have expired there are passed over. */
  readonly at: Time
}

export interface Priced {
  readonly offer: OfferRow
  readonly quoted: Quoted
}

export type PriceCode = 'no_offer' | 'amount_out_of_range'

/**
 * The best offer that takes the whole amount: best price first, the older first among equals. `funds` is what each liquidity account has of
 * the token and has not promised yet: no quote is made over an empty account.
 */
export function price(offers: readonly OfferRow[], asked: Asked, funds: ReadonlyMap<string, bigint>): Result<Priced, PriceCode> {
  const candidates = offers.map((offer): Offer => {
    const left = offer.inventory - offer.reserved - offer.used
    const funded = funds.get(offer.liquidity) ?? 0n
    return {
      offer: offer.id,
      rate: { numerator: offer.numerator, denominator: offer.denominator },
      minimum: offer.min,
      maximum: offer.max,
      available: left < funded ? left : funded > 0n ? funded : 0n,
      createdAt: offer.createdAt,
      expiresAt: offer.expiresAt,
    }
  })
  // each remainder goes to its own provider, so offers are asked one by one;
  // a hash lock pays its claimant in full: the hub takes no fee on a conversion, and the remainder is the provider's
  const request = (one: Offer) => ({ offers: [one], fees: [], remainderTo: liquidityOf(offers, one.offer), at: asked.at })
  let code: QuoteCode = 'quote_no_liquidity'
  for (const candidate of byPriceAndTime(candidates)) {
    const quoted =
      asked.fixed === 'send'
        ? quoteFixedSend(asked.amount, request(candidate))
        : quoteFixedReceive(asked.amount, request(candidate))
    const offer = offers.find(({ id }) => id === candidate.offer)
    if (!quoted.ok) {
      if (quoted.code !== 'quote_no_liquidity') code = quoted.code
      continue
    }
    if (offer !== undefined && isWithin(offer, quoted.value.debit)) return ok({ offer, quoted: quoted.value })
    code = 'quote_above_available'
  }
  return code === 'quote_no_liquidity' ? err('no_offer') : err('amount_out_of_range', code, 'amount')
}

/** The times of a conversion's locks. */
export interface ConversionTimes {
  readonly lockBy: Time
  readonly expiryA: Time
  readonly expiryB: Time
}

/** Room for finality to be measured slower after the quote than at it. */
const SLACK_MS = 30_000

/** The times of a single hop: {@link routeTimes} of two legs. */
export function conversionTimes(
  env: Env,
  terms: Terms,
  { a, b, quoteExpiry }: { readonly a: ChainId; readonly b: ChainId; readonly quoteExpiry: Time },
): ConversionTimes {
  const [times] = routeTimes(env, terms, { chains: [a, b], quoteExpiry })
  invariant(times !== undefined, 'two legs are one hop')
  return times
}

/** Each further hop's provider has this long more: its own turn only begins when the hop before is final. Custody signs ten minutes ahead at most. */
const HOP_LOCK_MS = 60_000

/**
 * The times of every hop of a chain of legs: hop k locks leg k+1, which expires a pair margin before leg k (rule 5, hop by hop). Counted from the
 * later of the quote's expiry and the next ledger's clock. In order: the first leg final, every further leg final by its lock-by time, a look and
 * the reveal, expiry of the last leg, and after each pair margin that of the leg before.
 */
export function routeTimes(
  env: Env,
  terms: Terms,
  asked: { readonly chains: readonly ChainId[]; readonly quoteExpiry: Time },
): readonly ConversionTimes[] {
  const { skewMs, decisionMs, marginMs } = env.parameters
  const lockBys: Time[] = []
  let start = asked.quoteExpiry
  for (const [index, paying] of asked.chains.slice(0, -1).entries()) {
    const on = latestNow(env, asked.chains[index + 1] ?? paying)
    const room = index === 0 ? terms.lockMs : HOP_LOCK_MS
    start = after(start > on ? start : on, clockOf(env, paying).finalityMs + skewMs + room)
    lockBys.push(start)
  }
  const [last] = asked.chains.slice(-1)
  const expiries: Time[] = []
  for (let leg = asked.chains.length - 1; leg >= 0; leg--) {
    const chain = asked.chains[leg]
    const behind = asked.chains[leg + 1]
    const next = expiries[0]
    if (chain === undefined || last === undefined) break
    const expiry =
      next === undefined || behind === undefined
        ? after(start, 2 * clockOf(env, last).finalityMs + decisionMs + skewMs + marginMs + SLACK_MS)
        : after(next, pairMarginMs(env, chain, behind) + SLACK_MS)
    expiries.unshift(expiry)
  }
  return lockBys.map((lockBy, hop) => ({ lockBy, expiryA: expiries[hop] ?? start, expiryB: expiries[hop + 1] ?? start }))
}

/** Does each rulebook allow a lock of that length? By the versions known now; the ledger judges the coin by the one in force then. */
export function lockVerdicts(
  env: Env,
  legs: readonly { readonly ledger: Ledger; readonly expiry: Time }[],
): WireQuote['compliance'] {
  return legs.map(({ ledger, expiry }) => {
    const { version, lockMaxMs } = rulebookOf(ledger)
    const length = expiry - clockOf(env, ledger.chain).final
    const isAllowed = length <= lockMaxMs
    return {
      ledger: ledger.name,
      rulebook: version,
      parameter: 'lockMaxMs',
      verdict: isAllowed ? 'pass' : 'fail',
      reason: `a lock of up to ${length} ms, of ${lockMaxMs} ms allowed`,
    }
  })
}

/** Open quotes that a party may have: each one it let expire of late costs one, down to a least. */
export function openQuotesAllowed(terms: Pick<Terms, 'openQuotesMax' | 'openQuotesMin'>, unused: number): number {
  return Math.max(terms.openQuotesMin, terms.openQuotesMax - unused)
}

/** Is what the payer locks, remainder included, within the bounds that the provider signed? */
const isWithin = ({ buyMin, buyMax }: OfferRow, debit: bigint): boolean => debit >= buyMin && debit <= buyMax

function liquidityOf(offers: readonly OfferRow[], id: string): OfferRow['liquidity'] {
  const offer = offers.find((candidate) => candidate.id === id)
  if (offer === undefined) throw new RangeError('a candidate is one of the offers')
  return offer.liquidity
}
