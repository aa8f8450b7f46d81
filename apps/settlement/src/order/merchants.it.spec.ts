// Several merchants in one order, and shipments in parts: each merchant's money goes its own way, and every sum adds up.
import 'reflect-metadata'
import { type WireOrder, shipMilestone } from '@huitong/contracts'
import { lockOf } from '@huitong/primitives'
import { HOUR, OrderWorld, valueOf } from '../testing/order-world.js'
import { orderWorldForAll } from '../testing/order-stage.js'
import { actorOf } from '../testing/sim-hub.js'
import { secretOf } from '../testing/wallet.js'

let world: OrderWorld

orderWorldForAll((made) => {
  world = made
})

function addsUp(order: WireOrder): void {
  for (const { released, refunded, fees, remaining, funded } of order.milestones)
    expect([released, refunded, fees, remaining].reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(funded))
}

it('pays one merchant by code, another in parts as parcels come, and returns what the second could not send', async () => {
  const { buyer, shop, depot } = world
  const code = secretOf('the kettle is here')
  const before = [buyer, shop, depot].map(({ key }) => world.eur(key))
  const order = valueOf(
    await world.create({
      milestones: [
        { deliveryHash: lockOf(code) },
        { merchant: depot.party, payee: depot.key.account, inspectionMs: HOUR, amount: '9000' },
      ],
    }),
  )
  expect(valueOf(await world.approve(order, buyer)).state).toBe('DRAFT')
  expect(valueOf(await world.approve(order, shop)).state).toBe('DRAFT')
  const agreed = valueOf(await world.approve(order, depot))
  expect(agreed).toMatchObject({ state: 'AGREED', agreedBy: expect.arrayContaining([buyer.party, shop.party, depot.party]) })
  for (const { legs } of agreed.milestones) await world.lock(legs[0])
  await world.reach(order, 'FUNDED')
  await world.reach(order, 'FUNDED', 1)
  // nobody ships another merchant's goods
  const ship = (milestone: number, by: typeof shop) =>
    world.hub.bus.call(shipMilestone, { id: order.id, milestone, idempotencyKey: world.key(), actor: actorOf(by.party) })
  expect(await ship(1, shop)).toMatchObject({ code: 'forbidden' })
  valueOf(await ship(1, depot))
  const shipped = await world.get(order)
  expect(shipped.milestones.map(({ state }) => state)).toEqual(['FUNDED', 'SHIPPED'])
  // a first parcel, a second one, and what is sold out comes back
  await world.spend(shipped.milestones[1]?.legs[0], { kind: 'release', amount: 4_000n }, { keys: [buyer.key] })
  const part = async (remaining: string): Promise<WireOrder> => {
    await expect.poll(async () => (await world.get(order)).milestones[1]?.remaining, { timeout: 15_000 }).toBe(remaining)
    const now = await world.get(order)
    addsUp(now)
    return now
  }
  const first = await part('5000')
  expect(first.milestones[1]).toMatchObject({ state: 'SHIPPED', released: '3980', fees: '20' })
  await world.spend(first.milestones[1]?.legs[0], { kind: 'release', amount: 3_000n }, { keys: [buyer.key] })
  const second = await part('2000')
  await world.spend(second.milestones[1]?.legs[0], { kind: 'refund', amount: 2_000n }, { keys: [depot.key] })
  const ended = await world.reach(order, 'SETTLED', 1)
  expect(ended).toMatchObject({ state: 'FUNDED' })
  expect(ended.milestones[1]).toMatchObject({ released: '6965', fees: '35', refunded: '2000', remaining: '0' })
  // the other merchant's part goes on by itself
  await world.spend(ended.milestones[0]?.legs[0], { kind: 'code' }, { code })
  const settled = await world.reach(order, 'SETTLED')
  expect(settled).toMatchObject({ state: 'SETTLED' })
  addsUp(settled)
  const after = [buyer, shop, depot].map(({ key }) => world.eur(key))
  expect(after.map((sum, index) => sum - (before[index] ?? 0n))).toEqual([-17_000n, 9_950n, 6_965n])
})
