// What a pair of hash locks (conversion or swap) is to the store and the watchers: deadlines and whether anything can still come. Pure.
import type { ExtraLock, Leg, LockTerms, PairTerms } from '@huitong/protocol'
import type { Deadline } from '../deal/kind.js'

interface Book {
  readonly terms: PairTerms
  readonly a: Leg
  readonly b: Leg
  readonly extras: readonly ExtraLock[]
}

/** The expiries of every coin that is still locked: the refund that then becomes due is the default of each. */
export function lockDeadlines({ terms, a, b, extras }: Book): readonly Deadline[] {
  const legs = [openExpiry(a, terms.a, 'leg A returns to its payer'), openExpiry(b, terms.b, 'leg B returns to its payer')]
  const others = extras
    .filter(({ fate }) => fate === 'open')
    .map(({ chain, expiry }) => ({ chain, at: expiry, default: 'the extra coin returns to its payer' }))
  return [...legs, ...others].filter((deadline) => deadline !== undefined)
}

function openExpiry(leg: Leg, { chain, expiry }: LockTerms, byDefault: string): Deadline | undefined {
  return leg.fate === 'open' ? { chain, at: expiry, default: byDefault } : undefined
}

/** True while a coin of the deal can still be claimed or returned. */
export const hasOpenCoin = ({ a, b, extras }: Pick<Book, 'a' | 'b' | 'extras'>): boolean =>
  a.fate === 'open' || b.fate === 'open' || extras.some(({ fate }) => fate === 'open')
