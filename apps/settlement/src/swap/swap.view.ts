// A swap as the API shows it to one party: legs, exceptions, what this party may do now.
import type { Actor, WireSwap } from '@huitong/contracts'
import { type Env, type SwapEffect, type SwapState, isStillBefore, lastSafeReveal, swapEffects } from '@huitong/protocol'
import type { DealCoin } from '../deal/deal.store.js'
import type { Deal } from '../deal/kind.js'
import type { Ledgers } from '../ledgers/ledgers.js'
import { conditionOf, exceptionViews, legView, nextDeadline } from '../pair/pair-view.js'
import { NOT_YET_KNOWN, swapKind } from './swap.kind.js'

export interface SwapShown {
  readonly deal: Deal<SwapState>
  readonly coins: readonly DealCoin[]
  readonly actor: Actor
  readonly env: Env
}

export function swapView(ledgers: Ledgers, { deal, coins, actor, env }: SwapShown): WireSwap {
  const { state } = deal
  const { terms } = state
  const isAgreed = terms.a.claimant !== NOT_YET_KNOWN
  const legA = { name: 'A', terms: terms.a, leg: state.a, ...(isAgreed ? { condition: conditionOf(terms, terms.a) } : {}) }
  const legB = { name: 'B', terms: terms.b, leg: state.b, ...(isAgreed ? { condition: conditionOf(terms, terms.b) } : {}) }
  const showsReveal = state.b.fate === 'open' || (state.b.fate === 'none' && isAgreed)
  return {
    id: deal.id,
    state: state.state,
    version: deal.version,
    createdAt: deal.createdAt,
    initiator: terms.initiator,
    counterparty: terms.responder,
    hash: terms.hash,
    legA: legView(ledgers, legA, coins),
    legB: legView(ledgers, legB, coins),
    lockABefore: terms.lockABy,
    lockBBefore: terms.lockBBy,
    exceptions: exceptionViews(ledgers, state),
    allowedActions: swapActions(state, actor.party, env),
    ...(showsReveal ? { lastSafeReveal: lastSafeReveal(env, terms.b.chain, terms.b.expiry) } : {}),
    ...nextDeadline(ledgers, swapKind.outline(state).deadlines),
  }
}

/** What a party may do now. Locking, revealing (by claiming leg B) and signing a cancel happen on the ledger, the rest here. */
export function swapActions(state: SwapState, party: string | undefined, env: Env): readonly string[] {
  const { initiator, responder } = state.terms
  if (party !== initiator && party !== responder) return []
  const asked = swapEffects(state, env).flatMap((effect) => {
    // after the last safe reveal the secret stays where it is: the refunds are on their way
    const isLate = effect.kind === 'askReveal' && !isStillBefore(env, state.terms.b.chain, effect.lastSafeReveal)
    return isLate ? [] : askedOf(effect, party)
  })
  switch (state.state) {
    case 'PROPOSED':
      return party === responder ? ['accept', 'cancel'] : ['cancel']
    case 'ACCEPTED':
      return [...asked, 'cancel']
    case 'A_LOCKED':
      return state.cancelAsked || party !== initiator ? asked : [...asked, 'cancel']
    default:
      return asked
  }
}

function askedOf(effect: SwapEffect, party: string): readonly string[] {
  switch (effect.kind) {
    case 'askLock':
      return effect.party === party ? [effect.side === 'a' ? 'lockA' : 'lockB'] : []
    case 'askCancel':
      return effect.party === party ? ['signCancelA'] : []
    case 'askReveal':
      return effect.party === party ? ['reveal'] : []
    default:
      return []
  }
}
