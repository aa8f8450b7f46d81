// The codec's one promise: exactly one byte string per transaction, both ways.
import { AMOUNT_MAX, type Bytes, concat, expectOk, toHex } from '@huitong/primitives'
import * as fc from 'fast-check'
import type { AccountId, AssetCode, Coordinate, Signature, Time } from '@huitong/primitives'
import * as arbitrary from '../testing/arbitraries.js'
import {
  decodeBody,
  decodeTransaction,
  encodeBody,
  encodeTransaction,
  endOfTransaction,
  splitTransactions,
} from './transaction.js'

const RUNS = 300

describe('transaction codec', () => {
  it('decodes what it encoded', () => {
    fc.assert(
      fc.property(arbitrary.transaction, (transaction) => {
        expect(decodeTransaction(encodeTransaction(transaction))).toEqual({ ok: true, value: transaction })
        expect(decodeBody(encodeBody(transaction.body))).toEqual({ ok: true, value: transaction.body })
      }),
      { numRuns: RUNS },
    )
  })

  it('accepts of mutated bytes only those that it would write itself', () => {
    const mutation = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) })
    fc.assert(
      fc.property(arbitrary.transaction, fc.array(mutation, { minLength: 1, maxLength: 4 }), (transaction, mutations) => {
        const bytes = encodeTransaction(transaction)
        for (const { at, to } of mutations) bytes[at % bytes.length] = to
        const decoded = decodeTransaction(bytes)
        if (decoded.ok) expect(toHex(encodeTransaction(decoded.value))).toBe(toHex(bytes))
      }),
      { numRuns: 2 * RUNS },
    )
  })

  it('finds the end of a transaction wherever splitting finds it', () => {
    fc.assert(
      fc.property(fc.array(arbitrary.transaction, { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(255), (several, at, to) => {
        const bytes = concat(...several.map(encodeTransaction))
        const mutated = bytes.slice()
        mutated[at % bytes.length] = to
        for (const candidate of [bytes, mutated, bytes.subarray(0, at % bytes.length)]) {
          const ends: number[] = []
          let end = 0
          while (end >= 0 && end < candidate.length) {
            end = endOfTransaction(candidate, end)
            ends.push(end)
          }
          const split = splitTransactions(candidate)
          expect(ends.at(-1) === -1).toBe(!split.ok)
          if (split.ok) expect(ends.map((to, i) => to - (ends[i - 1] ?? 0))).toEqual(split.value.map(({ length }) => length))
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('never throws on foreign bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const versioned = concat(Uint8Array.of(1, 0, Math.min(bytes.length, 255)), bytes)
        for (const candidate of [bytes, versioned]) {
          const decoded = decodeTransaction(candidate)
          if (decoded.ok) expect(toHex(encodeTransaction(decoded.value))).toBe(toHex(candidate))
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('refuses every truncation and one byte more', () => {
    fc.assert(
      fc.property(arbitrary.transaction, (transaction) => {
        const bytes = encodeTransaction(transaction)
        for (let size = 0; size < bytes.length; size += 1 + Math.floor(bytes.length / 50)) {
          expect(decodeTransaction(bytes.subarray(0, size)).ok).toBe(false)
        }
        expect(decodeTransaction(concat(bytes, Uint8Array.of(0)))).toEqual({ ok: false, code: 'trailing_bytes' })
      }),
      { numRuns: 100 },
    )
  })

  it('splits a block into its transactions', () => {
    fc.assert(
      fc.property(fc.array(arbitrary.transaction, { maxLength: 5 }), (transactions) => {
        const parts = transactions.map(encodeTransaction)
        const hexes = (list: readonly Bytes[]): string[] => list.map(toHex)
        expect(hexes(expectOk(splitTransactions(concat(...parts)), 'split'))).toEqual(hexes(parts))
      }),
      { numRuns: 100 },
    )
  })

  it('writes a plain transfer with one input and two outputs in at most 220 bytes, whatever the amounts', () => {
    const account = 'ab'.repeat(32) as AccountId
    const output = { asset: 'ABCDEFGH' as AssetCode, amount: AMOUNT_MAX, condition: { kind: 'account' as const, account } }
    const bytes = encodeTransaction({
      body: {
        validUntil: 1_700_000_000_000 as Time,
        reference: '00'.repeat(8),
        inputs: [{ coin: 'cd'.repeat(32) as Coordinate, path: { kind: 'own' } }],
        outputs: [output, output],
        operations: [],
        memo: '',
      },
      witnesses: { signatures: [[{ key: 0, signature: 'ef'.repeat(64) as Signature }]], preimages: [] },
    })
    expect(bytes.length).toBe(219)
  })
})
