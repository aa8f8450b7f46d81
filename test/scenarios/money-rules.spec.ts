// Tiers, counterparties, limits and tax: docs/rulebook.md as tables.
import { type AssetRules, type EscrowCondition, HOUR_MS, readSnapshot, writeSnapshot } from '@huitong/chain'
import { AMOUNT_MAX, type AssetCode, expectOk, toHex } from '@huitong/primitives'
import { ORDER, USD, World, at, genesisWith, lock } from './ledger-table.js'

const registrar = new World('').id('registrar')
const H = HOUR_MS
/** T0 lies this far into its hour. */
const TO_NEXT_HOUR = H - (at(0) % H)

/** People with dollars, and rules for the dollar from now on. */
function world(rules: Partial<AssetRules>, options: { tiers?: string } = {}): World {
  const made = new World('registrar bank alice bob carol tax', { registrar, lockMaxMs: 100 * H })
  made.run(`
    0 | registrar bank |  |                           | register USD bank 100000000   | ok
    0 | bank           |  | alice 1000 a, bob 1000 b  | issue 2000                    | ok
  `)
  setRules(made, 'R', rules)
  made.run(`0 | registrar | | | rulebook R | ok`)
  for (const tier of (options.tiers ?? '').split(',').filter((one) => one !== ''))
    made.run(`0 | registrar | | | tier ${tier} | ok`)
  const escrow: EscrowCondition = {
    kind: 'escrow',
    order: ORDER,
    milestone: 0,
    payer: made.id('alice'),
    payee: made.id('bob'),
    arbiter: made.id('carol'),
    fee: 4n,
    feeTo: made.id('carol'),
    deadline: at(50 * H),
    default: 'refund',
    latest: at(60 * H),
    paired: false,
    held: false,
    deliveryHash: lock('d'),
  }
  made.conditions.set('E', escrow)
  const hash = { kind: 'hashLock' as const, hash: lock('s'), claimant: made.id('bob'), refundee: made.id('alice') }
  made.conditions.set('H', { ...hash, expiry: at(50 * H) })
  made.conditions.set('Later', { kind: 'timeLock', until: at(5), account: made.id('alice') })
  made.conditions.set('One', { kind: 'multi', m: 1, accounts: [made.id('alice'), made.id('bob')].sort() })
  return made
}

const setRules = (made: World, name: string, rules: Partial<AssetRules>): void =>
  void made.rulebooks.set(name, { assets: [{ asset: USD, tier: 0, limits: [], counterparties: [], ...rules }] })

describe('tiers', () => {
  it('are set by the registrar, in a sequence of their own', () => {
    const made = world({})
    made.run(`
      1 | alice~registrar |  |  | tier alice 2                | signature_wrong
      1 | alice           |  |  | tier alice 2                | signature_count
      1 | registrar       |  |  | tier nobody 2               | account_unknown
      1 | registrar       |  |  | tier alice 2 #1             | sequence_wrong
      1 | registrar       |  |  | tier alice 2, tier alice 3  | operation_repeated
      1 | registrar alice |  |  | tier alice 2, anchor alice  | ok
      1 | alice           |  |  | anchor alice                | ok
      1 | registrar       |  |  | tier alice 2 #0             | sequence_wrong
      1 | registrar       |  |  | tier alice 1 #1             | ok
    `)
    expect(made.state.account(made.id('alice'))).toMatchObject({ tier: { tier: 1, sequence: 2 }, sequence: 2 })
    new World('bank').run('1 | bank | | | tier bank 1 | rulebook_fixed')
    new World('bank', { registrar }).run('1 | | | | tier bank 1 | account_unknown')
  })

  it('are needed to pay, to be paid and to be named in a lock; not to stay as one is', () => {
    const made = world({ tier: 2 }, { tiers: 'alice 2,carol 1' })
    made.run(`
      1 | alice     | a  | bob 10 x, alice 990 y                 |              | tier_too_low
      1 | bob       | b  | alice 10 x, bob 990 y                 |              | tier_too_low
      1 | bob       | b  | bob 400 b1, bob 600 b2                |              | ok
      1 | bob       | b2 | One 600 x                             |              | tier_too_low
      1 | bank      |    | bob 10 x                              | issue 10     | tier_too_low
      1 | bank      |    | alice 10 a3                           | issue 10     | ok
      1 | alice     | a  | H 10 x, alice 990 y                   |              | tier_too_low
      1 | registrar |    |                                       | tier bob 3   | ok
      1 | alice     | a  | H 10 h, alice 990 y                   |              | ok
      1 | alice     | y  | E 100 x, alice 890 z                  |              | tier_too_low
      1 | registrar |    |                                       | tier carol 2 | ok
      1 | alice     | y  | E 100 e, alice 890 z                  |              | ok
      2 | registrar |    |                                       | tier bob 0   | ok
      2 |           | h/claim s | bob 10 h1                      |              | ok
      2 | alice     | e/release 100 | auto p f                   |              | ok
      2 | bob       | p  | alice 96 x                            |              | tier_too_low
      2 | bob       | p  | bank 50 home, bob 46 q                          |              | ok
    `)
  })

  it('are named in a refusal, with version and value', () => {
    const made = world({ tier: 2 })
    made.run('1 | alice | a | bob 1000 x | | tier_too_low')
    expect(made.detail).toBe(`rulebook 2: assets.USD.tier: tier 2 is needed, ${made.id('bob')} has 0`)
  })
})

