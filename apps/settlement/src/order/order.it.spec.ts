// Orders end to end over real PostgreSQL and NATS and ledgers with the real rules: every way that money in escrow ends, told by the ledgers.
import 'reflect-metadata'
import {
  type WireOrder,
  cancelOrder,
  consentSplit,
  createOrder,
  deliverMilestone,
  listOrders,
  shipMilestone,
} from '@huitong/contracts'
import { lockOf } from '@huitong/primitives'
import { CNY, HOUR, OrderWorld, type Person, valueOf } from '../testing/order-world.js'
import { orderWorldForEach } from '../testing/order-stage.js'
import { actorOf, until } from '../testing/sim-hub.js'
import { secretOf } from '../testing/wallet.js'

let world: OrderWorld

orderWorldForEach((made) => {
  world = made
})

/** released + refunded + fees + remaining = funded, of every milestone and leg, whenever somebody looks. */
function addsUp(order: WireOrder): void {
  for (const milestone of order.milestones) {
    for (const { books } of [{ books: milestone }, ...milestone.legs]) {
      if (books === undefined) continue
      const { released, refunded, fees, remaining, funded } = books
      expect([released, refunded, fees, remaining].reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(funded))
    }
  }
}
const ship = (order: WireOrder) =>
  world.hub.bus.call(shipMilestone, {
    id: order.id,
    milestone: 0,
    tracking: 'T1',
    idempotencyKey: world.key(),
    actor: actorOf(world.shop.party),
  })
const deliver = async (order: WireOrder, by = world.carrier) =>
  world.hub.bus.call(deliverMilestone, {
    id: order.id,
    milestone: 0,
    delivered: await world.delivered(order, by),
    idempotencyKey: world.key(),
    actor: actorOf(world.shop.party),
  })
const split = (order: WireOrder, by: Person, toMerchant: string, signed?: Awaited<ReturnType<OrderWorld['ruling']>>) =>
  world.hub.bus.call(consentSplit, {
    id: order.id,
    milestone: 0,
    party: by.party,
    toMerchant,
    ...(signed === undefined ? {} : { signed }),
    idempotencyKey: world.key(),
    actor: actorOf(by.party),
  })

