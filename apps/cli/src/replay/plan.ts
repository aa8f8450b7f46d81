// From an order book to a plan: what is paid in which token, how each part ends, and when. Pure: the same book gives the same plan.
import { type Amount, invariant, splitByLargestRemainder } from '@huitong/primitives'
import type { BookOrder, OrderRow } from './order-book.js'

/** `cash`: the settlement token. `points`: the voucher token of another ledger, exchanged one to one. */
export type Tender = 'cash' | 'points'

/** How a part of an order ends. */
export type Ending =
  /** delivered by the estimate: the buyer shows the delivery code */
  | 'code'
  /** delivered later: carrier's signature, inspection, silence */
  | 'inspection'
  /** delivered, review score 1: carrier's signature, dispute, the ruling refunds the freight */
  | 'dispute'
  /** cancelled or unavailable: everything back to the buyer */
  | 'refund'
  /** not delivered: in escrow at the end of the file */
  | 'open'

export interface PlannedMilestone {
  readonly seller: string
  readonly tender: Tender
  readonly amount: Amount
  /** Part of `amount` that pays for freight; what a dispute refunds. */
  readonly freight: Amount
  readonly items: readonly { readonly name: string; readonly amount: Amount }[]
}

export interface PlannedOrder {
  readonly id: string
  readonly ending: Ending
  readonly milestones: readonly PlannedMilestone[]
  /** Paid beyond the items' sum, in the first milestone's tender: refunded as extra. */
  readonly surplus: Amount
  /** Items' sum beyond what was paid: borne by the sellers in proportion, who agree to it. */
  readonly shortage: Amount
  /** File times in milliseconds, in this order and never decreasing: paid, then shipped, then the end. */
  readonly paidAt: number
  readonly shippedAt?: number
  readonly endedAt?: number
}

export interface PlanCounts {
  orders: number
  /** Payment of 0: counted, no escrow. */
  unpaid: number
  withoutItems: number
  surplus: number
  shortage: number
  /** Orders whose cash and points shares the file does not tell. */
  splitAssumed: number
  /** Orders with times that cannot have happened (delivered before shipped, shipped before paid), moved to the nearest possible time. */
  clamped: number
  endings: Record<Ending, number>
}

export interface ReplayPlan {
  readonly orders: readonly PlannedOrder[]
  readonly counts: Readonly<PlanCounts>
  /** File times of the first and the last event. */
  readonly from: number
  readonly to: number
}

export interface PlanOptions {
  /** Share of an order paid by `credit_card+voucher` that is taken as paid in points, in percent. Assumed: the file names none. */
  readonly pointsPercent: number
  /** Who is paid for an order without items. */
  readonly sellerWithoutItems: string
}

export const PLAN_DEFAULTS: PlanOptions = { pointsPercent: 30, sellerWithoutItems: 'marketplace' }

export function planReplay(book: readonly BookOrder[], options: PlanOptions = PLAN_DEFAULTS): ReplayPlan {
  const counts: PlanCounts = {
    orders: 0,
    unpaid: 0,
    withoutItems: 0,
    surplus: 0,
    shortage: 0,
    splitAssumed: 0,
    clamped: 0,
    endings: { code: 0, inspection: 0, dispute: 0, refund: 0, open: 0 },
  }
  const orders: PlannedOrder[] = []
  for (const order of book) {
    counts.orders += 1
    if (order.row.paid === 0n) {
      counts.unpaid += 1
      continue
    }
    orders.push(planOrder(order, options, counts))
  }
  const times = orders.flatMap((order) => [order.paidAt, order.shippedAt ?? order.paidAt, order.endedAt ?? order.paidAt])
  return { orders, counts, from: Math.min(...times), to: Math.max(...times) }
}

function planOrder(order: BookOrder, options: PlanOptions, counts: PlanCounts): PlannedOrder {
  const { row } = order
  const due = order.sellers.reduce((sum, part) => sum + part.price + part.freight, 0n)
  const surplus = due > 0n && row.paid > due ? row.paid - due : 0n
  const shortage = due > row.paid ? due - row.paid : 0n
  const ending = endingOf(row)
  if (order.sellers.length === 0) counts.withoutItems += 1
  if (surplus > 0n) counts.surplus += 1
  if (shortage > 0n) counts.shortage += 1
  counts.endings[ending] += 1
  const milestones = tendered(partsOf(order, row.paid - surplus, options), row, options, counts)
  invariant(
    milestones.reduce((sum, milestone) => sum + milestone.amount, 0n) + surplus === row.paid,
    `order ${row.id}: the plan does not add up to the payment`,
  )
  return { id: row.id, ending, milestones, surplus, shortage, ...timesOf(row, ending, counts) }
}

