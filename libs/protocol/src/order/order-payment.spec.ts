// What a coin counts for that is not what was agreed: nothing by default, the leg where the terms say so; always somebody's, always said.
import { type SpendPath, prescribedOutputs } from '@huitong/chain'
import * as fc from 'fast-check'
import { expectOk, hexOf, sha256, splitByLargestRemainder, utf8, type Coordinate } from '@huitong/primitives'
import type { CoinCreated, CoinSpent } from '../facts.js'
import { funding, legA, orderTerms, spendOf } from '../testing/order-world.js'
import { account, coordinate, envAt, minute, passed, payment, chainA } from '../testing/world.js'
import { type OpenLegState, buyersLegState, openLegs } from './legs.js'
import { disputeDeadline } from './milestone.js'
import { type OrderEvent, type OrderState, createOrder, decideOrder, nextDeadline, orderEffects, restOf } from './order.js'
import { type OrderTerms, type PaymentPolicy, expectedCondition, orderTermsFault } from './terms.js'

const start = envAt(0)
const PRICE = 1001n

function agreed(payment?: PaymentPolicy, fee = legA.fee): { readonly terms: OrderTerms; readonly order: OrderState } {
  const legs = { kind: 'single', leg: { ...legA, fee } } as const
  const terms = orderTerms('inspection', payment === undefined ? { legs } : { legs, payment })
  const draft = expectOk(createOrder(terms, start), 'terms').state
  const order = ['alice', 'shop'].reduce(
    (state, by) => expectOk(decideOrder(state, { kind: 'agree', by, termsHash: draft.termsHash }, start), by).state,
    draft,
  )
  return { terms, order }
}
const paid = ({ terms, order }: ReturnType<typeof agreed>, amount: bigint, at = 3): OrderState =>
  expectOk(decideOrder(order, funding(terms, 'single', at, amount), envAt(at)), 'a coin').state
const milestone = (order: OrderState) => (order.state === 'DRAFT' ? undefined : order.milestones[0])
const books = (order: OrderState) => {
  const legs = milestone(order)?.legs
  return legs?.kind === 'single' && legs.leg.fate !== 'unfunded' ? legs.leg.books : undefined
}

const never = (): never => {
  throw new Error('it is there')
}
/** A fee over the parts of an amount, each within its part. */
function sharesOf(fee: bigint, amounts: readonly bigint[], how: 'largest remainder' | 'first' | 'last'): readonly bigint[] {
  if (how === 'largest remainder') return splitByLargestRemainder(fee, amounts)
  let left = fee
  const filled = (how === 'first' ? amounts : amounts.toReversed()).map((amount) => {
    const share = left < amount ? left : amount
    left -= share
    return share
  })
  return how === 'first' ? filled : filled.toReversed()
}
const sumOf = (order: OrderState) => {
  const leg = order.state === 'DRAFT' ? undefined : buyersLegState(order.milestones[0]?.legs ?? never())
  return leg === undefined || leg.fate === 'unfunded' ? undefined : leg.books
}

/** How the ledger would tell of a spend of one coin of a leg. */
function spentOf(order: OrderState, { coin }: OpenLegState, path: SpendPath): CoinSpent {
  const terms = order.terms.milestones[0] ?? never()
  const { deadline, default: byDefault, held, fee } = coin
  const condition = { ...expectedCondition(order.terms.order, terms, { ...legA, fee, deadline }), default: byDefault, held }
  const outputs = expectOk(prescribedOutputs({ asset: legA.asset, amount: coin.amount, condition }, path), 'outputs')
  const named = outputs.map((output, index) => {
    const coordinate: Coordinate = hexOf(sha256(utf8(`${coin.coordinate}/${index}`)))
    return { ...output, coordinate }
  })
  return { kind: 'coinSpent', chain: chainA, coordinate: coin.coordinate, path, at: minute(10), outputs: named }
}

