// Every key there is, on every path of a locked coin, with the outputs it should have and with its own, before, at and after the deadline: on a
// real ledger over HTTP. The tables are what the ledger must answer; `ok` is the only cell that moves money.
import type { CoinRecord, Condition, Output } from '@huitong/chain'
import { type OrderId, type Preimage, type Time, hexOf, lockOf, toHex } from '@huitong/primitives'
import { type Party, systemEntropy } from '@huitong/sdk'
import type { Stage } from '../../apps/cli/src/demo/stage.js'
import { type Attack, COLUMNS, type Cast, plain, tryAll } from './attack.js'
import { type House, faultsIn, openHouse } from './house.js'
import { TAEL, settle } from './people.js'

const MINUTE = 60_000
const AMOUNT = 1000n
const FEE = 10n
const secrets = { right: hexOf<Preimage>(systemEntropy.bytes(32)), wrong: hexOf<Preimage>(systemEntropy.bytes(32)) }

let house: House
let stage: Stage
let cast: Cast
let ledger: Awaited<ReturnType<Stage['network']['ledger']>>
/** The one deadline of all coins. */
let deadline: Time
const plans: Plan[] = []

interface Plan {
  readonly kind: string
  readonly phase: 'before' | 'at' | 'after'
  readonly attacks: readonly Attack[]
  readonly coins: readonly CoinRecord[]
}

const HOLD = { kind: 'hold', dropDeliveryHash: false } as const
const hold = (): Attack['path'] => ({ ...HOLD, deadline: (deadline + 30 * MINUTE) as Time })

const LOCK: readonly Attack[] = [
  { path: { kind: 'claim' }, bend: 'right' },
  { path: { kind: 'claim' }, bend: 'right', secret: 'wrong' },
  { path: { kind: 'claim' }, bend: 'self', secret: 'right' },
  { path: { kind: 'claim' }, bend: 'split', secret: 'right' },
  { path: { kind: 'claim' }, bend: 'right', secret: 'right' },
  { path: { kind: 'cancel' }, bend: 'self' },
  { path: { kind: 'cancel' }, bend: 'split' },
  { path: { kind: 'cancel' }, bend: 'right' },
  { path: { kind: 'expire' }, bend: 'self' },
  { path: { kind: 'expire' }, bend: 'split' },
  { path: { kind: 'expire' }, bend: 'right' },
  { path: { kind: 'release', amount: AMOUNT }, bend: 'self' },
]

const escrowAttacks = (): readonly Attack[] => [
  { path: { kind: 'release', amount: 400n }, bend: 'right' },
  { path: { kind: 'release', amount: 400n }, bend: 'self' },
  { path: { kind: 'release', amount: 400n }, bend: 'free' },
  { path: { kind: 'release', amount: 400n }, bend: 'bent' },
  { path: { kind: 'refund', amount: 400n }, bend: 'right' },
  { path: { kind: 'refund', amount: 400n }, bend: 'self' },
  { path: { kind: 'refund', amount: 400n }, bend: 'bent' },
  { path: { kind: 'agree', toPayee: 400n }, bend: 'right' },
  { path: { kind: 'agree', toPayee: 400n }, bend: 'free' },
  { path: { kind: 'agree', toPayee: 1001n }, bend: 'right' },
  { path: { kind: 'code' }, bend: 'right', secret: 'right' },
  { path: { kind: 'code' }, bend: 'right', secret: 'wrong' },
  { path: { kind: 'code' }, bend: 'free', secret: 'right' },
  { path: { kind: 'code' }, bend: 'right' },
  { path: hold(), bend: 'right' },
  { path: hold(), bend: 'self' },
  { path: hold(), bend: 'bent' },
  { path: { kind: 'rule', toPayee: 400n }, bend: 'right' },
  { path: { kind: 'rule', toPayee: 400n }, bend: 'self' },
  { path: { kind: 'rule', toPayee: 400n }, bend: 'free' },
  { path: { kind: 'rule', toPayee: 400n }, bend: 'split' },
  { path: { kind: 'default' }, bend: 'right' },
  { path: { kind: 'default' }, bend: 'self' },
  { path: { kind: 'default' }, bend: 'split' },
  { path: { kind: 'claim' }, bend: 'self', secret: 'right' },
]

