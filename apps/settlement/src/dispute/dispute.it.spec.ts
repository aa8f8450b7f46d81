// Disputes end to end over real PostgreSQL and NATS and ledgers with the real rules: the clock that stands is the ledger's, the money goes by what
// two operators signed.
import 'reflect-metadata'
import { createHash } from 'node:crypto'
import {
  type WireDispute,
  type WireOrder,
  acceptRuling,
  addEvidence,
  answerOffer,
  appealRuling,
  offerInDispute,
  putEvidencePiece,
  readEvidence,
  rejectMilestone,
  ruleDispute,
  sayInDispute,
  signRuling,
  stepReturn,
} from '@huitong/contracts'
import { rows } from '@huitong/platform'
import { type OrderWorld, valueOf } from '../testing/order-world.js'
import { orderWorldForEach } from '../testing/order-stage.js'
import { actorOf, until } from '../testing/sim-hub.js'
import { type Key, keyOf } from '../testing/key.js'
import { secretOf } from '../testing/wallet.js'

let world: OrderWorld
const olga = { key: 'key_olga', operator: `opr_${'1'.repeat(32)}`, scopes: ['operator' as const] }
const otto = { key: 'key_otto', operator: `opr_${'2'.repeat(32)}`, scopes: ['operator' as const] }

orderWorldForEach((made) => {
  world = made
})

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

/** Neither side appeals: the ruling is in force at once. */
async function accepted(dispute: WireDispute): Promise<void> {
  for (const { party } of [world.buyer, world.shop]) {
    if ((await world.dispute(dispute.id)).state !== 'RULED') return
    const asked = { id: dispute.id, party, idempotencyKey: world.key(), actor: actorOf(party) }
    valueOf(await world.hub.bus.call(acceptRuling, asked))
  }
}

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
    allowedActions: ['say', 'evidence', 'rule', 'sign'],
  })
  expect(valueOf(await sign(proposed, olga, world.operators.olga)).state).toBe('ARBITRATION')
  expect(await sign(proposed, olga, world.operators.olga)).toMatchObject({ code: 'operator_signed_already' })
  expect(await sign(proposed, otto, world.carrier)).toMatchObject({ code: 'operator_unknown' })
  expect(world.arbiter.seen).toEqual(['dispute east'])
  expect(valueOf(await sign(proposed, otto, world.operators.otto)).state).toBe('RULED')
  expect((await world.get(order)).milestones[0]?.remaining).toBe('10000')
  await accepted(dispute)
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
  await accepted(dispute)
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
  await accepted(dispute)
  await world.reach(order, 'SETTLED')
  expect(world.arbiter.seen.slice(2)).toEqual(['rule west', 'rule east'])
})

it('goes to the operators when the other side is silent, and is refused when no hold could come in time', async () => {
  const order = await world.funded()
  const dispute = await disputed(order)
  await world.advanceTo((await world.dispute(dispute.id)).nextDeadline?.at ?? 0)
  const silent = await world.reachDispute(dispute.id, 'ARBITRATION')
  expect(silent.exceptions).toEqual([expect.objectContaining({ kind: 'silent' })])
  await until('the judgement is drafted', async () => (await world.dispute(dispute.id)).ruling !== undefined)
  const judged = await world.dispute(dispute.id)
  expect(judged.ruling).toMatchObject({ cause: 'default', outcome: 'refund', toMerchant: '0', signedBy: [] })
  valueOf(await sign(judged, olga, world.operators.olga))
  valueOf(await sign(judged, otto, world.operators.otto))
  // the silent side may still appeal; it does not, and the window closes by itself
  await world.advanceTo((await world.reachDispute(dispute.id, 'RULED')).nextDeadline?.at ?? 0)
  expect((await world.reach(order, 'REFUNDED')).milestones[0]).toMatchObject({ refunded: '10000', released: '0' })
  const late = await world.funded()
  await world.advanceTo((late.milestones[0]?.deadline ?? 0) - 30_000)
  expect(await world.openDispute(late, world.buyer)).toMatchObject({ code: 'too_late' })
})

