// Swaps end to end over real PostgreSQL and NATS: success, every way back, restarts, and money that comes as it was not agreed.
import 'reflect-metadata'
import { type WireSwap, acceptSwap, cancelSwap, createSwap, dealEvents, getSwap, listSwaps } from '@huitong/contracts'
import { type AssetCode, lockOf } from '@huitong/primitives'
import { claim, conditionOf, lockLeg, value } from '../testing/hash-lock.js'
import { type SimLedger } from '../testing/sim-ledger.js'
import { SimHub, SimServers, actorOf, partyId, until } from '../testing/sim-hub.js'
import { type Key, keyOf } from '../testing/key.js'
import { fund, open, secretOf } from '../testing/wallet.js'
import { SwapModule } from './swap.module.js'

const EUR = 'EUR' as AssetCode
const CNY = 'CNY' as AssetCode
const ann = { party: partyId('ann'), key: keyOf('ann') }
const bob = { party: partyId('bob'), key: keyOf('bob') }

let servers: SimServers
let hub: SimHub
let east: SimLedger
let west: SimLedger
let made = 0

beforeAll(async () => {
  servers = await SimServers.start()
})
afterAll(() => servers.stop())

beforeEach(async () => {
  hub = await SimHub.start(servers, { nouns: [SwapModule] })
  const [first, second] = hub.ledgers
  if (first === undefined || second === undefined) throw new Error('two ledgers')
  east = first
  west = second
  for (const { party, key } of [ann, bob]) hub.identity.owners.set(key.account, party)
  await fund(east, {
    issuer: keyOf('east bank'),
    asset: EUR,
    holders: [
      [ann.key, 10_000n],
      [bob.key, 0n],
    ],
  })
  await fund(west, {
    issuer: keyOf('west bank'),
    asset: CNY,
    holders: [
      [bob.key, 90_000n],
      [ann.key, 0n],
    ],
  })
  await until('both ledgers are open for deals', async () => (await propose('warm-up')).ok)
})
afterEach(() => hub.stop())

const propose = (secret: string, amounts = { give: 1_000n, take: 8_000n }) => {
  made += 1
  return hub.bus.call(createSwap, {
    idempotencyKey: `propose ${made}`,
    actor: actorOf(ann.party),
    initiator: ann.party,
    counterparty: bob.party,
    give: { ledger: east.name, asset: EUR },
    giveAmount: `${amounts.give}`,
    take: { ledger: west.name, asset: CNY },
    takeAmount: `${amounts.take}`,
    hash: lockOf(secretOf(secret)),
    giveAccount: ann.key.account,
    takeAccount: ann.key.account,
  })
}
const accept = (id: string) => {
  const accounts = { giveAccount: bob.key.account, takeAccount: bob.key.account }
  return hub.bus.call(acceptSwap, { idempotencyKey: `accept ${id}`, actor: actorOf(bob.party), id, ...accounts })
}
const get = async (id: string, party = ann.party): Promise<WireSwap> =>
  value(await hub.bus.call(getSwap, { id, actor: actorOf(party) }))
const reach = (id: string, state: string) => until(`swap is ${state}`, async () => (await get(id)).state === state)

async function agreed(secret: string): Promise<WireSwap> {
  return value(await accept(value(await propose(secret)).id))
}

