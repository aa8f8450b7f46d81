// Reminders over real PostgreSQL and NATS: by the ledger's time, to the one who is awaited, once each, over restarts, and never of what is over.
import 'reflect-metadata'
import { type WireEvent, dealEvents } from '@huitong/contracts'
import { type Time, after } from '@huitong/primitives'
import { HOUR, OrderWorld, type Person, valueOf } from '../testing/order-world.js'
import { orderWorldForEach } from '../testing/order-stage.js'
import { actorOf, until } from '../testing/sim-hub.js'

let world: OrderWorld

orderWorldForEach((made) => {
  world = made
})

const remindersOf = async (deal: { readonly id: string }, person: Person): Promise<readonly WireEvent[]> => {
  const { events } = valueOf(await world.hub.bus.call(dealEvents, { after: 0, limit: 200, actor: actorOf(person.party) }))
  return events.filter(({ type, subject }) => type === 'order.reminder' && subject === deal.id)
}
const stages = async (deal: { readonly id: string }, person: Person) =>
  (await remindersOf(deal, person)).map(({ detail }) => `${detail?.what} ${detail?.stage}`)

/** Ship within 100 h, deliver within 200 h: windows in which all three reminders have their place. */
const slow = () => {
  const now = world.now()
  return { milestones: [{ shipBy: after(now, 100 * HOUR), deadline: after(now, 200 * HOUR), latest: after(now, 300 * HOUR) }] }
}
/** Until both watchers have read what the ledgers say. */
const seen = (time: Time) =>
  until('the ledgers are read', async () => {
    const rows: { time: string }[] = await (world.hub.platform.database?.query('select time from ledger') ?? [])
    return rows.every((row) => Number(row.time) >= time)
  })
const pass = async (time: number): Promise<void> => {
  await world.advanceTo(time)
  await seen(world.now())
}

it('reminds the merchant to ship at half, at nine tenths and a day before, once each, with what and until when', async () => {
  const order = await world.funded(slow())
  const { shipBy } = order.milestones[0] ?? { shipBy: 0 }
  expect(await stages(order, world.shop)).toEqual([])
  await pass(shipBy - 49 * HOUR)
  expect(await stages(order, world.shop)).toEqual(['ship 50%'])
  const [first] = await remindersOf(order, world.shop)
  expect(first).toMatchObject({ version: order.version })
  expect(first?.detail).toEqual({
    what: 'ship',
    stage: '50%',
    ledger: world.east.name,
    until: shipBy,
    awaited: [world.shop.party],
    milestone: 0,
  })
  await pass(shipBy - 23 * HOUR)
  await pass(shipBy - 9 * HOUR)
  expect(await stages(order, world.shop)).toEqual(['ship 50%', 'ship 24h', 'ship 90%'])
  // who is not awaited is not disturbed
  expect(await stages(order, world.buyer)).toEqual([])
})

it('goes on after a restart, tells nothing twice, and what fell due meanwhile is told then', async () => {
  const order = await world.funded(slow())
  const { shipBy } = order.milestones[0] ?? { shipBy: 0 }
  await pass(shipBy - 49 * HOUR)
  await world.hub.stopSettlement()
  await world.advanceTo(shipBy - 23 * HOUR)
  await world.hub.startSettlement()
  await seen(world.now())
  expect(await stages(order, world.shop)).toEqual(['ship 50%', 'ship 24h'])
  await world.hub.stopSettlement()
  await world.hub.startSettlement()
  await pass(world.now() + HOUR)
  expect(await stages(order, world.shop)).toEqual(['ship 50%', 'ship 24h'])
})

it('is silent about a state that was left, and about what is overdue', async () => {
  const order = await world.funded(slow())
  const { shipBy, deadline } = order.milestones[0] ?? { shipBy: 0, deadline: 0 }
  valueOf(await world.ship(order))
  await pass(shipBy - HOUR)
  expect(await stages(order, world.shop)).toEqual([])
  // delivery is awaited since the shipment: its half lies later
  await pass(deadline - 90 * HOUR)
  expect(await stages(order, world.shop)).toEqual(['deliver 50%'])
  await pass(deadline + HOUR)
  await world.reach(order, 'REFUNDED')
  expect(await stages(order, world.shop)).toEqual(['deliver 50%'])
  const rows: unknown[] = await (world.hub.platform.database?.query('select from deal_reminder where subject = $1', [order.id]) ??
    [])
  expect(rows).toEqual([])
})

it('has nothing to say in a window under an hour', async () => {
  const now = world.now()
  const order = await world.funded({
    milestones: [{ shipBy: after(now, HOUR / 2), deadline: after(now, 30 * HOUR), latest: after(now, 60 * HOUR) }],
  })
  await pass(order.milestones[0]?.shipBy ?? 0)
  expect((await stages(order, world.shop)).filter((said) => said.startsWith('ship'))).toEqual([])
})
