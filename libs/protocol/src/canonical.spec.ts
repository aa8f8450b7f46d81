// The stored and hashed form of data: round trips exactly, one text per value, amounts never as numbers.
import * as fc from 'fast-check'
import { AMOUNT_KEYS, canonicalText, fromJson, toJson } from './canonical.js'
import { referenceOf } from './decision.js'

const amounts = fc.constantFrom(...AMOUNT_KEYS)
const field = fc.oneof(
  fc.tuple(amounts, fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })),
  fc.tuple(fc.constantFrom('name', 'state'), fc.oneof(fc.string(), fc.constant(null), fc.boolean(), fc.maxSafeInteger())),
)
const record = fc.array(field, { maxLength: 6 }).map((fields) => Object.fromEntries<unknown>(fields))
const value = fc.record({ list: fc.array(record), inner: record })

describe('canonical data', () => {
  it('survives storage as JSON', () => {
    fc.assert(
      fc.property(value, (data) => {
        expect(fromJson(JSON.parse(JSON.stringify(toJson(data))))).toEqual(data)
      }),
    )
  })

  it('has one text whatever the order of keys', () => {
    fc.assert(
      fc.property(record, (data) => {
        const reversed = Object.fromEntries(Object.entries(data).reverse())
        expect(canonicalText(reversed)).toBe(canonicalText(data))
      }),
    )
    expect(canonicalText({ b: [1, null], a: { amount: 5n, none: undefined } })).toBe('{"a":{"amount":"5"},"b":[1,null]}')
  })

  it.each([[{ amount: '5' }], [{ other: 5n }], [{ at: 1.5 }], [{ amount: -1n }], [{ amount: 2n ** 63n }]])(
    'throws on %o',
    (data) => {
      expect(() => toJson(data)).toThrow()
    },
  )

  it('gives every attempt of an effect its own reference, the same each time', () => {
    expect(referenceOf('swp_1/claim/x')).toMatch(/^[0-9a-f]{16}$/)
    expect(referenceOf('swp_1/claim/x')).toBe(referenceOf('swp_1/claim/x', 0))
    expect(referenceOf('swp_1/claim/x', 1)).not.toBe(referenceOf('swp_1/claim/x'))
  })
})
