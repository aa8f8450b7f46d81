// Cases 15, 19, 20 and 40 of hash locks: one deal per hash, one outcome per coin, one party per side.
import { type AccountId, lockOf } from '@huitong/primitives'
import { acceptSwap, createConversion } from '@huitong/contracts'
import { claim, lockLeg, spend, value } from '../../apps/settlement/src/testing/hash-lock.js'
import { SimServers, actorOf, until } from '../../apps/settlement/src/testing/sim-hub.js'
import { secretOf } from '../../apps/settlement/src/testing/wallet.js'
import { CNY, EUR, House, desk, uuidOf } from './house.js'
import { loseAll, loseNone } from './looks.js'

let servers: SimServers
let house: House
beforeAll(async () => {
  servers = await SimServers.start()
})
afterAll(() => servers.stop())
afterEach(() => house.close())

it('hash lock case 15: a hash belongs to one deal for ever, of whatever kind, whoever asks, over a restart and in a race', async () => {
  house = await House.open(servers)
  const { hub, east, west, ann, bob } = house
  const swap = await house.bothLocked('once')
  await claim(west, swap.legB, secretOf('once'))
  await house.reach(swap.id, 'COMPLETED')
  await hub.stopSettlement()
  await hub.startSettlement()
  await until('settlement is back', async () => (await house.propose(house.key('back'))).ok)
  expect(await house.propose('once')).toMatchObject({ code: 'hash_reused', field: 'hash' })
  const turned = {
    initiator: bob.party,
    counterparty: ann.party,
    give: { ledger: west.name, asset: CNY },
    take: { ledger: east.name, asset: EUR },
    giveAccount: bob.key.account,
    takeAccount: bob.key.account,
  }
  expect(await house.propose('once', turned)).toMatchObject({ code: 'hash_reused' })
  await house.offered()
  const quote = value(await house.quoting('1000'))
  expect(await house.converting(quote, 'once')).toMatchObject({ code: 'hash_reused' })
  // the refusal took nothing: the quote is still open, and serves under a fresh hash
  expect(await house.converting(quote, 'fresh')).toMatchObject({ ok: true })
  expect(await house.propose('fresh')).toMatchObject({ code: 'hash_reused' })
  const race = await Promise.all(Array.from({ length: 8 }, () => house.propose('contested')))
  expect(race.filter(({ ok }) => ok)).toHaveLength(1)
  expect(race.filter((answer) => !answer.ok).map((answer) => !answer.ok && answer.code)).toEqual(Array(7).fill('hash_reused'))
  const rows = await house.sql<{ deals: string }>(`select count(*)::text as deals from hash_lock where hash = $1`, [
    Buffer.from(lockOf(secretOf('contested')), 'hex'),
  ])
  expect(rows).toEqual([{ deals: '1' }])
})

it('hash lock case 19: calling off and going on exclude each other, however close together they come', async () => {
  house = await House.open(servers)
  const { east, ann } = house
  // swaps: a race of acceptance and cancellation under the swap's row lock
  for (let round = 0; round < 6; round++) {
    const { id } = value(await house.propose(house.key('race')))
    const [accepted, cancelled] = await Promise.all([house.accept(id), house.cancel(id)])
    expect(cancelled.ok).toBe(true)
    const history = await house.history(id)
    expect(history).toEqual(accepted.ok ? ['PROPOSED', 'ACCEPTED', 'CANCELLED'] : ['PROPOSED', 'CANCELLED'])
  }
  // conversions: custody signs the payer's refund only where the provider's lock is not signed, and the other way round
  const offer = await house.offered()
  house.hub.custody.refusals.push('limit_exceeded')
  const declined = value(await house.converting(value(await house.quoting('1000')), 'declined'))
  await lockLeg(east, ann.key, { leg: declined.legA })
  await house.reachConversion(declined.id, 'A_CANCELLED')
  const went = value(await house.converting(value(await house.quoting('1000')), 'went on'))
  await lockLeg(east, ann.key, { leg: went.legA })
  await house.reachConversion(went.id, 'B_LOCKED')
  const signed = [...house.hub.custody.answers.keys()]
  expect(signed.filter((key) => key.startsWith(`lock ${declined.id} `))).toEqual([])
  expect(signed.filter((key) => key.startsWith(`lock ${went.id} `))).toHaveLength(1)
  const { coordinate } = (await house.conversion(went.id)).legA
  expect(signed.filter((key) => key === `cancel ${coordinate}`)).toEqual([])
  // a quote is taken once, however many take it
  const quote = value(await house.quoting('1000'))
  const takers = await Promise.all(Array.from({ length: 6 }, (_, index) => house.converting(quote, `taker ${index}`)))
  expect(takers.filter(({ ok }) => ok)).toHaveLength(1)
  expect((await house.offer(offer.id)).reserved).toBe('7800')
})