it('completes: the watchtower claims leg A with the secret that was shown on B', async () => {
  const swap = await agreed('happy')
  expect(swap.state).toBe('ACCEPTED')
  expect((await get(swap.id)).allowedActions).toContain('lockA')
  await lockLeg(east, ann.key, { leg: swap.legA })
  await reach(swap.id, 'A_LOCKED')
  expect((await get(swap.id, bob.party)).allowedActions).toEqual(['lockB'])
  await lockLeg(west, bob.key, { leg: swap.legB })
  await reach(swap.id, 'BOTH_LOCKED')
  const locked = await get(swap.id)
  expect(locked.allowedActions).toEqual(['reveal'])
  expect(locked.legB.fundedBy).toHaveLength(64)
  await claim(west, locked.legB, secretOf('happy'))
  await reach(swap.id, 'COMPLETED')
  expect(east.balance(bob.key.account, EUR)).toBe(1_000n)
  expect(west.balance(ann.key.account, CNY)).toBe(8_000n)
  const events = value(await hub.bus.call(dealEvents, { after: 0, limit: 100, actor: actorOf(bob.party) })).events
  const types = events.filter(({ subject }) => subject === swap.id).map(({ type }) => type)
  expect(types).toEqual([
    'swap.proposed',
    'swap.accepted',
    'swap.a_locked',
    'swap.both_locked',
    'swap.b_claimed',
    'swap.completed',
  ])
  expect(events.map(({ cursor }) => cursor)).toEqual(events.map(({ cursor }) => cursor).toSorted((a, b) => a - b))
})

it('answers who waits at the version that was asked for, past the states that were not', async () => {
  const swap = await agreed('patient')
  const asked = { id: swap.id, actor: actorOf(bob.party), newerThan: swap.version, passing: ['ACCEPTED', 'A_LOCKED'] }
  const answer = hub.bus.call(getSwap, asked)
  await lockLeg(east, ann.key, { leg: swap.legA })
  await reach(swap.id, 'A_LOCKED')
  await lockLeg(west, bob.key, { leg: swap.legB })
  expect(value(await answer).state).toBe('BOTH_LOCKED')
  // nothing comes: after a while the answer is what there is
  const late = await hub.bus.call(getSwap, { ...asked, passing: ['BOTH_LOCKED'] })
  expect(value(late)).toMatchObject({ state: 'BOTH_LOCKED' })
})

it('returns leg A after its expiry when the counterparty never locks, and nobody has to be there for it', async () => {
  const swap = await agreed('silent')
  await lockLeg(east, ann.key, { leg: swap.legA })
  await reach(swap.id, 'A_LOCKED')
  await hub.advance(2 * 3_600_000)
  await reach(swap.id, 'A_REFUNDED')
  expect(east.balance(ann.key.account, EUR)).toBe(10_000n)
})

it('returns both legs, B first, when the secret is never shown', async () => {
  const swap = await agreed('mute')
  await lockLeg(east, ann.key, { leg: swap.legA })
  await lockLeg(west, bob.key, { leg: swap.legB })
  await reach(swap.id, 'BOTH_LOCKED')
  const { legA, legB } = await get(swap.id)
  const { expiry: expiryB } = conditionOf(legB)
  const { expiry: expiryA } = conditionOf(legA)
  await hub.advance(expiryB - west.now())
  await reach(swap.id, 'B_REFUNDED')
  expect(east.balance(ann.key.account, EUR)).toBe(9_000n)
  await hub.advance(expiryA - east.now())
  await reach(swap.id, 'REFUNDED')
  expect(east.balance(ann.key.account, EUR)).toBe(10_000n)
  expect(west.balance(bob.key.account, CNY)).toBe(90_000n)
})

it('goes on after a restart: a secret shown while settlement was away still claims leg A', async () => {
  const swap = await agreed('away')
  await lockLeg(east, ann.key, { leg: swap.legA })
  await lockLeg(west, bob.key, { leg: swap.legB })
  await reach(swap.id, 'BOTH_LOCKED')
  const { legB } = await get(swap.id)
  await hub.stopSettlement()
  await claim(west, legB, secretOf('away'))
  await hub.startSettlement()
  await reach(swap.id, 'COMPLETED')
  expect(east.balance(bob.key.account, EUR)).toBe(1_000n)
})

