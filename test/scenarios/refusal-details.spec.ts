// What a refusal says beside its code: which account is missing in which part, and nothing of the refusal of another transaction.
import { type EscrowCondition, encodeAddress } from '@huitong/chain'
import { ORDER, USD, World, at, lock } from './ledger-table.js'

const nobody = new World('').id('nobody')
const registrar = new World('').id('registrar')

it('names the registrar that nobody has opened, before anything can be registered', () => {
  const world = new World('bank', { registrar })
  world.run('0 | bank~registrar | | | register USD bank 1000 | account_unknown')
  expect(world.detail).toBe(
    `the registrar ${encodeAddress(registrar)} is not open on this ledger: it has to be opened here first`,
  )
})

it.each<[string, Partial<EscrowCondition> | undefined]>([
  ['payee', undefined],
  ['payee', { payee: nobody }],
  ['arbiter', { arbiter: nobody }],
  ['fee account', { feeTo: nobody }],
])('names the %s that is not open', (role, change) => {
  const world = new World('bank alice bob carol')
  const terms: EscrowCondition = {
    kind: 'escrow',
    order: ORDER,
    milestone: 0,
    payer: world.id('alice'),
    payee: world.id('bob'),
    arbiter: world.id('carol'),
    fee: 0n,
    feeTo: world.id('carol'),
    deadline: at(50),
    default: 'refund',
    latest: at(60),
    paired: false,
    held: false,
    deliveryHash: lock('d'),
    ...change,
  }
  world.conditions.set('X', change === undefined ? { kind: 'account', account: nobody } : terms)
  world.run(`
    0 | bank  |   |            | register USD bank 1000 | ok
    0 | bank  |   | alice 10 a | issue 10               | ok
    1 | alice | a | X 10       |                        | account_unknown
  `)
  expect(world.detail).toBe(`the ${role} ${encodeAddress(nobody)} is not open on this ledger: it has to be opened here first`)
})

it('says nothing of a transaction that was refused before', () => {
  const world = new World('registrar bank alice bob', { registrar })
  world.rulebooks.set('R', { assets: [{ asset: USD, tier: 2, limits: [], counterparties: [] }] })
  world.run(`
    0 | registrar bank |      |            | register USD bank 1000 | ok
    0 | bank           |      | alice 10 a | issue 10               | ok
    0 | registrar      |      |            | rulebook R             | ok
    1 | alice          | a    | bob 10     |                        | tier_too_low
  `)
  expect(world.detail).toContain('assets.USD.tier')
  world.run('1 | alice | a | bob 11 | | unbalanced')
  expect(world.detail).toBeUndefined()
})
