// Orders told as stories: one code or the other, paired legs, disputes, stray money. Each names the rule it guards.
import { expectOk } from '@huitong/primitives'
import { funding, legA, legB, orderTerms, spendOf } from '../testing/order-world.js'
import { chainA, chainB, envAt, minute, otherSecret, passed, preimage } from '../testing/world.js'
import { type OrderEffect, type OrderEvent, type OrderState, createOrder, decideOrder, orderTermsHash } from './order.js'

type Step = OrderEvent | ((state: OrderState) => OrderEvent)

function story(sort: 'inspection' | 'code' | 'paired', minutes: number, ...steps: readonly Step[]) {
  const terms = orderTerms(sort)
  const termsHash = orderTermsHash(terms)
  const agreed: readonly Step[] = ['alice', 'shop'].map((by) => ({ kind: 'agree', by, termsHash }) as const)
  const draft = expectOk(createOrder(terms, envAt(0)), sort).state
  const started = agreed.reduce((state, step) => next(state, step, 0).state, draft)
  return steps.reduce((at, step) => next(at.state, step, minutes), { state: started, effects: [] as readonly OrderEffect[] })
}

const next = (state: OrderState, step: Step, minutes: number) => {
  const event = typeof step === 'function' ? step(state) : step
  return expectOk(decideOrder(state, event, envAt(minutes)), event.kind)
}
const milestone = (state: OrderState) => (state.state === 'DRAFT' ? undefined : state.milestones[0])
const single = funding(orderTerms('inspection'), 'single', 1)
const a = funding(orderTerms('paired'), 'a', 1)
const b = funding(orderTerms('paired'), 'b', 2)
const reveal: OrderEvent = { kind: 'revealCode', milestone: 0, preimage }
const dispute: OrderEvent = { kind: 'openDispute', milestone: 0, by: 'alice', dispute: 'dsp_1', reason: 'broken' }
const ruling = (toPayer: bigint, toPayee: bigint): OrderEvent => ({
  kind: 'ruling',
  milestone: 0,
  dispute: 'dsp_1',
  rulingHash: 'hash',
  share: { toPayer, toPayee },
  authority: { kind: 'operators', operators: ['ada', 'ben'] },
})
const held =
  (side: 'a' | 'b', deadline: number, drop = false): Step =>
  (state) =>
    spendOf(state, side, { kind: 'hold', deadline: minute(deadline), dropDeliveryHash: drop })
const holds = [held('a', 329), held('b', 259)]

