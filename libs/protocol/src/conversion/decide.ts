// What a conversion does with an event. Pure: facts from ledgers are never refused, commands are, and nothing here acts.
import { err, never, ok } from '@huitong/primitives'
import { type Decided, refused, unchanged } from '../decision.js'
import { type Env, advanced } from '../env.js'
import type { CoinCreated, PreimageSeen } from '../facts.js'
import { NO_LEG, type Leg, type OpenLeg, type PairBook, bookSpend, knowsCoin } from '../pair/pair.js'
import { matchCoin, opens, withException, withExtra, withBestB, withLegBAsExtra } from '../pair/pair.js'
import { pairTermsFault } from '../pair/pair-terms.js'
import { earliestExpiry, hasPassed, isDead, isPairSafe, isStillBefore, lastSafeReveal } from '../time-locks.js'
import { conversionEffects } from './effects.js'
import type {
  ConversionCode,
  ConversionEffect,
  ConversionEvent,
  ConversionState,
  ConversionTerms,
  DeclineReason,
} from './model.js'

type Outcome = Decided<ConversionState, ConversionEffect, ConversionCode>
type In<Name extends ConversionState['state']> = Extract<ConversionState, { state: Name }>

/** A conversion on a taken quote. Refuses terms whose time locks do not leave room for the slowest honest course (rules 4 and 5). */
export function createConversion(terms: ConversionTerms, env: Env): Outcome {
  const fault = pairTermsFault(terms)
  if (fault !== undefined) return err('conversion_terms_invalid', fault)
  if (terms.lockBy >= terms.b.expiry) return err('conversion_terms_invalid', 'leg B would expire before it is locked', 'lockBy')
  if (terms.quoteExpiry >= terms.a.expiry) return err('conversion_terms_invalid', 'leg A would expire first', 'quoteExpiry')
  if (!isPairSafe(env, terms.a, terms.b)) return err('conversion_terms_unsafe', 'the expiries are too close', 'a.expiry')
  if (terms.b.expiry < earliestExpiry(env, terms.b.chain)) return err('conversion_terms_unsafe', 'B expires too soon', 'b.expiry')
  return settled({ state: 'QUOTED', terms, a: NO_LEG, b: NO_LEG, extras: [], exceptions: [] }, env)
}

export function decideConversion(state: ConversionState, event: ConversionEvent, env: Env): Outcome {
  switch (event.kind) {
    case 'coinCreated':
      return onCoin(state, event, env)
    case 'coinSpent': {
      const book = bookSpend(state.terms, state, event)
      return book === undefined ? unchanged(state) : settled(placed(state, book), env)
    }
    case 'timePassed':
      return onTime(state, advanced(env, event.chain, event.time))
    case 'preimageSeen':
      return onSecret(state, event, env)
    case 'legBSigned':
      return onSigned(state, event, env)
    case 'decline':
      if (state.state === 'DECLINED') return unchanged(state)
      return state.state === 'A_LOCKED'
        ? settled(declined(state, 'provider'), env)
        : refused('conversion_wrong_state', state.state, event.kind)
    case 'reveal':
      return onReveal(state, event, env)
    default:
      return never(event)
  }
}

function settled(reached: ConversionState, env: Env): Outcome {
  const state = noteLateClaim(reached, env)
  return ok({ state, effects: conversionEffects(state, env) })
}

/** The secret is known and B's expiry has passed, whichever of the two came to be known last. */
function noteLateClaim(state: ConversionState, env: Env): ConversionState {
  const { b } = state.terms
  if (state.state !== 'REVEALED' || !hasPassed(env, b.chain, b.expiry) || state.exceptions.includes('claim_too_late'))
    return state
  return { ...state, exceptions: withException(state.exceptions, 'claim_too_late') }
}

function declined(state: In<'A_LOCKED' | 'B_SUBMITTED'>, reason: DeclineReason): In<'DECLINED'> {
  const { terms, a, b, extras, exceptions } = state
  const secret = state.preimage === undefined ? {} : { preimage: state.preimage }
  return { state: 'DECLINED', terms, a, b, reason, extras, exceptions, ...secret }
}

