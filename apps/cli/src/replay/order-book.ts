// A merchant's order book as two CSV files: reads rows, checks every field, groups items by seller. Decides nothing about money.
import { type Amount, type Result, err, ok, parseDecimal } from '@huitong/primitives'
import { parse } from 'csv-parse/sync'

export const STATUSES = [
  'created',
  'approved',
  'invoiced',
  'processing',
  'shipped',
  'delivered',
  'canceled',
  'unavailable',
] as const
export type Status = (typeof STATUSES)[number]

/** One row of `orders.csv`; times in milliseconds of the file's own clock, amounts in hundredths of its currency. */
export interface OrderRow {
  readonly id: string
  readonly status: Status
  readonly purchasedAt: number
  readonly approvedAt?: number
  readonly shippedAt?: number
  readonly deliveredAt?: number
  readonly estimatedAt?: number
  /** `credit_card`, `boleto`, `voucher`, … in the file's order; `not_defined` where nothing was paid. */
  readonly paymentTypes: readonly string[]
  readonly paid: Amount
  /** 1 to 5, or absent. */
  readonly reviewScore?: number
}

/** What one seller delivers in one order. */
export interface SellerPart {
  readonly seller: string
  readonly items: readonly { readonly name: string; readonly price: Amount; readonly freight: Amount }[]
  readonly price: Amount
  readonly freight: Amount
}

export interface BookOrder {
  readonly row: OrderRow
  /** In the order in which sellers first appear; empty for an order without items. */
  readonly sellers: readonly SellerPart[]
}

export type OrderBookCode = 'file_malformed' | 'column_missing' | 'field_malformed'

/** Reads both files' text. `limit`: the first so many orders. Refuses the whole file at the first malformed field, naming line and column. */
export function readOrderBook(
  files: { readonly orders: string; readonly items: string },
  limit = Number.POSITIVE_INFINITY,
): Result<readonly BookOrder[], OrderBookCode> {
  const orders = rowsOf(files.orders, ORDER_COLUMNS)
  if (!orders.ok) return orders
  const items = rowsOf(files.items, ITEM_COLUMNS)
  if (!items.ok) return items
  const sellers = sellersByOrder(items.value)
  if (!sellers.ok) return sellers
  const book: BookOrder[] = []
  for (const [index, record] of orders.value.entries()) {
    if (index >= limit) break
    const row = orderRow(record, index + 2)
    if (!row.ok) return row
    book.push({ row: row.value, sellers: sellers.value.get(row.value.id) ?? [] })
  }
  return ok(book)
}

const ORDER_COLUMNS = [
  'order_id',
  'status',
  'purchased_at',
  'approved_at',
  'shipped_at',
  'delivered_at',
  'estimated_delivery_at',
  'payment_types',
  'payment_total',
  'review_score',
] as const
const ITEM_COLUMNS = ['order_id', 'item_no', 'product_id', 'seller_id', 'price', 'freight'] as const
type Row<Column extends string> = Readonly<Record<Column, string>>

function rowsOf<Column extends string>(text: string, columns: readonly Column[]): Result<readonly Row<Column>[], OrderBookCode> {
  let records: Record<string, string>[]
  try {
    records = parse(text, { columns: true, skip_empty_lines: true, trim: true, bom: true })
  } catch (cause) {
    return err('file_malformed', cause instanceof Error ? cause.message : undefined)
  }
  const missing = columns.find((column) => records[0] !== undefined && !(column in records[0]))
  return missing === undefined ? ok(records as Row<Column>[]) : err('column_missing', missing, missing)
}

function sellersByOrder(rows: readonly Row<(typeof ITEM_COLUMNS)[number]>[]): Result<Map<string, SellerPart[]>, OrderBookCode> {
  const orders = new Map<string, SellerPart[]>()
  for (const [index, row] of rows.entries()) {
    const price = parseDecimal(row.price, 2)
    const freight = parseDecimal(row.freight, 2)
    if (!price.ok) return malformed('price', index + 2)
    if (!freight.ok) return malformed('freight', index + 2)
    const item = { name: `${row.product_id} #${row.item_no}`, price: price.value, freight: freight.value }
    const parts = orders.get(row.order_id) ?? []
    const at = parts.findIndex((part) => part.seller === row.seller_id)
    const part = parts[at] ?? { seller: row.seller_id, items: [], price: 0n, freight: 0n }
    const grown = { ...part, items: [...part.items, item], price: part.price + item.price, freight: part.freight + item.freight }
    orders.set(row.order_id, at === -1 ? [...parts, grown] : parts.with(at, grown))
  }
  return ok(orders)
}

function orderRow(row: Row<(typeof ORDER_COLUMNS)[number]>, line: number): Result<OrderRow, OrderBookCode> {
  const status = STATUSES.find((known) => known === row.status)
  if (status === undefined) return malformed('status', line)
  const purchasedAt = timeOf(row.purchased_at)
  if (purchasedAt === undefined || purchasedAt === null) return malformed('purchased_at', line)
  const paid = parseDecimal(row.payment_total === '' ? '0' : row.payment_total, 2)
  if (!paid.ok) return malformed('payment_total', line)
  const times: { approvedAt?: number; shippedAt?: number; deliveredAt?: number; estimatedAt?: number } = {}
  for (const [column, name] of TIMES) {
    const time = timeOf(row[column])
    if (time === null) return malformed(column, line)
    if (time !== undefined) times[name] = time
  }
  const score = row.review_score === '' ? undefined : Number.parseInt(row.review_score, 10)
  if (score !== undefined && !(score >= 1 && score <= 5)) return malformed('review_score', line)
  return ok({
    id: row.order_id,
    status,
    purchasedAt,
    ...times,
    paymentTypes: row.payment_types.split('+').filter((type) => type !== ''),
    paid: paid.value,
    ...(score === undefined ? {} : { reviewScore: score }),
  })
}

const TIMES = [
  ['approved_at', 'approvedAt'],
  ['shipped_at', 'shippedAt'],
  ['delivered_at', 'deliveredAt'],
  ['estimated_delivery_at', 'estimatedAt'],
] as const

const malformed = (column: string, line: number) => err('field_malformed', `line ${line}`, column)

/** Local times without a zone are taken as UTC: only differences between them matter. `null`: malformed; `undefined`: empty. */
function timeOf(text: string): number | null | undefined {
  if (text === '') return undefined
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return null
  const time = Date.parse(`${text.replace(' ', 'T')}Z`)
  return Number.isNaN(time) ? null : time
}
