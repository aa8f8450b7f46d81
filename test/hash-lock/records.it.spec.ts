// Cases 30, 33 to 36 and 38 of hash locks: what the hub hears, keeps, says and may be told to do.
import { type HashLockCondition, encodeCondition } from '@huitong/chain'
import * as contracts from '@huitong/contracts'
import { Streams, log, runUnit } from '@huitong/platform'
import { type Coordinate, invariant, lockOf, utf8 } from '@huitong/primitives'
import { DealService } from '../../apps/settlement/src/deal/deal.service.js'
import { swapKind } from '../../apps/settlement/src/swap/swap.kind.js'
import { claim, lockLeg, spend, value } from '../../apps/settlement/src/testing/hash-lock.js'
import { keyOf } from '../../apps/settlement/src/testing/key.js'
import { ADMIN, SimServers, actorOf, until } from '../../apps/settlement/src/testing/sim-hub.js'
import { pay, secretOf, signed } from '../../apps/settlement/src/testing/wallet.js'
import { CNY, House, desk, uuidOf } from './house.js'
import { everythingKept } from './looks.js'

let servers: SimServers
let house: House
beforeAll(async () => {
  servers = await SimServers.start()
})
afterAll(() => servers.stop())
afterEach(async () => {
  log.configure({ level: 'warn' })
  await house.close()
})

const database = () => {
  const found = house.hub.platform.database
  invariant(found !== undefined, 'settlement has a database')
  return found
}

it('hash lock case 30: lost, repeated, early and senseless news on the bus change nothing: each block is read once, from the ledger', async () => {
  house = await House.open(servers)
  const { hub, east, west, ann, bob } = house
  const real = [east.onBlock, west.onBlock]
  // hints lost altogether
  east.onBlock = west.onBlock = () => undefined
  const swap = await house.bothLocked('unheard')
  await claim(west, swap.legB, secretOf('unheard'))
  await house.reach(swap.id, 'COMPLETED')
  // hints repeated, out of order, and no hints at all but noise
  const streams = new Streams(hub.bus)
  let noise = 0
  for (const [index, ledger] of [east, west].entries()) {
    ledger.onBlock = (block) => {
      const before = ledger.blocks[ledger.blocks.length - 3]
      if (before !== undefined) real[index]?.(before.block)
      for (let times = 0; times < 3; times++) real[index]?.(block)
      void streams.publish(`blocks.${ledger.name}`, utf8('no header'), { id: `noise ${(noise += 1)}` })
    }
  }
  const second = await house.bothLocked('misheard')
  await claim(west, second.legB, secretOf('misheard'))
  await house.reach(second.id, 'COMPLETED')
  for (const { id } of [swap, second]) {
    const course = ['PROPOSED', 'ACCEPTED', 'A_LOCKED', 'BOTH_LOCKED', 'B_CLAIMED', 'COMPLETED']
    expect(await house.history(id)).toEqual(course)
    const coins = await house.sql('select 1 from deal_coin where deal = $1', [uuidOf(id)])
    expect(coins).toHaveLength(2)
  }
  expect([house.cny(ann), house.eur(bob)]).toEqual([16_000n, 2_000n])
  expect(await house.sql('select 1 from parked_fact')).toEqual([])
  // a cursor that falls back, as after a restore from a backup, tells every fact again: none is news
  const version = (await house.swap(second.id)).version
  await hub.stopSettlement()
  await hub.startSettlement()
  await until('settlement is back', async () => (await house.propose(house.key('back'))).ok)
  expect((await house.swap(second.id)).version).toBe(version)
})

it('hash lock case 33: every locked coin and the deal it belongs to point at each other, on the ledgers and in the database', async () => {
  house = await House.open(servers)
  const { east, west, ann, bob } = house
  const open = await house.bothLocked('open')
  const done = await house.bothLocked('done')
  await claim(west, done.legB, secretOf('done'))
  await house.reach(done.id, 'COMPLETED')
  await lockLeg(east, ann.key, { leg: open.legA, amount: 7n })
  await until('the extra is listed', async () => (await house.swap(open.id)).exceptions.length === 1)
  const booked = await house.sql<{
    chain: Uint8Array
    coordinate: Uint8Array
    deal: string
    amount: string
    condition: Uint8Array
  }>('select chain, coordinate, deal, amount::text, condition from deal_coin where spent_by is null')
  const inDatabase = booked.map(({ chain, coordinate, deal, amount, condition }) =>
    [hex(chain), hex(coordinate), deal.replaceAll('-', ''), amount, hex(condition)].join(' '),
  )
  const owners = await house.sql<{ hash: Uint8Array; deal: string }>('select hash, deal from hash_lock')
  const dealOf = new Map(owners.map(({ hash, deal }) => [hex(hash), deal.replaceAll('-', '')]))
  const onLedgers = [east, west].flatMap((ledger) =>
    [...ledger.state.allCoins()].flatMap(({ coordinate, amount, condition }) => {
      if (condition.kind !== 'hashLock') return []
      const fields: HashLockCondition = condition
      return [[ledger.chain, coordinate, dealOf.get(fields.hash), amount, hex(encodeCondition(fields))].join(' ')]
    }),
  )
  expect(inDatabase.toSorted()).toEqual(onLedgers.toSorted())
  expect(inDatabase).toHaveLength(3)
  // none of the two ends can be taken away or bent
  const { manager } = database()
  const broken = async (text: string, ...parameters: readonly string[]) => {
    try {
      await manager.transaction(async (unit) => void (await unit.query(text, [...parameters])))
      return 'done'
    } catch (error) {
      return error instanceof Error ? error.message : 'unknown'
    }
  }
  expect(await broken('delete from deal where id = $1', uuidOf(open.id))).toMatch(/foreign key/)
  expect(await broken('delete from hash_lock where deal = $1', uuidOf(open.id))).toMatch(/append-only/)
  expect(await broken('update hash_lock set deal = $1', uuidOf(open.id))).toMatch(/append-only/)
  expect(await broken(`insert into hash_lock values (decode('${'ab'.repeat(32)}', 'hex'), gen_random_uuid(), 'swap')`)).toMatch(
    /foreign key/,
  )
  expect(await broken('update deal_coin set deal = gen_random_uuid()')).toMatch(/foreign key/)
  expect(house.cny(bob)).toBe(74_000n)
})

