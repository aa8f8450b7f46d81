// What a transaction promises to do afterwards: rows written with the decision, performed at least once, in order per key.
import { type Result, err, invariant, ok } from '@huitong/primitives'
import type { DataSource, EntityManager, QueryRunner } from 'typeorm'
import { uuidv7 } from 'uuidv7'
import { row, rows } from '../pg/rows.js'
import { currentTrace, traceparent } from '../trace.js'

export interface Enqueued {
  /** Names the performer. */
  readonly kind: string
  /** The aggregate: rows of one key are performed one after another, in the order in which they were written. */
  readonly key: string
  /** JSON; amounts as decimal strings. Never a secret: the table is read by people. */
  readonly payload: object
  /** At most one row per dedupe text, ever. */
  readonly dedupe?: string
  /** Not before this long after the transaction began, in milliseconds. */
  readonly delayMs?: number
}

/** A row as its performer and the operators see it. */
export interface OutboxRow {
  readonly id: string
  readonly kind: string
  readonly key: string
  readonly payload: unknown
  readonly attempts: number
  readonly createdAt: Date
  readonly lastError: string | null
  readonly trace: string | null
}

/** Columns of {@link OutboxRow}, of table alias `o`. */
export const ROW_COLUMNS = `o.id, o.kind, o.key, o.payload, o.attempts, o.created_at as "createdAt", o.last_error as "lastError", o.trace`

/** Marks a transaction that has written to the outbox, so that the worker of this process wakes at its commit. */
export const WROTE_OUTBOX = 'huitongWroteOutbox'

/**
 * Writes a row in the caller's transaction and answers its id (the id of the earlier row for a dedupe text that is known).
 * Order per key holds between transactions that lock the aggregate before they enqueue.
 */
export async function enqueue(manager: EntityManager, enqueued: Enqueued): Promise<string> {
  const runner = manager.queryRunner
  invariant(runner?.isTransactionActive === true, 'enqueue belongs into the transaction of its decision')
  const payload = JSON.stringify(enqueued.payload)
  const written = await row<{ id: string }>(
    manager,
    `insert into outbox (id, kind, key, payload, dedupe, trace, due_at)
     values ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 millisecond')
     on conflict (dedupe) do nothing returning id`,
    [
      uuidv7(),
      enqueued.kind,
      enqueued.key,
      payload,
      enqueued.dedupe ?? null,
      currentTrace() === undefined ? null : traceparent(),
      enqueued.delayMs ?? 0,
    ],
  )
  runner.data[WROTE_OUTBOX] = true
  if (written !== undefined) return written.id
  const earlier = await row<{ id: string }>(manager, 'select id from outbox where dedupe = $1', [enqueued.dedupe ?? null])
  invariant(earlier !== undefined, 'a dedupe text that conflicts has a row')
  return earlier.id
}

/** A worker that begins, at the commit and without looking for them, rows that were written as claimed by it. */
export interface HandOver {
  readonly worker: string
  /** How long such a row is the worker's, in milliseconds. */
  readonly claimMs: number
}

const handOvers = new WeakMap<DataSource, () => HandOver | undefined>()

/** `offer` is asked at each writing, and answers undefined while the worker has no room. The answer ends it. */
export function offerHandOver(database: DataSource, offer: () => HandOver | undefined): () => void {
  handOvers.set(database, offer)
  return () => void handOvers.delete(database)
}

/** Name, in a transaction's data, of the rows that it wrote as claimed. */
export const CLAIMED_ROWS = 'huitongClaimedRows'
export interface ClaimedRows {
  readonly to: HandOver
  readonly rows: OutboxRow[]
}

/**
 * Enqueues, in one statement, those whose key nothing waits under yet: for work that is owed rather than asked once more. What was parked under
 * its key waits for a person, who has it tried again ({@link retryParked}): asking again, at each start and each event, calls nobody twice.
 */
export async function enqueueOwed(
  manager: EntityManager,
  owed: readonly Pick<Enqueued, 'kind' | 'key' | 'payload'>[],
): Promise<void> {
  const runner = manager.queryRunner
  invariant(runner?.isTransactionActive === true, 'enqueue belongs into the transaction of its decision')
  if (owed.length === 0) return
  const to = handOvers.get(runner.dataSource)?.()
  const written = await rows<OutboxRow>(
    manager,
    `insert into outbox as o (id, kind, key, payload, trace, claimed_by, claimed_until, attempts)
     select id, kind, key, payload, $5, $6, now() + $7 * interval '1 millisecond', case when $6::text is null then 0 else 1 end from unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[]) as owed(id, kind, key, payload)
     where not exists (select from outbox w where w.key = owed.key and w.done_at is null and w.parked_at is null)
       and not exists (select from outbox w where w.key = owed.key and w.parked_at is not null)
     returning ${ROW_COLUMNS}`,
    [
      owed.map(() => uuidv7()),
      owed.map(({ kind }) => kind),
      owed.map(({ key }) => key),
      owed.map(({ payload }) => JSON.stringify(payload)),
      currentTrace() === undefined ? null : traceparent(),
      to?.worker ?? null,
      to?.claimMs ?? null,
    ],
  )
  if (written.length === 0) return
  if (to === undefined) runner.data[WROTE_OUTBOX] = true
  else claimedOf(runner, to).rows.push(...written)
}

/** Name, in a transaction's data, of the keys whose work it has ended. */
export const ENDED_KEYS = 'huitongEndedKeys'

/** For a statement that has set rows under these keys to done, because what they were to bring about is there: nobody need look at them again. */
export function markEnded(manager: EntityManager, keys: readonly string[]): void {
  const runner = manager.queryRunner
  if (runner === undefined || keys.length === 0) return
  const before = endedIn(runner)
  runner.data[ENDED_KEYS] = [...before, ...keys]
}

/** The border: {@link markEnded} alone writes under this name. */
export const endedIn = ({ data }: QueryRunner): readonly string[] => (data[ENDED_KEYS] as readonly string[] | undefined) ?? []

function claimedOf(runner: QueryRunner, to: HandOver): ClaimedRows {
  // the border: this file alone writes under this name
  const known = runner.data[CLAIMED_ROWS] as ClaimedRows | undefined
  const claimed = known ?? { to, rows: [] }
  runner.data[CLAIMED_ROWS] = claimed
  return claimed
}

/** Rows that were given up, the longest parked first. */
export async function parkedRows(manager: EntityManager, limit: number): Promise<OutboxRow[]> {
  return rows(manager, `select ${ROW_COLUMNS} from outbox o where o.parked_at is not null order by o.parked_at, o.seq limit $1`, [
    limit,
  ])
}

/** Has a parked row tried again from the start; in the caller's transaction, so that an audit entry can go with it. */
export async function retryParked(manager: EntityManager, id: string): Promise<Result<OutboxRow, 'not_parked'>> {
  const found = await row<OutboxRow>(
    manager,
    `update outbox o set parked_at = null, attempts = 0, due_at = now(), claimed_until = null
     where o.id = $1 and o.parked_at is not null returning ${ROW_COLUMNS}`,
    [id],
  )
  if (found === undefined) return err('not_parked', 'no parked row has this id', 'id')
  const runner = manager.queryRunner
  if (runner !== undefined) runner.data[WROTE_OUTBOX] = true
  return ok(found)
}

/** Forgets rows done before `before` (their dedupe texts too). Answers their number. */
export async function forgetDone(manager: EntityManager, before: Date): Promise<number> {
  return (await rows(manager, 'delete from outbox where done_at < $1 returning id', [before])).length
}
