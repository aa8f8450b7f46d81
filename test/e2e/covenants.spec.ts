// Every key there is, on every path of a locked coin, with the outputs it should have and with its own, before, at and after the deadline: on a
// real ledger over HTTP. The tables are what the ledger must answer; `ok` is the only cell that moves money.
import { type CoinRecord, type Condition, type Output, coordinateOf } from '@huitong/chain'
import { type OrderId, type Preimage, type Time, hexOf, lockOf, toHex } from '@huitong/primitives'
import { type Party, accountCondition, systemEntropy } from '@huitong/sdk'
import type { Stage } from '../../apps/cli/src/demo/stage.js'
import { type Attack, COLUMNS, type Cast, plain, tryAll } from './attack.js'
import { type House, faultsIn, openHouse } from './house.js'
import { TAEL, settle } from './people.js'

const MINUTE = 60_000
const AMOUNT = 1000n
const FEE = 10n
const secret = hexOf<Preimage>(systemEntropy.bytes(32))
const wrong = hexOf<Preimage>(systemEntropy.bytes(32))

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
  { path: { kind: 'claim' }, bend: 'right', secret: wrong },
  { path: { kind: 'claim' }, bend: 'self', secret },
  { path: { kind: 'claim' }, bend: 'split', secret },
  { path: { kind: 'claim' }, bend: 'right', secret },
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
  { path: { kind: 'code' }, bend: 'right', secret },
  { path: { kind: 'code' }, bend: 'right', secret: wrong },
  { path: { kind: 'code' }, bend: 'free', secret },
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
  { path: { kind: 'claim' }, bend: 'self', secret },
]

const fewer = (): readonly Attack[] => [
  { path: { kind: 'release', amount: 400n }, bend: 'right' },
  { path: { kind: 'release', amount: AMOUNT }, bend: 'right' },
  { path: { kind: 'refund', amount: AMOUNT }, bend: 'right' },
  { path: { kind: 'agree', toPayee: 400n }, bend: 'right' },
  { path: { kind: 'code' }, bend: 'right', secret },
  { path: hold(), bend: 'right' },
  { path: { kind: 'rule', toPayee: 400n }, bend: 'right' },
  { path: { kind: 'rule', toPayee: AMOUNT }, bend: 'right' },
  { path: { kind: 'rule', toPayee: AMOUNT }, bend: 'free' },
  { path: { kind: 'default' }, bend: 'right' },
  { path: { kind: 'default' }, bend: 'free' },
]

const lock = (): Condition => ({
  kind: 'hashLock',
  hash: lockOf(secret),
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
    deliveryHash: lockOf(secret),
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
  cast = { payer, payee, arbiter, hub, stranger }
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

/** Late is late for everyone and everything but what the time itself decides. */
function lateBut(rows: readonly Attack[], table: string): string {
  const kept = new Map(plain(table).split('\n').map((line) => [line.split(' ')[0] ?? '', line]))
  return plain(table) + String(rows.length - kept.size)
}
void lateBut

describe('before the deadline', () => {
  it('a hash lock', async () => {
    expect(await answered('lock', 'before')).toBe(
      plain(`
                 payer   payee   both    arbiter hub     stranger none
        claim    secrets secrets secrets secrets secrets secrets  secrets
      `),
    )
  })
  it('an escrow', async () => {
    expect(await answered('escrow', 'before')).toBe(plain(``))
  })
  it('a paired escrow', async () => {
    expect(await answered('paired', 'before')).toBe(plain(``))
  })
  it('a held escrow', async () => {
    expect(await answered('held', 'before')).toBe(plain(``))
  })
})
