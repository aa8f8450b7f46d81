// Orders and disputes with the real ledgers, custody and identity: the evidence that custody asks for is the evidence that we bring.
import 'reflect-metadata'
import {
  type EscrowCondition,
  type SpendPath,
  approvalMessage,
  decodeCondition,
  decodeRuling,
  deliveredMessage,
  disputeHash,
  encodeApproval,
  encodeDelivered,
  encodeOffer,
  encodeTransaction,
  offerMessage,
  prescribedOutputs,
  rulingMessage,
  withdrawalHash,
} from '@huitong/chain'
import {
  type HoldForDispute,
  type MilestoneTerms,
  type SignedStatement,
  type WireLeg,
  type WireOrder,
  acceptRuling,
  agreeOrder,
  consentSplit,
  createOffer,
  createOrder,
  createQuote,
  custodyHoldForDispute,
  custodyWithdraw,
  deliverMilestone,
  getDispute,
  getOrder,
  identityHub,
  identityRegisterCarrier,
  identityRegisterOperator,
  ledgerAccount,
  ledgerBalances,
  ledgerCoin,
  ledgerCoins,
  openDispute,
  openLiquidity,
  ruleDispute,
  signRuling,
} from '@huitong/contracts'
import { nativeSign, row } from '@huitong/platform'
import {
  type AccountId,
  type AssetCode,
  type Bytes,
  type Coordinate,
  type OrderId,
  type Preimage,
  type Time,
  expectOk,
  fromHex,
  lockOf,
  toHex,
} from '@huitong/primitives'
import { type Key, keyOf } from '../testing/key.js'
import { RealHub, type RealLedger } from '../testing/real-hub.js'
import { ADMIN, SimServers, actorOf, until } from '../testing/sim-hub.js'
import { pay, secretOf } from '../testing/wallet.js'

const EUR = 'EUR' as AssetCode
const CNY = 'CNY' as AssetCode
const HOUR = 3_600_000
const DAY = 24 * HOUR
const [bea, shop, desk] = [keyOf('real bea'), keyOf('real shop'), keyOf('real order desk')]
const [carrier, olga, otto] = [keyOf('real carrier'), keyOf('real olga'), keyOf('real otto')]

let servers: SimServers
let hub: RealHub
let east: RealLedger
let west: RealLedger
let domain: string
let buyer: string
let merchant: string
let provider: string
let made = 0
const operators: { readonly id: string; readonly key: Key }[] = []

beforeAll(async () => {
  servers = await SimServers.start()
  hub = await RealHub.start(servers, ['east', 'west'])
  const [first, second] = hub.ledgers
  if (first === undefined || second === undefined) throw new Error('two ledgers')
  east = first
  west = second
  domain = (await hub.call(identityHub, {})).hub
  await issue(east, keyOf('real order bank'), { asset: EUR, to: bea, amount: 1_000_000n })
  await issue(west, keyOf('real other bank'), { asset: CNY, to: desk, amount: 900_000n })
  buyer = await hub.party('Bea', bea)
  merchant = await hub.party('Shop', shop)
  provider = await hub.party('Desk', desk)
  await hub.call(identityRegisterCarrier, { idempotencyKey: 'c', name: 'Carrier', publicKey: publicKeyOf(carrier), actor: ADMIN })
  for (const key of [olga, otto]) {
    const asked = { idempotencyKey: publicKeyOf(key), name: 'Operator', publicKey: publicKeyOf(key), actor: ADMIN }
    operators.push({ id: (await hub.call(identityRegisterOperator, asked)).id, key })
  }
  await until('orders are taken', async () => (await hub.bus.call(createOrder, ordered())).ok)
}, 120_000)
afterAll(async () => {
  await hub.stop()
  await servers.stop()
})

const publicKeyOf = ({ policy }: Key): string => policy.keys[0] ?? ''
const stated = (key: Key, body: Bytes, message: Bytes): SignedStatement => ({
  body: toHex(body),
  publicKey: publicKeyOf(key),
  signature: toHex(nativeSign(message, key.seed)),
})
const key = (): string => `key ${(made += 1)}`

