// The dispute machine against its diagram, every event in every state, and exact splits.
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expectOk } from '@huitong/primitives'
import { drawTransitions, drawnTransitions, explore } from '../testing/explore.js'
import { MINUTE, asset, chainA, chainB, coordinate, envAt, minute, passed } from '../testing/world.js'
import { createDispute, decideDispute, disputeCodec, disputeDeadlines, splitLegs } from './dispute.js'
import { disputeWaits } from './waits.js'
import { DISPUTE_STATES, type DisputeEffect, type DisputeEvent, type DisputeState } from './model.js'

const start = envAt(0)
const opened = expectOk(
  createDispute({
    id: 'dsp_1',
    order: 'ord_1',
    milestone: 0,
    buyer: 'alice',
    merchant: 'shop',
    openedBy: 'alice',
    reason: 'broken',
    chain: chainA,
    answerBy: minute(10),
    arbitrateFrom: minute(20),
    appealMs: 5 * MINUTE,
    heldUntil: minute(60),
  }),
  'a dispute',
).state
const third = { toPayer: 1n, toPayee: 2n }
const half = { toPayer: 1n, toPayee: 1n }
const offer = (by: string, name: string, share: typeof half): DisputeEvent => ({
  kind: 'offer',
  by,
  offer: name,
  share,
  until: minute(15),
})
const sign = (operator: string, share = third): DisputeEvent => ({ kind: 'signRuling', operator, share, reasons: 'because' })

const events: readonly DisputeEvent[] = [
  { kind: 'held' },
  { kind: 'milestoneClosed' },
  passed(chainA, 10),
  passed(chainA, 20),
  passed(chainB, 20),
  passed(chainA, 30),
  { kind: 'answer', by: 'shop' },
  { kind: 'answer', by: 'alice' },
  offer('shop', 'off_1', half),
  offer('alice', 'off_2', { toPayer: 0n, toPayee: 0n }),
  { kind: 'acceptOffer', by: 'alice', offer: 'off_1' },
  { kind: 'acceptOffer', by: 'shop', offer: 'off_1' },
  { kind: 'declineOffer', by: 'alice', offer: 'off_1' },
  { kind: 'appeal', by: 'alice' },
  { kind: 'appeal', by: 'mallory' },
  { kind: 'acceptRuling', by: 'alice' },
  { kind: 'acceptRuling', by: 'shop' },
  { kind: 'escalate', by: 'alice' },
  { kind: 'escalate', by: 'mallory' },
  { kind: 'silence', by: 'alice' },
  { kind: 'ask', of: 'shop', until: minute(12) },
  { kind: 'ask', of: 'mallory', until: minute(12) },
  passed(chainA, 12),
  sign('ada'),
  sign('ben'),
  sign('ben', half),
  sign('cai'),
  sign('dee'),
]

const walked = explore<DisputeState, DisputeEvent, DisputeEffect>({
  initial: [opened],
  events: () => events,
  decide: (state, event) => decideDispute(state, event, start),
  codec: disputeCodec,
  facts: ['held', 'milestoneClosed', 'timePassed'],
  check: (after, effects) => {
    if (effects.some(({ kind }) => kind === 'ruleOrder')) expect(after.state).toBe('IN_FORCE')
    const isRuled = after.state === 'RULED' || after.state === 'IN_FORCE'
    if (isRuled && after.ruling.cause !== 'consent') {
      expect(new Set(after.signatures.map(({ operator }) => operator)).size).toBe(2)
      expect(new Set(after.signatures.map(({ rulingHash }) => rulingHash))).toEqual(new Set([after.rulingHash]))
    }
    if (after.state === 'APPEALED') {
      const judges = new Set(after.first.signatures.map(({ operator }) => operator))
      expect(after.signatures.some(({ operator }) => judges.has(operator))).toBe(false)
    }
    for (const side of ['alice', 'shop'])
      expect(after.offers.filter(({ by, state }) => by === side && state === 'open').length).toBeLessThanOrEqual(1)
  },
})

