// A swap as the common machinery sees it. The machine is libs/protocol's; here it gains what only acceptance tells: the responder's accounts.
import { type AccountId, type Time, err } from '@huitong/primitives'
import {
  type Decided,
  type Env,
  type LedgerFact,
  type SwapCode,
  type SwapEffect,
  type SwapEvent,
  type SwapState,
  decideSwap,
  swapCodec,
  swapEffects,
  swapWaits,
} from '@huitong/protocol'
import type { Deadline, DealKind, Outline } from '../deal/kind.js'
import { hasOpenCoin, lockDeadlines } from '../pair/pair-outline.js'

/** Stands for the responder's accounts until it accepts: no key opens it, so no coin can equal a leg that names it. */
export const NOT_YET_KNOWN = '0'.repeat(64) as AccountId

/** Acceptance names the accounts: where leg A pays to, and where leg B returns to. */
export type AcceptWith = {
  readonly kind: 'acceptWith'
  readonly by: string
  readonly claimantA: AccountId
  readonly refundeeB: AccountId
}
export type SwapKindEvent = SwapEvent | AcceptWith

export const swapKind: DealKind<SwapState, SwapKindEvent, SwapEffect> = {
  kind: 'swap',
  prefix: 'swp',
  codec: swapCodec,
  decide,
  effects: swapEffects,
  outline,
  duties: {
    askLock: 'shown',
    askCancel: 'shown',
    askReveal: 'shown',
    pushClaim: 'performed',
    pushRefund: 'performed',
    adjudicate: 'performed',
  },
}

function decide(state: SwapState, event: SwapKindEvent | LedgerFact, env: Env): Decided<SwapState, SwapEffect, SwapCode> {
  if (event.kind !== 'acceptWith') return decideSwap(state, event, env)
  const { by, claimantA, refundeeB } = event
  if (state.state !== 'PROPOSED') return decideSwap(state, { kind: 'accept', by }, env)
  const { terms } = state
  if (claimantA === terms.a.refundee || refundeeB === terms.b.claimant) {
    return err('swap_terms_invalid', 'a leg pays its own payer')
  }
  const named = { ...terms, a: { ...terms.a, claimant: claimantA }, b: { ...terms.b, refundee: refundeeB } }
  return decideSwap({ ...state, terms: named }, { kind: 'accept', by }, env)
}

function outline(state: SwapState): Outline {
  const { terms } = state
  return {
    isFinal: isFinal(state),
    parties: [terms.initiator, terms.responder],
    deadlines: [...ownDeadlines(state), ...lockDeadlines(state)],
    waits: swapWaits(state),
    hashes: [terms.hash],
  }
}

function isFinal(state: SwapState): boolean {
  switch (state.state) {
    case 'COMPLETED':
    case 'EXPIRED':
    case 'CANCELLED':
    case 'A_REFUNDED':
    case 'REFUNDED':
      return !hasOpenCoin(state)
    default:
      return false
  }
}

function ownDeadlines(state: SwapState): readonly Deadline[] {
  const { terms } = state
  const onA = (at: Time, byDefault: string): Deadline => ({ chain: terms.a.chain, at, default: byDefault })
  const onB = (at: Time, byDefault: string): Deadline => ({ chain: terms.b.chain, at, default: byDefault })
  switch (state.state) {
    case 'PROPOSED':
      return [onB(terms.acceptBy, 'the proposal expires')]
    case 'ACCEPTED':
      return [onA(terms.lockABy, 'the swap expires')]
    case 'A_LOCKED':
      return [onB(terms.lockBBy, 'the counterparty is asked to give leg A back')]
    default:
      return []
  }
}
