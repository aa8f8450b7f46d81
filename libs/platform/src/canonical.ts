// One text per JSON value: keys sorted, no spaces. For fingerprints and audit details only; ledger data has its own binary form.
import { type Bytes, sha256, utf8 } from '@huitong/primitives'

/**
 * JSON with sorted keys. Takes what JSON can say exactly: strings, booleans, null, safe integers, arrays, plain objects; members that are
 * undefined are left out. Throws TypeError on a fraction, an unsafe integer, a bigint or anything else that two readers could read differently.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new TypeError(`not an exact number: ${value}`)
    return String(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (
    typeof value !== 'object' ||
    ArrayBuffer.isView(value) ||
    value instanceof Map ||
    value instanceof Set ||
    value instanceof Date
  ) {
    throw new TypeError(`no canonical JSON for a ${typeof value}`)
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${quoted(name)}:${canonicalJson(member)}`).join(',')}}`
}

/** SHA-256 of the canonical JSON: two bodies with the same fingerprint say the same. */
export const fingerprint = (body: unknown): Bytes => sha256(utf8(canonicalJson(body)))

function quoted(text: string): string {
  // a lone half of a surrogate pair has no UTF-8
  if (/\p{Surrogate}/u.test(text)) throw new TypeError('text with half a surrogate pair')
  return JSON.stringify(text)
}
