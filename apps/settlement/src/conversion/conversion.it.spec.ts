// Conversions end to end: offer signed and quoted, leg B from custody, both claims and every way back; inventory adds up at each end.
import 'reflect-metadata'
import { type OfferStatement, encodeOffer, offerMessage } from '@huitong/chain'
import {
  type WireConversion,
  type WireOffer,
  type WireQuote,
  createConversion,
  createOffer,
  createQuote,
  getConversion,
  getOffer,
  getQuote,
  openLiquidity,
  setOfferState,
} from '@huitong/contracts'
import { nativeSign, row } from '@huitong/platform'
import { type AccountId, type AssetCode, type Time, lockOf, sha256, toHex, utf8 } from '@huitong/primitives'
import { claim, conditionOf, lockLeg, value } from '../testing/hash-lock.js'
import { HUB, SimHub, SimServers, actorOf, partyId, until } from '../testing/sim-hub.js'
import { type SimLedger } from '../testing/sim-ledger.js'
import { keyOf } from '../testing/key.js'
import { fund, must, secretOf, signed, pay } from '../testing/wallet.js'
import { ConversionModule } from './conversion.module.js'

const EUR = 'EUR' as AssetCode
const CNY = 'CNY' as AssetCode
const ann = { party: partyId('ann'), key: keyOf('ann') }
const desk = { party: partyId('desk'), key: keyOf('desk') }

let servers: SimServers
let hub: SimHub
let east: SimLedger
let west: SimLedger
let offer: WireOffer
let made = 0

beforeAll(async () => {
  servers = await SimServers.start()
})
afterAll(() => servers.stop())

beforeEach(async () => {
  hub = await SimHub.start(servers, { nouns: [ConversionModule], terms: { openQuotesMax: 4, openQuotesMin: 2 } })
  const [first, second] = hub.ledgers
  if (first === undefined || second === undefined) throw new Error('two ledgers')
  east = first
  west = second
  for (const { party, key } of [ann, desk]) hub.identity.owners.set(key.account, party)
  await fund(east, {
    issuer: keyOf('east bank'),
    asset: EUR,
    holders: [
      [ann.key, 10_000n],
      [desk.key, 0n],
    ],
  })
  await fund(west, {
    issuer: keyOf('west bank'),
    asset: CNY,
    holders: [
      [desk.key, 90_000n],
      [ann.key, 0n],
    ],
  })
  await until('liquidity opens', async () => (await openDesk()).ok)
  const account = value(await openDesk()).account as AccountId
  const [coin] = west.coinsOf(desk.key.account, CNY)
  if (coin === undefined) throw new Error('the desk has money')
  const inputs = [{ coin: coin.coordinate, path: { kind: 'own' } as const }]
  await must(west, signed(west, { inputs, outputs: [pay(account, CNY, 90_000n)] }, desk.key))
  offer = value(await offering(account))
})
afterEach(() => hub.stop())

const key = (name: string): string => `${name} ${++made}`
const openDesk = () =>
  hub.bus.call(openLiquidity, {
    idempotencyKey: key('open'),
    actor: actorOf(desk.party),
    provider: desk.party,
    owner: desk.key.account,
  })

/** 78 CNY for 10 EUR, in base units; from 10 to 5000 EUR a deal, 50,000 CNY in all. */
function offering(account: AccountId, change: Partial<OfferStatement> = {}, by = desk.key) {
  const statement: OfferStatement = {
    offer: toHex(sha256(utf8(`offer ${made}`))).slice(0, 32),
    give: { chain: west.chain, asset: CNY, account },
    take: { chain: east.chain, asset: EUR, account },
    numerator: 78n,
    denominator: 10n,
    min: 10n,
    max: 5_000n,
    inventory: 50_000n,
    expiry: (west.now() + 86_400_000) as Time,
    ...change,
  }
  const signature = toHex(nativeSign(offerMessage(HUB, statement), by.seed))
  const [publicKey = ''] = by.policy.keys
  const body = toHex(encodeOffer(statement))
  return hub.bus.call(createOffer, {
    idempotencyKey: key('offer'),
    actor: actorOf(desk.party),
    provider: desk.party,
    offer: { body, publicKey, signature },
  })
}
const quoting = (amount: string, fixed: 'send' | 'receive' = 'send') =>
  hub.bus.call(createQuote, {
    idempotencyKey: key('quote'),
    actor: actorOf(ann.party),
    payer: ann.party,
    give: { ledger: east.name, asset: EUR },
    take: { ledger: west.name, asset: CNY },
    fixed,
    amount,
  })
