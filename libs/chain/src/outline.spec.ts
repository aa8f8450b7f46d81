// The hot path's scanner and the decoder must refuse the same bytes with the same code.
import * as fc from 'fast-check'
import { decodeTransaction, encodeTransaction } from './codec/transaction.js'
import { Outline } from './outline.js'
import * as arbitrary from './testing/arbitraries.js'

const outline = new Outline()

function bothAgree(bytes: Uint8Array): void {
  const decoded = decodeTransaction(bytes)
  const padded = new Uint8Array(bytes.length + 12).fill(7)
  padded.set(bytes, 5)
  expect(outline.scan(padded, 5, 5 + bytes.length)).toBe(decoded.ok ? undefined : decoded.code)
}

describe('outline', () => {
  it('agrees with the decoder on whole, mutated and cut transactions', () => {
    const change = fc.record({ at: fc.nat(), to: fc.oneof(fc.constantFrom(0, 1, 2, 255), fc.integer({ min: 0, max: 255 })) })
    fc.assert(
      fc.property(arbitrary.transaction, fc.array(change, { maxLength: 3 }), fc.nat(), (transaction, changes, cut) => {
        const bytes = encodeTransaction(transaction)
        bothAgree(bytes)
        for (const { at, to } of changes) bytes[at % bytes.length] = to
        bothAgree(bytes)
        bothAgree(bytes.subarray(0, cut % bytes.length))
      }),
      { numRuns: 1000 },
    )
  })

  it('agrees with the decoder on any head', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 120 }), (tail) => {
        const bytes = new Uint8Array(tail.length + 3)
        bytes.set([1, 0, tail.length + 3 - (tail.length % 7)])
        bytes.set(tail, 3)
        bothAgree(bytes)
      }),
      { numRuns: 1000 },
    )
  })
})