function onCoin(state: ConversionState, fact: CoinCreated, env: Env): Outcome {
  if (knowsCoin(state, fact.coin.coordinate)) return unchanged(state)
  const match = matchCoin(state.terms, fact)
  if (match.kind === 'stranger') return unchanged(state)
  if (match.kind === 'other') return settled(withExtra(state, fact, match.reason), env)
  const leg: OpenLeg = { fate: 'open', lock: { coordinate: fact.coin.coordinate, at: fact.at } }
  if (match.side === 'a') {
    if (state.state !== 'QUOTED') return settled(withExtra(state, fact, state.state === 'EXPIRED' ? 'late' : 'extra'), env)
    if (fact.at >= state.terms.quoteExpiry) return settled(withExtra(state, fact, 'late'), env)
    return settled(withA(state, leg, env), env)
  }
  if (state.b.fate !== 'none') {
    const listed = withExtra(state, fact, 'extra')
    const book = withBestB(state.terms, listed)
    return settled(book === listed ? listed : placed(state, book), env)
  }
  switch (state.state) {
    case 'QUOTED':
      return settled({ ...state, b: leg }, env)
    case 'A_LOCKED':
    case 'B_SUBMITTED':
      return settled(placed(state, { ...state, b: leg }), env)
    case 'DECLINED':
      return settled(placed(state, { ...state, b: leg, exceptions: withException(state.exceptions, 'late') }), env)
    case 'ONE_LEG':
      // Ledger B's news was behind ledger A's: the leg that seemed missing was there all the time.
      return settled(state.a.fate === 'claimed' ? placed(state, { ...state, b: leg }) : withExtra(state, fact, 'late'), env)
    default:
      return settled(withExtra(state, fact, 'late'), env)
  }
}

function withA(state: In<'QUOTED'>, a: OpenLeg, env: Env): ConversionState {
  const book = placed(state, { ...state, a })
  return book.state === 'A_LOCKED' ? inTimeOrDeclined(book, env) : book
}

/** Rule 5 once more at the moment of locking: with the time that is left, may the provider still lock B? */
function inTimeOrDeclined(state: In<'A_LOCKED'>, env: Env): In<'A_LOCKED' | 'DECLINED'> {
  const { b, lockBy } = state.terms
  if (hasPassed(env, b.chain, lockBy)) return declined(state, 'lock_by_passed')
  if (!isStillBefore(env, b.chain, lockBy) || b.expiry < earliestExpiry(env, b.chain)) return declined(state, 'too_late_to_lock')
  return state
}

function onTime(state: ConversionState, env: Env): Outcome {
  const { terms } = state
  switch (state.state) {
    case 'QUOTED': {
      if (!hasPassed(env, terms.a.chain, terms.quoteExpiry)) return settled(state, env)
      if (state.b.fate === 'none') return settled({ ...state, state: 'EXPIRED', b: state.b }, env)
      if (state.b.fate === 'open') return settled({ ...withLegBAsExtra(state, state.b), state: 'EXPIRED' }, env)
      if (state.b.fate === 'returned') return settled({ ...state, state: 'EXPIRED', b: NO_LEG }, env)
      return settled({ ...state, state: 'ONE_LEG', exceptions: withException(state.exceptions, 'one_leg') }, env)
    }
    case 'A_LOCKED':
      return settled(inTimeOrDeclined(state, env), env)
    case 'B_SUBMITTED':
      return settled(isDead(env, terms.b.chain, state.submitted.validUntil) ? declined(state, 'submission_dead') : state, env)
    default:
      return settled(state, env)
  }
}

function onSecret(state: ConversionState, fact: PreimageSeen, env: Env): Outcome {
  if (state.preimage !== undefined || !opens(state.terms.hash, fact.preimage)) return unchanged(state)
  return settled(placed(state, { ...state, preimage: fact.preimage }), env)
}

