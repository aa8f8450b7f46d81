// Performs outbox rows: at least once, in order per key, with growing pauses after a failure. One worker per process; several processes share.
import type { DataSource, EntitySubscriberInterface, TransactionCommitEvent } from 'typeorm'
import { killpoint } from '../killpoint.js'
import { faultFields, log } from '../log.js'
import { metrics } from '../metrics.js'
import { changed, row, rows } from '../pg/rows.js'
import { inTrace } from '../trace.js'
import {
  CLAIMED_ROWS,
  type ClaimedRows,
  type HandOver,
  type OutboxRow,
  ROW_COLUMNS,
  WROTE_OUTBOX,
  endedIn,
  offerHandOver,
} from './outbox.js'

export interface PerformContext {
  /** Id of the row: the same at every attempt, so the id of the event, webhook or request that it makes. */
  readonly id: string
  readonly key: string
  readonly kind: string
  /** 1 at the first attempt. */
  readonly attempt: number
  readonly createdAt: Date
  /** Aborted when the attempt has used up its time; the row will be tried again. */
  readonly signal: AbortSignal
}

/** What an attempt came to. `park` gives the row up at once, with a sentence for the operator. */
export type Performed = 'done' | { readonly retryInMs: number; readonly reason?: string } | { readonly park: string }
export type Performer = (payload: unknown, context: PerformContext) => Promise<Performed>

export interface PerformerOptions {
  /** Give the row up after so many attempts. Absent: never; money is retried until it is final. */
  readonly parkAfter?: number
}

/** Who performs which kind. Filled at start, before the worker runs. */
export class Performers {
  readonly #known = new Map<string, { readonly perform: Performer; readonly parkAfter: number }>()

  register(kind: string, perform: Performer, options: PerformerOptions = {}): void {
    if (this.#known.has(kind)) throw new TypeError(`outbox kind ${kind} has a performer already`)
    this.#known.set(kind, { perform, parkAfter: options.parkAfter ?? Number.POSITIVE_INFINITY })
  }

  get kinds(): string[] {
    return [...this.#known.keys()]
  }

  of(kind: string): { readonly perform: Performer; readonly parkAfter: number } | undefined {
    return this.#known.get(kind)
  }
}

export interface WorkerOptions {
  /** Name of this process among those that share the schema: at start it takes back what its predecessor left half done. */
  readonly name: string
  /** Rows performed at one time; default 16. */
  readonly concurrency?: number
}

const CONCURRENCY = 16
const POLL_MS = 1_000
/** A row belongs to its worker for this long; an attempt is cut off well before. */
const CLAIM_MS = 30_000
const ATTEMPT_MS = 20_000
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 60_000
const GAUGES_MS = 5_000

export class OutboxWorker {
  readonly #inFlight = new Map<string, Promise<void>>()
  readonly #subscriber: EntitySubscriberInterface
  /** When to look at short pauses again, by key. */
  readonly #pauses = new Map<string, NodeJS.Timeout>()
  #wake: () => void = () => undefined
  #isAwake = false
  #isRunning = false
  #loop: Promise<void> = Promise.resolve()
  #gaugesAt = 0
  #endOffer: () => void = () => undefined
  readonly #handOver: HandOver

  constructor(
    private readonly database: DataSource,
    private readonly performers: Performers,
    private readonly options: WorkerOptions,
  ) {
    this.#handOver = { worker: options.name, claimMs: CLAIM_MS }
    this.#subscriber = {
      afterTransactionCommit: (event: TransactionCommitEvent) => {
        const { data } = event.queryRunner
        if (data[WROTE_OUTBOX] === true) this.wake()
        // the border: enqueueOwed wrote it
        const claimed = data[CLAIMED_ROWS] as ClaimedRows | undefined
        if (claimed?.to === this.#handOver) for (const row of claimed.rows) this.#begin(row)
        for (const key of endedIn(event.queryRunner)) this.#forget(key)
      },
    }
  }

  start(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    this.database.subscribers.push(this.#subscriber)
    this.#loop = this.#run()
    this.#endOffer = offerHandOver(this.database, () => (this.#hasRoom() ? this.#handOver : undefined))
  }

  /** Takes no more rows and waits for those in flight, at most `withinMs`; what is cut off is performed again after a start. */
  async stop(withinMs = 10_000): Promise<void> {
    if (!this.#isRunning) return
    this.#isRunning = false
    this.#endOffer()
    const at = this.database.subscribers.indexOf(this.#subscriber)
    if (at >= 0) this.database.subscribers.splice(at, 1)
    this.wake()
    await this.#loop
    let timer: NodeJS.Timeout | undefined
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, withinMs)
    })
    await Promise.race([Promise.allSettled(this.#inFlight.values()), late])
    clearTimeout(timer)
  }

  /** Looks for due rows at once. */
  wake(): void {
    this.#isAwake = true
    this.#wake()
  }

  async #run(): Promise<void> {
    let isFresh = true
    while (this.#isRunning) {
      this.#isAwake = false
      try {
        if (isFresh) await this.#takeBack()
        isFresh = false
        const claimed = await this.#claim()
        for (const found of claimed) this.#begin(found)
        await this.#measure()
      } catch (error) {
        log.warn('outbox.unreachable', faultFields(error))
      }
      if (this.#isRunning) await this.#sleep()
    }
  }

  async #sleep(): Promise<void> {
    if (this.#isAwake) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, POLL_MS)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = () => undefined
  }

  async #takeBack(): Promise<void> {
    const sql = 'update outbox set claimed_until = null where claimed_by = $1 and claimed_until is not null and done_at is null'
    await rows(this.database.manager, sql, [this.options.name])
  }

  #hasRoom(): boolean {
    return this.#inFlight.size < (this.options.concurrency ?? CONCURRENCY)
  }

  /** Due rows of known kinds with no unfinished earlier row of the same key. */
  async #claim(): Promise<OutboxRow[]> {
    const room = (this.options.concurrency ?? CONCURRENCY) - this.#inFlight.size
    if (room <= 0 || this.performers.kinds.length === 0) return []
    return rows(
      this.database.manager,
      `with due as materialized (
         select w.id from outbox w
         where w.done_at is null and w.parked_at is null and w.due_at <= now()
           and (w.claimed_until is null or w.claimed_until < now()) and w.kind = any($1)
           and not exists (select from outbox e where e.key = w.key and e.seq < w.seq and e.done_at is null and e.parked_at is null)
         order by w.due_at, w.seq limit $2 for update skip locked)
       update outbox o set claimed_by = $3, claimed_until = now() + $4 * interval '1 millisecond', attempts = o.attempts + 1
       from due where o.id = due.id returning ${ROW_COLUMNS}`,
      [this.performers.kinds, room, this.options.name, CLAIM_MS],
    )
  }

  #begin(found: OutboxRow): void {
    let isOver = true
    const attempt = inTrace(found.trace ?? undefined, () => this.#attempt(found))
      .then((performed) => {
        isOver = performed === 'done' || 'park' in performed
      })
      .finally(() => {
        const hadRoom = this.#hasRoom()
        this.#inFlight.delete(found.id)
        // the next row of this key may be free now, or one that found no room may have it
        if (isOver || !hadRoom) this.wake()
      })
    this.#inFlight.set(found.id, attempt)
  }

  async #attempt(found: OutboxRow): Promise<Performed> {
    killpoint('outbox.before-perform')
    const performed = await this.#perform(found)
    killpoint('outbox.performed')
    try {
      await this.#record(found, performed)
    } catch (error) {
      // the claim runs out and the row is performed once more: at least once is what we promise
      log.warn('outbox.record.failed', { id: found.id, kind: found.kind, ...faultFields(error) })
    }
    return performed
  }

  async #perform(found: OutboxRow): Promise<Performed> {
    const { id, kind, key, createdAt, attempts: attempt } = found
    const performer = this.performers.of(kind)
    if (performer === undefined) return { retryInMs: LONGEST_PAUSE_MS, reason: 'nobody performs this kind' }
    const signal = AbortSignal.timeout(ATTEMPT_MS)
    try {
      return await Promise.race([
        performer.perform(found.payload, { id, kind, key, createdAt, attempt, signal }),
        aborted(signal),
      ])
    } catch (error) {
      log.warn('outbox.attempt.failed', { id, kind, key, attempt, ...faultFields(error) })
      return { retryInMs: pauseAfter(attempt), reason: error instanceof Error ? error.message : String(error) }
    }
  }

