// Pricing and the times of a conversion: tables for what is promised, properties for what must hold of every promise.
import 'reflect-metadata'
import type { AccountId, ChainId, Time } from '@huitong/primitives'
import { type Env, createConversion, isPairSafe } from '@huitong/protocol'
import * as fc from 'fast-check'
import type { OfferRow } from '../offer/offer.store.js'
import { DEFAULT_TERMS } from '../terms.js'
import { type Asked, conversionTimes, openQuotesAllowed, price } from './price.js'
import { movement } from './quote.store.js'

const LIQUIDITY = 'aa'.repeat(32) as AccountId
const NOW = 1_900_000_000_000 as Time

const offer = (change: Partial<OfferRow> = {}): OfferRow => ({
  id: 'off_1',
  provider: 'pty_1',
  liquidity: LIQUIDITY,
  statement: { body: '', publicKey: '', signature: '' },
  sell: { ledger: 'west', asset: 'CNY' },
  buy: { ledger: 'east', asset: 'EUR' },
  numerator: 78n,
  denominator: 10n,
  min: 1n,
  max: 100_000n,
  buyMin: 1n,
  buyMax: 10_000n,
  inventory: 50_000n,
  reserved: 0n,
  used: 0n,
  expiresAt: (NOW + 1_000) as Time,
  isPaused: false,
  version: 1,
  createdAt: NOW,
  ...change,
})
const ask = (fixed: Asked['fixed'], amount: bigint): Asked => ({ fixed, amount, at: NOW })
const rich = new Map([[LIQUIDITY as string, 10n ** 12n]])

describe('price', () => {
  it.each([
    ['sends and receives exactly', [offer()], ask('send', 1_000n), 'off_1', 1_000n, 7_800n],
    ['rounds what the payer gives up', [offer()], ask('receive', 1n), 'off_1', 1n, 1n],
    ['takes the best price first', [offer(), offer({ id: 'off_2', numerator: 79n })], ask('send', 10n), 'off_2', 10n, 79n],
    [
      'takes the older of equal prices',
      [offer({ id: 'off_2', createdAt: (NOW + 1) as Time }), offer()],
      ask('send', 10n),
      'off_1',
      10n,
      78n,
    ],
    [
      'goes on to the next that takes it all',
      [offer({ id: 'off_2', numerator: 79n, buyMax: 9n, max: 71n }), offer()],
      ask('send', 10n),
      'off_1',
      10n,
      78n,
    ],
    [
      'passes over what has expired',
      [offer({ id: 'off_2', numerator: 79n, expiresAt: NOW }), offer()],
      ask('send', 10n),
      'off_1',
      10n,
      78n,
    ],
  ] as const)('%s', (_name, offers, asked, id, debit, receives) => {
    expect(price(offers, asked, rich)).toMatchObject({ ok: true, value: { offer: { id }, quoted: { debit, receives } } })
  })

  it.each([
    ['nobody offers', [], rich, 'no_offer'],
    ['all have expired', [offer({ expiresAt: NOW })], rich, 'no_offer'],
    ['the rest of the inventory is too small', [offer({ reserved: 49_990n })], rich, 'amount_out_of_range'],
    ['the account is empty', [offer()], new Map<string, bigint>(), 'amount_out_of_range'],
    ['leg A would be above the signed bound', [offer({ buyMax: 999n })], rich, 'amount_out_of_range'],
  ] as const)('refuses when %s', (_name, offers, funds, code) => {
    expect(price(offers, ask('send', 1_000n), funds)).toMatchObject({ ok: false, code })
  })

  it('never gives more than the rate, the offer, the bounds or the account allow', () => {
    const amounts = fc.bigInt(1n, 10n ** 9n)
    fc.assert(
      fc.property(
        fc.record({ numerator: amounts, denominator: amounts, inventory: amounts, reserved: amounts, funds: amounts }),
        fc.record({ fixed: fc.constantFrom('send' as const, 'receive' as const), amount: amounts }),
        ({ funds, ...terms }, asked) => {
          fc.pre(terms.reserved < terms.inventory)
          const standing = offer({ ...terms, max: terms.inventory, buyMax: 10n ** 9n })
          const priced = price([standing], ask(asked.fixed, asked.amount), new Map([[LIQUIDITY as string, funds]]))
          if (!priced.ok) return
          const { debit, receives, remainder } = priced.value.quoted
          expect(receives * terms.denominator).toBeLessThanOrEqual(debit * terms.numerator)
          expect(receives).toBeLessThanOrEqual(terms.inventory - terms.reserved)
          expect(receives).toBeLessThanOrEqual(funds)
          expect(debit).toBeLessThanOrEqual(standing.buyMax)
          expect(asked.fixed === 'send' ? debit : receives).toBe(asked.amount)
          expect(remainder.to).toBe(LIQUIDITY)
        },
      ),
    )
  })
})

