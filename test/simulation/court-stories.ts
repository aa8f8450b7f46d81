// What people do with orders that they quarrel about: divide by consent, go to court, offer, appeal, send goods back, pay all the same. Whatever they
// do, the case ends, and the money with it.
import { decodeRuling, disputeHash, rulingMessage } from '@huitong/chain'
import type { WireDispute, WireMilestone, WireOrder } from '@huitong/contracts'
import { type Coordinate, type OrderId, expectOk, fromHex } from '@huitong/primitives'
import type { Actor } from './actor.js'
import { HUB } from './identity-host.js'
import type { Told } from './pair-stories.js'
import type { Cast } from './setup.js'

export interface Players {
  readonly buyer: Actor
  readonly shop: Actor
  readonly people: Cast
}

export interface Deal extends Players {
  readonly id: string
  readonly told: Told
}

export const current = async (deal: Deal, number: number): Promise<WireMilestone | undefined> =>
  (await deal.buyer.read((hub) => hub.orders.get({ id: deal.id, actor: deal.buyer.api })))?.milestones[number]

/** Both sides sign one division; one of them may not. */
export async function divide(deal: Deal, number: number): Promise<void> {
  const { buyer, shop, id } = deal
  const { random } = buyer
  const milestone = await current(deal, number)
  if (milestone === undefined) return
  const whole = BigInt(milestone.settle.amount)
  const toMerchant = `${random.pick([0n, whole / 3n, whole / 2n, whole])}`
  const asked = { id, milestone: number, toMerchant }
  const body = await buyer.ask('proposes a division', (hub, write) =>
    hub.splits.consent({ ...write, ...asked, party: buyer.party }),
  )
  if (body?.ok !== true) return
  for (const one of [buyer, shop]) {
    await one.pause(1, 90)
    if (random.chance(0.12)) return
    const signed = signedRuling(one, body.value.body)
    await one.ask('signs the division', (hub, write) => hub.splits.consent({ ...write, ...asked, party: one.party, signed }))
  }
}

/** What the sides and the operators do while a case is open. */
interface Case {
  readonly id: string
  readonly whole: bigint
  readonly milestone: number
}

/** One side goes to court; the other answers or not; offers go to and fro; two operators rule, late or never; who lost appeals to two others. */
export async function dispute(deal: Deal, number: number): Promise<void> {
  const { buyer, shop, id } = deal
  const { random } = buyer
  const opener = random.chance(0.7) ? buyer : shop
  const other = opener === buyer ? shop : buyer
  const order = await opener.read((hub) => hub.orders.get({ id, actor: opener.api }))
  if (order === undefined) return
  const opened = opener.approval('dispute', disputeOf(order, number))
  const body = { id, milestone: number, party: opener.party, claim: 'broken', opened }
  const rejects =
    opener === buyer &&
    random.chance(0.6) &&
    ['DELIVERED', 'INSPECTION', 'SHIPPED'].includes(order.milestones[number]?.state ?? '')
  const asked = await opener.ask('opens a dispute', (hub, write) =>
    rejects && opened.body.length % 2 === 0
      ? hub.disputes.reject({ ...write, ...body })
      : hub.disputes.open({ ...write, ...body }),
  )
  if (asked?.ok !== true) return
  const open = { id: asked.value.id, whole: BigInt(order.milestones[number]?.settle.amount ?? 0), milestone: number }
  const meanwhile: Promise<void>[] = []
  if (random.chance(0.25)) meanwhile.push(paysAllTheSame(deal, open))
  // or at the very moment when the case has come somewhere
  else if (random.chance(0.3))
    void buyer.world
      .when(open.id, random.pick(['NEGOTIATION', 'ARBITRATION', 'RULED', 'APPEALED']))
      .then(() => paysAllTheSame(deal, open, 1))
  else if (random.chance(0.15)) meanwhile.push(paysAllTheSame(deal, open, 1))
  if (random.chance(0.6)) {
    await other.pause(10, 200)
    await other.ask('answers', (hub, write) => hub.disputes.say({ ...write, id: open.id, text: 'it was whole' }))
  }
  if (random.chance(0.2)) meanwhile.push(returned(deal, open))
  if (random.chance(0.4)) meanwhile.push(haggle(deal, open))
  if (random.chance(0.85)) await judged(deal, open)
  await Promise.all(meanwhile)
}

/** The money moves by other hands while the case is open: at whatever moment, and whatever the case thinks of it. */
async function paysAllTheSame(deal: Deal, open: Case, withinSeconds = 900): Promise<void> {
  const { buyer, shop } = deal
  const { random } = buyer
  await buyer.pause(0, withinSeconds)
  const milestone = await current(deal, open.milestone)
  const leg = milestone?.legs[0]
  if (milestone === undefined || milestone.legs.length !== 1 || leg?.coordinate === undefined) return
  const host = buyer.world.host(leg.ledger)
  // the border: a coordinate of a view
  const coin = leg.coordinate as Coordinate
  const remaining = BigInt(milestone.remaining)
  if (random.chance(0.4)) await buyer.spend(host, coin, { kind: 'release', amount: remaining }, { by: [buyer.person] })
  else if (random.chance(0.5)) await shop.spend(host, coin, { kind: 'refund', amount: remaining }, { by: [shop.person] })
  else await buyer.spend(host, coin, { kind: 'agree', toPayee: remaining / 2n }, { by: [buyer.person, shop.person] })
}

