// The escrow's table of paths, row by row: who, when, what it pays; and everybody else's keys, which must be worth nothing.
import type { EscrowCondition } from '@huitong/chain'
import { ORDER, World, at, fundedWorld, lock } from './ledger-table.js'

const PEOPLE = 'payer payee arbiter hub stranger'

/** Coin e1: 1000 of payer's in escrow with fee 100, deadline 1000, latest 5000. */
function escrowed(terms: Partial<EscrowCondition> = {}): World {
  const world = fundedWorld(`alice ${PEOPLE}`)
  world.conditions.set('E', escrow(world, terms))
  world.run(`
    0 | alice | a1 | payer 1000 p1 |  | ok
    0 | payer | p1 | E 1000 e1     |  | ok
  `)
  return world
}

function escrow(world: World, terms: Partial<EscrowCondition> = {}): EscrowCondition {
  return {
    kind: 'escrow',
    order: ORDER,
    milestone: 1,
    payer: world.id('payer'),
    payee: world.id('payee'),
    arbiter: world.id('arbiter'),
    fee: 100n,
    feeTo: world.id('hub'),
    deadline: at(1000),
    default: 'refund',
    latest: at(5000),
    paired: false,
    held: false,
    ...terms,
  }
}

const money = (world: World): string => world.balances('payer payee arbiter hub stranger')

describe('escrow: release, refund and agreement', () => {
  it('releases a part by the payer: floor(fee * x / amount) off, the rest back into the same escrow with a lower fee', () => {
    const world = escrowed()
    world.run(`
      10   | payer | e1/release 335  | auto p1 f1 e2 |  | ok
      10   | payer | e1/release 335  | payee 335 p1  |  | coin_unknown
      11   | payer | e2/release 666  | payee 666 p1  |  | part_wrong
      999  | payer | e2/release 665  | auto p2 f2    |  | ok
    `)
    expect(money(world)).toBe('payer 0 payee 900 arbiter 0 hub 100 stranger 0')
  })

  it('carries the exact rest: amount and fee both lowered', () => {
    const world = escrowed()
    world.run(`10 | payer | e1/release 335 | auto p1 f1 e2 |  | ok`)
    const rest = [...world.state.allCoins()].find((coin) => coin.condition.kind === 'escrow')
    expect(rest).toMatchObject({ amount: 665n, condition: { fee: 67n, held: false, deadline: at(1000) } })
    expect(world.balances('payee hub')).toBe('payee 302 hub 33')
  })

  it('refunds a part by the payee without a fee', () => {
    const world = escrowed()
    world.run(`
      10  | payee | e1/refund 400 | auto p2 e2    |  | ok
      999 | payer | e2/release 600 | auto p3 f1   |  | ok
    `)
    expect(money(world)).toBe('payer 400 payee 540 arbiter 0 hub 60 stranger 0')
  })

  it('splits as payer and payee agree', () => {
    const world = escrowed()
    world.run(`
      10  | payer             | e1/agree 250  | auto x y z |  | signature_count
      10  | payee             | e1/agree 250  | auto x y z |  | signature_count
      10  | payer arbiter~payee | e1/agree 250 | auto x y z |  | signature_wrong
      10  | payer payee       | e1/agree 1001 | payee 1001 x |  | part_wrong
      999 | payer payee       | e1/agree 250  | auto x y z |  | ok
    `)
    expect(money(world)).toBe('payer 750 payee 225 arbiter 0 hub 25 stranger 0')
  })

  it('pays whole coins only once the arbiter holds it', () => {
    const world = escrowed({ deliveryHash: lock('d') })
    world.run(`
      10 | arbiter | e1/hold 2000   | auto e2      |  | ok
      11 | payer   | e2/release 999 | payee 900 x  |  | part_wrong
      11 | payee   | e2/refund 1    | payer 1 x    |  | part_wrong
      11 | payer   | e2/release 1000 | auto x y    |  | ok
    `)
    expect(money(world)).toBe('payer 0 payee 900 arbiter 0 hub 100 stranger 0')
  })
})