describe('a paired order', () => {
  it('funds B only after A is final, and has A given back when B is dead', () => {
    expect(story('paired', 1, a).effects).toMatchObject([{ kind: 'fundLegB', validUntil: minute(10) }])
    const atLimit = story('paired', 1, a, passed(chainB, 10))
    expect(atLimit.effects).toMatchObject([{ kind: 'fundLegB' }])
    const dead = story('paired', 1, a, passed(chainB, 10.1))
    expect(dead.effects).toMatchObject([{ kind: 'signHold', path: { dropDeliveryHash: true } }])
    const dropped = story('paired', 1, a, passed(chainB, 10.1), held('a', 330, true))
    expect(dropped.effects).toMatchObject([{ kind: 'signRule', path: { toPayee: 0n }, evidence: { kind: 'no_leg_b' } }])
    const back = story('paired', 1, a, passed(chainB, 10.1), held('a', 330, true), (state) =>
      spendOf(state, 'a', { kind: 'rule', toPayee: 0n }),
    )
    expect(back.state).toMatchObject({ state: 'CANCELLED', refunds: [{ state: 'FINAL', amount: legA.amount }] })
  })

  it('pushes the code to B first and to A at once after', () => {
    const revealed = story('paired', 3, a, b, reveal)
    expect(revealed.effects).toMatchObject([{ kind: 'pushCode', chain: chainB }])
    const paid = story('paired', 3, a, b, reveal, (state) => spendOf(state, 'b', { kind: 'code' }))
    expect(paid.effects).toMatchObject([{ kind: 'pushCode', chain: chainA, preimage }])
    const both = story(
      'paired',
      3,
      a,
      b,
      (state) => spendOf(state, 'b', { kind: 'code' }),
      (state) => spendOf(state, 'a', { kind: 'code' }),
    )
    expect(both.state.state).toBe('SETTLED')
  })

  it('pushes the code to B when somebody else brought it to A', () => {
    expect(story('paired', 3, a, b, (state) => spendOf(state, 'a', { kind: 'code' })).effects).toMatchObject([
      { kind: 'pushCode', chain: chainB },
    ])
  })

  it('brings no code to A when B can no longer be paid by it', () => {
    const late = story('paired', 3, a, b, reveal, passed(chainB, 130))
    expect(late.effects).toMatchObject([{ kind: 'adjudicate', reason: 'code_too_late' }])
    const gone = story('paired', 3, a, b, reveal, (state) => spendOf(state, 'b', { kind: 'default' }))
    expect(gone.effects).toEqual([])
  })

  it('holds A, then B, and is disputed only when both are final', () => {
    expect(story('paired', 3, a, b, dispute)).toMatchObject({ effects: [{ kind: 'signHold', chain: chainA }] })
    const half = story('paired', 3, a, b, dispute, held('a', 329))
    expect(half.effects).toMatchObject([{ kind: 'signHold', chain: chainB }])
    expect(milestone(half.state)?.state).toBe('FUNDED')
    expect(milestone(story('paired', 3, a, b, dispute, ...holds).state)?.state).toBe('DISPUTED')
  })

  it('drops both hashes before a split and divides both legs in the same proportion', () => {
    const ruled = story('paired', 3, a, b, dispute, ...holds, ruling(1n, 1n))
    expect(ruled.effects.map(({ kind }) => kind)).toEqual(['signHold', 'signHold'])
    const one = story('paired', 3, a, b, dispute, ...holds, ruling(1n, 1n), held('b', 260, true))
    expect(one.effects).toMatchObject([{ kind: 'signHold', chain: chainA }])
    const two = story('paired', 3, a, b, dispute, ...holds, ruling(1n, 1n), held('b', 260, true), held('a', 330, true))
    // Odd units go to the payer: 1001 and 7.
    expect(two.effects).toMatchObject([
      { kind: 'signRule', chain: chainA, path: { toPayee: 500n } },
      { kind: 'signRule', chain: chainB, path: { toPayee: 3n } },
    ])
  })

  it('releases the other leg when the code was faster than the ruling', () => {
    const raced = story('paired', 3, a, b, dispute, ...holds, ruling(1n, 0n), held('a', 330, true), (state) =>
      spendOf(state, 'b', { kind: 'code' }),
    )
    // the ruling says another share: it is no evidence for this
    expect(raced.effects).toMatchObject([
      { kind: 'signRule', chain: chainA, path: { toPayee: legA.amount }, evidence: { kind: 'code_spent', reference: '' } },
    ])
  })

  it('executes a full release on B, then A', () => {
    const ruled = story('paired', 3, a, b, dispute, ...holds, ruling(0n, 1n))
    expect(ruled.effects).toMatchObject([{ kind: 'signRule', chain: chainB, path: { toPayee: legB.amount } }])
    const paid = story('paired', 3, a, b, dispute, ...holds, ruling(0n, 1n), (state) =>
      spendOf(state, 'b', { kind: 'rule', toPayee: legB.amount }),
    )
    expect(paid.effects).toMatchObject([
      { kind: 'signRule', chain: chainA, path: { toPayee: legA.amount }, evidence: { kind: 'ruling', reference: 'hash' } },
    ])
  })

  it('never sends a leg back whose pair was released', () => {
    const late = story('paired', 3, a, b, (state) => spendOf(state, 'b', { kind: 'code' }), passed(chainA, 165))
    expect(late.effects).toMatchObject([{ kind: 'adjudicate', reason: 'code_too_late' }])
  })
})

