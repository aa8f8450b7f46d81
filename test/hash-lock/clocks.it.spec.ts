// Cases 7 to 10, 21, 23 and 31 of hash locks: clocks that differ, ledgers that stand still or take themselves back, refunds that do not come through.
import { invariant } from '@huitong/primitives'
import { metricsText } from '@huitong/platform'
import { claim, conditionOf, lockLeg, spend, value } from '../../apps/settlement/src/testing/hash-lock.js'
import { SimServers, until } from '../../apps/settlement/src/testing/sim-hub.js'
import { lock, secretOf } from '../../apps/settlement/src/testing/wallet.js'
import { EUR, HOUR, House, uuidOf } from './house.js'
import { alarms, blockOfSpend, loseAll, loseNone } from './looks.js'

let servers: SimServers
let house: House
beforeAll(async () => {
  servers = await SimServers.start()
})
afterAll(() => servers.stop())
afterEach(() => house.close())

const refusedWith = (code: string, detail: string) =>
  until(`new deals are refused: ${code}`, async () => {
    const answer = await house.propose(house.key('refused'))
    return !answer.ok && answer.code === code && (answer.detail ?? '').includes(detail)
  })
const takesDeals = () => until('new deals are taken', async () => (await house.propose(house.key('taken'))).ok)

it('hash lock case 07: the hub’s own clock and a restart cancel nothing; only a final block’s time does', async () => {
  house = await House.open(servers)
  const { west, ann, bob } = house
  const swap = await house.bothLocked('patient')
  house.hub.wallShiftMs = 30 * 24 * HOUR
  await house.hub.stopSettlement()
  await house.hub.startSettlement()
  const before = await house.swap(swap.id)
  // a block on each ledger makes settlement look; none of them is at an expiry
  await house.hub.advance(1_000)
  await lockLeg(west, bob.key, { leg: swap.legB, amount: 1n })
  await until('the block was read', async () => (await house.swap(swap.id)).exceptions.length === 1)
  expect(await house.swap(swap.id)).toMatchObject({ state: 'BOTH_LOCKED', allowedActions: [] })
  expect(await house.sql('select 1 from hub_transaction where deal = $1', [uuidOf(swap.id)])).toEqual([])
  expect(await house.cancel(swap.id)).toMatchObject({ code: 'wrong_state' })
  expect(before.legB.state).toBe('locked')
  house.hub.wallShiftMs = 0
  await claim(west, swap.legB, secretOf('patient'))
  await house.reach(swap.id, 'COMPLETED')
  expect([house.cny(ann), house.eur(bob)]).toEqual([8_000n, 1_000n])
})

it('hash lock case 08: while ledger A stands still no new deal is taken, and the margin lets A be claimed when it is back', async () => {
  house = await House.open(servers)
  const { hub, east, west, bob } = house
  const swap = await house.bothLocked('standstill')
  hub.halted.add(east)
  loseAll(east)
  await claim(west, swap.legB, secretOf('standstill'))
  await house.reach(swap.id, 'B_CLAIMED')
  await hub.advance(9 * 60_000)
  await refusedWith('ledger_unavailable', 'stalled')
  expect(await house.quoting('100')).toMatchObject({ code: 'ledger_unavailable' })
  // a deal that was taken stays taken: the same command sent again gets the answer it had
  expect(await house.accept(swap.id)).toMatchObject({ ok: true, replayed: true, value: { id: swap.id, state: 'ACCEPTED' } })
  await until('operators are told', async () =>
    (await alarms(house)).some(
      ({ kind, subject, detail }) => kind === 'ledger.closed' && subject === east.name && detail.endsWith('stalled'),
    ),
  )
  expect(house.eur(bob)).toBe(0n)
  hub.halted.delete(east)
  loseNone(east)
  await east.advance(west.now() - east.now())
  await house.reach(swap.id, 'COMPLETED')
  expect(blockOfSpend(east, swap.legA).time).toBeLessThan(conditionOf(swap.legA).expiry)
  expect(house.eur(bob)).toBe(1_000n)
  await takesDeals()
  await until('the alarm is over', async () => (await alarms(house)).every(({ kind }) => kind !== 'ledger.closed'))
})

