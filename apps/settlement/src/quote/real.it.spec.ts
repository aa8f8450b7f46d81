// Quotes with the real ledgers, custody and identity: a way through a third token that is cheaper, executed to its end; and a ledger that knows its people
// and limits their days, under whose limit two quotes never promise the same headroom.
import 'reflect-metadata'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type HashLockCondition,
  type Rulebook,
  decodeCondition,
  encodeOffer,
  encodeRulebook,
  encodeTransaction,
  offerMessage,
  prescribedOutputs,
} from '@huitong/chain'
import {
  type WireConversion,
  type WireLeg,
  createConversion,
  createOffer,
  createQuote,
  getConversion,
  identityHub,
  ledgerBalances,
  ledgerCoins,
  openLiquidity,
} from '@huitong/contracts'
import { nativeSign } from '@huitong/platform'
import { type AccountId, type AssetCode, type Coordinate, type Time, expectOk, fromHex, lockOf, toHex } from '@huitong/primitives'
import { RealHub, type RealLedger } from '../testing/real-hub.js'
import { SimServers, actorOf, until } from '../testing/sim-hub.js'
import { type Key, keyOf } from '../testing/key.js'
import { pay, secretOf } from '../testing/wallet.js'

const [EUR, JPY, CNY] = ['EUR', 'JPY', 'CNY'].map((code) => code as AssetCode) as [AssetCode, AssetCode, AssetCode]
const [ann, straight, first, second] = [keyOf('ann'), keyOf('straight desk'), keyOf('first desk'), keyOf('second desk')]
const HOUR = 3_600_000

/** An account of tier 0 pays out 3000 EUR in any 24 hours; 2000 at once. */
const rules: Rulebook = {
  version: 1,
  jurisdiction: 'ZZ',
  currencyZone: 'EUR',
  lockMaxMs: 90 * 24 * HOUR,
  feeShareMaxPpm: 100_000,
  recoveryDelayMinMs: 0,
  assets: [{ asset: EUR, tier: 0, limits: [{ tier: 0, perTransaction: 2_000n, perDay: 3_000n }], counterparties: [] }],
}

let servers: SimServers
let hub: RealHub
let east: RealLedger
let middle: RealLedger
let west: RealLedger
let payer: string
let made = 0
const key = (name: string): string => `${name} ${++made}`

beforeAll(async () => {
  servers = await SimServers.start()
  const folder = join(servers.folder, 'data', 'ledgers', 'east')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'rulebook.json'), encodeRulebook(rules))
  hub = await RealHub.start(servers, ['east', 'middle', 'west'])
  const [one, two, three] = hub.ledgers
  if (one === undefined || two === undefined || three === undefined) throw new Error('three ledgers')
  ;[east, middle, west] = [one, two, three]
  await issue(east, keyOf('east bank'), EUR, [[ann, 20_000n]])
  await issue(middle, keyOf('middle bank'), JPY, [[first, 900_000n]])
  await issue(west, keyOf('west bank'), CNY, [
    [straight, 90_000n],
    [second, 90_000n],
  ])
  payer = await hub.party('Ann', ann)
  // 7 CNY for a EUR straight; 100 JPY for a EUR and 8 CNY for 100 JPY through the middle
  await offering('Straight', straight, { give: [west, CNY], take: [east, EUR], rate: [7n, 1n], funds: 90_000n })
  await offering('First', first, { give: [middle, JPY], take: [east, EUR], rate: [100n, 1n], funds: 900_000n })
  await offering('Second', second, { give: [west, CNY], take: [middle, JPY], rate: [8n, 100n], funds: 90_000n })
}, 90_000)
afterAll(async () => {
  await hub.stop()
  await servers.stop()
})

async function issue(ledger: RealLedger, bank: Key, asset: AssetCode, to: readonly (readonly [Key, bigint])[]): Promise<void> {
  await hub.submit(ledger, ledger.wallet.open(bank, ann, straight, first, second))
  await hub.submit(ledger, ledger.wallet.register(bank, asset))
  await hub.submit(
    ledger,
    ledger.wallet.issue(
      bank,
      0,
      to.map(([holder, amount]) => pay(holder.account, asset, amount)),
    ),
  )
}

