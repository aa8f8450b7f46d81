// What a conversion owes in a state: computed from the state alone, so that it can be asked again after any crash.
import type { Env } from '../env.js'
import { pairEffects } from '../pair/pair-effects.js'
import { lastSafeReveal } from '../time-locks.js'
import { never } from '@huitong/primitives'
import type { ConversionEffect, ConversionState } from './model.js'

/** Everything this state owes now. On start these are performed again; the ids make that harmless. */
export function conversionEffects(state: ConversionState, env: Env): readonly ConversionEffect[] {
  return [...ownEffects(state, env), ...lateLocksOnA(state), ...pairEffects(state, env)]
}

function ownEffects(state: ConversionState, env: Env): readonly ConversionEffect[] {
  const { terms } = state
  switch (state.state) {
    case 'QUOTED':
    case 'SETTLED':
    case 'B_CLAIMED':
    case 'REVEALED':
    case 'REFUNDED':
      return []
    case 'A_LOCKED':
      return [{ kind: 'signLockB', id: `${terms.id}/lock-b`, chain: terms.b.chain, validUntil: terms.lockBy }]
    case 'B_SUBMITTED': {
      const { transaction, bytes } = state.submitted
      return [{ kind: 'broadcast', id: `${terms.id}/send-b/${transaction}`, chain: terms.b.chain, transaction, bytes }]
    }
    case 'B_LOCKED': {
      const limit = lastSafeReveal(env, terms.b.chain, terms.b.expiry)
      return [
        { kind: 'closeReservation', id: `${terms.id}/reservation/used`, quote: terms.quote, outcome: 'used' },
        { kind: 'askReveal', id: `${terms.id}/ask-reveal`, party: terms.payer, lastSafeReveal: limit },
      ]
    }
    case 'EXPIRED':
    case 'A_CANCELLED':
      return [unused(state)]
    case 'A_REFUNDED':
      return state.b.fate === 'none' ? [unused(state)] : []
    case 'DECLINED':
      return [unused(state), cancel(state, state.a.lock.coordinate)]
    case 'B_REFUNDED':
      return state.preimage === undefined ? [cancel(state, state.a.lock.coordinate)] : []
    case 'ONE_LEG':
      return [{ kind: 'adjudicate', id: `${terms.id}/one-leg`, reason: 'one_leg' }]
    default:
      return never(state)
  }
}

/** Money that came to A outside the deal: its claimant gives it back at once, without waiting for its expiry. */
function lateLocksOnA(state: ConversionState): readonly ConversionEffect[] {
  const { a } = state.terms
  const legA = state.a.fate === 'none' ? undefined : state.a.lock.coordinate
  return state.extras
    .filter((extra) => extra.fate === 'open' && extra.chain === a.chain && extra.claimant === a.claimant)
    .filter((extra) => extra.coordinate !== legA)
    .map((extra) => cancel(state, extra.coordinate))
}

function cancel(state: ConversionState, coin: Extract<ConversionEffect, { kind: 'signCancel' }>['coin']): ConversionEffect {
  return { kind: 'signCancel', id: `${state.terms.id}/cancel/${coin}`, chain: state.terms.a.chain, coin }
}

const unused = (state: ConversionState): ConversionEffect => ({
  kind: 'closeReservation',
  id: `${state.terms.id}/reservation/unused`,
  quote: state.terms.quote,
  outcome: 'unused',
})
