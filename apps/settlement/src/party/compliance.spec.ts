// One leg against one rulebook, parameter by parameter: what a payer, a provider or a merchant is told before anything is locked.
import type { AssetRules, Rulebook } from '@huitong/chain'
import type { AccountId, AssetCode } from '@huitong/primitives'
import { type Known, type LegBook, type PlannedLeg, legVerdicts, refusalOf } from './compliance.js'

const id = (byte: string): AccountId => byte.repeat(32) as AccountId
const [ALICE, SHOP, BANK, STATE] = [id('a1'), id('50'), id('ba'), id('57')]

const known = (account: AccountId, standing: Partial<Known['standing']> = {}): Known => ({
  account,
  standing: { tier: 0, tierSequence: 0, frozen: [], counted: [], rulebook: 4, ...standing },
})

function judge(rules: Partial<AssetRules> | undefined, leg: Partial<PlannedLeg> = {}, book: Partial<LegBook> = {}): string[] {
  const asset = 'USD' as AssetCode
  const rulebook: Rulebook = {
    version: 4,
    jurisdiction: 'ZZ',
    currencyZone: 'XXX',
    lockMaxMs: 1,
    feeShareMaxPpm: 1,
    recoveryDelayMinMs: 0,
    ...(rules === undefined ? {} : { assets: [{ asset, tier: 0, limits: [], counterparties: [], ...rules }] }),
  }
  const on: LegBook = {
    ledger: 'east',
    rulebook,
    asset: { code: asset, issuer: BANK, frozen: false },
    known: [known(ALICE, { tier: 1, counted: [{ asset, amount: '60' }] }), known(SHOP, { tier: 2 }), known(BANK)],
    ...book,
  }
  const verdicts = legVerdicts(on, { amount: 50n, payer: ALICE, named: [SHOP], ...leg })
  for (const { ledger, rulebook: version } of verdicts) expect([ledger, version]).toEqual(['east', 4])
  return verdicts.map(({ parameter, verdict }) => `${verdict} ${parameter}`)
}

const limit = (values: object) => ({ limits: [{ tier: 0, ...values }] })

it.each<[string, string[], string[]]>([
  ['no rules', judge(undefined), []],
  ['a tier that one of the two lacks', judge({ tier: 2 }), ['fail assets.USD.tier', 'pass assets.USD.tier']],
  ['a tier, while nothing is known of the payer', judge({ tier: 2 }, { payer: STATE }), ['pass assets.USD.tier']],
  ['the issuer as payee', judge({ tier: 7 }, { named: [BANK] }), []],
  ['a named counterparty', judge({ counterparties: [SHOP] }), ['pass assets.USD.counterparties']],
  ['no named counterparty', judge({ counterparties: [STATE] }), ['fail assets.USD.counterparties']],
  ['as much as a transaction may pay', judge(limit({ perTransaction: 50n })), ['pass assets.USD.limits.0.perTransaction']],
  ['more than a transaction may pay', judge(limit({ perTransaction: 49n })), ['fail assets.USD.limits.0.perTransaction']],
  ['as much as is left of the day', judge(limit({ perDay: 110n })), ['pass assets.USD.limits.0.perDay']],
  ['more than is left of the day', judge(limit({ perDay: 109n })), ['fail assets.USD.limits.0.perDay']],
  ['a tax', judge({ tax: { ppm: 500_000, to: STATE } }), ['pass assets.USD.tax']],
  [
    'a tax that counts against what a transaction may pay',
    judge({ tax: { ppm: 500_000, to: STATE }, ...limit({ perTransaction: 74n }) }),
    ['fail assets.USD.limits.0.perTransaction', 'pass assets.USD.tax'],
  ],
  ['no tax of the issuer', judge({ tax: { ppm: 500_000, to: STATE } }, { payer: BANK }), []],
  ['a tax that rounds to nothing', judge({ tax: { ppm: 1, to: STATE } }), []],
  ['a frozen asset', judge(undefined, {}, { asset: { code: 'USD', issuer: BANK, frozen: true } }), ['fail freeze']],
  ['a frozen payee', judge(undefined, {}, { known: [known(ALICE), known(SHOP, { frozen: ['USD'] })] }), ['fail freeze']],
  ['frozen for something else', judge(undefined, {}, { known: [known(ALICE, { frozen: ['EUR'] })] }), []],
  ['accounts of which nothing is said', judge({ tier: 7 }, {}, { known: [] }), []],
])('%s', (_case, verdicts, expected) => expect(verdicts).toEqual(expected))

it('names ledger, version, parameter and reason of the first that fails', () => {
  const verdict = { ledger: 'east', rulebook: 4, parameter: 'assets.USD.tier', reason: 'tier 2 is needed' }
  expect(refusalOf([{ ...verdict, verdict: 'pass' }])).toBeUndefined()
  expect(refusalOf([{ ...verdict, verdict: 'fail' }])).toMatchObject({
    code: 'not_compliant',
    detail: 'east: rulebook 4: assets.USD.tier: tier 2 is needed',
  })
})
