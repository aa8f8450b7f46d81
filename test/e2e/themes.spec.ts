// What went wrong elsewhere, again and again, in two systems or more: each theme is one acceptance test over HTTP against a whole hub. The first half:
// what is announced, what time may do, who is waited for. One hub for all of them; its clock only moves forward.
import {
  type Dto,
  acceptOffer,
  agree,
  fund,
  legCoin,
  offerSplit,
  payoutLeg,
  pushLock,
  readEvidence,
  refundMilestone,
  returnExtra,
  revealCode,
} from '@huitong/sdk'
import { fundingOf } from '@huitong/sdk'
import type { Coordinate, TxId } from '@huitong/primitives'
import { call } from './call.js'
import { type House, faultsIn, openHouse } from './house.js'
import { TAEL, settle } from './people.js'
import { DAY, Feed, HOUR, type Sale, Shop, isBalanced, milestoneOf } from './shop.js'

let house: House
let shop: Shop
beforeAll(async () => {
  house = await openHouse()
  shop = new Shop(house, await settle(house))
})
afterAll(() => house?.close())

const legOf = (order: Dto['OrderDto']): Dto['LegDto'] => payoutLeg(milestoneOf(order))
const keyOf = ({ buyer }: Sale): string | undefined => buyer.hub.http.options.apiKey

it('theme T01: a status is announced only once it is committed, and can be proven the moment it is heard', async () => {
  const ledger = await shop.ledger()
  const sale = await shop.agreed()
  const { buyer, merchant, order, code } = sale
  const feed = await Feed.open(house, buyer)
  await feed.until(({ subject, type }) => subject === order.id && type === 'order.agreed')
  const told = feed.of(order.id).length
  const wrong = { milestone: 0, party: merchant.id, amount: '1', reason: 'not mine' }
  const refused = await call(house.url, { path: `/v1/orders/${order.id}/refunds`, as: keyOf(sale), key: 'not-mine', body: wrong })
  expect(refused.status).toBe(403)

  const proven = async (type: string, transaction: (leg: Dto['LegDto']) => string | undefined) => {
    const event = await feed.until((heard) => heard.subject === order.id && heard.type === type)
    const seen = await buyer.hub.order(order.id)
    expect(seen.version).toBeGreaterThanOrEqual(event.version)
    const proof = await ledger.proof((transaction(legOf(seen)) ?? '') as TxId)
    expect(proof.header.height).toBeGreaterThan(0)
    return { seen, proof }
  }
  await fund(buyer, order)
  const funded = await proven('order.funded', ({ fundedBy }) => fundedBy)
  expect(funded.proof.coins.map(({ coordinate }) => coordinate)).toContain(legOf(funded.seen).coordinate)
  await revealCode(merchant, milestoneOf(funded.seen), code)
  const settled = await proven('order.settled', ({ spentBy }) => spentBy)
  expect(
    settled.proof.coins.some(({ condition }) => condition.kind === 'account' && condition.account === merchant.account.id),
  ).toBe(true)
  // one event for each version and none for the refusal, which changed nothing
  const versions = feed.of(order.id).map(({ version }) => version)
  expect(versions).toEqual(versions.map((_, index) => index + 1))
  expect(versions.length).toBeGreaterThan(told)
  feed.close()
})

it('theme T02: a deadline never overwrites what was paid or claimed, however close the race', async () => {
  const sales = await Promise.all(Array.from({ length: 6 }, () => shop.funded()))
  const deadline = Date.parse(milestoneOf(sales[0]?.order ?? never()).deadline)
  // the time to fund passes over money that is there
  await shop.advance({ to: milestoneOf(sales[5]?.order ?? never()).fundBy })
  await shop.advance({ by: HOUR })
  for (const sale of sales) expect(milestoneOf(await shop.reach(sale, 'FUNDED')).remaining).toBe('10000')
  await shop.advance({ to: deadline - 60_000 })
  // codes and the deadline at the same moment: the ledger's order decides, and nothing else
  const reveal = (sale: Sale) => revealCode(sale.merchant, milestoneOf(sale.order), sale.code)
  const claims = sales.slice(0, 3).map(reveal)
  const moved = shop.advance({ to: deadline + 60_000 })
  const outcomes = await Promise.allSettled([...claims, ...sales.slice(3).map(reveal), moved])
  const ledger = await shop.ledger()
  for (const [index, sale] of sales.entries()) {
    const end = await shop.reach(sale, 'SETTLED', 'REFUNDED')
    const milestone = milestoneOf(end)
    const isPaid = outcomes[index]?.status === 'fulfilled'
    expect([milestone.state, isBalanced(milestone), milestone.remaining]).toEqual([isPaid ? 'SETTLED' : 'REFUNDED', true, '0'])
    const { spent } = await ledger.provenCoin((legOf(end).coordinate ?? '') as Coordinate)
    const path = (await ledger.proof(spent ?? ('' as TxId))).transaction.body.inputs[0]?.path.kind
    expect(path).toBe(isPaid ? 'code' : 'default')
  }
  // and no later time undoes it
  const before = await Promise.all(sales.map(({ order, buyer }) => buyer.hub.order(order.id)))
  await shop.advance({ to: milestoneOf(sales[0]?.order ?? never()).latest })
  await shop.advance({ by: DAY })
  const after = await Promise.all(sales.map(({ order, buyer }) => buyer.hub.order(order.id)))
  expect(after.map(({ version, state }) => [version, state])).toEqual(before.map(({ version, state }) => [version, state]))
})