describe('escrow: delivery code', () => {
  it('pays the payee less the fee for the code, from anyone, strictly before the deadline', () => {
    const world = escrowed({ deliveryHash: lock('d') })
    world.run(`
      1000 |  | e1/code d | auto x y       |  | too_late
      999  |  | e1/code x | auto x y       |  | preimage_wrong
      999  |  | e1/code d | stranger 1000 x |  | outputs_not_prescribed
      999  |  | e1/code d | payee 1000 x   |  | outputs_not_prescribed
      999  |  | e1/code d | auto x y       |  | ok
    `)
    expect(money(world)).toBe('payer 0 payee 900 arbiter 0 hub 100 stranger 0')
  })

  it('has no such path without a delivery hash', () => {
    escrowed().run(`10 |  | e1/code d | payee 900 x, hub 100 y |  | path_not_of_condition`)
  })
})

describe('escrow: the arbiter', () => {
  it('holds: a later deadline up to the latest, another default, the code dropped; never money', () => {
    const world = escrowed({ deliveryHash: lock('d') })
    world.run(`
      10   | arbiter | e1/hold 1000             | E 1000 e2       |  | hold_deadline_wrong
      10   | arbiter | e1/hold 5001             | E 1000 e2       |  | hold_deadline_wrong
      10   | arbiter | e1/hold 2000             | arbiter 1000 x  |  | outputs_not_prescribed
      10   | arbiter | e1/hold 2000             | E 1000 e2       |  | outputs_not_prescribed
      1000 | arbiter | e1/hold 2000             | auto e2         |  | too_late
      999  | arbiter | e1/hold 2000 release drop | auto e2        |  | ok
      1001 |         | e2/code d                | payee 900 x, hub 100 y |  | path_not_of_condition
      1999 | arbiter | e2/hold 5000             | auto e3         |  | ok
      5000 |         | e3/default               | auto x y        |  | ok
    `)
    expect(money(world)).toBe('payer 0 payee 900 arbiter 0 hub 100 stranger 0')
  })

  it('rules any split between the two, and can pay nobody else', () => {
    const world = escrowed()
    world.run(`
      10   | arbiter | e1/rule 500  | arbiter 1000 x           |  | outputs_not_prescribed
      10   | arbiter | e1/rule 500  | payee 500 x, payer 500 y |  | outputs_not_prescribed
      10   | arbiter | e1/rule 1001 | payee 1000 x             |  | part_wrong
      1000 | arbiter | e1/rule 500  | auto x y z               |  | too_late
      999  | arbiter | e1/rule 500  | auto x y z               |  | ok
    `)
    expect(money(world)).toBe('payer 500 payee 450 arbiter 0 hub 50 stranger 0')
  })

  it.each([
    ['0', 'payer 1000 payee 0 arbiter 0 hub 0 stranger 0'],
    ['1000', 'payer 0 payee 900 arbiter 0 hub 100 stranger 0'],
    ['1', 'payer 999 payee 1 arbiter 0 hub 0 stranger 0'],
  ])('rules %s to the payee; zero amounts are left out', (part, balances) => {
    const world = escrowed()
    world.run(`10 | arbiter | e1/rule ${part} | auto x y z |  | ok`)
    expect(money(world)).toBe(balances)
  })
})

describe('escrow: by default', () => {
  it.each([
    ['refund' as const, 'payer 1000 payee 0 arbiter 0 hub 0 stranger 0'],
    ['release' as const, 'payer 0 payee 900 arbiter 0 hub 100 stranger 0'],
  ])('%ss at the deadline, by anyone, and then nothing else works', (by, balances) => {
    const world = escrowed({ default: by, deliveryHash: lock('d') })
    world.run(`
      999  |             | e1/default      | auto x y        |  | too_early
      1000 | payer       | e1/release 1000 | auto x y        |  | too_late
      1000 | payee       | e1/refund 1000  | auto x          |  | too_late
      1000 | payer payee | e1/agree 500    | auto x y z      |  | too_late
      1000 |             | e1/default      | stranger 1000 x |  | outputs_not_prescribed
      1000 |             | e1/default      | auto x y        |  | ok
    `)
    expect(money(world)).toBe(balances)
  })
})

