// What disputes, refunds, returns and splits refuse: wrong state, wrong party, wrong amount, a stale thing, a replayed key with another body. Each with its
// documented code, and nothing changed: no version, no event, no money.
import 'reflect-metadata'
import {
  type Answer,
  type WireDispute,
  type WireOrder,
  acceptMilestone,
  acceptRuling,
  answerOffer,
  answerRefund,
  appealRuling,
  consentSplit,
  decidePayment,
  offerInDispute,
  openDispute,
  rejectMilestone,
  requestRefund,
  ruleDispute,
  sayInDispute,
  signRuling,
  stepReturn,
} from '@huitong/contracts'
import { type OrderWorld, type Person, valueOf } from '../testing/order-world.js'
import { orderWorldForAll } from '../testing/order-stage.js'
import { actorOf } from '../testing/sim-hub.js'

let world: OrderWorld
/** Funded, nothing else. */
let order: WireOrder
/** Agreed to, not funded. */
let unpaid: WireOrder
/** In a dispute that is open. */
let dispute: WireDispute
let disputed: WireOrder
const olga = { key: 'key_olga', operator: `opr_${'1'.repeat(32)}`, scopes: ['operator' as const] }

orderWorldForAll(async (made) => {
  world = made
  order = await world.funded()
  unpaid = await world.agreed()
  disputed = await world.funded()
  dispute = await world.reachDispute(valueOf(await world.openDispute(disputed, world.buyer)).id, 'OPEN')
})

const by = (person: Person) => ({ idempotencyKey: world.key(), party: person.party, actor: actorOf(person.party) })
const on = (which: WireOrder, person: Person) => ({ id: which.id, milestone: 0, ...by(person) })
const inCase = (person: Person) => ({ id: dispute.id, ...by(person) })
const statement = { body: '00', publicKey: '11'.repeat(32), signature: '22'.repeat(64) }
const NOBODYS = { order: `ord_${'0'.repeat(32)}`, dispute: `dsp_${'0'.repeat(32)}`, offer: `dof_${'0'.repeat(32)}` }
const call = <T>(made: Promise<Answer<T, string>>) => made

type Row = readonly [string, () => Promise<Answer<unknown, string>>, string]
const rows: readonly Row[] = [
  ['accept: by the merchant', () => call(world.hub.bus.call(acceptMilestone, on(order, world.shop))), 'wrong_party'],
  ['accept: nothing is paid', () => call(world.hub.bus.call(acceptMilestone, on(unpaid, world.buyer))), 'wrong_state'],
  ['accept: while it is disputed', () => call(world.hub.bus.call(acceptMilestone, on(disputed, world.buyer))), 'wrong_state'],
  [
    'accept: of an order that is none',
    () => call(world.hub.bus.call(acceptMilestone, { ...on(order, world.buyer), id: NOBODYS.order })),
    'order_unknown',
  ],
  [
    'accept: a milestone that is none',
    () => call(world.hub.bus.call(acceptMilestone, { ...on(order, world.buyer), milestone: 9 })),
    'milestone_unknown',
  ],
  [
    'accept: in another’s name',
    () => call(world.hub.bus.call(acceptMilestone, { ...on(order, world.buyer), actor: actorOf(world.shop.party) })),
    'forbidden',
  ],
  [
    'refund: more than remains',
    () => call(world.hub.bus.call(requestRefund, { ...on(order, world.buyer), amount: '10001', reason: 'all' })),
    'amount_out_of_range',
  ],
  [
    'refund: nothing is paid',
    () => call(world.hub.bus.call(requestRefund, { ...on(unpaid, world.buyer), amount: '1', reason: 'all' })),
    'wrong_state',
  ],
  [
    'refund: by a stranger',
    () => call(world.hub.bus.call(requestRefund, { ...on(order, world.depot), amount: '1', reason: 'mine' })),
    'order_unknown',
  ],
  [
    'refund: an answer to none',
    () => call(world.hub.bus.call(answerRefund, { ...on(order, world.shop), refund: 'ee'.repeat(16), answer: 'agree' })),
    'refund_unknown',
  ],
  [
    'payment: no coin is on hold',
    () => call(world.hub.bus.call(decidePayment, { ...on(order, world.shop), coordinate: 'ee'.repeat(32), decision: 'take' })),
    'wrong_state',
  ],
  [
    'split: more than remains',
    () => call(world.hub.bus.call(consentSplit, { ...on(order, world.buyer), toMerchant: '10001' })),
    'amount_out_of_range',
  ],
  [
    'split: nothing is paid',
    () => call(world.hub.bus.call(consentSplit, { ...on(unpaid, world.buyer), toMerchant: '1' })),
    'wrong_state',
  ],
  [
    'split: signed by nobody',
    () => call(world.hub.bus.call(consentSplit, { ...on(order, world.buyer), toMerchant: '5000', signed: statement })),
    'signature_invalid',
  ],
  ['dispute: nothing is paid', () => call(world.openDispute(unpaid, world.buyer)), 'wrong_state'],
  ['dispute: opened twice', () => call(world.openDispute(disputed, world.shop)), 'wrong_state'],
  ['dispute: by a stranger', () => call(world.openDispute(order, world.depot)), 'order_unknown'],
  [
    'reject: nothing was delivered',
    async () =>
      world.hub.bus.call(rejectMilestone, {
        ...on(order, world.buyer),
        claim: 'no',
        ...(await world.disputeStatement(order, world.buyer)),
      }),
    'wrong_state',
  ],
  [
    'reject: by the merchant',
    async () =>
      world.hub.bus.call(rejectMilestone, {
        ...on(order, world.shop),
        claim: 'no',
        ...(await world.disputeStatement(order, world.shop)),
      }),
    'wrong_party',
  ],
  [
    'say: in a case that is none',
    () =>
      call(
        world.hub.bus.call(sayInDispute, {
          id: NOBODYS.dispute,
          text: 'hear me',
          idempotencyKey: world.key(),
          actor: actorOf(world.buyer.party),
        }),
      ),
    'dispute_unknown',
  ],
  [
    'offer: more than is held',
    () => call(world.hub.bus.call(offerInDispute, { ...inCase(world.buyer), toMerchant: '10001' })),
    'amount_out_of_range',
  ],
  [
    'offer: by a stranger',
    () => call(world.hub.bus.call(offerInDispute, { ...inCase(world.depot), toMerchant: '1' })),
    'dispute_unknown',
  ],
  [
    'offer: an answer to none',
    () => call(world.hub.bus.call(answerOffer, { ...inCase(world.shop), offer: NOBODYS.offer, answer: 'decline' })),
    'offer_unknown',
  ],
  [
    'ruling: by a party',
    () =>
      call(
        world.hub.bus.call(ruleDispute, {
          id: dispute.id,
          toMerchant: '1',
          reasons: 'mine',
          idempotencyKey: world.key(),
          actor: actorOf(world.buyer.party),
        }),
      ),
    'forbidden',
  ],
  [
    'ruling: more than is held',
    () =>
      call(
        world.hub.bus.call(ruleDispute, {
          id: dispute.id,
          toMerchant: '10001',
          reasons: 'much',
          idempotencyKey: world.key(),
          actor: olga,
        }),
      ),
    'amount_out_of_range',
  ],
  [
    'ruling: signed before there is one',
    () => call(world.hub.bus.call(signRuling, { id: dispute.id, signed: statement, idempotencyKey: world.key(), actor: olga })),
    'ruling_mismatch',
  ],
  ['ruling: accepted before there is one', () => call(world.hub.bus.call(acceptRuling, inCase(world.buyer))), 'wrong_state'],
  [
    'appeal: before there is a ruling',
    () => call(world.hub.bus.call(appealRuling, { ...inCase(world.buyer), grounds: 'unjust' })),
    'wrong_state',
  ],
  [
    'return: of a case that has none',
    () => call(world.hub.bus.call(stepReturn, { ...inCase(world.shop), step: 'authorise' })),
    'wrong_state',
  ],
]

