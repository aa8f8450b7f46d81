// Raw SQL with a row type, and single rows. For hot paths and for what an ORM says badly; values always travel as parameters.
import { invariant } from '@huitong/primitives'
import type { EntityManager } from 'typeorm'

/** What raw SQL may carry: bigints are sent as exact text, bytes as bytea, arrays as arrays (`unnest`). */
export type SqlValue = string | number | boolean | bigint | null | Date | Uint8Array | readonly SqlValue[]

/**
 * The rows of a query. `Row` is the caller's word for what the SQL selects: int8 and numeric arrive as strings, bytea as Buffer,
 * timestamptz as Date. An UPDATE, DELETE or INSERT answers the rows of its RETURNING.
 */
export async function rows<Row extends object>(
  manager: EntityManager,
  sql: string,
  values: readonly SqlValue[] = [],
): Promise<Row[]> {
  const answer: unknown = await manager.query(sql, values.map(forDriver))
  // the driver answers UPDATE and DELETE with [rows, count], everything else with rows
  const [first, second] = Array.isArray(answer) ? answer : []
  if (Array.isArray(first) && typeof second === 'number') return first as Row[]
  return Array.isArray(answer) ? (answer as Row[]) : []
}

/** The one row of a query, or `undefined`; more than one is a mistake in the SQL. */
export async function row<Row extends object>(
  manager: EntityManager,
  sql: string,
  values: readonly SqlValue[] = [],
): Promise<Row | undefined> {
  const found = await rows<Row>(manager, sql, values)
  invariant(found.length <= 1, 'one row at most')
  return found[0]
}

/** The number of rows an UPDATE or DELETE changed (without RETURNING), or an INSERT answered by RETURNING. */
export async function changed(manager: EntityManager, sql: string, values: readonly SqlValue[] = []): Promise<number> {
  const answer: unknown = await manager.query(sql, values.map(forDriver))
  const count = Array.isArray(answer) ? answer[1] : undefined
  return typeof count === 'number' ? count : Array.isArray(answer) ? answer.length : 0
}

function forDriver(value: SqlValue): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (Array.isArray(value)) return value.map(forDriver)
  return value
}