async function issue(ledger: RealLedger, bank: Key, issued: { asset: AssetCode; to: Key; amount: bigint }): Promise<void> {
  await hub.submit(ledger, ledger.wallet.open(bank, bea, shop, desk))
  await hub.submit(ledger, ledger.wallet.register(bank, issued.asset))
  await hub.submit(ledger, ledger.wallet.issue(bank, 0, [pay(issued.to.account, issued.asset, issued.amount)]))
}

function ordered(milestone: Partial<MilestoneTerms> = {}) {
  const now = hub.now()
  const times = { shipBy: now + HOUR, deadline: now + 3 * HOUR, latest: now + 20 * DAY }
  const settle = { ledger: east.name, asset: EUR }
  const code = milestone.inspectionMs === undefined ? { deliveryHash: lockOf(secretOf(key())) } : {}
  const one = { merchant, payee: shop.account, settle, amount: '10000', ...code, ...times, items: [], ...milestone }
  return { idempotencyKey: key(), actor: actorOf(buyer), buyer, payer: bea.account, milestones: [one] }
}

/** Agreed to by both, no money locked. */
async function signedByBoth(milestone: Partial<MilestoneTerms> = {}): Promise<WireOrder> {
  const order = await hub.call(createOrder, ordered(milestone))
  for (const [party, by] of [
    [merchant, shop],
    [buyer, bea],
  ] as const) {
    const validUntil = (hub.now() + HOUR) as Time
    const statement = { subject: 'orderTerms', account: by.account, hash: order.termsHash, validUntil } as const
    const approval = stated(by, encodeApproval(statement), approvalMessage(domain, statement))
    await hub.call(agreeOrder, { id: order.id, party, approval, idempotencyKey: key(), actor: actorOf(party) })
  }
  return order
}

async function agreed(milestone: Partial<MilestoneTerms> = {}): Promise<WireOrder> {
  const order = await signedByBoth(milestone)
  await lock(order.milestones[0]?.legs[0])
  return reach(order, 'FUNDED')
}