const fewer = (): readonly Attack[] => [
  { path: { kind: 'release', amount: 400n }, bend: 'right' },
  { path: { kind: 'release', amount: AMOUNT }, bend: 'right' },
  { path: { kind: 'refund', amount: AMOUNT }, bend: 'right' },
  { path: { kind: 'agree', toPayee: 400n }, bend: 'right' },
  { path: { kind: 'code' }, bend: 'right', secret: 'right' },
  { path: hold(), bend: 'right' },
  { path: { kind: 'rule', toPayee: 400n }, bend: 'right' },
  { path: { kind: 'rule', toPayee: AMOUNT }, bend: 'right' },
  { path: { kind: 'rule', toPayee: AMOUNT }, bend: 'free' },
  { path: { kind: 'default' }, bend: 'right' },
  { path: { kind: 'default' }, bend: 'free' },
]

const lock = (): Condition => ({
  kind: 'hashLock',
  hash: lockOf(secrets.right),
  claimant: cast.payee.account.id,
  refundee: cast.payer.account.id,
  expiry: deadline,
})

function escrow(terms: Partial<Extract<Condition, { kind: 'escrow' }>> = {}): Condition {
  return {
    kind: 'escrow',
    order: toHex(systemEntropy.bytes(16)) as OrderId,
    milestone: 0,
    payer: cast.payer.account.id,
    payee: cast.payee.account.id,
    arbiter: cast.arbiter.account.id,
    fee: FEE,
    feeTo: cast.hub.account.id,
    deadline,
    default: 'refund',
    latest: (deadline + 60 * MINUTE) as Time,
    paired: false,
    held: false,
    deliveryHash: lockOf(secrets.right),
    ...terms,
  }
}

/** As many coins under this condition, paid by the payer. */
async function mint(condition: Condition, count: number): Promise<CoinRecord[]> {
  const coins: CoinRecord[] = []
  for (let left = count; left > 0; left -= 150) {
    const part = Math.min(left, 150)
    const outputs = Array.from({ length: part }, (): Output => ({ asset: TAEL.asset, amount: AMOUNT, condition }))
    coins.push(...(await cast.payer.payOutputs(ledger, outputs)).coins.slice(0, part))
  }
  return coins
}

/** Coins that the arbiter has held: no longer with a code, and released by default. */
async function held(count: number): Promise<CoinRecord[]> {
  const coins = await mint(escrow({ deadline: (deadline - 10 * MINUTE) as Time }), count)
  const path = { kind: 'hold', deadline, default: 'release', dropDeliveryHash: true } as const
  return Promise.all(coins.map(async (coin) => first(await cast.arbiter.spendLock(ledger, coin, path))))
}

const first = ({ coins }: { readonly coins: readonly CoinRecord[] }): CoinRecord => {
  const [coin] = coins
  if (coin === undefined) throw new Error('a transaction made no coin')
  return coin
}

beforeAll(async () => {
  house = await openHouse()
  stage = await settle(house)
  const person = (name: string): Promise<Party> => stage.person(name, [TAEL])
  const [payer, payee, arbiter, hub, stranger] = [
    await person('payer'),
    await person('payee'),
    await person('arbiter'),
    await person('hub'),
    await person('stranger'),
  ]
  cast = { payer, payee, arbiter, hub, stranger, secrets }
  ledger = await stage.network.ledger(TAEL)
  await stage.grant(payer.account.id, TAEL, 10_000_000n)
  deadline = (Math.ceil((await ledger.now()) / 1000) * 1000 + 60 * MINUTE) as Time
  const many = (attacks: readonly Attack[]): number => attacks.length * COLUMNS.length
  for (const phase of ['before', 'at', 'after'] as const) {
    plans.push({ kind: 'lock', phase, attacks: LOCK, coins: await mint(lock(), many(LOCK)) })
    const attacks = escrowAttacks()
    plans.push({ kind: 'escrow', phase, attacks, coins: await mint(escrow(), many(attacks)) })
    const few = fewer()
    plans.push({ kind: 'paired', phase, attacks: few, coins: await mint(escrow({ paired: true }), many(few)) })
    plans.push({ kind: 'held', phase, attacks: few, coins: await held(many(few)) })
  }
})

afterAll(() => house?.close())

const spent: string[] = []

async function answered(kind: string, phase: Plan['phase']): Promise<string> {
  const plan = plans.find((each) => each.kind === kind && each.phase === phase)
  if (plan === undefined) throw new Error(`nothing planned for ${kind} ${phase}`)
  const result = await tryAll(ledger, cast, plan.attacks, plan.coins)
  spent.push(...result.spent)
  return result.table
}