it('theme T03: money waits for no step that is not about money: shipment, words, evidence, reviews', async () => {
  const [unshipped, mute, kind] = await Promise.all([1, 2, 3].map(() => shop.funded({ inspectionMs: DAY })))
  if (unshipped === undefined || mute === undefined || kind === undefined) return never()
  const ledger = await shop.ledger()
  // paid without any shipment, tracking number or carrier's word
  const coin = await legCoin(ledger, legOf(unshipped.order))
  await unshipped.buyer.spendLock(ledger, coin, { kind: 'release', amount: coin.amount })
  expect(milestoneOf(await shop.reach(unshipped, 'SETTLED')).remaining).toBe('0')
  // given back without anybody's request
  await refundMilestone(kind.merchant, milestoneOf(kind.order))
  expect(milestoneOf(await shop.reach(kind, 'REFUNDED'))).toMatchObject({ refunded: '10000' })
  // ruled from the hub's own record alone: neither side says a word, hands in a file or accepts anything
  const { id } = await shop.disputed(mute, 'nothing came')
  await shop.rule(id, 0n)
  const ruled = await shop.reachCase(mute, id, 'RULED')
  expect([ruled.messages, ruled.evidence, ruled.offers]).toEqual([[], [], []])
  await shop.advance({ to: ruled.nextDeadline?.at ?? '' })
  expect(milestoneOf(await shop.reach(mute, 'REFUNDED')).refunded).toBe('10000')
  const done = await mute.buyer.hub.dispute(id)
  expect(done.ruling?.hash).toMatch(/^[0-9a-f]{64}$/)
})

it('theme T04: whoever is silent, every waiting state has a deadline and a declared default that comes about by itself', async () => {
  const [draft, unpaid, undelivered, inspected, contested] = await Promise.all([
    shop.drafted(),
    shop.agreed(),
    shop.funded(),
    shop.inspected(),
    shop.funded({ inspectionMs: DAY }),
  ])
  await shop.disputed(contested, 'the merchant will be silent, and the operators too')
  const sales = [draft, unpaid, undelivered, inspected, contested]
  const open = new Set(sales)
  const declared = new Set<string | undefined>()
  for (let step = 0; open.size > 0; step++) {
    expect(step).toBeLessThan(20)
    const views = await Promise.all([...open].map(async (sale) => ({ sale, view: await sale.buyer.hub.order(sale.order.id) })))
    for (const { sale, view } of views) if (['EXPIRED', 'SETTLED', 'CANCELLED'].includes(view.state)) open.delete(sale)
    const waiting = views.filter(({ sale }) => open.has(sale)).toSorted((one, two) => at(one.view) - at(two.view))
    // an order that waits says until when, by which ledger's clock, and what happens then
    for (const { view } of waiting) expect(view.nextDeadline).toMatchObject({ ledger: TAEL.ledger, default: expect.any(String) })
    for (const { view } of waiting) declared.add(view.nextDeadline?.default)
    const [first] = waiting
    if (first === undefined) break
    await shop.advance({ to: at(first.view) + 1_000 })
    await shop.reachOrder(first.sale, ({ version }) => version > first.view.version)
  }
  const ends = await Promise.all(sales.map(async ({ buyer, order }) => buyer.hub.order(order.id)))
  expect(ends.map((end) => [end.state, milestoneOf(end).state])).toEqual([
    ['EXPIRED', 'LAPSED'],
    ['EXPIRED', 'LAPSED'],
    ['EXPIRED', 'REFUNDED'],
    ['SETTLED', 'SETTLED'],
    ['EXPIRED', 'REFUNDED'],
  ])
  expect(ends.map(milestoneOf).every(isBalanced)).toBe(true)
  expect(declared).toEqual(
    new Set(['agreement_lapses', 'funding_lapses', 'shipment_late', 'refund_by_default', 'release_by_default']),
  )
  const { dispute } = milestoneOf(ends[4] ?? never())
  expect((await contested.buyer.hub.dispute(dispute ?? '')).exceptions).toMatchObject([{ kind: 'silent' }])
})

