// The swap machine against its diagram, every event in every state, and the rules that lost other people money.
import { readFileSync } from 'node:fs'
import { expectOk } from '@huitong/primitives'
import { drawTransitions, drawnTransitions, explore } from '../testing/explore.js'
import { chainA, chainB, coordinate, envAt, hash, lockA, lockB, locked, minute } from '../testing/world.js'
import { otherSecret, pairLabel, passed, preimage, spentBy } from '../testing/world.js'
import { isLegOf } from '../pair/pair.js'
import {
  SWAP_STATES,
  type SwapEffect,
  type SwapEvent,
  type SwapState,
  type SwapTerms,
  createSwap,
  decideSwap,
  swapCodec,
} from './swap.js'

const terms: SwapTerms = {
  id: 'swp_1',
  initiator: 'alice',
  responder: 'bob',
  hash,
  a: lockA,
  b: lockB,
  acceptBy: minute(1),
  lockABy: minute(5),
  lockBBy: minute(10),
}
const start = envAt(0)
const proposed = expectOk(createSwap(terms, start), 'a swap').state
const accept: SwapEvent = { kind: 'accept', by: 'bob' }
const coinA = locked(lockA, 'a', 2)
const coinB = locked(lockB, 'b', 3)

const events: readonly SwapEvent[] = [
  coinA,
  coinB,
  accept,
  { kind: 'accept', by: 'alice' },
  { kind: 'cancel', by: 'alice' },
  { kind: 'cancel', by: 'mallory' },
  { kind: 'reveal', by: 'alice', preimage },
  { kind: 'reveal', by: 'bob', preimage },
  { kind: 'reveal', by: 'alice', preimage: otherSecret },
  { kind: 'preimageSeen', preimage },
  passed(chainB, 1),
  passed(chainA, 5),
  passed(chainB, 10),
  passed(chainB, 30),
  passed(chainA, 90),
]

function eventsIn(state: SwapState): readonly SwapEvent[] {
  // One stray coin at a time: they are booked apart and would only multiply the states.
  const known: SwapEvent[] = state.extras.length === 0 ? [locked(lockA, 'a late', 5)] : []
  if (state.extras.length === 0 && state.b.fate !== 'none') known.push(locked(lockB, 'b again', 6))
  if (state.a.fate !== 'none')
    known.push(...(['claim', 'cancel', 'expire'] as const).map((kind) => spentBy(chainA, coordinate('a'), { kind }, 20)))
  if (state.b.fate !== 'none')
    known.push(...(['claim', 'cancel', 'expire'] as const).map((kind) => spentBy(chainB, coordinate('b'), { kind }, 20)))
  for (const extra of state.extras)
    known.push(...(['claim', 'expire'] as const).map((kind) => spentBy(extra.chain, extra.coordinate, { kind }, 20)))
  return [...events, ...known]
}

/** Some coin that equals leg B was claimed since both agreed: whoever gives A has been paid. */
const isPaid = ({ b, extras, terms }: SwapState): boolean =>
  b.fate === 'claimed' || (b.fate !== 'none' && extras.some((extra) => extra.fate === 'claimed' && isLegOf(terms.b, extra)))

function check(after: SwapState, effects: readonly SwapEffect[]): void {
  expect(new Set(effects.map(({ id }) => id)).size).toBe(effects.length)
  for (const effect of effects) {
    if (effect.kind === 'pushRefund' && after.a.fate === 'open' && effect.coin === after.a.lock.coordinate)
      expect(isPaid(after)).toBe(false)
    if (effect.kind === 'pushRefund' && after.b.fate === 'open' && effect.coin === after.b.lock.coordinate)
      expect(after.a.fate).not.toBe('claimed')
    if (effect.kind === 'askCancel') expect([['none', 'returned'].includes(after.b.fate), isPaid(after)]).toEqual([true, false])
    if (effect.kind === 'askLock' && effect.side === 'b') expect(after.a.fate).toBe('open')
  }
}

const walked = explore<SwapState, SwapEvent, SwapEffect>({
  initial: [proposed],
  events: eventsIn,
  decide: (state, event) => decideSwap(state, event, start),
  codec: swapCodec,
  facts: ['coinCreated', 'coinSpent', 'timePassed', 'preimageSeen'],
  check,
  label: pairLabel,
})

describe('every event in every state', () => {
  it('reaches every state', () => {
    expect([...walked.names.keys()].sort()).toEqual([...SWAP_STATES].sort())
  })

  it('makes the transitions of the published diagram and no others', () => {
    const document = readFileSync(new URL('swap.md', import.meta.url), 'utf8')
    const finals = ['COMPLETED', 'EXPIRED', 'CANCELLED', 'REFUNDED']
    if (process.env['SHOW_DIAGRAM'] !== undefined) console.log(drawTransitions(walked.transitions, 'PROPOSED', finals))
    expect(drawnTransitions(document, 'States')).toEqual(walked.transitions)
  })

  it('takes a repeated event as no news', () => {
    for (const state of walked.states) {
      for (const event of eventsIn(state)) {
        const once = decideSwap(state, event, start)
        if (!once.ok) continue
        const twice = expectOk(decideSwap(once.value.state, event, start), `${event.kind} again in ${once.value.state.state}`)
        expect(twice.state).toEqual(once.value.state)
      }
    }
  })
})

const run = (minutes: number, ...story: readonly SwapEvent[]) =>
  story.reduce((at, event) => expectOk(decideSwap(at.state, event, envAt(minutes)), event.kind), {
    state: proposed,
    effects: [] as readonly SwapEffect[],
  })

