// Cases 11 to 14, 22, 37 and 39 of hash locks: money that comes as it was not agreed, and amounts that were.
import type { HashLockCondition } from '@huitong/chain'
import type { WireSwap } from '@huitong/contracts'
import { type AccountId, type AssetCode, type Coordinate, type Time, lockOf } from '@huitong/primitives'
import { lockFault } from '@huitong/sdk'
import { claim, conditionOf, lockLeg, value } from '../../apps/settlement/src/testing/hash-lock.js'
import { keyOf } from '../../apps/settlement/src/testing/key.js'
import { SimServers, until } from '../../apps/settlement/src/testing/sim-hub.js'
import { fund, lock, must, secretOf } from '../../apps/settlement/src/testing/wallet.js'
import { CNY, EUR, HOUR, House, uuidOf } from './house.js'

const USD = 'USD' as AssetCode

let servers: SimServers
let house: House
beforeAll(async () => {
  servers = await SimServers.start()
})
afterAll(() => servers.stop())
afterEach(() => house.close())

const listed = (id: string, count: number) =>
  until(
    `${count} coins are listed`,
    async () => (await house.swap(id)).exceptions.filter(({ coin }) => coin !== undefined).length === count,
  )
const kinds = ({ exceptions }: Pick<WireSwap, 'exceptions'>) => exceptions.map(({ kind }) => kind).sort()
const fates = ({ exceptions }: Pick<WireSwap, 'exceptions'>) => exceptions.map(({ fate }) => fate)

it('hash lock case 11: a second leg of another amount, asset, receiver, payer or expiry is no leg; nobody is asked to reveal for it', async () => {
  house = await House.open(servers)
  const { west, ann, bob } = house
  await fund(west, { issuer: keyOf('dollar bank'), asset: USD, holders: [[bob.key, 8_000n]] })
  const swap = await house.aLocked('particular')
  const leg = swap.legB
  const agreed = conditionOf(leg)
  const carol = keyOf('west bank').account
  const wrong: readonly { readonly change?: Partial<HashLockCondition>; readonly amount?: bigint; readonly asset?: AssetCode }[] =
    [
      { amount: 7_999n },
      { amount: 8_001n },
      { change: { claimant: carol } },
      { change: { expiry: (agreed.expiry - 1) as Time } },
      { change: { expiry: (agreed.expiry + 1) as Time } },
      { asset: USD },
    ]
  for (const { asset, ...one } of wrong) {
    await lockLeg(west, bob.key, { leg: asset === undefined ? leg : { ...leg, asset }, ...one })
  }
  // another hash is another deal's or nobody's: not even listed
  await lockLeg(west, bob.key, { leg, change: { hash: lockOf(secretOf('another')) } })
  await listed(swap.id, wrong.length)
  const seen = await house.swap(swap.id)
  expect(seen).toMatchObject({ state: 'A_LOCKED', allowedActions: ['cancel'] })
  expect(kinds(seen)).toEqual(['overpaid', 'underpaid', 'wrong_fields', 'wrong_fields', 'wrong_fields', 'wrong_fields'])
  // and the payer's own software, which believes no hub, names the same faults
  const expected = {
    asset: CNY,
    amount: 8_000n,
    hash: agreed.hash,
    claimant: agreed.claimant,
    refundee: agreed.refundee,
    reserveMs: 65_000,
  }
  const coin = { asset: CNY, amount: 8_000n, condition: agreed, coordinate: 'ab'.repeat(32) as Coordinate }
  const faultOf = (change: Partial<typeof coin>) =>
    lockFault({ ...coin, ...change } as Parameters<typeof lockFault>[0], expected, west.now())
  expect([
    faultOf({}),
    faultOf({ amount: 7_999n }),
    faultOf({ asset: USD }),
    faultOf({ condition: { ...agreed, claimant: carol } }),
    faultOf({ condition: { ...agreed, refundee: carol } }),
    faultOf({ condition: { ...agreed, hash: lockOf(secretOf('another')) } }),
    faultOf({ condition: { ...agreed, expiry: (west.now() + 65_000) as Time } }),
  ]).toEqual([undefined, 'amount', 'asset', 'claimant', 'refundee', 'hash', 'expiry'])
  await lockLeg(west, bob.key, { leg })
  expect((await house.reach(swap.id, 'BOTH_LOCKED')).allowedActions).toEqual(['reveal'])
  await house.hub.advance(3 * HOUR)
  await until('all of them went back', async () => fates(await house.swap(swap.id)).every((fate) => fate === 'returned'))
  await house.reach(swap.id, 'REFUNDED')
  expect(house.eur(ann)).toBe(10_000n)
})