const converting = (quote: WireQuote, secret: string) =>
  hub.bus.call(createConversion, {
    idempotencyKey: key('convert'),
    actor: actorOf(ann.party),
    quote: quote.id,
    hash: lockOf(secretOf(secret)),
    giveAccount: ann.key.account,
    takeAccount: ann.key.account,
  })
const get = async (id: string): Promise<WireConversion> =>
  value(await hub.bus.call(getConversion, { id, actor: actorOf(ann.party) }))
const reach = (id: string, state: string) => until(`conversion is ${state}`, async () => (await get(id)).state === state)
const inventory = async (): Promise<{ reserved: string; used: string }> => {
  const { reserved, used } = value(await hub.bus.call(getOffer, { id: offer.id, actor: actorOf(ann.party) }))
  return { reserved, used }
}
/** Invariant 7, read from the tables as the auditor does. */
async function expectReservedAddsUp(): Promise<void> {
  const { database } = hub.platform
  if (database === undefined) throw new Error('a database')
  const found = await row<{ wrong: string }>(
    database.manager,
    `select count(*)::text as wrong from offer o where o.reserved <> coalesce((select sum(q.take_amount) from quote q
       where q.offer = o.id and q.state in ('open', 'taken')), 0)
       or o.used <> coalesce((select sum(q.take_amount) from quote q where q.offer = o.id and q.state = 'settled'), 0)`,
  )
  expect(found).toEqual({ wrong: '0' })
}

async function started(secret: string, amount = '1000'): Promise<WireConversion> {
  return value(await converting(value(await quoting(amount)), secret))
}

it('completes: custody locks B, the payer reveals on B, the watchtower claims A for the provider', async () => {
  const quote = value(await quoting('1000'))
  expect(quote).toMatchObject({ give: { amount: '1000' }, take: { amount: '7800' }, fees: [], rounding: 'exact', state: 'open' })
  expect(quote.compliance.map(({ verdict }) => verdict)).toEqual(['pass', 'pass'])
  expect(await inventory()).toEqual({ reserved: '7800', used: '0' })
  const conversion = value(await converting(quote, 'happy'))
  expect(conversion).toMatchObject({ state: 'QUOTED', allowedActions: ['lockA'], lockBefore: quote.expiresAt })
  await lockLeg(east, ann.key, { leg: conversion.legA })
  await reach(conversion.id, 'B_LOCKED')
  const locked = await get(conversion.id)
  expect(locked.allowedActions).toEqual(['reveal'])
  expect(await inventory()).toEqual({ reserved: '0', used: '7800' })
  await claim(west, locked.legB, secretOf('happy'))
  await reach(conversion.id, 'SETTLED')
  expect(west.balance(ann.key.account, CNY)).toBe(7_800n)
  expect(east.balance(offer.liquidity as AccountId, EUR)).toBe(1_000n)
  expect(value(await hub.bus.call(getQuote, { id: quote.id, actor: actorOf(ann.party) })).state).toBe('used')
  await expectReservedAddsUp()
})

it('expires with the quote when nobody pays, and frees the inventory by final block time alone', async () => {
  const conversion = await started('idle')
  expect(await inventory()).toEqual({ reserved: '7800', used: '0' })
  await hub.advance(60_000)
  await reach(conversion.id, 'EXPIRED')
  expect(await inventory()).toEqual({ reserved: '0', used: '0' })
  await expectReservedAddsUp()
})

it('frees an open quote that nobody took, and refuses it afterwards', async () => {
  const quote = value(await quoting('1000'))
  await hub.advance(40_000)
  await until('the reservation is free', async () => (await inventory()).reserved === '0')
  expect(await converting(quote, 'late')).toMatchObject({ code: 'quote_expired' })
  await expectReservedAddsUp()
})

it('gives leg A back when it came too late for the rate', async () => {
  const conversion = await started('tardy')
  await hub.advance(31_000 + 5_000)
  await lockLeg(east, ann.key, { leg: conversion.legA })
  await until('leg A is back', () => east.balance(ann.key.account, EUR) === 10_000n)
  expect((await get(conversion.id)).exceptions.map(({ kind }) => kind)).toEqual(['late'])
  await expectReservedAddsUp()
})