it('hash lock case 09: a lock counts only in a final block, and a ledger that takes blocks back is not believed and gets no new deals', async () => {
  house = await House.open(servers)
  const { east, west, bob } = house
  const swap = await house.agreed('reorganised')
  east.faults.push('dropped')
  await expect(lockLeg(east, house.ann.key, { leg: swap.legA })).rejects.toThrow(/unknown/)
  expect(await house.swap(swap.id, bob.party)).toMatchObject({ state: 'ACCEPTED', allowedActions: ['cancel'] })
  await lockLeg(east, house.ann.key, { leg: swap.legA })
  const locked = await house.reach(swap.id, 'A_LOCKED')
  const taken = east.rules.blocks.pop()
  invariant(taken !== undefined, 'the block with the lock')
  await refusedWith('ledger_unavailable', 'contradicts')
  // a block that does not follow is as bad as one that is gone
  east.rules.blocks.push(taken, taken)
  await refusedWith('ledger_unavailable', 'contradicts')
  expect(await house.swap(swap.id)).toMatchObject({ state: 'A_LOCKED', version: locked.version })
  east.rules.blocks.pop()
  await takesDeals()
  await lockLeg(west, bob.key, { leg: swap.legB })
  await claim(west, (await house.reach(swap.id, 'BOTH_LOCKED')).legB, secretOf('reorganised'))
  await house.reach(swap.id, 'COMPLETED')
})

it('hash lock case 10: clocks further apart than the margins stop new deals in both directions, while deals that exist go on', async () => {
  house = await House.open(servers)
  const { hub, east, west, ann, bob } = house
  const swap = await house.bothLocked('skewed')
  hub.wallShiftMs = 60_000
  await hub.stopSettlement()
  await hub.startSettlement()
  await refusedWith('clock_behind', 'skewed')
  await until('operators are told of both', async () => {
    const closed = (await alarms(house)).filter(({ detail }) => detail.endsWith('skewed'))
    return [east.name, west.name].every((name) => closed.some(({ subject }) => subject === name))
  })
  await claim(west, swap.legB, secretOf('skewed'))
  await house.reach(swap.id, 'COMPLETED')
  expect([house.cny(ann), house.eur(bob)]).toEqual([8_000n, 1_000n])
  hub.wallShiftMs = -60_000
  await hub.advance(1_000)
  await refusedWith('clock_behind', 'ahead')
  hub.wallShiftMs = 0
  await hub.advance(1_000)
  await takesDeals()
  // a ledger never dates a block before the one before it
  const times = east.blocks.map(({ block }) => block.header.time)
  expect(times).toEqual(times.toSorted((one, two) => one - two))
})

it('hash lock case 21: a refund that does not get through is sent on and on, replaced only when dead, and an operator is called', async () => {
  house = await House.open(servers)
  const { hub, west, ann, bob } = house
  const swap = await house.bothLocked('stuck')
  loseAll(west)
  await house.expire(west, swap.legB)
  const attempts = () =>
    house.sql<{ attempt: number; state: string }>(
      'select attempt, state from hub_transaction where effect = $1 and bytes is not null order by attempt',
      [`${swap.id}/refund/${swap.legB.coordinate}`],
    )
  await until('a refund was made', async () => (await attempts()).length === 1)
  expect(await alarms(house)).toEqual([])
  await hub.advance(5 * 60_000)
  await until('an operator is called', async () => (await alarms(house)).length === 1)
  expect(await alarms(house)).toEqual([
    expect.objectContaining({ kind: 'refund.overdue', subject: `${swap.id}/${swap.legB.coordinate}` }),
  ])
  // valid for ten minutes: until a final block is later than that, the same bytes are the only ones
  expect(await attempts()).toEqual([{ attempt: 0, state: 'signed' }])
  await hub.advance(6 * 60_000)
  await until('the dead one is replaced', async () => (await attempts()).length === 2)
  expect((await attempts())[0]).toEqual({ attempt: 0, state: 'dead' })
  expect(house.cny(bob)).toBe(82_000n)
  loseNone(west)
  // ledger A's own expiry has passed as well by now, and nothing stood in the way there
  await house.reach(swap.id, 'REFUNDED')
  expect([house.cny(bob), house.eur(ann)]).toEqual([90_000n, 10_000n])
  expect(await alarms(house)).toEqual([])
  expect(await alarms(house, true)).toEqual([expect.objectContaining({ kind: 'refund.overdue', isOver: true })])
})

