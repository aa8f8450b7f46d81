// What people do with orders: buy, ship, deliver, keep silent, pay too little or twice, send money back, agree on a division, go to court. Nothing that
// they do may leave money anywhere but with one of them.
import { deliveredMessage, encodeDelivered } from '@huitong/chain'
import type { CreateOrder, MilestoneTerms, WireLeg, WireMilestone, WireOrder } from '@huitong/contracts'
import { type Coordinate, type OrderId, type Preimage, after, lockOf } from '@huitong/primitives'
import type { Actor } from './actor.js'
import { type Deal, type Players, current, dispute, divide } from './court-stories.js'
import type { Told } from './pair-stories.js'
import { type Policy, drawnPolicy, fund } from './payment-stories.js'
import { ASSETS, LEDGERS, MINUTE, TERMS } from './world.js'

export type OrderSort = 'code' | 'inspection' | 'paired' | 'mixed'

const FINAL = new Set(['SETTLED', 'CANCELLED', 'EXPIRED'])

export async function orderStory(sort: OrderSort, players: Players, told: Told): Promise<void> {
  const { buyer, shop } = players
  const { random } = buyer
  const asked = await askedOrder(sort, players)
  if (asked === undefined) return
  const made = await buyer.ask('orders', (hub, write) => hub.orders.create({ ...write, ...asked }))
  if (made?.ok !== true) return
  const { id, termsHash } = made.value
  told.id = id
  const deal: Deal = { ...players, id, told }
  for (const one of random.chance(0.5) ? [buyer, shop] : [shop, buyer]) {
    await one.pause(1, 40)
    if (random.chance(0.05)) return
    const approval = one.approval('orderTerms', termsHash)
    await one.ask('agrees', (hub, write) => hub.orders.agree({ ...write, id, party: one.party, approval }))
  }
  if (random.chance(0.05)) await shop.ask('calls the order off', (hub, write) => hub.orders.cancel({ ...write, id }))
  const order = await buyer.read((hub) => hub.orders.get({ id, actor: buyer.api }))
  if (order === undefined || order.state === 'DRAFT') return
  await Promise.all(
    order.milestones.map(({ milestone }) => milestoneStory(deal, order, { milestone, ...policyOf(asked.milestones[milestone]) })),
  )
}

async function askedOrder(
  sort: OrderSort,
  { buyer, shop }: Players,
): Promise<Omit<CreateOrder, 'actor' | 'idempotencyKey'> | undefined> {
  const { random } = buyer
  const now = buyer.now
  // some are so slow that people are reminded
  const shipBy = after(now, (random.chance(0.08) ? random.between(70, 95) : random.between(12, 20)) * MINUTE)
  const deadline = after(shipBy, random.between(12, 40) * MINUTE)
  const latest = after(deadline, random.between(45, 70) * MINUTE)
  const ledger = random.pick(LEDGERS)
  const settle = { ledger, asset: ASSETS[ledger] ?? '' }
  const amount = random.between(1_000, 30_000)
  const shared = {
    merchant: shop.party,
    payee: shop.person.account,
    settle,
    amount: `${amount}`,
    shipBy,
    deadline,
    latest,
    items: [],
  }
  const code = (number: number): Partial<MilestoneTerms> => ({ deliveryHash: lockOf(codeOf(buyer, number)) })
  const inspection: Partial<MilestoneTerms> = { inspectionMs: random.between(4, 15) * MINUTE }
  const order = { buyer: buyer.party, payer: buyer.person.account }
  switch (sort) {
    case 'code':
      return { ...order, milestones: [{ ...shared, ...code(0), ...drawnPolicy(random) }] }
    case 'inspection':
      return { ...order, milestones: [{ ...shared, ...inspection, ...drawnPolicy(random) }] }
    case 'mixed':
      return {
        ...order,
        milestones: [
          { ...shared, ...code(0) },
          { ...shared, ...inspection },
        ],
      }
    case 'paired': {
      const pays = random.pick(LEDGERS.filter((name) => name !== ledger))
      const give = { ledger: pays, asset: ASSETS[pays] ?? '' }
      const quote = await buyer.ask('asks for a quote', (hub, write) =>
        hub.quotes.create({ ...write, payer: buyer.party, give, take: settle, fixed: 'receive', amount: `${amount}` }),
      )
      if (quote?.ok !== true) return undefined
      return { ...order, milestones: [{ ...shared, ...code(0), quote: quote.value.id }] }
    }
    default:
      return undefined
  }
}