it('hash lock case 20: the first leg is given back early only when the return of the second is final', async () => {
  house = await House.open(servers)
  const { hub, west, ann } = house
  const offer = await house.offered()
  const conversion = value(await house.converting(value(await house.quoting('1000')), 'mute'))
  await lockLeg(house.east, ann.key, { leg: conversion.legA })
  const locked = await house.reachConversion(conversion.id, 'B_LOCKED')
  const cancels = () => [...hub.custody.answers.keys()].filter((key) => key.startsWith('cancel'))
  loseAll(west)
  await house.expire(west, locked.legB)
  const sent = () => house.sql('select 1 from hub_transaction where deal = $1 and bytes is not null', [uuidOf(conversion.id)])
  await until('the return of B is on its way', async () => (await sent()).length === 1)
  await hub.advance(1_000)
  expect((await house.conversion(conversion.id)).state).toBe('B_LOCKED')
  expect(cancels()).toEqual([])
  expect(house.eur(ann)).toBe(9_000n)
  loseNone(west)
  await house.reachConversion(conversion.id, 'REFUNDED')
  expect(cancels()).toHaveLength(1)
  expect(west.balance(offer.liquidity as AccountId, CNY)).toBe(100_000n)
  expect(house.eur(ann)).toBe(10_000n)
  // in a swap Bob is asked for A's cancel at that moment and no earlier
  const swap = await house.bothLocked('mute swap')
  expect((await house.swap(swap.id, house.bob.party)).allowedActions).toEqual([])
  await house.expire(west, swap.legB)
  await house.reach(swap.id, 'B_REFUNDED')
  expect((await house.swap(swap.id, house.bob.party)).allowedActions).toEqual(['signCancelA'])
  expect(await spend(house.east, swap.legA, { kind: 'cancel' }, { keys: [house.bob.key] })).toMatchObject({
    outcome: 'committed',
  })
  await house.reach(swap.id, 'REFUNDED')
})

it('hash lock case 40: nobody stands on both sides, by its party, its account or its own offer', async () => {
  house = await House.open(servers)
  const { hub, ann, bob } = house
  expect(await house.propose('self', { counterparty: ann.party })).toMatchObject({ code: 'self_trade', field: 'counterparty' })
  // another party with Ann's account is Ann: accounts belong to one party
  const swap = value(await house.propose('borrowed'))
  const borrowed = { giveAccount: ann.key.account, takeAccount: ann.key.account }
  expect(
    await hub.bus.call(acceptSwap, { idempotencyKey: 'borrowed', actor: actorOf(bob.party), id: swap.id, ...borrowed }),
  ).toMatchObject({ code: 'account_unbound' })
  expect((await house.swap(swap.id)).state).toBe('PROPOSED')
  const offer = await house.offered()
  expect(await house.quoting('1000', { payer: desk.party })).toMatchObject({ code: 'self_trade' })
  expect((await house.offer(offer.id)).reserved).toBe('0')
  // another's worse offer is taken before the own better one
  const quote = value(await house.quoting('1000'))
  expect(quote.provider).toBe(desk.party)
  const foreign = { idempotencyKey: 'foreign', actor: actorOf(bob.party), quote: quote.id, hash: lockOf(secretOf('foreign')) }
  expect(
    await hub.bus.call(createConversion, { ...foreign, giveAccount: bob.key.account, takeAccount: bob.key.account }),
  ).toMatchObject({ code: 'quote_unknown' })
})
