// Invariant 5: both legs of a deal are paid or both go back. Told by the coins on the two ledgers; settlement only says which two coins belong together.
import type { Memory } from '../memory.js'
import type { DealFact, DealTerms, OrderLeg, PairLeg } from '../read/facts.js'
import type { LockCoin } from '../replay/ledger-replay.js'
import type { Findings } from './verdict.js'

type Fate = 'paid' | 'returned' | 'open' | 'none'

export function checkPairs(memory: Memory, found: Findings): void {
  const locks = locksByHash(memory)
  for (const deal of memory.deals.values()) {
    const { terms } = deal
    if (terms.kind === 'unreadable') found.broken(5, `deal ${deal.id} cannot be read: ${terms.fault}`)
    if (terms.kind === 'pair') compareInRow(deal, terms.hash, { legs: [terms.a, terms.b], locks }, found)
    if (terms.kind === 'route') compareInRow(deal, terms.hash, { legs: terms.legs, locks }, found)
    if (terms.kind === 'order') checkOrder(memory, deal, terms, found)
  }
}

/** Every leg with the next one: all are paid or all go back. */
function compareInRow(
  deal: DealFact,
  hash: string,
  { legs, locks }: { readonly legs: readonly PairLeg[]; readonly locks: ReadonlyMap<string, readonly LockCoin[]> },
  found: Findings,
): void {
  const fates = legs.map((leg) => fateOf(locks.get(`${leg.chain}/${hash}`) ?? [], leg))
  for (const [index, b] of fates.slice(1).entries()) {
    const of = legs.length === 2 ? '' : `, hop ${index + 1}`
    compare(deal, { a: fates[index] ?? 'none', b, of }, found)
  }
}

function checkOrder(memory: Memory, deal: DealFact, terms: Extract<DealTerms, { kind: 'order' }>, found: Findings): void {
  for (const a of terms.legs) {
    const b = terms.legs.find((other) => a.side === 'a' && other.side === 'b' && other.milestone === a.milestone)
    if (b === undefined) continue
    compare(deal, { a: lineFate(memory, a), b: lineFate(memory, b), of: `, milestone ${a.milestone}` }, found)
  }
}

function compare(
  deal: DealFact,
  { a, b, of }: { readonly a: Fate; readonly b: Fate; readonly of: string },
  found: Findings,
): void {
  if (a === 'none' && b === 'none') return
  const isTorn = (a === 'paid' && b === 'returned') || (a === 'returned' && b === 'paid')
  found.expect(5, !isTorn, () => `${deal.noun} ${deal.id}${of}: leg A is ${a}, leg B is ${b}`)
}

/** A leg is paid once one of its coins is; it went back when all of them did. */
function fateOf(locks: readonly LockCoin[], leg: PairLeg): Fate {
  const coins = locks.filter(
    ({ condition, asset, amount }) =>
      condition.kind === 'hashLock' &&
      asset === leg.asset &&
      amount === leg.amount &&
      condition.claimant === leg.claimant &&
      condition.refundee === leg.refundee &&
      condition.expiry === leg.expiry,
  )
  if (coins.length === 0) return 'none'
  if (coins.some(({ spent }) => spent?.path === 'claim')) return 'paid'
  return coins.every(({ spent }) => spent !== undefined) ? 'returned' : 'open'
}

function lineFate(memory: Memory, leg: OrderLeg): Fate {
  const line = memory.byChain.get(leg.chain)?.lines.get(leg.seen[0] ?? '')
  if (line === undefined) return 'none'
  const last = line.spends.at(-1)
  if (last === undefined || last.division.remaining > 0n) return 'open'
  const isPaid = line.spends.some(({ division }) => division.released + division.fees > 0n)
  const isReturned = line.spends.some(({ division }) => division.refunded > 0n)
  // a split pays both sides of each leg, by the same ruling
  if (isPaid && isReturned) return 'open'
  return isPaid ? 'paid' : 'returned'
}

function locksByHash(memory: Memory): ReadonlyMap<string, readonly LockCoin[]> {
  const found = new Map<string, LockCoin[]>()
  for (const [chain, { locks }] of memory.byChain) {
    for (const lock of locks.values()) {
      if (lock.condition.kind !== 'hashLock') continue
      const key = `${chain}/${lock.condition.hash}`
      const others = found.get(key)
      if (others === undefined) found.set(key, [lock])
      else others.push(lock)
    }
  }
  return found
}