it.each([
  ['less', PRICE - 1n, 'underpaid', 1n],
  ['more', PRICE + 7n, 'overpaid', 7n],
] as const)('a coin of %s is owed back, unless the terms take it as it is', (_, amount, kind, difference) => {
  const refused = paid(agreed(), amount)
  expect(milestone(refused)?.state).toBe('UNFUNDED')
  expect(refused).toMatchObject({
    exceptions: [{ kind, amount: difference }],
    refunds: [{ kind: 'extra', state: 'AGREED', amount }],
  })
  const accepted = paid(agreed(kind === 'underpaid' ? { under: 'accept' } : { over: 'accept' }), amount)
  expect(milestone(accepted)?.state).toBe('FUNDED')
  expect(accepted).toMatchObject({ state: 'FUNDED', exceptions: [{ kind, amount: difference }], refunds: [] })
  expect(books(accepted)).toMatchObject({ funded: amount, remaining: amount })
  // and the other policy does not stand in for it
  const other = paid(
    agreed(kind === 'underpaid' ? { over: 'accept', late: 'accept' } : { under: 'accept', late: 'accept' }),
    amount,
  )
  expect(milestone(other)?.state).toBe('UNFUNDED')
  // all of it is divided like any leg
  const released = expectOk(
    decideOrder(accepted, spendOf(accepted, 'single', { kind: 'release', amount }), start),
    'release',
  ).state
  expect(released.state).toBe('SETTLED')
  const { released: toMerchant, fees, refunded } = books(released) ?? { released: 0n, fees: 0n, refunded: 1n }
  expect([toMerchant + fees, refunded]).toEqual([amount, 0n])
})

it('a late coin is owed back, unless the terms wait for it until shipping is due', () => {
  const lapsed = (payment?: PaymentPolicy) => {
    const made = agreed(payment)
    return { ...made, order: expectOk(decideOrder(made.order, passed(chainA, 6), envAt(6)), 'time').state }
  }
  const none = lapsed()
  expect(none.order.state).toBe('EXPIRED')
  expect(paid(none, PRICE, 7)).toMatchObject({ exceptions: [{ kind: 'late' }], refunds: [{ state: 'AGREED', amount: PRICE }] })
  const waits = lapsed({ late: 'accept' })
  expect(waits.order.state).toBe('AGREED')
  expect(nextDeadline(waits.order)).toMatchObject({ at: minute(60), what: 'funding_lapses' })
  expect(orderEffects(waits.order, envAt(6))).toMatchObject([{ kind: 'askFunding', before: minute(60) }])
  const late = paid(waits, PRICE, 7)
  expect(late).toMatchObject({ state: 'FUNDED', exceptions: [{ kind: 'late' }], refunds: [] })
  const over = expectOk(decideOrder(waits.order, passed(chainA, 60), envAt(60)), 'time').state
  expect(over.state).toBe('EXPIRED')
})

it('a pair is funded as agreed or not at all', () => {
  const fault = orderTermsFault(orderTerms('paired', { payment: { under: 'accept' } }), start)
  expect(fault).toMatchObject({ code: 'order_terms_invalid', field: 'payment' })
})