describe('conversion times', () => {
  const a = 'aa'.repeat(32) as ChainId
  const b = 'bb'.repeat(32) as ChainId
  const { skewMs, latencyMs, outageMs, decisionMs, marginMs } = DEFAULT_TERMS
  const envAt = (finalA: number, finalB: number, finalityMs: number): Env => ({
    ledgers: Object.fromEntries(
      [[a, finalA] as const, [b, finalB] as const].map(([chain, final]) => [
        chain,
        { final: final as Time, seen: final as Time, finalityMs },
      ]),
    ),
    parameters: { skewMs, latencyMs, outageMs, decisionMs, marginMs },
  })

  it('are accepted by the machine and pair-safe wherever the two ledgers’ clocks stand', () => {
    fc.assert(
      fc.property(fc.integer({ min: -60_000, max: 60_000 }), fc.integer({ min: 1, max: 10_000 }), (drift, finalityMs) => {
        const env = envAt(NOW, NOW + drift, finalityMs)
        const quoteExpiry = (NOW + DEFAULT_TERMS.quoteTtlMs) as Time
        const times = conversionTimes(env, DEFAULT_TERMS, { a, b, quoteExpiry })
        expect(isPairSafe(env, { chain: a, expiry: times.expiryA }, { chain: b, expiry: times.expiryB })).toBe(true)
        const account = (byte: string) => byte.repeat(32) as AccountId
        const made = createConversion(
          {
            id: 'cnv_1',
            quote: 'qte_1',
            payer: 'pty_1',
            provider: 'pty_2',
            hash: 'cc'.repeat(32) as never,
            quoteExpiry,
            lockBy: times.lockBy,
            a: {
              chain: a,
              asset: 'EUR' as never,
              amount: 1n,
              claimant: account('01'),
              refundee: account('02'),
              expiry: times.expiryA,
            },
            b: {
              chain: b,
              asset: 'CNY' as never,
              amount: 1n,
              claimant: account('02'),
              refundee: account('01'),
              expiry: times.expiryB,
            },
          },
          env,
        )
        expect(made.ok).toBe(true)
      }),
    )
  })
})

it.each([
  [0, 20],
  [5, 15],
  [50, 2],
])('a party with %i unused quotes of late may have %i open', (unused, allowed) => {
  expect(openQuotesAllowed({ openQuotesMax: 20, openQuotesMin: 2 }, unused)).toBe(allowed)
})

it('moves inventory so that every way through the states adds up', () => {
  const states = ['open', 'taken', 'settled', 'returned', 'expired'] as const
  for (const from of states) {
    for (const to of states) {
      const there = movement(from, to, 7n)
      const back = movement(to, from, 7n)
      expect([there.reserved + back.reserved, there.used + back.used]).toEqual([0n, 0n])
    }
  }
  expect(movement('open', 'expired', 7n)).toEqual({ reserved: -7n, used: 0n })
  expect(movement('taken', 'settled', 7n)).toEqual({ reserved: -7n, used: 7n })
  expect(movement('settled', 'returned', 7n)).toEqual({ reserved: 0n, used: -7n })
})
