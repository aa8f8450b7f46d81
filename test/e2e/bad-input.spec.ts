// What must not get through, over real HTTP: requests and transactions that are malformed, oversized, unknown, negative, of the wrong scale,
// replayed, for another ledger, unsigned, double-spending or expired. Each gets its documented code, and afterwards all is as it was.
import type { Operation, Output, TransactionBody } from '@huitong/chain'
import {
  type AccountId,
  type AssetCode,
  type Bytes,
  type Coordinate,
  type Preimage,
  type Time,
  hexOf,
  lockOf,
  sha256,
  toHex,
  utf8,
} from '@huitong/primitives'
import { type Dto, type LedgerClient, type Party, accountCondition, signTransaction, systemEntropy } from '@huitong/sdk'
import type { Stage } from '../../apps/cli/src/demo/stage.js'
import { placeOrder } from '../../apps/cli/src/demo/shop.js'
import { type Sent, call } from './call.js'
import { type House, faultsIn, openHouse } from './house.js'
import { TAEL_BYTES, mistyped, nested, replaced, withPreimage } from './mangled.js'
import { PEARL, POINT, TAEL, settle } from './people.js'
import { expectProblem } from './problem.js'
import { worldOf } from './world.js'

/** Asset, head and amount of an output of 1,000 to an account. */
const A_THOUSAND = [...TAEL_BYTES, 0x12, 3, 0xe8]

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const COIN = 1000n

let house: House
let stage: Stage
let alice: Party
let bob: Party
let silks: Party
let ledger: LedgerClient
let other: LedgerClient
/** Alice's, paid into escrow. */
let order: Dto['OrderDto']
/** Alice's, not agreed to yet. */
let draft: Dto['OrderDto']
let readOnly: string
let own: Coordinate
let spent: Coordinate
let now: Time
const keyOf = (party: Party): string | undefined => party.hub.http.options.apiKey
const fresh = (): string => toHex(systemEntropy.bytes(12))

beforeAll(async () => {
  house = await openHouse()
  stage = await settle(house)
  alice = await stage.person('Alice', [TAEL, POINT])
  bob = await stage.person('Bob', [TAEL])
  silks = await stage.person('Silks', [TAEL])
  ledger = await stage.network.ledger(TAEL)
  other = await stage.network.ledger(POINT)
  await stage.grant(alice.account.id, TAEL, 50n * COIN)
  order = await placeOrder(stage, {
    buyer: alice,
    merchant: silks,
    amount: COIN,
    item: 'silk',
    code: hexOf<Preimage>(sha256(utf8('silk'))),
  })
  spent = (await stage.pay(alice, bob, TAEL, 10n)).coins[0]?.coordinate ?? ('' as Coordinate)
  await stage.pay(bob, alice, TAEL, 10n)
  own = (await stage.grant(alice.account.id, TAEL, COIN)).coins[0]?.coordinate ?? ('' as Coordinate)
  now = await ledger.now()
  draft = await alice.hub.createOrder(orderOf({}) as Dto['CreateOrderDto'])
  const made = await alice.hub.createApiKey({ label: 'reader', scopes: ['read'] })
  readOnly = made.secret ?? ''
})

afterAll(() => house?.close())

async function unchanged<T>(work: () => Promise<T>): Promise<T> {
  const before = await worldOf(stage, [alice, bob, silks])
  const result = await work()
  expect(await worldOf(stage, [alice, bob, silks])).toEqual(before)
  return result
}

function orderOf(milestone: Record<string, unknown>, rest: Record<string, unknown> = {}): Record<string, unknown> {
  const at = (days: number): string => new Date(now + days * DAY).toISOString()
  return {
    buyer: alice.id,
    payer: alice.address,
    milestones: [
      {
        merchant: silks.id,
        payee: silks.address,
        settle: { ledger: TAEL.ledger, asset: TAEL.asset },
        amount: '100',
        deliveryHash: lockOf(hexOf<Preimage>(systemEntropy.bytes(32))),
        shipBy: at(2),
        deadline: at(12),
        latest: at(90),
        items: [],
        ...milestone,
      },
    ],
    ...rest,
  }
}

const asAlice = (at: string, body: unknown): Sent => ({ path: at, as: keyOf(alice), key: fresh(), body })
const newOrder = (milestone: Record<string, unknown>, rest: Record<string, unknown> = {}): Sent =>
  asAlice('/v1/orders', orderOf(milestone, rest))