describe('counterparties', () => {
  const shop = (): World => {
    const made = world({})
    setRules(made, 'Shop', { counterparties: [made.id('carol')] })
    made.run('1 | registrar | | | rulebook Shop | ok')
    return made
  }

  it('stand on one side of every payment, as the issuer may', () => {
    shop().run(`
      1 | alice | a  | carol 10 c, alice 990 a1        |              | ok
      1 | carol | c  | bob 5 b1, carol 5 c1            |              | ok
      1 | alice | a1 | bob 10 x, alice 980 y           |              | counterparty_forbidden
      1 | alice | a1 | carol 10 x, bob 10 y, alice 970 z |            | counterparty_forbidden
      1 | alice | a1 | bank 10 x, alice 980 a2         |              | ok
      1 | alice | a2 | alice 500 a3, alice 480 a4      |              | ok
      1 | alice | a3 | One 500 x                       |              | counterparty_forbidden
      1 | alice | a3 | H 500 x                         |              | counterparty_forbidden
      1 | alice | a3 | E 500 x                         |              | counterparty_forbidden
      1 | bank  |    | bob 10 b2                       | issue 10     | ok
    `)
  })

  it('are counted for each owner of a joint payment', () => {
    shop().run(`
      1 | alice bob | a, b | carol 100 x, alice 950 y, bob 950 z |  | counterparty_forbidden
      1 | alice bob | a, b | carol 2000 x                        |  | ok
    `)
  })
})

describe('a limit per transaction', () => {
  it('counts what goes out, and no change', () => {
    world({ limits: [{ tier: 0, perTransaction: 100n }] }).run(`
      1 | alice | a  | bob 101 x, alice 899 y           |          | transaction_limit
      1 | alice | a  | bob 100 x1, alice 900 a1         |          | ok
      1 | alice | a1 | bob 60 x, carol 41 y, alice 799 z |         | transaction_limit
      1 | alice | a1 | alice 400 a2, Later 500 a3       |          | ok
      6 | alice | a3 | bob 101 x, alice 399 y           |          | transaction_limit
      6 | alice | a2, a3 | alice 900 a4                 |          | ok
      6 | alice | a4 | alice 700 x                      | burn 200 | transaction_limit
      6 | alice | a4 | alice 800 a5                     | burn 100 | ok
      6 | alice bob | a5, b | carol 200 c, alice 700 a6, bob 900 b1 | | ok
      6 | alice bob | a6, b1 | bob 1000 x, alice 600 y  |          | ok
      6 | bank  |    | carol 5000 c2                    | issue 5000 | ok
    `)
  })

  it('is that of the tier, or of the next one below that the rulebook names', () => {
    const limits = [{ tier: 1, perTransaction: 100n }, { tier: 3, perTransaction: 500n }, { tier: 5 }]
    world({ limits }, { tiers: 'bob 2' }).run(`
      1 | alice     | a  | carol 1000 c             |              | ok
      1 | bob       | b  | carol 101 x, bob 899 y   |              | transaction_limit
      1 | registrar |    |                          | tier bob 4   | ok
      1 | bob       | b  | carol 501 x, bob 499 y   |              | transaction_limit
      1 | bob       | b  | carol 101 c1, bob 899 b1 |              | ok
      1 | registrar |    |                          | tier bob 5   | ok
      1 | bob       | b1 | carol 899 c2             |              | ok
    `)
  })

  it('counts a joint coin to the first of its accounts that signs, and what enters it as paid', () => {
    const made = world({ limits: [{ tier: 0, perTransaction: 100n }] })
    made.run(`
      1 | alice     | a  | One 101 x, alice 899 y       |  | transaction_limit
      1 | alice     | a  | One 100 o1, alice 900 a1     |  | ok
      1 | alice     | a1 | One 100 o2, alice 800 a2     |  | ok
      2 | bob       | o1, o2 | carol 101 x, One 99 y    |  | transaction_limit
      2 | alice     | o1, o2 | carol 101 x, One 99 y    |  | transaction_limit
      2 | bob       | o1, o2 | bob 101 x, carol 99 y    |  | ok
    `)
  })

  it('is named in a refusal', () => {
    const made = world({ limits: [{ tier: 0, perTransaction: 100n, perDay: 0n }] })
    made.run('1 | alice | a | bob 101 x, alice 899 y | | transaction_limit')
    const who = made.id('alice')
    expect(made.detail).toBe(`rulebook 2: assets.USD.limits.0.perTransaction: up to 100 at once, 101 asked of ${who}`)
  })
})

