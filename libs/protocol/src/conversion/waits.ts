// Whom a conversion waits for: the payer alone, before it pays and before it shows the secret. The provider's part is custody's. Decides nothing.
import type { Wait } from '../reminders.js'
import type { ConversionState } from './model.js'

/** `hops`: one for a direct conversion, all of a route in their order. */
export function conversionWaits(hops: readonly ConversionState[]): readonly Wait[] {
  const [first] = hops
  const last = hops.at(-1)
  if (first === undefined || last === undefined) return []
  const owners = [first.terms.payer]
  if (hops.every(({ state }) => state === 'QUOTED'))
    return [{ what: 'lock_a', chain: first.terms.a.chain, until: first.terms.quoteExpiry, owners }]
  if (hops.every(({ state }) => state === 'B_LOCKED'))
    return [{ what: 'reveal', chain: last.terms.b.chain, until: last.terms.b.expiry, owners }]
  return []
}
