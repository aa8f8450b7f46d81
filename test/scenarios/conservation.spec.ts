// Random ledgers: whatever people try, no money appears or vanishes, nothing is spent twice, and a plain model agrees on every verdict.
import {
  type SpendPath,
  type TransactionBody,
  attachWitnesses,
  coordinateOf,
  encodeBody,
  requiredSigners,
  txIdOf,
} from '@huitong/chain'
import { type AccountId, type Coordinate, type Signature, hexOf, sha256, utf8 } from '@huitong/primitives'
import * as fc from 'fast-check'
import { USD, at, dollarWorld } from './ledger-table.js'

const NAMES = ['alice', 'bob', 'carol'] as const
const NO_SIGNATURE = hexOf<Signature>(new Uint8Array(64))
const own: SpendPath = { kind: 'own' }

interface Attempt {
  /** Positions among all coins ever made, spent ones too. */
  readonly inputs: readonly number[]
  readonly outputs: readonly { readonly to: number; readonly amount: number }[]
  readonly issue: number
  readonly burn: number
  /** Makes the last output fit, as an honest client would. */
  readonly honest: boolean
}

const attempt: fc.Arbitrary<Attempt> = fc.record({
  inputs: fc.array(fc.nat(12), { maxLength: 3 }),
  outputs: fc.array(fc.record({ to: fc.nat(2), amount: fc.integer({ min: 1, max: 60 }) }), { maxLength: 3 }),
  issue: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 })),
  burn: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 20 })),
  honest: fc.boolean(),
})

it('conservation, no double spend, and the same verdicts as a model with maps and bigints', () => {
  const dollars = dollarWorld(NAMES.join(' '))
  const accounts = NAMES.map((name) => dollars.id(name))
  fc.assert(
    fc.property(fc.array(attempt, { minLength: 5, maxLength: 40 }), (attempts) => {
      const world = dollarWorld(NAMES.join(' '))
      const made: { coin: Coordinate; amount: bigint }[] = []
      const unspent = new Map<Coordinate, bigint>()
      let supply = 0n
      let issued = 0
      for (const [index, { inputs, outputs, issue, burn, honest }] of attempts.entries()) {
        const coins = inputs.map((i) => made[i]?.coin ?? hexOf<Coordinate>(sha256(utf8(`${i}`))))
        const put = coins.reduce((sum, coin) => sum + (unspent.get(coin) ?? 0n), BigInt(issue - burn))
        const paid = outputs.map(({ to, amount }) => ({ account: accounts[to] ?? ('' as AccountId), amount: BigInt(amount) }))
        const sum = paid.reduce((total, { amount }) => total + amount, 0n)
        const [last] = paid.slice(-1)
        if (honest && last !== undefined && put - sum + last.amount > 0n) last.amount += put - sum
        const body: TransactionBody = {
          validUntil: at(100),
          reference: index.toString(16).padStart(16, '0'),
          inputs: coins.map((coin) => ({ coin, path: own })),
          outputs: paid.map(({ account, amount }) => ({ asset: USD, amount, condition: { kind: 'account', account } })),
          operations: [
            ...(issue > 0 ? [{ kind: 'issue' as const, asset: USD, sequence: issued, amount: BigInt(issue) }] : []),
            ...(burn > 0 && issue === 0 ? [{ kind: 'burn' as const, asset: USD, amount: BigInt(burn) }] : []),
          ],
          memo: '',
        }
        const out = paid.reduce((total, { amount }) => total + amount, 0n) + (issue === 0 ? BigInt(burn) : 0n)
        const into = coins.reduce((total, coin) => total + (unspent.get(coin) ?? 0n), BigInt(issue))
        const allThere = coins.every((coin) => unspent.has(coin)) && new Set(coins).size === coins.length
        const valid = (coins.length > 0 || body.operations.length > 0) && allThere && into === out

        const plan = requiredSigners(body, world.state)
        const groups = plan.ok ? plan.value.accounts.map((account) => world.state.account(account)?.current.threshold ?? 0) : []
        const signatures = groups.map((count) => Array.from({ length: count }, (_, key) => ({ key, signature: NO_SIGNATURE })))
        const bytes = attachWitnesses(encodeBody(body), { signatures, preimages: [] })
        const code = world.validator.validate(bytes, 0, bytes.length, at(100), { kind: 'trusted' })
        expect(`${index} ${code === undefined} ${code}`).toBe(`${index} ${valid} ${code}`)
        if (code !== undefined) continue
        world.validator.apply()
        const id = txIdOf(world.state.chain, body)
        for (const coin of coins) unspent.delete(coin)
        paid.forEach(({ amount }, output) => {
          made.push({ coin: coordinateOf(id, output), amount })
          unspent.set(coordinateOf(id, output), amount)
        })
        if (issue > 0) issued++
        supply += body.operations.reduce(
          (change, one) => change + (one.kind === 'issue' ? one.amount : one.kind === 'burn' ? -one.amount : 0n),
          0n,
        )
        world.state.assets.assertConserved()
      }
      const held = [...world.state.allCoins()]
      expect(held.reduce((sum, coin) => sum + coin.amount, 0n)).toBe(supply)
      expect(new Map(held.map((coin) => [coin.coordinate, coin.amount]))).toEqual(unspent)
    }),
    { numRuns: 60 },
  )
})

it('amounts at the edge of 64 bits are added exactly', () => {
  const world = dollarWorld('alice')
  const half = 2n ** 32n - 1n
  world.run(`
    0 | bank  |    |                                          | register BIG bank ${2n ** 63n - 1n} | ok
    0 | bank  |    | alice ${2n ** 63n - 1n} b1 BIG           | issue ${2n ** 63n - 1n} BIG | ok
    1 | alice | b1 | alice ${2n ** 63n - 1n - half} b2 BIG, alice ${half} b3 BIG | | ok
    2 | alice | b2, b3 | alice ${2n ** 63n - 2n} b4 BIG       |  | unbalanced
    2 | alice | b2, b3 | alice ${2n ** 62n} b4 BIG, alice ${2n ** 62n} b5 BIG | | unbalanced
    2 | alice | b2, b3 | alice ${2n ** 62n} b4 BIG, alice ${2n ** 62n - 1n} b5 BIG | | ok
    3 | alice | b4 | alice ${2n ** 63n - 1n} x1 BIG, alice ${2n ** 63n - 1n} x2 BIG, alice ${2n ** 62n + 2n} x3 BIG | | unbalanced
  `)
})