describe('a limit per day', () => {
  it('counts the running hour and the 24 before it', () => {
    const made = world({ limits: [{ tier: 0, perDay: 100n }] })
    made.run(`
      0                           | alice | a  | bob 60 x1, alice 940 a1 | | ok
      0                           | alice | a1 | bob 41 x, alice 899 y   | | day_limit
      0                           | alice | a1 | bob 40 x2, alice 900 a2 | | ok
      ${TO_NEXT_HOUR}             | alice | a2 | bob 1 x, alice 899 y    | | day_limit
      ${TO_NEXT_HOUR + 24 * H - 1}| alice | a2 | bob 1 x, alice 899 y    | | day_limit
    `)
    expect(made.detail).toContain('assets.USD.limits.0.perDay: up to 100 in a day, 100 paid, 1 more asked of')
    made.run(`
      ${TO_NEXT_HOUR + 24 * H}    | alice | a2 | bob 100 x3, alice 800 a3 | | ok
      ${TO_NEXT_HOUR + 24 * H}    | alice | a3 | bob 1 x, alice 799 y     | | day_limit
      ${TO_NEXT_HOUR + 24 * H}    | alice | a3 | alice 300 x, alice 500 a4 | | ok
      ${TO_NEXT_HOUR + 24 * H}    | bob   | b  | alice 100 x, bob 900 y    | | ok
    `)
  })

  it('never lets more than the limit out in any 24 hours', () => {
    const made = world({ limits: [{ tier: 0, perDay: 100n }] })
    const paid: { time: number; amount: number }[] = []
    let coin = 'a'
    let left = 1000
    for (let step = 0; step < 400 && left > 60; step++) {
      const [time, amount] = [step * 1_234_567, 1 + ((step * 7919) % 60)]
      const rest = `a${step}`
      const row = {
        t: time,
        signers: ['alice'],
        spend: coin,
        pay: `bob ${amount} x${step}, alice ${left - amount} ${rest}`,
        ops: '',
      }
      if (made.submit(row) !== undefined) continue
      made.close(time)
      paid.push({ time, amount })
      left -= amount
      coin = rest
    }
    expect(paid.length).toBeGreaterThan(20)
    for (const { time } of paid) {
      const day = paid.filter((one) => one.time <= time && one.time > time - 24 * H)
      expect(day.reduce((sum, one) => sum + one.amount, 0)).toBeLessThanOrEqual(100)
    }
    // Bounded memory: no more than the hours that count, for one account and one asset.
    expect([...made.state.outflows.entries()].length).toBeLessThanOrEqual(26)
  })

  it('counts from the version that sets it, and goes on counting through the next', () => {
    const made = world({ limits: [{ tier: 0, perTransaction: 500n }] })
    setRules(made, 'Day', { limits: [{ tier: 0, perDay: 100n }] })
    setRules(made, 'Wide', { limits: [{ tier: 0, perDay: 150n }] })
    made.run(`
      1 | alice     | a  | bob 500 x1, alice 500 a1 |               | ok
      1 | registrar |    |                          | rulebook Day  | ok
      1 | alice     | a1 | bob 100 x2, alice 400 a2 |               | ok
      1 | registrar |    |                          | rulebook Wide | ok
      1 | alice     | a2 | bob 51 x, alice 349 y    |               | day_limit
      1 | alice     | a2 | bob 50 x3, alice 350 a3  |               | ok
    `)
  })

  it('counts what enters a lock in full, and gives nothing back', () => {
    world({ limits: [{ tier: 0, perDay: 100n }] }).run(`
      1 | alice | a  | H 101 x, alice 899 y        | | day_limit
      1 | alice | a  | H 60 h, alice 940 a1        | | ok
      1 | alice | a1 | E 41 x, alice 899 y         | | day_limit
      1 | alice | a1 | E 40 e, alice 900 a2        | | ok
      2 | bob   | h/cancel | alice 60 back         | | ok
      2 | alice | back | bob 1 x, alice 59 y       | | day_limit
      2 | alice | e/release 20 | auto p f rest     | | ok
      2 |       | rest/code d  | auto p2 f2        | | ok
      2 | alice | a2 | bob 1 x, alice 899 y        | | day_limit
    `)
  })

  it('outlives a restart from a snapshot', () => {
    const made = world({ limits: [{ tier: 0, perDay: AMOUNT_MAX }] }, { tiers: 'bob 3' })
    made.run(`
      1      | alice | a  | bob 60 x1, alice 940 a1 | | ok
      ${H}   | alice | a1 | bob 40 x2, alice 900 a2 | | ok
    `)
    const bytes = writeSnapshot(made.state)
    const state = expectOk(readSnapshot(bytes, genesisWith({ registrar, lockMaxMs: 100 * H }), 3), 'a snapshot just written')
    expect(toHex(writeSnapshot(state))).toBe(toHex(bytes))
    const alice = state.accounts.numberOf(made.id('alice'))
    expect(state.outflows.lately(alice, state.assets.numberOf(USD), at(H))).toBe(100n)
    expect(state.account(made.id('bob'))?.tier).toEqual({ tier: 3, sequence: 1 })
    expect(state.rulebook).toEqual(made.state.rulebook)
  })
})