/** One row per attack, one column per key; legend in attack.ts. `#` shows the secret, `!` a wrong one; after `/` how the outputs are bent. */
const BEFORE = {
  'a hash lock': [
    'lock',
    `
                         payer    payee    both     arbiter  hub      stranger  none
      claim              secrets  secrets  secrets  secrets  secrets  secrets   secrets
      claim!             secret   secret   secret   secret   secret   secret    secret
      claim#/self        out      ok       out      out      out      out       out
      claim#/split       out      out      out      out      out      out       out
      claim#             ok       ok       ok       ok       ok       ok        ok
      cancel/self        sig      out      ok       out      out      out       out
      cancel/split       out      out      out      out      out      out       out
      cancel             sig      ok       ok       sig      sig      sig       bare
      expire/self        early    early    early    early    early    early     early
      expire/split       early    early    early    early    early    early     early
      expire             early    early    early    early    early    early     early
      release:1000/self  path     path     path     path     path     path      path
    `,
  ],
  'an escrow with a delivery code, refunded by default': [
    'escrow',
    `
                        payer    payee    both     arbiter  hub      stranger  none
      release:400       ok       sig      ok       sig      sig      sig       bare
      release:400/self  out      out      out      out      out      out       out
      release:400/free  out      out      out      out      out      out       out
      release:400/bent  out      out      out      out      out      out       out
      refund:400        sig      ok       ok       sig      sig      sig       bare
      refund:400/self   out      out      out      out      out      out       out
      refund:400/bent   out      out      out      out      out      out       out
      agree:400         sig      sig      ok       sig      sig      sig       bare
      agree:400/free    out      out      out      out      out      out       out
      agree:1001        part     part     part     part     part     part      part
      code#             ok       ok       ok       ok       ok       ok        ok
      code!             secret   secret   secret   secret   secret   secret    secret
      code#/free        out      out      out      out      out      out       out
      code              secrets  secrets  secrets  secrets  secrets  secrets   secrets
      hold              sig      sig      sig      ok       sig      sig       bare
      hold/self         out      out      out      out      out      out       out
      hold/bent         out      out      out      out      out      out       out
      rule:400          sig      sig      sig      ok       sig      sig       bare
      rule:400/self     out      out      out      out      out      out       out
      rule:400/free     out      out      out      out      out      out       out
      rule:400/split    out      out      out      out      out      out       out
      default           early    early    early    early    early    early     early
      default/self      early    early    early    early    early    early     early
      default/split     early    early    early    early    early    early     early
      claim#/self       path     path     path     path     path     path      path
    `,
  ],
  'a paired escrow': [
    'paired',
    `
                      payer  payee  both   arbiter  hub    stranger  none
      release:400     pair   pair   pair   pair     pair   pair      pair
      release:1000    pair   pair   pair   pair     pair   pair      pair
      refund:1000     pair   pair   pair   pair     pair   pair      pair
      agree:400       pair   pair   pair   pair     pair   pair      pair
      code#           ok     ok     ok     ok       ok     ok        ok
      hold            sig    sig    sig    ok       sig    sig       bare
      rule:400        pair   pair   pair   pair     pair   pair      pair
      rule:1000       sig    sig    sig    ok       sig    sig       bare
      rule:1000/free  out    out    out    out      out    out       out
      default         early  early  early  early    early  early     early
      default/free    early  early  early  early    early  early     early
    `,
  ],
  'an escrow that the arbiter holds, released by default': [
    'held',
    `
                      payer  payee  both   arbiter  hub    stranger  none
      release:400     part   part   part   part     part   part      part
      release:1000    ok     sig    ok     sig      sig    sig       bare
      refund:1000     sig    ok     ok     sig      sig    sig       bare
      agree:400       sig    sig    ok     sig      sig    sig       bare
      code#           path   path   path   path     path   path      path
      hold            sig    sig    sig    ok       sig    sig       bare
      rule:400        sig    sig    sig    ok       sig    sig       bare
      rule:1000       sig    sig    sig    ok       sig    sig       bare
      rule:1000/free  out    out    out    out      out    out       out
      default         early  early  early  early    early  early     early
      default/free    early  early  early  early    early  early     early
    `,
  ],
} as const