/** Offers, one taking the place of another, until one is accepted or both are tired of it. */
async function haggle({ buyer, shop }: Deal, open: Case): Promise<void> {
  const { random } = buyer
  for (let round = 0; round < 3; round++) {
    const [one, other] = random.chance(0.5) ? [buyer, shop] : [shop, buyer]
    await one.pause(5, 300)
    const toMerchant = `${random.pick([0n, open.whole / 4n, open.whole / 2n])}`
    const asked = { id: open.id, party: one.party, toMerchant }
    const draft = await one.ask('drafts an offer', (hub, write) => hub.negotiation.offer({ ...write, ...asked }))
    if (draft?.ok !== true) continue
    const signed = [signedRuling(one, draft.value.body)]
    const made = await one.ask('offers to divide', (hub, write) => hub.negotiation.offer({ ...write, ...asked, signed }))
    if (made?.ok !== true) continue
    await other.pause(2, 200)
    const offer = made.value.dispute.offers.find(({ state, party }) => state === 'open' && party === one.party)
    if (offer === undefined || random.chance(0.2)) continue
    const answer = random.chance(0.7) ? 'accept' : 'decline'
    const also = answer === 'accept' ? { signed: [signedRuling(other, offer.body)] } : {}
    const said = await other.ask('answers the offer', (hub, write) =>
      hub.negotiation.answer({ ...write, id: open.id, party: other.party, offer: offer.id, answer, ...also }),
    )
    if (said?.ok === true && answer === 'accept') return
  }
}

/** The goods go back, as far as both care. */
async function returned({ buyer, shop }: Deal, open: Case): Promise<void> {
  const steps = [
    [shop, buyer.random.chance(0.8) ? 'authorise' : 'refuse'],
    [buyer, 'ship'],
    [shop, 'receive'],
  ] as const
  for (const [who, step] of steps) {
    await who.pause(5, 200)
    if (who.random.chance(0.15)) return
    await who.ask(`${step}s a return`, (hub, write) =>
      hub.negotiation.stepReturn({
        ...write,
        id: open.id,
        party: who.party,
        step,
        ...(step === 'ship' ? { tracking: 'back' } : {}),
      }),
    )
  }
}

/** Two operators rule; each side accepts, appeals to the two others, or lets the time pass. */
async function judged({ buyer, shop, people }: Deal, open: Case): Promise<void> {
  const [first, second, third, fourth] = people.operators
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) return
  const { random } = buyer
  const ruled = await rulesAndSigns(open, [first, second])
  if (ruled === undefined) return
  for (const side of [buyer, shop]) {
    if (random.chance(0.35)) {
      await side.pause(1, 20)
      await side.ask('appeals', (hub, write) =>
        hub.negotiation.appeal({ ...write, id: open.id, party: side.party, grounds: 'nobody looked at the parcel' }),
      )
      if (random.chance(0.7)) await rulesAndSigns(open, [third, fourth])
      return
    }
    if (!random.chance(0.7)) continue
    await side.pause(2, 60)
    await side.ask('accepts the ruling', (hub, write) =>
      hub.negotiation.acceptRuling({ ...write, id: open.id, party: side.party }),
    )
  }
}

async function rulesAndSigns(open: Case, operators: readonly [Actor, Actor]): Promise<WireDispute | undefined> {
  const [first] = operators
  const { random } = first
  const toMerchant = `${random.pick([0n, open.whole / 3n, open.whole / 2n, open.whole])}`
  for (let attempt = 0; attempt < 6; attempt++) {
    await first.pause(10, 120)
    const ruling = await first.ask('proposes a ruling', (hub, write) =>
      hub.disputes.rule({ ...write, id: open.id, toMerchant, reasons: 'both are a little right' }),
    )
    if (ruling?.ok !== true) continue
    const body = ruling.value.ruling?.body
    if (body === undefined) return undefined
    for (const one of operators) {
      await one.pause(2, 60)
      if (random.chance(0.05)) return undefined
      const signed = signedRuling(one, body)
      await one.ask('signs the ruling', (hub, write) => hub.disputes.sign({ ...write, id: open.id, signed }))
    }
    return ruling.value
  }
  return undefined
}

const signedRuling = (by: Actor, body: string) =>
  by.stated(fromHex(body), rulingMessage(HUB, expectOk(decodeRuling(fromHex(body)), 'a ruling')))

function disputeOf(order: WireOrder, milestone: number): string {
  return disputeHash({ order: order.order as OrderId, milestone })
}