const codeOf = (buyer: Actor, number: number): Preimage => buyer.secret(`code of milestone ${number}`)

const policyOf = (terms: MilestoneTerms | undefined): { readonly policy?: Policy } =>
  terms?.payment === undefined ? {} : { policy: terms.payment }

async function milestoneStory(
  deal: Deal,
  order: WireOrder,
  { milestone: number, policy }: { readonly milestone: number; readonly policy?: Policy },
): Promise<void> {
  const { buyer, shop } = deal
  const { random } = buyer
  const leg = order.milestones[number]?.legs[0]
  if (leg === undefined) return
  await buyer.pause(1, 120)
  if (random.chance(0.12)) void atTheMoment(deal, number, leg)
  await fund(deal, leg, { milestone: number, ...(policy === undefined ? {} : { policy }) })
  const funded = await reach(deal, number, ['FUNDED', 'SHIPPED'], 25 * MINUTE)
  if (funded === undefined) return
  if (random.chance(0.85)) {
    await shop.pause(1, 200)
    await shop.ask('ships', (hub, write) =>
      hub.orders.ship({ ...write, id: deal.id, milestone: number, tracking: `parcel ${number}` }),
    )
  }
  if (random.chance(0.06)) await takeBack(deal, funded)
  await buyer.pause(20, 500)
  const way = random.unit()
  if (way < 0.22) return dispute(deal, number)
  if (way < 0.28) return divide(deal, number)
  if (way < 0.36) return
  await (funded.deliveryHash === undefined ? inspected(deal, order, number) : coded(deal, number))
}

/** The milestone as the hub sees it, once it is in one of these states. */
async function reach(deal: Deal, number: number, states: readonly string[], forMs: number): Promise<WireMilestone | undefined> {
  const { buyer } = deal
  const end = buyer.now + forMs
  while (buyer.now < end) {
    const view = await buyer.read((hub) => hub.orders.get({ id: deal.id, actor: buyer.api }))
    const milestone = view?.milestones[number]
    if (milestone !== undefined && states.includes(milestone.state)) return milestone
    if (view !== undefined && FINAL.has(view.state)) return undefined
    await buyer.pause(25, 80)
  }
  return undefined
}

/** The code at the door: whoever has it brings it to the leg that pays the merchant. Sometimes too late, sometimes to the wrong leg. */
async function coded({ buyer, shop, told, ...deal }: Deal, number: number): Promise<void> {
  const { random } = buyer
  const milestone = await current({ buyer, shop, told, ...deal }, number)
  const settle = milestone?.legs.at(-1)
  if (milestone === undefined || settle?.coordinate === undefined || settle.deadline === undefined) return
  const host = buyer.world.host(settle.ledger)
  const lastSafe = settle.deadline - TERMS.skewMs - TERMS.marginMs - 1_000
  const mood = random.unit()
  if (mood < 0.1) {
    await buyer.until(() => host.time >= lastSafe - 5_000, 90 * MINUTE)
    told.folly.push('showed the code late')
  } else if (host.time >= lastSafe) return
  const secret = codeOf(buyer, number)
  const toOther = milestone.legs.length > 1 && random.chance(0.1)
  const leg = toOther ? milestone.legs[0] : settle
  if (leg?.coordinate === undefined) return
  // the border: a coordinate of a view
  await shop.spend(buyer.world.host(leg.ledger), leg.coordinate as Coordinate, { kind: 'code' }, { secret })
}

/** The merchant sends the money back at the very moment of the delivery, or the buyer shows the code while there is no leg that pays the merchant. */
async function atTheMoment(deal: Deal, number: number, leg: WireLeg): Promise<void> {
  const { buyer, shop, told, id } = deal
  const { random, world } = buyer
  const isPair = leg.name === 'pay'
  await world.when(id, `${number} ${isPair ? 'HALF_FUNDED' : random.pick(['DELIVERED', 'INSPECTION'])}`)
  if (isPair && !random.chance(0.4)) return
  const milestone = await current(deal, number)
  if (milestone === undefined) return
  if (!isPair) return takeBack(deal, milestone)
  const [first] = milestone.legs
  if (first?.coordinate === undefined) return
  told.folly.push('showed the code early')
  await shop.spend(world.host(first.ledger), first.coordinate as Coordinate, { kind: 'code' }, { secret: codeOf(buyer, number) })
}

