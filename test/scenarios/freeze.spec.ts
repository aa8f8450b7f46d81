// Freezes against every position that may be open: what stops, what goes on and completes into the frozen account, and who is never touched.
import { type EscrowCondition, readSnapshot, writeSnapshot } from '@huitong/chain'
import { type AssetCode, expectOk, toHex } from '@huitong/primitives'
import { ORDER, World, at, genesisWith, lock } from './ledger-table.js'

const GEM = 'GEM' as AssetCode
const ICE = 'ICE' as AssetCode

/** The asset GEM, whose issuer may freeze, in every position: alice is payer, refundee and owner, bob payee and claimant, carol arbiter. */
function gemWorld(): World {
  const world = new World('bank alice bob carol zed')
  const accounts = (names: string[]) => names.map((name) => world.id(name)).sort()
  const escrow: EscrowCondition = {
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
    deliveryHash: lock('d'),
  }
  world.conditions.set('E', escrow)
  world.conditions.set('Back', { ...escrow, held: true, deadline: at(1500) })
  world.conditions.set('H', {
    kind: 'hashLock',
    hash: lock('s'),
    claimant: world.id('bob'),
    refundee: world.id('alice'),
    expiry: at(1000),
  })
  world.conditions.set('Timed', { kind: 'timeLock', until: at(50), account: world.id('alice') })
  world.conditions.set('Both', { kind: 'multi', m: 2, accounts: accounts(['alice', 'bob']) })
  world.conditions.set('Any2', { kind: 'multi', m: 2, accounts: accounts(['alice', 'bob', 'carol']) })
  world.conditions.set('Solo', { kind: 'multi', m: 1, accounts: accounts(['alice']) })
  world.run(`
    0 | bank  |    |               | register GEM bank 100000 freeze, register USD bank 100000 | ok
    0 | bank  |    | alice 100 g GEM, alice 40 f GEM, bob 10 b GEM, zed 10 z GEM, alice 40 spare GEM, carol 10 k GEM, alice 30 g3 GEM | issue 240 GEM | ok
    0 | bank  |    | alice 10 usd  | issue 10 USD | ok
    0 | alice | g  | E 10 e GEM, H 10 h GEM, Timed 10 t GEM, Both 10 m GEM, Any2 10 m3 GEM, Solo 10 s GEM, E 10 e2 GEM, E 10 e3 GEM, H 10 h2 GEM, alice 10 g2 GEM | | ok
  `)
  return world
}

describe('who may freeze', () => {
  it('the issuer alone, in sequence, if it kept the power when it registered the asset', () => {
    const world = gemWorld()
    world.run(`
      1 | bank       |  |  | freeze USD              | power_not_kept
      1 | bank       |  |  | freeze USD alice        | power_not_kept
      1 | alice~bank |  |  | freeze GEM alice        | signature_wrong
      1 | bank       |  |  | freeze EUR alice        | asset_unknown
      1 | bank       |  |  | freeze GEM nobody       | account_unknown
      1 | bank       |  |  | freeze GEM alice #0     | sequence_wrong
      1 | bank       |  |  | unfreeze GEM alice      | freeze_unchanged
      1 | bank       |  |  | freeze GEM alice        | ok
      1 | bank       |  |  | freeze GEM alice        | freeze_unchanged
      1 | bank       |  |  | freeze GEM alice #1     | sequence_wrong
      1 | bank       |  |  | freeze GEM              | ok
      1 | bank       |  |  | freeze GEM              | freeze_unchanged
      1 | bank       |  |  | freeze GEM bob, unfreeze GEM alice | operation_repeated
      1 | bank       |  |  | unfreeze GEM            | ok
      1 | alice      | f | zed 40 z1 GEM |           | account_frozen
      1 | bank       |  |  | unfreeze GEM alice      | ok
      1 | alice      | f | zed 40 z1 GEM |           | ok
    `)
  })
})

