// One text per value: JSON with sorted keys and amounts as decimal strings. For hashing terms and rulings, and for storing states.
import { AMOUNT_MAX, invariant } from '@huitong/primitives'

/**
 * The keys under which a `bigint` may stand anywhere in a state or in terms, and under which a text is read back as one.
 * A closed list, so that the stored form is plain JSON with decimal strings and still reads back exactly.
 */
export const AMOUNT_KEYS: ReadonlySet<string> = new Set([
  'amount',
  'denominator',
  'fee',
  'fees',
  'funded',
  'numerator',
  'refunded',
  'released',
  'remaining',
  'remainder',
  'shortage',
  'toPayee',
  'toPayer',
])

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** JSON data of `value`: amounts become decimal strings, absent fields are left out; anything that is not data throws. */
export function toJson(value: unknown, key = ''): Json {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') {
    invariant(!AMOUNT_KEYS.has(key), `${key} holds an amount, not a text`)
    return value
  }
  if (typeof value === 'bigint') {
    invariant(AMOUNT_KEYS.has(key), `${key} is not a key for amounts`)
    invariant(value >= 0n && value <= AMOUNT_MAX, `${key} is out of range`)
    return value.toString()
  }
  if (typeof value === 'number') {
    invariant(Number.isSafeInteger(value), `${key} is not a whole number`)
    return value
  }
  if (Array.isArray(value)) return value.map((item: unknown) => toJson(item))
  invariant(typeof value === 'object', `${key} is not data`)
  const fields: Record<string, Json> = {}
  for (const [name, field] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (field !== undefined) fields[name] = toJson(field, name)
  }
  return fields
}

/** The inverse of {@link toJson}: texts under {@link AMOUNT_KEYS} become amounts. */
export function fromJson(json: unknown, key = ''): unknown {
  if (typeof json === 'string' && AMOUNT_KEYS.has(key)) {
    invariant(/^(0|[1-9][0-9]{0,18})$/.test(json), `${key} is not an amount`)
    return BigInt(json)
  }
  if (Array.isArray(json)) return json.map((item: unknown) => fromJson(item))
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(Object.entries(json).map(([name, field]) => [name, fromJson(field, name)]))
}

/** The canonical text: what is hashed. Keys are sorted, no white space, no fraction, no exponent: exactly one text per value. */
export const canonicalText = (value: unknown): string => JSON.stringify(toJson(value))
