// What a quote promises, in one place: which offer takes the amount at which price, how long both locks must be, and whether both rulebooks
// allow that. Pure; arithmetic is libs/protocol's.
import type { WireQuote } from '@huitong/contracts'
import { type ChainId, type Result, type Time, after, err, ok } from '@huitong/primitives'
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

/**
 * Counted from the later of quote's expiry and ledger B's clock. In order: leg A final, leg B final by its lock-by time, a look and the reveal,
 * expiry of B, and after the pair margin expiry of A (rule 5).
 */
export function conversionTimes(
  env: Env,
  terms: Terms,
  asked: { readonly a: ChainId; readonly b: ChainId; readonly quoteExpiry: Time },
): ConversionTimes {
  const { a, b, quoteExpiry } = asked
  const { skewMs, decisionMs, marginMs } = env.parameters
  const onB = latestNow(env, b)
  const start = quoteExpiry > onB ? quoteExpiry : onB
  const lockBy = after(start, clockOf(env, a).finalityMs + skewMs + terms.lockMs)
  const expiryB = after(lockBy, 2 * clockOf(env, b).finalityMs + decisionMs + skewMs + marginMs + SLACK_MS)
  const expiryA = after(expiryB, pairMarginMs(env, a, b) + SLACK_MS)
  return { lockBy, expiryA, expiryB }
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
