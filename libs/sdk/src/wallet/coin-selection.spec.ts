import type { CoinRecord } from '@huitong/chain'
import type { AccountId, AssetCode, Coordinate, TxId } from '@huitong/primitives'
import fc from 'fast-check'
import { dust, selectCoins } from './coin-selection.js'

const TAEL = 'TAEL' as AssetCode
const coin = (amount: bigint, height: number, asset = TAEL): CoinRecord => ({
  asset,
  amount,
  condition: { kind: 'account', account: 'aa'.repeat(32) as AccountId },
  coordinate: height.toString(16).padStart(64, '0') as Coordinate,
  transaction: '00'.repeat(32) as TxId,
  index: 0,
  height,
})

describe('which coins pay', () => {
  test('the oldest first, and what comes back', () => {
    const selection = selectCoins([coin(50n, 3), coin(10n, 1), coin(40n, 2)], TAEL, 45n)
    expect(selection).toMatchObject({ ok: true, value: { change: 5n } })
    expect(selection.ok && selection.value.coins.map(({ height }) => height)).toEqual([1, 2])
  })

  test('other assets do not pay', () => {
    expect(selectCoins([coin(50n, 1, 'POINT' as AssetCode)], TAEL, 1n)).toMatchObject({ ok: false, code: 'funds_insufficient' })
  })

  test('a wallet full of dust pays with its largest coins, or says that it must be merged first', () => {
    const grains = Array.from({ length: 300 }, (_, index) => coin(1n, index))
    expect(selectCoins([...grains, coin(500n, 999)], TAEL, 290n)).toMatchObject({ ok: true, value: { change: 210n } })
    expect(selectCoins(grains, TAEL, 290n)).toMatchObject({ ok: false, code: 'too_many_coins' })
    expect(dust(grains, TAEL)).toHaveLength(255)
  })

  test('never too little, never a coin too many, for any wallet', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 1n, max: 100n }), { maxLength: 40 }),
        fc.bigInt({ min: 1n, max: 2_000n }),
        (amounts, want) => {
          const held = amounts.reduce((sum, amount) => sum + amount, 0n)
          const selection = selectCoins(
            amounts.map((amount, index) => coin(amount, index)),
            TAEL,
            want,
          )
          expect(selection.ok).toBe(held >= want)
          if (!selection.ok) return
          const taken = selection.value.coins.reduce((sum, { amount }) => sum + amount, 0n)
          expect(taken - want).toBe(selection.value.change)
          expect(selection.value.change).toBeLessThan(selection.value.coins.at(-1)?.amount ?? 0n)
        },
      ),
    )
  })
})