it('hash lock case 34: neither operator nor administrator can set a status; only the ledgers’ facts move a locked swap, and a forged row moves no coin', async () => {
  house = await House.open(servers)
  const { hub, east, west } = house
  const swap = await house.bothLocked('unforced')
  const subjects = Object.values(contracts).flatMap((one) =>
    typeof one === 'object' && 'subject' in one && String(one.subject).startsWith('settlement.') ? [String(one.subject)] : [],
  )
  const ofSwaps = subjects.filter((subject) => subject.includes('swap')).toSorted()
  expect(ofSwaps).toEqual(
    ['accept', 'cancel', 'create'].map((word) => `settlement.${word}-swap`).concat(['settlement.swap', 'settlement.swaps']),
  )
  const operator = { key: 'key_operator', scopes: ['operator', 'disputes'] as const }
  for (const actor of [ADMIN, { ...operator, scopes: [...operator.scopes] }]) {
    const asked = { idempotencyKey: house.key('force'), actor, id: swap.id }
    const accounts = { giveAccount: house.bob.key.account, takeAccount: house.bob.key.account }
    expect(await hub.bus.call(contracts.cancelSwap, asked)).toMatchObject({
      code: expect.stringMatching(/^(forbidden|wrong_state)$/),
    })
    expect(await hub.bus.call(contracts.acceptSwap, { ...asked, ...accounts })).toMatchObject({
      code: expect.stringMatching(/^(forbidden|wrong_state)$/),
    })
  }
  expect(await house.swap(swap.id)).toMatchObject({ state: 'BOTH_LOCKED', version: swap.version })
  expect(await house.history(swap.id)).toEqual(['PROPOSED', 'ACCEPTED', 'A_LOCKED', 'BOTH_LOCKED'])
  // somebody writes into the database that B went back: the hub may believe it, but no ledger does
  const forged = `jsonb_set(state, '{state,b}', (state->'state'->'b') || '{"fate": "returned", "by": "expire", "at": 1}')`
  await house.sql(
    `update deal set state_name = 'B_REFUNDED', state = jsonb_set(${forged}, '{state,state}', '"B_REFUNDED"') where id = $1`,
    [uuidOf(swap.id)],
  )
  expect((await house.swap(swap.id)).state).toBe('B_REFUNDED')
  await hub.stopSettlement()
  await hub.startSettlement()
  await house.hub.advance(60_000)
  expect(await spend(east, swap.legA, { kind: 'expire' })).toMatchObject({ outcome: 'refused', code: 'too_early' })
  expect(
    [swap.legA, swap.legB].map(
      ({ coordinate }, index) => [east, west][index]?.state.coin(coordinate as Coordinate) !== undefined,
    ),
  ).toEqual([true, true])
  await expect(house.sql('update deal_transition set to_state = $1', ['COMPLETED'])).rejects.toThrow(/append-only/)
})

