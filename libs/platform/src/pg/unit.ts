// A unit of work: one transaction, run again as a whole when the database had a fault of the moment, with an end to the trying.
import type { DataSource, EntityManager, QueryRunner } from 'typeorm'
import { killpoint } from '../killpoint.js'
import { faultFields, log } from '../log.js'
import { metrics } from '../metrics.js'
import { UnitFailed, isTransient } from './transient.js'

export interface UnitOptions {
  /**
   * What to do when the answer to a COMMIT was lost: `again` for work that finds out by itself that it has been done (runCommand does,
   * by its key), `unknown` for all other work: UnitFailed says so and nothing is repeated.
   */
  readonly lostCommit: 'again' | 'unknown'
}

const ATTEMPTS = 6
/** No new attempt later than this after the first: callers on the bus wait 5 s. */
const WITHIN_MS = 4_000
const FIRST_PAUSE_MS = 40
const LONGEST_PAUSE_MS = 1_000

/**
 * Runs `work` in a transaction and commits it. `work` may run several times and must keep nothing of an earlier run.
 * Throws {@link UnitFailed} when the trying came to an end, and whatever `work` throws that is no fault of the moment.
 */
export async function runUnit<T>(
  database: DataSource,
  options: UnitOptions,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  const end = Date.now() + WITHIN_MS
  let isUnknown = false
  for (let attempt = 1; ; attempt++) {
    const outcome = await runOnce(database, work)
    if (outcome.kind === 'done') return outcome.value
    isUnknown ||= outcome.kind === 'commit-lost'
    const isOver = attempt >= ATTEMPTS || Date.now() >= end
    if (isOver || (outcome.kind === 'commit-lost' && options.lostCommit === 'unknown')) {
      throw new UnitFailed(isUnknown ? 'unknown' : 'nothing', outcome.error)
    }
    metrics.unitRetries.inc()
    log.debug('unit.again', { attempt, ...faultFields(outcome.error) })
    await pause(attempt)
  }
}

type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'not-done'; readonly error: unknown }
  | { readonly kind: 'commit-lost'; readonly error: unknown }

async function runOnce<T>(database: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<Outcome<T>> {
  const runner = database.createQueryRunner()
  let isCommitting = false
  try {
    await runner.startTransaction()
    const value = await work(runner.manager)
    killpoint('unit.before-commit')
    isCommitting = true
    await runner.commitTransaction()
    killpoint('unit.after-commit')
    return { kind: 'done', value }
  } catch (error) {
    // the ORM releases a runner by itself when its connection breaks between two statements, and says only "already released" then
    const isLost = runner.isReleased
    await rollBack(runner)
    if (!isLost && !isTransient(error)) throw error
    if (!isAnswered(error)) await discard(runner)
    return { kind: isCommitting && !isAnswered(error) ? 'commit-lost' : 'not-done', error }
  } finally {
    // releasing must not hide what went wrong before it
    await runner.release().catch((error: unknown) => log.warn('unit.release.failed', faultFields(error)))
  }
}

async function rollBack(runner: QueryRunner): Promise<void> {
  if (runner.isReleased || !runner.isTransactionActive) return
  await runner.rollbackTransaction().catch((error: unknown) => log.debug('unit.rollback.failed', faultFields(error)))
}

/** Serialization failure or deadlock: the server is well, and its answer was no. */
function isAnswered(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === '40001' || code === '40P01'
}

/** Ends a connection that broke, so that the pool does not hand the dying thing to the next attempt. */
async function discard(runner: QueryRunner): Promise<void> {
  if (runner.isReleased) return
  // the border: the driver's client, untyped by the ORM
  const client: { end(): Promise<void> } | undefined = await runner.connect().catch(() => undefined)
  client?.end().catch(() => undefined)
}

async function pause(attempt: number): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1))
  await new Promise((resolve) => setTimeout(resolve, longest / 2 + Math.random() * (longest / 2)))
}
