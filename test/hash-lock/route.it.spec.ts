// Case 32 of hash locks, and conversions through a third token on a third ledger: all hops or none, and every hop's books add up in every state.
import 'reflect-metadata'
import { type OfferStatement, encodeOffer, offerMessage } from '@huitong/chain'
import {
  type CreateQuote,
  type WireConversion,
  type WireOffer,
  type WireQuote,
  createConversion,
  createOffer,
  createQuote,
  getConversion,
  getOffer,
  openLiquidity,
} from '@huitong/contracts'
import { nativeSign, row } from '@huitong/platform'
import { type AccountId, type AssetCode, type Time, invariant, lockOf, sha256, toHex, utf8 } from '@huitong/primitives'
import { ConversionModule } from '../../apps/settlement/src/conversion/conversion.module.js'
import { claim, conditionOf, lockLeg, value } from '../../apps/settlement/src/testing/hash-lock.js'
import { keyOf } from '../../apps/settlement/src/testing/key.js'
import { HUB, SimHub, SimServers, actorOf, partyId, until } from '../../apps/settlement/src/testing/sim-hub.js'
import type { SimLedger } from '../../apps/settlement/src/testing/sim-ledger.js'
import { fund, must, pay, secretOf, signed } from '../../apps/settlement/src/testing/wallet.js'
import { blockOfSpend, loseAll, loseNone } from './looks.js'

const person = (name: string) => ({ party: partyId(name), key: keyOf(name) })
type Person = ReturnType<typeof person>
const ann = person('ann')
/** First takes EUR and gives GBP, second takes GBP and gives CNY, third gives CNY for EUR at once. */
const [first, second, third] = [person('first'), person('second'), person('third')]
const [EUR, GBP, CNY] = ['EUR', 'GBP', 'CNY'] as [AssetCode, AssetCode, AssetCode]

let servers: SimServers
let hub: SimHub
let east: SimLedger
let mid: SimLedger
let west: SimLedger
let offers: { readonly first: WireOffer; readonly second: WireOffer; readonly third: WireOffer }
let made = 0
const key = (name: string): string => `${name} ${++made}`

beforeAll(async () => {
  servers = await SimServers.start()
})
afterAll(() => servers.stop())
beforeEach(async () => {
  hub = await SimHub.start(servers, { nouns: [ConversionModule], names: ['east', 'mid', 'west'] })
  const [one, two, three] = hub.ledgers
  invariant(one !== undefined && two !== undefined && three !== undefined, 'three ledgers')
  east = one
  mid = two
  west = three
  for (const { party, key: own } of [ann, first, second, third]) hub.identity.owners.set(own.account, party)
  await fund(east, {
    issuer: keyOf('east bank'),
    asset: EUR,
    holders: [
      [ann.key, 10_000n],
      [first.key, 0n],
      [third.key, 0n],
    ],
  })
  await fund(mid, {
    issuer: keyOf('mid bank'),
    asset: GBP,
    holders: [
      [first.key, 50_000n],
      [second.key, 0n],
    ],
  })
  await fund(west, {
    issuer: keyOf('west bank'),
    asset: CNY,
    holders: [
      [second.key, 90_000n],
      [third.key, 90_000n],
      [ann.key, 0n],
    ],
  })
  offers = {
    // 1000 EUR are 900 GBP are 8100 CNY; directly they are 7800
    first: await offering(first, { ledger: mid, asset: GBP }, { ledger: east, asset: EUR }, [9n, 10n]),
    second: await offering(second, { ledger: west, asset: CNY }, { ledger: mid, asset: GBP }, [9n, 1n]),
    third: await offering(third, { ledger: west, asset: CNY }, { ledger: east, asset: EUR }, [78n, 10n]),
  }
})
afterEach(async () => {
  const sum = (ledger: SimLedger) => [...ledger.state.allCoins()].reduce((total, { amount }) => total + amount, 0n)
  const counted = [east, mid, west].map(sum)
  await expectReservedAddsUp()
  await hub.stop()
  expect(counted).toEqual([10_000n, 50_000n, 180_000n])
})

interface Token {
  readonly ledger: SimLedger
  readonly asset: AssetCode
}

