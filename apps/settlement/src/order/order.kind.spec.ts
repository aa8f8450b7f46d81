// What the store and the watchers must know of an order: who sees it, which hashes it owns, and every time at which it changes by itself.
import { type Coordinate, type Time, after, expectOk } from '@huitong/primitives'
import { type OrderEvent, type OrderState, createOrder, decideOrder, expectedCondition } from '@huitong/protocol'
import { DEFAULT_TERMS } from '../terms.js'
import { NOW, asked, east, envAt, pairedMilestone, places, taken, west } from '../testing/order-terms.js'
import { orderOutline } from './order.kind.js'
import { orderTerms } from './order.terms.js'

const { terms } = expectOk(
  orderTerms(asked([pairedMilestone]), places(new Map([[0, taken()]])), { env: envAt(), hub: DEFAULT_TERMS }),
  'terms',
)
const [milestone] = terms.milestones
if (milestone?.legs.kind !== 'paired') throw new Error('a pair')
const { a, b, lockBy } = milestone.legs
const draft = expectOk(createOrder(terms, envAt()), 'an order').state
const on = (...events: readonly OrderEvent[]): OrderState =>
  events.reduce((order: OrderState, event) => expectOk(decideOrder(order, event, envAt()), event.kind).state, draft)
const agree = (by: string): OrderEvent => ({ kind: 'agree', by, termsHash: draft.termsHash })
function coin(leg: typeof a, digit: string): OrderEvent {
  if (milestone === undefined) throw new Error('a milestone')
  const condition = expectedCondition(terms.order, milestone, leg)
  const created = { asset: leg.asset, amount: leg.amount, condition, coordinate: digit.repeat(64) as Coordinate }
  return { kind: 'coinCreated', chain: leg.chain, coin: created, at: NOW }
}
const deadlines = (order: OrderState) => orderOutline(order).deadlines.map(({ chain, at, default: what }) => [chain, at, what])
const agreed = [agree('pty_buyer'), agree('pty_shop')] as const

it('is seen by buyer, merchant and provider, and owns its codes', () => {
  const { parties, hashes, order, isFinal } = orderOutline(draft)
  expect(parties).toEqual(['pty_buyer', 'pty_shop', 'pty_desk'])
  expect({ hashes, order, isFinal }).toEqual({ hashes: ['cd'.repeat(32)], order: terms.order, isFinal: false })
})

it('waits for agreement, for money, for leg B until it can be no more, and for both legs’ defaults', () => {
  expect(deadlines(draft)).toEqual([[east.chain, terms.agreeBy, 'agreement_lapses']])
  expect(deadlines(on(...agreed))).toEqual([[east.chain, milestone.fundBy, 'funding_lapses']])
  const half = [[east.chain, a.deadline, 'refund_by_default'] as const]
  // validUntil is inclusive: only a later block says that leg B is dead
  expect(deadlines(on(...agreed, coin(a, '3')))).toEqual([...half, [west.chain, lockBy + 1, 'leg_b_lapses']])
  expect(deadlines(on(...agreed, coin(a, '3'), coin(b, '4')))).toEqual([
    ...half,
    [west.chain, b.deadline, 'refund_by_default'],
    [east.chain, milestone.shipBy, 'shipment_late'],
  ])
})

it('is final once nothing is left but money that nobody asked for, and that waits for its own default', () => {
  const lapsed = on({ kind: 'timePassed', chain: east.chain, time: terms.agreeBy })
  expect(orderOutline(lapsed)).toMatchObject({ isFinal: true, deadlines: [] })
  const late = expectOk(decideOrder(lapsed, coin(a, '5'), envAt(after(terms.agreeBy as Time, 1))), 'a late coin').state
  expect(orderOutline(late)).toMatchObject({ isFinal: false, deadlines: [{ chain: east.chain, at: a.deadline }] })
})