it('declines for good when custody refuses the evidence, and cancels leg A at once', async () => {
  hub.custody.refusals.push('limit_exceeded')
  const conversion = await started('refused')
  await lockLeg(east, ann.key, { leg: conversion.legA })
  await reach(conversion.id, 'A_CANCELLED')
  expect(east.balance(ann.key.account, EUR)).toBe(10_000n)
  expect(await inventory()).toEqual({ reserved: '0', used: '0' })
  await expectReservedAddsUp()
})

it('asks custody again after a failure of the moment', async () => {
  hub.custody.refusals.push('ledger_unavailable', 'liquidity_busy')
  const conversion = await started('again')
  await lockLeg(east, ann.key, { leg: conversion.legA })
  await reach(conversion.id, 'B_LOCKED')
})

it('returns B, then A, when the payer never reveals; the inventory comes back with leg B', async () => {
  const conversion = await started('mute')
  await lockLeg(east, ann.key, { leg: conversion.legA })
  await reach(conversion.id, 'B_LOCKED')
  const { legB } = await get(conversion.id)
  await hub.advance(conditionOf(legB).expiry - west.now())
  await until('leg B is back', () => west.balance(offer.liquidity as AccountId, CNY) === 90_000n)
  // with B gone for good the provider gives A back without waiting for its expiry
  await reach(conversion.id, 'REFUNDED')
  expect(east.balance(ann.key.account, EUR)).toBe(10_000n)
  expect(await inventory()).toEqual({ reserved: '0', used: '0' })
  await expectReservedAddsUp()
})

it.each(['lost', 'dropped'] as const)(
  'locks leg B once although the ledger’s answer was %s, and settlement restarts',
  async (fault) => {
    const conversion = await started(fault)
    west.faults.push(fault)
    await lockLeg(east, ann.key, { leg: conversion.legA })
    await until('custody was asked', () => hub.custody.asked > 0)
    await hub.stopSettlement()
    await hub.startSettlement()
    await reach(conversion.id, 'B_LOCKED')
    expect(west.balance(offer.liquidity as AccountId, CNY)).toBe(90_000n - 7_800n)
  },
)

it('prices by price, then time; refuses what no single offer takes', async () => {
  const account = offer.liquidity as AccountId
  const better = value(await offering(account, { numerator: 79n, max: 500n }))
  expect(value(await quoting('100')).offer).toBe(better.id)
  expect(value(await quoting('1000')).offer).toBe(offer.id)
  expect(await quoting('6000')).toMatchObject({ code: 'amount_out_of_range' })
  // 78 for 10: one unit of CNY costs less than one of EUR, so the payer gives a whole one
  expect(value(await quoting('78', 'receive'))).toMatchObject({ give: { amount: '10' }, take: { amount: '78' } })
})

it('caps open quotes of one party', async () => {
  for (let i = 0; i < 4; i++) expect(await quoting('20')).toMatchObject({ ok: true })
  expect(await quoting('20')).toMatchObject({ code: 'too_many_open_quotes' })
})

it('never promises more than the offer or the account holds', async () => {
  const account = offer.liquidity as AccountId
  value(await quoting('5000'))
  expect(await quoting('5000')).toMatchObject({ code: 'amount_out_of_range' })
  // a second offer over the same money: 39,000 of the 90,000 are promised
  const wide = value(await offering(account, { numerator: 77n, max: 9_000n, inventory: 80_000n }))
  const second = value(await quoting('5000'))
  expect(second.offer).toBe(wide.id)
  expect(await quoting('5000')).toMatchObject({ code: 'amount_out_of_range' })
})

it('stops new quotes of a paused offer, and takes no offer that the owner did not sign', async () => {
  const account = offer.liquidity as AccountId
  const pause = { idempotencyKey: 'pause', id: offer.id, state: 'paused' } as const
  expect(await hub.bus.call(setOfferState, { ...pause, actor: actorOf(ann.party) })).toMatchObject({ code: 'forbidden' })
  expect(value(await hub.bus.call(setOfferState, { ...pause, actor: actorOf(desk.party) })).state).toBe('paused')
  expect(await quoting('100')).toMatchObject({ code: 'no_offer' })
  expect(await offering(account, {}, ann.key)).toMatchObject({ code: 'offer_signature_invalid' })
  expect(await offering(ann.key.account)).toMatchObject({ code: 'liquidity_unknown' })
  expect(await offering(account, { expiry: west.now() })).toMatchObject({ code: 'offer_expired' })
})