it('hash lock case 35: an event is there when what it tells is durable and final, and not before; what rolls back was never told', async () => {
  house = await House.open(servers)
  const { hub, east, west } = house
  const events = async () =>
    value(await hub.bus.call(contracts.dealEvents, { after: 0, limit: 200, actor: actorOf(house.bob.party) })).events
  const swap = await house.bothLocked('told')
  const deals = hub.app.get(DealService)
  const before = (await events()).length
  const fact = {
    kind: 'coinSpent',
    chain: west.chain,
    coordinate: swap.legB.coordinate as Coordinate,
    path: { kind: 'expire' },
    at: west.now(),
    outputs: [],
  } as const
  const failing = runUnit(database(), { lostCommit: 'again' }, async (unit) => {
    await deals.hear(unit, swap.id, { fact, isCareful: false })
    const inside = await deals.find(unit, swapKind, swap.id)
    expect(inside?.state.state).toBe('B_REFUNDED')
    throw new RangeError('the power fails before the commit')
  })
  await expect(failing).rejects.toThrow('the power fails')
  expect(await events()).toHaveLength(before)
  expect((await house.swap(swap.id)).state).toBe('BOTH_LOCKED')
  const seen: string[] = []
  const watching = (async () => {
    const deadline = performance.now() + 15_000
    while (!seen.includes('swap.completed') && performance.now() < deadline) {
      for (const { type, subject } of await events()) {
        if (subject !== swap.id || seen.includes(type)) continue
        seen.push(type)
        if (type !== 'swap.completed') continue
        // at the first sight of the word: both coins are spent in blocks that stand, and the deal says so to everybody
        const spent = [swap.legA, swap.legB].map(
          ({ coordinate }, index) => [east, west][index]?.coins.get(coordinate as Coordinate)?.spentBy,
        )
        expect(spent.every((transaction) => transaction !== undefined)).toBe(true)
        expect((await house.swap(swap.id)).state).toBe('COMPLETED')
      }
    }
  })()
  await claim(west, swap.legB, secretOf('told'))
  await house.reach(swap.id, 'COMPLETED')
  await watching
  expect(seen.indexOf('swap.b_claimed')).toBeLessThan(seen.indexOf('swap.completed'))
})

it('hash lock case 36: the secret is nowhere in what the hub keeps, logs or tells before the claim, and opens nothing for whoever steals it', async () => {
  const lines: string[] = []
  log.configure({ level: 'trace', stream: { write: (line) => void lines.push(line) } })
  house = await House.open(servers)
  const { hub, west, ann } = house
  const secret = secretOf('guarded')
  const swap = await house.bothLocked('guarded')
  const told = async () => {
    const asked = { after: 0, limit: 200, actor: ADMIN }
    const answers = [await house.swap(swap.id), value(await hub.bus.call(contracts.dealEvents, asked)), ...(await published())]
    return JSON.stringify(answers)
  }
  const published = () => house.sql('select payload from outbox')
  expect(await everythingKept(house)).toContain(lockOf(secret))
  for (const place of [await everythingKept(house), await told(), lines.join('')]) expect(place).not.toContain(secret)
  // a thief who reads it off the wire can only pay Ann with it
  const thief = keyOf('thief')
  const coin = west.state.coin(swap.legB.coordinate as Coordinate)
  invariant(coin !== undefined, 'the locked coin')
  const inputs = [{ coin: coin.coordinate, path: { kind: 'claim' } as const }]
  const stolen = signed(west, { inputs, outputs: [pay(thief.account, CNY, coin.amount)], preimages: [secret] })
  expect(await west.submit(stolen)).toMatchObject({ outcome: 'refused', code: 'outputs_not_prescribed' })
  expect(await spend(west, swap.legB, { kind: 'claim' }, { secret })).toMatchObject({ outcome: 'committed' })
  expect(house.cny(ann)).toBe(8_000n)
  await house.reach(swap.id, 'COMPLETED')
  // from here on it is public on the ledger; logs and events go without it all the same
  for (const place of [await told(), lines.join('')]) expect(place).not.toContain(secret)
  expect(lines.length).toBeGreaterThan(0)
})

it('hash lock case 38: a paused offer and a closed ledger stop new deals only; what has begun is locked, claimed and refunded', async () => {
  house = await House.open(servers)
  const { hub, east, west, ann, bob } = house
  const offer = await house.offered()
  const conversion = value(await house.converting(value(await house.quoting('1000')), 'begun'))
  const swap = await house.bothLocked('begun swap')
  const silent = await house.aLocked('begun and left')
  const pause = { idempotencyKey: 'pause', id: offer.id, state: 'paused', actor: actorOf(desk.party) } as const
  expect(value(await hub.bus.call(contracts.setOfferState, pause)).state).toBe('paused')
  hub.wallShiftMs = 20_000
  await hub.stopSettlement()
  await hub.startSettlement()
  const refused = async (code: string) => {
    const answer = await house.propose(house.key('closed'))
    return !answer.ok && answer.code === code
  }
  await until('new deals are refused', () => refused('clock_behind'))
  hub.wallShiftMs = 6_000
  await lockLeg(east, ann.key, { leg: conversion.legA })
  const locked = await house.reachConversion(conversion.id, 'B_LOCKED')
  await claim(west, locked.legB, secretOf('begun'))
  await house.reachConversion(conversion.id, 'SETTLED')
  await claim(west, swap.legB, secretOf('begun swap'))
  await house.reach(swap.id, 'COMPLETED')
  await house.expire(east, silent.legA)
  await house.reach(silent.id, 'A_REFUNDED')
  expect([house.cny(ann), house.eur(bob), house.eur(ann)]).toEqual([15_800n, 1_000n, 8_000n])
  hub.wallShiftMs = 0
  await hub.stopSettlement()
  await hub.startSettlement()
  await until('deals are taken again', async () => (await house.propose(house.key('open'))).ok)
  expect(await house.quoting('1000')).toMatchObject({ code: 'no_offer' })
})

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
