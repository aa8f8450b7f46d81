import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readOrderBook } from './order-book.js'
import { planReplay } from './plan.js'

const folder = fileURLToPath(new URL('../../../../test/fixtures/orders', import.meta.url))
const files = { orders: readFileSync(`${folder}/orders.csv`, 'utf8'), items: readFileSync(`${folder}/items.csv`, 'utf8') }

function book(limit?: number) {
  const read = readOrderBook(files, limit)
  if (!read.ok) throw new Error(`${read.code} ${read.field ?? ''} ${read.detail ?? ''}`)
  return read.value
}
const plan = planReplay(book())
const order = (id: string) => {
  const found = plan.orders.find((candidate) => candidate.id === id)
  if (found === undefined) throw new Error(`no order ${id} in the plan`)
  return found
}

describe('the plan of an order book', () => {
  test('every unit paid is planned for, to the last one', () => {
    for (const { row } of book()) {
      if (row.paid === 0n) continue
      const planned = order(row.id)
      expect(planned.milestones.reduce((sum, milestone) => sum + milestone.amount, 0n) + planned.surplus).toBe(row.paid)
    }
  })

  test.each([
    ['on-time', 'code'],
    ['late', 'inspection'],
    ['late-bad-review', 'dispute'],
    ['on-time-bad-review', 'dispute'],
    ['cancelled', 'refund'],
    ['unavailable-no-items', 'refund'],
    ['shipped-only', 'open'],
    ['created-only', 'open'],
  ] as const)('%s ends by %s', (id, ending) => {
    expect(order(id).ending).toBe(ending)
  })

  test('an order with two sellers has a milestone for each, freight included', () => {
    expect(order('two-sellers').milestones).toMatchObject([
      { seller: 'seller-a', tender: 'cash', amount: 11_499n, freight: 1_500n },
      { seller: 'seller-b', tender: 'cash', amount: 5_250n, freight: 250n },
    ])
  })

  test('a voucher is points; a card with a voucher is split by the assumed share, to the unit', () => {
    expect(order('voucher').milestones).toMatchObject([{ tender: 'points', amount: 4_000n }])
    expect(order('card-and-voucher').milestones).toMatchObject([
      { tender: 'cash', amount: 7_001n },
      { tender: 'points', amount: 3_000n },
    ])
    expect(plan.counts.splitAssumed).toBe(1)
  })

  test('a surplus is set apart, a shortage is shared by the sellers in proportion', () => {
    expect(order('surplus')).toMatchObject({ surplus: 505n, shortage: 0n, milestones: [{ amount: 2_000n }] })
    const short = order('shortage')
    expect(short).toMatchObject({ surplus: 0n, shortage: 100n })
    expect(short.milestones.map((milestone) => milestone.amount)).toEqual([1_333n, 667n])
  })

  test('a payment of 0 is counted and has no escrow; an order without items pays the stated account', () => {
    expect(plan.counts.unpaid).toBe(1)
    expect(plan.orders.some(({ id }) => id === 'not-paid')).toBe(false)
    expect(order('unavailable-no-items').milestones).toMatchObject([{ seller: 'marketplace', amount: 9_900n }])
  })

  test('impossible times are clamped and counted: paid <= shipped <= ended always', () => {
    for (const { paidAt, shippedAt, endedAt } of plan.orders) {
      expect(shippedAt ?? paidAt).toBeGreaterThanOrEqual(paidAt)
      expect(endedAt ?? shippedAt ?? paidAt).toBeGreaterThanOrEqual(shippedAt ?? paidAt)
    }
    expect(plan.counts.clamped).toBe(2)
  })

  test('the limit takes the first orders of the file', () => {
    expect(book(3).map(({ row }) => row.id)).toEqual(['on-time', 'late', 'late-bad-review'])
  })
})

describe('a malformed book is refused with its code, column and line', () => {
  const header = files.orders.split('\n')[0] ?? ''
  test.each([
    ['x,c,S,paid,2020-01-01 00:00:00,,,,,voucher,1.00,5', 'status'],
    ['x,c,S,created,yesterday,,,,,voucher,1.00,5', 'purchased_at'],
    ['x,c,S,created,2020-01-01 00:00:00,2020-13-01 00:00:00,,,,voucher,1.00,5', 'approved_at'],
    ['x,c,S,created,2020-01-01 00:00:00,,,,,voucher,-1.00,5', 'payment_total'],
    ['x,c,S,created,2020-01-01 00:00:00,,,,,voucher,1.005,5', 'payment_total'],
    ['x,c,S,created,2020-01-01 00:00:00,,,,,voucher,1.00,6', 'review_score'],
  ])('%s', (line, field) => {
    expect(readOrderBook({ orders: `${header}\n${line}\n`, items: files.items })).toMatchObject({
      ok: false,
      code: 'field_malformed',
      field,
      detail: 'line 2',
    })
  })

  test('a missing column is named', () => {
    expect(readOrderBook({ orders: 'order_id,status\nx,created\n', items: files.items })).toMatchObject({
      ok: false,
      code: 'column_missing',
    })
  })
})
