// Forgets what nobody can ask for any more: answers of commands, outbox rows that were performed, marks of events that were taken. A little at a
// time, so that it holds nobody up. Never touches what is still owed, parked, or history.
import type { DataSource, EntityManager } from 'typeorm'
import { faultFields, log } from './log.js'
import { changed } from './pg/rows.js'

const DAY_MS = 24 * 3_600_000
/** A key is remembered for a week: a client that retries gives up long before. */
export const ANSWER_KEPT_MS = 7 * DAY_MS
/** Longer than any stream keeps a message: what NATS lost is published again from the outbox, and taken once by its mark. */
export const DONE_KEPT_MS = 8 * DAY_MS

const BATCH = 2_000
const EVERY_MS = 3_600_000
const FIRST_MS = 60_000
const PAUSE_MS = 200

/** What is forgotten: `id` columns, and which rows are older than `$1` milliseconds. */
const TABLES = [
  { table: 'idempotency', keptMs: ANSWER_KEPT_MS, old: 'created_at' },
  { table: 'outbox', keptMs: DONE_KEPT_MS, old: 'done_at' },
  { table: 'inbox', keptMs: DONE_KEPT_MS, old: 'taken_at' },
] as const

/** Forgets one batch of each table; answers the number of rows. */
export async function pruneOnce(manager: EntityManager): Promise<number> {
  let gone = 0
  for (const { table, keptMs, old } of TABLES) {
    gone += await changed(
      manager,
      `delete from ${table} where ctid = any(array(
         select ctid from ${table} where ${old} < now() - $1 * interval '1 millisecond' limit $2))`,
      [keptMs, BATCH],
    )
  }
  return gone
}

export class Pruning {
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  #isStarted = false

  constructor(private readonly database: DataSource) {}

  start(): void {
    this.#isStarted = true
    this.#again(FIRST_MS)
  }

  async stop(): Promise<void> {
    this.#isStarted = false
    clearTimeout(this.#timer)
    await this.#running
  }

  #again(milliseconds: number): void {
    if (!this.#isStarted) return
    this.#timer = setTimeout(() => {
      this.#running = this.#run()
    }, milliseconds)
    this.#timer.unref()
  }

  async #run(): Promise<void> {
    let gone = 0
    try {
      gone = await pruneOnce(this.database.manager)
    } catch (error) {
      log.warn('pruning.failed', faultFields(error))
    }
    if (gone > 0) log.info('pruned', { rows: gone })
    this.#again(gone >= BATCH ? PAUSE_MS : EVERY_MS)
  }
}