interface Terms {
  readonly give: readonly [RealLedger, AssetCode]
  readonly take: readonly [RealLedger, AssetCode]
  readonly rate: readonly [bigint, bigint]
  readonly funds: bigint
}

async function offering(name: string, desk: Key, { give, take, rate, funds }: Terms): Promise<void> {
  const provider = await hub.party(name, desk)
  const actor = actorOf(provider)
  const opening = { idempotencyKey: `open ${name}`, actor, provider, owner: desk.account }
  await until('liquidity opens', async () => (await hub.bus.call(openLiquidity, opening)).ok)
  // the border: an account that custody has opened
  const account = (await hub.call(openLiquidity, opening)).account as AccountId
  const [ledger, asset] = give
  const [coin] = (await hub.call(ledgerCoins, { account: desk.account, relation: 'own', limit: 10 }, ledger.name)).coins
  await hub.submit(ledger, ledger.wallet.transfer(desk, (coin?.coordinate ?? '') as Coordinate, [pay(account, asset, funds)]))
  const statement = {
    offer: toHex(desk.seed).slice(0, 32),
    give: { chain: ledger.chain, asset, account },
    take: { chain: take[0].chain, asset: take[1], account },
    numerator: rate[0],
    denominator: rate[1],
    min: 10n,
    max: 500_000n,
    inventory: funds,
    expiry: (Date.now() + 240 * HOUR) as Time,
  }
  const { hub: id } = await hub.call(identityHub, {})
  const [publicKey = ''] = desk.policy.keys
  const signature = toHex(nativeSign(offerMessage(id, statement), desk.seed))
  const offer = { body: toHex(encodeOffer(statement)), publicKey, signature }
  await hub.call(createOffer, { idempotencyKey: `offer ${name}`, actor, provider, offer })
}

const quoting = (amount: string, more: { readonly maxHops?: number; readonly giveAccount?: string } = {}) =>
  hub.bus.call(createQuote, {
    idempotencyKey: key('quote'),
    actor: actorOf(payer),
    payer,
    give: { ledger: east.name, asset: EUR },
    take: { ledger: west.name, asset: CNY },
    fixed: 'send',
    amount,
    ...more,
  })
const converting = (quote: string, secret: string, giveAccount = ann.account) =>
  hub.bus.call(createConversion, {
    idempotencyKey: key('convert'),
    actor: actorOf(payer),
    quote,
    hash: lockOf(secretOf(secret)),
    giveAccount,
    takeAccount: ann.account,
  })
const get = (id: string): Promise<WireConversion> => hub.call(getConversion, { id, actor: actorOf(payer) })
const reach = (id: string, state: string) => until(`conversion is ${state}`, async () => (await get(id)).state === state, 30_000)
const balance = async (ledger: RealLedger, account: string, asset: AssetCode): Promise<string> =>
  (await hub.call(ledgerBalances, { account }, ledger.name)).balances.find((one) => one.asset === asset)?.available ?? '0'
const quoted = async (...asked: Parameters<typeof quoting>) => {
  const answer = await quoting(...asked)
  if (!answer.ok) throw new Error(`${answer.code} ${answer.detail ?? ''}`)
  return answer.value
}

function conditionOf(leg: WireLeg): HashLockCondition {
  const condition = expectOk(decodeCondition(fromHex(leg.condition ?? '')), 'a condition')
  if (condition.kind !== 'hashLock') throw new Error('a hash lock')
  return condition
}

async function lockA({ legA }: WireConversion): Promise<void> {
  const { coins } = await hub.call(ledgerCoins, { account: ann.account, asset: EUR, relation: 'own', limit: 50 }, east.name)
  const amount = BigInt(legA.amount)
  const coin = coins.find((candidate) => BigInt(candidate.amount) >= amount)
  if (coin === undefined) throw new Error('a coin that is large enough')
  const change = BigInt(coin.amount) - amount
  const outputs = [{ asset: EUR, amount, condition: conditionOf(legA) }, ...(change > 0n ? [pay(ann.account, EUR, change)] : [])]
  await hub.submit(east, east.wallet.transfer(ann, coin.coordinate as Coordinate, outputs))
}