describe('an order in one token', () => {
  it('is offered, agreed to by both, funded, shipped, and paid by the code that only the buyer knows', async () => {
    const code = secretOf('door')
    const before = world.eur(world.shop.key)
    const order = valueOf(await world.create({ milestones: [{ deliveryHash: lockOf(code) }], reference: 'PO-1' }))
    expect(order).toMatchObject({ state: 'DRAFT', version: 1, reference: 'PO-1', allowedActions: ['agree', 'cancel'] })
    expect(order.nextDeadline?.default).toBe('agreement_lapses')
    expect(valueOf(await world.approve(order, world.shop)).state).toBe('DRAFT')
    const agreed = valueOf(await world.approve(order, world.buyer))
    expect(agreed).toMatchObject({ state: 'AGREED', agreedBy: [world.shop.party, world.buyer.party] })
    expect(agreed.milestones[0]?.allowedActions).toContain('fund')
    await world.lock(agreed.milestones[0]?.legs[0])
    await world.reach(order, 'FUNDED')
    expect(valueOf(await ship(order)).milestones[0]).toMatchObject({ state: 'SHIPPED', tracking: 'T1' })
    const shipped = await world.get(order)
    expect(shipped.milestones[0]?.allowedActions).toEqual(expect.arrayContaining(['confirm', 'dispute', 'split']))
    await world.spend(shipped.milestones[0]?.legs[0], { kind: 'code' }, { code })
    const settled = await world.reach(order, 'SETTLED')
    expect(settled).toMatchObject({ state: 'SETTLED', allowedActions: [] })
    expect(settled.milestones[0]).toMatchObject({ funded: '10000', released: '9950', fees: '50', remaining: '0' })
    expect(world.eur(world.shop.key) - before).toBe(9_950n)
    addsUp(settled)
  })

  it('refuses strangers, wrong signers, changed terms, used codes and terms that cannot work', async () => {
    const order = valueOf(await world.create())
    const { hub, shop, buyer, depot } = world
    expect(await hub.bus.call(cancelOrder, { id: order.id, idempotencyKey: 'x', actor: actorOf(depot.party) })).toMatchObject({
      code: 'order_unknown',
    })
    expect(await world.approve(order, { party: shop.party, key: depot.key })).toMatchObject({ code: 'signature_invalid' })
    expect(await world.approve({ ...order, termsHash: 'ab'.repeat(32) }, shop)).toMatchObject({ code: 'terms_mismatch' })
    const deliveryHash = order.milestones[0]?.deliveryHash ?? ''
    expect(await world.create({ milestones: [{ deliveryHash }] })).toMatchObject({ code: 'hash_reused' })
    expect(await world.create({ milestones: [{ merchant: buyer.party, payee: buyer.key.account }] })).toMatchObject({
      code: 'self_trade',
    })
    expect(await world.create({ milestones: [{ payee: depot.key.account }] })).toMatchObject({ code: 'account_unbound' })
    expect(await world.create({ milestones: [{ deadline: world.now() }] })).toMatchObject({
      code: 'terms_invalid',
      field: 'milestones.0.deadline',
    })
    expect(await world.create({ milestones: [{ latest: world.now() + 4 * HOUR }] })).toMatchObject({
      code: 'terms_invalid',
      field: 'milestones.0.latest',
    })
    expect(await world.create({ milestones: [{ inspectionMs: HOUR, deliveryHash: 'cd'.repeat(32) }] })).toMatchObject({
      code: 'terms_invalid',
    })
    const tendered = [{ token: { ledger: world.east.name, asset: 'EUR' }, amount: '9999' }]
    expect(await world.create({ tendered })).toMatchObject({ code: 'terms_invalid', field: 'tendered.0' })
    const called = valueOf(await hub.bus.call(cancelOrder, { id: order.id, idempotencyKey: 'y', actor: actorOf(shop.party) }))
    expect(called).toMatchObject({ state: 'CANCELLED', allowedActions: [] })
  })

  it('is released by silence after inspection, and refunded by the ledger when nobody delivers', async () => {
    const order = await world.funded({ milestones: [{ inspectionMs: HOUR }, { merchant: world.shop.party }] })
    await world.reach(order, 'FUNDED', 1)
    valueOf(await ship(order))
    const funded = await world.get(order)
    expect(await deliver(funded, world.operators.olga)).toMatchObject({ code: 'carrier_unknown' })
    valueOf(await deliver(funded))
    const inspected = await world.reach(order, 'INSPECTION')
    expect(inspected.milestones[0]).toMatchObject({ remaining: '10000', nextDeadline: { default: 'release_by_default' } })
    await world.advanceTo(inspected.milestones[0]?.nextDeadline?.at ?? 0)
    const settled = await world.reach(order, 'SETTLED')
    expect(settled.milestones[0]).toMatchObject({ released: '9950', fees: '50' })
    await world.advanceTo(settled.milestones[1]?.deadline ?? 0)
    const ended = await world.reach(order, 'REFUNDED', 1)
    expect(ended.milestones[1]).toMatchObject({ funded: '10000', refunded: '10000', fees: '0' })
    expect(ended.exceptions).toContainEqual(expect.objectContaining({ kind: 'shipment_late' }))
    expect(ended.refunds).toContainEqual(expect.objectContaining({ state: 'final', amount: '10000', reason: 'default' }))
    expect(ended.state).toBe('SETTLED')
    addsUp(ended)
  })

  it('follows what buyer and merchant do on the ledger themselves, in parts, to the last unit', async () => {
    const order = await world.funded()
    const leg = async () => (await world.get(order)).milestones[0]?.legs[0]
    const remains = (amount: string) =>
      until(`${amount} remains`, async () => (await world.get(order)).milestones[0]?.remaining === amount)
    await world.spend(await leg(), { kind: 'release', amount: 3_333n }, { keys: [world.buyer.key] })
    await remains('6667')
    await world.spend(await leg(), { kind: 'refund', amount: 1_111n }, { keys: [world.shop.key] })
    await remains('5556')
    addsUp(await world.get(order))
    await world.spend(await leg(), { kind: 'agree', toPayee: 5_000n }, { keys: [world.buyer.key, world.shop.key] })
    const settled = await world.reach(order, 'SETTLED')
    expect(settled.milestones[0]).toMatchObject({ funded: '10000', refunded: '1667', remaining: '0' })
    addsUp(settled)
  })

  it('announces a surplus, counts it for no leg, returns it by the merchant or by its default; lists what the goods lack', async () => {
    const token = { ledger: world.east.name, asset: 'EUR' }
    const order = await world.funded({ tendered: [{ token, amount: '10700' }], listed: [{ token, amount: '10250' }] })
    expect(order.exceptions).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'shortage', amount: '250' })]))
    const [expected] = order.refunds
    expect(expected).toMatchObject({ reason: 'surplus', state: 'expected', amount: '700' })
    await world.lock(expected)
    await until('the surplus is pending', async () => (await world.get(order)).refunds[0]?.state === 'pending')
    const pending = await world.get(order)
    expect(pending.milestones[0]).toMatchObject({ funded: '10000' })
    await world.spend(pending.refunds[0], { kind: 'refund', amount: 700n }, { keys: [world.shop.key] })
    await until('the surplus is back', async () => (await world.get(order)).refunds[0]?.state === 'final')
    expect((await world.get(order)).refunds).toEqual([
      expect.objectContaining({ id: expected?.id, reason: 'surplus', state: 'final' }),
    ])
  })

  it('returns late, wrong and second coins to their payer, in final states too', async () => {
    const order = await world.funded()
    const leg = order.milestones[0]?.legs[0]
    await world.lock(leg)
    await world.lock(leg, { amount: 9_000n })
    await until('both are listed', async () => (await world.get(order)).refunds.length === 2)
    expect((await world.get(order)).refunds.map(({ reason }) => reason).sort()).toEqual(['extra_coin', 'underpaid'])
    const before = world.eur(world.buyer.key)
    await world.advanceTo(order.milestones[0]?.deadline ?? 0)
    await world.reach(order, 'REFUNDED')
    await until('all are final', async () => (await world.get(order)).refunds.every(({ state }) => state === 'final'))
    expect(world.eur(world.buyer.key) - before).toBe(29_000n)
    await world.hub.stopSettlement()
    await world.hub.startSettlement()
    expect((await world.get(order)).state).toBe('EXPIRED')
  })

  it('answers a key once, pages by cursor, and takes up after a restart what it owed and what it missed', async () => {
    const { hub, buyer, shop } = world
    const body = {
      merchant: shop.party,
      payee: shop.key.account,
      settle: { ledger: world.east.name, asset: 'EUR' },
      amount: '5000',
    }
    const milestones = [{ ...body, inspectionMs: HOUR, ...world.times(), items: [] }]
    const asked = {
      idempotencyKey: 'once',
      actor: actorOf(buyer.party),
      buyer: buyer.party,
      payer: buyer.key.account,
      milestones,
    }
    const first = valueOf(await hub.bus.call(createOrder, asked))
    expect(await hub.bus.call(createOrder, asked)).toMatchObject({ ok: true, replayed: true, value: { id: first.id } })
    expect(await hub.bus.call(createOrder, { ...asked, reference: 'other' })).toMatchObject({ code: 'idempotency_key_reused' })
    const page = valueOf(await hub.bus.call(listOrders, { limit: 1, actor: actorOf(shop.party) }))
    expect(page.items.map(({ id }) => id)).toEqual([first.id])
    const older = valueOf(
      await hub.bus.call(listOrders, { limit: 9, after: first.id, state: 'DRAFT', actor: actorOf(shop.party) }),
    )
    expect(older.items.map(({ id }) => id)).not.toContain(first.id)
    expect(valueOf(await hub.bus.call(listOrders, { limit: 9, actor: actorOf(world.depot.party) })).items).toEqual([])
    valueOf(await world.approve(first, shop))
    valueOf(await world.approve(first, buyer))
    await hub.stopSettlement()
    await world.lock(first.milestones[0]?.legs[0])
    await hub.startSettlement()
    const funded = await world.reach(first, 'FUNDED')
    world.arbiter.deaf.add('inspection')
    valueOf(await deliver(funded))
    expect((await world.get(first)).milestones[0]?.state).toBe('DELIVERED')
    await hub.stopSettlement()
    world.arbiter.deaf.delete('inspection')
    await hub.startSettlement()
    const held = await world.reach(first, 'INSPECTION')
    await hub.stopSettlement()
    await world.advanceTo(held.milestones[0]?.nextDeadline?.at ?? 0)
    await hub.startSettlement()
    expect((await world.reach(first, 'SETTLED')).milestones[0]).toMatchObject({ released: '4975', fees: '25' })
    expect(world.arbiter.seen).toEqual(['inspection east'])
  })

  it('is given up after funding by consent: one body, two signatures, everything back', async () => {
    const order = await world.funded()
    const first = valueOf(await split(order, world.buyer, '0'))
    expect(first).toMatchObject({ state: 'collecting', signedBy: [], toMerchant: '0' })
    expect(await split(order, world.shop, '20000')).toMatchObject({ code: 'amount_out_of_range' })
    expect(await split(order, world.buyer, '0', await world.ruling(first.body, world.depot.key))).toMatchObject({
      code: 'signature_invalid',
    })
    valueOf(await split(order, world.buyer, '0', await world.ruling(first.body, world.buyer.key)))
    const both = valueOf(await split(order, world.shop, '0', await world.ruling(first.body, world.shop.key)))
    expect(both).toMatchObject({ state: 'executing', signedBy: [world.buyer.party, world.shop.party] })
    const ended = await world.reach(order, 'REFUNDED')
    expect(ended).toMatchObject({ state: 'CANCELLED' })
    expect(valueOf(await split(order, world.buyer, '0')).state).toBe('executed')
    addsUp(ended)
  })
})

