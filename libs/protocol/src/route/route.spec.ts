// The route machine against its diagram, every event in every state: the ledgers' news in every order leads to the same end, no leg is claimed before the next, none goes back whose next was claimed.
import { readFileSync } from 'node:fs'
import type { Coin } from '@huitong/chain'
import { type ChainId, expectOk } from '@huitong/primitives'
import * as fc from 'fast-check'
import type { ConversionTerms } from '../conversion/model.js'
import type { Env } from '../env.js'
import type { CoinCreated, LedgerFact } from '../facts.js'
import type { LockTerms } from '../pair/pair.js'
import { drawTransitions, drawnTransitions, explore } from '../testing/explore.js'
import {
  account,
  asset,
  chainA,
  chainB,
  coordinate,
  created,
  envAt,
  hash,
  minute,
  passed,
  preimage,
  spentBy,
} from '../testing/world.js'
import {
  ROUTE_STATES,
  type RouteEffect,
  type RouteEvent,
  type RouteState,
  createRoute,
  decideRoute,
  routeCodec,
} from './route.js'

const chainC = 'cc'.repeat(32) as ChainId
function envOf(minutes: number): Env {
  const env = envAt(minutes)
  const [clock] = Object.values(env.ledgers)
  return clock === undefined ? env : { ...env, ledgers: { ...env.ledgers, [chainC]: clock } }
}

/** Ann pays the first provider, that the second, and the second Ann; each leg expires 40 minutes before the one that pays for it. */
const legs: readonly [LockTerms, LockTerms, LockTerms] = [
  { chain: chainA, asset: asset('CNY'), amount: 1000n, claimant: account('one'), refundee: account('ann'), expiry: minute(120) },
  { chain: chainB, asset: asset('PTS'), amount: 900n, claimant: account('two'), refundee: account('one'), expiry: minute(80) },
  { chain: chainC, asset: asset('CNY'), amount: 8100n, claimant: account('ann'), refundee: account('two'), expiry: minute(40) },
]
const [legA, legM, legB] = legs
const first: ConversionTerms = {
  id: 'cnv_1/hop/0',
  quote: 'qte_1',
  payer: 'ann',
  provider: 'one',
  hash,
  quoteExpiry: minute(5),
  lockBy: minute(10),
  a: legA,
  b: legM,
}
const second: ConversionTerms = {
  ...first,
  id: 'cnv_1/hop/1',
  quote: 'qte_2',
  payer: 'one',
  provider: 'two',
  quoteExpiry: minute(11),
  lockBy: minute(12),
  a: legM,
  b: legB,
}
const start = expectOk(createRoute([first, second], envOf(0)), 'a route').state

const names = ['a', 'm', 'b'] as const
const locked = (leg: number, change: Partial<LockTerms> = {}): CoinCreated => {
  const terms = { ...(legs[leg] ?? legA), ...change }
  const { claimant, refundee, expiry } = terms
  const condition = { kind: 'hashLock', hash, claimant, refundee, expiry } as const
  const coin: Coin = { coordinate: coordinate(names[leg] ?? 'a'), asset: terms.asset, amount: terms.amount, condition }
  return created(terms.chain, coin, 2 + leg)
}
const spent = (leg: number, kind: 'claim' | 'expire' | 'cancel', minutes: number): LedgerFact =>
  spentBy((legs[leg] ?? legA).chain, coordinate(names[leg] ?? 'a'), { kind }, minutes)

/** What must hold in every state, whatever was heard and whatever was not. */
function check(state: RouteState, effects: readonly RouteEffect[]): void {
  const [one, two] = state.hops
  const fates = { a: one?.a.fate, m: two?.a.fate ?? one?.b.fate, b: two?.b.fate }
  const fateOf = (name: 'a' | 'm' | 'b') => fates[name]
  for (const effect of effects) {
    if (effect.kind === 'pushClaim' && effect.coin === coordinate('a')) expect(fateOf('m')).toBe('claimed')
    if (effect.kind === 'pushClaim' && effect.coin === coordinate('m')) expect(fateOf('b')).toBe('claimed')
    if (effect.kind === 'pushRefund' && effect.coin === coordinate('a')) expect(one?.b.fate).not.toBe('claimed')
    if (effect.kind === 'pushRefund' && effect.coin === coordinate('m')) expect(two?.b.fate).not.toBe('claimed')
    if (effect.kind === 'signCancel' && effect.coin === coordinate('m')) expect(['none', 'returned']).toContain(two?.b.fate)
    if (effect.kind === 'askReveal') expect([one?.a.fate, one?.b.fate, two?.a.fate, two?.b.fate]).toEqual(Array(4).fill('open'))
  }
  const coins = effects.flatMap((effect) => (effect.kind === 'pushClaim' || effect.kind === 'pushRefund' ? [effect.coin] : []))
  expect(new Set(coins).size).toBe(coins.length)
  const stored: unknown = JSON.parse(JSON.stringify(routeCodec.encodeState(state)))
  expect(routeCodec.decodeState(stored)).toEqual(state)
}

