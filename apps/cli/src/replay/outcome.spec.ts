import fc from 'fast-check'
import { shareFault, sharesOf } from './outcome.js'
import type { Ending } from './plan.js'

const leg = { amount: 10_000n, fee: 50n, freight: 1_500n }

describe('what each side must have got', () => {
  test.each([
    ['code', { payee: 9_950n, fee: 50n, payer: 0n, escrow: 0n }],
    ['inspection', { payee: 9_950n, fee: 50n, payer: 0n, escrow: 0n }],
    ['dispute', { payee: 8_458n, fee: 42n, payer: 1_500n, escrow: 0n }],
    ['refund', { payee: 0n, fee: 0n, payer: 10_000n, escrow: 0n }],
    ['open', { payee: 0n, fee: 0n, payer: 0n, escrow: 10_000n }],
  ] as const)('%s', (ending, shares) => {
    expect(sharesOf(ending, leg)).toEqual(shares)
  })

  test('a dispute over freight alone leaves the merchant nothing', () => {
    expect(sharesOf('dispute', { amount: 7n, fee: 1n, freight: 7n })).toEqual({ payee: 0n, fee: 0n, payer: 7n, escrow: 0n })
  })

  test('the shares are the whole leg, always', () => {
    const amounts = fc
      .tuple(fc.bigInt(1n, 10n ** 12n), fc.bigInt(0n, 1_000_000n), fc.bigInt(0n, 1_000_000n))
      .map(([amount, fee, freight]) => ({ amount, fee: (amount * fee) / 1_000_000n, freight: (amount * freight) / 1_000_000n }))
    const endings = fc.constantFrom<Ending>('code', 'inspection', 'dispute', 'refund', 'open')
    fc.assert(
      fc.property(endings, amounts, (ending, one) => {
        const { payee, fee, payer, escrow } = sharesOf(ending, one)
        expect(payee + fee + payer + escrow).toBe(one.amount)
        expect([payee, fee, payer, escrow].every((share) => share >= 0n)).toBe(true)
      }),
    )
  })

  test('a difference is named by side and amounts', () => {
    const shares = sharesOf('code', leg)
    expect(shareFault(shares, shares)).toBeUndefined()
    expect(shareFault(shares, { ...shares, payee: 9_949n })).toBe('payee has 9949 instead of 9950')
  })
})
