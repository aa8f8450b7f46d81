// The index tables are split by the numbers of transactions and coins, so that an index in use stays small however long the history is.
import { rows } from '@huitong/platform/database'
import type { EntityManager } from 'typeorm'
import type { IndexCursor } from './index-batch.js'

/** Tables by what their rows are numbered with, and how many numbers a part holds. */
const SPLIT = [
  { table: 'transactions', by: 'transactions', size: 500_000 },
  { table: 'spends', by: 'transactions', size: 500_000 },
  { table: 'postings', by: 'transactions', size: 500_000 },
  { table: 'coins', by: 'coins', size: 1_000_000 },
  { table: 'relations', by: 'coins', size: 1_000_000 },
] as const

/** A part is made when this share of the one before is used: ahead of its first row. */
const AHEAD = 0.8

export class Partitions {
  /** Parts known to be there, by table. */
  readonly #made = new Map<string, number>()

  /** Makes the parts that rows up to `cursor` need, and those that come next. */
  async cover(manager: EntityManager, cursor: IndexCursor): Promise<void> {
    for (const { table, by, size } of SPLIT) {
      const last = Math.floor(cursor[by] / size + 1 - AHEAD)
      for (let part = this.#made.get(table) ?? 0; part <= last; part++) {
        await make(manager, table, { part, size })
        this.#made.set(table, part + 1)
      }
    }
  }
}

/** Attached after it was made, which disturbs no reader. */
async function make(
  manager: EntityManager,
  table: (typeof SPLIT)[number]['table'],
  { part, size }: { readonly part: number; readonly size: number },
): Promise<void> {
  const name = `${table}_${part}`
  const [found] = await rows(manager, `select from pg_inherits where inhrelid = to_regclass($1)`, [name])
  if (found !== undefined) return
  await rows(manager, `create table if not exists ${name} (like ${table} including all)`)
  await rows(manager, `alter table ${table} attach partition ${name} for values from (${part * size}) to (${(part + 1) * size})`)
}
