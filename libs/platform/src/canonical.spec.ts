import { toHex } from '@huitong/primitives'
import * as fc from 'fast-check'
import { canonicalJson, fingerprint } from './canonical.js'

it.each([
  [{ b: 1, a: [true, null, 'x"y'], c: undefined }, '{"a":[true,null,"x\\"y"],"b":1}'],
  [{ '10': 1, '9': 2, é: 3, z: 4 }, '{"10":1,"9":2,"z":4,"é":3}'],
  [[], '[]'],
  ['汇通', '"汇通"'],
])('%j', (value, text) => {
  expect(canonicalJson(value)).toBe(text)
})

it.each([1.5, Number.NaN, 2 ** 53, -0, 1n, new Date(0), new Map(), new Uint8Array(1), '\ud800', [undefined], () => 1])(
  'refuses %s, which two readers could read differently',
  (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  },
)

const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value')),
  ),
})).value

it('is JSON that reads back the same, and its own canonical form', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJson(value)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(canonicalJson(JSON.parse(text))).toBe(text)
    }),
    { numRuns: 300 },
  )
})

it('does not depend on the order of members', () => {
  expect(toHex(fingerprint({ a: 1, b: { c: 2, d: 3 } }))).toBe(toHex(fingerprint({ b: { d: 3, c: 2 }, a: 1 })))
  expect(toHex(fingerprint({ a: 1 }))).not.toBe(toHex(fingerprint({ a: '1' })))
})