const without = (milestone: Record<string, unknown>, name: string): Record<string, unknown> => ({
  ...milestone,
  [name]: undefined,
})
const quote = (changes: Record<string, unknown>): Sent =>
  asAlice('/v1/quotes', {
    payer: alice.id,
    give: { ledger: TAEL.ledger, asset: TAEL.asset },
    take: { ledger: POINT.ledger, asset: POINT.asset },
    fixed: 'send',
    amount: '100',
    ...changes,
  })

const UNKNOWN = '00'.repeat(16)

type Row = readonly [string, () => Sent | Promise<Sent>, string, string?]

/** What | the request | its code | the field at fault. */
const REQUESTS: readonly Row[] = [
  ['no key', () => ({ path: '/v1/orders' }), 'authentication_missing'],
  ['not a Bearer key', () => ({ path: '/v1/orders', authorization: 'Basic eDp5' }), 'authentication_malformed'],
  ['a key nobody has', () => ({ path: '/v1/orders', as: `ht_00000000_${'0'.repeat(48)}` }), 'key_unknown'],
  ['a key of another scope', () => ({ ...newOrder({}), as: readOnly }), 'scope_missing'],
  ['operators made by a party', () => asAlice('/v1/operators', { name: 'x', publicKey: '00'.repeat(32) }), 'scope_missing'],
  ['the clock moved by a party', () => asAlice('/v1/sandbox/clock', { to: '2030-01-01T00:00:00Z' }), 'scope_missing'],
  ['a write without a key of its own', () => without({ ...newOrder({}) }, 'key') as unknown as Sent, 'idempotency_key_missing'],
  ['a write with an odd key', () => ({ ...newOrder({}), key: 'two words' }), 'idempotency_key_malformed'],
  ['a write with a long key', () => ({ ...newOrder({}), key: 'k'.repeat(201) }), 'idempotency_key_malformed'],
  ['no route', () => ({ path: '/v1/nothing' }), 'route_unknown'],
  ['no such method', () => ({ ...newOrder({}), method: 'PUT' }), 'route_unknown'],
  ['an odd path', () => ({ path: '/v1/ledgers/%zz' }), 'url_malformed'],
  ['half of JSON', () => ({ ...newOrder({}), text: '{"buyer":' }), 'json_malformed'],
  ['a list', () => ({ ...newOrder({}), text: '[]' }), 'json_malformed'],
  ['deep JSON', () => asAlice('/v1/orders', nested(64)), 'json_too_deep'],
  ['a forbidden member', () => ({ ...newOrder({}), text: '{"__proto__":{"admin":true}}' }), 'json_key_forbidden'],
  ['a body of 300,000 bytes', () => newOrder({}, { reference: 'r'.repeat(300_000) }), 'body_too_large'],
  ['text', () => ({ ...newOrder({}), type: 'text/plain' }), 'content_type_unsupported'],
  ['a field nobody knows', () => newOrder({ discount: '5' }), 'field_unknown', 'milestones.0.discount'],
  ...['-1', '1.5', '01', '1e3', '', ' 1', '0', '99999999999999999999', 5].map((amount): Row => [
    `the amount ${JSON.stringify(amount)}`,
    () => newOrder({ amount }),
    'malformed',
    'milestones.0.amount',
  ]),
  ['an amount above 2^63-1', () => newOrder({ amount: '9223372036854775808' }), 'amount_out_of_range'],
  ['a list where a text belongs', () => newOrder({ merchant: [silks.id] }), 'malformed', 'milestones.0.merchant'],
  ['an address with a typing error', () => newOrder({ payee: mistyped(silks.address) }), 'malformed', 'milestones.0.payee'],
  ['a time with an offset', () => newOrder({ shipBy: '2030-01-01T00:00:00+08:00' }), 'malformed', 'milestones.0.shipBy'],
  ['a day that does not exist', () => newOrder({ shipBy: '2030-02-30T00:00:00Z' }), 'malformed', 'milestones.0.shipBy'],
  ['no milestones', () => newOrder({}, { milestones: [] }), 'malformed', 'milestones'],
  ['an id of another form', () => ({ path: '/v1/orders/ord_1', as: keyOf(alice) }), 'malformed', 'id'],
  ['an order that is not', () => ({ path: `/v1/orders/ord_${UNKNOWN}`, as: keyOf(alice) }), 'order_unknown'],
  ['somebody else’s order', () => ({ path: `/v1/orders/${order.id}`, as: keyOf(bob) }), 'order_unknown'],
  ['an order for somebody else', () => ({ ...newOrder({}), as: keyOf(bob) }), 'forbidden'],
  ['an unknown ledger', () => ({ path: '/v1/ledgers/nowhere' }), 'ledger_unknown'],
  ['a coin that never was', () => ({ path: `/v1/ledgers/shanxi/coins/${'00'.repeat(32)}` }), 'coin_unknown'],
  ['a receipt of nothing', () => ({ path: `/v1/ledgers/shanxi/transactions/${'00'.repeat(32)}/receipt` }), 'transaction_unknown'],
  ['a block to come', () => ({ path: '/v1/ledgers/shanxi/blocks/999999' }), 'block_unknown'],
  ['a page of 1,000 rows', () => ({ path: '/v1/orders?limit=1000', as: keyOf(alice) }), 'malformed', 'limit'],
  ['a cursor nobody gave', () => ({ path: '/v1/orders?after=yesterday', as: keyOf(alice) }), 'malformed', 'after'],
  ['pay on an unknown ledger', () => newOrder({ settle: { ledger: 'nowhere', asset: TAEL.asset } }), 'ledger_unknown'],
  ['pay in an unknown token', () => newOrder({ settle: { ledger: TAEL.ledger, asset: 'NOTHING' } }), 'asset_unknown'],
  ['a merchant that is not', () => newOrder({ merchant: `pty_${UNKNOWN}` }), 'account_unbound'],
  ['somebody else’s money', () => newOrder({}, { payer: bob.address }), 'account_unbound'],
  ['buying from oneself', () => newOrder({ merchant: alice.id, payee: alice.address }), 'self_trade'],
  ['a deadline before shipping', () => newOrder({ deadline: new Date(now + DAY).toISOString() }), 'terms_invalid'],
  ['code and inspection', () => newOrder({ inspectionMs: DAY }), 'terms_invalid'],
  ['neither code nor inspection', () => newOrder(without({}, 'deliveryHash')), 'terms_invalid'],
  ['a code used before', () => newOrder({ deliveryHash: order.milestones[0]?.deliveryHash }), 'hash_reused'],
  ['a quote that is not', () => newOrder({ quote: `qte_${UNKNOWN}` }), 'quote_unknown'],
  ['an agreement to other terms', () => agreeing('terms'), 'terms_mismatch'],
  ['an agreement with a broken signature', () => agreeing('signature'), 'signature_invalid'],
  ['an agreement signed by another', () => agreeing('signer'), 'signature_invalid'],
  ['shipping by the buyer', () => asAlice(`/v1/orders/${order.id}/ship`, { milestone: 0 }), 'forbidden'],
  [
    'shipping by a stranger',
    () => ({ ...asAlice(`/v1/orders/${order.id}/ship`, { milestone: 0 }), as: keyOf(bob) }),
    'order_unknown',
  ],
  [
    'shipping what is not ordered',
    () => ({ ...asAlice(`/v1/orders/${order.id}/ship`, { milestone: 7 }), as: keyOf(silks) }),
    'milestone_unknown',
  ],
  [
    'shipping before payment',
    () => ({ ...asAlice(`/v1/orders/${draft.id}/ship`, { milestone: 0 }), as: keyOf(silks) }),
    'wrong_state',
  ],
  ['a dispute by a stranger', () => ({ ...disputing(), as: keyOf(bob) }), 'order_unknown'],
  ['no such exchange', () => quote({ take: { ledger: PEARL.ledger, asset: PEARL.asset } }), 'no_offer'],
  ['more than anyone offers', () => quote({ amount: '9000000000000' }), 'amount_out_of_range'],
  ['a quote in the negative', () => quote({ amount: '-5' }), 'malformed', 'amount'],
  ['a quote for somebody else', () => ({ ...quote({}), as: keyOf(bob) }), 'forbidden'],
  ['a conversion of no quote', () => asAlice('/v1/conversions', converting(`qte_${UNKNOWN}`)), 'quote_unknown'],
  ['transactions that are no hexadecimal', () => submitting(['xyz']), 'malformed', 'transactions'],
  ['no transactions', () => submitting([]), 'malformed', 'transactions'],
  ['1,001 transactions', () => submitting(Array.from({ length: 1001 }, () => '00')), 'malformed', 'transactions'],
  ['transactions for no ledger', () => ({ ...submitting(['00']), path: '/v1/ledgers/nowhere/transactions' }), 'ledger_unknown'],
]