describe('tax', () => {
  const taxed = (): World => {
    const made = world({})
    setRules(made, 'T', { tax: { ppm: 100_000, to: made.id('tax') } })
    setRules(made, 'Nobody', { tax: { ppm: 100_000, to: new World('').id('nobody') } })
    made.run(`
      1 | registrar | | | rulebook Nobody | account_unknown
      1 | registrar | | | rulebook T      | ok
    `)
    return made
  }

  it('is paid beside what changes hands, rounded down', () => {
    const made = taxed()
    made.run(`
      1 | alice | a  | bob 109 x, alice 891 y            |          | tax_missing
      1 | alice | a  | bob 109 x, tax 9 t, alice 882 y   |          | tax_missing
      1 | alice | a  | bob 109 x, tax 10 t, alice 881 a1 |          | ok
      1 | alice | a1 | bob 9 x, alice 872 a2             |          | ok
      1 | alice | a2 | bank 100 x, alice 772 a3          |          | ok
      1 | alice | a3 | alice 672 a4                      | burn 100 | ok
      1 | alice | a4 | alice 300 x, alice 372 a5         |          | ok
      1 | bank  |    | bob 100 x                         | issue 100 | ok
      1 | tax   | t  | bob 10 x                          |          | ok
      1 | alice bob | a5, b | bob 1372 x                 |          | tax_missing
      1 | alice bob | a5, b | bob 1335 b1, tax 37 t2     |          | ok
      1 | bob   | b1 | carol 100 x, Later 1235 y         |          | tax_missing
    `)
    expect(made.detail).toBe(`rulebook 3: assets.USD.tax: 100000 millionths of 1335 to ${made.id('tax')} are 133, 0 paid`)
  })

  it('is paid when money enters a lock, and never when it leaves', () => {
    taxed().run(`
      1 | alice | a  | H 100 x, alice 900 y            |  | tax_missing
      1 | alice | a  | H 100 h, tax 10 t, alice 890 a1 |  | ok
      1 | alice | a1 | E 100 e, tax 10 t1, alice 780 a2 | | ok
      2 |       | h/claim s   | bob 100 p              |  | ok
      2 | alice | e/release 100 | auto p2 f2           |  | ok
    `)
  })
})

it('leaves other assets, and ledgers without rules, alone', () => {
  const made = world({ tier: 7, limits: [{ tier: 0, perTransaction: 0n }] })
  made.run(`
    1 | registrar bank |  |               | register EUR bank 100 | ok
    1 | bank           |  | alice 100 e1 EUR | issue 100 EUR      | ok
    1 | alice          | e1 | bob 100 e2 EUR |                    | ok
    1 | alice          | a  | bob 1000 x     |                    | tier_too_low
  `)
  made.rulebooks.set('None', {})
  made.run(`
    1 | registrar |   |            | rulebook None | ok
    1 | alice     | a | bob 1000 x |               | ok
  `)
  expect(made.state.rulebook.assets).toBeUndefined()
  expect([...made.state.outflows.entries()]).toEqual([])
})

it('asks nothing of a clawback', () => {
  const made = new World('registrar bank alice', { registrar })
  made.rulebooks.set('R', {
    assets: [
      { asset: 'GEM' as AssetCode, tier: 0, limits: [{ tier: 0, perTransaction: 0n }], counterparties: [registrar].sort() },
    ],
  })
  made.run(`
    1 | registrar bank |   |              | register GEM bank 100 clawback | ok
    1 | bank           |   | alice 5 g GEM | issue 5 GEM                   | ok
    1 | registrar      |   |              | rulebook R                     | ok
    1 | alice          | g | registrar 5 x GEM |                           | transaction_limit
    1 | bank           | g/clawback | bank 5 x GEM | clawback GEM          | ok
  `)
})
