// How orders go on after payment: shipped, then delivered by code, inspected, disputed or refunded. Each way does only what is not done yet, so that
// it can be begun again after a kill.
import {
  type Dto,
  consent,
  legCoin,
  openDispute,
  payoutLeg,
  rulingFault,
  signCode,
  signDelivered,
  signRuling,
  until,
} from '@huitong/sdk'
import { type OrderId, never } from '@huitong/primitives'
import { decodeRuling } from '@huitong/chain'
import { fromHex, sha256, toHex } from '@huitong/primitives'
import type { Founded } from '../network/founding.js'
import { type Moment, lapsesAt, validUntil } from './cast.js'
import type { PlannedMilestone, PlannedOrder } from './plan.js'
import { OutOfPlan, type Scene, codeOf, orderNote } from './placing.js'

/** One milestone of a funded order, in the plan and as the hub shows it. */
interface Subject {
  readonly order: PlannedOrder
  readonly planned: PlannedMilestone
  readonly placed: Dto['OrderDto']
  readonly milestone: Dto['MilestoneDto']
  readonly at: Moment
}

const CLOSED: ReadonlySet<string> = new Set(['SETTLED', 'REFUNDED', 'ONE_LEG', 'LAPSED'])

export function placedId(scene: Scene, order: PlannedOrder): string {
  const id = scene.journal.note(orderNote(order.id))
  if (id === undefined) throw new OutOfPlan('was never funded')
  return id
}

export async function ship(scene: Scene, order: PlannedOrder): Promise<void> {
  const id = placedId(scene, order)
  for (const [milestone, { seller }] of order.milestones.entries()) {
    const merchant = await scene.cast.merchant(seller)
    await scene.journal.step(`ship/${id}/${milestone}`, () =>
      merchant.hub.shipOrder(id, { milestone }, { key: scene.cast.key('ship', `${order.id}/${id}/${milestone}`) }),
    )
  }
}

/** Brings every milestone to the end that the plan has for it; inspected ones to the inspection, which silence ends. */
export async function end(scene: Scene, network: Founded, order: PlannedOrder, at: Moment): Promise<void> {
  const buyer = await scene.cast.buyer(order.id)
  const placed = await buyer.hub.order(placedId(scene, order))
  for (const [index, planned] of order.milestones.entries()) {
    const milestone = placed.milestones[index]
    if (milestone === undefined) throw new OutOfPlan(`has no milestone ${index}`)
    if (CLOSED.has(milestone.state)) continue
    await endOne(scene, network, { order, planned, placed, milestone, at })
  }
}

async function endOne(scene: Scene, network: Founded, subject: Subject): Promise<void> {
  const { order, planned } = subject
  const isPaired = planned.tender === 'points'
  switch (order.ending) {
    case 'code':
      return showCode(scene, subject)
    case 'inspection':
      // paired escrows know no inspection: both sides consent to full release once it has come
      return isPaired ? divide(scene, subject, planned.amount) : carry(scene, network, subject)
    case 'dispute':
      if (!isPaired) await carry(scene, network, subject)
      return disputed(scene, network, subject)
    case 'refund':
      return isPaired ? divide(scene, subject, 0n) : refund(scene, subject)
    case 'open':
      return undefined
    default:
      return never(order.ending)
  }
}

async function showCode(scene: Scene, subject: Subject): Promise<void> {
  const { order, planned, placed, milestone, at } = subject
  const code = codeOf(scene.cast, order, milestone)
  if (code === undefined) throw new OutOfPlan(`milestone ${milestone.milestone} is under another code`)
  const merchant = await scene.cast.merchant(planned.seller)
  const ledger = await merchant.hub.ledger(payoutLeg(milestone).ledger)
  await scene.journal.commit(ledger, `code/${placed.id}/${milestone.milestone}`, () =>
    signCode(merchant, milestone, code, { validUntil: validUntil(at) }),
  )
  // the provider's claim must be made before the clock moves on
  if (planned.tender === 'points') await reach(scene, subject, CLOSED)
}

/** The carrier's word; answers once the arbiter's hold stands on the ledger. */
async function carry(scene: Scene, network: Founded, subject: Subject): Promise<void> {
  const { planned, placed, milestone, at } = subject
  if (milestone.state === 'FUNDED' || milestone.state === 'SHIPPED') {
    const merchant = await scene.cast.merchant(planned.seller)
    const ledger = await merchant.hub.ledger(payoutLeg(milestone).ledger)
    const coin = await legCoin(ledger, payoutLeg(milestone))
    const delivered = await signDelivered(network.carrier.signer, {
      chain: ledger.chain,
      // the border: the hub's id of an order on the ledger
      order: placed.order as OrderId,
      milestone: milestone.milestone,
      coin: coin.coordinate,
      at: at.now,
    })
    const key = scene.cast.key('delivered', delivered.body)
    await merchant.hub.deliveredOrder(placed.id, { milestone: milestone.milestone, delivered }, { key })
  }
  await reach(scene, subject, new Set(['INSPECTION', 'DISPUTED', ...CLOSED]))
}

