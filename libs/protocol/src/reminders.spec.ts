// When somebody is reminded, and of what: the windows as a table, and every waiting state of order, swap, dispute and return with its owner.
import * as fc from 'fast-check'
import { type Time, expectOk } from '@huitong/primitives'
import { createDispute, decideDispute } from './dispute/dispute.js'
import type { DisputeEvent, DisputeState } from './dispute/model.js'
import { disputeWaits, returnWaits } from './dispute/waits.js'
import { type OrderEvent, type OrderState, createOrder, decideOrder, orderWaits } from './order/order.js'
import { REMINDED_WINDOW_MIN_MS, type Wait, reminderTimes, waitKey } from './reminders.js'
import { createReturn, decideReturn } from './return/return.js'
import { type SwapEvent, type SwapState, createSwap, decideSwap, swapWaits } from './swap/swap.js'
import { funding, orderTerms, spendOf } from './testing/order-world.js'
import { MINUTE, chainA, chainB, envAt, hash, lockA, lockB, locked, minute, passed, preimage } from './testing/world.js'

const HOUR = 60
const at = (hours: number): Time => minute(hours * HOUR)

describe('reminders of a window', () => {
  it.each<[string, number, readonly (readonly [string, number])[]]>([
    ['under an hour: none', 0.99, []],
    [
      'an hour',
      1,
      [
        ['50%', 0.5],
        ['90%', 0.9],
      ],
    ],
    [
      'a day: the last day is the whole window',
      24,
      [
        ['50%', 12],
        ['90%', 21.6],
      ],
    ],
    [
      'two days: the last day begins with the half',
      48,
      [
        ['50%', 24],
        ['90%', 43.2],
      ],
    ],
    [
      'four days',
      96,
      [
        ['50%', 48],
        ['24h', 72],
        ['90%', 86.4],
      ],
    ],
    [
      'ten days: nine tenths and the last day are one moment',
      240,
      [
        ['50%', 120],
        ['90%', 216],
      ],
    ],
    [
      'thirty days',
      720,
      [
        ['50%', 360],
        ['90%', 648],
        ['24h', 696],
      ],
    ],
  ])('%s', (_name, hours, expected) => {
    const times = reminderTimes({ since: at(0), until: at(hours) })
    expect(times).toEqual(expected.map(([stage, hour]) => ({ stage, at: at(hour) })))
  })

  it('lie inside the window, each stage and moment once, earliest first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 90 * 24 * REMINDED_WINDOW_MIN_MS }), (window) => {
        const since = minute(0)
        // the border: a time some milliseconds later
        const until = (since + window) as Time
        const times = reminderTimes({ since, until })
        expect(times.every((one) => one.at > since && one.at < until)).toBe(true)
        expect(new Set(times.map(({ stage }) => stage)).size).toBe(times.length)
        expect(times.map((one) => one.at)).toEqual([...new Set(times.map((one) => one.at))].sort((a, b) => a - b))
      }),
    )
  })
})

const named = (waits: readonly Wait[]) => waits.map(({ what, owners, until, chain }) => [what, owners, until, chain])
const start = envAt(0)

describe('an order waits for', () => {
  const from = (sort: 'inspection' | 'code' | 'paired') => expectOk(createOrder(orderTerms(sort), start), sort).state
  const after = (state: OrderState, ...events: readonly OrderEvent[]): OrderState =>
    events.reduce((order, event) => expectOk(decideOrder(order, event, start), event.kind).state, state)
  const agree = (order: OrderState, by: string): OrderEvent => ({ kind: 'agree', by, termsHash: order.termsHash })
  const funded = (sort: 'inspection' | 'code'): OrderState => {
    const order = from(sort)
    return after(order, agree(order, 'alice'), agree(order, 'shop'), funding(order.terms, 'single', 1))
  }
  const ship: OrderEvent = { kind: 'ship', milestone: 0, by: 'shop', shipment: 'parcel' }

  it('those who have not agreed, then the buyer’s money', () => {
    const order = from('code')
    expect(named(orderWaits(order))).toEqual([['agree', ['alice', 'shop'], minute(2), chainA]])
    const half = after(order, agree(order, 'shop'))
    expect(named(orderWaits(half))).toEqual([['agree', ['alice'], minute(2), chainA]])
    expect(named(orderWaits(after(half, agree(order, 'alice'))))).toEqual([['fund', ['alice'], minute(5), chainA]])
  })

  it('the merchant to ship, and to deliver before the refund by default', () => {
    const order = funded('code')
    expect(named(orderWaits(order))).toEqual([['ship', ['shop'], minute(60), chainA]])
    expect(named(orderWaits(after(order, ship)))).toEqual([['deliver', ['shop'], minute(165), chainA]])
    expect(named(orderWaits(after(order, passed(chainA, 60))))).toEqual([['deliver', ['shop'], minute(165), chainA]])
  })

  it('the buyer to look at what came, and to sign once it has accepted', () => {
    const delivered = after(funded('inspection'), ship, { kind: 'carrierDelivered', milestone: 0, evidence: 'signed' })
    expect(orderWaits(delivered)).toEqual([])
    const hold = { kind: 'hold', deadline: minute(166), default: 'release', dropDeliveryHash: false } as const
    const inspected = after(delivered, spendOf(delivered, 'single', hold))
    expect(named(orderWaits(inspected))).toEqual([['inspect', ['alice'], minute(166), chainA]])
    const accepted = after(inspected, { kind: 'accept', milestone: 0, by: 'alice' })
    expect(named(orderWaits(accepted))).toEqual([['release', ['alice'], minute(166), chainA]])
  })

  it('the other side’s answer to a request, then the merchant’s signature', () => {
    const asked = after(funded('code'), { kind: 'requestRefund', milestone: 0, by: 'alice', amount: 5n, reason: 'scratch' })
    expect(named(orderWaits(asked))).toContainEqual(['answer_request', ['shop'], minute(165), chainA])
    const agreed = after(asked, { kind: 'consent', milestone: 0, by: 'shop' })
    expect(named(orderWaits(agreed))).toContainEqual(['sign_refund', ['shop'], minute(165), chainA])
  })

  it('nobody once the code is known, and nobody at its end', () => {
    const known = after(funded('code'), { kind: 'preimageSeen', preimage })
    expect(orderWaits(known)).toEqual([])
    expect(orderWaits(after(known, spendOf(known, 'single', { kind: 'code' })))).toEqual([])
    const order = from('code')
    expect(orderWaits(after(order, { kind: 'withdraw', by: 'alice' }))).toEqual([])
  })
})