function onSigned(state: ConversionState, event: Extract<ConversionEvent, { kind: 'legBSigned' }>, env: Env): Outcome {
  if (state.state === 'B_SUBMITTED' && state.submitted.transaction === event.transaction) return unchanged(state)
  if (state.state !== 'A_LOCKED') return refused('conversion_wrong_state', state.state, event.kind)
  if (event.validUntil > state.terms.lockBy) return err('conversion_lock_mismatch', undefined, 'validUntil')
  const { transaction, coordinate, validUntil, bytes } = event
  return settled({ ...state, state: 'B_SUBMITTED', submitted: { transaction, coordinate, validUntil, bytes } }, env)
}

function onReveal(state: ConversionState, event: Extract<ConversionEvent, { kind: 'reveal' }>, env: Env): Outcome {
  if (!opens(state.terms.hash, event.preimage)) return err('conversion_preimage_wrong', undefined, 'preimage')
  if (state.preimage !== undefined) return unchanged(state)
  switch (state.state) {
    case 'B_LOCKED': {
      const { chain, expiry } = state.terms.b
      if (!isStillBefore(env, chain, lastSafeReveal(env, chain, expiry))) return err('conversion_reveal_too_late')
      return settled({ ...state, state: 'REVEALED', preimage: event.preimage }, env)
    }
    case 'QUOTED':
    case 'A_LOCKED':
    case 'B_SUBMITTED':
      return err('conversion_not_locked')
    default:
      return refused('conversion_wrong_state', state.state, event.kind)
  }
}

/** The state that the two legs' fates and the secret amount to. Where neither says more than `state` already does, it stays. */
function placed(state: ConversionState, book: PairBook): ConversionState {
  const { terms } = state
  const { a, b, preimage, extras } = book
  const early = preimage !== undefined && state.preimage === undefined && (a.fate === 'none' || b.fate === 'none')
  const exceptions = early ? withException(book.exceptions, 'early_secret') : book.exceptions
  const carried = { terms, extras, exceptions, ...(preimage === undefined ? {} : { preimage }) }
  if (a.fate === 'none' || (a.fate === 'open' && b.fate === 'none')) return waiting(state, { ...carried, a, b })
  if (a.fate === 'returned') {
    if (b.fate === 'returned') return { ...carried, state: 'REFUNDED', a, b }
    if (b.fate === 'none') return { ...carried, state: a.by === 'cancel' ? 'A_CANCELLED' : 'A_REFUNDED', a, b }
    if (b.fate === 'open') return { ...carried, state: 'A_REFUNDED', a, b }
  }
  if (a.fate === 'open' && b.fate === 'returned') return { ...carried, state: 'B_REFUNDED', a, b }
  if (a.fate === 'open' && b.fate === 'open' && preimage === undefined) return { ...carried, state: 'B_LOCKED', a, b }
  if (preimage !== undefined && a.fate !== 'returned') {
    if (b.fate === 'open') return { ...carried, preimage, state: 'REVEALED', a, b }
    if (b.fate === 'claimed' && a.fate === 'open') return { ...carried, preimage, state: 'B_CLAIMED', a, b }
    if (b.fate === 'claimed' && a.fate === 'claimed') return { ...carried, preimage, state: 'SETTLED', a, b }
  }
  return { ...carried, state: 'ONE_LEG', a, b, exceptions: withException(exceptions, 'one_leg') }
}

type Awaiting = Pick<In<'QUOTED'>, 'terms' | 'extras' | 'exceptions' | 'preimage'> & { readonly a: Leg; readonly b: Leg }

/** Placing while a leg is still missing: the state keeps its own data. */
function waiting(state: ConversionState, book: Awaiting): ConversionState {
  const { a, b } = book
  if (a.fate === 'open' && b.fate === 'none') {
    if (state.state === 'A_LOCKED' || state.state === 'B_SUBMITTED' || state.state === 'DECLINED')
      return { ...state, ...book, a, b }
    return { ...book, state: 'A_LOCKED', a, b }
  }
  if (a.fate === 'none' && state.state === 'EXPIRED') return { ...state, ...book, a, b: NO_LEG }
  if (a.fate === 'none' && state.state === 'QUOTED') return { ...state, ...book, a, b }
  return { ...book, state: 'ONE_LEG', a, b }
}