/** Both sides sign the same division; the arbiter executes it on every leg. */
async function divide(scene: Scene, subject: Subject, toMerchant: bigint): Promise<void> {
  const { order, planned, placed, milestone } = subject
  const split = { milestone: milestone.milestone, toMerchant }
  await consent(await scene.cast.buyer(order.id), placed, split)
  await consent(await scene.cast.merchant(planned.seller), placed, split)
  await reach(scene, subject, CLOSED)
}

/** The merchant gives all of it back by its own signature: on a single leg nobody else is needed. */
async function refund(scene: Scene, { planned, placed, milestone, at }: Subject): Promise<void> {
  const merchant = await scene.cast.merchant(planned.seller)
  const leg = payoutLeg(milestone)
  const ledger = await merchant.hub.ledger(leg.ledger)
  await scene.journal.commit(ledger, `refund/${placed.id}/${milestone.milestone}`, async (reference) => {
    const coin = await legCoin(ledger, leg)
    return merchant.signSpend(ledger, coin, { kind: 'refund', amount: coin.amount }, { reference, validUntil: validUntil(at) })
  })
}

/** The buyer disputes, two operators rule: the freight goes back, the rest to the merchant. */
async function disputed(scene: Scene, network: Founded, subject: Subject): Promise<void> {
  const { order, planned, placed, milestone, at } = subject
  const buyer = await scene.cast.buyer(order.id)
  const claim = { milestone: milestone.milestone, claim: 'review score 1' }
  const saying = { validUntil: lapsesAt(at), key: scene.cast.key('dispute', `${placed.id}/${milestone.milestone}/${at.now}`) }
  const opened = milestone.dispute ?? (await openDispute(buyer, placed, claim, saying)).id
  const ready = await until(
    buyer.hub.http,
    `dispute ${opened} over order ${order.id} to open`,
    (seen) => buyer.hub.dispute(opened, seen),
    ({ state }) => state !== 'REQUESTED',
    scene.patience,
  )
  const toMerchant = planned.amount - planned.freight
  await rule(scene, network, ready, toMerchant)
  // nobody appeals
  for (const side of [buyer, await scene.cast.merchant(planned.seller)]) {
    const key = scene.cast.key('accept-ruling', `${opened}/${side.id}`)
    if ((await side.hub.dispute(opened)).state === 'RULED') await side.hub.acceptRuling(opened, { party: side.id }, { key })
  }
  await reach(scene, subject, CLOSED)
}

async function rule(scene: Scene, network: Founded, dispute: Dto['DisputeDto'], toMerchant: bigint): Promise<void> {
  const [first] = network.operators
  if (first === undefined) throw new OutOfPlan('has no operator to rule on it')
  const body = { toMerchant: toMerchant.toString(), reasons: 'the goods came; the freight goes back' }
  const proposed =
    dispute.ruling === undefined
      ? await first.hub.ruleDispute(dispute.id, body, { key: scene.cast.key('rule', dispute.id) })
      : dispute
  const text = proposed.ruling?.body ?? ''
  const ruling = decodeRuling(fromHex(text))
  const fault = ruling.ok ? await rulingFault(first, ruling.value) : ruling.code
  if (fault !== undefined) throw new OutOfPlan(`ruling on ${dispute.id}: ${fault}`)
  const name = await first.hub.identity()
  for (const operator of network.operators) {
    const signed = await signRuling(name, operator.signer, text, () => undefined)
    const key = scene.cast.key('sign', `${dispute.id}/${operator.name}/${toHex(sha256(fromHex(text)))}`)
    await scene.journal.step(key, () => operator.hub.signRuling(dispute.id, { signed }, { key }))
  }
}

async function reach(scene: Scene, { order, placed, milestone }: Subject, states: ReadonlySet<string>): Promise<void> {
  const buyer = await scene.cast.buyer(order.id)
  await until(
    buyer.hub.http,
    `milestone ${milestone.milestone} of order ${order.id} (${placed.id}) to be ${[...states].join(' or ')}`,
    (seen) => buyer.hub.order(placed.id, seen),
    (seen) => states.has(seen.milestones.find((one) => one.milestone === milestone.milestone)?.state ?? ''),
    scene.patience,
  )
}