describe('an account that is frozen for an asset', () => {
  it('cannot spend its own coins of it, in whatever form it holds them; other assets and other holders are untouched', () => {
    const world = gemWorld()
    world.run(`
      60 | bank        |        |               | freeze GEM alice | ok
      60 | alice       | g2     | zed 10 x GEM  |                  | account_frozen
      60 | alice       | t      | zed 10 x GEM  |                  | account_frozen
      60 | alice       | s      | zed 10 x GEM  |                  | account_frozen
      60 | alice       | g2     |               | burn 10 GEM      | account_frozen
      60 | alice       | g2     | E 10 x GEM    |                  | account_frozen
      60 | alice zed   | g2, z  | zed 20 x GEM  |                  | account_frozen
      60 | alice       | usd    | zed 10 x USD  |                  | ok
      60 | zed         | z      | bob 10 x GEM  |                  | ok
      60 | alice       |        |               | anchor alice     | ok
    `)
  })

  it('counts for nothing inside multi: without it the others may still be enough', () => {
    const world = gemWorld()
    world.run(`
      1 | bank            |    |              | freeze GEM alice | ok
      1 | alice bob       | m  | zed 10 x GEM |                  | quorum_missing
      1 | alice bob       | m3 | zed 10 x GEM |                  | quorum_missing
      1 | bob carol       | m3 | zed 10 x GEM |                  | ok
      1 | bank            |    |              | unfreeze GEM alice | ok
      1 | alice bob       | m  | zed 10 x GEM |                  | ok
    `)
  })

  it('as payer: its release and agreement count for nothing; payee, arbiter, code and default go on', () => {
    const world = gemWorld()
    world.run(`
      1    | bank      |                |                      | freeze GEM alice | ok
      1    | alice     | e/release 10   | auto x               |                  | account_frozen
      1    | alice bob | e/agree 5      | auto x y             |                  | account_frozen
      1    | bob       | e/refund 4     | auto back e4         |                  | ok
      1    |           | e4/code d      | auto paid            |                  | ok
      1    | carol     | e2/hold 1500   | auto held            |                  | ok
      1    | carol     | held/rule 4    | auto got kept        |                  | ok
      1000 |           | e3/default     | auto landed          |                  | ok
      1001 | alice     | landed         | zed 10 x GEM         |                  | account_frozen
      1001 | alice     | back           | zed 4 x GEM          |                  | account_frozen
    `)
    expect(world.balances('bob')).toBe('bob 20')
  })

  it('as payee: its refund counts for nothing; the payer pays on, and what it is paid stays with it', () => {
    const world = gemWorld()
    world.run(`
      1    | bank      |                |              | freeze GEM bob | ok
      1    | bob       | e/refund 10    | auto x       |                | account_frozen
      1    | alice bob | e/agree 5      | auto x y     |                | account_frozen
      1    | alice     | e/release 4    | auto p1 e4   |                | ok
      1    |           | e4/code d      | auto p2      |                | ok
      1    | carol     | e2/rule 10     | auto p3      |                | ok
      1    | bob       | p1, p2, p3     | zed 20 x GEM |                | account_frozen
      1000 |           | e3/default     | auto back    |                | ok
    `)
  })

  it('in a hash lock: claim and refund need no signature and complete; the claimant cannot cancel', () => {
    const world = gemWorld()
    world.run(`
      1    | bank |            |              | freeze GEM bob   | ok
      1    | bank |            |              | freeze GEM alice | ok
      1    | bob  | h/cancel   | auto x       |                  | account_frozen
      1    |      | h/claim s  | auto c       |                  | ok
      1    | bob  | c          | zed 10 x GEM |                  | account_frozen
      1000 |      | h2/expire  | auto r       |                  | ok
      1000 | alice | r         | zed 10 x GEM |                  | account_frozen
    `)
  })

  it('never in its role as arbiter', () => {
    const world = gemWorld()
    world.run(`
      1 | bank  |             |              | freeze GEM carol | ok
      1 | carol | k           | zed 10 x GEM |                  | account_frozen
      1 | carol | e/hold 1500 | auto held    |                  | ok
      1 | carol | held/rule 5 | auto x y     |                  | ok
    `)
  })

  it('takes in whatever comes: payments, issued coins, new locks in its favour', () => {
    const world = gemWorld()
    world.run(`
      1 | bank  |    |                | freeze GEM bob | ok
      1 | zed   | z  | bob 10 x1 GEM  |                | ok
      1 | alice | f  | E 20 x2 GEM, H 20 x3 GEM |      | ok
      1 | bank  |    | bob 5 x4 GEM   | issue 5 GEM    | ok
      1 | bob   | x1 | zed 10 x5 GEM  |                | account_frozen
    `)
  })

  it('still cancels a recovery of its own', () => {
    const world = new World('bank first second')
    world.policy('dora', { authorities: 'first second', quorum: 2, delayMs: 5000 })
    world.run(`
      0 | dora         |   |              | open dora                      | ok
      0 | bank         |   |              | register GEM bank 100 freeze   | ok
      0 | bank         |   | dora 5 d GEM | issue 5 GEM                    | ok
      1 | bank         |   |              | freeze GEM dora                | ok
      1 | first second |   |              | propose dora new               | ok
      2 | dora         | d | bank 5 x GEM |                                | account_recovering
      2 | dora         |   |              | cancel dora                    | ok
      2 | dora         | d | bank 5 x GEM |                                | account_frozen
    `)
  })
})