const at = ({ nextDeadline }: Dto['OrderDto']): number => Date.parse(nextDeadline?.at ?? '')

it('theme T05: the clock that is shown is the one the ledger enforces, and a dispute stops that one', async () => {
  const ledger = await shop.ledger()
  const sale = await shop.funded({ inspectionMs: DAY })
  const enforced = async (): Promise<{ readonly deadline: number; readonly shown: number }> => {
    const leg = legOf(await sale.buyer.hub.order(sale.order.id))
    const { condition } = await legCoin(ledger, leg)
    if (condition.kind !== 'escrow') return never()
    return { deadline: condition.deadline, shown: Date.parse(leg.deadline ?? '') }
  }
  const before = await enforced()
  expect(before.shown).toBe(before.deadline)
  const { id } = await shop.disputed(sale)
  const held = await enforced()
  expect(held.shown).toBe(held.deadline)
  expect(held.deadline).toBeGreaterThan(before.deadline)
  // where the old deadline would have paid out, the ledger itself refuses to
  await shop.advance({ to: before.deadline + HOUR })
  const view = await sale.buyer.hub.order(sale.order.id)
  const coin = await legCoin(ledger, legOf(view))
  const early = pushLock(sale.buyer.hub, ledger, { coin, path: { kind: 'default' } })
  await expect(early).rejects.toMatchObject({ code: 'too_early' })
  expect(milestoneOf(view)).toMatchObject({ state: 'DISPUTED', remaining: '10000' })
  // what the sides agree on meanwhile is executed
  const offered = await offerSplit(sale.merchant, id, { toMerchant: 3_333n })
  await acceptOffer(sale.buyer, offered, offered.offers[0]?.id ?? '')
  expect(milestoneOf(await shop.reach(sale, 'SETTLED'))).toMatchObject({ refunded: '6667', remaining: '0' })
})

it('theme T06: a retried request has one effect and one answer; another body under its key is refused', async () => {
  const { buyer, merchant, code } = await shop.drafted()
  const as = buyer.hub.http.options.apiKey
  const body = {
    buyer: buyer.id,
    payer: buyer.address,
    milestones: [await shop.terms(merchant, code, { inspectionMs: DAY, change: {} })],
    reference: 'T06',
  }
  const send = (change: object = {}) => call(house.url, { path: '/v1/orders', as, key: 'theme-6', body: { ...body, ...change } })
  const storm = await Promise.all([1, 2, 3, 4, 5, 6].map(() => send()))
  expect(storm.every(({ status, body: { code: refused } }) => status === 201 || refused === 'in_flight')).toBe(true)
  const first = storm.find(({ status, replayed }) => status === 201 && !replayed)
  const again = await send()
  expect([again.status, again.replayed, again.text]).toEqual([201, true, first?.text])
  expect((await send({ reference: 'T06 bis' })).body).toMatchObject({ status: 422, code: 'idempotency_key_reused' })
  const { items } = await buyer.hub.orders()
  expect(items.filter(({ reference }) => reference === 'T06')).toHaveLength(1)
  // a client that was restarted signs and says the same again, an hour later
  const order = await buyer.hub.order(String(first?.body['id']))
  const agreed = await agree(buyer, order)
  await shop.advance({ by: HOUR })
  expect(await agree(buyer, order)).toEqual(agreed)
  // the same transaction again is the same transaction
  const ledger = await shop.ledger()
  const total = await shop.total(merchant)
  const signed = await buyer.signPayment(ledger, [
    { asset: TAEL.asset, amount: 7n, condition: { kind: 'account', account: merchant.account.id } },
  ])
  const outcomes = []
  for (let sent = 0; sent < 4; sent++) outcomes.push(...(await Promise.all([ledger.submit([signed]), ledger.submit([signed])])))
  expect(
    outcomes.flat().every(({ id, outcome }) => id === signed.id && (outcome === 'committed' || outcome === 'replayed')),
  ).toBe(true)
  expect((await shop.total(merchant)) - total).toBe(7n)
})