describe('an order paid in another token', () => {
  const code = secretOf('paired door')

  async function pairedOrder(): Promise<WireOrder> {
    const quote = await world.quote(16_000n)
    expect(quote.give.amount).toBe('2000')
    const order = await world.agreed(world.paired(quote, code))
    await world.lock(order.milestones[0]?.legs[0])
    return order
  }

  it('is locked on both ledgers and opened on both by one code, the merchant’s first', async () => {
    const order = await world.reach(await pairedOrder(), 'FUNDED')
    expect(order.milestones[0]).toMatchObject({ provider: world.provider.party, fee: '80', pay: { amount: '2000' } })
    const [pay, settle] = order.milestones[0]?.legs ?? []
    expect([pay?.state, settle?.state]).toEqual(['locked', 'locked'])
    await world.spend(settle, { kind: 'code' }, { code })
    const settled = await world.reach(order, 'SETTLED')
    expect(settled.milestones[0]?.legs.map(({ state }) => state)).toEqual(['released', 'released'])
    expect(world.cny(world.shop.key)).toBe(15_920n)
    expect(world.eur(world.hub.custody.liquidity.get(world.provider.party) ?? world.provider.key)).toBe(2_000n)
    addsUp(settled)
  })

  it('goes back whole if the provider’s leg does not come in time', async () => {
    world.arbiter.deaf.add('fund')
    const before = world.eur(world.buyer.key)
    const order = await pairedOrder()
    const half = await world.reach(order, 'HALF_FUNDED')
    expect(half.nextDeadline?.default).toBe('leg_b_lapses')
    await world.advanceTo((half.milestones[0]?.nextDeadline?.at ?? 0) + 1)
    const ended = await world.reach(order, 'REFUNDED')
    expect(world.eur(world.buyer.key)).toBe(before)
    expect(world.arbiter.seen).toEqual(['unpaired east', 'rule east'])
    addsUp(ended)
  })

  it('is divided by consent alike on both legs, once the code can open neither', async () => {
    const order = await world.reach(await pairedOrder(), 'FUNDED')
    const first = valueOf(await split(order, world.shop, '4001'))
    valueOf(await split(order, world.shop, '4001', await world.ruling(first.body, world.shop.key)))
    valueOf(await split(order, world.buyer, '4001', await world.ruling(first.body, world.buyer.key)))
    const ended = await world.reach(order, 'SETTLED')
    expect(world.arbiter.seen.slice(0, 2).sort()).toEqual(['basis east', 'basis west'])
    expect(ended.milestones[0]).toMatchObject({ funded: '16000', refunded: '11999' })
    expect(ended.milestones[0]?.legs[0]?.books).toMatchObject({ released: '500', refunded: '1500' })
    expect(world.west.balance(world.shop.key.account, CNY)).toBe(4_001n - 20n)
    addsUp(ended)
  })

  it('returns on both ledgers by default when nobody delivers', async () => {
    const order = await world.reach(await pairedOrder(), 'FUNDED')
    const a = order.milestones[0]?.legs[0]?.deadline ?? 0
    await world.advanceTo(a)
    const ended = await world.reach(order, 'REFUNDED')
    expect(ended.milestones[0]?.legs.map(({ state }) => state)).toEqual(['refunded', 'refunded'])
    addsUp(ended)
  })
})