it('hash lock case 12: less or more than agreed is listed and returned in full, and the agreed amount may still come', async () => {
  house = await House.open(servers)
  const { east, ann } = house
  const swap = await house.agreed('inexact')
  await lockLeg(east, ann.key, { leg: swap.legA, amount: 999n })
  await lockLeg(east, ann.key, { leg: swap.legA, amount: 1_001n })
  await listed(swap.id, 2)
  const seen = await house.swap(swap.id)
  const returnsAt = conditionOf(swap.legA).expiry
  expect(seen.state).toBe('ACCEPTED')
  expect(seen.exceptions).toMatchObject([
    { kind: 'underpaid', amount: '999', fate: 'locked', returnsAt },
    { kind: 'overpaid', amount: '1001', fate: 'locked', returnsAt },
  ])
  await lockLeg(east, ann.key, { leg: swap.legA })
  expect((await house.reach(swap.id, 'A_LOCKED')).legA).toMatchObject({ amount: '1000', state: 'locked' })
  await house.expire(east, swap.legA)
  await until('all of it is back', () => house.eur(ann) === 10_000n)
  // with a provider whose account the hub manages, nobody waits for an expiry
  const offer = await house.offered()
  const conversion = value(await house.converting(value(await house.quoting('1000')), 'inexact conversion'))
  await lockLeg(east, ann.key, { leg: conversion.legA, amount: 1_001n })
  await until('it is back at once', () => house.eur(ann) === 10_000n && house.hub.custody.asked > 0)
  expect(east.now()).toBeLessThan(conditionOf(conversion.legA).expiry)
  await until('and listed as returned', async () => (await house.conversion(conversion.id)).exceptions[0]?.fate === 'returned')
  expect(await house.conversion(conversion.id)).toMatchObject({ state: 'QUOTED', allowedActions: ['lockA'] })
  expect((await house.offer(offer.id)).reserved).toBe('7800')
})

it('hash lock case 13: of two equal locks the first binds; the second is owed to its payer also when the swap is long done', async () => {
  house = await House.open(servers)
  const { east, west, ann, bob } = house
  const swap = await house.agreed('twice')
  await lockLeg(east, ann.key, { leg: swap.legA })
  const first = (await house.reach(swap.id, 'A_LOCKED')).legA.coordinate
  await lockLeg(east, ann.key, { leg: swap.legA })
  await lockLeg(west, bob.key, { leg: swap.legB })
  await claim(west, (await house.reach(swap.id, 'BOTH_LOCKED')).legB, secretOf('twice'))
  const done = await house.reach(swap.id, 'COMPLETED')
  expect(done.legA).toMatchObject({ coordinate: first, state: 'claimed' })
  await lockLeg(east, ann.key, { leg: swap.legA })
  await listed(swap.id, 2)
  expect(await house.swap(swap.id)).toMatchObject({
    state: 'COMPLETED',
    exceptions: [
      { kind: 'extra', fate: 'locked' },
      { kind: 'extra', fate: 'locked' },
    ],
  })
  // the secret is public by now; the hub claims neither of them, and both go back
  await house.expire(east, swap.legA)
  await until('both are back', async () => fates(await house.swap(swap.id)).every((fate) => fate === 'returned'))
  expect([house.eur(ann), house.eur(bob)]).toEqual([9_000n, 1_000n])
  expect(await house.sql('select 1 from deal where id = $1 and is_final', [uuidOf(swap.id)])).toHaveLength(1)
})

it('hash lock case 14: a lock that comes after the deal has expired is listed and returned, although the deal is over', async () => {
  house = await House.open(servers)
  const { east, ann } = house
  const swap = await house.agreed('tardy')
  await house.hub.advance(40 * 60_000)
  await house.reach(swap.id, 'EXPIRED')
  const condition = { ...conditionOf(swap.legA), expiry: (east.now() + 60_000) as Time }
  await must(east, lock(east, ann.key, { asset: EUR, amount: 1_000n, condition }))
  await listed(swap.id, 1)
  expect(await house.swap(swap.id)).toMatchObject({ state: 'EXPIRED', exceptions: [{ kind: 'wrong_fields', fate: 'locked' }] })
  expect(await house.sql('select 1 from deal where id = $1 and is_final', [uuidOf(swap.id)])).toHaveLength(0)
  await house.hub.advance(60_000)
  await until('it is back', () => house.eur(ann) === 10_000n)
  await until('and booked', async () => fates(await house.swap(swap.id))[0] === 'returned')
  await house.offered()
  const conversion = value(await house.converting(value(await house.quoting('1000')), 'tardy conversion'))
  await house.hub.advance(36_000)
  await house.reachConversion(conversion.id, 'EXPIRED')
  await lockLeg(east, ann.key, { leg: conversion.legA })
  await until(
    'the provider gives it back at once',
    async () => (await house.conversion(conversion.id)).exceptions[0]?.fate === 'returned',
  )
  expect((await house.conversion(conversion.id)).exceptions).toMatchObject([{ kind: 'late' }])
  expect(house.eur(ann)).toBe(10_000n)
})