it('hash lock case 23: expiries are the hub’s own, bounded on both sides, and the ledger refuses a lock that is past or too long', async () => {
  house = await House.open(servers)
  const { hub, east, ann } = house
  for (const acceptWithinMs of [0, 9_999, 8 * 24 * HOUR]) {
    expect(await house.propose(house.key('bounds'), { acceptWithinMs })).toMatchObject({
      code: 'malformed',
      field: 'acceptWithinMs',
    })
  }
  const slow = value(await house.propose('slow answer', { acceptWithinMs: 10_000 }))
  await hub.advance(11_000)
  expect(await house.accept(slow.id)).toMatchObject({ code: expect.stringMatching(/too_late|wrong_state/) })
  const swap = await house.agreed('bounded')
  const { expiry } = conditionOf(swap.legA)
  expect(expiry - east.now()).toBeLessThan(2 * HOUR)
  const refusal = async (change: { readonly expiry: number }): Promise<unknown> => {
    const condition = { ...conditionOf(swap.legA), expiry: change.expiry as typeof expiry }
    return east.submit(lock(east, ann.key, { asset: EUR, amount: 1_000n, condition }))
  }
  expect(await refusal({ expiry: east.now() })).toMatchObject({ outcome: 'refused', code: 'lock_time' })
  expect(await refusal({ expiry: east.now() + 91 * 24 * HOUR })).toMatchObject({ outcome: 'refused', code: 'lock_too_long' })
  // finality measured slower between proposal and acceptance: the same terms are too tight now
  const proposed = value(await house.propose('tight'))
  house.east.finalityMs = house.west.finalityMs = 20 * 60_000
  await hub.stopSettlement()
  await hub.startSettlement()
  let judged = await house.accept(proposed.id)
  await until('acceptance is judged', async () => {
    judged = await house.accept(proposed.id, house.key('accept again'))
    return judged.ok || judged.code !== 'ledger_unavailable'
  })
  expect(judged).toMatchObject({ code: 'too_late' })
  expect((await house.swap(proposed.id)).state).toBe('PROPOSED')
  // a hub whose margins need longer locks than the rulebook allows makes no deal rather than one that cannot be locked
  await hub.stopSettlement()
  hub.terms = { ...hub.terms, outageMs: 100 * 24 * HOUR }
  await hub.startSettlement()
  await until('a proposal is judged', async () => {
    const answer = await house.propose(house.key('long'))
    return !answer.ok && answer.code === 'not_compliant' && (answer.detail ?? '').includes('lockMaxMs')
  })
})

it('hash lock case 31: a refund is swept within a measured delay, and anybody may send it where the hub does not', async () => {
  house = await House.open(servers)
  const { hub, east, west, ann, bob } = house
  const swap = await house.bothLocked('swept')
  await house.expire(west, swap.legB)
  await house.reach(swap.id, 'B_REFUNDED')
  const delay = blockOfSpend(west, swap.legB).time - conditionOf(swap.legB).expiry
  expect(delay).toBeLessThanOrEqual(1_000)
  const measured = (await metricsText()).match(/huitong_hash_lock_refund_delay_seconds_count\{[^}]*ledger="west-[^}]*\} ([0-9]+)/)
  expect(Number(measured?.[1])).toBeGreaterThan(0)
  expect(house.cny(bob)).toBe(90_000n)
  await hub.stopSettlement()
  await house.expire(east, swap.legA)
  // no signature, no key, no hub: the outputs are prescribed
  expect(await spend(east, swap.legA, { kind: 'expire' })).toMatchObject({ outcome: 'committed' })
  expect(house.eur(ann)).toBe(10_000n)
  await hub.startSettlement()
  await house.reach(swap.id, 'REFUNDED')
})
