// The dispute machine against its diagram, every event in every state, and exact splits.
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expectOk } from '@huitong/primitives'
import { drawTransitions, drawnTransitions, explore } from '../testing/explore.js'
import { asset, chainA, chainB, coordinate, envAt, minute, passed } from '../testing/world.js'
import { DISPUTE_STATES, type DisputeEffect, type DisputeEvent, type DisputeState, createDispute } from './dispute.js'
import { decideDispute, disputeCodec, splitLegs } from './dispute.js'

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
  }),
  'a dispute',
).state
const third = { toPayer: 1n, toPayee: 2n }
const half = { toPayer: 1n, toPayee: 1n }
const sign = (operator: string, share = third): DisputeEvent => ({ kind: 'signRuling', operator, share, reasons: 'because' })

const events: readonly DisputeEvent[] = [
  { kind: 'held' },
  { kind: 'milestoneClosed' },
  passed(chainA, 10),
  passed(chainA, 20),
  passed(chainB, 20),
  { kind: 'answer', by: 'shop' },
  { kind: 'answer', by: 'alice' },
  { kind: 'offer', by: 'shop', offer: 'off_1', share: half },
  { kind: 'offer', by: 'alice', offer: 'off_2', share: { toPayer: 0n, toPayee: 0n } },
  { kind: 'acceptOffer', by: 'alice', offer: 'off_1' },
  { kind: 'acceptOffer', by: 'shop', offer: 'off_1' },
  { kind: 'escalate', by: 'alice' },
  { kind: 'escalate', by: 'mallory' },
  sign('ada'),
  sign('ben'),
  sign('ben', half),
]

const walked = explore<DisputeState, DisputeEvent, DisputeEffect>({
  initial: [opened],
  events: () => events,
  decide: (state, event) => decideDispute(state, event, start),
  codec: disputeCodec,
  facts: ['held', 'milestoneClosed', 'timePassed'],
  check: (after, effects) => {
    if (effects.some(({ kind }) => kind === 'ruleOrder')) expect(after.state).toBe('RULED')
    if (after.state === 'RULED' && after.ruling.cause === 'operators') {
      expect(new Set(after.signatures.map(({ operator }) => operator)).size).toBe(2)
      expect(new Set(after.signatures.map(({ rulingHash }) => rulingHash))).toEqual(new Set([after.rulingHash]))
    }
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

  it('needs two operators over the same ruling', () => {
    const run = (...story: readonly DisputeEvent[]) =>
      story.reduce((state, event) => expectOk(decideDispute(state, event, start), event.kind).state, opened)
    const desk = run({ kind: 'held' }, { kind: 'answer', by: 'shop' }, { kind: 'escalate', by: 'alice' })
    const first = expectOk(decideDispute(desk, sign('ada'), start), 'first').state
    expect(decideDispute(first, sign('ada'), start)).toMatchObject({ ok: false, code: 'dispute_same_operator' })
    expect(expectOk(decideDispute(first, sign('ben', half), start), 'other text').state).toMatchObject({
      signatures: [{ operator: 'ben' }],
    })
    expect(expectOk(decideDispute(first, sign('ben'), start), 'second').state.state).toBe('RULED')
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
