// Price-time priority and paths as properties: against a plain search over everything, whatever the offers are.
import 'reflect-metadata'
import type { AccountId, Time } from '@huitong/primitives'
import * as fc from 'fast-check'
import type { OfferRow } from '../offer/offer.store.js'
import { type Market, type PathAsked, bestPath, fundsKey } from './path.js'

const NOW = 1_900_000_000_000 as Time
const TOKENS = ['east/EUR', 'mid/GBP', 'west/CNY', 'north/SEK'] as const
const tokenOf = (name: string) => {
  const [ledger = '', asset = ''] = name.split('/')
  return { ledger, asset }
}

const offer: fc.Arbitrary<Omit<OfferRow, 'id' | 'liquidity'>> = fc
  .record({
    buy: fc.constantFrom(...TOKENS),
    sell: fc.constantFrom(...TOKENS),
    provider: fc.integer({ min: 0, max: 5 }),
    numerator: fc.bigInt({ min: 1n, max: 12n }),
    denominator: fc.bigInt({ min: 1n, max: 12n }),
    createdAt: fc.integer({ min: 0, max: 3 }),
    most: fc.bigInt({ min: 50n, max: 100_000n }),
    isPaused: fc.constant(false),
  })
  .filter(({ buy, sell }) => buy !== sell)
  .map(({ buy, sell, provider, createdAt, most, ...rest }) => ({
    ...rest,
    provider: `pty_${provider}`,
    statement: { body: '', publicKey: '', signature: '' },
    buy: tokenOf(buy),
    sell: tokenOf(sell),
    min: 1n,
    max: most,
    buyMin: 1n,
    buyMax: 1_000_000n,
    inventory: most,
    reserved: 0n,
    used: 0n,
    expiresAt: (NOW + 1_000) as Time,
    version: 1,
    createdAt: (NOW + createdAt) as Time,
  }))
const offersOf = (made: readonly Omit<OfferRow, 'id' | 'liquidity'>[]): readonly OfferRow[] =>
  made.map((one, index) => ({ ...one, id: `off_${index}`, liquidity: `account of ${one.provider}` as AccountId }))

function marketOf(offers: readonly OfferRow[]): Market {
  const funds = new Map(offers.map(({ liquidity, sell }) => [fundsKey(liquidity, sell), 10n ** 12n]))
  return { offers, funds, at: () => NOW }
}
const asked = (change: Partial<PathAsked> = {}): PathAsked => ({
  payer: 'pty_payer',
  give: tokenOf('east/EUR'),
  take: tokenOf('west/CNY'),
  fixed: 'send',
  amount: 100n,
  maxHops: 3,
  ...change,
})

it('takes the best price first and the older of equal ones, among the offers that take the whole amount', () => {
  fc.assert(
    fc.property(fc.array(offer, { minLength: 1, maxLength: 12 }), fc.bigInt({ min: 1n, max: 5_000n }), (made, amount) => {
      const offers = offersOf(made.map((one) => ({ ...one, buy: tokenOf('east/EUR'), sell: tokenOf('west/CNY') })))
      const found = bestPath(marketOf(offers), asked({ maxHops: 1, amount }))
      const fitting = offers.filter((one) => {
        const gets = (amount * one.numerator) / one.denominator
        return gets >= 1n && gets <= one.max && amount <= one.buyMax
      })
      expect(found.ok).toBe(fitting.length > 0)
      if (!found.ok) return
      const [taken] = found.value
      for (const other of fitting) {
        const [mine, theirs] = [taken?.offer.numerator ?? 0n, other.numerator]
        const difference = mine * other.denominator - theirs * (taken?.offer.denominator ?? 1n)
        expect(difference >= 0n).toBe(true)
        if (difference === 0n) expect((taken?.offer.createdAt ?? 0) <= other.createdAt).toBe(true)
      }
    }),
    { numRuns: 300 },
  )
})

it('finds a way no worse than directly; hops join to the unit, no token and no provider twice, nobody is given more than the rate', () => {
  fc.assert(
    fc.property(
      fc.array(offer, { minLength: 1, maxLength: 14 }),
      fc.bigInt({ min: 1n, max: 3_000n }),
      fc.constantFrom('send' as const, 'receive' as const),
      (made, amount, fixed) => {
        const market = marketOf(offersOf(made))
        const [direct, two, three] = [1, 2, 3].map((maxHops) => bestPath(market, asked({ maxHops, amount, fixed })))
        for (const found of [two, three]) {
          if (found?.ok !== true) {
            expect(direct?.ok).toBe(false)
            continue
          }
          const path = found.value
          const [first, last] = [path[0], path.at(-1)]
          expect(fixed === 'send' ? first?.quoted.debit : last?.quoted.receives).toBe(amount)
          expect([first?.offer.buy, last?.offer.sell]).toEqual([tokenOf('east/EUR'), tokenOf('west/CNY')])
          expect(new Set(path.map(({ offer: { provider } }) => provider)).size).toBe(path.length)
          expect(new Set(path.map(({ offer: { sell } }) => `${sell.ledger}/${sell.asset}`)).size).toBe(path.length)
          for (const [index, { offer: one, quoted }] of path.entries()) {
            const next = path[index + 1]
            if (next !== undefined) {
              expect(next.quoted.debit).toBe(quoted.receives)
              expect(next.offer.buy).toEqual(one.sell)
            }
            // debits up, credits down: what is left over stays where the quote says
            expect(quoted.receives * one.denominator <= quoted.debit * one.numerator).toBe(true)
            const priced = quoted.fills.reduce((sum, { pays }) => sum + pays, 0n)
            expect(priced + quoted.remainder.amount).toBe(quoted.debit)
            expect(quoted.remainder.to).toBe(one.liquidity)
          }
          if (direct?.ok !== true) continue
          const plain = direct.value[0]?.quoted
          if (fixed === 'send') expect((last?.quoted.receives ?? 0n) >= (plain?.receives ?? 0n)).toBe(true)
          else expect((first?.quoted.debit ?? 0n) <= (plain?.debit ?? 0n)).toBe(true)
        }
      },
    ),
    { numRuns: 300 },
  )
})

it('never takes an offer of the payer’s own', () => {
  fc.assert(
    fc.property(fc.array(offer, { minLength: 1, maxLength: 10 }), (made) => {
      const found = bestPath(marketOf(offersOf(made)), asked({ payer: 'pty_0' }))
      if (found.ok) expect(found.value.map(({ offer: { provider } }) => provider)).not.toContain('pty_0')
    }),
  )
})