it('a swap waits for one party after the other', () => {
  const terms = { id: 'swp_1', initiator: 'alice', responder: 'bob', hash, a: lockA, b: lockB }
  const times = { acceptBy: minute(1), lockABy: minute(5), lockBBy: minute(10) }
  const proposed = expectOk(createSwap({ ...terms, ...times }, start), 'a swap').state
  const after = (state: SwapState, ...events: readonly SwapEvent[]): SwapState =>
    events.reduce((swap, event) => expectOk(decideSwap(swap, event, start), event.kind).state, state)
  expect(named(swapWaits(proposed))).toEqual([['accept', ['bob'], minute(1), chainB]])
  const accepted = after(proposed, { kind: 'accept', by: 'bob' })
  expect(named(swapWaits(accepted))).toEqual([['lock_a', ['alice'], minute(5), chainA]])
  const paid = after(accepted, locked(lockA, 'a', 2))
  expect(named(swapWaits(paid))).toEqual([['lock_b', ['bob'], minute(10), chainB]])
  expect(named(swapWaits(after(paid, { kind: 'cancel', by: 'alice' })))).toEqual([['give_back', ['bob'], minute(90), chainA]])
  const both = after(paid, locked(lockB, 'b', 3))
  expect(named(swapWaits(both))).toEqual([['reveal', ['alice'], minute(30), chainB]])
  expect(swapWaits(after(both, { kind: 'reveal', by: 'alice', preimage }))).toEqual([])
})

describe('a dispute waits for', () => {
  const terms = {
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
  }
  const asked = expectOk(createDispute(terms), 'a dispute').state
  const after = (state: DisputeState, ...events: readonly DisputeEvent[]): DisputeState =>
    events.reduce((dispute, event) => expectOk(decideDispute(dispute, event, start), event.kind).state, state)
  const share = { toPayer: 1n, toPayee: 1n }
  const sign = (operator: string): DisputeEvent => ({ kind: 'signRuling', operator, share, reasons: 'because' })

  it('the other side, both, the operators, and those who may appeal', () => {
    expect(disputeWaits(asked)).toEqual([])
    const open = after(asked, { kind: 'held' })
    expect(named(disputeWaits(open))).toEqual([['answer', ['shop'], minute(10), chainA]])
    const talking = after(open, { kind: 'answer', by: 'shop' })
    expect(named(disputeWaits(talking))).toEqual([['settle', ['alice', 'shop'], minute(20), chainA]])
    const offered = after(talking, { kind: 'offer', by: 'shop', offer: 'off_1', share, until: minute(15) })
    expect(named(disputeWaits(offered))).toContainEqual(['answer_offer', ['alice'], minute(15), chainA])
    const arbitrated = after(talking, { kind: 'escalate', by: 'alice' })
    expect(named(disputeWaits(arbitrated))).toEqual([['rule', [], minute(60), chainA]])
    const ruled = after(arbitrated, sign('ada'), sign('ben'))
    expect(disputeWaits(ruled)).toMatchObject([{ what: 'appeal', owners: ['alice', 'shop'] }])
    expect(disputeWaits(after(ruled, { kind: 'acceptRuling', by: 'shop' }))).toMatchObject([
      { what: 'appeal', owners: ['alice'] },
    ])
    expect(disputeWaits(after(ruled, { kind: 'appeal', by: 'shop' }))).toMatchObject([{ what: 'decide_appeal', owners: [] }])
    expect(disputeWaits(after(ruled, { kind: 'milestoneClosed' }))).toEqual([])
  })

  it('the side whose step of a return it is', () => {
    const { buyer, merchant, chain, heldUntil, answerBy } = terms
    const first = createReturn({ buyer, merchant, chain, heldUntil, answerBy, stepMs: 5 * MINUTE })
    expect(named(returnWaits(first, 0))).toEqual([['return_authorise', ['shop'], minute(10), chainA]])
    const sent = expectOk(decideReturn(first, { kind: 'authorise', by: 'shop' }, start), 'authorised').state
    expect(returnWaits(sent, 0)).toMatchObject([{ what: 'return_ship', owners: ['alice'] }])
    expect(returnWaits(expectOk(decideReturn(sent, { kind: 'closed', isRefunded: true }, start), 'over').state, 0)).toEqual([])
  })
})

it('a wait is another one when anything about it is', () => {
  const wait: Wait = { what: 'ship', milestone: 0, chain: chainA, until: minute(1), owners: ['a', 'b'] }
  const others: readonly Wait[] = [
    { ...wait, what: 'fund' },
    { ...wait, milestone: 1 },
    { ...wait, chain: chainB },
    { ...wait, until: minute(2) },
    { ...wait, owners: ['a'] },
  ]
  expect(new Set([wait, ...others].map(waitKey)).size).toBe(6)
  expect(waitKey({ ...wait, owners: ['b', 'a'] })).toBe(waitKey(wait))
})
