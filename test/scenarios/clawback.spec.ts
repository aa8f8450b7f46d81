// Clawback: what the issuer of an asset may take, from whom, and what it can never reach.
import { ORDER, World, at, lock } from './ledger-table.js'

/** GEM with both powers, STONE with none, alice's and bob's coins of both in every form. */
function gemWorld(): World {
  const world = new World('bank alice bob carol')
  world.conditions.set('E', {
    kind: 'escrow',
    order: ORDER,
    milestone: 0,
    payer: world.id('alice'),
    payee: world.id('bob'),
    arbiter: world.id('carol'),
    fee: 0n,
    feeTo: world.id('bank'),
    deadline: at(1000),
    default: 'refund',
    latest: at(2000),
    paired: false,
    held: false,
  })
  world.conditions.set('H', {
    kind: 'hashLock',
    hash: lock('s'),
    claimant: world.id('bob'),
    refundee: world.id('alice'),
    expiry: at(1000),
  })
  world.conditions.set('Timed', { kind: 'timeLock', until: at(5000), account: world.id('alice') })
  world.conditions.set('BankTimed', { kind: 'timeLock', until: at(5000), account: world.id('bank') })
  world.conditions.set('Both', { kind: 'multi', m: 2, accounts: [world.id('alice'), world.id('bob')].sort() })
  world.run(`
    0 | bank  |    |                  | register GEM bank 1000 freeze clawback, register STONE bank 1000 | ok
    0 | bank  |    | alice 100 g GEM, alice 50 st STONE | issue 100 GEM, issue 50 STONE | ok
    0 | alice | g  | alice 10 a GEM, bob 10 b GEM, Timed 10 t GEM, Both 10 m GEM, H 10 h GEM, E 10 e GEM, alice 40 g2 GEM | | ok
  `)
  return world
}

it('takes account, time-locked and shared coins to the issuer, by its signature alone', () => {
  const world = gemWorld()
  world.run(`
    1 | bank       | a/clawback, b/clawback | bank 20 x1 GEM | clawback GEM     | ok
    1 | bank       | t/clawback | bank 10 x2 GEM             | clawback GEM     | ok
    1 | bank       | m/clawback | bank 4 x3 GEM, bank 6 x4 GEM | clawback GEM   | ok
    1 | bank       | x1         | alice 20 back GEM          |                  | ok
    1 | bob~bank   | g2/clawback | bank 40 y GEM             | clawback GEM     | signature_wrong
    1 |            | g2/clawback | bank 40 y GEM             | clawback GEM     | signature_count
    1 | bank       | g2/clawback | bank 40 y GEM             | clawback GEM #1  | sequence_wrong
    1 | bank       | a/clawback  | bank 10 y GEM             | clawback GEM     | coin_unknown
  `)
  expect(world.balances('bank alice')).toBe('bank 20 alice 110')
})

it('reaches coins of frozen accounts and of a frozen asset', () => {
  const world = gemWorld()
  world.run(`
    1 | bank  |             |                | freeze GEM alice | ok
    1 | alice | g2          | bob 40 x GEM   |                  | account_frozen
    1 | bank  | g2/clawback | bank 40 x GEM  | clawback GEM     | ok
    1 | bank  |             |                | freeze GEM       | ok
    1 | bank  | m/clawback  | bank 10 y GEM  | clawback GEM     | ok
  `)
})

it('is nothing without the power, the operation and the path, all three, and nothing else beside', () => {
  const world = gemWorld()
  world.run(`
    1 | bank       | st/clawback     | bank 50 x STONE             | clawback STONE                 | power_not_kept
    1 | bank       | st/clawback     | bank 50 x STONE             | clawback GEM                   | clawback_terms
    1 | bank       | a/clawback, st/clawback | bank 10 x GEM, bank 50 y STONE | clawback GEM        | clawback_terms
    1 | bank       | a/clawback      | bank 10 x GEM               |                                | clawback_terms
    1 | bank alice | a               | bank 10 x GEM               | clawback GEM                   | clawback_terms
    1 | bank alice | a/clawback, g2  | bank 50 x GEM               | clawback GEM                   | clawback_terms
    1 | bank       |                 |                             | clawback GEM                   | clawback_terms
    1 | bank       | a/clawback      | bob 10 x GEM                | clawback GEM                   | clawback_terms
    1 | bank       | a/clawback      | bank 5 x GEM, alice 5 y GEM | clawback GEM                   | clawback_terms
    1 | bank       | a/clawback      | BankTimed 10 x GEM          | clawback GEM                   | clawback_terms
    1 | bank       | a/clawback      | bank 10 x GEM               | clawback GEM, burn 10 STONE    | clawback_terms
    1 | bank       | a/clawback      |                             | clawback GEM, burn 10 GEM      | operation_repeated
    1 | bank       | a/clawback      | bank 9 x GEM                | clawback GEM                   | unbalanced
    1 | bank       | a/clawback      | bank 10 x GEM               | clawback EUR                   | asset_unknown
    1 | bank       | a/clawback      | nobody 10 x GEM             | clawback GEM                   | account_unknown
  `)
})

it('never touches a locked coin: it is taken where it lands', () => {
  const world = gemWorld()
  world.run(`
    1    | bank | h/clawback | bank 10 x GEM | clawback GEM     | path_not_of_condition
    1    | bank | e/clawback | bank 10 x GEM | clawback GEM     | path_not_of_condition
    1    | bank | h/claim s  | auto x        | clawback GEM     | lock_not_alone
    1    | bank |            |               | freeze GEM bob   | ok
    1    |      | h/claim s  | auto landed   |                  | ok
    1    | bob  | landed     | carol 10 x GEM |                 | account_frozen
    1    | bank | landed/clawback | bank 10 x GEM | clawback GEM | ok
    1000 |      | e/default  | auto back     |                  | ok
    1000 | bank | back/clawback | bank 10 y GEM | clawback GEM  | ok
  `)
})