describe('an asset that is frozen as a whole', () => {
  it('moves by nobody’s signature but the arbiter’s, the issuer’s included; what needs none completes', () => {
    const world = gemWorld()
    world.run(`
      1    | zed   | z             | bank 10 own GEM |             | ok
      1    | bank  |               |                 | freeze GEM  | ok
      1    | bank  | own           | zed 10 x GEM    |             | asset_frozen
      1    | bob   | b             | zed 10 x GEM    |             | asset_frozen
      1    | bob carol | m3        | zed 10 x GEM    |             | asset_frozen
      1    | alice | s             | zed 10 x GEM    |             | asset_frozen
      1    | alice | e/release 10  | auto x          |             | asset_frozen
      1    | bob   | e/refund 10   | auto x          |             | asset_frozen
      1    | bob   | h/cancel      | auto x          |             | asset_frozen
      1    | alice | usd           | zed 10 x USD    |             | ok
      1    | carol | e/rule 10     | auto p1         |             | ok
      1    |       | e2/code d     | auto p2         |             | ok
      1    |       | h/claim s     | auto p3         |             | ok
      1    | bank  |               | bob 1 p4 GEM    | issue 1 GEM | ok
      1000 |       | e3/default    | auto p5         |             | ok
      1000 |       | h2/expire     | auto p6         |             | ok
      1001 | bank  |               |                 | unfreeze GEM | ok
      1001 | bob   | p1            | zed 10 x GEM    |             | ok
    `)
  })
})

it('freezes outlive a restart from a snapshot, and are shown by the state', () => {
  const world = gemWorld()
  world.run(`
    1 | bank |  |  | register ICE bank 5 freeze, freeze GEM zed | ok
    1 | bank |  |  | freeze GEM alice | ok
    1 | bank |  |  | freeze ICE | ok
  `)
  const bytes = writeSnapshot(world.state)
  const again = expectOk(readSnapshot(bytes, genesisWith(), 7), 'a snapshot just written')
  expect(toHex(writeSnapshot(again))).toBe(toHex(bytes))
  for (const state of [world.state, again]) {
    const [gem, ice] = [state.asset(GEM), state.asset(ICE)]
    expect([gem?.frozen, ice?.frozen]).toEqual([false, true])
    expect(state.frozenAccounts(GEM)).toEqual([world.id('alice'), world.id('zed')])
    expect(state.isFrozen(GEM, world.id('bob'))).toBe(false)
    expect(state.isFrozen(GEM, world.id('zed'))).toBe(true)
  }
})
