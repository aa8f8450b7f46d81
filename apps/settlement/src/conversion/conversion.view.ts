// A conversion as the API shows it to one party: legs, exceptions, what this party may do now.
import type { Actor, WireConversion } from '@huitong/contracts'
import { invariant } from '@huitong/primitives'
import { type ConversionState, type Env, conversionEffects, isStillBefore, lastSafeReveal, routeEffects } from '@huitong/protocol'
import type { DealCoin } from '../deal/deal.store.js'
import type { Deal, Outline } from '../deal/kind.js'
import type { Ledgers } from '../ledgers/ledgers.js'
import { type AnyConversion, hopsOf } from './conversion.kind.js'
import { conditionOf, exceptionViews, legView, nextDeadline } from '../pair/pair-view.js'

export interface ConversionShown {
  readonly deal: Deal<AnyConversion>
  readonly outline: Outline
  readonly coins: readonly DealCoin[]
  readonly actor: Actor
  readonly env: Env
}

export function conversionView(ledgers: Ledgers, shown: ConversionShown): WireConversion {
  const { deal, outline, coins, actor, env } = shown
  const hops = hopsOf(deal.state)
  const [first] = hops
  const last = hops.at(-1)
  invariant(first !== undefined && last !== undefined, 'a conversion has a hop')
  const { terms } = first
  const legB = last.terms.b
  const view = (name: string, { terms: own, ...hop }: ConversionState, side: 'a' | 'b') =>
    legView(ledgers, { name, terms: own[side], leg: hop[side], condition: conditionOf(own, own[side]) }, coins)
  const between = hops.slice(1).map((hop, index) => view(`M${index + 1}`, hop, 'a'))
  const book = {
    exceptions: [...new Set(hops.flatMap(({ exceptions }) => exceptions))],
    extras: hops.flatMap(({ extras }) => extras),
  }
  return {
    id: deal.id,
    state: deal.state.state,
    version: deal.version,
    createdAt: deal.createdAt,
    quote: terms.quote,
    payer: terms.payer,
    provider: terms.provider,
    hash: terms.hash,
    legA: view('A', first, 'a'),
    legB: view('B', last, 'b'),
    ...(between.length === 0 ? {} : { between }),
    lockBefore: terms.quoteExpiry,
    lastSafeReveal: lastSafeReveal(env, legB.chain, legB.expiry),
    exceptions: exceptionViews(ledgers, book),
    allowedActions: conversionActions(deal.state, actor.party, env),
    ...nextDeadline(ledgers, outline.deadlines),
  }
}

/** What the payer may do now: lock leg A, or verify leg B and reveal by claiming it. Both happen on a ledger. */
export function conversionActions(state: AnyConversion, party: string | undefined, env: Env): readonly string[] {
  if (party !== hopsOf(state)[0]?.terms.payer) return []
  if (state.state === 'QUOTED') return ['lockA']
  const owed = 'hops' in state ? routeEffects(state, env) : conversionEffects(state, env)
  const reveal = owed.find((effect) => effect.kind === 'askReveal')
  const chain = hopsOf(state).at(-1)?.terms.b.chain
  if (reveal?.kind !== 'askReveal' || chain === undefined) return []
  return isStillBefore(env, chain, reveal.lastSafeReveal) ? ['reveal'] : []
}