describe('a coin of less that waits for the rest', () => {
  const topUp = (payment: PaymentPolicy = {}) => agreed({ under: 'top-up', ...payment })
  const FEE = 10n
  /** A coin under the agreed condition, with the fee that it is to bear. */
  const part = (terms: OrderTerms, amount: bigint, fee: bigint, at = 3): CoinCreated => {
    const coin = funding(terms, 'single', at, amount)
    if (coin.coin.condition.kind !== 'escrow') throw new Error('an escrow coin')
    return {
      ...coin,
      coin: { ...coin.coin, coordinate: coordinate(`${amount} ${fee} ${at}`), condition: { ...coin.coin.condition, fee } },
    }
  }
  const after = (order: OrderState, ...events: readonly OrderEvent[]): OrderState =>
    events.reduce((state, event) => expectOk(decideOrder(state, event, envAt(3)), event.kind).state, order)
  const legsOf = (order: OrderState) => {
    const legs = milestone(order)?.legs
    return legs === undefined ? [] : openLegs(legs)
  }

  it('counts together with the coins that add up to the amount, also where the first bears the fee alone', () => {
    const { terms, order } = topUp()
    const first = after(order, part(terms, 400n, FEE))
    expect(first).toMatchObject({
      state: 'AGREED',
      refunds: [{ state: 'AGREED', amount: 400n }],
      exceptions: [{ kind: 'underpaid', amount: 601n }],
    })
    expect(restOf(first, terms.milestones[0] ?? never())).toEqual({ amount: 601n, fee: 0n })
    const second = after(first, part(terms, 600n, 0n))
    expect(milestone(second)?.state).toBe('UNFUNDED')
    const whole = after(second, part(terms, 1n, 0n))
    expect(milestone(whole)?.state).toBe('FUNDED')
    expect(whole).toMatchObject({
      state: 'FUNDED',
      extras: [],
      exceptions: [],
      refunds: [{ state: 'SUPERSEDED' }, { state: 'SUPERSEDED' }],
    })
    expect(legsOf(whole).map(({ leg }) => [leg.coin.amount, leg.coin.fee])).toEqual([
      [400n, 10n],
      [600n, 0n],
      [1n, 0n],
    ])
    // each ends by itself, and the sums are the leg's
    const back = after(
      whole,
      ...legsOf(whole)
        .slice(0, 2)
        .map(({ leg }) => spentOf(whole, leg, { kind: 'release', amount: leg.coin.amount })),
    )
    expect(milestone(back)?.state).toBe('FUNDED')
    const last = legsOf(back)[0]?.leg ?? never()
    const ended = after(back, spentOf(back, last, { kind: 'refund', amount: 1n }))
    expect(ended.state).toBe('SETTLED')
    expect(ended.refunds.filter(({ kind }) => kind === 'returned')).toMatchObject([{ state: 'FINAL', amount: 1n }])
  })

  it('bears the fee together, however the amount is cut and the fee is spread, and never more than a coin has', () => {
    const cuts = fc.uniqueArray(fc.bigInt(1n, legA.amount - 1n), { minLength: 1, maxLength: 6 })
    const fees = fc.bigInt(0n, legA.amount)
    const spread = fc.constantFrom('largest remainder' as const, 'first' as const, 'last' as const)
    fc.assert(
      fc.property(cuts, fees, spread, (at, fee, how) => {
        const ends = [...at].sort((a, b) => (a < b ? -1 : 1))
        const amounts = [...ends, legA.amount].map((end, index) => end - (ends[index - 1] ?? 0n))
        const shares = sharesOf(fee, amounts, how)
        const { terms, order } = agreed({ under: 'top-up' }, fee)
        const whole = amounts.reduce(
          (state, amount, index) => after(state, part(terms, amount, shares[index] ?? 0n, 3 + index / 100)),
          order,
        )
        expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(fee)
        expect(milestone(whole)?.state).toBe('FUNDED')
        expect(legsOf(whole).reduce((sum, { leg }) => sum + leg.coin.fee, 0n)).toBe(fee)
      }),
      { numRuns: 200 },
    )
  })

  it.each<[string, bigint, bigint, 'wrong fee' | 'too much', PaymentPolicy]>([
    ['the fee is not the one that is left', 601n, FEE, 'wrong fee', {}],
    ['it bears more of the fee than is left', 600n, 1n, 'wrong fee', {}],
    ['more than the rest', 602n, 0n, 'too much', {}],
  ])('is not completed by another coin: %s', (_name, amount, fee, why, payment) => {
    const { terms, order } = topUp(payment)
    const both = after(order, part(terms, 400n, FEE), part(terms, amount, fee))
    expect(milestone(both)?.state).toBe('UNFUNDED')
    expect(both.extras.map(({ waits }) => waits?.for)).toEqual(['rest', undefined])
    expect(both.exceptions.at(-1)?.kind).toBe(why === 'too much' ? 'overpaid' : 'underpaid')
    // the right rest still completes it
    expect(milestone(after(both, part(terms, 601n, 0n, 4)))?.state).toBe('FUNDED')
  })

  it('takes more than the rest where the terms accept more', () => {
    const { terms, order } = topUp({ over: 'accept' })
    const whole = after(order, part(terms, 400n, FEE), part(terms, 700n, 0n))
    expect(milestone(whole)?.state).toBe('FUNDED')
    expect(whole.exceptions).toMatchObject([{ kind: 'overpaid', amount: 99n }])
  })

  it('leaves no more of the fee than the rest of the money can bear', () => {
    const { terms, order } = agreed({ under: 'top-up' }, 1_000n)
    const isPart = (amount: bigint, fee: bigint): boolean =>
      after(order, part(terms, amount, fee)).extras[0]?.waits?.for === 'rest'
    expect([isPart(999n, 998n), isPart(999n, 999n)]).toEqual([true, true])
    expect([isPart(999n, 997n), isPart(2n, 0n), isPart(1n, 0n)]).toEqual([false, false, true])
  })

  it('waits until fund-by and is owed back then; what came back before counts for nothing', () => {
    const { terms, order } = topUp()
    const first = after(order, part(terms, 400n, FEE))
    const late = expectOk(decideOrder(first, passed(chainA, 6), envAt(6)), 'time').state
    expect(late).toMatchObject({ state: 'EXPIRED', refunds: [{ state: 'AGREED', amount: 400n }] })
    expect(late.extras[0]?.waits).toBeUndefined()
    const rest = expectOk(decideOrder(late, part(terms, 601n, 0n, 7), envAt(7)), 'late').state
    expect(rest.refunds).toMatchObject([{ state: 'AGREED' }, { state: 'AGREED', amount: 601n }])
    const [extra] = first.extras
    const returned: OrderEvent = {
      kind: 'coinSpent',
      chain: chainA,
      coordinate: extra?.coordinate ?? never(),
      path: { kind: 'refund', amount: 400n },
      at: minute(4),
      outputs: [payment('back', account('alice'), 400n, legA.asset)],
    }
    const without = after(first, returned)
    expect(without.refunds).toMatchObject([{ state: 'FINAL', amount: 400n }])
    expect(milestone(after(without, part(terms, 601n, 0n)))?.state).toBe('UNFUNDED')
  })

  it('is held, ruled on and pushed coin by coin, and a ruling is exact over their sum', () => {
    const { terms, order } = topUp()
    const whole = after(order, part(terms, 400n, FEE), part(terms, 601n, 0n))
    const disputed = after(whole, { kind: 'openDispute', milestone: 0, by: 'alice', dispute: 'dsp_1', reason: 'silent' })
    const hold = orderEffects(disputed, envAt(3)).filter(({ kind }) => kind === 'signHold')
    expect(hold).toHaveLength(1)
    const held = legsOf(disputed).reduce<OrderState>(
      (state, { leg }) =>
        after(state, spentOf(state, leg, { kind: 'hold', deadline: disputeDeadline(legA), dropDeliveryHash: false })),
      disputed,
    )
    expect(milestone(held)?.state).toBe('DISPUTED')
    const parts = splitByLargestRemainder(500n, [400n, 601n])
    const coins = legsOf(held).map(({ leg }, index) => ({ coin: leg.coin.coordinate, toPayee: parts[index] ?? 0n }))
    const ruled = after(held, {
      kind: 'ruling',
      milestone: 0,
      dispute: 'dsp_1',
      rulingHash: 'r1',
      share: { toPayee: 500n, toPayer: 501n },
      parts: coins,
      authority: { kind: 'operators', operators: ['ada', 'ben'] },
    })
    const rules = orderEffects(ruled, envAt(3)).flatMap((effect) => (effect.kind === 'signRule' ? [effect.path.toPayee] : []))
    expect(rules.reduce((sum, one) => sum + one, 0n)).toBe(500n)
    const paths = legsOf(ruled).map(({ leg }, index) => [leg, { kind: 'rule', toPayee: parts[index] ?? 0n }] as const)
    const ended = paths.reduce<OrderState>((state, [leg, path]) => after(state, spentOf(state, leg, path)), ruled)
    expect(ended.state).toBe('SETTLED')
    expect(sumOf(ended)).toMatchObject({ funded: PRICE, refunded: 501n, remaining: 0n })
  })
})

