// What a conversion costs: integers only. Debits and fees round up, credits round down, what is left over goes to a named account.
import {
  AMOUNT_MAX,
  type AccountId,
  type Amount,
  type Result,
  type Time,
  err,
  mulDivCeil,
  mulDivFloor,
  ok,
} from '@huitong/primitives'

/** `numerator` base units of B for `denominator` base units of A. */
export interface Rate {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** A provider's signed offer, as far as arithmetic cares. `minimum`, `maximum` and `available` are in base units of B. */
export interface Offer {
  readonly offer: string
  readonly rate: Rate
  readonly minimum: Amount
  readonly maximum: Amount
  /** Inventory not reserved by other quotes or locks. */
  readonly available: Amount
  readonly createdAt: Time
  readonly expiresAt: Time
}

/** A fee on what the payer pays, in A: parts per million, rounded up, at least `least`. */
export interface FeeRule {
  readonly name: string
  readonly to: AccountId
  readonly ppm: bigint
  readonly least: Amount
}

export interface FeeItem {
  readonly name: string
  readonly to: AccountId
  readonly amount: Amount
}

/** One hop over one offer: `pays` of A to the provider, `receives` of B from it. */
export interface Fill {
  readonly offer: string
  readonly pays: Amount
  readonly receives: Amount
}

/** pays + fees + remainder = debit, all in A; receives is in B. */
export interface Quoted {
  readonly debit: Amount
  readonly receives: Amount
  readonly fills: readonly Fill[]
  readonly fees: readonly FeeItem[]
  /** What the payer gave that buys no whole unit of B and is nobody's fee; to the account the house names for it. */
  readonly remainder: { readonly to: AccountId; readonly amount: Amount }
}

export interface QuoteRequest {
  readonly offers: readonly Offer[]
  readonly fees: readonly FeeRule[]
  readonly remainderTo: AccountId
  /** Offers that expire at or before this time are passed over. */
  readonly at: Time
}

/**
 * - `quote_amount_out_of_range`: nothing, or beyond 2^63-1.
 * - `quote_no_liquidity`: no offer is live for this pair.
 * - `quote_below_minimum` / `quote_above_available`: no single offer takes this amount.
 * - `quote_amount_too_small`: after fees it buys no unit of B.
 */
export type QuoteCode =
  'quote_amount_out_of_range' | 'quote_no_liquidity' | 'quote_below_minimum' | 'quote_above_available' | 'quote_amount_too_small'

const MILLION = 1_000_000n

/** The payer spends exactly `debit` of A, fees included, and receives what that buys, rounded down. */
export function quoteFixedSend(debit: Amount, request: QuoteRequest): Result<Quoted, QuoteCode> {
  if (debit < 1n || debit > AMOUNT_MAX) return err('quote_amount_out_of_range', undefined, 'amount')
  const fees = itemise(debit, request.fees)
  const net = debit - total(fees)
  if (net < 1n) return err('quote_amount_too_small', 'the fees take it all')
  return firstFitting(request, (offer) => {
    const receives = mulDivFloor(net, offer.rate.numerator, offer.rate.denominator)
    // The least of A that buys the same: the difference belongs to nobody's price.
    const pays = costOf(receives, offer.rate)
    return {
      debit,
      receives,
      fills: [{ offer: offer.offer, pays, receives }],
      fees,
      remainder: { to: request.remainderTo, amount: net - pays },
    }
  })
}

/** The payer receives exactly `receives` of B and is debited what that costs, rounded up, and the fees on it. */
export function quoteFixedReceive(receives: Amount, request: QuoteRequest): Result<Quoted, QuoteCode> {
  if (receives < 1n || receives > AMOUNT_MAX) return err('quote_amount_out_of_range', undefined, 'amount')
  return firstFitting(request, (offer) => {
    const pays = costOf(receives, offer.rate)
    const debit = grossFor(pays, request.fees)
    const fees = itemise(debit, request.fees)
    const remainder = { to: request.remainderTo, amount: debit - pays - total(fees) }
    return { debit, receives, fills: [{ offer: offer.offer, pays, receives }], fees, remainder }
  })
}

/** What `receives` of B costs in A: rounded up, so that nobody ever gets more than the rate. */
const costOf = (receives: Amount, rate: Rate): Amount => mulDivCeil(receives, rate.denominator, rate.numerator)

const itemise = (debit: Amount, rules: readonly FeeRule[]): readonly FeeItem[] =>
  rules.map(({ name, to, ppm, least }) => {
    const share = mulDivCeil(debit, ppm, MILLION)
    return { name, to, amount: share > least ? share : least }
  })

const total = (fees: readonly FeeItem[]): Amount => fees.reduce((sum, fee) => sum + fee.amount, 0n)

/** The least debit that leaves `net` after its fees. Bounded search: debit minus fees never falls as the debit grows by its share. */
function grossFor(net: Amount, rules: readonly FeeRule[]): Amount {
  const leaves = (debit: Amount): Amount => debit - total(itemise(debit, rules))
  let low = net
  let high = net + 1n
  while (leaves(high) < net && high <= AMOUNT_MAX * 2n) high *= 2n
  while (low < high) {
    const middle = (low + high) / 2n
    if (leaves(middle) >= net) high = middle
    else low = middle + 1n
  }
  return low
}

/** Offers best price first, the older first among equal prices, and then by id, so that the order never depends on the list's. */
export function byPriceAndTime(offers: readonly Offer[]): readonly Offer[] {
  return [...offers].sort((one, two) => {
    const difference = two.rate.numerator * one.rate.denominator - one.rate.numerator * two.rate.denominator
    if (difference !== 0n) return difference > 0n ? 1 : -1
    if (one.createdAt !== two.createdAt) return one.createdAt - two.createdAt
    return one.offer < two.offer ? -1 : 1
  })
}

function firstFitting(request: QuoteRequest, fill: (offer: Offer) => Quoted): Result<Quoted, QuoteCode> {
  let reason: QuoteCode = 'quote_no_liquidity'
  for (const offer of byPriceAndTime(request.offers)) {
    if (offer.expiresAt <= request.at || offer.rate.numerator < 1n || offer.rate.denominator < 1n) continue
    const quoted = fill(offer)
    if (quoted.debit > AMOUNT_MAX) reason = 'quote_amount_out_of_range'
    else if (quoted.receives < 1n) reason = 'quote_amount_too_small'
    else if (quoted.receives < offer.minimum) reason = 'quote_below_minimum'
    else if (quoted.receives > offer.maximum || quoted.receives > offer.available) reason = 'quote_above_available'
    else return ok(quoted)
  }
  return err(reason)
}
