// What people type becomes exactly what they meant, or a sentence that says why not.
import type { AssetCode, Time } from '@huitong/primitives'
import fc from 'fast-check'
import { amountOf, durationOf, durationText, moneyText, rateOf, timeFrom, wholeAmountOf } from './amounts.js'

const TAEL = { asset: 'TAEL' as AssetCode, scale: 2 }

test.each([
  ['12.50', 1250n],
  ['12.5', 1250n],
  ['12', 1200n],
  ['0.01', 1n],
  ['92233720368547758.07', 9_223_372_036_854_775_807n],
])('%s TAEL is %s base units', (text, amount) => {
  expect(amountOf(text, TAEL)).toBe(amount)
})

test.each([
  ['12.505', /has 3 decimals, TAEL has 2/],
  ['-1', /is not an amount/],
  ['1e3', /is not an amount/],
  ['1,000', /is not an amount/],
  ['１２', /is not an amount/],
  [' 1', /is not an amount/],
  ['.5', /is not an amount/],
  ['01', /is not an amount/],
  ['', /is not an amount/],
  ['0', /zero/],
  ['0.00', /zero/],
  ['92233720368547758.08', /more than a ledger can hold/],
])('%j is refused', (text, why) => {
  expect(() => amountOf(text, TAEL)).toThrow(why)
})

test('zero is an amount where a part may be nothing', () => {
  expect(wholeAmountOf('0', TAEL)).toBe(0n)
})

test('what is told can be typed again', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 9_223_372_036_854_775_807n }), fc.integer({ min: 0, max: 9 }), (amount, scale) => {
      const token = { asset: 'X' as AssetCode, scale }
      expect(amountOf(moneyText(amount, token).split(' ')[0] ?? '', token)).toBe(amount)
    }),
  )
})

test.each([
  ['0.99', 2, 2, [99n, 100n]],
  ['99/100', 2, 2, [99n, 100n]],
  ['1', 2, 3, [1n, 10n]],
  ['1', 3, 2, [10n, 1n]],
  ['2.5', 0, 2, [1n, 40n]],
  ['7/3', 2, 2, [7n, 3n]],
])('rate %s between %i and %i decimals', (text, give, take, [numerator, denominator]) => {
  expect(rateOf(text, { scale: give }, { scale: take })).toEqual({ numerator, denominator })
})

test.each(['0', '1/0', '-1', '1.2.3', 'x', ''])('rate %j is refused', (text) => {
  expect(() => rateOf(text, TAEL, TAEL)).toThrow(/is not a rate/)
})

test('durations and times', () => {
  expect(durationOf('3d')).toBe(259_200_000)
  expect(durationText(durationOf('36h'))).toBe('36h')
  expect(durationText(durationOf('48h'))).toBe('2d')
  for (const text of ['3', 'd', '3w', '-3d', '1.5h']) expect(() => durationOf(text)).toThrow(/is not a duration/)
  expect(timeFrom('1h', 5 as Time)).toBe(3_600_005)
  expect(timeFrom('2027-01-31T12:00:00Z', 0 as Time)).toBe(Date.UTC(2027, 0, 31, 12))
  expect(() => timeFrom('tomorrow', 0 as Time)).toThrow(/neither a time/)
})