async function offering(
  by: Person,
  give: Token,
  take: Token,
  [numerator, denominator]: readonly [bigint, bigint],
): Promise<WireOffer> {
  const asked = { actor: actorOf(by.party), provider: by.party }
  const open = () => hub.bus.call(openLiquidity, { idempotencyKey: key('open'), ...asked, owner: by.key.account })
  await until('liquidity opens', async () => (await open()).ok)
  const account = value(await open()).account as AccountId
  for (const coin of give.ledger.coinsOf(by.key.account, give.asset)) {
    const inputs = [{ coin: coin.coordinate, path: { kind: 'own' } as const }]
    await must(give.ledger, signed(give.ledger, { inputs, outputs: [pay(account, give.asset, coin.amount)] }, by.key))
  }
  const statement: OfferStatement = {
    offer: toHex(sha256(utf8(key('offer')))).slice(0, 32),
    give: { chain: give.ledger.chain, asset: give.asset, account },
    take: { chain: take.ledger.chain, asset: take.asset, account },
    numerator,
    denominator,
    min: 10n,
    max: 5_000n,
    inventory: 40_000n,
    expiry: (give.ledger.now() + 86_400_000) as Time,
  }
  const [publicKey = ''] = by.key.policy.keys
  const offer = {
    body: toHex(encodeOffer(statement)),
    publicKey,
    signature: toHex(nativeSign(offerMessage(HUB, statement), by.key.seed)),
  }
  return value(await hub.bus.call(createOffer, { idempotencyKey: key('offering'), ...asked, offer }))
}

const quoting = (amount: string, change: Partial<CreateQuote> = {}) =>
  hub.bus.call(createQuote, {
    idempotencyKey: key('quote'),
    actor: actorOf(change.payer ?? ann.party),
    payer: ann.party,
    give: { ledger: east.name, asset: EUR },
    take: { ledger: west.name, asset: CNY },
    fixed: 'send',
    amount,
    maxHops: 3,
    ...change,
  })
const converting = async (quote: WireQuote, secret: string): Promise<WireConversion> => {
  const accounts = { giveAccount: ann.key.account, takeAccount: ann.key.account }
  const asked = {
    idempotencyKey: key('convert'),
    actor: actorOf(ann.party),
    quote: quote.id,
    hash: lockOf(secretOf(secret)),
    ...accounts,
  }
  return value(await hub.bus.call(createConversion, asked))
}
const get = async (id: string) => value(await hub.bus.call(getConversion, { id, actor: actorOf(ann.party) }))
async function reach(id: string, state: string): Promise<WireConversion> {
  await until(`${id} is ${state}`, async () => (await get(id)).state === state)
  return get(id)
}
const sums = async (): Promise<Record<string, string>> => {
  const shown = await Promise.all(
    Object.entries(offers).map(async ([name, { id }]) => {
      const { reserved, used } = value(await hub.bus.call(getOffer, { id, actor: actorOf(ann.party) }))
      return [name, `${reserved}/${used}`] as const
    }),
  )
  return Object.fromEntries(shown)
}
const liquidityOf = (name: keyof typeof offers): AccountId => offers[name].liquidity as AccountId
/** Invariant 7, read from the tables as the auditor does. */
async function expectReservedAddsUp(): Promise<void> {
  const { database } = hub.platform
  invariant(database !== undefined, 'a database')
  const found = await row<{ wrong: string }>(
    database.manager,
    `select count(*)::text as wrong from offer o where o.reserved <> coalesce((select sum(q.take_amount) from quote q
       where q.offer = o.id and q.state in ('open', 'taken')), 0)
       or o.used <> coalesce((select sum(q.take_amount) from quote q where q.offer = o.id and q.state = 'settled'), 0)`,
  )
  expect(found).toEqual({ wrong: '0' })
}

