// Cases 1 to 6 of hash locks: somebody does not act, acts at the last moment, or is not there when it matters.
import { type Actor, listAlarms } from '@huitong/contracts'
import { decideSwap, swapCodec } from '@huitong/protocol'
import { invariant } from '@huitong/primitives'
import { Ledgers } from '../../apps/settlement/src/ledgers/ledgers.js'
import { DEFAULT_TERMS } from '../../apps/settlement/src/terms.js'
import { claim, conditionOf, lockLeg, spend, value } from '../../apps/settlement/src/testing/hash-lock.js'
import { SimServers, until } from '../../apps/settlement/src/testing/sim-hub.js'
import { secretOf } from '../../apps/settlement/src/testing/wallet.js'
import { House, uuidOf } from './house.js'
import { blockOfSpend, everythingKept } from './looks.js'

let servers: SimServers
let house: House
beforeAll(async () => {
  servers = await SimServers.start()
})
afterAll(() => servers.stop())
afterEach(() => house.close())

it('hash lock case 01: the other side never locks, is no longer asked to, and gives the first leg back at once; its late lock is no leg', async () => {
  house = await House.open(servers)
  const { east, west, ann, bob } = house
  const swap = await house.aLocked('silent')
  expect((await house.swap(swap.id, bob.party)).allowedActions).toEqual(['lockB'])
  expect(value(await house.cancel(swap.id)).state).toBe('A_LOCKED')
  // the tombstone: from now on Bob is asked to sign the cancel and nothing else
  expect((await house.swap(swap.id, bob.party)).allowedActions).toEqual(['signCancelA'])
  expect(await spend(east, swap.legA, { kind: 'cancel' }, { keys: [bob.key] })).toMatchObject({ outcome: 'committed' })
  expect(house.eur(ann)).toBe(10_000n)
  expect(east.now()).toBeLessThan(conditionOf(swap.legA).expiry)
  await house.reach(swap.id, 'CANCELLED')
  await lockLeg(west, bob.key, { leg: swap.legB })
  await until('the lock is listed', async () => (await house.swap(swap.id)).exceptions.length > 0)
  const after = await house.swap(swap.id)
  expect(after).toMatchObject({ state: 'CANCELLED', allowedActions: [], exceptions: [{ kind: 'late', fate: 'locked' }] })
  await house.expire(west, swap.legB)
  await until('Bob has it back', () => house.cny(bob) === 90_000n)
  // and where Bob does not even sign, the ledger gives the leg back by its expiry alone
  const alone = await house.aLocked('mute')
  await house.expire(east, alone.legA)
  await house.reach(alone.id, 'A_REFUNDED')
  expect(house.eur(ann)).toBe(10_000n)
})

it('hash lock case 02: nobody claims, so both legs return, B first; who let a firm quote lapse like that may hold fewer of them', async () => {
  house = await House.open(servers, { terms: { openQuotesMax: 2, openQuotesMin: 1 } })
  const { east, west, ann, bob } = house
  const swap = await house.bothLocked('mute')
  await house.expire(west, swap.legB)
  await house.reach(swap.id, 'B_REFUNDED')
  expect([house.cny(bob), house.eur(ann)]).toEqual([90_000n, 9_000n])
  await house.expire(east, swap.legA)
  await house.reach(swap.id, 'REFUNDED')
  expect([house.cny(bob), house.eur(ann)]).toEqual([90_000n, 10_000n])
  await house.offered()
  const quote = value(await house.quoting('1000'))
  const conversion = value(await house.converting(quote, 'watching the price'))
  await lockLeg(east, ann.key, { leg: conversion.legA })
  const locked = await house.reachConversion(conversion.id, 'B_LOCKED')
  await house.expire(west, locked.legB)
  await house.reachConversion(conversion.id, 'REFUNDED')
  expect(house.eur(ann)).toBe(10_000n)
  expect(await house.quoting('20')).toMatchObject({ ok: true })
  expect(await house.quoting('20')).toMatchObject({ code: 'too_many_open_quotes' })
})

it('hash lock case 03: the secret shows in the last block before B expires, and A is claimed at once with all of the margin left', async () => {
  house = await House.open(servers)
  const { east, west, bob } = house
  const swap = await house.bothLocked('at the last moment')
  const { expiry } = conditionOf(swap.legB)
  await house.hub.advance(expiry - 1 - west.now())
  await claim(west, swap.legB, secretOf('at the last moment'))
  expect(blockOfSpend(west, swap.legB).time).toBe(expiry - 1)
  await house.reach(swap.id, 'COMPLETED')
  expect(house.eur(bob)).toBe(1_000n)
  const left = conditionOf(swap.legA).expiry - blockOfSpend(east, swap.legA).time
  const { skewMs, latencyMs, outageMs } = DEFAULT_TERMS
  expect(left).toBeGreaterThan(skewMs + latencyMs + outageMs)
})

