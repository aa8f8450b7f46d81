// What a swap does with an event. Pure: facts from ledgers are never refused, commands are, and nothing here acts.
import { err, never, ok } from '@huitong/primitives'
import { type Decided, refused, unchanged } from '../decision.js'
import { type Env, advanced } from '../env.js'
import type { CoinCreated, PreimageSeen } from '../facts.js'
import { NO_LEG, type Leg, type OpenLeg, type PairBook, bookSpend, knowsCoin } from '../pair/pair.js'
import { matchCoin, opens, withException, withExtra, withBestB, withLegBAsExtra } from '../pair/pair.js'
import { pairTermsFault } from '../pair/pair-terms.js'
import { earliestExpiry, hasPassed, isPairSafe, isStillBefore, lastSafeReveal } from '../time-locks.js'
import { swapEffects } from './effects.js'
import type { SwapCode, SwapEffect, SwapEvent, SwapState, SwapTerms } from './model.js'

type Outcome = Decided<SwapState, SwapEffect, SwapCode>
type In<Name extends SwapState['state']> = Extract<SwapState, { state: Name }>
type Command<Kind extends SwapEvent['kind']> = Extract<SwapEvent, { kind: Kind }>

/** A proposal. Refuses terms whose time locks do not leave room for the slowest honest course (rules 4 and 5). */
export function createSwap(terms: SwapTerms, env: Env): Outcome {
  const fault = pairTermsFault(terms)
  if (fault !== undefined) return err('swap_terms_invalid', fault)
  if (terms.initiator === terms.responder) return err('swap_terms_invalid', 'a party cannot swap with itself', 'responder')
  if (terms.lockABy >= terms.a.expiry) return err('swap_terms_invalid', 'leg A would expire before it is locked', 'lockABy')
  if (terms.lockBBy >= terms.b.expiry) return err('swap_terms_invalid', 'leg B would expire before it is locked', 'lockBBy')
  const tight = tooTight(terms, env)
  if (tight !== undefined) return err('swap_timeouts_too_tight', tight)
  return settled({ state: 'PROPOSED', terms, a: NO_LEG, b: NO_LEG, extras: [], exceptions: [] }, env)
}

export function decideSwap(state: SwapState, event: SwapEvent, env: Env): Outcome {
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
    case 'accept':
      return onAccept(state, event, env)
    case 'cancel':
      return onCancel(state, event, env)
    case 'reveal':
      return onReveal(state, event, env)
    default:
      return never(event)
  }
}

function settled(reached: SwapState, env: Env): Outcome {
  const state = noteLateClaim(reached, env)
  return ok({ state, effects: swapEffects(state, env) })
}

/** The secret is known and B's expiry has passed, whichever of the two came to be known last. */
function noteLateClaim(state: SwapState, env: Env): SwapState {
  const { b } = state.terms
  if (state.state !== 'REVEALED' || !hasPassed(env, b.chain, b.expiry) || state.exceptions.includes('claim_too_late'))
    return state
  return { ...state, exceptions: withException(state.exceptions, 'claim_too_late') }
}

function tooTight(terms: SwapTerms, env: Env): string | undefined {
  if (!isPairSafe(env, terms.a, terms.b)) return 'the expiries of A and B are too close'
  if (terms.b.expiry < earliestExpiry(env, terms.b.chain)) return 'B expires too soon to be locked, looked at and claimed'
  return undefined
}

function onAccept(state: SwapState, event: Command<'accept'>, env: Env): Outcome {
  const { terms } = state
  if (event.by !== terms.responder) return err('swap_wrong_party', undefined, 'by')
  if (state.state === 'ACCEPTED') return unchanged(state)
  if (state.state !== 'PROPOSED') return refused('swap_wrong_state', state.state, event.kind)
  if (!isStillBefore(env, terms.b.chain, terms.acceptBy)) return err('swap_accept_too_late')
  const tight = tooTight(terms, env)
  if (tight !== undefined) return err('swap_timeouts_too_tight', tight)
  return settled({ ...state, state: 'ACCEPTED' }, env)
}

function onCancel(state: SwapState, event: Command<'cancel'>, env: Env): Outcome {
  const { initiator, responder } = state.terms
  if (event.by !== initiator && event.by !== responder) return err('swap_wrong_party', undefined, 'by')
  switch (state.state) {
    case 'CANCELLED':
      return unchanged(state)
    case 'PROPOSED':
      return settled({ ...state, state: 'CANCELLED' }, env)
    case 'ACCEPTED':
      return state.b.fate === 'none'
        ? settled({ ...state, state: 'CANCELLED', b: state.b }, env)
        : refused('swap_wrong_state', state.state, event.kind)
    case 'A_LOCKED':
      return state.cancelAsked ? unchanged(state) : settled({ ...state, cancelAsked: true }, env)
    default:
      return refused('swap_wrong_state', state.state, event.kind)
  }
}

function onReveal(state: SwapState, event: Command<'reveal'>, env: Env): Outcome {
  if (event.by !== state.terms.initiator) return err('swap_wrong_party', undefined, 'by')
  if (!opens(state.terms.hash, event.preimage)) return err('swap_preimage_wrong', undefined, 'preimage')
  if (state.preimage !== undefined) return unchanged(state)
  switch (state.state) {
    case 'BOTH_LOCKED': {
      const { chain, expiry } = state.terms.b
      if (!isStillBefore(env, chain, lastSafeReveal(env, chain, expiry))) return err('swap_reveal_too_late')
      return settled({ ...state, state: 'REVEALED', preimage: event.preimage }, env)
    }
    case 'PROPOSED':
    case 'ACCEPTED':
    case 'A_LOCKED':
      return err('swap_not_locked')
    default:
      return refused('swap_wrong_state', state.state, event.kind)
  }
}