describe('a coin on hold', () => {
  const held = (policy: PaymentPolicy, amount: bigint, at = 3) => {
    const made = agreed(policy)
    return { ...made, order: paid(made, amount, at) }
  }
  const decide = (order: OrderState, take: boolean, by = 'shop') =>
    decideOrder(order, { kind: 'decidePayment', milestone: 0, by, coin: order.extras[0]?.coordinate ?? never(), take }, envAt(4))

  it.each<[string, PaymentPolicy, bigint, number]>([
    ['underpaid', { under: 'hold' }, PRICE - 1n, 3],
    ['overpaid', { over: 'hold' }, PRICE + 1n, 3],
    ['late', { late: 'hold' }, PRICE, 7],
  ])('%s: stays until the merchant takes it or has it go back', (kind, policy, amount, at) => {
    const { order } = held(policy, amount, at)
    expect(milestone(order)?.state).toBe('UNFUNDED')
    expect(order.exceptions.map((one) => one.kind)).toEqual([kind, 'on_hold'])
    expect(order.refunds).toMatchObject([{ state: 'REQUESTED', amount }])
    expect(nextDeadline(order)).toMatchObject({ at: minute(60), what: 'funding_lapses' })
    expect(decide(order, true, 'alice')).toMatchObject({ code: 'order_wrong_party' })
    const taken = expectOk(decide(order, true), 'taken').state
    expect(taken).toMatchObject({ state: 'FUNDED', extras: [], refunds: [{ state: 'DECLINED' }], exceptions: [{ kind }] })
    expect(books(taken)).toMatchObject({ funded: amount, remaining: amount })
    const back = expectOk(decide(order, false), 'returned').state
    expect(back).toMatchObject({ state: 'AGREED', refunds: [{ state: 'AGREED', amount }] })
    expect(back.exceptions.map((one) => one.kind)).toEqual([kind])
    // what was decided is decided
    expect(decide(back, true)).toMatchObject({ code: 'order_payment_unknown' })
  })

  it('is owed back when nobody decides before shipping is due, and when the right coin came', () => {
    const { order, terms } = held({ under: 'hold' }, PRICE - 1n)
    const waits = expectOk(decideOrder(order, passed(chainA, 6), envAt(6)), 'time').state
    expect(milestone(waits)?.state).toBe('UNFUNDED')
    const over = expectOk(decideOrder(waits, passed(chainA, 60), envAt(60)), 'time').state
    expect(over).toMatchObject({ state: 'EXPIRED', refunds: [{ state: 'AGREED' }] })
    const right = expectOk(decideOrder(order, funding(terms, 'single', 4), envAt(4)), 'the right coin').state
    expect(right).toMatchObject({ state: 'FUNDED', refunds: [{ state: 'AGREED', amount: PRICE - 1n }] })
    expect(right.exceptions.map((one) => one.kind)).not.toContain('on_hold')
  })

  it('may be the agreed leg in nothing else: another fee is another coin', () => {
    const made = agreed({ under: 'hold' })
    const coin = funding(made.terms, 'single', 3, PRICE - 1n)
    if (coin.coin.condition.kind !== 'escrow') throw new Error('an escrow coin')
    const other = { ...coin, coin: { ...coin.coin, condition: { ...coin.coin.condition, fee: 0n } } }
    const order = expectOk(decideOrder(made.order, other, envAt(3)), 'a coin').state
    expect(order).toMatchObject({ refunds: [{ state: 'AGREED' }], extras: [{ fate: 'open' }] })
    expect(order.extras[0]?.waits).toBeUndefined()
  })
})