it('judges a side that falls silent after its first word, once an operator has asked it; without any operator the ledger pays by its default', async () => {
  const order = await world.funded()
  const dispute = await disputed(order)
  const { party } = world.shop
  const say = (actor: typeof olga | ReturnType<typeof actorOf>, asks = {}) =>
    world.hub.bus.call(sayInDispute, { id: dispute.id, text: 'what did you send?', idempotencyKey: world.key(), actor, ...asks })
  expect(await say(olga, { asks: party })).toMatchObject({ code: 'wrong_state' })
  expect(valueOf(await say(actorOf(party))).state).toBe('NEGOTIATION')
  expect(await say(actorOf(world.buyer.party), { asks: party })).toMatchObject({ code: 'forbidden' })
  expect(await say(olga, { asks: `pty_${'0'.repeat(32)}` })).toMatchObject({ code: 'wrong_party' })
  const asked = valueOf(await say(olga, { asks: party }))
  const { answerBy = 0 } = asked.messages.at(-1) ?? {}
  expect(asked.messages.at(-1)).toMatchObject({ asks: party, party: olga.operator })
  expect(asked.nextDeadline).toMatchObject({ at: answerBy, default: 'default_judgement' })
  await world.advanceTo(answerBy)
  const silent = await world.reachDispute(dispute.id, 'ARBITRATION')
  expect(silent.exceptions).toEqual([expect.objectContaining({ kind: 'silent', detail: expect.stringContaining(party) })])
  await until('the judgement is drafted', async () => (await world.dispute(dispute.id)).ruling !== undefined)
  const drafted = await world.dispute(dispute.id)
  expect(drafted.ruling).toMatchObject({ cause: 'default', outcome: 'refund', signedBy: [] })
  const end = (await world.get(order)).milestones[0]?.legs[0]?.deadline ?? 0
  expect(drafted.nextDeadline?.at).toBeLessThanOrEqual(end)
  // nobody signs it
  await world.advanceTo(end)
  expect((await world.reach(order, 'REFUNDED')).milestones[0]).toMatchObject({ refunded: '10000', remaining: '0' })
  await world.reachDispute(dispute.id, 'MOOT')
})

it('executes an offer that the other side signs too, and refuses a body, a key or an answer that is not the other side’s', async () => {
  const order = await world.funded()
  const dispute = await disputed(order)
  const by = (person: typeof world.buyer) => ({
    id: dispute.id,
    party: person.party,
    idempotencyKey: world.key(),
    actor: actorOf(person.party),
  })
  const offered = { ...by(world.shop), toMerchant: '7001' }
  const { body } = valueOf(await world.hub.bus.call(offerInDispute, offered))
  const mine = await world.ruling(body, world.shop.key)
  const theirs = await world.ruling(body, world.buyer.key)
  expect(await world.hub.bus.call(offerInDispute, { ...offered, signed: [theirs] })).toMatchObject({ code: 'signature_invalid' })
  const other = { ...by(world.shop), toMerchant: '7002', signed: [mine] }
  expect(await world.hub.bus.call(offerInDispute, other)).toMatchObject({ code: 'terms_mismatch' })
  const offering = { ...offered, idempotencyKey: world.key(), signed: [mine] }
  const made = valueOf(await world.hub.bus.call(offerInDispute, offering))
  expect(made.dispute).toMatchObject({
    state: 'NEGOTIATION',
    offers: [{ state: 'open', toMerchant: '7001', party: world.shop.party }],
  })
  const offer = made.dispute.offers[0]?.id ?? ''
  const answer = { ...by(world.buyer), offer, answer: 'accept' as const }
  expect(await world.hub.bus.call(answerOffer, { ...answer, signed: [mine] })).toMatchObject({ code: 'signature_invalid' })
  const accepting = { ...answer, idempotencyKey: world.key(), signed: [theirs] }
  const agreed = valueOf(await world.hub.bus.call(answerOffer, accepting))
  expect(agreed).toMatchObject({ state: 'IN_FORCE', offers: [{ state: 'accepted' }] })
  const ended = await world.reach(order, 'SETTLED')
  expect(ended.milestones[0]).toMatchObject({ refunded: '2999', remaining: '0' })
  expect((await world.reachDispute(dispute.id, 'EXECUTED')).ruling).toBeUndefined()
  // sent again when neither would be taken any more, both get the answer they had
  expect(await world.hub.bus.call(offerInDispute, offering)).toMatchObject({ ok: true, replayed: true, value: made })
  expect(await world.hub.bus.call(answerOffer, accepting)).toMatchObject({ ok: true, replayed: true, value: agreed })
  const late = { ...offering, idempotencyKey: world.key() }
  expect(await world.hub.bus.call(offerInDispute, late)).toMatchObject({ ok: false })
})

it('lets two other operators decide an appeal, never one who has judged', async () => {
  const ada = { key: 'key_ada', operator: `opr_${'3'.repeat(32)}`, scopes: ['operator' as const] }
  const ben = { key: 'key_ben', operator: `opr_${'4'.repeat(32)}`, scopes: ['operator' as const] }
  const keys = { ada: keyOf('ada'), ben: keyOf('ben') }
  world.arbiter.operators.set(ada.operator, keys.ada).set(ben.operator, keys.ben)
  const order = await world.funded()
  const dispute = await disputed(order)
  const first = valueOf(await rule(dispute, '0'))
  valueOf(await sign(first, olga, world.operators.olga))
  valueOf(await sign(first, otto, world.operators.otto))
  const { shop } = world
  const asked = {
    id: dispute.id,
    party: shop.party,
    grounds: 'it was whole',
    idempotencyKey: world.key(),
    actor: actorOf(shop.party),
  }
  expect(valueOf(await world.hub.bus.call(appealRuling, asked))).toMatchObject({
    state: 'APPEALED',
    appeal: { grounds: 'it was whole' },
  })
  const second = valueOf(
    await world.hub.bus.call(ruleDispute, {
      id: dispute.id,
      toMerchant: '9000',
      reasons: 'it was whole',
      idempotencyKey: world.key(),
      actor: ada,
    }),
  )
  expect(await sign(second, olga, world.operators.olga)).toMatchObject({ code: 'operator_signed_already' })
  valueOf(await sign(second, ada, keys.ada))
  expect(valueOf(await sign(second, ben, keys.ben)).state).toBe('IN_FORCE')
  expect((await world.reach(order, 'SETTLED')).milestones[0]).toMatchObject({ refunded: '1000' })
})