const state = async () => ({
  orders: await Promise.all([order, unpaid, disputed].map(async (one) => (await world.get(one)).version)),
  dispute: (await world.dispute(dispute.id)).version,
  money: [world.eur(world.buyer.key), world.eur(world.shop.key)],
})

it.each(rows)('%s', async (_name, made, code) => {
  const before = await state()
  expect(await made()).toMatchObject({ ok: false, code })
  expect(await state()).toEqual(before)
})

it.each<[string, (key: string, word: string) => Promise<Answer<unknown, string>>]>([
  [
    'say',
    (idempotencyKey, text) =>
      world.hub.bus.call(sayInDispute, { id: dispute.id, text, idempotencyKey, actor: actorOf(world.buyer.party) }),
  ],
  [
    'refund',
    (idempotencyKey, reason) =>
      world.hub.bus.call(requestRefund, { ...on(order, world.buyer), idempotencyKey, amount: '1', reason }),
  ],
])('a key that was used, with another body: %s', async (name, made) => {
  const key = `replayed ${name}`
  const first = await made(key, 'first')
  expect(first.ok).toBe(true)
  const before = await state()
  expect(await made(key, 'first')).toMatchObject({ ok: true, replayed: true })
  expect(await made(key, 'another')).toMatchObject({ ok: false, code: 'idempotency_key_reused' })
  expect(await state()).toEqual(before)
})

it('either side of a single coin opens a dispute by its own account’s key, and no other key', async () => {
  const mine = await world.funded()
  const asked = { id: mine.id, milestone: 0, claim: 'nobody was at home', party: world.shop.party }
  const forged = await world.disputeStatement(mine, { party: world.shop.party, key: world.buyer.key })
  const call = (opened: object) =>
    world.hub.bus.call(openDispute, {
      ...asked,
      ...forged,
      ...opened,
      idempotencyKey: world.key(),
      actor: actorOf(world.shop.party),
    })
  expect(await call({})).toMatchObject({ code: 'signature_invalid' })
  const opened = valueOf(await call(await world.disputeStatement(mine, world.shop)))
  expect(opened).toMatchObject({ openedBy: world.shop.party })
  await world.reachDispute(opened.id, 'OPEN')
})
