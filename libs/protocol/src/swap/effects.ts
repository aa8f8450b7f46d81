// What a swap owes in a state: computed from the state alone, so that it can be asked again after any crash.
import { type Coordinate, never } from '@huitong/primitives'
import type { Env } from '../env.js'
import { pairEffects } from '../pair/pair-effects.js'
import { earliestExpiry, hasPassed, isStillBefore, lastSafeReveal } from '../time-locks.js'
import type { SwapEffect, SwapState } from './model.js'

/** Everything this state owes now. On start these are performed again; the ids make that harmless. */
export function swapEffects(state: SwapState, env: Env): readonly SwapEffect[] {
  return [...asked(state, env), ...pairEffects(state, env)]
}

function asked(state: SwapState, env: Env): readonly SwapEffect[] {
  const { terms } = state
  switch (state.state) {
    case 'ACCEPTED':
      return [{ kind: 'askLock', id: `${terms.id}/lock-a`, party: terms.initiator, side: 'a', before: terms.lockABy }]
    case 'A_LOCKED':
      if (state.cancelAsked || !mayLockB(state, env)) return [askCancel(state, state.a.lock.coordinate)]
      return [{ kind: 'askLock', id: `${terms.id}/lock-b`, party: terms.responder, side: 'b', before: terms.lockBBy }]
    case 'BOTH_LOCKED': {
      const limit = lastSafeReveal(env, terms.b.chain, terms.b.expiry)
      return [{ kind: 'askReveal', id: `${terms.id}/ask-reveal`, party: terms.initiator, lastSafeReveal: limit }]
    }
    case 'B_REFUNDED':
      return state.preimage === undefined ? [askCancel(state, state.a.lock.coordinate)] : []
    case 'ONE_LEG':
      return [{ kind: 'adjudicate', id: `${terms.id}/one-leg`, reason: 'one_leg' }]
    case 'PROPOSED':
    case 'REVEALED':
    case 'B_CLAIMED':
    case 'COMPLETED':
    case 'EXPIRED':
    case 'CANCELLED':
    case 'A_REFUNDED':
    case 'REFUNDED':
      return []
    default:
      return never(state)
  }
}

/** With the time that is left, may the responder still lock B safely? */
function mayLockB(state: SwapState, env: Env): boolean {
  const { b, lockBBy } = state.terms
  return (
    !hasPassed(env, b.chain, lockBBy) &&
    isStillBefore(env, b.chain, lockBBy) &&
    b.expiry >= earliestExpiry(env, b.chain) &&
    state.preimage === undefined
  )
}

function askCancel(state: SwapState, coin: Coordinate): SwapEffect {
  const { id, a, responder } = state.terms
  return { kind: 'askCancel', id: `${id}/cancel/${coin}`, party: responder, chain: a.chain, coin }
}
