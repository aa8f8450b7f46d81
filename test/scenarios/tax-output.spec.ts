// What libs/chain tells wallets and custody to pay in tax is what validation asks for: with it every payment passes, with one unit less none does.
import { type AssetRules, type Output, taxOutput } from '@huitong/chain'
import fc from 'fast-check'
import { USD, World, at, lock } from './ledger-table.js'

const registrar = new World('').id('registrar')
const FUNDS = 1_000_000n

/** Alice has a million; H is a lock of hers that Bob may claim, Later her own money at a later time. */
function world(ppm: number): { readonly made: World; readonly rules: AssetRules } {
  const made = new World('registrar bank alice bob tax', { registrar, lockMaxMs: 1_000 })
  const rules: AssetRules = { asset: USD, tier: 0, limits: [], counterparties: [], tax: { ppm, to: made.id('tax') } }
  made.rulebooks.set('R', { assets: [rules] })
  made.conditions.set('H', {
    kind: 'hashLock',
    hash: lock('s'),
    claimant: made.id('bob'),
    refundee: made.id('alice'),
    expiry: at(500),
  })
  made.conditions.set('Later', { kind: 'timeLock', until: at(5), account: made.id('alice') })
  made.conditions.set('Both', { kind: 'multi', m: 1, accounts: [made.id('bob'), made.id('tax')].sort() })
  made.run(`
    0 | registrar bank |  |                   | register USD bank 100000000 | ok
    0 | bank           |  | alice ${FUNDS} a  | issue ${FUNDS}              | ok
    0 | registrar      |  |                   | rulebook R                  | ok
  `)
  return { made, rules }
}

const payees = ['alice', 'bob', 'bank', 'tax', 'H', 'Later', 'Both'] as const
const paid = fc.array(fc.record({ to: fc.constantFrom(...payees), amount: fc.bigInt(1n, 40_000n) }), {
  minLength: 1,
  maxLength: 6,
})

it('is exactly what validation asks for, whomever is paid', () => {
  fc.assert(
    fc.property(paid, fc.integer({ min: 0, max: 1_000_000 }), (payments, ppm) => {
      const { made, rules } = world(ppm)
      const conditionOf = (to: string): Output['condition'] =>
        made.conditions.get(to) ?? { kind: 'account', account: made.id(to) }
      const outputs = payments.map(({ to, amount }): Output => ({ asset: USD, amount, condition: conditionOf(to) }))
      const paying = { payer: made.id('alice'), issuer: made.id('bank'), outputs }
      const tax = taxOutput(rules, paying)?.amount ?? 0n
      const spent = payments.reduce((sum, { amount }) => sum + amount, 0n)
      const row = (due: bigint, code: string): string => {
        const parts = [...payments, { to: 'tax', amount: due }, { to: 'alice', amount: FUNDS - spent - due }]
        const written = parts.filter(({ amount }) => amount > 0n).map(({ to, amount }) => `${to} ${amount}`)
        return `1 | alice | a | ${written.join(', ')} | | ${code}`
      }
      if (tax > 0n) made.run(row(tax - 1n, 'tax_missing'))
      made.run(row(tax, 'ok'))
    }),
    { numRuns: 60 },
  )
})

it('asks nothing of the issuer, of the tax account, or where there is no tax', () => {
  const { made, rules } = world(500_000)
  const outputs = [{ asset: USD, amount: 100n, condition: { kind: 'account', account: made.id('bob') } }] as const
  const issuer = made.id('bank')
  expect(taxOutput(rules, { payer: made.id('alice'), issuer, outputs })?.amount).toBe(50n)
  expect(taxOutput(rules, { payer: issuer, issuer, outputs })).toBeUndefined()
  expect(taxOutput(rules, { payer: made.id('tax'), issuer, outputs })).toBeUndefined()
  const { tax: _none, ...untaxed } = rules
  expect(taxOutput(untaxed, { payer: made.id('alice'), issuer, outputs })).toBeUndefined()
  // a condition that is not known yet: the money changes hands
  expect(taxOutput(rules, { payer: made.id('alice'), issuer, outputs: [{ asset: USD, amount: 9n }] })?.amount).toBe(4n)
})