describe('a dispute', () => {
  it('reaches every state and makes the transitions of the published diagram and no others', () => {
    if (process.env['SHOW_DIAGRAM'] !== undefined)
      console.log(drawTransitions(walked.transitions, 'REQUESTED', ['EXECUTED', 'MOOT']))
    expect([...walked.names.keys()].sort()).toEqual([...DISPUTE_STATES].sort())
    const document = readFileSync(new URL('dispute.md', import.meta.url), 'utf8')
    expect(drawnTransitions(document, 'States')).toEqual(walked.transitions)
  })

  const run = (...story: readonly DisputeEvent[]) => runAt(start, ...story)
  const runAt = (env: typeof start, ...story: readonly DisputeEvent[]) =>
    story.reduce((state, event) => expectOk(decideDispute(state, event, env), event.kind).state, opened)
  const held: DisputeEvent = { kind: 'held' }

  it('needs two operators over the same ruling', () => {
    const desk = run(held, { kind: 'answer', by: 'shop' }, { kind: 'escalate', by: 'alice' })
    const first = expectOk(decideDispute(desk, sign('ada'), start), 'first').state
    expect(decideDispute(first, sign('ada'), start)).toMatchObject({ ok: false, code: 'dispute_same_operator' })
    expect(expectOk(decideDispute(first, sign('ben', half), start), 'other text').state).toMatchObject({
      signatures: [{ operator: 'ben' }],
    })
    expect(expectOk(decideDispute(first, sign('ben'), start), 'second').state.state).toBe('RULED')
  })

  it('gives a silent side’s case to the operators with the judgement against it, and keeps it', () => {
    const silent = run(held, passed(chainA, 10))
    expect(silent).toMatchObject({ state: 'ARBITRATION', judgement: { against: 'shop', share: { toPayer: 1n, toPayee: 0n } } })
    expect(expectOk(decideDispute(silent, { kind: 'answer', by: 'shop' }, start), 'late').state).toBe(silent)
    expect(run(held, passed(chainB, 20)).state).toBe('OPEN')
  })

  it('judges a side that is asked and silent like one that never answered; a word of its own answers', () => {
    const ask: DisputeEvent = { kind: 'ask', of: 'shop', until: minute(12) }
    const talking = [held, { kind: 'answer', by: 'shop' }] as const
    const asked = run(...talking, ask)
    expect(asked).toMatchObject({ state: 'NEGOTIATION', question: { of: 'shop', until: minute(12) } })
    expect(disputeDeadlines(asked)).toContainEqual({ at: minute(12), what: 'default_judgement' })
    expect(disputeWaits(asked)).toContainEqual(expect.objectContaining({ what: 'answer_question', owners: ['shop'] }))
    expect(run(...talking, ask, passed(chainA, 12))).toMatchObject({
      state: 'ARBITRATION',
      judgement: { against: 'shop', share: { toPayer: 1n, toPayee: 0n } },
    })
    for (const word of [{ kind: 'answer', by: 'shop' } as const, offer('shop', 'off_1', half)]) {
      const answered = run(...talking, ask, word)
      expect(answered.question).toBeUndefined()
      expect(expectOk(decideDispute(answered, passed(chainA, 12), start), 'time').state).toMatchObject({ judgement: null })
    }
    // the other side's word is no answer, and an offer that nobody answers judges nobody
    expect(run(...talking, ask, { kind: 'answer', by: 'alice' }).question).toMatchObject({ of: 'shop' })
    expect(run(...talking, offer('alice', 'off_1', half), passed(chainA, 16))).toMatchObject({
      state: 'NEGOTIATION',
      judgement: null,
    })
    // at the desk too; what an operator has signed by then stays
    const begun = run(...talking, { kind: 'escalate', by: 'alice' }, ask, sign('ada'), passed(chainA, 12))
    expect(begun).toMatchObject({ state: 'ARBITRATION', judgement: { against: 'shop' }, signatures: [{ operator: 'ada' }] })
  })

  it.each<[string, readonly DisputeEvent[], DisputeEvent & { kind: 'ask' }, string]>([
    ['before the other side has answered', [held], { kind: 'ask', of: 'shop', until: minute(9) }, 'dispute_wrong_state'],
    ['of a stranger', [held], { kind: 'ask', of: 'mallory', until: minute(9) }, 'dispute_wrong_party'],
    ['over at once', [held, { kind: 'answer', by: 'shop' }], { kind: 'ask', of: 'shop', until: minute(0) }, 'dispute_too_late'],
    ['after a judgement', [held, passed(chainA, 10)], { kind: 'ask', of: 'alice', until: minute(12) }, 'dispute_wrong_state'],
  ])('refuses a question %s', (_name, story, ask, code) => {
    expect(decideDispute(run(...story), ask, start)).toMatchObject({ ok: false, code })
  })

  it('leaves time for a ruling after a question, whatever was wished', () => {
    const asked = run(held, { kind: 'answer', by: 'shop' }, { kind: 'ask', of: 'alice', until: minute(59) })
    expect(asked.question?.until).toBeLessThanOrEqual(minute(16))
  })

  it('has an end that needs nobody: if no operator ever rules, the case waits for the held deadline and for nothing else', () => {
    const words = events.filter(({ kind }) => kind !== 'signRuling' && kind !== 'milestoneClosed')
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 12 }), (story) => {
        const said = story.reduce<DisputeState>((state, event) => {
          const decided = decideDispute(state, event, start)
          return decided.ok ? decided.value.state : state
        }, run(held))
        const over = [10, 20, 30, 40, 50, 60].reduce(
          (state, at) => expectOk(decideDispute(state, passed(chainA, at), envAt(at)), 'time').state,
          said,
        )
        // parties that agree need no operator
        expect(['ARBITRATION', 'IN_FORCE']).toContain(over.state)
        expect(disputeDeadlines(over)).toEqual([{ at: minute(60), what: 'ledger_default' }])
        const closed = expectOk(decideDispute(over, { kind: 'milestoneClosed' }, envAt(60)), 'the ledger paid').state
        expect(['MOOT', 'EXECUTED']).toContain(closed.state)
      }),
      { numRuns: 300 },
    )
  })

  it('takes one appeal, which others decide; without their decision the first ruling stands', () => {
    const ruled = run(held, { kind: 'answer', by: 'shop' }, { kind: 'escalate', by: 'shop' }, sign('ada'), sign('ben'))
    // now + skew + the agreed five minutes, which is less than a quarter of the hour held
    expect(ruled).toMatchObject({ state: 'RULED', appealBy: minute(5) + 5_000 })
    const step = (from: DisputeState, event: DisputeEvent, at = 0) => decideDispute(from, event, envAt(at))
    expect(step(ruled, { kind: 'appeal', by: 'alice' }, 6)).toMatchObject({ code: 'dispute_too_late' })
    expect(expectOk(step(ruled, passed(chainA, 6), 6), 'over').state).toMatchObject({
      state: 'IN_FORCE',
      ruling: { share: third },
    })
    const one = expectOk(step(ruled, { kind: 'acceptRuling', by: 'shop' }), 'one accepts').state
    expect(step(one, { kind: 'appeal', by: 'shop' })).toMatchObject({ code: 'dispute_wrong_state' })
    expect(expectOk(step(one, { kind: 'acceptRuling', by: 'alice' }), 'both').state.state).toBe('IN_FORCE')
    const appealed = expectOk(step(one, { kind: 'appeal', by: 'alice' }, 3), 'appeal').state
    expect(step(appealed, sign('ada', half))).toMatchObject({ code: 'dispute_same_operator' })
    const again = [sign('cai', half), sign('dee', half)].reduce(
      (from, event) => expectOk(step(from, event), 'sign').state,
      appealed,
    )
    expect(again).toMatchObject({ state: 'IN_FORCE', ruling: { share: half } })
    expect(step(again, { kind: 'appeal', by: 'shop' })).toMatchObject({ code: 'dispute_wrong_state' })
    expect(expectOk(step(appealed, passed(chainA, 9), 9), 'undecided').state).toMatchObject({
      state: 'IN_FORCE',
      ruling: { share: third },
    })
  })

  it('lets an offer stand for its time only, and the other side answer it', () => {
    const offered = run(held, offer('shop', 'off_1', half))
    expect(offered).toMatchObject({ state: 'NEGOTIATION', offers: [{ offer: 'off_1', state: 'open' }] })
    expect(decideDispute(offered, { kind: 'acceptOffer', by: 'shop', offer: 'off_1' }, start)).toMatchObject({
      code: 'dispute_offer_unknown',
    })
    const late = expectOk(decideDispute(offered, passed(chainA, 16), envAt(16)), 'time').state
    expect(late.offers).toMatchObject([{ state: 'expired' }])
    expect(decideDispute(late, { kind: 'acceptOffer', by: 'alice', offer: 'off_1' }, envAt(16))).toMatchObject({
      code: 'dispute_offer_closed',
    })
    expect(decideDispute(offered, { kind: 'acceptOffer', by: 'alice', offer: 'off_1' }, envAt(15))).toMatchObject({
      code: 'dispute_too_late',
    })
    expect(run(held, offer('shop', 'off_1', half), { kind: 'declineOffer', by: 'alice', offer: 'off_1' }).offers).toMatchObject([
      { state: 'declined' },
    ])
    expect(run(held, offer('shop', 'off_1', half), offer('shop', 'off_3', third)).offers).toMatchObject([
      { state: 'withdrawn' },
      { state: 'open' },
    ])
    expect(run(held, offer('shop', 'off_1', half), { kind: 'acceptOffer', by: 'alice', offer: 'off_1' })).toMatchObject({
      state: 'IN_FORCE',
      ruling: { cause: 'consent', share: half },
    })
  })

  it('splits every leg exactly and in the same proportion, a tie to the payer', () => {
    const amounts = fc.array(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), { minLength: 1, maxLength: 3 })
    const weight = fc.bigInt({ min: 0n, max: 10n ** 12n })
    fc.assert(
      fc.property(amounts, weight, weight, (legs, toPayer, toPayee) => {
        fc.pre(toPayer + toPayee > 0n)
        const parts = splitLegs(
          legs.map((amount) => ({ chain: chainA, coordinate: coordinate('x'), asset: asset('CNY'), amount })),
          { toPayer, toPayee },
        )
        for (const part of parts) {
          expect(part.toPayer + part.toPayee).toBe(part.amount)
          const error = part.toPayee * (toPayer + toPayee) - part.amount * toPayee
          expect(2n * (error < 0n ? -error : error) <= toPayer + toPayee).toBe(true)
        }
      }),
    )
    const [odd] = splitLegs([{ chain: chainA, coordinate: coordinate('x'), asset: asset('CNY'), amount: 5n }], half)
    expect(odd).toMatchObject({ toPayer: 3n, toPayee: 2n })
  })
})
