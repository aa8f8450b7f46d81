// A founder's rulebook stands in the genesis, a file that is none stops the first start, and later files change nothing.
import 'reflect-metadata'
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Rulebook, encodeRulebook } from '@huitong/chain'
import { type AccountId, type AssetCode, type Time } from '@huitong/primitives'
import { GenesisUnfit, defaultRulebook, loadOrCreateBirth } from './genesis-folder.js'

const clock = { now: () => 1_700_000_000_000 as Time }
const registrar = '11'.repeat(32) as AccountId
const rules: Rulebook = {
  ...defaultRulebook(true),
  jurisdiction: 'CN',
  registrar,
  assets: [
    { asset: 'YUAN' as AssetCode, tier: 1, limits: [{ tier: 1, perTransaction: 500n, perDay: 900n }], counterparties: [] },
  ],
}

describe('a ledger’s folder', () => {
  let folder = ''
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'huitong-genesis-'))
    fs.mkdirSync(path.join(folder, 'north'))
  })
  afterEach(() => fs.rmSync(folder, { recursive: true }))
  const lay = (text: string): void => fs.writeFileSync(path.join(folder, 'north', 'rulebook.json'), text)
  const born = () => loadOrCreateBirth({ folder, name: 'north', sandbox: true, clock }).genesis.rulebook

  it('takes the founder’s rulebook, however it is spaced, and keeps it', () => {
    lay(`${JSON.stringify(JSON.parse(encodeRulebook(rules)), null, 2)}\n`)
    expect(born()).toEqual(rules)
    lay(encodeRulebook({ ...rules, jurisdiction: 'HK' }))
    expect(born()).toEqual(rules)
  })

  it('has the usual rules without one', () => expect(born()).toEqual(defaultRulebook(true)))

  it.each([
    ['no JSON', 'rules'],
    ['another order', JSON.stringify({ currencyZone: 'XXX', ...JSON.parse(encodeRulebook(rules)) })],
    ['a later version', encodeRulebook({ ...rules, version: 2 })],
  ])('refuses %s and founds nothing', (_what, text) => {
    lay(text)
    expect(born).toThrow(GenesisUnfit)
    expect(fs.existsSync(path.join(folder, 'north', 'genesis.json'))).toBe(false)
  })
})
