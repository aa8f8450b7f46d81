// What is paid otherwise than agreed, over real PostgreSQL and NATS and ledgers with the real rules: coins that add up, coins on hold, and their end.
import 'reflect-metadata'
import { decodeCondition } from '@huitong/chain'
import { type WireOrder, consentSplit, decidePayment, deliverMilestone } from '@huitong/contracts'
import { expectOk, fromHex, lockOf } from '@huitong/primitives'
import { HOUR, OrderWorld, type Person, valueOf } from '../testing/order-world.js'
import { orderWorldForEach } from '../testing/order-stage.js'
import { actorOf, until } from '../testing/sim-hub.js'
import { secretOf } from '../testing/wallet.js'

let world: OrderWorld

orderWorldForEach((made) => {
  world = made
})

const PRICE = 10_000n
const sumUp = ({ milestones: [milestone] }: WireOrder): void => {
  const { released, refunded, fees, remaining, funded } = milestone ?? {}
  expect([released, refunded, fees, remaining].reduce((sum, part) => sum + BigInt(part ?? 0), 0n)).toBe(BigInt(funded ?? -1))
}
/** Pays part of the amount under what the order says is to be paid next. */
async function payPart(order: WireOrder, amount: bigint): Promise<void> {
  const [milestone] = (await world.get(order)).milestones
  const [leg] = milestone?.legs ?? []
  const next = milestone?.rest ?? leg
  if (leg === undefined || next === undefined) throw new Error('a leg')
  await world.lock({ ...leg, condition: next.condition ?? '' }, { amount })
}
const waits = (order: WireOrder, missing: bigint) =>
  until(`${missing} are missing`, async () => (await world.get(order)).milestones[0]?.rest?.amount === `${missing}`)
const decide = (order: WireOrder, by: Person, coordinate: string, decision: 'take' | 'return') =>
  world.hub.bus.call(decidePayment, {
    id: order.id,
    milestone: 0,
    party: by.party,
    coordinate,
    decision,
    idempotencyKey: world.key(),
    actor: actorOf(by.party),
  })

describe('top-up', () => {
  it('several payments add up to the leg, the fee is paid once, and the code opens all of them', async () => {
    const code = secretOf('three parts')
    const before = world.eur(world.shop.key)
    const order = await world.agreed({ milestones: [{ deliveryHash: lockOf(code), payment: { under: 'top-up' } }] })
    await payPart(order, 4_000n)
    await waits(order, 6_000n)
    const first = await world.get(order)
    expect(first).toMatchObject({ state: 'AGREED', refunds: [{ state: 'pending', amount: '4000', reason: 'underpaid' }] })
    const rest = expectOk(decodeCondition(fromHex(first.milestones[0]?.rest?.condition ?? '')), 'a condition')
    expect(rest).toMatchObject({ kind: 'escrow', fee: 0n })
    await payPart(order, 5_000n)
    await waits(order, 1_000n)
    await payPart(order, 1_000n)
    const funded = await world.reach(order, 'FUNDED')
    expect(funded).toMatchObject({ exceptions: [], refunds: [{ state: 'superseded' }, { state: 'superseded' }] })
    expect(funded.milestones[0]).toMatchObject({ funded: `${PRICE}`, remaining: `${PRICE}` })
    expect(funded.milestones[0]?.legs.map(({ amount }) => amount)).toEqual(['4000', '5000', '1000'])
    sumUp(funded)
    // shown on one coin, the watchtower carries it to the others
    await world.spend(funded.milestones[0]?.legs[1], { kind: 'code' }, { code })
    const settled = await world.reach(order, 'SETTLED')
    expect(settled.milestones[0]).toMatchObject({ released: '9950', fees: '50', refunded: '0', remaining: '0' })
    expect(world.eur(world.shop.key) - before).toBe(9_950n)
    sumUp(settled)
  })

  it('what does not become whole before fund-by goes back to its payer by the ledger alone', async () => {
    const before = world.eur(world.buyer.key)
    const order = await world.agreed({ milestones: [{ payment: { under: 'top-up' } }] })
    await payPart(order, 4_000n)
    await waits(order, 6_000n)
    await world.advanceTo(order.milestones[0]?.fundBy ?? 0)
    await until('it lapsed', async () => (await world.get(order)).state === 'EXPIRED')
    await world.advanceTo(order.milestones[0]?.deadline ?? 0)
    await until('the money is back', async () => (await world.get(order)).refunds[0]?.state === 'final')
    expect(world.eur(world.buyer.key)).toBe(before)
  })

  it('is inspected on one word of the carrier, and released by silence on every coin', async () => {
    const order = await world.agreed({ milestones: [{ inspectionMs: HOUR, payment: { under: 'top-up' } }] })
    await payPart(order, 4_000n)
    await waits(order, 6_000n)
    await payPart(order, 6_000n)
    await world.reach(order, 'FUNDED')
    valueOf(await world.ship(order))
    const delivered = await world.delivered(await world.get(order))
    const asked = { id: order.id, milestone: 0, delivered, idempotencyKey: world.key(), actor: actorOf(world.shop.party) }
    valueOf(await world.hub.bus.call(deliverMilestone, asked))
    const inspected = await world.reach(order, 'INSPECTION')
    expect(inspected.milestones[0]?.legs.map(({ held, default: end }) => [held, end])).toEqual([
      [true, 'release'],
      [true, 'release'],
    ])
    await world.advanceTo(Math.max(...(inspected.milestones[0]?.legs ?? []).map(({ deadline }) => deadline ?? 0)))
    const settled = await world.reach(order, 'SETTLED')
    expect(settled.milestones[0]).toMatchObject({ released: '9950', fees: '50', remaining: '0' })
    sumUp(settled)
  })

  it('is divided by consent exactly, over all coins', async () => {
    const order = await world.agreed({ milestones: [{ payment: { under: 'top-up' } }] })
    await payPart(order, 3_333n)
    await waits(order, 6_667n)
    await payPart(order, 6_667n)
    await world.reach(order, 'FUNDED')
    const call = async (by: Person, signed?: Awaited<ReturnType<OrderWorld['ruling']>>) => {
      const asked = { id: order.id, milestone: 0, party: by.party, toMerchant: '5001', idempotencyKey: world.key() }
      return valueOf(
        await world.hub.bus.call(consentSplit, {
          ...asked,
          ...(signed === undefined ? {} : { signed }),
          actor: actorOf(by.party),
        }),
      )
    }
    const { body } = await call(world.shop)
    for (const side of [world.shop, world.buyer]) await call(side, await world.ruling(body, side.key))
    const settled = await world.reach(order, 'SETTLED')
    expect(settled.milestones[0]).toMatchObject({ refunded: '4999', remaining: '0' })
    sumUp(settled)
  })
})