it('hash lock case 04: a claim included after its time is refused and the hub never shows the secret', async () => {
  house = await House.open(servers)
  const { east, west, ann, bob } = house
  const secret = secretOf('too late')
  const swap = await house.bothLocked('too late')
  expect(swap.allowedActions).toEqual(['reveal'])
  invariant(swap.lastSafeReveal !== undefined, 'a last safe reveal')
  await house.hub.advance(swap.lastSafeReveal - west.now())
  expect(await house.swap(swap.id)).toMatchObject({ state: 'BOTH_LOCKED', allowedActions: [] })
  const [kept] = await house.sql<{ state: unknown }>('select state from deal where id = $1', [uuidOf(swap.id)])
  const { manager } = house.hub.platform.database ?? {}
  invariant(manager !== undefined, 'a database')
  const env = await house.hub.app.get(Ledgers).env(manager)
  const reveal = { kind: 'reveal', by: ann.party, preimage: secret } as const
  expect(decideSwap(swapCodec.decodeState(kept?.state), reveal, env)).toMatchObject({ code: 'swap_reveal_too_late' })
  await house.hub.stopSettlement()
  await house.expire(west, swap.legB)
  expect(await spend(west, swap.legB, { kind: 'claim' }, { secret })).toMatchObject({ outcome: 'refused', code: 'too_late' })
  await house.hub.startSettlement()
  await house.reach(swap.id, 'B_REFUNDED')
  await house.expire(east, swap.legA)
  await house.reach(swap.id, 'REFUNDED')
  expect([house.eur(ann), house.eur(bob), house.cny(ann), house.cny(bob)]).toEqual([10_000n, 0n, 0n, 90_000n])
  expect(await everythingKept(house)).not.toContain(secret)
  expect(JSON.stringify(await house.swap(swap.id))).not.toContain(secret)
})

it('hash lock case 05: the counterparty is away when B is claimed, and the watchtower claims A for it; were that away too, people decide', async () => {
  house = await House.open(servers)
  const { east, west, ann, bob } = house
  const first = await house.bothLocked('away')
  await house.hub.stopSettlement()
  await claim(west, first.legB, secretOf('away'))
  await house.hub.startSettlement()
  await house.reach(first.id, 'COMPLETED')
  expect(house.eur(bob)).toBe(1_000n)
  const second = await house.bothLocked('all away')
  await house.hub.stopSettlement()
  await claim(west, second.legB, secretOf('all away'))
  await house.hub.advance(conditionOf(second.legA).expiry - east.now())
  expect(await spend(east, second.legA, { kind: 'expire' })).toMatchObject({ outcome: 'committed' })
  await house.hub.startSettlement()
  await house.reach(second.id, 'ONE_LEG')
  const parked = () => house.sql('select 1 from outbox where key = $1 and parked_at is not null', [`${second.id}/one-leg`])
  await until('an operator is asked', async () => (await parked()).length === 1)
  const actor: Actor = { key: 'key_operator', operator: `opr_${'1'.repeat(32)}`, scopes: ['operator'] }
  const listed = value(await house.hub.bus.call(listAlarms, { limit: 9, actor }))
  expect(listed.items).toMatchObject([{ kind: 'deal.one_leg', subject: `${second.id}/one-leg`, isOver: false }])
  expect(await house.swap(second.id)).toMatchObject({ allowedActions: [], exceptions: [{ kind: 'one_leg' }] })
  expect([house.eur(ann), house.cny(ann)]).toEqual([9_000n, 16_000n])
})

it('hash lock case 06: a crash between seeing the secret and claiming A loses nothing and makes no second claim', async () => {
  house = await House.open(servers)
  const { east, west, bob } = house
  const swap = await house.bothLocked('crash')
  east.faults.push(...Array.from({ length: 200 }, () => 'dropped' as const))
  await claim(west, swap.legB, secretOf('crash'))
  await house.reach(swap.id, 'B_CLAIMED')
  const claims = () =>
    house.sql<{ transaction: Uint8Array; state: string }>(
      'select transaction, state from hub_transaction where deal = $1 and bytes is not null',
      [uuidOf(swap.id)],
    )
  await until('the claim is stored', async () => (await claims()).length === 1)
  // the secret is kept with the state, and the bytes before they are sent
  const [before] = await claims()
  expect(before?.state).toBe('signed')
  expect(house.eur(bob)).toBe(0n)
  await house.hub.stopSettlement()
  east.faults.length = 0
  await house.hub.startSettlement()
  await house.reach(swap.id, 'COMPLETED')
  const after = await claims()
  expect(after.map(({ transaction }) => Buffer.from(transaction).toString('hex'))).toEqual([
    east.coins.get((swap.legA.coordinate ?? '') as never)?.spentBy?.transaction,
  ])
  expect(before?.transaction).toEqual(after[0]?.transaction)
  expect(house.eur(bob)).toBe(1_000n)
})
