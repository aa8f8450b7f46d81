// What a ledger answers about its rules: the rulebook in force, who is frozen by pages, and how an account stands.
import { HOUR_MS, decodeRulebook } from '@huitong/chain'
import { expectOk } from '@huitong/primitives'
import { RuleReads } from '../../apps/ledger/src/read/rule-reads.js'
import { USD, World, at } from './ledger-table.js'

const registrar = new World('').id('registrar')

function ruledWorld(): { world: World; reads: RuleReads; settled: () => number } {
  const world = new World('registrar bank alice bob carol', { registrar })
  world.rulebooks.set('R', { assets: [{ asset: USD, tier: 0, limits: [{ tier: 0, perDay: 100n }], counterparties: [] }] })
  world.run(`
    0 | registrar bank |   |                        | register USD bank 1000 freeze  | ok
    0 | registrar      |   |                        | rulebook R, tier alice 3       | ok
    0 | bank           |   | alice 100 a            | issue 100                      | ok
    1 | alice          | a | bob 30 b, alice 70 a2  |                                | ok
  `)
  let settled = 0
  const settle = (): Promise<void> => Promise.resolve(void settled++)
  return { world, reads: new RuleReads({ state: world.state, settled: settle, now: () => at(HOUR_MS) }), settled: () => settled }
}

it('answers the version in force, spelled as in a genesis', async () => {
  const { world, reads, settled } = ruledWorld()
  const { rulebook } = await reads.rulebook()
  expect(expectOk(decodeRulebook(rulebook), 'a rulebook')).toEqual(world.state.rulebook)
  expect(reads.version).toBe(2)
  for (const other of [rulebook.replace('{', '{ '), rulebook.replace('"perDay":"100"', '"perDay":100'), '[]', ''])
    expect(decodeRulebook(other)).toMatchObject({ code: 'rulebook_malformed' })
  // Nothing is said before it is durable.
  expect(settled()).toBe(1)
})

it('lists frozen accounts by pages', async () => {
  const { world, reads } = ruledWorld()
  const ids = ['alice', 'bob', 'carol'].map((name) => world.id(name))
  world.run('2 | bank | | | freeze USD alice | ok\n2 | bank | | | freeze USD carol | ok\n2 | bank | | | freeze USD bob | ok')
  expect(await reads.freezes({ asset: 'USD', limit: 2 })).toEqual({
    ok: true,
    value: { frozen: false, accounts: ids.slice(0, 2), next: ids[1] },
  })
  const rest = await reads.freezes({ asset: 'USD', limit: 2, after: ids[1] ?? '' })
  expect(rest).toEqual({ ok: true, value: { frozen: false, accounts: ids.slice(2) } })
  world.run('3 | bank | | | freeze USD | ok\n3 | bank | | | unfreeze USD bob | ok')
  expect(await reads.freezes({ asset: 'USD', limit: 9 })).toMatchObject({ value: { frozen: true, accounts: [ids[0], ids[2]] } })
  expect(await reads.freezes({ asset: 'USD', limit: 2, after: ids[1] ?? '' })).toMatchObject({ code: 'cursor_unknown' })
  expect(await reads.freezes({ asset: 'EUR', limit: 2 })).toMatchObject({ code: 'asset_unknown' })
})

it('says how an account stands', async () => {
  const { world, reads } = ruledWorld()
  world.run('2 | bank | | | freeze USD alice | ok')
  const alice = world.id('alice')
  const standing = { tier: 3, tierSequence: 1, frozen: ['USD'], counted: [{ asset: 'USD', amount: '30' }], rulebook: 2 }
  expect(await reads.standing(alice)).toEqual({ ok: true, value: { account: alice, ...standing } })
  expect(reads.standingNow(alice)).toEqual(standing)
  expect(await reads.standing(world.id('bob'))).toMatchObject({
    value: { tier: 0, tierSequence: 0, frozen: [], counted: [{ amount: '0' }] },
  })
  expect(await reads.standing(world.id('nobody'))).toMatchObject({ code: 'account_unknown' })
  expect(await reads.standing('xy')).toMatchObject({ code: 'account_unknown' })
})
