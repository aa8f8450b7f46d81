// When a plan's events happen: all orders' events in one time order, cut into batches that run at one moment of the sandbox clock. Pure.
import type { PlannedOrder, ReplayPlan } from './plan.js'

/** `pay`: placed, agreed and funded. `ship`: the merchants say so. `end`: delivered, disputed or refunded. */
export type Step = 'pay' | 'ship' | 'end'

export interface PlannedEvent {
  readonly step: Step
  readonly order: PlannedOrder
}

/** Events that run side by side at `at`, a file time in milliseconds: the time of the last of them. No order has two of them. */
export interface Batch {
  readonly number: number
  readonly at: number
  readonly events: readonly PlannedEvent[]
}

/** What the terms of an order's escrow say, as file times. */
export interface OrderDates {
  readonly shipBy: number
  readonly deadline: number
  readonly latest: number
}

export interface Schedule {
  readonly batches: readonly Batch[]
  /** File time of the last batch. */
  readonly end: number
  /** By order id. */
  readonly dates: ReadonlyMap<string, OrderDates>
}

export interface ScheduleOptions {
  /** Most events of a batch. */
  readonly most: number
  /** Longest file time between the first and the last event of a batch. */
  readonly spanMs: number
  /** What the hub's terms ask for beyond shipping, and for a dispute. */
  readonly transitMs: number
  readonly longestDisputeMs: number
}

const DAY = 24 * 3_600_000
/** How long a buyer may look at what the carrier brought. */
export const INSPECTION_MS = 7 * DAY
/** Between the planned end of an order and its escrow's deadline: less than the inspection, more than a replay may be interrupted for. */
export const GRACE_MS = 5 * DAY
/** Undelivered orders fall due this long after the file's last event. */
export const BEYOND_MS = 90 * DAY

export const SCHEDULE_DEFAULTS: ScheduleOptions = { most: 64, spanMs: 3 * DAY, transitMs: 0, longestDisputeMs: 14 * DAY }

export function scheduleOf(plan: Pick<ReplayPlan, 'orders'>, options: ScheduleOptions = SCHEDULE_DEFAULTS): Schedule {
  const batches = batchesOf(plan.orders, options)
  const end = batches.at(-1)?.at ?? 0
  const times = new Map<string, Partial<Record<Step, number>>>()
  for (const { at, events } of batches)
    for (const { order, step } of events) times.set(order.id, { ...times.get(order.id), [step]: at })
  const dates = plan.orders.map((order) => [order.id, datesOf(order, times.get(order.id) ?? {}, { ...options, end })] as const)
  return { batches, end, dates: new Map(dates) }
}

/** When silence has released everything that was inspected to the end of the file. */
export const afterInspections = (schedule: Pick<Schedule, 'end'>): number => schedule.end + INSPECTION_MS + 2 * DAY

function batchesOf(orders: readonly PlannedOrder[], { most, spanMs }: ScheduleOptions): readonly Batch[] {
  const timed = orders.flatMap(eventsOf)
  // the sort is stable: at one moment orders keep the file's order, and an order's steps their own
  timed.sort((a, b) => a.at - b.at)
  const batches: Batch[] = []
  let open: { readonly from: number; at: number; readonly events: PlannedEvent[] } | undefined
  const close = (): void => {
    if (open !== undefined) batches.push({ number: batches.length, at: open.at, events: open.events })
  }
  for (const { at, event } of timed) {
    const full =
      open === undefined ||
      open.events.length >= most ||
      at - open.from > spanMs ||
      open.events.some(({ order }) => order.id === event.order.id)
    if (full) {
      close()
      open = { from: at, at, events: [] }
    }
    if (open !== undefined) {
      open.at = at
      open.events.push(event)
    }
  }
  close()
  return batches
}

function eventsOf(order: PlannedOrder): readonly { readonly at: number; readonly event: PlannedEvent }[] {
  const events = [{ at: order.paidAt, event: { step: 'pay' as Step, order } }]
  if (order.shippedAt !== undefined) events.push({ at: order.shippedAt, event: { step: 'ship', order } })
  if (order.endedAt !== undefined) events.push({ at: order.endedAt, event: { step: 'end', order } })
  return events
}

function datesOf(
  order: PlannedOrder,
  at: Partial<Record<Step, number>>,
  { end, transitMs, longestDisputeMs }: ScheduleOptions & Pick<Schedule, 'end'>,
): OrderDates {
  const shipBy = Math.max(at.pay ?? 0, at.ship ?? 0) + DAY
  const expected = Math.max(at.end ?? 0, shipBy + transitMs)
  const deadline = order.ending === 'open' ? Math.max(end + BEYOND_MS, expected + GRACE_MS) : expected + GRACE_MS
  return { shipBy, deadline, latest: deadline + INSPECTION_MS + longestDisputeMs + DAY }
}