/** The carrier's word, then the buyer's hand, its silence, or a quarrel. */
async function inspected(deal: Deal, order: WireOrder, number: number): Promise<void> {
  const { buyer, shop, people, id } = deal
  const { random } = buyer
  const milestone = await current(deal, number)
  const leg = milestone?.legs[0]
  if (milestone === undefined || leg?.coordinate === undefined) return
  if (random.chance(0.88)) {
    // the border: texts of a view
    const statement = {
      chain: buyer.world.host(leg.ledger).ledger.chain,
      order: order.order as OrderId,
      milestone: number,
      coin: leg.coordinate as Coordinate,
      at: buyer.now,
    }
    const delivered = people.carrier.stated(encodeDelivered(statement), deliveredMessage(statement))
    await shop.ask('brings the carrier’s word', (hub, write) =>
      hub.orders.deliver({ ...write, id, milestone: number, delivered }),
    )
  }
  await buyer.pause(10, 400)
  const mood = random.unit()
  if (mood < 0.4) return
  if (mood < 0.5) return dispute(deal, number)
  const asked = { id, milestone: number }
  if (random.chance(0.5))
    await buyer.ask('accepts the goods', (hub, write) => hub.acceptance.accept({ ...write, ...asked, party: buyer.party }))
  if (random.chance(0.15)) return dispute(deal, number)
  if (random.chance(0.3)) await asksBack(deal, number)
  const meanwhile = await current(deal, number)
  if (meanwhile !== undefined && random.chance(0.15)) await takeBack(deal, meanwhile)
  const now = await current(deal, number)
  const held = now?.legs[0]
  if (now === undefined || held?.coordinate === undefined) return
  const host = buyer.world.host(held.ledger)
  const coin = held.coordinate as Coordinate
  const remaining = BigInt(now.remaining)
  const part = held.held === true || random.chance(0.6) ? remaining : remaining / 3n
  if (mood < 0.9) await buyer.spend(host, coin, { kind: 'release', amount: part }, { by: [buyer.person] })
  else await buyer.spend(host, coin, { kind: 'agree', toPayee: remaining / 2n }, { by: [buyer.person, shop.person] })
}

/** A part back, asked for by one side and granted or not by the other; the money follows by hand, or does not. */
async function asksBack({ buyer, shop, id }: Deal, number: number): Promise<void> {
  const { random } = buyer
  const [one, other] = random.chance(0.7) ? [buyer, shop] : [shop, buyer]
  const asked = { id, milestone: number }
  const amount = `${random.between(1, 900)}`
  const made = await one.ask('asks for a refund', (hub, write) =>
    hub.acceptance.request({ ...write, ...asked, party: one.party, amount, reason: 'a scratch' }),
  )
  const view = made?.ok === true ? made.value : undefined
  const refund = view?.refunds.find(({ state }) => state === 'requested')
  if (refund === undefined) return
  await other.pause(5, 200)
  // nobody answers: the money goes by other hands, one way or the other
  if (random.chance(0.35)) return
  const answer = random.chance(0.6) ? 'agree' : 'decline'
  await other.ask('answers the wish', (hub, write) =>
    hub.acceptance.answer({ ...write, ...asked, party: other.party, refund: refund.id, answer }),
  )
}

/** The merchant sends money back by its own hand: a part, or all. */
async function takeBack({ shop }: Deal, milestone: WireMilestone): Promise<void> {
  const [leg] = milestone.legs
  if (milestone.legs.length !== 1 || leg?.coordinate === undefined) return
  const remaining = BigInt(milestone.remaining)
  const amount = shop.random.chance(0.4) ? remaining : remaining / 5n
  await shop.spend(shop.world.host(leg.ledger), leg.coordinate as Coordinate, { kind: 'refund', amount }, { by: [shop.person] })
}
