// Two hash locks on two ledgers under one hash: what both conversions and swaps are made of. Knows legs, not parties' promises.
import type { HashLockCondition } from '@huitong/chain'
import { type Amount, type AssetCode, type AccountId, type ChainId, type Coordinate, type HashLock } from '@huitong/primitives'
import { type Preimage, type Time, lockOf } from '@huitong/primitives'
import type { Coin } from '@huitong/chain'
import type { CoinCreated, CoinSpent } from '../facts.js'

/** One leg as agreed. A coin is this leg only if it equals it field by field. */
export interface LockTerms {
  readonly chain: ChainId
  readonly asset: AssetCode
  readonly amount: Amount
  readonly claimant: AccountId
  readonly refundee: AccountId
  readonly expiry: Time
}

/** The holder of the secret pays on A and is paid on B. */
export interface PairTerms {
  readonly hash: HashLock
  readonly a: LockTerms
  readonly b: LockTerms
}

/** A final coin that was checked field by field; `at` is its block's time. */
export interface Lock {
  readonly coordinate: Coordinate
  readonly at: Time
}

export type NoLeg = { readonly fate: 'none' }
export type OpenLeg = { readonly fate: 'open'; readonly lock: Lock }
export type ClaimedLeg = { readonly fate: 'claimed'; readonly lock: Lock; readonly at: Time }
export type ReturnedLeg = {
  readonly fate: 'returned'
  readonly lock: Lock
  readonly by: 'expire' | 'cancel'
  readonly at: Time
}
export type Leg = NoLeg | OpenLeg | ClaimedLeg | ReturnedLeg

/**
 * What surprised. `late`: after the time agreed; `wrong_fields`: not byte for byte the leg; `extra`: a second coin for a leg that has
 * one; `underpaid`/`overpaid`: all equal but the amount; `early_secret`: the secret was known before both legs were final;
 * `claim_too_late`: the secret is known but B's expiry passed unclaimed; `one_leg`: one leg paid, the other not: for people.
 */
export type PairException =
  'late' | 'wrong_fields' | 'extra' | 'underpaid' | 'overpaid' | 'early_secret' | 'claim_too_late' | 'one_leg'

/** A coin under the deal's hash that is not one of its legs. Listed, never counted, given back at its own expiry. */
export interface ExtraLock {
  readonly chain: ChainId
  readonly coordinate: Coordinate
  readonly asset: AssetCode
  readonly amount: Amount
  readonly claimant: AccountId
  readonly refundee: AccountId
  readonly expiry: Time
  readonly reason: PairException
  readonly fate: 'open' | 'claimed' | 'returned'
  /** Time of its block. */
  readonly at?: Time
  /** How and when it was spent. */
  readonly spent?: Pick<ReturnedLeg, 'at'> & { readonly by?: ReturnedLeg['by'] }
}

/** What every state of a pair carries besides its own data. */
export interface PairBook {
  readonly a: Leg
  readonly b: Leg
  /** Known secret, kept before anything is done with it. */
  readonly preimage?: Preimage
  readonly extras: readonly ExtraLock[]
  readonly exceptions: readonly PairException[]
}

export const NO_LEG: NoLeg = { fate: 'none' }

export const withException = (exceptions: readonly PairException[], added: PairException): readonly PairException[] =>
  exceptions.includes(added) ? exceptions : [...exceptions, added]

/**
 * Is this the secret behind the hash? Exactly 32 bytes: a longer or shorter one that hashes to it would open the lock on no ledger, and a rule
 * that took it would let one side believe in a secret that the other cannot use.
 */
export const opens = (hash: HashLock, preimage: Preimage): boolean => /^[0-9a-f]{64}$/.test(preimage) && lockOf(preimage) === hash

/** True if the deal has heard of this coin. */
export function knowsCoin(book: PairBook, coordinate: Coordinate): boolean {
  const isLeg = (leg: Leg): boolean => leg.fate !== 'none' && leg.lock.coordinate === coordinate
  return isLeg(book.a) || isLeg(book.b) || book.extras.some((extra) => extra.coordinate === coordinate)
}

const fieldsMatch = (hash: HashLock, terms: LockTerms, chain: ChainId, coin: Coin): boolean =>
  terms.chain === chain &&
  terms.asset === coin.asset &&
  coin.condition.kind === 'hashLock' &&
  coin.condition.hash === hash &&
  coin.condition.claimant === terms.claimant &&
  coin.condition.refundee === terms.refundee &&
  coin.condition.expiry === terms.expiry

/** How a coin relates to the deal: a leg field by field, a coin under its hash that is none, or a stranger. */
export type Match =
  | { readonly kind: 'leg'; readonly side: 'a' | 'b' }
  | { readonly kind: 'other'; readonly reason: PairException; readonly condition: HashLockCondition }
  | { readonly kind: 'stranger' }

export function matchCoin(terms: PairTerms, fact: CoinCreated): Match {
  const { chain, coin } = fact
  if (coin.condition.kind !== 'hashLock' || coin.condition.hash !== terms.hash) return { kind: 'stranger' }
  for (const side of ['a', 'b'] as const) {
    const leg = terms[side]
    if (!fieldsMatch(terms.hash, leg, chain, coin)) continue
    if (coin.amount === leg.amount) return { kind: 'leg', side }
    return { kind: 'other', reason: coin.amount < leg.amount ? 'underpaid' : 'overpaid', condition: coin.condition }
  }
  return { kind: 'other', reason: 'wrong_fields', condition: coin.condition }
}

