// The conversion machine against its diagram, every event in every state, and the rules that lost other people money.
import { readFileSync } from 'node:fs'
import { type TxId, expectOk } from '@huitong/primitives'
import { drawTransitions, drawnTransitions, explore } from '../testing/explore.js'
import { chainA, chainB, coordinate, envAt, hash, lockA, lockB, locked, minute } from '../testing/world.js'
import { otherSecret, pairLabel, passed, preimage, spentBy } from '../testing/world.js'
import { isLegOf } from '../pair/pair.js'
import {
  type ConversionEffect,
  type ConversionEvent,
  type ConversionState,
  type ConversionTerms,
  CONVERSION_STATES,
  conversionCodec,
  createConversion,
  decideConversion,
} from './conversion.js'

const terms: ConversionTerms = {
  id: 'cnv_1',
  quote: 'quo_1',
  payer: 'alice',
  provider: 'bob',
  hash,
  a: lockA,
  b: lockB,
  quoteExpiry: minute(1),
  lockBy: minute(10),
}
const start = envAt(0)
const quoted = expectOk(createConversion(terms, start), 'a conversion').state
const signed: ConversionEvent = {
  kind: 'legBSigned',
  transaction: 'aa' as TxId,
  coordinate: coordinate('b'),
  validUntil: minute(9),
  bytes: '00ff',
}
const coinA = locked(lockA, 'a', 0.5)
const coinB = locked(lockB, 'b', 2)

const events: readonly ConversionEvent[] = [
  coinA,
  coinB,
  signed,
  { ...signed, validUntil: minute(11) },
  { kind: 'decline' },
  { kind: 'reveal', preimage },
  { kind: 'reveal', preimage: otherSecret },
  { kind: 'preimageSeen', preimage },
  passed(chainA, 1),
  passed(chainB, 9.5),
  passed(chainB, 10),
  passed(chainB, 30),
  passed(chainA, 90),
]

/** Spends of coins that the deal has seen created: a ledger tells of a coin before it tells of its end. */
function spends(state: ConversionState): readonly ConversionEvent[] {
  // One stray coin at a time: they are booked apart and would only multiply the states.
  const known: ConversionEvent[] = state.extras.length === 0 ? [locked(lockA, 'a late', 1)] : []
  if (state.extras.length === 0 && state.b.fate !== 'none') known.push(locked(lockB, 'b again', 3))
  if (state.a.fate !== 'none')
    known.push(...(['claim', 'cancel', 'expire'] as const).map((kind) => spentBy(chainA, coordinate('a'), { kind }, 20)))
  if (state.b.fate !== 'none')
    known.push(...(['claim', 'cancel', 'expire'] as const).map((kind) => spentBy(chainB, coordinate('b'), { kind }, 20)))
  for (const extra of state.extras)
    known.push(...(['claim', 'expire'] as const).map((kind) => spentBy(extra.chain, extra.coordinate, { kind }, 20)))
  return known
}

/** Some coin that equals leg B was claimed: whoever gives A has been paid. */
const isPaid = ({ b, extras, terms }: ConversionState): boolean =>
  b.fate === 'claimed' || extras.some((extra) => extra.fate === 'claimed' && isLegOf(terms.b, extra))

/** What no conversion may ever owe, whatever happened. */
function check(after: ConversionState, effects: readonly ConversionEffect[]): void {
  expect(new Set(effects.map(({ id }) => id)).size).toBe(effects.length)
  for (const effect of effects) {
    if (effect.kind === 'pushRefund' && after.a.fate === 'open' && effect.coin === after.a.lock.coordinate)
      expect(isPaid(after)).toBe(false)
    if (effect.kind === 'pushRefund' && after.b.fate === 'open' && effect.coin === after.b.lock.coordinate)
      expect(after.a.fate).not.toBe('claimed')
    if (effect.kind === 'signCancel' && after.a.fate === 'open' && effect.coin === after.a.lock.coordinate)
      expect([['none', 'returned'].includes(after.b.fate), isPaid(after)]).toEqual([true, false])
    if (effect.kind === 'signLockB') expect(after.a.fate).toBe('open')
    if (effect.kind === 'pushClaim') expect(after.preimage).toBe(preimage)
  }
}

const walked = explore<ConversionState, ConversionEvent, ConversionEffect>({
  initial: [quoted],
  events: (state) => [...events, ...spends(state)],
  decide: (state, event) => decideConversion(state, event, start),
  codec: conversionCodec,
  facts: ['coinCreated', 'coinSpent', 'timePassed', 'preimageSeen'],
  check,
  label: pairLabel,
})

const document = readFileSync(new URL('conversion.md', import.meta.url), 'utf8')

describe('every event in every state', () => {
  it('reaches every state', () => {
    expect([...walked.names.keys()].sort()).toEqual([...CONVERSION_STATES].sort())
  })

  it('makes the transitions of the published diagram and no others', () => {
    const finals = ['SETTLED', 'EXPIRED', 'A_CANCELLED', 'REFUNDED']
    if (process.env['SHOW_DIAGRAM'] !== undefined) console.log(drawTransitions(walked.transitions, 'QUOTED', finals))
    expect(drawnTransitions(document, 'States')).toEqual(walked.transitions)
  })

  it('takes a repeated event as no news', () => {
    for (const state of walked.states) {
      for (const event of [...events, ...spends(state)]) {
        const once = decideConversion(state, event, start)
        if (!once.ok) continue
        const twice = expectOk(
          decideConversion(once.value.state, event, start),
          `${event.kind} again in ${once.value.state.state}`,
        )
        expect(twice.state).toEqual(once.value.state)
      }
    }
  })
})