const submitting = (transactions: readonly string[]): Sent => asAlice('/v1/ledgers/shanxi/transactions', { transactions })
const converting = (id: string) => ({
  quote: id,
  hash: lockOf(hexOf<Preimage>(systemEntropy.bytes(32))),
  giveAccount: alice.address,
  takeAccount: alice.address,
})
const disputing = (): Sent =>
  asAlice('/v1/disputes', {
    order: order.id,
    party: alice.id,
    milestone: 0,
    claim: 'x',
    opened: { body: '00', publicKey: '00'.repeat(32), signature: '00'.repeat(64) },
  })

async function agreeing(wrong: 'terms' | 'signature' | 'signer'): Promise<Sent> {
  const { hub } = await house.admin.hub()
  const approval = await (wrong === 'signer' ? bob.withAccount(bob.account) : alice).approve(hub, {
    subject: 'orderTerms',
    hash: wrong === 'terms' ? '11'.repeat(32) : draft.termsHash,
    validUntil: (now + DAY / 2) as Time,
  })
  const signature =
    wrong === 'signature' ? `${approval.signature.slice(0, 60)}0000${approval.signature.slice(64)}` : approval.signature
  return asAlice(`/v1/orders/${draft.id}/agree`, { party: alice.id, approval: { ...approval, signature } })
}