function run(facts: readonly LedgerFact[], minutes = 1): { state: RouteState; effects: readonly RouteEffect[] } {
  let at = { state: start, effects: [] as readonly RouteEffect[] }
  for (const fact of facts) {
    at = expectOk(decideRoute(at.state, fact, envOf(minutes)), fact.kind)
    check(at.state, at.effects)
    // the same news again is no news
    expect(expectOk(decideRoute(at.state, fact, envOf(minutes)), fact.kind).state).toEqual(at.state)
  }
  return at
}

/** Every way in which three ledgers' news can reach us: each ledger's own in its order. */
const interleaved = (perLedger: readonly (readonly LedgerFact[])[]): fc.Arbitrary<readonly LedgerFact[]> =>
  fc
    .shuffledSubarray(
      perLedger.flatMap((facts, ledger) => facts.map(() => ledger)),
      { minLength: perLedger.flat().length },
    )
    .map((order) => {
      const next = perLedger.map(() => 0)
      return order.flatMap((ledger) => {
        const fact = perLedger[ledger]?.[next[ledger] ?? 0]
        next[ledger] = (next[ledger] ?? 0) + 1
        return fact === undefined ? [] : [fact]
      })
    })

it('settles whatever the order in which the three ledgers are heard', () => {
  const perLedger = [0, 1, 2].map((leg) => [locked(leg), spent(leg, 'claim', 20 + leg)])
  fc.assert(
    fc.property(interleaved(perLedger), (facts) => {
      expect(run(facts).state.state).toBe('SETTLED')
    }),
    { numRuns: 90 },
  )
})

it('returns everything whatever the order, when the secret never shows', () => {
  const perLedger = [0, 1, 2].map((leg) => [locked(leg), spent(leg, 'expire', 120 - leg * 40)])
  fc.assert(
    fc.property(interleaved(perLedger), (facts) => {
      expect(run(facts).state.state).toBe('RETURNED')
    }),
    { numRuns: 90 },
  )
})

it('asks custody for hop after hop, and the payer for the secret when all stand', () => {
  expect(run([locked(0)]).effects).toMatchObject([{ kind: 'signLockB', id: 'cnv_1/hop/0/lock-b', chain: chainB }])
  expect(run([locked(0), locked(1)]).effects).toContainEqual(
    expect.objectContaining({ kind: 'signLockB', id: 'cnv_1/hop/1/lock-b' }),
  )
  const all = run([locked(0), locked(1), locked(2)])
  expect(all.state.state).toBe('B_LOCKED')
  expect(all.effects).toContainEqual(expect.objectContaining({ kind: 'askReveal', id: 'cnv_1/hop/1/ask-reveal' }))
  const claimed = run([locked(0), locked(1), locked(2), spent(2, 'claim', 20)])
  expect(claimed.state.state).toBe('B_CLAIMED')
  expect(claimed.effects.filter(({ kind }) => kind === 'pushClaim')).toMatchObject([{ coin: coordinate('m'), preimage }])
})

it('frees the hops behind one that will not pay, at once', () => {
  const unpaid = run([passed(chainA, 5)], 5)
  expect([unpaid.state.state, ...unpaid.state.hops.map(({ state }) => state)]).toEqual(['EXPIRED', 'EXPIRED', 'EXPIRED'])
  const paid = run([locked(0)])
  const declined = expectOk(decideRoute(paid.state, { kind: 'decline', hop: 0 }, envOf(1)), 'declined')
  expect(declined.state.hops.map(({ state }) => state)).toEqual(['DECLINED', 'EXPIRED'])
  expect(declined.effects).toContainEqual(expect.objectContaining({ kind: 'signCancel', coin: coordinate('a') }))
  expect(decideRoute(paid.state, { kind: 'decline', hop: 7 }, envOf(1))).toMatchObject({ code: 'route_unknown_hop' })
})

