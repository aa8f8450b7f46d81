import type { AssetCode, Coordinate } from '@huitong/primitives'
import fc from 'fast-check'
import { type History, type HistoryCoin, type HistoryTransaction, portionsOf } from './ancestry.js'

const JIAOZI = 'JIAOZI' as AssetCode

/** Lines `transaction: input input -> name amount, name amount`; names stand for coordinates. */
function history(text: string): History {
  const coins = new Map<Coordinate, HistoryCoin>()
  const transactions = new Map<string, HistoryTransaction>()
  for (const line of text.trim().split('\n')) {
    const [id = '', rest = ''] = line.split(':').map((part) => part.trim())
    const [from = '', to = ''] = rest.split('->').map((part) => part.trim())
    const outputs = to.split(',').map((output) => output.trim().split(' '))
    for (const [name = '', amount = '0'] of outputs)
      coins.set(name as Coordinate, { coordinate: name as Coordinate, asset: JIAOZI, amount: BigInt(amount), transaction: id })
    transactions.set(id, {
      id,
      inputs: from === '' ? [] : (from.split(' ') as Coordinate[]),
      outputs: outputs.map(([name = '']) => name as Coordinate),
    })
  }
  return { coins, transactions }
}

const ESSAY = `
  i1: -> tom 10, jerry 50, mary 40, jack 100
  t1: tom -> alice1 10
  t2: jerry -> alice2 50
  t3: mary -> alice3 40
  t4: alice1 alice2 alice3 -> bob1 100
  t5: jack -> bob2 100
  t6: bob2 bob1 -> hook 110, change 90
`

describe('which units a coin consists of: inputs in order, first in first out', () => {
  test("the essay's example: Hook's 110 are Jack's 100 and Tom's 10", () => {
    const portions = portionsOf('hook' as Coordinate, history(ESSAY))
    expect(portions.map(({ amount, path }) => [amount, path.join(' < ')])).toEqual([
      [100n, 'hook < bob2 < jack'],
      [10n, 'hook < bob1 < alice1 < tom'],
    ])
  })

  test("Bob's change holds the rest of what Alice paid him, in the order in which she got it", () => {
    const portions = portionsOf('change' as Coordinate, history(ESSAY))
    expect(portions.map(({ amount, path }) => [amount, path.at(-1)])).toEqual([
      [50n, 'jerry'],
      [40n, 'mary'],
    ])
  })

  test('the walk stops where it is told to', () => {
    const portions = portionsOf('hook' as Coordinate, history(ESSAY), new Set(['bob1' as Coordinate]))
    expect(portions.map(({ path }) => path.at(-1))).toEqual(['jack', 'bob1'])
  })

  test('new units beside inputs come after them', () => {
    const portions = portionsOf('b' as Coordinate, history('i: -> a 10\nj: a -> x 4, b 16'))
    expect(portions).toEqual([
      { amount: 6n, path: ['b', 'a'] },
      { amount: 10n, path: ['b'] },
    ])
  })

  test('portions of all outputs add up to what went in, for any shape of transactions', () => {
    const amounts = fc.array(fc.bigInt({ min: 1n, max: 1_000n }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(amounts, fc.array(fc.bigInt({ min: 1n, max: 6_000n }), { maxLength: 5 }), (inputs, cuts) => {
        const total = inputs.reduce((sum, amount) => sum + amount, 0n)
        const bounds = [0n, ...cuts.filter((cut) => cut < total).sort((a, b) => (a < b ? -1 : 1)), total]
        const outputs = bounds.slice(1).map((bound, index) => bound - (bounds[index] ?? 0n))
        const lines = [
          `i: -> ${inputs.map((amount, index) => `in${index} ${amount}`).join(', ')}`,
          `t: ${inputs.map((_, index) => `in${index}`).join(' ')} -> ${outputs.map((amount, index) => `out${index} ${amount}`).join(', ')}`,
        ]
        const whole = history(lines.join('\n'))
        const from = new Map<string, bigint>()
        for (const [index, amount] of outputs.entries()) {
          const portions = portionsOf(`out${index}` as Coordinate, whole)
          expect(portions.reduce((sum, portion) => sum + portion.amount, 0n)).toBe(amount)
          for (const portion of portions)
            from.set(portion.path.at(-1) ?? '', (from.get(portion.path.at(-1) ?? '') ?? 0n) + portion.amount)
        }
        for (const [index, amount] of inputs.entries()) expect(from.get(`in${index}`) ?? 0n).toBe(amount)
      }),
    )
  })
})
