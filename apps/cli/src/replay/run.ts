// A replay from its first batch to its last, or from where it was interrupted: moves the clock, runs a batch's events side by side, saves where it
// stands. At the end it proves how every order ended. Money is reconciled elsewhere.
import { type Time, invariant, never, sha256, utf8 } from '@huitong/primitives'
import { type HubClient, HubError, until } from '@huitong/sdk'
import type { Founded } from '../network/founding.js'
import { type Cast, type Moment } from './cast.js'
import { end, placedId, ship } from './ending.js'
import type { Journal } from './journal.js'
import { inParallel } from './parallel.js'
import { OutOfPlan, type Scene, isInspected, place } from './placing.js'
import type { PlannedOrder, ReplayPlan } from './plan.js'
import type { Progress, ProgressFile } from './progress.js'
import { type Batch, type PlannedEvent, type Schedule, afterInspections } from './schedule.js'
import { orderFault } from './verification.js'

/** How long a single wait or a repeated attempt may take: longer than any process of the hub needs to come back. */
export const PATIENCE_MS = 180_000
const PAUSE_MS = 500
/** Sooner than this nothing that takes two ledgers' blocks has happened. */
const POLL_MS = 60

export interface Play {
  readonly plan: ReplayPlan
  readonly schedule: Schedule
  readonly network: Founded
  readonly cast: Cast
  readonly journal: Journal
  readonly width: number
  /** Told after each event and each verified order. */
  readonly onDone: (what: 'event' | 'verified') => void
}

/** Wall-clock milliseconds of one session by what they went into; events overlap, so that their sums exceed the wall's. */
export interface Timing {
  clock: number
  welcome: number
  events: number
  verify: number
  readonly perEvent: Record<PlannedEvent['step'], { count: number; ms: number }>
}

export interface Played {
  readonly progress: Progress
  /** Orders that did not end as planned, with the reason. */
  readonly faults: ReadonlyMap<string, string>
  readonly timing: Timing
}

/** Seed of a run's keys, codes and idempotency keys. */
export const seedOfRun = (seed: Uint8Array, digest: string, run: number): Uint8Array =>
  sha256(Uint8Array.of(...seed, ...utf8(`replay/${digest}/${run}`)))

export async function play(piece: Play, file: ProgressFile, from: Progress): Promise<Played> {
  return new Player(piece, file, from).run()
}

class Player {
  private readonly faults = new Map<string, string>()
  private readonly scene: Scene
  private readonly begun = performance.now()
  private readonly timing: Timing = {
    clock: 0,
    welcome: 0,
    events: 0,
    verify: 0,
    perEvent: { pay: { count: 0, ms: 0 }, ship: { count: 0, ms: 0 }, end: { count: 0, ms: 0 } },
  }

  constructor(
    private readonly piece: Play,
    private readonly file: ProgressFile,
    private readonly from: Progress,
  ) {
    const { cast, journal } = piece
    // the border: file times are checked when the book is read
    const ledgerTime = (fileTime: number): Time => (fileTime + from.shiftMs) as Time
    this.scene = { cast, journal, ledgerTime, patience: { deadlineMs: PATIENCE_MS, intervalMs: POLL_MS } }
    for (const { id } of piece.plan.orders) {
      const fault = journal.note(faultNote(id))
      if (fault !== undefined) this.faults.set(id, fault)
    }
  }

  async run(): Promise<Played> {
    const { schedule } = this.piece
    const batches = schedule.batches.slice(this.from.next)
    const [first] = batches
    if (first !== undefined) await this.welcome(first, { batch: first.number, now: await this.clockAt(first) })
    for (const [index, batch] of batches.entries()) {
      const at: Moment = { batch: batch.number, now: await this.clockAt(batch) }
      const next = batches[index + 1]
      // the next batch's newcomers settle in while this one's events run; the clock waits for both
      await both(this.events(batch, at), next === undefined ? undefined : this.welcome(next, { ...at, batch: next.number }))
      this.file.write(this.progress({ next: batch.number + 1 }))
    }
    if (this.piece.plan.orders.length > 0) {
      await this.measured('clock', () => this.moveClock(afterInspections(schedule)))
      await this.measured('verify', () => inParallel(this.piece.plan.orders, this.piece.width, (order) => this.verify(order)))
    }
    const progress = this.progress({ next: schedule.batches.length, done: true })
    this.file.write(progress)
    return { progress, faults: this.faults, timing: this.timing }
  }

  private progress(change: { readonly next: number; readonly done?: boolean }): Progress {
    return { ...this.from, spentMs: this.from.spentMs + Math.round(performance.now() - this.begun), done: false, ...change }
  }

  private clockAt = (batch: Batch): Promise<Time> => this.measured('clock', () => this.moveClock(batch.at))