it.each([
  ['fewer than two hops', [first]],
  ['a provider twice', [first, { ...second, provider: 'one' }]],
  ['another hash', [first, { ...second, hash: 'ab'.repeat(32) as typeof hash }]],
  ['a middle leg of another amount', [first, { ...second, a: { ...legM, amount: 899n } }]],
  ['a middle leg of another payee', [first, { ...second, a: { ...legM, claimant: account('eve') } }]],
  ['a next hop that does not wait long enough', [first, { ...second, quoteExpiry: minute(10) }]],
])('refuses %s', (_what, terms) => {
  expect(createRoute(terms, envOf(0))).toMatchObject({ ok: false, code: 'route_broken' })
})

it('holds every hop to the margin between expiries', () => {
  const near = { ...legM, expiry: minute(100) }
  expect(
    createRoute(
      [
        { ...first, b: near },
        { ...second, a: near },
      ],
      envOf(0),
    ),
  ).toMatchObject({ code: 'conversion_terms_unsafe' })
})

const mayCome = (state: string | undefined, isFirst: boolean): boolean =>
  state === 'QUOTED' || (!isFirst && (state === 'A_LOCKED' || state === 'B_SUBMITTED' || state === 'B_LOCKED'))

/** What a ledger could report of the coins that a route knows, and what the hub and time add. */
function eventsIn({ hops }: RouteState): readonly RouteEvent[] {
  const [one, two] = hops
  const known = [one?.a, two?.a, two?.b].flatMap((leg, index) => (leg?.fate === 'open' ? [index] : []))
  return [
    // a coin is heard before the time that it would be too late for, and nobody signs a leg after that or before the leg that pays for it was there
    ...[0, 1, 2]
      .filter((leg) => mayCome(one?.state, leg === 0) && (leg < 2 || mayCome(two?.state, false)))
      .map((leg) => locked(leg)),
    ...known.flatMap((leg) => (['claim', 'cancel', 'expire'] as const).map((kind) => spent(leg, kind, 20))),
    ...([one?.b, two?.b].every((leg) => leg?.fate === 'none') ? [passed(chainA, 5)] : []),
    ...[10, 80].map((minutes) => passed(chainB, minutes)),
    passed(chainC, 12),
    { kind: 'preimageSeen', preimage },
    { kind: 'decline', hop: 0 },
    { kind: 'decline', hop: 1 },
  ]
}

function label(_: RouteState, event: RouteEvent): string {
  if (event.kind === 'coinCreated' || event.kind === 'coinSpent') {
    const coin = event.kind === 'coinCreated' ? event.coin.coordinate : event.coordinate
    const leg = ['first', 'middle', 'last'][names.findIndex((name) => coordinate(name) === coin)] ?? 'other'
    if (event.kind === 'coinCreated') return `${leg} leg locked`
    return `${leg} leg ${event.path.kind === 'claim' ? 'claimed' : 'returned'}`
  }
  return event.kind
}

describe('every event in every state', () => {
  const walked = explore<RouteState, RouteEvent, RouteEffect>({
    initial: [start],
    events: eventsIn,
    decide: (state, event) => decideRoute(state, event, envOf(0)),
    codec: routeCodec,
    facts: ['coinCreated', 'coinSpent', 'timePassed', 'preimageSeen'],
    check,
    label,
  })

  it('reaches every state', () => {
    expect([...walked.names.keys()].sort()).toEqual([...ROUTE_STATES].sort())
  })

  it('makes the transitions of the published diagram and no others', () => {
    const document = readFileSync(new URL('route.md', import.meta.url), 'utf8')
    if (process.env['SHOW_DIAGRAM'] !== undefined)
      console.log(drawTransitions(walked.transitions, 'QUOTED', ['SETTLED', 'RETURNED']))
    expect(drawnTransitions(document, 'States')).toEqual(walked.transitions)
  })
})
