// What a route does with an event: every hop hears the facts that are its own, and the route is what the hops amount to. Pure. All hops or none: a
// leg is claimed only when the next one was, and where one will not come the ones before it go back.
import { err, ok } from '@huitong/primitives'
import { createConversion, decideConversion } from '../conversion/decide.js'
import type { ConversionCode, ConversionState, ConversionTerms } from '../conversion/model.js'
import { type Decided } from '../decision.js'
import { type Env, advanced } from '../env.js'
import type { CoinCreated } from '../facts.js'
import { NO_LEG, knowsCoin, matchCoin } from '../pair/pair.js'
import { routeEffects } from './effects.js'
import type { RouteCode, RouteEffect, RouteEvent, RouteName, RouteState } from './model.js'

type Outcome = Decided<RouteState, RouteEffect, RouteCode | ConversionCode>

/** A route over the terms of its hops, first to last. Every hop is held to the time locks of a conversion. */
export function createRoute(terms: readonly ConversionTerms[], env: Env): Outcome {
  const fault = joinFault(terms)
  if (fault !== undefined) return err('route_broken', fault)
  const hops: ConversionState[] = []
  for (const hop of terms) {
    const made = createConversion(hop, env)
    if (!made.ok) return made
    hops.push(made.value.state)
  }
  return settled(hops, env)
}

export function decideRoute(state: RouteState, event: RouteEvent, env: Env): Outcome {
  const now = event.kind === 'timePassed' ? advanced(env, event.chain, event.time) : env
  if (event.kind === 'legBSigned' || event.kind === 'decline') {
    const hop = state.hops[event.hop]
    if (hop === undefined) return err('route_unknown_hop', String(event.hop))
    const decided = decideConversion(hop, event, now)
    return decided.ok ? changed(state, event.hop, decided.value.state, now) : decided
  }
  const hears = event.kind === 'coinCreated' ? ownersOf(state, event) : state.hops.map(() => true)
  const hops: ConversionState[] = []
  for (const [index, hop] of state.hops.entries()) {
    const decided = hears[index] === true ? decideConversion(hop, event, now) : ok({ state: hop })
    // a conversion refuses no fact
    if (!decided.ok) return decided
    hops.push(decided.value.state)
  }
  return settled(hops, now, state)
}

const changed = (state: RouteState, at: number, hop: ConversionState, env: Env): Outcome =>
  settled(
    state.hops.map((other, index) => (index === at ? hop : other)),
    env,
    state,
  )

function settled(hops: readonly ConversionState[], env: Env, before?: RouteState): Outcome {
  const released = release(hops)
  const isSame = before !== undefined && released.every((hop, index) => hop === before.hops[index])
  const state = isSame ? before : { state: nameOf(released), hops: released }
  return ok({ state, effects: routeEffects(state, env) })
}

/** A coin between two hops is a leg of both; any other coin under the hash is listed once, by the first hop on its ledger. */
function ownersOf({ hops }: RouteState, fact: CoinCreated): readonly boolean[] {
  const known = hops.map((hop) => knowsCoin(hop, fact.coin.coordinate))
  if (known.includes(true)) return hops.map(() => false)
  const legs = hops.map(({ terms }) => matchCoin(terms, fact).kind === 'leg')
  if (legs.includes(true)) return legs
  const onLedger = hops.findIndex(({ terms }) => terms.a.chain === fact.chain || terms.b.chain === fact.chain)
  const lister = Math.max(0, onLedger)
  return hops.map((_, index) => index === lister)
}

const NEVER_PAYS: ReadonlySet<ConversionState['state']> = new Set(['EXPIRED', 'DECLINED', 'A_CANCELLED', 'A_REFUNDED'])

/** Where a hop will not lock its leg, the hops behind it wait for nothing: what they had reserved is free at that moment. */
function release(hops: readonly ConversionState[]): readonly ConversionState[] {
  const released: ConversionState[] = []
  for (const hop of hops) {
    const before = released.at(-1)
    const isDeserted = before !== undefined && before.b.fate === 'none' && NEVER_PAYS.has(before.state)
    released.push(isDeserted && hop.state === 'QUOTED' && hop.b.fate === 'none' ? { ...hop, state: 'EXPIRED', b: NO_LEG } : hop)
  }
  return released
}

function joinFault(terms: readonly ConversionTerms[]): string | undefined {
  if (terms.length < 2) return 'a route has two hops at least'
  const [first] = terms
  if (new Set(terms.map(({ provider }) => provider)).size < terms.length) return 'a provider stands twice on the route'
  for (const [index, hop] of terms.entries()) {
    if (hop.hash !== first?.hash) return 'the hops have different hashes'
    const before = terms[index - 1]
    if (before === undefined) continue
    const fields = ['chain', 'asset', 'amount', 'claimant', 'refundee', 'expiry'] as const
    if (fields.some((field) => before.b[field] !== hop.a[field])) return 'what one hop pays is not what the next is paid'
    if (hop.quoteExpiry <= before.lockBy) return 'a leg would be late for the next hop before it is late for its own'
  }
  return undefined
}

/** The route in one word. */
function nameOf(hops: readonly ConversionState[]): RouteName {
  const [first] = hops
  const last = hops.at(-1)
  if (first === undefined || last === undefined) return 'ONE_LEG'
  if (hops.some(({ state }) => state === 'ONE_LEG')) return 'ONE_LEG'
  if (hops.every(({ state }) => state === 'SETTLED')) return 'SETTLED'
  if (first.state === 'QUOTED' || first.state === 'EXPIRED') return first.state
  if (last.b.fate === 'claimed') return 'B_CLAIMED'
  if (hops.every(({ a, b }) => a.fate !== 'open' && b.fate !== 'open')) return 'RETURNED'
  if (hops.every(({ a, b }) => a.fate === 'open' && b.fate === 'open')) return last.state === 'REVEALED' ? 'REVEALED' : 'B_LOCKED'
  const isOver = hops.some(
    ({ state, a, b }) => state === 'DECLINED' || state === 'EXPIRED' || a.fate === 'returned' || b.fate === 'returned',
  )
  return isOver ? 'DECLINED' : 'A_LOCKED'
}
