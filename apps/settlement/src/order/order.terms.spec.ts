// Terms of an order: legs, fees, the dates nobody named, and every request that cannot become an order.
import { type Result, expectOk } from '@huitong/primitives'
import { orderTermsFault, pairMarginMs } from '@huitong/protocol'
import { HOUR, NOW, ORDER, account, asked, east, envAt, pairedMilestone, places, taken, west } from '../testing/order-terms.js'
import { DEFAULT_TERMS } from '../terms.js'
import {
  AGREE_MS,
  type AskedOrder,
  type BuiltTerms,
  FUND_MS,
  PAIRED_FUND_MS,
  type TakenQuote,
  feeOn,
  orderTerms,
} from './order.terms.js'

const SKEW = DEFAULT_TERMS.skewMs
const build = (order: AskedOrder, quotes?: ReadonlyMap<number, TakenQuote>): Result<BuiltTerms, string> =>
  orderTerms(order, places(quotes), { env: envAt(), hub: DEFAULT_TERMS })
const paired = new Map([[0, taken()]])

it('makes one leg of a milestone: arbiter and fee from the hub, refund as its default, dates that end at shipping', () => {
  const { terms } = expectOk(build(asked()), 'terms')
  const [milestone] = terms.milestones
  expect(milestone).toMatchObject({ milestone: 0, merchant: 'pty_shop', fundBy: NOW + HOUR, shipBy: NOW + HOUR })
  expect(milestone?.legs).toMatchObject({
    kind: 'single',
    leg: { amount: 10_001n, fee: 50n, payer: account('buyer'), payee: account('shop'), arbiter: account('arbiter') },
  })
  expect(terms).toMatchObject({ order: ORDER, buyer: 'pty_buyer', agreeBy: NOW + HOUR })
  expect(orderTermsFault(terms, envAt())).toBeUndefined()
})

it('leaves a day to agree and two to fund where shipping is far', () => {
  const far = { shipBy: NOW + 100 * HOUR, deadline: NOW + 101 * HOUR }
  const { terms } = expectOk(build(asked([far])), 'terms')
  expect(terms.agreeBy).toBe(NOW + SKEW + AGREE_MS)
  expect(terms.milestones[0]?.fundBy).toBe(NOW + SKEW + FUND_MS)
})

it('makes a pair of a quote: the provider in the middle, A later than B, the fee on what the merchant gets', () => {
  const { terms } = expectOk(build(asked([pairedMilestone]), paired), 'terms')
  const [milestone] = terms.milestones
  if (milestone?.legs.kind !== 'paired') throw new Error('a pair')
  const { a, b, lockBy, provider } = milestone.legs
  expect([a.payer, a.payee, b.payer, b.payee]).toEqual(['buyer', 'liquidity', 'liquidity', 'shop'].map(account))
  expect([a.chain, a.amount, a.fee, b.chain, b.amount, b.fee, provider]).toEqual([
    east.chain,
    2_000n,
    0n,
    west.chain,
    16_000n,
    16n,
    'pty_desk',
  ])
  expect(a.deadline - b.deadline).toBeGreaterThanOrEqual(pairMarginMs(envAt(), east.chain, west.chain))
  expect(a.latest - b.latest).toBe(a.deadline - b.deadline)
  expect(milestone.fundBy).toBe(NOW + SKEW + PAIRED_FUND_MS)
  expect(lockBy).toBeGreaterThan(milestone.fundBy)
})

it.each<[string, AskedOrder, string, string | undefined]>([
  ['a buyer who sells', asked([{ merchant: 'pty_buyer' }]), 'self_trade', 'milestones.0.merchant'],
  ['one account on both sides', asked([{ payee: account('buyer') }]), 'self_trade', 'milestones.0.payee'],
  [
    'code and inspection',
    asked([{ inspectionMs: HOUR, deliveryHash: 'cd'.repeat(32) }]),
    'terms_invalid',
    'milestones.0.inspectionMs',
  ],
  ['shipping that is due', asked([{ shipBy: NOW }]), 'terms_invalid', 'milestones.0.shipBy'],
  ['a deadline before shipping', asked([{}, { deadline: NOW + HOUR }]), 'terms_invalid', 'milestones.1.deadline'],
  ['no room for a dispute', asked([{ latest: NOW + 4 * HOUR }]), 'terms_invalid', 'milestones.0.latest'],
  ['longer than the ledger locks', asked([{ latest: NOW + 91 * 24 * HOUR }]), 'terms_invalid', 'milestones.0.latest'],
  ['one code for two', asked([{}, { deliveryHash: 'cd'.repeat(32) }]), 'terms_invalid', 'hash'],
  ['more than there can be', asked([{ amount: '9223372036854775808' }]), 'amount_out_of_range', 'milestones.0.amount'],
  [
    'an item beyond all amounts',
    asked([{ items: [{ name: 'x', quantity: 1, amount: '9999999999999999999' }] }]),
    'amount_out_of_range',
    'milestones.0.items.0.amount',
  ],
])('refuses %s', (_name, order, code, field) => {
  expect(build(order)).toMatchObject({ ok: false, code, field })
})

it.each<[string, Partial<TakenQuote>, string]>([
  ['of another amount', { take: { ...taken().take, amount: 15_999n } }, 'milestones.0.quote'],
  ['of an offer that ends too soon', { offerExpiresAt: NOW }, 'milestones.0.quote'],
])('refuses a quote %s', (_name, change, field) => {
  expect(build(asked([pairedMilestone]), new Map([[0, taken(change)]]))).toMatchObject({ code: 'terms_invalid', field })
})

it('refuses a pair that waits for an inspection', () => {
  const { deliveryHash: _none, ...one } = { ...asked([pairedMilestone]).milestones[0] }
  const order = { ...asked(), milestones: [{ ...one, inspectionMs: HOUR }] } as AskedOrder
  expect(build(order, paired)).toMatchObject({ code: 'terms_invalid', field: 'milestones.0.confirmation' })
})

it('takes no more fee than the rulebook of the ledger allows, and rounds it down', () => {
  expect(feeOn(199n, 5_000, east)).toBe(0n)
  expect(feeOn(200n, 5_000, east)).toBe(1n)
  expect(feeOn(16_000n, 5_000, west)).toBe(16n)
})