describe('a swap', () => {
  it('asks for the locks one after the other and then for the secret', () => {
    expect(run(0, accept).effects).toMatchObject([{ kind: 'askLock', side: 'a', party: 'alice' }])
    expect(run(2, coinA).effects).toEqual([])
    expect(run(0.5, accept, coinA).effects).toMatchObject([{ kind: 'askLock', side: 'b', party: 'bob' }])
    expect(run(0.5, accept, coinA, coinB).effects).toMatchObject([
      { kind: 'askReveal', party: 'alice', lastSafeReveal: minute(28.75) },
    ])
  })

  it('gives A back early when the responder does not lock in time', () => {
    const late = run(0.5, accept, coinA, passed(chainB, 10))
    expect(late.effects).toMatchObject([{ kind: 'askCancel', party: 'bob', coin: coordinate('a') }])
    expect(run(0.5, accept, coinA, spentBy(chainA, coordinate('a'), { kind: 'cancel' }, 11)).state.state).toBe('CANCELLED')
  })

  it('pushes both refunds, B first, each only when its own expiry is final', () => {
    const both = [accept, coinA, coinB]
    expect(run(0.5, ...both, passed(chainB, 30)).effects).toContainEqual(
      expect.objectContaining({ kind: 'pushRefund', coin: coordinate('b') }),
    )
    const onlyA = run(0.5, ...both, passed(chainA, 90)).effects
    expect(onlyA.filter(({ kind }) => kind === 'pushRefund')).toEqual([])
  })

  it('never helps a claim of A while B is unclaimed, however the secret came out', () => {
    const leaked = run(0.5, accept, coinA, coinB, { kind: 'preimageSeen', preimage })
    expect(leaked.effects).toMatchObject([{ kind: 'pushClaim', coin: coordinate('b') }])
    const late = expectOk(decideSwap(leaked.state, passed(chainB, 30), envAt(0.5)), 'B expires')
    expect(late.effects).toMatchObject([{ kind: 'adjudicate', reason: 'claim_too_late' }])
    expect(late.state.exceptions).toContain('claim_too_late')
  })

  it('says that B can no longer be claimed also when the secret shows only after its expiry (simulation, seed 28)', () => {
    const both = run(0.5, accept, coinA, coinB).state
    const shown = expectOk(decideSwap(both, spentBy(chainA, coordinate('a'), { kind: 'claim' }, 31), envAt(31)), 'A is claimed')
    expect(shown).toMatchObject({
      state: { state: 'REVEALED', exceptions: ['claim_too_late'] },
      effects: [{ kind: 'adjudicate' }],
    })
  })

  it('checks the time locks again when accepting', () => {
    // B's expiry needs latest now + 2 x 10 s + 5 min + 5 s + 60 s: gone at 23:30.
    const slow = { ...proposed, terms: { ...terms, acceptBy: minute(25) } }
    expect(decideSwap(slow, accept, envAt(23)).ok).toBe(true)
    expect(decideSwap(slow, accept, envAt(24))).toMatchObject({ ok: false, code: 'swap_timeouts_too_tight' })
  })
})

describe('two coins that equal leg B', () => {
  const own = locked(lockB, 'own', 3)
  const real = locked(lockB, 'b', 3)
  const story = (...events: readonly SwapEvent[]) =>
    [{ kind: 'accept', by: 'bob' }, locked(lockA, 'a', 2), ...events].reduce<{
      readonly state: SwapState
      readonly effects: readonly SwapEffect[]
    }>(({ state }, event) => expectOk(decideSwap(state, event as SwapEvent, start), event.kind), { state: proposed, effects: [] })
  const spend = (name: string, kind: 'claim' | 'cancel' | 'expire') => spentBy(chainB, coordinate(name), { kind }, 29)
  const claimA = expect.objectContaining({ kind: 'pushClaim', coin: coordinate('a'), preimage })
  const backA = expect.objectContaining({ coin: coordinate('a'), kind: expect.stringMatching(/pushRefund|signCancel|askCancel/) })

  it.each([
    ['the one heard of second', [own, real, spend('b', 'claim')]],
    ['the one heard of first', [real, own, spend('b', 'claim')]],
    ['one, after the other was given back', [own, spend('own', 'cancel'), real, spend('b', 'claim')]],
    ['one, before the other was given back', [own, real, spend('b', 'claim'), spend('own', 'expire')]],
  ])('whoever claims %s has been paid, and its own coin gives leg A to the other side', (_name, events) => {
    const { state } = story(...events)
    expect(state).toMatchObject({ state: 'B_CLAIMED', b: { fate: 'claimed', lock: { coordinate: coordinate('b') } } })
    // also when it was at the last moment, and the other coin can be claimed no more
    const late = expectOk(decideSwap(state, passed(chainA, 89), envAt(89)), 'time')
    expect(late.effects).toContainEqual(claimA)
    expect(late.effects).not.toContainEqual(backA)
    // nor does it go back when nobody has claimed it in time: people decide
    const over = expectOk(decideSwap(late.state, passed(chainA, 90), envAt(90)), 'time').effects
    expect(over).toContainEqual(expect.objectContaining({ kind: 'adjudicate', reason: 'claim_too_late' }))
    expect(over).not.toContainEqual(backA)
  })

  it('nothing of A goes back while one of them can still be claimed', () => {
    for (const events of [
      [own, real, spend('own', 'cancel')],
      [own, spend('own', 'cancel'), real],
    ]) {
      const { state, effects } = story(...events)
      expect(state.b).toMatchObject({ fate: 'open', lock: { coordinate: coordinate('b') } })
      expect(effects).not.toContainEqual(backA)
    }
  })
})