async function claimB({ legB }: WireConversion, secret: string): Promise<void> {
  const coin = { asset: CNY, amount: BigInt(legB.amount), condition: conditionOf(legB) }
  const path = { kind: 'claim' } as const
  const inputs = [{ coin: (legB.coordinate ?? '') as Coordinate, path }]
  const outputs = expectOk(prescribedOutputs(coin, path), 'outputs')
  const body = { validUntil: (hub.now() + 60_000) as Time, reference: '00'.repeat(8), inputs, outputs, operations: [], memo: '' }
  const bytes = encodeTransaction({ body, witnesses: { signatures: [], preimages: [secretOf(secret)] } })
  await hub.submit(west, { bytes })
}

it('goes through a third token where that gives more, every hop under one hash, each provider paid on its ledger', async () => {
  const direct = await quoted('100')
  expect(direct).toMatchObject({ take: { amount: '700' } })
  const quote = await quoted('500', { maxHops: 3 })
  expect(quote).toMatchObject({ give: { amount: '500' }, take: { amount: '4000' } })
  expect(quote.path?.map(({ give, take }) => [give.asset, take.asset])).toEqual([
    [EUR, JPY],
    [JPY, CNY],
  ])
  expect(quote.compliance.every(({ verdict }) => verdict === 'pass')).toBe(true)
  const conversion = await converting(quote.id, 'three tokens')
  if (!conversion.ok) throw new Error(`${conversion.code} ${conversion.detail ?? ''}`)
  await lockA(conversion.value)
  await reach(conversion.value.id, 'B_LOCKED')
  await claimB(await get(conversion.value.id), 'three tokens')
  await reach(conversion.value.id, 'SETTLED')
  expect(await balance(west, ann.account, CNY)).toBe('4000')
  const [one, two] = quote.path ?? []
  expect(await balance(east, one?.liquidity ?? '', EUR)).toBe('500')
  expect(await balance(middle, two?.liquidity ?? '', JPY)).toBe('50000')
}, 60_000)

it('keeps the headroom of what it promised: a second quote has only what the first left, and gets it back when that expires', async () => {
  await hub.advance(26 * HOUR)
  await until('earlier quotes have expired', async () => (await quoting('2000')).ok)
  const refused = await quoting('1001')
  expect(refused).toMatchObject({ ok: false, code: 'not_compliant' })
  expect(refused.ok ? '' : refused.detail).toContain('assets.EUR.limits.0.perDay')
  // more at once than the rulebook lets anybody pay is no price either
  expect(await quoting('2001')).toMatchObject({ code: 'not_compliant' })
  const rest = await quoted('1000')
  expect(rest).toMatchObject({ giveAccount: ann.account })
  expect(rest.compliance).toContainEqual(expect.objectContaining({ parameter: 'assets.EUR.limits.0.perDay', verdict: 'pass' }))
  expect(await quoting('10')).toMatchObject({ code: 'not_compliant' })
  await hub.advance(60_000)
  await until('the headroom is free again', async () => (await quoting('1500')).ok)
}, 60_000)

it('what was promised is what the ledger takes, and what the ledger has counted is not counted twice', async () => {
  await hub.advance(26 * HOUR)
  let promised = await quoting('2000')
  await until('the headroom is free', async () => (promised = promised.ok ? promised : await quoting('2000')).ok)
  const rest = await quoted('1000')
  if (!promised.ok) throw new Error(promised.code)
  // the quote is of this account's day: no other one pays under it
  const other = await converting(promised.value.id, 'of another', straight.account)
  expect(other.ok).toBe(false)
  const both = []
  for (const [quote, secret] of [
    [promised.value.id, 'first of two'],
    [rest.id, 'second of two'],
  ] as const) {
    const conversion = await converting(quote, secret)
    if (!conversion.ok) throw new Error(`${conversion.code} ${conversion.detail ?? ''}`)
    both.push(conversion.value)
  }
  for (const conversion of both) await lockA(conversion)
  for (const { id } of both) await reach(id, 'B_LOCKED')
  // both days' sums are the ledger's now: nothing is left, and nothing is kept beside it
  const left: { count: string }[] = await hub
    .database('settlement')
    .query(
      "select count(*) from settlement.quote_headroom h join settlement.quote q on q.id = h.quote where q.state in ('open', 'taken')",
    )
  expect(left).toEqual([{ count: '0' }])
  const full = await quoting('10')
  expect(full.ok ? '' : full.detail).toContain('3000 paid')
}, 60_000)