it('hash lock case 22: what a quote said is what the locks carry, whatever happens to the offer, the price or the hub’s fees meanwhile', async () => {
  house = await House.open(servers)
  const { hub, east, west, ann } = house
  const offer = await house.offered()
  const quote = value(await house.quoting('1000'))
  expect(quote).toMatchObject({ give: { amount: '1000' }, take: { amount: '7800' } })
  value(await house.offering(offer.liquidity as AccountId, { numerator: 90n }))
  value(await house.offering(offer.liquidity as AccountId, { numerator: 60n }))
  await hub.stopSettlement()
  hub.terms = { ...hub.terms, feePpm: 90_000, quoteTtlMs: 1_000, lockMinUnits: 100_000 }
  await hub.startSettlement()
  let made = await house.converting(quote, 'kept')
  await until('the quote is taken', async () => {
    if (!made.ok && made.code === 'ledger_unavailable') made = await house.converting(quote, 'kept')
    return made.ok
  })
  const conversion = value(made)
  expect(conversion).toMatchObject({ quote: quote.id, legA: { amount: '1000' }, legB: { amount: '7800' } })
  await lockLeg(east, ann.key, { leg: conversion.legA })
  const locked = await house.reachConversion(conversion.id, 'B_LOCKED')
  await claim(west, locked.legB, secretOf('kept'))
  await house.reachConversion(conversion.id, 'SETTLED')
  expect([house.cny(ann), east.balance(offer.liquidity as AccountId, EUR)]).toEqual([7_800n, 1_000n])
  expect(await house.converting(quote, 'again')).toMatchObject({ code: 'quote_used' })
})

it('hash lock case 37: an amount that is not worth a claim gets no lock, on either side of a swap or a quote', async () => {
  house = await House.open(servers, { terms: { lockMinUnits: 100 } })
  expect(await house.propose('dust', { giveAmount: '99' })).toMatchObject({ code: 'amount_out_of_range', field: 'giveAmount' })
  expect(await house.propose('dust', { takeAmount: '99' })).toMatchObject({ code: 'amount_out_of_range', field: 'takeAmount' })
  expect(await house.propose('dust', { giveAmount: '100', takeAmount: '100' })).toMatchObject({ ok: true })
  await house.offered()
  expect(await house.quoting('99')).toMatchObject({ code: 'amount_out_of_range' })
  // 100 CNY cost 13 EUR: what is fixed is enough, what it costs is not
  expect(await house.quoting('100', { fixed: 'receive' })).toMatchObject({ code: 'amount_out_of_range' })
  expect(await house.quoting('100')).toMatchObject({ ok: true, value: { give: { amount: '100' }, take: { amount: '780' } } })
  expect(await house.sql(`select 1 from quote where state = 'open'`)).toHaveLength(1)
})

it('hash lock case 39: each fill of an offer has a lock of its own, and what one gives back is free for the next at that moment', async () => {
  house = await House.open(servers)
  const { east, west, ann } = house
  const offer = await house.offered({ inventory: 10_000n })
  const inventory = async () => {
    const { reserved, used, isLow } = await house.offer(offer.id)
    return { reserved, used, isLow }
  }
  const fill = async (secret: string, amount: string) => value(await house.converting(value(await house.quoting(amount)), secret))
  const one = await fill('fill one', '600')
  const two = await fill('fill two', '500')
  expect(one.hash).not.toBe(two.hash)
  expect(await inventory()).toEqual({ reserved: '8580', used: '0', isLow: true })
  expect(await house.quoting('500')).toMatchObject({ code: 'amount_out_of_range' })
  await lockLeg(east, ann.key, { leg: two.legA })
  const locked = await house.reachConversion(two.id, 'B_LOCKED')
  expect(await inventory()).toEqual({ reserved: '4680', used: '3900', isLow: true })
  // the first is not paid: the block that ends it frees its part and nothing else
  await house.hub.advance(36_000)
  await house.reachConversion(one.id, 'EXPIRED')
  expect(await inventory()).toEqual({ reserved: '0', used: '3900', isLow: false })
  await claim(west, locked.legB, secretOf('fill two'))
  await house.reachConversion(two.id, 'SETTLED')
  expect(await house.quoting('700')).toMatchObject({ ok: true })
  const hashes = await house.sql<{ count: string }>(
    'select count(distinct hash)::text as count from hash_lock where deal = any($1)',
    [[uuidOf(one.id), uuidOf(two.id)]],
  )
  expect(hashes[0]?.count).toBe('2')
})