  private async welcome(batch: Batch, at: Moment): Promise<void> {
    const paying = batch.events.filter(({ step }) => step === 'pay').map(({ order }) => order)
    await this.measured('welcome', () => persisting(() => this.piece.cast.welcome(paying, at)))
  }

  private async events(batch: Batch, at: Moment): Promise<void> {
    const { width, onDone } = this.piece
    await this.measured('events', () =>
      inParallel(batch.events, width, async (event) => {
        await this.event(event, at)
        onDone('event')
      }),
    )
  }

  private async moveClock(fileTime: number): Promise<Time> {
    const { hub } = this.piece.cast
    const moved = await persisting(() => hub.advanceClock(this.scene.ledgerTime(fileTime)))
    return latestOf(moved.ledgers)
  }

  private async event({ step, order }: PlannedEvent, at: Moment): Promise<void> {
    if (this.faults.has(order.id)) return
    const begun = performance.now()
    try {
      await persisting(() => this.perform(step, order, at))
    } catch (cause) {
      this.fault(order, cause)
    }
    const spent = this.timing.perEvent[step]
    spent.count += 1
    spent.ms += performance.now() - begun
  }

  private async perform(step: PlannedEvent['step'], order: PlannedOrder, at: Moment): Promise<void> {
    const { schedule, network } = this.piece
    switch (step) {
      case 'pay': {
        const dates = schedule.dates.get(order.id)
        invariant(dates !== undefined, 'every planned order has dates')
        await place(this.scene, order, dates, at)
        return
      }
      case 'ship':
        return ship(this.scene, order)
      case 'end':
        return end(this.scene, network, order, at)
      default:
        return never(step)
    }
  }

  private async verify(order: PlannedOrder): Promise<void> {
    if (!this.faults.has(order.id)) {
      try {
        const fault = await persisting(() => this.proven(order))
        if (fault !== undefined) throw new OutOfPlan(fault)
      } catch (cause) {
        this.fault(order, cause)
      }
    }
    this.piece.cast.dismiss(order.id)
    this.piece.onDone('verified')
  }

  private async proven(order: PlannedOrder): Promise<string | undefined> {
    const id = placedId(this.scene, order)
    const silent = order.ending === 'inspection' && order.milestones.some((one) => isInspected(order, one))
    if (silent) {
      const { hub } = await this.piece.cast.buyer(order.id)
      const settled = (state: string): boolean => state === 'SETTLED' || state === 'REFUNDED' || state === 'ONE_LEG'
      await until(
        hub.http,
        `order ${order.id} (${id}) to be released by silence`,
        (seen) => hub.order(id, seen),
        (seen) => seen.milestones.every(({ state }) => settled(state)),
        this.scene.patience,
      )
    }
    return orderFault(this.piece.cast, order, id)
  }

  /** A refusal or a wrong outcome is the order's; a hub out of reach is not, and ends the session: it can be resumed. */
  private fault(order: PlannedOrder, cause: unknown): void {
    if (isPassing(cause) || isAway(cause)) throw cause
    const fault = cause instanceof Error ? cause.message : String(cause)
    this.faults.set(order.id, fault)
    this.piece.journal.keep(faultNote(order.id), fault)
  }

  private async measured<T>(what: 'clock' | 'welcome' | 'events' | 'verify', work: () => Promise<T>): Promise<T> {
    const begun = performance.now()
    try {
      return await work()
    } finally {
      this.timing[what] += performance.now() - begun
    }
  }
}

const faultNote = (order: string): string => `fault/${order}`

/** The latest of the ledgers' times: from here on something signed now counts on each of them. */
export function latestOf(ledgers: Awaited<ReturnType<HubClient['clock']>>['ledgers']): Time {
  return Math.max(...ledgers.map(({ now }) => Date.parse(now))) as Time
}

const isAway = (cause: unknown): boolean => cause instanceof HubError && cause.code === 'waited_too_long'

/** Waits for both to end, then throws what the first or the second failed with. */
async function both(one: Promise<void>, other: Promise<void> | undefined): Promise<void> {
  for (const result of await Promise.allSettled([one, other])) if (result.status === 'rejected') throw result.reason
}

/** The hub was struck in the middle of something: what became of it is unknown, and everything here may be asked again. */
const isPassing = (cause: unknown): boolean =>
  cause instanceof HubError &&
  (cause.status >= 500 || ['unreachable', 'timeout', 'unavailable', 'internal', 'in_flight'].includes(cause.code))

/** Tries again what a fault of the hub's processes interrupted. Every step below is one that may be repeated. */
async function persisting<T>(work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await work()
    } catch (cause) {
      if (!isPassing(cause) || performance.now() > deadline) throw cause
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}
