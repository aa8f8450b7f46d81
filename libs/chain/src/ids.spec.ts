// Identities: addresses that catch typing errors, ids that differ between ledgers, coordinates that differ between outputs.
import type { AccountId, ChainId, TxId } from '@huitong/primitives'
import * as fc from 'fast-check'
import { accountIdOf, coordinateOf, encodeAddress, parseAddress, txIdOf } from './ids.js'
import * as arbitrary from './testing/arbitraries.js'

const account = arbitrary.hex<AccountId>(32)

describe('addresses', () => {
  it('are read back, also in capitals as QR codes prefer them', () => {
    fc.assert(
      fc.property(account, (id) => {
        expect(parseAddress(encodeAddress(id))).toEqual({ ok: true, value: id })
        expect(parseAddress(encodeAddress(id).toUpperCase())).toEqual({ ok: true, value: id })
      }),
      { numRuns: 100 },
    )
  })

  it('with up to two wrong characters are refused', () => {
    const alphabet = [...'qpzry9x8gf2tvdw0s3jn54khce6mua7l']
    const slip = fc.record({ at: fc.integer({ min: 3, max: 60 }), to: fc.constantFrom(...alphabet) })
    fc.assert(
      fc.property(account, fc.array(slip, { minLength: 1, maxLength: 2 }), (id, slips) => {
        const letters = [...encodeAddress(id)]
        const right = letters.join('')
        for (const { at, to } of slips) letters[at] = to
        const wrong = letters.join('')
        expect(parseAddress(wrong).ok).toBe(wrong === right)
      }),
      { numRuns: 200 },
    )
  })

  it.each([undefined, 7, '', 'ht1', 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', 'ht1qqqq', `${'q'.repeat(200)}`])(
    '%s is none',
    (text) => {
      expect(parseAddress(text)).toMatchObject({ ok: false, code: 'address_malformed' })
    },
  )
})

describe('ids', () => {
  it('of one body differ between ledgers, and of one transaction between outputs', () => {
    fc.assert(
      fc.property(arbitrary.body, arbitrary.hex<ChainId>(32), arbitrary.hex<ChainId>(32), (body, here, there) => {
        if (here !== there) expect(txIdOf(here, body)).not.toBe(txIdOf(there, body))
      }),
      { numRuns: 50 },
    )
    const id = '00'.repeat(32) as TxId
    expect(new Set(Array.from({ length: 255 }, (_, index) => coordinateOf(id, index))).size).toBe(255)
  })

  it('of accounts cover the whole policy', () => {
    fc.assert(
      fc.property(arbitrary.policy, (policy) => {
        const id = accountIdOf(policy)
        expect(accountIdOf({ ...policy, delayMs: policy.delayMs + 1 })).not.toBe(id)
        if (policy.keys.length > 1)
          expect(accountIdOf({ ...policy, threshold: 1 + (policy.threshold % policy.keys.length) })).not.toBe(id)
      }),
      { numRuns: 50 },
    )
  })
})