it.each(['lost', 'dropped'] as const)('claims leg A once although the ledger’s answer was %s', async (fault) => {
  const swap = await agreed(fault)
  await lockLeg(east, ann.key, { leg: swap.legA })
  await lockLeg(west, bob.key, { leg: swap.legB })
  await reach(swap.id, 'BOTH_LOCKED')
  const { legB } = await get(swap.id)
  east.faults.push(fault)
  await claim(west, legB, secretOf(fault))
  await reach(swap.id, 'COMPLETED')
  expect(east.balance(bob.key.account, EUR)).toBe(1_000n)
})

it('goes on by reading the ledgers when NATS lost everything it kept', async () => {
  const swap = await agreed('wiped')
  await lockLeg(east, ann.key, { leg: swap.legA })
  await lockLeg(west, bob.key, { leg: swap.legB })
  await reach(swap.id, 'BOTH_LOCKED')
  const { legB } = await get(swap.id)
  await servers.wipeNats()
  await claim(west, legB, secretOf('wiped'))
  await until('swap is COMPLETED', async () => {
    const found = await hub.bus.call(getSwap, { id: swap.id, actor: actorOf(ann.party) })
    return found.ok && found.value.state === 'COMPLETED'
  })
})

it('lists a coin of another amount as an extra and returns it at its own expiry; the leg is still awaited', async () => {
  const swap = await agreed('short')
  await lockLeg(east, ann.key, { leg: swap.legA, amount: 999n })
  await until('the extra is listed', async () => (await get(swap.id)).exceptions.some(({ kind }) => kind === 'underpaid'))
  expect((await get(swap.id)).state).toBe('ACCEPTED')
  await hub.advance(2 * 3_600_000)
  await until('it went back', () => east.balance(ann.key.account, EUR) === 10_000n)
  await reach(swap.id, 'EXPIRED')
})

it('refuses strangers, replays a key, and never lets a hash serve two deals', async () => {
  const first = value(await propose('once'))
  expect(await propose('once')).toMatchObject({ ok: false, code: 'hash_reused' })
  const stranger = { id: first.id, actor: actorOf(partyId('eve')) }
  expect(await hub.bus.call(getSwap, stranger)).toMatchObject({ code: 'swap_unknown' })
  expect(await hub.bus.call(cancelSwap, { ...stranger, idempotencyKey: 'eve' })).toMatchObject({ code: 'swap_unknown' })
  const own = { idempotencyKey: 'cancel', id: first.id, actor: actorOf(ann.party) }
  expect(value(await hub.bus.call(cancelSwap, own)).state).toBe('CANCELLED')
  expect(await hub.bus.call(cancelSwap, own)).toMatchObject({ ok: true, replayed: true })
  expect(await accept(first.id)).toMatchObject({ code: 'wrong_state' })
  const list = value(await hub.bus.call(listSwaps, { limit: 10, actor: actorOf(bob.party) })).items
  expect(list.map(({ id }) => id)).toContain(first.id)
  expect(value(await hub.bus.call(listSwaps, { limit: 10, actor: stranger.actor })).items).toEqual([])
})

it('names an account that is not open, or not the party’s', async () => {
  const carol = keyOf('carol')
  const asked = (account: Key) => ({ give: account, key: `account ${account.account} ${made++}` })
  const call = ({ give, key }: ReturnType<typeof asked>) =>
    hub.bus.call(createSwap, {
      idempotencyKey: key,
      actor: actorOf(ann.party),
      initiator: ann.party,
      counterparty: bob.party,
      give: { ledger: east.name, asset: EUR },
      giveAmount: '5',
      take: { ledger: west.name, asset: CNY },
      takeAmount: '5',
      hash: lockOf(secretOf(key)),
      giveAccount: give.account,
      takeAccount: ann.key.account,
    })
  expect(await call(asked(carol))).toMatchObject({ code: 'account_unknown', field: 'giveAccount' })
  await open(east, carol)
  expect(await call(asked(carol))).toMatchObject({ code: 'account_unbound', field: 'giveAccount' })
})
