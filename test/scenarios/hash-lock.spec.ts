// The hash lock: claim iff t < expiry, refund iff t >= expiry, and the money goes nowhere else whoever signs.
import { World, at, fundedWorld, lock } from './ledger-table.js'

/** Coin h1: 100 locked by alice for bob until 1000, opened by the secret s. */
function locked(): World {
  const world = fundedWorld('alice bob carol')
  const sides = { claimant: world.id('bob'), refundee: world.id('alice') }
  world.conditions.set('H', { kind: 'hashLock', hash: lock('s'), ...sides, expiry: at(1000) })
  world.conditions.set('H2', { kind: 'hashLock', hash: lock('s'), ...sides, expiry: at(1000) })
  world.run(`10 | alice | a1 | H 100 h1, H2 50 h2, alice 850 a2 | | ok`)
  return world
}

describe('hash lock', () => {
  it('pays the claimant for the preimage, from anyone, strictly before the expiry', () => {
    const world = locked()
    world.run(`
      999  |       | h1/claim x   | bob 100 b1   |  | preimage_wrong
      999  |       | h1/claim     | bob 100 b1   |  | preimage_count
      999  |       | h1/claim s   | carol 100 c1 |  | outputs_not_prescribed
      999  |       | h1/claim s   | bob 99 b1    |  | outputs_not_prescribed
      999  |       | h1/claim s   | bob 99 b1, bob 1 b2 |  | outputs_not_prescribed
      1000 |       | h1/claim s   | bob 100 b1   |  | too_late
      999  |       | h1/claim s   | auto b1      |  | ok
      999  |       | h1/claim s   | bob 100 b2   |  | coin_unknown
    `)
    expect(world.balances('alice bob')).toBe('alice 850 bob 100')
  })

  it('returns to the refundee from the expiry on, by anyone, and the secret is worth nothing then', () => {
    const world = locked()
    world.run(`
      999  |     | h1/expire  | auto a3      |  | too_early
      1000 | bob | h1/cancel  | auto a3      |  | too_late
      1000 |     | h1/expire  | bob 100 b1   |  | outputs_not_prescribed
      1000 |     | h1/expire  | auto a3      |  | ok
    `)
    expect(world.balances('alice bob')).toBe('alice 950 bob 0')
  })

  it('lets the claimant give it back before the expiry, and nobody else', () => {
    const world = locked()
    world.run(`
      20  |           | h1/cancel | auto a3    |  | signature_count
      20  | alice~bob | h1/cancel | auto a3    |  | signature_wrong
      20  | carol~bob | h1/cancel | auto a3    |  | signature_wrong
      20  | bob       | h1/cancel | bob 100 b1 |  | outputs_not_prescribed
      999 | bob       | h1/cancel | auto a3    |  | ok
    `)
    expect(world.balances('alice bob')).toBe('alice 950 bob 0')
  })

  it('is spent only with its like: no other inputs, operations or memo; each input has outputs of its own', () => {
    const world = locked()
    world.run(`
      20 | alice bob | h1/claim s, a2       | bob 950 b1              |             | lock_not_alone
      20 | bob       | h1/claim s           | auto b1                 | anchor bob  | lock_not_alone
      20 | bob       | h1/claim s           | bob 90 b1               | burn 10     | lock_not_alone
      20 |           | h1/claim s, h2/claim | bob 150 b1              |             | outputs_not_prescribed
      20 |           | h1/claim s, h2/claim | bob 50 b1, bob 100 b2   |             | outputs_not_prescribed
      20 |           | h1/own               | bob 100 b1              |             | path_not_of_condition
      20 |           | h1/code s            | bob 100 b1              |             | path_not_of_condition
      20 | alice     | a2/claim s           | bob 850 b1              |             | path_not_of_condition
      20 |           | h1/claim s, h2/claim s | auto b1 b2            |             | ok
    `)
    expect(world.balances('bob')).toBe('bob 150')
  })

  it('begins only with the refundee’s own money, for open accounts, and no longer than the rulebook allows', () => {
    const world = fundedWorld('alice bob carol')
    const hash = lock('s')
    const condition = {
      kind: 'hashLock' as const,
      hash,
      claimant: world.id('bob'),
      refundee: world.id('alice'),
      expiry: at(1000),
    }
    world.conditions.set('H', condition)
    world.conditions.set('ofCarol', { ...condition, refundee: world.id('carol') })
    world.conditions.set('longest', { ...condition, expiry: at(100_010) })
    world.conditions.set('tooLong', { ...condition, expiry: at(100_011) })
    world.conditions.set('stranger', { ...condition, claimant: world.id('nobody') })
    world.run(`
      0    | alice       | a1     | alice 900 a2, carol 100 c1 |  | ok
      10   | alice       | a2     | ofCarol 900 h1             |  | lock_not_own_money
      10   | alice carol | a2, c1 | H 1000 h1                  |  | lock_not_own_money
      10   | alice       | a2     | stranger 900 h1            |  | account_unknown
      1000 | alice       | a2     | H 900 h1                   |  | lock_time
      10   | alice       | a2     | tooLong 900 h1             |  | lock_too_long
      10   | alice       | a2     | longest 100 h1, alice 800 a3 |  | ok
      999  | alice       | a3     | H 800 h2                   |  | ok
    `)
  })
})

describe('time locks and several owners', () => {
  it('keeps a time-locked coin until its time', () => {
    const world = fundedWorld('alice bob')
    world.conditions.set('T', { kind: 'timeLock', until: at(500), account: world.id('bob') })
    world.run(`
      10  | alice     | a1 | T 1000 t1   |  | ok
      499 | bob       | t1 | bob 1000 b1 |  | too_early
      500 | alice~bob | t1 | bob 1000 b1 |  | signature_wrong
      500 | bob       | t1 | bob 1000 b1 |  | ok
    `)
  })

  it('needs m of the accounts, whichever they are', () => {
    const world = fundedWorld('alice bob carol')
    const accounts = ['alice', 'bob', 'carol'].map((name) => world.id(name)).sort()
    world.conditions.set('M', { kind: 'multi', m: 2, accounts })
    world.run(`
      10 | alice             | a1 | M 500 m1, M 500 m2 |  | ok
      11 | alice             | m1 | alice 500 a2       |  | quorum_missing
      11 | alice carol~bob   | m1 | alice 500 a2       |  | signature_wrong
      11 | alice carol       | m1 | alice 500 a2       |  | ok
      11 | alice bob carol   | m2 | alice 500 a3       |  | ok
    `)
  })
})