/** The book with `fact`'s coin listed as an extra. */
export function withExtra<Book extends PairBook>(book: Book, fact: CoinCreated, reason: PairException): Book {
  const { chain, coin } = fact
  if (coin.condition.kind !== 'hashLock') return book
  const { claimant, refundee, expiry } = coin.condition
  const extra: ExtraLock = {
    chain,
    coordinate: coin.coordinate,
    asset: coin.asset,
    amount: coin.amount,
    claimant,
    refundee,
    expiry,
    reason,
    fate: 'open',
    at: fact.at,
  }
  return { ...book, extras: [...book.extras, extra], exceptions: withException(book.exceptions, reason) }
}

/** The book with an early leg B moved among the extras: the deal ended before leg A came. */
export function withLegBAsExtra<Book extends PairBook & { readonly terms: PairTerms }>(
  book: Book,
  b: OpenLeg,
): Book & { b: NoLeg } {
  const { chain, asset, amount, claimant, refundee, expiry } = book.terms.b
  const extra: ExtraLock = {
    chain,
    coordinate: b.lock.coordinate,
    asset,
    amount,
    claimant,
    refundee,
    expiry,
    reason: 'late',
    fate: 'open',
    at: b.lock.at,
  }
  return { ...book, b: NO_LEG, extras: [...book.extras, extra], exceptions: withException(book.exceptions, 'late') }
}

/** What a spend means: the book after it, and the secret if it showed one. `undefined` if it is news about no open coin of the deal. */
export function bookSpend(terms: PairTerms, book: PairBook, fact: CoinSpent): PairBook | undefined {
  const preimage = fact.preimage !== undefined && opens(terms.hash, fact.preimage) ? fact.preimage : book.preimage
  const secret = preimage === undefined ? {} : { preimage }
  for (const side of ['a', 'b'] as const) {
    const leg = book[side]
    if (leg.fate === 'open' && leg.lock.coordinate === fact.coordinate)
      return withBestB(terms, { ...book, ...secret, [side]: spent(leg, fact) })
  }
  const index = book.extras.findIndex((extra) => extra.coordinate === fact.coordinate && extra.fate === 'open')
  if (index < 0) return undefined
  const fate = fact.path.kind === 'claim' ? 'claimed' : 'returned'
  const extras = book.extras.map((extra, at): ExtraLock => (at === index ? { ...extra, fate, spent: spendOf(fact) } : extra))
  return withBestB(terms, { ...book, ...secret, extras })
}

/**
 * Of several coins that equal leg B field by field, the leg is the one that was claimed, or else one that still can be. Which of them was heard of first
 * says nothing about which one pays: where leg B was locked twice (only its refundee can, the ledger takes no other's money) and one of them was claimed at
 * the last moment, B is paid, and leg A must not go back because the other was never claimed. Of several on A the first stays the leg.
 */
export function withBestB(terms: PairTerms, book: PairBook): PairBook {
  const { b: leg } = book
  if (leg.fate !== 'open' && leg.fate !== 'returned') return book
  const equal = book.extras.filter((extra) => isLegOf(terms.b, extra))
  const better =
    equal.find(({ fate }) => fate === 'claimed') ??
    (leg.fate === 'returned' && book.a.fate === 'open' ? equal.find(({ fate }) => fate === 'open') : undefined)
  if (better === undefined) return book
  const extras = book.extras.map((extra) => (extra === better ? asExtra(better, leg) : extra))
  return { ...book, b: asLeg(better, leg.lock.at), extras }
}

const LEG_FIELDS = ['chain', 'asset', 'amount', 'claimant', 'refundee', 'expiry'] as const

/** A coin of the agreed terms, of whatever standing in the deal. */
export const isLegOf = (terms: LockTerms, extra: ExtraLock): boolean => LEG_FIELDS.every((field) => extra[field] === terms[field])

const spendOf = ({ path, at }: CoinSpent): NonNullable<ExtraLock['spent']> =>
  path.kind === 'claim' ? { at } : { at, by: path.kind === 'cancel' ? 'cancel' : 'expire' }

function asLeg({ coordinate, fate, at: made, spent: end }: ExtraLock, otherAt: Time): Leg {
  const lock = { coordinate, at: made ?? otherAt }
  if (fate === 'open') return { fate, lock }
  const at = end?.at ?? lock.at
  return fate === 'claimed' ? { fate, lock, at } : { fate, lock, by: end?.by ?? 'expire', at }
}

/** The coin that was the leg, in the place of the one that is it now. */
function asExtra(was: ExtraLock, leg: OpenLeg | ReturnedLeg): ExtraLock {
  const { spent: _spent, ...kept } = was
  const { coordinate, at } = leg.lock
  const plain = { ...kept, coordinate, at, reason: 'extra' as const, fate: leg.fate }
  return leg.fate === 'open' ? plain : { ...plain, spent: { at: leg.at, by: leg.by } }
}

function spent(leg: OpenLeg, fact: CoinSpent): ClaimedLeg | ReturnedLeg {
  if (fact.path.kind === 'claim') return { fate: 'claimed', lock: leg.lock, at: fact.at }
  return { fate: 'returned', lock: leg.lock, by: fact.path.kind === 'cancel' ? 'cancel' : 'expire', at: fact.at }
}
