// The legs of a deal against what ledgers answer: one question for each asset with its accounts, the version that is in force, and no guess when a ledger is away.
import { type Rulebook, encodeRulebook } from '@huitong/chain'
import type { Bus } from '@huitong/platform'
import { type AccountId, type AssetCode, type ChainId, type PublicKey, type Time, err, ok } from '@huitong/primitives'
import type { Ledger } from '../ledgers/ledgers.js'
import { type AskedLeg, Bindings } from './bindings.js'

const id = (byte: string): string => byte.repeat(32)
const RULES: Rulebook = {
  version: 1,
  jurisdiction: 'ZZ',
  currencyZone: 'XXX',
  lockMaxMs: 1,
  feeShareMaxPpm: 1,
  recoveryDelayMinMs: 0,
}
const USD = 'USD' as AssetCode
const LIMITED: Rulebook = {
  ...RULES,
  version: 2,
  assets: [{ asset: USD, tier: 0, limits: [{ tier: 0, perTransaction: 5n }], counterparties: [] }],
}
const east: Ledger = {
  name: 'east',
  chain: id('ea') as ChainId,
  genesis: {
    format: 'huitong-genesis-1',
    name: 'east',
    createdAt: 0 as Time,
    sandbox: true,
    sealingKey: id('5e') as PublicKey,
    rulebook: RULES,
  },
}

/** Answers as a ledger on which `frozen` accounts are frozen for the dollar, under this version of the rulebook. */
function busOf(
  version: 1 | 2,
  options: { readonly frozen?: string; readonly away?: string } = {},
): { bus: Bus; asked: string[] } {
  const asked: string[] = []
  const call = ({ subject }: { subject: string }, body: { accounts?: AccountId[] }): Promise<unknown> => {
    const verb = subject.split('.').at(-1) ?? ''
    const accounts = body.accounts ?? []
    asked.push([verb, ...accounts.map((account) => account.slice(0, 2)).sort()].join(' '))
    if (verb === options.away) return Promise.resolve(err('unavailable'))
    if (verb === 'rulebook') return Promise.resolve(ok({ rulebook: encodeRulebook(LIMITED) }))
    const frozen = (account: string): string[] => (account === options.frozen ? ['USD'] : [])
    const standing = { tier: 0, tierSequence: 0, counted: [], rulebook: version }
    const known = accounts.map((account) => ({ account, standing: { ...standing, frozen: frozen(account) } }))
    return Promise.resolve(ok({ asset: { issuer: id('ba') }, accounts: known }))
  }
  // the border: of the bus only `call` is used here
  return { bus: { call } as unknown as Bus, asked }
}

const leg = (change: Partial<AskedLeg> = {}): AskedLeg => ({
  ledger: east,
  asset: 'USD',
  amount: 6n,
  payer: id('a1'),
  named: [id('a2')],
  ...change,
})

it('asks once for what several legs name, and forbids nothing that no rule forbids', async () => {
  const { bus, asked } = busOf(1)
  expect(await new Bindings(bus).compliance([leg(), leg({ named: [id('a2'), id('a3')] })])).toBeUndefined()
  expect(asked).toEqual(['leg a1 a2 a3'])
})

it('judges by the version in force, which it reads once', async () => {
  const { bus, asked } = busOf(2)
  const bindings = new Bindings(bus)
  for (let round = 0; round < 2; round++)
    expect(await bindings.compliance([leg()])).toMatchObject({
      code: 'not_compliant',
      detail: expect.stringContaining('east: rulebook 2: assets.USD.limits.0.perTransaction: up to 5 at once, 6 asked'),
    })
  expect(asked.filter((one) => one === 'rulebook')).toHaveLength(1)
  expect(await bindings.compliance([leg({ amount: 5n })])).toBeUndefined()
})

it('leads nobody into a freeze', async () => {
  for (const frozen of [id('a1'), id('a2')])
    expect(await new Bindings(busOf(1, { frozen }).bus).compliance([leg()])).toMatchObject({
      code: 'not_compliant',
      detail: `east: rulebook 1: freeze: ${frozen} is frozen for USD`,
    })
})

it('does not guess when the ledger does not answer', async () => {
  expect(await new Bindings(busOf(1, { away: 'leg' }).bus).compliance([leg()])).toMatchObject({ code: 'ledger_unavailable' })
})

it('asks for many accounts in several questions, and judges them all', async () => {
  const many = Array.from({ length: 450 }, (_, index) => index.toString(16).padStart(64, '0'))
  const { bus, asked } = busOf(1, { frozen: many[420] ?? '' })
  expect(await new Bindings(bus).compliance([leg({ named: many })])).toMatchObject({ code: 'not_compliant' })
  expect(asked).toHaveLength(3)
})

it('does not guess what a version says that it cannot read', async () => {
  expect(await new Bindings(busOf(2, { away: 'rulebook' }).bus).compliance([leg()])).toMatchObject({ code: 'ledger_unavailable' })
})