describe('escrow: paired legs', () => {
  it('obey code, arbiter and default only, so that neither leg can part from the other', () => {
    const world = escrowed({ paired: true, deliveryHash: lock('d') })
    world.run(`
      10   | payer       | e1/release 1000     | payee 900 x, hub 100 y |  | paired_forbidden
      10   | payee       | e1/refund 1000      | payer 1000 x           |  | paired_forbidden
      10   | payer payee | e1/agree 500        | payer 500 x            |  | paired_forbidden
      10   | arbiter     | e1/hold 2000 release | E 1000 e2             |  | paired_forbidden
      10   | arbiter     | e1/hold 2000 refund | E 1000 e2              |  | paired_forbidden
      10   | arbiter     | e1/rule 0           | payer 1000 x           |  | paired_forbidden
      10   | arbiter     | e1/rule 999         | payer 1000 x           |  | paired_forbidden
      10   | arbiter     | e1/hold 2000 drop   | auto e2                |  | ok
      11   | arbiter     | e2/rule 0           | auto x                 |  | ok
    `)
    expect(money(world)).toBe('payer 1000 payee 0 arbiter 0 hub 0 stranger 0')
  })

  it('may be released in full by the arbiter while the code lives', () => {
    const world = escrowed({ paired: true, deliveryHash: lock('d') })
    world.run(`10 | arbiter | e1/rule 1000 | auto x y |  | ok`)
    expect(world.balances('payee')).toBe('payee 900')
  })
})

describe('escrow: every key there is, against every path', () => {
  const owners = { release: 'payer', refund: 'payee', hold: 'arbiter', rule: 'arbiter' } as const
  const parameters = { release: '1000', refund: '1000', hold: '2000', rule: '400' } as const
  for (const [path, owner] of Object.entries(owners)) {
    for (const attacker of PEOPLE.split(' ').filter((name) => name !== owner)) {
      it(`${attacker} cannot ${path}`, () => {
        const parameter = Object.entries(parameters).find(([name]) => name === path)?.[1] ?? ''
        escrowed().run(`
          10 |                     | e1/${path} ${parameter} | auto x y z |  | signature_count
          10 | ${attacker}~${owner} | e1/${path} ${parameter} | auto x y z |  | signature_wrong
          10 | ${owner}            | e1/${path} ${parameter} | ${attacker} 999 x |  | outputs_not_prescribed
        `)
      })
    }
  }

  it.each(['claim d', 'cancel', 'expire', 'own'])('has no path %s', (path) => {
    escrowed().run(`10 | payer payee arbiter | e1/${path} | payer 1000 x |  | path_not_of_condition`)
  })
})

describe('escrow: at creation', () => {
  const born = (terms: (world: World) => Partial<EscrowCondition>, code: string, time = 10): void => {
    const world = fundedWorld(`alice ${PEOPLE}`)
    world.conditions.set('E', escrow(world, terms(world)))
    world.run(`
      0       | alice | a1 | payer 1000 p1 |  | ok
      ${time} | payer | p1 | E 1000 e1     |  | ${code}
    `)
  }
  it.each<[string, (world: World) => Partial<EscrowCondition>, string]>([
    ['payer is payee', (world) => ({ payee: world.id('payer') }), 'escrow_parties'],
    ['payer is arbiter', (world) => ({ arbiter: world.id('payer') }), 'escrow_parties'],
    ['payee is arbiter', (world) => ({ arbiter: world.id('payee') }), 'escrow_parties'],
    ['the payer is somebody else', (world) => ({ payer: world.id('alice') }), 'lock_not_own_money'],
    ['the payee has no account', (world) => ({ payee: world.id('nobody') }), 'account_unknown'],
    ['the fee account is not open', (world) => ({ feeTo: world.id('nobody') }), 'account_unknown'],
    ['the deadline is now', () => ({ deadline: at(10) }), 'lock_time'],
    ['the deadline is next', () => ({ deadline: at(11) }), 'ok'],
    ['latest is before the deadline', () => ({ latest: at(999) }), 'lock_time'],
    ['latest is the deadline', () => ({ latest: at(1000) }), 'ok'],
    ['latest is at the rulebook’s limit', () => ({ latest: at(100_010) }), 'ok'],
    ['latest is beyond the limit', () => ({ latest: at(100_011) }), 'lock_too_long'],
    ['it is held already', () => ({ held: true }), 'escrow_terms'],
    ['it is paired and released by default', () => ({ paired: true, default: 'release' }), 'escrow_terms'],
    ['the fee is at the share', () => ({ fee: 100n }), 'ok'],
    ['the fee is above the share', () => ({ fee: 101n }), 'fee_too_high'],
    ['there is no fee', () => ({ fee: 0n }), 'ok'],
  ])('%s', (_, terms, code) => born(terms, code))
})