  async #record({ id, kind, key, attempts }: OutboxRow, performed: Performed): Promise<void> {
    if (performed === 'done') {
      await rows(
        this.database.manager,
        'update outbox set done_at = now(), claimed_until = null, last_error = null where id = $1',
        [id],
      )
      metrics.performed.inc({ kind })
      return
    }
    const parkAfter = this.performers.of(kind)?.parkAfter ?? Number.POSITIVE_INFINITY
    const reason = 'park' in performed ? performed.park : (performed.reason ?? null)
    if ('park' in performed || attempts >= parkAfter) {
      await rows(
        this.database.manager,
        'update outbox set parked_at = now(), claimed_until = null, last_error = $2 where id = $1',
        [id, reason],
      )
      metrics.parked.inc({ kind })
      log.warn('outbox.parked', { id, kind, key, attempts, reason })
      return
    }
    metrics.retried.inc({ kind })
    const left = await changed(
      this.database.manager,
      `update outbox set due_at = now() + $2 * interval '1 millisecond', claimed_until = null, last_error = $3 where id = $1 and done_at is null`,
      [id, performed.retryInMs, reason],
    )
    // what it was to bring about may have come meanwhile
    if (left > 0 && performed.retryInMs < POLL_MS) this.#again(key, performed.retryInMs)
  }

  #again(key: string, inMs: number): void {
    this.#forget(key)
    const timer = setTimeout(() => {
      this.#pauses.delete(key)
      this.wake()
    }, inMs + 1)
    timer.unref()
    this.#pauses.set(key, timer)
  }

  /** Whoever ended the work of a key spares us to look at it once more. */
  #forget(key: string): void {
    clearTimeout(this.#pauses.get(key))
    this.#pauses.delete(key)
  }

  async #measure(): Promise<void> {
    if (Date.now() - this.#gaugesAt < GAUGES_MS) return
    this.#gaugesAt = Date.now()
    const found = await row<{ waiting: string; oldest: string | null }>(
      this.database.manager,
      `select count(*)::text as waiting, extract(epoch from now() - min(due_at) filter (where due_at <= now()))::text as oldest
       from outbox where done_at is null and parked_at is null`,
    )
    metrics.waiting.set(Number(found?.waiting ?? 0))
    metrics.oldest.set(Number(found?.oldest ?? 0))
  }
}

/** 0.1 s doubled at each attempt up to a minute, half of it by chance so that many rows do not come back at once. */
function pauseAfter(attempt: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt - 1, 20))
  return Math.ceil(longest / 2 + Math.random() * (longest / 2))
}

async function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('the attempt took too long')), { once: true })
  })
}
