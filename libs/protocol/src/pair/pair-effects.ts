// What the watchtower owes a pair of hash locks, as a function of the state alone. Never refunds a leg whose pair was claimed.
import type { ChainId, Coordinate, Preimage } from '@huitong/primitives'
import type { Env } from '../env.js'
import { hasPassed } from '../time-locks.js'
import type { PairBook, PairTerms } from './pair.js'

export type PushClaim = {
  readonly kind: 'pushClaim'
  readonly id: string
  readonly chain: ChainId
  readonly coin: Coordinate
  readonly preimage: Preimage
}
export type PushRefund = {
  readonly kind: 'pushRefund'
  readonly id: string
  readonly chain: ChainId
  readonly coin: Coordinate
}
/** For people: one leg was paid and the other was not, or cannot be any more. */
export type Adjudicate = { readonly kind: 'adjudicate'; readonly id: string; readonly reason: 'one_leg' | 'claim_too_late' }

type Book = PairBook & { readonly terms: PairTerms & { readonly id: string } }

/**
 * Claims as soon as the secret allows them, until the coin is spent; once the expiry has passed unclaimed, people are called as well; refunds once the expiry has passed in final block time.
 * B is claimed first; A once B is claimed. A is refunded only if B is not claimed and can no longer be; B, once the secret is
 * known, only after A went back.
 */
export function pairEffects(book: Book, env: Env): (PushClaim | PushRefund | Adjudicate)[] {
  const { terms, a, b, preimage } = book
  const effects: (PushClaim | PushRefund | Adjudicate)[] = []
  const aPassed = hasPassed(env, terms.a.chain, terms.a.expiry)
  const bPassed = hasPassed(env, terms.b.chain, terms.b.expiry)
  if (b.fate === 'open') {
    if (!bPassed && preimage !== undefined && a.fate !== 'none')
      effects.push(claim(terms.id, terms.b.chain, b.lock.coordinate, preimage))
    const safeToReturn = preimage === undefined || a.fate === 'returned' || a.fate === 'none'
    if (bPassed && a.fate !== 'claimed' && safeToReturn) effects.push(refund(terms.id, terms.b.chain, b.lock.coordinate))
    if (bPassed && !safeToReturn) effects.push({ kind: 'adjudicate', id: `${terms.id}/late-claim`, reason: 'claim_too_late' })
  }
  if (a.fate === 'open') {
    if (b.fate === 'claimed' && preimage !== undefined) {
      effects.push(claim(terms.id, terms.a.chain, a.lock.coordinate, preimage))
      // A's own end has passed and nothing had spent it by then: no rule of ours sends it back
      if (aPassed) effects.push({ kind: 'adjudicate', id: `${terms.id}/late-claim`, reason: 'claim_too_late' })
    } else if (aPassed && b.fate !== 'claimed' && (b.fate !== 'open' || bPassed)) {
      effects.push(refund(terms.id, terms.a.chain, a.lock.coordinate))
    }
  }
  for (const extra of book.extras) {
    if (extra.fate === 'open' && hasPassed(env, extra.chain, extra.expiry)) {
      effects.push(refund(terms.id, extra.chain, extra.coordinate))
    }
  }
  return effects
}

function claim(deal: string, chain: ChainId, coin: Coordinate, preimage: Preimage): PushClaim {
  return { kind: 'pushClaim', id: `${deal}/claim/${coin}`, chain, coin, preimage }
}

function refund(deal: string, chain: ChainId, coin: Coordinate): PushRefund {
  return { kind: 'pushRefund', id: `${deal}/refund/${coin}`, chain, coin }
}
