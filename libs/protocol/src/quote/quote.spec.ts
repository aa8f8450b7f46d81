// Quotes as properties: they add up, they never give more than the rate, and a fixed receive is met exactly.
import * as fc from 'fast-check'
import { AMOUNT_MAX } from '@huitong/primitives'
import { account, minute } from '../testing/world.js'
import { type FeeRule, type Offer, type QuoteRequest, type Quoted, quoteFixedReceive, quoteFixedSend } from './quote.js'

const offer = (change: Partial<Offer> = {}): Offer => ({
  offer: 'off_1',
  rate: { numerator: 7n, denominator: 3n },
  minimum: 1n,
  maximum: AMOUNT_MAX,
  available: AMOUNT_MAX,
  createdAt: minute(0),
  expiresAt: minute(60),
  ...change,
})
const requestOf = (offers: readonly Offer[], fees: readonly FeeRule[] = []): QuoteRequest => ({
  offers,
  fees,
  remainderTo: account('house'),
  at: minute(1),
})

const rate = fc.record({ numerator: fc.bigInt({ min: 1n, max: 10n ** 9n }), denominator: fc.bigInt({ min: 1n, max: 10n ** 9n }) })
const rule: fc.Arbitrary<FeeRule> = fc.record({
  name: fc.constantFrom('ledger', 'hub'),
  to: fc.constant(account('fees')),
  ppm: fc.bigInt({ min: 0n, max: 300_000n }),
  least: fc.bigInt({ min: 0n, max: 1000n }),
})
const amount = fc.oneof(fc.bigInt({ min: 1n, max: 10_000n }), fc.bigInt({ min: 1n, max: 10n ** 15n }))

function holds(quoted: Quoted, { numerator, denominator }: Offer['rate']): void {
  const fees = quoted.fees.reduce((sum, fee) => sum + fee.amount, 0n)
  const [fill] = quoted.fills
  expect(fill).toBeDefined()
  if (fill === undefined) return
  expect(fill.pays + fees + quoted.remainder.amount).toBe(quoted.debit)
  expect(quoted.remainder.amount >= 0n).toBe(true)
  expect(fill.receives).toBe(quoted.receives)
  // Never more than the rate, and one unit of A less would not have paid for it.
  expect(fill.receives * denominator <= fill.pays * numerator).toBe(true)
  expect(fill.receives * denominator > (fill.pays - 1n) * numerator).toBe(true)
}

describe('a quote', () => {
  it('adds up and never gives more than the rate, sending or receiving', () => {
    fc.assert(
      fc.property(amount, rate, fc.array(rule, { maxLength: 2 }), (size, rate, fees) => {
        const request = requestOf([offer({ rate })], fees)
        const sent = quoteFixedSend(size, request)
        if (sent.ok) {
          expect(sent.value.debit).toBe(size)
          holds(sent.value, rate)
        }
        const received = quoteFixedReceive(size, request)
        if (received.ok) {
          expect(received.value.receives).toBe(size)
          holds(received.value, rate)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('asks for no more than needed: one unit of debit less buys less', () => {
    fc.assert(
      fc.property(amount, rate, rule, (size, rate, fee) => {
        const request = requestOf([offer({ rate })], [fee])
        const received = quoteFixedReceive(size, request)
        fc.pre(received.ok && received.value.debit > 1n)
        if (!received.ok) return
        const less = quoteFixedSend(received.value.debit - 1n, request)
        if (less.ok) expect(less.value.receives < size).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['the best price', [offer({ offer: 'dear' }), offer({ offer: 'best', rate: { numerator: 5n, denominator: 2n } })], 'best'],
    ['the older of equals', [offer({ offer: 'new', createdAt: minute(1) }), offer({ offer: 'old' })], 'old'],
    [
      'the next when the best is too small',
      [offer({ offer: 'big', rate: { numerator: 1n, denominator: 1n } }), offer({ available: 9n })],
      'big',
    ],
    [
      'no expired one',
      [offer({ offer: 'gone', rate: { numerator: 9n, denominator: 1n }, expiresAt: minute(1) }), offer({ offer: 'here' })],
      'here',
    ],
  ])('takes %s', (_, offers, expected) => {
    expect(quoteFixedReceive(10n, requestOf(offers))).toMatchObject({ ok: true, value: { fills: [{ offer: expected }] } })
    expect(quoteFixedReceive(10n, requestOf([...offers].reverse()))).toMatchObject({ value: { fills: [{ offer: expected }] } })
  })

  it.each([
    ['quote_no_liquidity', quoteFixedSend(10n, requestOf([]))],
    ['quote_below_minimum', quoteFixedSend(10n, requestOf([offer({ minimum: 24n })]))],
    ['quote_above_available', quoteFixedSend(10n, requestOf([offer({ available: 22n })]))],
    ['quote_amount_too_small', quoteFixedSend(1n, requestOf([offer({ rate: { numerator: 1n, denominator: 2n } })]))],
    ['quote_amount_out_of_range', quoteFixedReceive(0n, requestOf([offer()]))],
    [
      'quote_amount_out_of_range',
      quoteFixedReceive(10n, requestOf([offer()], [{ name: 'all', to: account('fees'), ppm: 1_000_000n, least: 0n }])),
    ],
  ])('refuses with %s', (code, quoted) => {
    expect(quoted).toMatchObject({ ok: false, code })
  })
})
