// Disputes end to end over real PostgreSQL and NATS and ledgers with the real rules: the clock that stands is the ledger's, the money goes by what
// two operators signed.
import 'reflect-metadata'
import { type WireDispute, type WireOrder, ruleDispute, sayInDispute, signRuling } from '@huitong/contracts'
import { OrderWorld, valueOf } from '../testing/order-world.js'
import { SimServers, actorOf, until } from '../testing/sim-hub.js'
import { type Key } from '../testing/key.js'
import { secretOf } from '../testing/wallet.js'

let servers: SimServers
let world: OrderWorld
const olga = { key: 'key_olga', operator: `opr_${'1'.repeat(32)}`, scopes: ['operator' as const] }
const otto = { key: 'key_otto', operator: `opr_${'2'.repeat(32)}`, scopes: ['operator' as const] }

beforeAll(async () => {
  servers = await SimServers.start()
}, 60_000)
afterAll(() => servers.stop())
beforeEach(async () => {
  world = await OrderWorld.start(servers)
}, 30_000)
afterEach(() => world.stop())

const rule = (dispute: WireDispute, toMerchant: string) =>
  world.hub.bus.call(ruleDispute, {
    id: dispute.id,
    toMerchant,
    reasons: 'half of it works',
    idempotencyKey: world.key(),
    actor: olga,
  })
const sign = async (dispute: WireDispute, as: typeof olga, key: Key) =>
  world.hub.bus.call(signRuling, {
    id: dispute.id,
    signed: await world.ruling(dispute.ruling?.body ?? '', key),
    idempotencyKey: world.key(),
    actor: as,
  })

async function disputed(order: WireOrder): Promise<WireDispute> {
  const asked = valueOf(await world.openDispute(order, world.buyer))
  expect(asked).toMatchObject({ state: 'REQUESTED', claim: 'it arrived broken', openedBy: world.buyer.party })
  return world.reachDispute(asked.id, 'OPEN')
}

it('stops the ledger’s clock, hears both sides, and divides the money as two operators signed', async () => {
  const order = await world.funded()
  const dispute = await disputed(order)
  const held = await world.get(order)
  expect(held.milestones[0]).toMatchObject({ state: 'DISPUTED', dispute: dispute.id })
  expect(held.milestones[0]?.legs[0]).toMatchObject({ held: true, deadline: (held.milestones[0]?.latest ?? 0) - 60_000 })
  expect(await world.openDispute(order, world.shop)).toMatchObject({ ok: false })
  await world.advanceTo(order.milestones[0]?.deadline ?? 0)
  const said = { id: dispute.id, text: 'it was whole when it left', evidenceHash: 'ee'.repeat(32), idempotencyKey: 'say' }
  const heard = valueOf(await world.hub.bus.call(sayInDispute, { ...said, actor: actorOf(world.shop.party) }))
  expect(heard).toMatchObject({ state: 'NEGOTIATION', messages: [{ party: world.shop.party, evidenceHash: 'ee'.repeat(32) }] })
  const mine = { id: dispute.id, toMerchant: '10000', reasons: 'mine', idempotencyKey: 'mine', actor: actorOf(world.shop.party) }
  expect(await world.hub.bus.call(ruleDispute, mine)).toMatchObject({ code: 'forbidden' })
  expect(await rule(dispute, '10001')).toMatchObject({ code: 'amount_out_of_range' })
  const proposed = valueOf(await rule(dispute, '5001'))
  expect(proposed).toMatchObject({
    state: 'ARBITRATION',
    ruling: { outcome: 'split', signedBy: [] },
    allowedActions: ['say', 'rule', 'sign'],
  })
  expect(valueOf(await sign(proposed, olga, world.operators.olga)).state).toBe('ARBITRATION')
  expect(await sign(proposed, olga, world.operators.olga)).toMatchObject({ code: 'operator_signed_already' })
  expect(await sign(proposed, otto, world.carrier)).toMatchObject({ code: 'operator_unknown' })
  expect(world.arbiter.seen).toEqual(['dispute east'])
  expect(valueOf(await sign(proposed, otto, world.operators.otto)).state).toBe('RULED')
  const ended = await world.reach(order, 'SETTLED')
  expect(ended.milestones[0]).toMatchObject({ released: '4976', fees: '25', refunded: '4999', remaining: '0' })
  await until('the ruling is anchored', async () => (await world.dispute(dispute.id)).ruling?.anchoredBy !== undefined)
  expect(await world.dispute(dispute.id)).toMatchObject({ state: 'EXECUTED', allowedActions: [] })
})

it('holds both legs of a pair, A first, and rules both by the same share after the code is dropped', async () => {
  const quote = await world.quote(16_000n)
  const order = await world.agreed(world.paired(quote, secretOf('disputed door')))
  await world.lock(order.milestones[0]?.legs[0])
  const dispute = await disputed(await world.reach(order, 'FUNDED'))
  expect(world.arbiter.seen).toEqual(['dispute east', 'dispute west'])
  const proposed = valueOf(await rule(dispute, '0'))
  valueOf(await sign(proposed, olga, world.operators.olga))
  valueOf(await sign(proposed, otto, world.operators.otto))
  const ended = await world.reach(order, 'REFUNDED')
  expect(ended.milestones[0]?.legs.map(({ state }) => state)).toEqual(['refunded', 'refunded'])
  await world.reachDispute(dispute.id, 'EXECUTED')
})

it('releases a whole pair to the merchant first', async () => {
  const quote = await world.quote(16_000n)
  const order = await world.agreed(world.paired(quote, secretOf('lost code')))
  await world.lock(order.milestones[0]?.legs[0])
  const dispute = await disputed(await world.reach(order, 'FUNDED'))
  const proposed = valueOf(await rule(dispute, '16000'))
  expect(proposed.ruling?.outcome).toBe('release')
  valueOf(await sign(proposed, otto, world.operators.otto))
  valueOf(await sign(proposed, olga, world.operators.olga))
  await world.reach(order, 'SETTLED')
  expect(world.arbiter.seen.slice(2)).toEqual(['rule west', 'rule east'])
})

it('goes to the operators when the other side is silent, and is refused when no hold could come in time', async () => {
  const order = await world.funded()
  const dispute = await disputed(order)
  await world.advanceTo((await world.dispute(dispute.id)).nextDeadline?.at ?? 0)
  const silent = await world.reachDispute(dispute.id, 'ARBITRATION')
  expect(silent.exceptions).toEqual([expect.objectContaining({ kind: 'silent' })])
  const late = await world.funded()
  await world.advanceTo((late.milestones[0]?.deadline ?? 0) - 30_000)
  expect(await world.openDispute(late, world.buyer)).toMatchObject({ code: 'too_late' })
})
