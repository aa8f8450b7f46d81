// A conversion as the API shows it to one party: legs, exceptions, what this party may do now.
import type { Actor, WireConversion } from '@huitong/contracts'
import { type ConversionState, type Env, conversionEffects, lastSafeReveal } from '@huitong/protocol'
import type { DealCoin } from '../deal/deal.store.js'
import type { Deal, Outline } from '../deal/kind.js'
import type { Ledgers } from '../ledgers/ledgers.js'
import { conditionOf, exceptionViews, legView, nextDeadline } from '../pair/pair-view.js'

export interface ConversionShown {
  readonly deal: Deal<ConversionState>
  readonly outline: Outline
  readonly coins: readonly DealCoin[]
  readonly actor: Actor
  readonly env: Env
}

export function conversionView(ledgers: Ledgers, shown: ConversionShown): WireConversion {
  const { deal, outline, coins, actor, env } = shown
  const { state } = deal
  const { terms } = state
  const legA = { name: 'A', terms: terms.a, leg: state.a, condition: conditionOf(terms, terms.a) }
  const legB = { name: 'B', terms: terms.b, leg: state.b, condition: conditionOf(terms, terms.b) }
  return {
    id: deal.id,
    state: state.state,
    version: deal.version,
    createdAt: deal.createdAt,
    quote: terms.quote,
    payer: terms.payer,
    provider: terms.provider,
    hash: terms.hash,
    legA: legView(ledgers, legA, coins),
    legB: legView(ledgers, legB, coins),
    lockBefore: terms.quoteExpiry,
    lastSafeReveal: lastSafeReveal(env, terms.b.chain, terms.b.expiry),
    exceptions: exceptionViews(ledgers, state),
    allowedActions: conversionActions(state, actor.party, env),
    ...nextDeadline(ledgers, outline.deadlines),
  }
}

/** What the payer may do now: lock leg A, or verify leg B and reveal by claiming it. Both happen on a ledger. */
export function conversionActions(state: ConversionState, party: string | undefined, env: Env): readonly string[] {
  if (party !== state.terms.payer) return []
  if (state.state === 'QUOTED') return ['lockA']
  const reveal = conversionEffects(state, env).find((effect) => effect.kind === 'askReveal')
  return reveal !== undefined && reveal.kind === 'askReveal' && isBefore(env, state, reveal.lastSafeReveal) ? ['reveal'] : []
}

function isBefore(env: Env, state: ConversionState, limit: number): boolean {
  const clock = env.ledgers[state.terms.b.chain]
  return clock !== undefined && Math.max(clock.final, clock.seen) + env.parameters.skewMs < limit
}
