// Amounts: bigint base units of an asset, 1 to 2^63-1. Never a JavaScript number, never through JSON numbers or floats.
import { type Result, err, invariant, ok } from './result.js'

/** A quantity of an asset in base units, 0 to {@link AMOUNT_MAX}. A coin's amount is at least 1. */
export type Amount = bigint

/** 2^63-1: the largest amount, so that PostgreSQL's `bigint` holds every one. */
export const AMOUNT_MAX: Amount = 9_223_372_036_854_775_807n

/** The largest number of decimals an asset may have. */
export const SCALE_MAX = 9

export type AmountCode = 'amount_malformed' | 'amount_out_of_range'

const PATTERN = /^(0|[1-9][0-9]{0,18})$/

/** Reads an amount of base units as it comes over the wire: a plain decimal string, no sign, no leading zero, at most 2^63-1. */
export function parseAmount(text: unknown): Result<Amount, AmountCode> {
  if (typeof text !== 'string' || !PATTERN.test(text)) return err('amount_malformed')
  const amount = BigInt(text)
  return amount > AMOUNT_MAX ? err('amount_out_of_range') : ok(amount)
}

/** Shows base units to people with the asset's decimals: `formatAmount(12345n, 2)` is `123.45`. */
export function formatAmount(amount: bigint, scale: number): string {
  const sign = amount < 0n ? '-' : ''
  const digits = (amount < 0n ? -amount : amount).toString().padStart(scale + 1, '0')
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** Reads what a person typed (`123.45`) into base units; more decimals than the asset has are refused, not rounded. */
export function parseDecimal(text: string, scale: number): Result<Amount, AmountCode> {
  const match = /^(0|[1-9][0-9]{0,18})(?:\.([0-9]{1,9}))?$/.exec(text)
  if (match === null || (match[2] ?? '').length > scale) return err('amount_malformed')
  const amount = BigInt((match[1] ?? '') + (match[2] ?? '').padEnd(scale, '0'))
  return amount > AMOUNT_MAX ? err('amount_out_of_range') : ok(amount)
}

/** floor(amount * numerator / denominator), exact for any size. */
export function mulDivFloor(amount: bigint, numerator: bigint, denominator: bigint): bigint {
  invariant(amount >= 0n && numerator >= 0n && denominator > 0n, 'mulDiv of non-negative integers only')
  return (amount * numerator) / denominator
}

/** ceil(amount * numerator / denominator), exact for any size. */
export function mulDivCeil(amount: bigint, numerator: bigint, denominator: bigint): bigint {
  invariant(amount >= 0n && numerator >= 0n && denominator > 0n, 'mulDiv of non-negative integers only')
  return (amount * numerator + denominator - 1n) / denominator
}

/**
 * Splits `total` in proportion to `weights` by the largest remainder (Hamilton's method): the parts add up to `total` exactly,
 * and a tie goes to the earlier weight.
 */
export function splitByLargestRemainder(total: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n)
  invariant(total >= 0n && whole > 0n && weights.every((weight) => weight >= 0n), 'split needs a total and positive weights')
  const parts = weights.map((weight) => (total * weight) / whole)
  const order = weights
    .map((weight, index) => ({ index, remainder: (total * weight) % whole }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  let left = total - parts.reduce((sum, part) => sum + part, 0n)
  for (const { index } of order) {
    if (left === 0n) break
    parts[index] = (parts[index] ?? 0n) + 1n
    left -= 1n
  }
  return parts
}
