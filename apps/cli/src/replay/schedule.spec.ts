import fc from 'fast-check'
import type { Ending, PlannedOrder } from './plan.js'
import { GRACE_MS, INSPECTION_MS, SCHEDULE_DEFAULTS, afterInspections, scheduleOf } from './schedule.js'

const DAY = 24 * 3_600_000

const orders: fc.Arbitrary<PlannedOrder[]> = fc
  .array(
    fc.record({
      paidAt: fc.integer({ min: 0, max: 60 * DAY }),
      toShip: fc.integer({ min: 0, max: 5 * DAY }),
      toEnd: fc.integer({ min: 0, max: 20 * DAY }),
      ending: fc.constantFrom<Ending>('code', 'inspection', 'dispute', 'refund', 'open'),
      isShipped: fc.boolean(),
    }),
    { maxLength: 60 },
  )
  .map((rows) =>
    rows.map(({ paidAt, toShip, toEnd, ending, isShipped }, index) => ({
      id: `order-${index}`,
      ending,
      milestones: [],
      surplus: 0n,
      shortage: 0n,
      paidAt,
      ...(isShipped ? { shippedAt: paidAt + toShip } : {}),
      ...(ending === 'open' ? {} : { endedAt: paidAt + toShip + toEnd }),
    })),
  )
const limits = fc.record({ most: fc.integer({ min: 1, max: 20 }), spanMs: fc.integer({ min: 0, max: 4 * DAY }) })

describe('the schedule of a plan', () => {
  test('every event happens once, an order’s steps in order, none before its file time, none later than the span allows', () => {
    fc.assert(
      fc.property(orders, limits, (planned, { most, spanMs }) => {
        const { batches } = scheduleOf({ orders: planned }, { ...SCHEDULE_DEFAULTS, most, spanMs })
        const seen = new Map<string, string[]>()
        let last = Number.NEGATIVE_INFINITY
        for (const { at, events } of batches) {
          expect(at).toBeGreaterThanOrEqual(last)
          last = at
          expect(events.length).toBeLessThanOrEqual(most)
          expect(new Set(events.map(({ order }) => order.id)).size).toBe(events.length)
          for (const { order, step } of events) {
            const own = { pay: order.paidAt, ship: order.shippedAt, end: order.endedAt }[step] ?? Number.NaN
            expect(at - own).toBeGreaterThanOrEqual(0)
            expect(at - own).toBeLessThanOrEqual(spanMs)
            seen.set(order.id, [...(seen.get(order.id) ?? []), step])
          }
        }
        for (const { id, shippedAt, endedAt } of planned)
          expect(seen.get(id)).toEqual([
            'pay',
            ...(shippedAt === undefined ? [] : ['ship']),
            ...(endedAt === undefined ? [] : ['end']),
          ])
      }),
      { numRuns: 60 },
    )
  })

  test('no escrow falls due before its order ends; what is not delivered falls due after the last silence', () => {
    fc.assert(
      fc.property(orders, limits, (planned, { most, spanMs }) => {
        const schedule = scheduleOf({ orders: planned }, { ...SCHEDULE_DEFAULTS, most, spanMs })
        for (const { at, events } of schedule.batches) {
          for (const { order } of events) {
            const dates = schedule.dates.get(order.id)
            expect(dates?.deadline).toBeGreaterThanOrEqual(at + GRACE_MS)
            expect(dates?.shipBy).toBeLessThan(dates?.deadline ?? 0)
            expect(dates?.latest).toBeGreaterThan((dates?.deadline ?? 0) + INSPECTION_MS + SCHEDULE_DEFAULTS.longestDisputeMs)
            if (order.ending === 'open') expect(dates?.deadline).toBeGreaterThan(afterInspections(schedule))
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  test('an inspection ends after the grace, and before the clock is moved for the last time', () => {
    expect(GRACE_MS).toBeLessThan(INSPECTION_MS)
    expect(afterInspections({ end: 0 })).toBeGreaterThan(INSPECTION_MS)
  })

  test('a plan without events has no batches', () => {
    expect(scheduleOf({ orders: [] }).batches).toEqual([])
  })
})
