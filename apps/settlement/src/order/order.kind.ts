// An order as the common machinery sees it: its machine with its file, its deadlines, and what must be true in the same transaction: the
// reservation behind each quote, and what its disputes are told.
import type { OrderId, Time } from '@huitong/primitives'
import { after } from '@huitong/primitives'
import {
  type Decided,
  type Env,
  type LedgerFact,
  type MilestoneState,
  type MilestoneTerms,
  type OrderState,
  paymentEnds,
  orderWaits,
} from '@huitong/protocol'
import { Injectable } from '@nestjs/common'
import { DealService } from '../deal/deal.service.js'
import type { Deadline, Deal, DealKind, Outline } from '../deal/kind.js'
import type { Unit } from '../deal/unit.js'
import { disputeKind } from '../dispute/dispute.kind.js'
import { QuoteStore } from '../quote/quote.store.js'
import {
  type OrderDealCode,
  type OrderDealEffect,
  type OrderDealEvent,
  decideOrderDeal,
  orderDealEffects,
} from './order.decide.js'
import { type OrderDeal, orderDealCodec } from './order.file.js'
import { ends, legTermsOf, milestoneOf, openLegsOf, termsOfMilestone } from './order.legs.js'

const CLOSED: ReadonlySet<OrderState['state']> = new Set(['SETTLED', 'CANCELLED', 'EXPIRED'])
const CLOSED_MILESTONE: ReadonlySet<MilestoneState['state']> = new Set(['SETTLED', 'REFUNDED', 'ONE_LEG', 'LAPSED'])

@Injectable()
export class OrderKind implements DealKind<OrderDeal, OrderDealEvent, OrderDealEffect> {
  readonly kind = 'order'
  readonly prefix = 'ord'
  readonly codec = orderDealCodec
  readonly duties = {
    askFunding: 'shown',
    askSignature: 'shown',
    keepTerms: 'performed',
    fundLegB: 'performed',
    signHold: 'performed',
    signRule: 'performed',
    pushCode: 'performed',
    pushDefault: 'performed',
    adjudicate: 'performed',
  } as const

  constructor(
    private readonly quotes: QuoteStore,
    private readonly deals: DealService,
  ) {}

  decide(deal: OrderDeal, event: OrderDealEvent | LedgerFact, env: Env): Decided<OrderDeal, OrderDealEffect, OrderDealCode> {
    return decideOrderDeal(deal, event, env)
  }

  effects(deal: OrderDeal, env: Env): readonly OrderDealEffect[] {
    return orderDealEffects(deal, env)
  }

  outline(deal: OrderDeal): Outline {
    return orderOutline(deal.order)
  }

  async within(unit: Unit, { state: { order, file } }: Deal<OrderDeal>): Promise<void> {
    for (const { milestone, quote } of file.quotes) {
      const legs = milestoneOf(order, milestone)?.legs
      const isPaid = legs?.kind === 'paired' && legs.a.fate !== 'unfunded'
      await this.quotes.settle(unit, quote, { wanted: inventoryOf(order, milestone), isPaid })
    }
    if (order.state === 'DRAFT') return
    for (const milestone of order.milestones) {
      if (milestone.disputeAsked === null) continue
      const told = milestone.state === 'DISPUTED' ? 'held' : CLOSED_MILESTONE.has(milestone.state) ? 'milestoneClosed' : undefined
      if (told === undefined) continue
      const by = { actor: 'ledger', event: told }
      const event =
        told === 'held' ? ({ kind: told } as const) : ({ kind: told, isRefunded: milestone.state === 'REFUNDED' } as const)
      await this.deals.apply(unit, disputeKind, { id: milestone.disputeAsked.dispute, event, by })
    }
  }
}

export function orderOutline(order: OrderState): Outline {
  const { terms } = order
  const providers = terms.milestones.flatMap(({ legs }) => (legs.kind === 'paired' ? [legs.provider] : []))
  const extras = order.extras
    .filter(({ fate }) => fate === 'open')
    .map(({ chain, deadline }): Deadline => ({ chain, at: deadline, default: 'refund_by_default' }))
  const hashes = terms.milestones.flatMap(({ confirmation }) => (confirmation.kind === 'code' ? [confirmation.hash] : []))
  return {
    isFinal: CLOSED.has(order.state) && extras.length === 0,
    parties: [...new Set([terms.buyer, ...terms.milestones.map(({ merchant }) => merchant), ...providers])],
    deadlines: [...ownDeadlines(order), ...extras],
    waits: orderWaits(order),
    hashes,
    order: terms.order,
  }
}

function ownDeadlines(order: OrderState): readonly Deadline[] {
  const [first] = order.terms.milestones
  if (order.state === 'DRAFT') {
    return first === undefined ? [] : [{ chain: ends(first).buyers.chain, at: order.terms.agreeBy, default: 'agreement_lapses' }]
  }
  return order.milestones.flatMap((milestone) => {
    const terms = termsOfMilestone(order.terms, milestone.milestone)
    return terms === undefined ? [] : milestoneDeadlines(order, terms, milestone)
  })
}

/** Everything that happens to a milestone by time alone; every one is told, since the first may change nothing. */
export function milestoneDeadlines(order: OrderState, terms: MilestoneTerms, milestone: MilestoneState): readonly Deadline[] {
  const { chain } = ends(terms).buyers
  const deadlines: Deadline[] = openLegsOf(milestone.legs).map(({ side, leg }) => ({
    chain: legTermsOf(terms, side).chain,
    at: leg.coin.deadline,
    default: leg.coin.default === 'release' ? 'release_by_default' : 'refund_by_default',
  }))
  if (milestone.state === 'UNFUNDED' && !CLOSED.has(order.state))
    deadlines.push({ chain, at: paymentEnds(order, terms), default: 'funding_lapses' })
  const isNoticed = order.exceptions.some((one) => one.kind === 'shipment_late' && one.milestone === terms.milestone)
  if (milestone.state === 'FUNDED' && !isNoticed) deadlines.push({ chain, at: terms.shipBy, default: 'shipment_late' })
  if (milestone.state === 'HALF_FUNDED' && terms.legs.kind === 'paired' && milestone.resolution === null) {
    // inclusive: dead only in a block later than it
    const at: Time = after(terms.legs.lockBy, 1)
    deadlines.push({ chain: terms.legs.b.chain, at, default: 'leg_b_lapses' })
  }
  return deadlines
}

/** What has become of the inventory that a quote reserved: it is the provider's leg B while and after that is final, else it is free again. */
function inventoryOf(order: OrderState, number: number): 'taken' | 'settled' | 'returned' {
  const milestone = milestoneOf(order, number)
  if (milestone === undefined || milestone.legs.kind !== 'paired') return CLOSED.has(order.state) ? 'returned' : 'taken'
  const { b } = milestone.legs
  if (b.fate === 'open') return 'settled'
  if (b.fate === 'closed') return b.outcome === 'refunded' ? 'returned' : 'settled'
  return CLOSED_MILESTONE.has(milestone.state) || CLOSED.has(order.state) ? 'returned' : 'taken'
}

/** The typed id of the deal that the ledgers know by this id. */
export const dealOfOrder = (order: OrderId): string => `ord_${order}`