function stored(sql: string): Promise<readonly Record<string, unknown>[]> {
  const { database } = world.hub.platform
  if (database === undefined) throw new Error('settlement has a database')
  return rows(database.manager, sql, [])
}

it('takes a file of ten megabytes sealed, gives it to the sides and to operators only, and logs every look', async () => {
  const order = await world.funded()
  const dispute = await disputed(order)
  const piece = Buffer.alloc(512 * 1024, 'the vase has a crack. ')
  const hash = createHash('sha256')
  const upload = 'ab'.repeat(16)
  const actor = actorOf(world.buyer.party)
  for (let index = 0; index < 20; index++) {
    hash.update(piece)
    valueOf(await world.hub.bus.call(putEvidencePiece, { id: dispute.id, upload, index, data: piece.toString('base64'), actor }))
  }
  const said = {
    id: dispute.id,
    upload,
    name: 'crack.txt',
    mediaType: 'text/plain' as const,
    size: 20 * piece.length,
    sha256: hash.digest('hex'),
    actor,
  }
  const add = (changed: object) => world.hub.bus.call(addEvidence, { ...said, ...changed, idempotencyKey: world.key() })
  expect(await add({ sha256: 'ee'.repeat(32) })).toMatchObject({ code: 'evidence_incomplete' })
  expect(await add({ mediaType: 'image/png' })).toMatchObject({ code: 'evidence_type_unsupported' })
  expect(await add({ actor: actorOf(world.depot.party) })).toMatchObject({ code: 'dispute_unknown' })
  const [file] = valueOf(await add({})).evidence
  expect(file).toMatchObject({ party: world.buyer.party, size: 20 * piece.length, sha256: said.sha256 })
  const look = (as: object) =>
    world.hub.bus.call(readEvidence, { id: dispute.id, evidence: file?.id ?? '', index: 0, actor: { ...actor, ...as } })
  const seen = valueOf(await look(actorOf(world.shop.party)))
  expect([seen.pieces, Buffer.from(seen.data, 'base64').equals(piece)]).toEqual([20, true])
  valueOf(await look(olga))
  expect(await look(actorOf(world.depot.party))).toMatchObject({ code: 'dispute_unknown' })
  expect(await look({ key: 'key_admin', party: undefined, scopes: ['admin'] })).toMatchObject({ code: 'forbidden' })
  const sealed = await stored(`select sealed from evidence_piece`)
  expect(sealed).toHaveLength(20)
  expect(JSON.stringify(sealed)).not.toContain(piece.subarray(0, 30).toString('base64').slice(0, 30))
  // an entry waits for its place in the chain from its commit on, or has it
  const looks = await stored(
    `select actor from audit_pending where action = 'evidence.read' union all select actor from audit_log where action = 'evidence.read'`,
  )
  expect(looks).toHaveLength(2)
})

it('brings goods back and the money after them', async () => {
  const order = await world.funded({ milestones: [{ inspectionMs: 3 * 3_600_000 }] })
  const { buyer, shop } = world
  const step = (person: typeof buyer, step: 'authorise' | 'ship' | 'receive') =>
    world.hub.bus.call(stepReturn, {
      id: rejected.id,
      party: person.party,
      step,
      idempotencyKey: world.key(),
      actor: actorOf(person.party),
    })
  const reject = async () => {
    const { opened } = await world.disputeStatement(order, buyer)
    const asked = { id: order.id, milestone: 0, party: buyer.party, claim: 'a crack', opened }
    return world.hub.bus.call(rejectMilestone, { ...asked, idempotencyKey: world.key(), actor: actorOf(buyer.party) })
  }
  let rejected: Pick<WireDispute, 'id'> = { id: '' }
  expect(await reject()).toMatchObject({ code: 'wrong_state' })
  valueOf(await world.ship(order))
  rejected = valueOf(await reject())
  await world.reachDispute(rejected.id, 'OPEN')
  expect(await step(buyer, 'authorise')).toMatchObject({ code: 'wrong_party' })
  valueOf(await step(shop, 'authorise'))
  expect(await step(shop, 'receive')).toMatchObject({ code: 'wrong_state' })
  valueOf(await step(buyer, 'ship'))
  expect(valueOf(await step(shop, 'receive'))).toMatchObject({ return: { state: 'RECEIVED' }, state: 'NEGOTIATION' })
  const leg = (await world.get(order)).milestones[0]?.legs[0]
  await world.spend(leg, { kind: 'refund', amount: 10_000n }, { keys: [shop.key] })
  await world.reach(order, 'REFUNDED')
  expect(await world.reachDispute(rejected.id, 'MOOT')).toMatchObject({ return: { state: 'REFUNDED' } })
})
