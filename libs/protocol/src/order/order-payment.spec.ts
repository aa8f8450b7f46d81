// What a coin counts for that is not what was agreed: nothing by default, the leg where the terms say so; always somebody's, always said.
import { expectOk } from '@huitong/primitives'
import { funding, orderTerms, spendOf } from '../testing/order-world.js'
import { envAt, minute, passed, chainA } from '../testing/world.js'
import { type OrderState, createOrder, decideOrder, nextDeadline, orderEffects } from './order.js'
import { type OrderTerms, type PaymentPolicy, orderTermsFault } from './terms.js'

const start = envAt(0)
const PRICE = 1001n

function agreed(payment?: PaymentPolicy): { readonly terms: OrderTerms; readonly order: OrderState } {
  const terms = orderTerms('inspection', payment === undefined ? {} : { payment })
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