it('goes through the third token where that gives more, and directly where the payer wants no hops or the way is not cheaper', async () => {
  const quote = value(await quoting('1000'))
  expect(quote).toMatchObject({ give: { amount: '1000' }, take: { amount: '8100' }, provider: first.party })
  expect(quote.path?.map(({ give, take }) => `${give.amount} ${give.asset} ${take.amount} ${take.asset}`)).toEqual([
    '1000 EUR 900 GBP',
    '900 GBP 8100 CNY',
  ])
  expect(quote.compliance.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass'])
  expect(await sums()).toEqual({ first: '900/0', second: '8100/0', third: '0/0' })
  const direct = value(await quoting('1000', { maxHops: 1 }))
  expect(direct).toMatchObject({ take: { amount: '7800' }, provider: third.party })
  expect(direct.path).toBeUndefined()
  const received = value(await quoting('8100', { fixed: 'receive' }))
  expect(received).toMatchObject({ give: { amount: '1000' }, take: { amount: '8100' } })
  await hub.advance(36_000)
  await until('all of it is free again', async () => Object.values(await sums()).every((sum) => sum === '0/0'))
})

it('hash lock case 32: three ledgers under one hash: every leg is claimed, the last first, and each provider is out exactly what it was paid for', async () => {
  const conversion = await converting(value(await quoting('1000')), 'through')
  expect(conversion).toMatchObject({ state: 'QUOTED', allowedActions: ['lockA'] })
  const legs = [conversion.legA, ...(conversion.between ?? []), conversion.legB]
  expect(legs.map(({ amount, asset }) => `${amount} ${asset}`)).toEqual(['1000 EUR', '900 GBP', '8100 CNY'])
  const conditions = legs.map(conditionOf)
  expect(new Set(conditions.map(({ hash }) => hash)).size).toBe(1)
  const [one, two, three] = conditions.map(({ expiry }) => expiry)
  invariant(one !== undefined && two !== undefined && three !== undefined, 'three expiries')
  const { outageMs, skewMs, latencyMs } = hub.terms
  for (const distance of [one - two, two - three]) expect(distance).toBeGreaterThan(outageMs + skewMs + latencyMs)
  await lockLeg(east, ann.key, { leg: conversion.legA })
  const locked = await reach(conversion.id, 'B_LOCKED')
  expect(locked.allowedActions).toEqual(['reveal'])
  expect(await sums()).toEqual({ first: '0/900', second: '0/8100', third: '0/0' })
  // the watchtower must not claim in the middle before the payer is paid
  expect([east.balance(liquidityOf('first'), EUR), mid.balance(liquidityOf('second'), GBP)]).toEqual([0n, 0n])
  await claim(west, locked.legB, secretOf('through'))
  const done = await reach(conversion.id, 'SETTLED')
  const paid = [
    west.balance(ann.key.account, CNY),
    mid.balance(liquidityOf('second'), GBP),
    east.balance(liquidityOf('first'), EUR),
    west.balance(liquidityOf('second'), CNY),
    mid.balance(liquidityOf('first'), GBP),
  ]
  expect(paid).toEqual([8_100n, 900n, 1_000n, 81_900n, 49_100n])
  expect([done.legA, ...(done.between ?? []), done.legB].map(({ state }) => state)).toEqual(['claimed', 'claimed', 'claimed'])

  // a middle leg that goes back takes every other leg with it, and each provider has what it had
  const mute = await converting(value(await quoting('1000')), 'mute')
  await lockLeg(east, ann.key, { leg: mute.legA })
  const standing = await reach(mute.id, 'B_LOCKED')
  await hub.advance(conditionOf(standing.legB).expiry - west.now())
  await reach(mute.id, 'RETURNED')
  expect(west.balance(liquidityOf('second'), CNY)).toBe(81_900n)
  expect(mid.balance(liquidityOf('first'), GBP)).toBe(49_100n)
  expect(east.balance(ann.key.account, EUR)).toBe(9_000n)
  expect(await sums()).toEqual({ first: '0/900', second: '0/8100', third: '0/0' })
  await expectReservedAddsUp()
})

it('gives everything back when a provider in the middle declines, and frees the hops behind it at that moment', async () => {
  const conversion = await converting(value(await quoting('1000')), 'declined')
  hub.custody.refusals.push('limit_exceeded')
  await lockLeg(east, ann.key, { leg: conversion.legA })
  await reach(conversion.id, 'RETURNED')
  expect(east.balance(ann.key.account, EUR)).toBe(10_000n)
  expect(await sums()).toEqual({ first: '0/0', second: '0/0', third: '0/0' })
  expect([mid.balance(liquidityOf('first'), GBP), west.balance(liquidityOf('second'), CNY)]).toEqual([50_000n, 90_000n])
})

it('pays the middle although its ledger loses every transaction for a while, and although settlement is restarted in between', async () => {
  const conversion = await converting(value(await quoting('1000')), 'restarted')
  await lockLeg(east, ann.key, { leg: conversion.legA })
  const locked = await reach(conversion.id, 'B_LOCKED')
  loseAll(mid)
  await claim(west, locked.legB, secretOf('restarted'))
  await reach(conversion.id, 'B_CLAIMED')
  expect(east.balance(liquidityOf('first'), EUR)).toBe(0n)
  await hub.stopSettlement()
  loseNone(mid)
  await hub.startSettlement()
  const done = await reach(conversion.id, 'SETTLED')
  const [between] = done.between ?? []
  invariant(between !== undefined, 'a middle leg')
  expect(blockOfSpend(mid, between).time).toBeLessThan(conditionOf(between).expiry)
  expect([mid.balance(liquidityOf('second'), GBP), east.balance(liquidityOf('first'), EUR)]).toEqual([900n, 1_000n])
})