const run = (minutes: number, ...story: readonly ConversionEvent[]) =>
  story.reduce((at, event) => expectOk(decideConversion(at.state, event, envAt(minutes)), event.kind), {
    state: quoted,
    effects: [] as readonly ConversionEffect[],
  })
const kinds = (effects: readonly ConversionEffect[]): readonly string[] => effects.map(({ kind }) => kind)

describe('a conversion', () => {
  it('says that B can no longer be claimed also when the secret shows only after its expiry', () => {
    const both = run(2, coinA, signed, coinB).state
    const shown = decideConversion(both, spentBy(chainA, coordinate('a'), { kind: 'claim' }, 31), envAt(31))
    expect(shown).toMatchObject({ value: { state: { state: 'REVEALED', exceptions: ['claim_too_late'] } } })
  })

  it('locks B only after A is final and in time, reveals only after B is', () => {
    expect(kinds(run(0.5, coinA).effects)).toEqual(['signLockB'])
    expect(decideConversion(run(0.5, coinA).state, { kind: 'reveal', preimage }, envAt(1))).toMatchObject({
      ok: false,
      code: 'conversion_not_locked',
    })
    const both = run(2, coinA, signed, coinB)
    expect(kinds(both.effects)).toEqual(['closeReservation', 'askReveal'])
    expect(kinds(run(2, coinA, signed, coinB, { kind: 'reveal', preimage }).effects)).toEqual(['pushClaim'])
  })

  it.each([
    [28.74, true],
    [28.76, false],
  ])('at minute %d a first reveal is taken: %s', (minutes, taken) => {
    // Last safe reveal 30:00 - 10 s - 5 s - 60 s = 28:45, judged at latest now = clock + 5 s.
    const at = minutes - 5 / 60
    expect(decideConversion(run(2, coinA, coinB).state, { kind: 'reveal', preimage }, envAt(at)).ok).toBe(taken)
  })

  it('claims A once B was claimed, even after every deadline, and never refunds it', () => {
    const claimed = run(95, coinA, coinB, spentBy(chainB, coordinate('b'), { kind: 'claim' }, 29), passed(chainA, 95))
    expect(claimed.state.state).toBe('B_CLAIMED')
    expect(claimed.effects).toEqual([
      { kind: 'pushClaim', id: `cnv_1/claim/${coordinate('a')}`, chain: chainA, coin: coordinate('a'), preimage },
      { kind: 'adjudicate', id: 'cnv_1/late-claim', reason: 'claim_too_late' },
    ])
  })

  it('takes the news of the two ledgers in any order', () => {
    const claimB = spentBy(chainB, coordinate('b'), { kind: 'claim' }, 20)
    const claimA = spentBy(chainA, coordinate('a'), { kind: 'claim' }, 21)
    for (const story of [
      [coinA, coinB, claimB, claimA],
      [coinB, claimB, coinA, claimA],
      [coinA, claimA, coinB, claimB],
    ])
      expect(run(1, ...story).state.state).toBe('SETTLED')
  })

  it.each([
    ['underpaid', locked(lockA, 'x', 0.5, { amount: 999n })],
    ['overpaid', locked(lockA, 'x', 0.5, { amount: 1001n })],
    ['late', locked(lockA, 'x', 1)],
    ['wrong_fields', locked(lockA, 'x', 0.5, { expiry: minute(89) })],
    ['wrong_fields', locked(lockA, 'x', 0.5, { claimant: lockA.refundee })],
  ] as const)('lists a lock that is %s and gives it back at its own expiry', (reason, coin) => {
    const listed = run(0.5, coin)
    expect(listed.state).toMatchObject({ state: 'QUOTED', exceptions: [reason], extras: [{ fate: 'open', reason }] })
    const expired = run(91, coin, passed(chainA, 91))
    expect(expired.effects).toContainEqual({ kind: 'pushRefund', id: expect.any(String), chain: chainA, coin: coordinate('x') })
  })

  it('holds a coin funded one tick before the quote expires, not one at the tick', () => {
    expect(run(0, { ...coinA, at: (minute(1) - 1) as typeof coinA.at }).state.state).toBe('A_LOCKED')
    expect(run(0, { ...coinA, at: minute(1) }).state.state).toBe('QUOTED')
  })

  it('declares a submission dead only after a final block later than its validity', () => {
    expect(run(1, coinA, signed, passed(chainB, 9)).state.state).toBe('B_SUBMITTED')
    expect(run(1, coinA, signed, passed(chainB, 9.01)).state).toMatchObject({ state: 'DECLINED', reason: 'submission_dead' })
  })

  it('refuses terms whose expiries do not leave the margin', () => {
    // 5 s + 10 s + 30 s + 10 s + 30 min = 30:55 between B's expiry and A's.
    const close = (at: number) => createConversion({ ...terms, a: { ...lockA, expiry: minute(at) } }, start)
    expect(close(61)).toMatchObject({ ok: true })
    expect(close(60.9)).toMatchObject({ ok: false, code: 'conversion_terms_unsafe' })
  })
})

describe('two coins that equal leg B', () => {
  const own = locked(lockB, 'own', 3)
  const real = locked(lockB, 'b', 3)
  const story = (...events: readonly ConversionEvent[]) =>
    [coinA, signed, ...events].reduce<{ readonly state: ConversionState; readonly effects: readonly ConversionEffect[] }>(
      ({ state }, event) => expectOk(decideConversion(state, event as ConversionEvent, start), event.kind),
      { state: quoted, effects: [] },
    )
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
    const late = expectOk(decideConversion(state, passed(chainA, 89), envAt(89)), 'time')
    expect(late.effects).toContainEqual(claimA)
    expect(late.effects).not.toContainEqual(backA)
    // nor does it go back when nobody has claimed it in time: people decide
    const over = expectOk(decideConversion(late.state, passed(chainA, 90), envAt(90)), 'time').effects
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
