// Conversions with the real ledgers, custody and identity: the evidence that custody asks for is the evidence we bring.
import 'reflect-metadata'
import {
  type HashLockCondition,
  decodeCondition,
  encodeOffer,
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
  getOffer,
  hubTerms,
  identityHub,
  ledgerBalances,
  ledgerCoins,
  openLiquidity,
} from '@huitong/contracts'
import { nativeSign } from '@huitong/platform'
import { type AccountId, type AssetCode, type Coordinate, type Time, expectOk, fromHex, lockOf, toHex } from '@huitong/primitives'
import { RealHub, type RealLedger } from '../testing/real-hub.js'
import { ADMIN, SimServers, actorOf, until } from '../testing/sim-hub.js'
import { type Key, keyOf } from '../testing/key.js'
import { pay, secretOf } from '../testing/wallet.js'

const EUR = 'EUR' as AssetCode
const CNY = 'CNY' as AssetCode
const [ann, desk] = [keyOf('real ann'), keyOf('real desk')]

let servers: SimServers
let hub: RealHub
let east: RealLedger
let west: RealLedger
let payer: string
let provider: string
let offer: { readonly id: string; readonly liquidity: string }

beforeAll(async () => {
  servers = await SimServers.start()
  hub = await RealHub.start(servers, ['east', 'west'])
  const [first, second] = hub.ledgers
  if (first === undefined || second === undefined) throw new Error('two ledgers')
  east = first
  west = second
  await issue(east, keyOf('real east bank'), { asset: EUR, to: ann, amount: 10_000n })
  await issue(west, keyOf('real west bank'), { asset: CNY, to: desk, amount: 90_000n })
  payer = await hub.party('Ann', ann)
  provider = await hub.party('Desk', desk)
  const opening = { idempotencyKey: 'liquidity', actor: actorOf(provider), provider, owner: desk.account }
  await until('liquidity opens', async () => (await hub.bus.call(openLiquidity, opening)).ok)
  const { account } = await hub.call(openLiquidity, opening)
  const [coin] = (await hub.call(ledgerCoins, { account: desk.account, relation: 'own', limit: 10 }, west.name)).coins
  await hub.submit(
    west,
    west.wallet.transfer(desk, (coin?.coordinate ?? '') as Coordinate, [pay(account as AccountId, CNY, 90_000n)]),
  )
  offer = await makeOffer(account as AccountId)
})
afterAll(async () => {
  await hub.stop()
  await servers.stop()
})

async function issue(ledger: RealLedger, bank: Key, issued: { asset: AssetCode; to: Key; amount: bigint }): Promise<void> {
  await hub.submit(ledger, ledger.wallet.open(bank, ann, desk))
  await hub.submit(ledger, ledger.wallet.register(bank, issued.asset))
  await hub.submit(ledger, ledger.wallet.issue(bank, 0, [pay(issued.to.account, issued.asset, issued.amount)]))
}

async function makeOffer(account: AccountId) {
  const statement = {
    offer: 'ab'.repeat(16),
    give: { chain: west.chain, asset: CNY, account },
    take: { chain: east.chain, asset: EUR, account },
    numerator: 78n,
    denominator: 10n,
    min: 10n,
    max: 5_000n,
    inventory: 50_000n,
    expiry: (Date.now() + 86_400_000) as Time,
  }
  const { hub: id } = await hub.call(identityHub, {})
  const signature = toHex(nativeSign(offerMessage(id, statement), desk.seed))
  const [publicKey = ''] = desk.policy.keys
  const signed = { body: toHex(encodeOffer(statement)), publicKey, signature }
  return hub.call(createOffer, { idempotencyKey: 'offer', actor: actorOf(provider), provider, offer: signed })
}

async function converting(name: string, amount: string): Promise<WireConversion> {
  const actor = actorOf(payer)
  const give = { ledger: east.name, asset: EUR }
  const take = { ledger: west.name, asset: CNY }
  const quote = await hub.call(createQuote, { idempotencyKey: `quote ${name}`, actor, payer, give, take, fixed: 'send', amount })
  return hub.call(createConversion, {
    idempotencyKey: `convert ${name}`,
    actor,
    quote: quote.id,
    hash: lockOf(secretOf(name)),
    giveAccount: ann.account,
    takeAccount: ann.account,
  })
}

const get = (id: string): Promise<WireConversion> => hub.call(getConversion, { id, actor: actorOf(payer) })
const reach = (id: string, state: string) => until(`conversion is ${state}`, async () => (await get(id)).state === state, 20_000)

async function balance(ledger: RealLedger, account: string, asset: AssetCode): Promise<string> {
  const { balances } = await hub.call(ledgerBalances, { account }, ledger.name)
  return balances.find((found) => found.asset === asset)?.available ?? '0'
}

async function lockA({ legA }: WireConversion): Promise<void> {
  const { coins } = await hub.call(ledgerCoins, { account: ann.account, asset: EUR, relation: 'own', limit: 50 }, east.name)
  const amount = BigInt(legA.amount)
  const coin = coins.find((candidate) => BigInt(candidate.amount) >= amount)
  if (coin === undefined) throw new Error('Ann has a coin that is large enough')
  const change = BigInt(coin.amount) - amount
  const outputs = [{ asset: EUR, amount, condition: conditionOf(legA) }, ...(change > 0n ? [pay(ann.account, EUR, change)] : [])]
  await hub.submit(east, east.wallet.transfer(ann, coin.coordinate as Coordinate, outputs))
}

function conditionOf(leg: WireLeg): HashLockCondition {
  const condition = expectOk(decodeCondition(fromHex(leg.condition ?? '')), 'a condition')
  if (condition.kind !== 'hashLock') throw new Error('a hash lock')
  return condition
}

it('completes: custody signs leg B on our evidence, the watchtower pays the provider', async () => {
  const conversion = await converting('real', '1000')
  await lockA(conversion)
  await reach(conversion.id, 'B_LOCKED')
  const { legB } = await get(conversion.id)
  const coin = { asset: CNY, amount: BigInt(legB.amount), condition: conditionOf(legB) }
  const path = { kind: 'claim' } as const
  const inputs = [{ coin: (legB.coordinate ?? '') as Coordinate, path }]
  const outputs = expectOk(prescribedOutputs(coin, path), 'outputs')
  const body = { validUntil: (Date.now() + 60_000) as Time, reference: '00'.repeat(8), inputs, outputs, operations: [], memo: '' }
  const bytes = encodeTransaction({ body, witnesses: { signatures: [], preimages: [secretOf('real')] } })
  await hub.submit(west, { bytes })
  await reach(conversion.id, 'SETTLED')
  expect(await balance(west, ann.account, CNY)).toBe('7800')
  expect(await balance(east, offer.liquidity, EUR)).toBe('1000')
})

it('returns both legs by the ledgers’ clocks when nothing is revealed; custody signs A’s cancel once B is back', async () => {
  const before = await balance(east, ann.account, EUR)
  const conversion = await converting('really mute', '500')
  await lockA(conversion)
  await reach(conversion.id, 'B_LOCKED')
  await hub.advance(60 * 60_000)
  await reach(conversion.id, 'REFUNDED')
  await until('the money is back', async () => (await balance(east, ann.account, EUR)) === before)
  const { reserved, used } = await hub.call(getOffer, { id: offer.id, actor: ADMIN })
  expect({ reserved, used }).toEqual({ reserved: '0', used: '7800' })
})

it('tells the hub’s terms', async () => {
  expect(await hub.call(hubTerms, {})).toMatchObject({ feePpm: 5_000, quoteTtlMs: 30_000 })
})
