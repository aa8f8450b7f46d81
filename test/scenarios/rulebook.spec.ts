// Versions of a rulebook: who sets them, what they bind, and that a coin in a lock stays under the version it entered by.
import { type EscrowCondition, type Rulebook, readSnapshot, rulebookDetail, writeSnapshot } from '@huitong/chain'
import { expectOk, toHex } from '@huitong/primitives'
import { ORDER, World, at, genesisWith, lock } from './ledger-table.js'

/** The name of the registrar is its key; its account is open in every world but one. */
const registrar = new World('').id('registrar')
const rules: Partial<Rulebook> = { registrar }

function ruledWorld(): World {
  const world = new World('registrar bank alice bob carol', rules)
  const escrow: EscrowCondition = {
    kind: 'escrow',
    order: ORDER,
    milestone: 0,
    payer: world.id('alice'),
    payee: world.id('bob'),
    arbiter: world.id('carol'),
    fee: 10n,
    feeTo: world.id('bank'),
    deadline: at(1000),
    default: 'refund',
    latest: at(50_000),
    paired: false,
    held: false,
    deliveryHash: lock('d'),
  }
  world.conditions.set('E', escrow)
  world.conditions.set('Short', { ...escrow, latest: at(1000) })
  world.conditions.set('Free', { ...escrow, latest: at(1000), fee: 0n })
  const hashLock = { kind: 'hashLock' as const, hash: lock('s'), claimant: world.id('bob'), refundee: world.id('alice') }
  world.conditions.set('H', { ...hashLock, expiry: at(50_000) })
  world.conditions.set('Soon', { ...hashLock, expiry: at(1002) })
  world.run(`
    0 | registrar bank |   |             | register USD bank 1000  | ok
    0 | bank  |   | alice 1000 a         | issue 1000              | ok
    0 | alice | a | E 100 e, E 100 e2, H 100 h, alice 700 a2 |     | ok
  `)
  return world
}

it('is set by the registrar alone, version by version', () => {
  const world = ruledWorld()
  world.run(`
    1 | bank~registrar |  |  | rules 2000 0 5000                     | signature_wrong
    1 |                |  |  | rules 2000 0 5000                     | signature_count
    1 | registrar      |  |  | rules 2000 0 5000 #1                  | sequence_wrong
    1 | registrar      |  |  | rules 2000 0 5000 #3                  | sequence_wrong
    1 | registrar      |  |  | rules 2000 0 5000, rules 1 1 1        | operation_repeated
    1 | registrar      |  |  | rules 2000 0 5000 #2                  | ok
    1 | registrar      |  |  | rules 2000 0 5000 #2                  | sequence_wrong
    1 | registrar      |  |  | rules 3000 0 5000 #3                  | ok
  `)
  expect(world.state.rulebook).toEqual({
    ...genesisWith(rules).rulebook,
    version: 3,
    lockMaxMs: 3000,
    feeShareMaxPpm: 0,
    recoveryDelayMinMs: 5000,
  })
})

it('is fixed where the genesis names no registrar, and waits where its account is not open', () => {
  new World('bank').run('1 | bank | | | rules 2000 0 5000 | rulebook_fixed')
  new World('bank', rules).run('1 | | | | rules 2000 0 5000 | account_unknown')
})

it('binds coins when they enter a lock, by the version then in force', () => {
  const world = ruledWorld()
  world.run(`
    1 | alice     | a2 | E 100 x, alice 600 y |                     | ok
    2 | registrar |    |                      | rules 1000 50000 1000 | ok
    2 | alice     | y  | E 100 x, alice 500 z |                     | lock_too_long
    2 | alice     | y  | H 100 x, alice 500 z |                     | lock_too_long
    2 | alice     | y  | Short 100 x, alice 500 z |                 | fee_too_high
    2 | alice     | y  | Short 200 x, Soon 100 k, Free 100 f, alice 200 z |  | ok
    3 | registrar |    |                      | rules 100000 100000 1000 | ok
    3 | alice     | z  | E 100 w, alice 100 v |                     | ok
  `)
})

it('leaves coins in locks to the version they entered by: every path goes on', () => {
  const world = ruledWorld()
  world.run(`
    1 | registrar |                 |               | rules 0 0 0 | ok
    2 | alice     | e/release 50    | auto p f rest |             | ok
    2 | carol     | rest/hold 40000 | auto held     |             | ok
    3 |           | held/code d     | auto p2 f2    |             | ok
    3 | bob       | e2/refund 100   | auto r        |             | ok
    3 |           | h/claim s       | auto c        |             | ok
    3 | alice     | r               | Soon 100 x    |             | lock_too_long
  `)
  expect(world.balances('bob bank')).toBe('bob 190 bank 10')
})

it('binds recovery delays when accounts are opened', () => {
  const world = ruledWorld()
  world.policy('dora', { authorities: 'bank carol', quorum: 2, delayMs: 3000 })
  world.run(`
    1 | registrar |  |  | rules 1000 0 3001 | ok
    1 | dora      |  |  | open dora         | delay_too_short
    1 | registrar |  |  | rules 1000 0 3000 | ok
    1 | dora      |  |  | open dora         | ok
  `)
})

it('names version, parameter and value in a refusal', () => {
  const world = ruledWorld()
  world.run('1 | registrar | | | rules 2000 300 5000 | ok')
  const details = (['lock_too_long', 'fee_too_high', 'delay_too_short', 'unbalanced'] as const).map((code) =>
    rulebookDetail(code, world.state.rulebook),
  )
  expect(details).toEqual([
    'rulebook 2: lockMaxMs is 2000',
    'rulebook 2: feeShareMaxPpm is 300',
    'rulebook 2: recoveryDelayMinMs is 5000',
    undefined,
  ])
})

it('outlives a restart from a snapshot', () => {
  const world = ruledWorld()
  const again = (): Rulebook => {
    const bytes = writeSnapshot(world.state)
    const state = expectOk(readSnapshot(bytes, genesisWith(rules), 3), 'a snapshot just written')
    expect(toHex(writeSnapshot(state))).toBe(toHex(bytes))
    return state.rulebook
  }
  expect(again()).toEqual(world.state.rulebook)
  world.run('1 | registrar | | | rules 2000 300 5000 | ok')
  expect(again()).toMatchObject({ version: 2, lockMaxMs: 2000, registrar })
})