describe('requests', () => {
  for (const [name, request, code, field] of REQUESTS)
    it(name, () => unchanged(async () => expectProblem(await call(house.url, await request()), code, field)))
})

interface Draft {
  readonly body?: Partial<TransactionBody>
  readonly by?: readonly Party[]
  readonly on?: LedgerClient
  readonly bytes?: (bytes: Bytes) => Bytes
}

const pay = (amount: bigint, to: Party = bob, asset: AssetCode = TAEL.asset): Output => ({
  asset,
  amount,
  condition: accountCondition(to.account.id),
})

/** A payment of Alice's coin of 1000 to Bob, changed as the row says. */
async function transaction({ body = {}, by = [alice], on = ledger, bytes = (same) => same }: Draft): Promise<Bytes> {
  const whole: TransactionBody = {
    validUntil: (now + 20 * MINUTE) as Time,
    reference: toHex(systemEntropy.bytes(8)),
    inputs: [{ coin: own, path: { kind: 'own' } }],
    outputs: [pay(COIN)],
    operations: [],
    memo: '',
    ...body,
  }
  const signed = await signTransaction(on.chain, whole, { accounts: by.map(({ account }) => account) })
  return bytes(Uint8Array.from(signed.bytes))
}

const only = (...operations: readonly Operation[]): Partial<TransactionBody> => ({ inputs: [], outputs: [], operations })
const issuer = (): Party => stage.network.issuer(TAEL)
const sequence = async (): Promise<number> => (await ledger.asset(TAEL.asset))?.sequence ?? 0
const issuing = async (amount: bigint, ahead = 0): Promise<Partial<TransactionBody>> => ({
  inputs: [],
  outputs: [pay(amount)],
  operations: [{ kind: 'issue', asset: TAEL.asset, sequence: (await sequence()) + ahead, amount }],
})
const register = (asset: string): Operation => ({
  kind: 'registerAsset',
  asset: asset as AssetCode,
  scale: 2,
  maxSupply: 1000n,
  issuer: alice.account.id,
  powers: { freeze: false, clawback: false },
})