/** At the deadline and ever after: only what the time itself decides. */
const SINCE = {
  'a hash lock': [
    'lock',
    `
                         payer  payee  both  arbiter  hub   stranger  none
      claim              late   late   late  late     late  late      late
      claim!             late   late   late  late     late  late      late
      claim#/self        late   late   late  late     late  late      late
      claim#/split       late   late   late  late     late  late      late
      claim#             late   late   late  late     late  late      late
      cancel/self        late   late   late  late     late  late      late
      cancel/split       late   late   late  late     late  late      late
      cancel             late   late   late  late     late  late      late
      expire/self        ok     out    ok    out      out   out       out
      expire/split       out    out    out   out      out   out       out
      expire             ok     ok     ok    ok       ok    ok        ok
      release:1000/self  path   path   path  path     path  path      path
    `,
  ],
  'an escrow with a delivery code, refunded by default': [
    'escrow',
    `
                        payer  payee  both  arbiter  hub   stranger  none
      release:400       late   late   late  late     late  late      late
      release:400/self  late   late   late  late     late  late      late
      release:400/free  late   late   late  late     late  late      late
      release:400/bent  late   late   late  late     late  late      late
      refund:400        late   late   late  late     late  late      late
      refund:400/self   late   late   late  late     late  late      late
      refund:400/bent   late   late   late  late     late  late      late
      agree:400         late   late   late  late     late  late      late
      agree:400/free    late   late   late  late     late  late      late
      agree:1001        late   late   late  late     late  late      late
      code#             late   late   late  late     late  late      late
      code!             late   late   late  late     late  late      late
      code#/free        late   late   late  late     late  late      late
      code              late   late   late  late     late  late      late
      hold              late   late   late  late     late  late      late
      hold/self         late   late   late  late     late  late      late
      hold/bent         late   late   late  late     late  late      late
      rule:400          late   late   late  late     late  late      late
      rule:400/self     late   late   late  late     late  late      late
      rule:400/free     late   late   late  late     late  late      late
      rule:400/split    late   late   late  late     late  late      late
      default           ok     ok     ok    ok       ok    ok        ok
      default/self      ok     out    ok    out      out   out       out
      default/split     out    out    out   out      out   out       out
      claim#/self       path   path   path  path     path  path      path
    `,
  ],
  'a paired escrow': [
    'paired',
    `
                      payer  payee  both  arbiter  hub   stranger  none
      release:400     late   late   late  late     late  late      late
      release:1000    late   late   late  late     late  late      late
      refund:1000     late   late   late  late     late  late      late
      agree:400       late   late   late  late     late  late      late
      code#           late   late   late  late     late  late      late
      hold            late   late   late  late     late  late      late
      rule:400        late   late   late  late     late  late      late
      rule:1000       late   late   late  late     late  late      late
      rule:1000/free  late   late   late  late     late  late      late
      default         ok     ok     ok    ok       ok    ok        ok
      default/free    ok     ok     ok    ok       ok    ok        ok
    `,
  ],
  'an escrow that the arbiter holds, released by default': [
    'held',
    `
                      payer  payee  both  arbiter  hub   stranger  none
      release:400     late   late   late  late     late  late      late
      release:1000    late   late   late  late     late  late      late
      refund:1000     late   late   late  late     late  late      late
      agree:400       late   late   late  late     late  late      late
      code#           path   path   path  path     path  path      path
      hold            late   late   late  late     late  late      late
      rule:400        late   late   late  late     late  late      late
      rule:1000       late   late   late  late     late  late      late
      rule:1000/free  late   late   late  late     late  late      late
      default         ok     ok     ok    ok       ok    ok        ok
      default/free    out    out    out   out      out   out       out
    `,
  ],
} as const

describe('before the deadline', () => {
  it.each(Object.entries(BEFORE))('%s', async (_, [kind, table]) => {
    expect(await answered(kind, 'before')).toBe(plain(table))
  })
})

describe('at the deadline', () => {
  beforeAll(() => house.admin.advanceClock(deadline))

  it.each(Object.entries(SINCE))('%s', async (_, [kind, table]) => {
    expect(await answered(kind, 'at')).toBe(plain(table))
  })
})

describe('an hour later', () => {
  beforeAll(() => house.admin.advanceClock((deadline + 60 * MINUTE) as Time))

  it.each(Object.entries(SINCE))('%s', async (_, [kind, table]) => {
    expect(await answered(kind, 'after')).toBe(plain(table))
  })
})

it('no attack has moved a coin: spent are those of the cells that say ok, and no others', async () => {
  const open = new Set((await ledger.coins(cast.payer.account.id, { relation: 'named' })).map(({ coordinate }) => coordinate))
  const ours = plans.flatMap(({ coins }) => coins.map(({ coordinate }) => coordinate))
  expect(ours.filter((coordinate) => !open.has(coordinate)).sort()).toEqual(spent.sort())
  for (const reserve of (await house.admin.reserves()).items) expect(reserve).toMatchObject({ difference: '0' })
})

it('no process of the hub has logged an error', () => {
  expect(faultsIn(house.folder)).toEqual([])
})