function endingOf(row: OrderRow): Ending {
  switch (row.status) {
    case 'canceled':
    case 'unavailable':
      return 'refund'
    case 'delivered':
      if (row.reviewScore === 1) return 'dispute'
      return row.deliveredAt !== undefined && row.estimatedAt !== undefined && row.deliveredAt > row.estimatedAt
        ? 'inspection'
        : 'code'
    default:
      return 'open'
  }
}

interface Part {
  readonly seller: string
  readonly amount: Amount
  readonly freight: Amount
  readonly items: readonly { readonly name: string; readonly amount: Amount }[]
}

/** What each seller is to get of `available`: its items, or its proportional share (largest remainder) where less was paid. */
function partsOf(order: BookOrder, available: Amount, options: PlanOptions): readonly Part[] {
  if (order.sellers.length === 0) {
    const items = [{ name: 'order without item rows', amount: available }]
    return [{ seller: options.sellerWithoutItems, amount: available, freight: 0n, items }]
  }
  const due = order.sellers.map((part) => part.price + part.freight)
  const whole = due.reduce((sum, amount) => sum + amount, 0n)
  const shares = whole === available ? due : splitByLargestRemainder(available, due)
  return order.sellers
    .map((part, index) => {
      const amount = shares[index] ?? 0n
      return {
        seller: part.seller,
        amount,
        freight: part.freight < amount ? part.freight : amount,
        items: part.items.map((item) => ({ name: item.name, amount: item.price + item.freight })),
      }
    })
    .filter((part) => part.amount > 0n)
}

/** Parts by the token they are paid in: vouchers are points, `credit_card+voucher` is split by the assumed share, the rest is cash. */
function tendered(parts: readonly Part[], row: OrderRow, options: PlanOptions, counts: PlanCounts): readonly PlannedMilestone[] {
  const points = row.paymentTypes.includes('voucher')
  const cash = row.paymentTypes.some((type) => type !== 'voucher')
  if (!points) return parts.map((part) => ({ ...part, tender: 'cash' }))
  if (!cash) return parts.map((part) => ({ ...part, tender: 'points' }))
  counts.splitAssumed += 1
  const weights = [BigInt(100 - options.pointsPercent), BigInt(options.pointsPercent)]
  return parts.flatMap((part) => {
    const amounts = splitByLargestRemainder(part.amount, weights)
    const freights = splitByLargestRemainder(part.freight, weights)
    return (['cash', 'points'] as const)
      .map((tender, index) => ({
        seller: part.seller,
        tender,
        amount: amounts[index] ?? 0n,
        freight: lesser(freights[index] ?? 0n, amounts[index] ?? 0n),
        items: part.items,
      }))
      .filter((milestone) => milestone.amount > 0n)
  })
}

const lesser = (a: Amount, b: Amount): Amount => (a < b ? a : b)

/** When an order without a date for its end ended: a day after it was paid. */
const UNDATED_END_MS = 24 * 3_600_000

function timesOf(row: OrderRow, ending: Ending, counts: PlanCounts): Pick<PlannedOrder, 'paidAt' | 'shippedAt' | 'endedAt'> {
  const paidAt = row.purchasedAt
  const delivered = ending === 'code' || ending === 'inspection' || ending === 'dispute'
  const shipped = row.shippedAt ?? (delivered ? (row.approvedAt ?? paidAt) : undefined)
  const ended =
    ending === 'refund'
      ? (row.approvedAt ?? paidAt) + UNDATED_END_MS
      : delivered
        ? (row.deliveredAt ?? row.estimatedAt)
        : undefined
  const shippedAt = shipped === undefined || ending === 'refund' ? undefined : Math.max(shipped, paidAt)
  const endedAt = delivered || ending === 'refund' ? Math.max(ended ?? 0, shippedAt ?? paidAt) : undefined
  const invented = delivered && (row.deliveredAt === undefined || row.shippedAt === undefined)
  if (invented || (shippedAt !== undefined && shippedAt !== shipped) || (endedAt !== undefined && endedAt !== ended))
    counts.clamped += 1
  return { paidAt, ...(shippedAt === undefined ? {} : { shippedAt }), ...(endedAt === undefined ? {} : { endedAt }) }
}