function onSecret(state: SwapState, fact: PreimageSeen, env: Env): Outcome {
  if (state.preimage !== undefined || !opens(state.terms.hash, fact.preimage)) return unchanged(state)
  return settled(placed(state, { ...state, preimage: fact.preimage }), env)
}

function onCoin(state: SwapState, fact: CoinCreated, env: Env): Outcome {
  if (knowsCoin(state, fact.coin.coordinate)) return unchanged(state)
  const match = matchCoin(state.terms, fact)
  if (match.kind === 'stranger') return unchanged(state)
  if (match.kind === 'other') return settled(withExtra(state, fact, match.reason), env)
  const leg: OpenLeg = { fate: 'open', lock: { coordinate: fact.coin.coordinate, at: fact.at } }
  if (match.side === 'a') {
    const awaited = state.state === 'ACCEPTED' && fact.at < state.terms.lockABy
    if (awaited) return settled(placed(state, { ...state, a: leg }), env)
    return settled(withExtra(state, fact, state.a.fate === 'none' ? 'late' : 'extra'), env)
  }
  if (state.b.fate !== 'none') {
    const listed = withExtra(state, fact, 'extra')
    const book = withBestB(state.terms, listed)
    return settled(book === listed ? listed : placed(state, book), env)
  }
  if (state.state === 'ACCEPTED') return settled({ ...state, b: leg }, env)
  // Ledger B's news was behind ledger A's: the leg that seemed missing was there all the time.
  if (state.state === 'ONE_LEG' && state.a.fate === 'claimed') return settled(placed(state, { ...state, b: leg }), env)
  if (state.state !== 'A_LOCKED') return settled(withExtra(state, fact, 'late'), env)
  const exceptions = fact.at >= state.terms.lockBBy ? withException(state.exceptions, 'late') : state.exceptions
  return settled(placed(state, { ...state, b: leg, exceptions }), env)
}

function onTime(state: SwapState, env: Env): Outcome {
  const { terms } = state
  switch (state.state) {
    case 'PROPOSED':
      return settled(hasPassed(env, terms.b.chain, terms.acceptBy) ? { ...state, state: 'EXPIRED' } : state, env)
    case 'ACCEPTED': {
      if (!hasPassed(env, terms.a.chain, terms.lockABy)) return settled(state, env)
      if (state.b.fate === 'none') return settled({ ...state, state: 'EXPIRED', b: state.b }, env)
      if (state.b.fate === 'open') return settled({ ...withLegBAsExtra(state, state.b), state: 'EXPIRED' }, env)
      if (state.b.fate === 'returned') return settled({ ...state, state: 'EXPIRED', b: NO_LEG }, env)
      return settled({ ...state, state: 'ONE_LEG', exceptions: withException(state.exceptions, 'one_leg') }, env)
    }
    default:
      return settled(state, env)
  }
}

/** The state that the two legs' fates and the secret amount to. Where neither says more than `state` already does, it stays. */
function placed(state: SwapState, book: PairBook): SwapState {
  const { terms } = state
  const { a, b, preimage, extras } = book
  const early = preimage !== undefined && state.preimage === undefined && (a.fate === 'none' || b.fate === 'none')
  const exceptions = early ? withException(book.exceptions, 'early_secret') : book.exceptions
  const carried = { terms, extras, exceptions, ...(preimage === undefined ? {} : { preimage }) }
  if (a.fate === 'none' || (a.fate === 'open' && b.fate === 'none')) return waiting(state, { ...carried, a, b })
  if (a.fate === 'returned') {
    if (b.fate === 'returned') return { ...carried, state: 'REFUNDED', a, b }
    if (b.fate === 'none') return { ...carried, state: a.by === 'cancel' ? 'CANCELLED' : 'A_REFUNDED', a, b }
    if (b.fate === 'open') return { ...carried, state: 'A_REFUNDED', a, b }
  }
  if (a.fate === 'open' && b.fate === 'returned') return { ...carried, state: 'B_REFUNDED', a, b }
  if (a.fate === 'open' && b.fate === 'open' && preimage === undefined) return { ...carried, state: 'BOTH_LOCKED', a, b }
  if (preimage !== undefined && a.fate !== 'returned') {
    if (b.fate === 'open') return { ...carried, preimage, state: 'REVEALED', a, b }
    if (b.fate === 'claimed' && a.fate === 'open') return { ...carried, preimage, state: 'B_CLAIMED', a, b }
    if (b.fate === 'claimed' && a.fate === 'claimed') return { ...carried, preimage, state: 'COMPLETED', a, b }
  }
  return { ...carried, state: 'ONE_LEG', a, b, exceptions: withException(exceptions, 'one_leg') }
}

type Awaiting = Pick<In<'ACCEPTED'>, 'terms' | 'extras' | 'exceptions' | 'preimage'> & { readonly a: Leg; readonly b: Leg }

/** Placing while a leg is still missing: the state keeps its own data. */
function waiting(state: SwapState, book: Awaiting): SwapState {
  const { a, b } = book
  if (a.fate === 'open' && b.fate === 'none') {
    const cancelAsked = state.state === 'A_LOCKED' && state.cancelAsked
    return { ...book, state: 'A_LOCKED', a, b, cancelAsked }
  }
  if (a.fate === 'none') {
    if (state.state === 'ACCEPTED') return { ...state, ...book, a, b }
    if (state.state === 'PROPOSED' || state.state === 'EXPIRED' || state.state === 'CANCELLED')
      return { ...state, ...book, a, b: NO_LEG }
  }
  return { ...book, state: 'ONE_LEG', a, b }
}