/** What | the transaction | the code of its outcome. */
const TRANSACTIONS: readonly (readonly [string, () => Draft | Promise<Draft>, string])[] = [
  ['an unknown version', () => ({ bytes: (bytes) => Uint8Array.of(2, ...bytes.subarray(1)) }), 'version_unknown'],
  ['half a transaction', () => ({ bytes: (bytes) => bytes.subarray(0, bytes.length >> 1) }), 'truncated'],
  ['a byte too few', () => ({ bytes: (bytes) => bytes.subarray(0, -1) }), 'truncated'],
  ['a byte too many', () => ({ bytes: (bytes) => Uint8Array.of(...bytes, 0) }), 'trailing_bytes'],
  ['an amount of zero', () => ({ bytes: replaced(A_THOUSAND, [...TAEL_BYTES, 0x12, 0, 0]) }), 'amount_malformed'],
  [
    'an amount below zero, as a signed number would have it',
    () => ({
      body: { outputs: [pay(2n ** 62n)] },
      bytes: replaced([...TAEL_BYTES, 0x18, 0x40], [...TAEL_BYTES, 0x18, 0xc0]),
    }),
    'amount_malformed',
  ],
  ['an asset in small letters', () => ({ bytes: replaced(TAEL_BYTES, [...utf8('tael'), 0, 0, 0, 0]) }), 'asset_code_malformed'],
  [
    'ten decimals',
    () => ({
      body: only(register('NEW')),
      bytes: replaced([...utf8('NEW'), 0, 0, 0, 0, 0, 2], [...utf8('NEW'), 0, 0, 0, 0, 0, 10]),
    }),
    'scale_malformed',
  ],
  ['an expired transaction', () => ({ body: { validUntil: (now - 1) as Time } }), 'valid_until_passed'],
  ['one valid for more than a day', () => ({ body: { validUntil: (now + 25 * 60 * MINUTE) as Time } }), 'valid_until_too_far'],
  ['nothing to do', () => ({ body: only(), by: [] }), 'nothing_to_do'],
  ['a coin twice', () => ({ body: { inputs: [own, own].map((coin) => ({ coin, path: { kind: 'own' } })) } }), 'input_repeated'],
  [
    'a coin that never was',
    () => ({ body: { inputs: [{ coin: '00'.repeat(32) as Coordinate, path: { kind: 'own' } }] } }),
    'coin_unknown',
  ],
  ['a coin spent before', () => ({ body: { inputs: [{ coin: spent, path: { kind: 'own' } }] }, by: [bob] }), 'coin_unknown'],
  [
    'escrow spent as one’s own',
    () => ({ body: { inputs: [{ coin: coordinateOfOrder(), path: { kind: 'own' } }] } }),
    'path_not_of_condition',
  ],
  ['a preimage nobody asked for', () => ({ bytes: withPreimage }), 'preimage_count'],
  ['an unknown token', () => ({ body: { outputs: [pay(COIN, bob, 'NOTHING' as AssetCode)] } }), 'asset_unknown'],
  [
    'a payee without an account',
    () => ({ body: { outputs: [{ ...pay(COIN), condition: accountCondition('ab'.repeat(32) as AccountId) }] } }),
    'account_unknown',
  ],
  ['more out than in', () => ({ body: { outputs: [pay(COIN + 1n)] } }), 'unbalanced'],
  ['less out than in', () => ({ body: { outputs: [pay(COIN - 1n)] } }), 'unbalanced'],
  ['nobody’s signature', () => ({ by: [] }), 'signature_groups'],
  ['somebody else’s signature', () => ({ by: [bob] }), 'signature_wrong'],
  ['one signature too many', () => ({ by: [alice, bob] }), 'signature_groups'],
  ['signed for another ledger', () => ({ on: other }), 'signature_wrong'],
  ['a body changed after signing', () => ({ bytes: replaced(A_THOUSAND, [...TAEL_BYTES, 0x12, 3, 0xe7]) }), 'unbalanced'],
  ['issuing as somebody else', async () => ({ body: await issuing(5n) }), 'signature_wrong'],
  ['issuing again', async () => ({ body: await issuing(5n, -1), by: [issuer()] }), 'sequence_wrong'],
  ['issuing ahead', async () => ({ body: await issuing(5n, 1), by: [issuer()] }), 'sequence_wrong'],
  ['issuing more than may be', async () => ({ body: await issuing(1_000_000_000_000_000n), by: [issuer()] }), 'supply_exceeded'],
  ['a token that is there', () => ({ body: only(register('TAEL')) }), 'asset_exists'],
  ['an account that is open', () => ({ body: only({ kind: 'openAccount', policy: alice.account.policy }) }), 'account_exists'],
  [
    'a recovery without authorities',
    async () => ({
      body: only({
        kind: 'proposeRecovery',
        account: alice.account.id,
        sequence: (await ledger.account(alice.account.id))?.sequence ?? 0,
        keys: bob.account.current,
      }),
      by: [],
    }),
    'recovery_not_offered',
  ],
]