it('theme T07: too little, too much, twice or too late: never stranded, always somebody’s, and said to be', async () => {
  const sale = await shop.agreed()
  const { buyer, merchant, order } = sale
  const ledger = await shop.ledger()
  const start = await shop.total(buyer)
  const [due] = fundingOf(buyer, order, 'shanxi')
  if (due === undefined) return never()
  const pay = (amount: bigint) => buyer.payOutputs(ledger, [{ ...due, amount }])
  await pay(due.amount - 1n)
  await pay(due.amount + 1n)
  await pay(due.amount)
  await shop.reach(sale, 'FUNDED')
  await pay(due.amount)
  const told = await shop.reachOrder(sale, ({ refunds }) => refunds.length === 3)
  expect(told.exceptions.map(({ kind }) => kind).toSorted()).toEqual(['extra_coin', 'overpaid', 'underpaid'])
  expect(told.refunds.map(({ amount, state }) => [amount, state])).toEqual([
    ['9999', 'pending'],
    ['10001', 'pending'],
    ['10000', 'pending'],
  ])
  expect(milestoneOf(told)).toMatchObject({ funded: '10000', remaining: '10000' })
  // the merchant gives one back at once; the others go back by themselves
  await returnExtra(merchant, told.refunds[0] ?? never())
  await shop.reachOrder(sale, ({ refunds }) => refunds[0]?.state === 'final')
  const late = await shop.agreed()
  await shop.advance({ to: milestoneOf(late.order).fundBy })
  const [owed] = fundingOf(late.buyer, late.order, 'shanxi')
  await late.buyer.payOutputs(ledger, [owed ?? never()])
  const lapsed = await shop.reachOrder(late, ({ refunds }) => refunds.length === 1)
  expect([lapsed.state, lapsed.exceptions[0]?.kind, lapsed.refunds[0]?.state]).toEqual(['EXPIRED', 'late', 'pending'])
  await shop.advance({ to: milestoneOf(late.order).deadline })
  await shop.advance({ by: HOUR })
  for (const one of [sale, late]) {
    const end = await shop.reachOrder(one, ({ refunds }) => refunds.every(({ state }) => state === 'final'))
    for (const { transaction } of end.refunds) await ledger.proof((transaction ?? '') as TxId)
  }
  await shop.reach(sale, 'REFUNDED')
  expect(await shop.total(buyer)).toBe(start)
  expect(await shop.total(late.buyer)).toBe(start)
})

it('a file of ten megabytes goes into a case over HTTP and comes out as it was, for the case’s people only', async () => {
  const sale = await shop.funded({ inspectionMs: DAY })
  const { id } = await shop.disputed(sale)
  const { buyer, merchant } = sale
  const bytes = new Uint8Array(10 * 1024 * 1024).map((_, index) => (index * 31 + (index >> 8)) & 0xff)
  bytes.set(new TextEncoder().encode('%PDF-1.7'))
  const file = { name: '收据 receipt.pdf', mediaType: 'application/pdf', bytes }
  const added = await buyer.hub.addEvidence(id, file, { key: 'receipt' })
  expect(added.evidence).toMatchObject([{ name: file.name, size: bytes.length, party: buyer.id, mediaType: file.mediaType }])
  expect(await buyer.hub.addEvidence(id, file, { key: 'receipt' })).toEqual(added)
  const [entry] = added.evidence
  const [operator] = shop.stage.network.operators
  for (const reader of [merchant, operator ?? never()])
    expect(Buffer.from(await readEvidence(reader, added, entry?.id ?? '')).equals(bytes)).toBe(true)
  const { buyer: stranger } = await shop.pair()
  await expect(readEvidence(stranger, added, entry?.id ?? '')).rejects.toMatchObject({ code: 'dispute_unknown' })
  await expect(buyer.hub.addEvidence(id, { ...file, mediaType: 'image/png' })).rejects.toMatchObject({
    code: 'evidence_type_unsupported',
  })
  await expect(buyer.hub.addEvidence(id, { ...file, mediaType: 'text/html' })).rejects.toMatchObject({
    code: 'evidence_type_unsupported',
  })
  expect((await buyer.hub.dispute(id)).evidence).toHaveLength(1)
})

it('no process of the hub has logged an error', () => {
  expect(faultsIn(house.folder)).toEqual([])
})

function never(): never {
  throw new Error('this cannot be')
}