describe('hold', () => {
  it.each([
    ['less', 9_000n, { under: 'hold' }],
    ['more', 11_000n, { over: 'hold' }],
  ] as const)('a coin of %s stays in escrow until the merchant takes it', async (_name, amount, payment) => {
    const order = await world.agreed({ milestones: [{ payment }] })
    await world.lock(order.milestones[0]?.legs[0], { amount })
    await until('it is on hold', async () => (await world.get(order)).exceptions.some(({ kind }) => kind === 'on_hold'))
    const held = await world.get(order, world.shop)
    expect(held.milestones[0]).toMatchObject({ state: 'UNFUNDED', funded: '0' })
    expect(held.milestones[0]?.allowedActions).toContain('decide-payment')
    expect(held.refunds).toMatchObject([{ state: 'requested', amount: `${amount}` }])
    const coin = held.refunds[0]?.coordinate ?? ''
    expect(await decide(order, world.buyer, coin, 'take')).toMatchObject({ code: 'wrong_party' })
    expect(await decide(order, world.shop, 'ee'.repeat(32), 'take')).toMatchObject({ code: 'wrong_state' })
    const taken = valueOf(await decide(order, world.shop, coin, 'take'))
    expect(taken.milestones[0]).toMatchObject({ state: 'FUNDED', funded: `${amount}`, remaining: `${amount}` })
    expect(taken.refunds).toMatchObject([{ state: 'declined' }])
    sumUp(taken)
    await world.advanceTo(order.milestones[0]?.deadline ?? 0)
    const ended = await world.reach(order, 'REFUNDED')
    expect(ended.milestones[0]).toMatchObject({ refunded: `${amount}`, remaining: '0' })
  })

  it('goes back when the merchant says so, and the right coin still funds the order', async () => {
    const before = world.eur(world.buyer.key)
    const order = await world.agreed({ milestones: [{ payment: { under: 'hold' } }] })
    await world.lock(order.milestones[0]?.legs[0], { amount: 9_000n })
    await until('it is on hold', async () => (await world.get(order)).exceptions.some(({ kind }) => kind === 'on_hold'))
    const coordinate = (await world.get(order)).refunds[0]?.coordinate ?? ''
    const back = valueOf(await decide(order, world.shop, coordinate, 'return'))
    expect(back.refunds).toMatchObject([{ state: 'pending' }])
    await world.spend({ ledger: world.east.name, coordinate }, { kind: 'refund', amount: 9_000n }, { keys: [world.shop.key] })
    await until('it is back', async () => (await world.get(order)).refunds[0]?.state === 'final')
    expect(world.eur(world.buyer.key)).toBe(before)
    await world.lock(order.milestones[0]?.legs[0])
    await world.reach(order, 'FUNDED')
  })

  it('a late coin is on hold until shipping is due, and owed back if nobody has decided by then', async () => {
    const now = world.now()
    const times = { shipBy: now + 60 * HOUR, deadline: now + 70 * HOUR, latest: now + 100 * HOUR }
    const order = await world.agreed({ milestones: [{ ...times, payment: { late: 'hold' } }] })
    await world.advanceTo(order.milestones[0]?.fundBy ?? 0)
    await world.lock(order.milestones[0]?.legs[0])
    await until('it is on hold', async () => (await world.get(order)).exceptions.some(({ kind }) => kind === 'on_hold'))
    expect((await world.get(order)).nextDeadline?.at).toBe(times.shipBy)
    await world.advanceTo(times.shipBy)
    await until('it is owed back', async () => (await world.get(order)).refunds[0]?.state === 'pending')
    expect((await world.get(order)).state).toBe('EXPIRED')
  })
})