const get = ({ id }: { readonly id: string }): Promise<WireOrder> => hub.call(getOrder, { id, actor: actorOf(buyer) })
async function reach(order: { readonly id: string }, state: string): Promise<WireOrder> {
  await until(`the milestone is ${state}`, async () => (await get(order)).milestones[0]?.state === state, 25_000).catch(
    async (error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify((await get(order)).milestones[0])}`)
    },
  )
  return get(order)
}

function conditionOf(leg: WireLeg | undefined): EscrowCondition {
  const condition = expectOk(decodeCondition(fromHex(leg?.condition ?? '')), 'a condition')
  if (condition.kind !== 'escrow') throw new Error('an escrow')
  return condition
}

async function lock(leg: WireLeg | undefined): Promise<void> {
  const amount = BigInt(leg?.amount ?? 0)
  const { coins } = await hub.call(ledgerCoins, { account: bea.account, asset: EUR, relation: 'own', limit: 100 }, east.name)
  const coin = coins.find((one) => BigInt(one.amount) > amount)
  if (coin === undefined) throw new Error('Bea has a coin that is large enough')
  const outputs = [{ asset: EUR, amount, condition: conditionOf(leg) }, pay(bea.account, EUR, BigInt(coin.amount) - amount)]
  await hub.submit(east, east.wallet.transfer(bea, coin.coordinate as Coordinate, outputs))
}

async function reveal(ledger: RealLedger, leg: WireLeg | undefined, code: Preimage): Promise<void> {
  const path: SpendPath = { kind: 'code' }
  const coordinate = (leg?.coordinate ?? '') as Coordinate
  const found = await hub.call(ledgerCoin, { coordinate }, ledger.name)
  const condition = expectOk(decodeCondition(fromHex(found.condition)), 'a condition')
  const coin = { asset: found.asset as AssetCode, amount: BigInt(found.amount), condition }
  const outputs = expectOk(prescribedOutputs(coin, path), 'outputs')
  const body = {
    validUntil: (hub.now() + 60_000) as Time,
    reference: '00'.repeat(8),
    inputs: [{ coin: coordinate, path }],
    outputs,
    operations: [],
    memo: '',
  }
  await hub.submit(ledger, { bytes: encodeTransaction({ body, witnesses: { signatures: [], preimages: [code] } }) })
}

async function balance(ledger: RealLedger, account: string, asset: AssetCode): Promise<bigint> {
  const { balances } = await hub.call(ledgerBalances, { account }, ledger.name)
  return BigInt(balances.find((found) => found.asset === asset)?.available ?? '0')
}

/** The provider's offer of 8 CNY a EUR, made once. */
let liquidity: string | undefined
async function quote(): Promise<{ readonly id: string }> {
  if (liquidity === undefined) {
    const opening = { idempotencyKey: 'liquidity', actor: actorOf(provider), provider, owner: desk.account }
    await until('liquidity opens', async () => (await hub.bus.call(openLiquidity, opening)).ok)
    const { account } = await hub.call(openLiquidity, opening)
    liquidity = account
    const [coin] = (await hub.call(ledgerCoins, { account: desk.account, relation: 'own', limit: 10 }, west.name)).coins
    const given = [pay(account as AccountId, CNY, 900_000n)]
    await hub.submit(west, west.wallet.transfer(desk, (coin?.coordinate ?? '') as Coordinate, given))
    const sides = {
      give: { chain: west.chain, asset: CNY, account: account as AccountId },
      take: { chain: east.chain, asset: EUR, account: account as AccountId },
    }
    const rate = { numerator: 8n, denominator: 1n, min: 1n, max: 100_000n, inventory: 500_000n }
    const statement = { offer: 'cd'.repeat(16), ...sides, ...rate, expiry: (hub.now() + 60 * DAY) as Time }
    const offer = stated(desk, encodeOffer(statement), offerMessage(domain, statement))
    await hub.call(createOffer, { idempotencyKey: 'offer', actor: actorOf(provider), provider, offer })
  }
  const wanted = {
    give: { ledger: east.name, asset: EUR },
    take: { ledger: west.name, asset: CNY },
    fixed: 'receive',
    amount: '16000',
  } as const
  return hub.call(createQuote, { idempotencyKey: key(), actor: actorOf(buyer), payer: buyer, ...wanted })
}
async function pairedTerms(code: Preimage): Promise<Partial<MilestoneTerms>> {
  const { id } = await quote()
  return { settle: { ledger: west.name, asset: CNY }, amount: '16000', quote: id, deliveryHash: lockOf(code) }
}
const paired = async (code: Preimage): Promise<WireOrder> => agreed(await pairedTerms(code))

const ruling = (body: string, by: Key): SignedStatement =>
  stated(by, fromHex(body), rulingMessage(domain, expectOk(decodeRuling(fromHex(body)), 'a ruling')))

async function split(order: WireOrder, toMerchant: string): Promise<void> {
  const ask = (party: string, signed?: SignedStatement) =>
    hub.call(consentSplit, {
      id: order.id,
      milestone: 0,
      party,
      toMerchant,
      ...(signed === undefined ? {} : { signed }),
      idempotencyKey: key(),
      actor: actorOf(party),
    })
  const { body } = await ask(buyer)
  await ask(buyer, ruling(body, bea))
  expect((await ask(merchant, ruling(body, shop))).state).toBe('executing')
}

async function dispute(order: WireOrder, toMerchant: string): Promise<string> {
  const hash = disputeHash({ order: order.order as OrderId, milestone: 0 })
  const statement = { subject: 'dispute', account: bea.account, hash, validUntil: (hub.now() + HOUR) as Time } as const
  const opened = stated(bea, encodeApproval(statement), approvalMessage(domain, statement))
  const asked = {
    id: order.id,
    milestone: 0,
    party: buyer,
    claim: 'broken',
    opened,
    idempotencyKey: key(),
    actor: actorOf(buyer),
  }
  const { id } = await hub.call(openDispute, asked)
  await until('the clock stands', async () => (await hub.call(getDispute, { id, actor: ADMIN })).state === 'OPEN', 25_000)
  const proposed = await hub.call(ruleDispute, {
    id,
    toMerchant,
    reasons: 'half of it works',
    idempotencyKey: key(),
    actor: ADMIN,
  })
  for (const operator of operators) {
    const signed = ruling(proposed.ruling?.body ?? '', operator.key)
    await hub.call(signRuling, {
      id,
      signed,
      idempotencyKey: key(),
      actor: { key: operator.id, operator: operator.id, scopes: ['operator'] },
    })
  }
  // neither side appeals: the ruling is in force at once
  for (const party of [buyer, merchant]) {
    if ((await hub.call(getDispute, { id, actor: ADMIN })).state === 'RULED')
      await hub.call(acceptRuling, { id, party, idempotencyKey: key(), actor: actorOf(party) })
  }
  return id
}

async function deliver(order: WireOrder): Promise<void> {
  const coin = (order.milestones[0]?.legs[0]?.coordinate ?? '') as Coordinate
  const statement = { chain: east.chain, order: order.order as OrderId, milestone: 0, coin, at: hub.now() as Time }
  const delivered = stated(carrier, encodeDelivered(statement), deliveredMessage(statement))
  await hub.call(deliverMilestone, { id: order.id, milestone: 0, delivered, idempotencyKey: key(), actor: actorOf(merchant) })
}

/** The provider takes everything out of its liquidity, as it may at any time: there is nothing left to lock. */
async function drain(): Promise<void> {
  const account = (liquidity ?? '') as AccountId
  const { coins } = await hub.call(ledgerCoins, { account, asset: CNY, relation: 'own', limit: 100 }, west.name)
  const amount = coins.reduce((sum, coin) => sum + BigInt(coin.amount), 0n)
  const hash = withdrawalHash({ provider, chain: west.chain, asset: CNY, amount })
  const statement = { subject: 'withdraw', account: desk.account, hash, validUntil: (hub.now() + HOUR) as Time } as const
  const approval = stated(desk, encodeApproval(statement), approvalMessage(domain, statement))
  const asked = { provider, ledger: west.name, asset: CNY, amount: amount.toString(), approval }
  const { transaction } = await hub.call(custodyWithdraw, asked)
  await hub.submit(west, { bytes: fromHex(transaction) })
}

/** How many agreed terms of the order custody keeps. */
async function keptTerms({ order }: WireOrder): Promise<number> {
  const sql = `select count(*)::int as count from kept_terms where order_id = decode($1, 'hex')`
  const found = await row<{ count: number }>(hub.database('custody').manager, sql, [order])
  return found?.count ?? 0
}

async function rotate(who: Key, name: string): Promise<void> {
  const { sequence } = await hub.call(ledgerAccount, { account: who.account }, east.name)
  const keys = { keys: keyOf(name).policy.keys, threshold: 1 }
  await hub.submit(east, east.wallet.sign({ operations: [{ kind: 'rotate', account: who.account, sequence, keys }] }, who))
}

const anchored = (id: string) =>
  until(
    'the ruling is anchored',
    async () => (await hub.call(getDispute, { id, actor: ADMIN })).ruling?.anchoredBy !== undefined,
    25_000,
  )

it('pays by silence after the carrier’s word: custody holds on terms and approvals', async () => {
  const order = await agreed({ inspectionMs: HOUR })
  await deliver(order)
  const held = await reach(order, 'INSPECTION')
  await hub.advance((held.milestones[0]?.nextDeadline?.at ?? 0) - hub.now() + 1_000)
  expect((await reach(order, 'SETTLED')).milestones[0]).toMatchObject({ released: '9950', fees: '50', remaining: '0' })
}, 60_000)

it('divides a coin by consent, and another by a ruling that is anchored', async () => {
  const consented = await agreed()
  await split(consented, '2500')
  expect((await reach(consented, 'SETTLED')).milestones[0]).toMatchObject({ released: '2488', refunded: '7500', fees: '12' })
  const order = await agreed()
  const id = await dispute(order, '5001')
  expect((await reach(order, 'SETTLED')).milestones[0]).toMatchObject({ refunded: '4999' })
  await anchored(id)
  expect((await hub.call(getDispute, { id, actor: ADMIN })).state).toBe('EXECUTED')
}, 90_000)

it('funds the provider’s leg and opens both by one code', async () => {
  const code = secretOf('real door')
  const order = await paired(code)
  await reveal(west, order.milestones[0]?.legs[1], code)
  const settled = await reach(order, 'SETTLED')
  expect(settled.milestones[0]?.legs.map(({ state }) => state)).toEqual(['released', 'released'])
  expect(await balance(west, shop.account, CNY)).toBe(15_920n)
}, 60_000)

it('gives both legs the same share by consent and by ruling, once no code can open them', async () => {
  const consented = await paired(secretOf('real consent'))
  await split(consented, '4001')
  expect((await reach(consented, 'SETTLED')).milestones[0]?.legs.map(({ books }) => books?.refunded)).toEqual(['1500', '11999'])
  const order = await paired(secretOf('real dispute'))
  const id = await dispute(order, '0')
  expect((await reach(order, 'REFUNDED')).milestones[0]?.legs.map(({ state }) => state)).toEqual(['refunded', 'refunded'])
  await anchored(id)
}, 120_000)

it('releases leg A when its hash was dropped and the code then took leg B', async () => {
  const code = secretOf('real race')
  const order = await paired(code)
  const [a, b] = order.milestones[0]?.legs ?? []
  const asked = { id: order.id, milestone: 0, party: buyer, toMerchant: '4001', idempotencyKey: key(), actor: actorOf(buyer) }
  const { body } = await hub.call(consentSplit, asked)
  // the consent reaches custody for leg A only; whoever holds the code is faster on leg B
  const drop = {
    coin: { ledger: east.name, coordinate: a?.coordinate ?? '' },
    ground: 'basis',
    basis: [ruling(body, bea), ruling(body, shop)],
    deadline: conditionOf(a).latest,
    dropDeliveryHash: true,
    validUntil: hub.now() + 60_000,
  } satisfies HoldForDispute
  const { transaction } = await hub.call(custodyHoldForDispute, drop)
  await hub.submit(east, { bytes: fromHex(transaction) })
  await reveal(west, b, code)
  const settled = await reach(order, 'SETTLED')
  expect(settled.milestones[0]?.legs.map(({ state }) => state)).toEqual(['released', 'released'])
}, 60_000)

it('gives leg A back when leg B never comes by its lock-by time', async () => {
  const terms = await pairedTerms(secretOf('real unpaired'))
  await drain()
  const order = await signedByBoth(terms)
  await lock(order.milestones[0]?.legs[0])
  const half = await reach(order, 'HALF_FUNDED')
  const before = await balance(east, bea.account, EUR)
  const lapses = half.milestones[0]?.nextDeadline
  expect(lapses).toMatchObject({ ledger: west.name, default: 'leg_b_lapses' })
  await hub.advance((lapses?.at ?? 0) - hub.now() + 1_000)
  const back = await reach(order, 'REFUNDED')
  expect(back.milestones[0]?.legs.map(({ state }) => state)).toEqual(['refunded', 'awaited'])
  expect(await balance(east, bea.account, EUR)).toBe(before + BigInt(order.milestones[0]?.legs[0]?.amount ?? 0))
}, 90_000)

it('pays by silence although buyer and merchant have new keys: custody keeps what the old ones agreed to', async () => {
  const order = await agreed({ inspectionMs: HOUR })
  await until('the terms are kept', async () => (await keptTerms(order)) === 1)
  await rotate(shop, 'real shop, new key')
  await rotate(bea, 'real bea, new key')
  await deliver(order)
  const held = await reach(order, 'INSPECTION')
  await hub.advance((held.milestones[0]?.nextDeadline?.at ?? 0) - hub.now() + 1_000)
  expect((await reach(order, 'SETTLED')).milestones[0]).toMatchObject({ released: '9950', fees: '50', remaining: '0' })
}, 60_000)