describe('an order with an inspection window', () => {
  const shipped: readonly Step[] = [single, { kind: 'ship', milestone: 0, by: 'shop', shipment: 'parcel' }]
  const delivered: OrderEvent = { kind: 'carrierDelivered', milestone: 0, evidence: 'signed' }

  it('is held on the carrier word, later than the old deadline, and silence then releases', () => {
    const [hold] = story('inspection', 150, ...shipped, delivered).effects
    expect(hold).toMatchObject({
      kind: 'signHold',
      path: { default: 'release' },
      evidence: { kind: 'carrier', reference: 'signed' },
    })
    const until = hold?.kind === 'signHold' ? hold.path.deadline : 0
    // 150:00 + 5 s skew + 10 s finality + 30 min.
    expect(until).toBe(minute(180.25))
    const inspection = story('inspection', 150, ...shipped, delivered, (state) =>
      spendOf(state, 'single', { kind: 'hold', deadline: minute(180.25), default: 'release', dropDeliveryHash: false }),
    )
    expect(milestone(inspection.state)).toMatchObject({ state: 'INSPECTION', endsAt: minute(180.25) })
    expect(next(inspection.state, passed(chainA, 180.24), 150).effects).toEqual([])
    expect(next(inspection.state, passed(chainA, 180.25), 150).effects).toMatchObject([{ kind: 'pushDefault' }])
  })

  it('refuses a dispute and a carrier when the hold could come too late', () => {
    // Deadline 165:00 - 10 s - 5 s - 60 s = 163:45, judged at clock + 5 s.
    const state = story('inspection', 1, ...shipped).state
    for (const event of [dispute, delivered]) {
      expect(decideOrder(state, event, envAt(163.6)).ok).toBe(true)
      expect(decideOrder(state, event, envAt(163.7))).toMatchObject({ ok: false, code: 'order_too_late' })
    }
  })

  it('pays a part back, keeps its books and its record', () => {
    const part = story(
      'inspection',
      2,
      single,
      { kind: 'requestRefund', milestone: 0, by: 'alice', amount: 100n, reason: 'scratch' },
      { kind: 'consent', milestone: 0, by: 'shop' },
    )
    expect(part.effects).toMatchObject([{ kind: 'askSignature', parties: ['shop'], path: { kind: 'refund', amount: 100n } }])
    const paid = next(part.state, (state) => spendOf(state, 'single', { kind: 'refund', amount: 100n }), 2)
    expect(paid.state.refunds).toMatchObject([{ kind: 'part', state: 'FINAL', amount: 100n }])
    expect(milestone(paid.state)?.legs).toMatchObject({ leg: { books: { funded: 1001n, refunded: 100n, remaining: 901n } } })
  })
})

describe('money nobody agreed to', () => {
  it.each([
    ['underpaid', funding(orderTerms('code'), 'single', 1, 1000n), 1n],
    ['overpaid', funding(orderTerms('code'), 'single', 1, 1003n), 2n],
    ['late', funding(orderTerms('code'), 'single', 5), undefined],
  ] as const)('%s: listed, not counted, owed back', (kind, coin, amount) => {
    const { state } = story('code', 1, coin)
    expect(state).toMatchObject({ state: 'AGREED', exceptions: [{ kind, ...(amount === undefined ? {} : { amount }) }] })
    expect(state.refunds).toMatchObject([{ kind: 'extra', state: 'AGREED', amount: coin.coin.amount }])
    const due = next(state, passed(chainA, 165), 1)
    expect(due.effects).toContainEqual(expect.objectContaining({ kind: 'pushDefault', coin: coin.coin.coordinate }))
  })
})

describe('a delivery code', () => {
  const coin = funding(orderTerms('code'), 'single', 1)
  it('is refused when wrong, and after the last safe reveal; once known it is pushed until the deadline', () => {
    const { state } = story('code', 1, coin)
    expect(decideOrder(state, { ...reveal, preimage: otherSecret }, envAt(2))).toMatchObject({ code: 'order_code_wrong' })
    expect(decideOrder(state, reveal, envAt(163.7))).toMatchObject({ code: 'order_reveal_too_late' })
    const seen = next(state, { kind: 'preimageSeen', preimage }, 164)
    expect(seen.effects).toMatchObject([{ kind: 'pushCode' }])
  })
})

describe('terms', () => {
  it.each([
    ['order_deadline_too_early', 'code', { shipBy: minute(105) }],
    ['order_latest_too_early', 'code', { disputeMs: 200 * 60_000 }],
    ['order_pair_needs_code', 'paired', { confirmation: { kind: 'inspection', inspectionMs: 60_000 } }],
    ['order_parties_not_distinct', 'code', { merchant: 'alice' }],
    ['order_parties_not_distinct', 'code', { legs: { kind: 'single', leg: { ...legA, arbiter: legA.payee } } }],
    [
      'order_pair_too_close',
      'paired',
      { legs: { kind: 'paired', provider: 'p', a: { ...legA, deadline: minute(160) }, b: legB, lockBy: minute(10) } },
    ],
  ] as const)('are refused with %s', (code, sort, change) => {
    expect(createOrder(orderTerms(sort), envAt(0)).ok).toBe(true)
    expect(createOrder(orderTerms(sort, change), envAt(0))).toMatchObject({ ok: false, code })
  })
})