const coordinateOfOrder = (): Coordinate => (order.milestones[0]?.legs[0]?.coordinate ?? '') as Coordinate

async function outcomeOf(bytes: Bytes, at = TAEL.ledger): Promise<Record<string, unknown>> {
  const answer = await call(house.url, { ...submitting([toHex(bytes)]), path: `/v1/ledgers/${at}/transactions` })
  expect(answer).toMatchObject({ status: expect.toBeOneOf([200, 201]) })
  const items = answer.body['items'] as Record<string, unknown>[]
  return items[0] ?? {}
}

describe('transactions', () => {
  it.each(TRANSACTIONS)('%s', async (_, made, code) => {
    const bytes = await transaction(await made())
    expect(await unchanged(() => outcomeOf(bytes))).toMatchObject({ outcome: 'refused', code })
  })

  it('a coin spent twice in one request: one of the two', async () => {
    const [coin] = (await stage.grant(alice.account.id, TAEL, COIN)).coins
    const inputs = [{ coin: coin?.coordinate ?? own, path: { kind: 'own' } as const }]
    const twice = [await transaction({ body: { inputs } }), await transaction({ body: { inputs } })]
    const answer = await call(house.url, submitting(twice.map(toHex)))
    const outcomes = (answer.body['items'] as { outcome: string; code?: string }[]).map((item) => item.code ?? item.outcome)
    expect(outcomes.sort()).toEqual(['coin_unknown', 'committed'])
  })

  it('sent again: the same place, and nothing happens', async () => {
    const [coin] = (await stage.grant(alice.account.id, TAEL, COIN)).coins
    const bytes = await transaction({ body: { inputs: [{ coin: coin?.coordinate ?? own, path: { kind: 'own' } }] } })
    const first = await outcomeOf(bytes)
    expect(first).toMatchObject({ outcome: 'committed' })
    expect(await unchanged(() => outcomeOf(bytes))).toEqual({ ...first, outcome: 'replayed' })
    expect(await unchanged(() => outcomeOf(bytes, POINT.ledger))).toMatchObject({ outcome: 'refused', code: 'coin_unknown' })
  })
})

describe('idempotency', () => {
  it('same key, same body: the same answer, marked, and one order', async () => {
    const request = newOrder({})
    const first = await call(house.url, request)
    expect(first).toMatchObject({ status: 201, replayed: false })
    const again = await unchanged(() => call(house.url, request))
    expect(again).toEqual({ ...first, replayed: true })
  })

  it('same key, other body: refused, whatever the body is', async () => {
    const request = newOrder({})
    expect(await call(house.url, request)).toMatchObject({ status: 201 })
    await unchanged(async () =>
      expectProblem(await call(house.url, { ...newOrder({}), key: request.key ?? '' }), 'idempotency_key_reused'),
    )
  })

  it('the same key of another party is another key', async () => {
    const request = newOrder({})
    expect(await call(house.url, request)).toMatchObject({ status: 201 })
    await unchanged(async () => expectProblem(await call(house.url, { ...request, as: keyOf(bob) }), 'forbidden'))
  })

  it('twenty at once: one order', async () => {
    const request = newOrder({})
    const count = async (): Promise<number> =>
      (await alice.hub.http.send<Dto['OrderPageDto']>({ method: 'GET', path: '/v1/orders', query: { limit: 200 } })).items.length
    const before = await count()
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(house.url, request)))
    const ids = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body['id']))
    expect(ids.size).toBe(1)
    for (const answer of answers) if (answer.status !== 201) expectProblem(answer, 'in_flight')
    expect(await count()).toBe(before + 1)
  })
})

it('an expired quote is not converted', async () => {
  const made = (await call(house.url, quote({}))).body
  await stage.passTime(TAEL, 10 * MINUTE)
  await unchanged(async () =>
    expectProblem(await call(house.url, asAlice('/v1/conversions', converting(String(made['id'])))), 'quote_expired'),
  )
})

it('no process of the hub has logged an error', () => {
  expect(faultsIn(house.folder)).toEqual([])
})
