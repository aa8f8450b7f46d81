// Makes idle ledgers tick: an empty block when something falls due, and at least once a minute. It sleeps until then, as far as it can know. Never needed for safety, only for progress.
import { faultFields, log } from '@huitong/platform'
import type { PgIndexQueries } from '../index/index-queries.pg.js'
import type { Indexer } from '../index/indexer.js'
import type { LedgerClock } from './ledger-clock.js'
import type { Sequencer } from './sequencer.js'

export interface TickerOptions {
  readonly sequencer: Pick<Sequencer, 'tick' | 'head'>
  readonly indexer: Pick<Indexer, 'lag'>
  readonly queries: Pick<PgIndexQueries, 'nextDue'>
  readonly clock: Pick<LedgerClock, 'now'>
}

const IDLE_MS = 60_000
/** From a block to the look for what falls due after it. */
const LOOK_MS = 100
/** The wall's clock may be set: it is looked at so often at least. */
const CLOCK_MS = 1_000

export class Ticker {
  #timer: NodeJS.Timeout | undefined
  #lookAt = Infinity
  #isRunning = false
  #isLooking = false
  /** When something falls due next; undefined: not known since the last block. */
  #due: number | undefined
  #lastCommit = 0
  #commits = 0

  constructor(private readonly options: TickerOptions) {}

  start(): void {
    this.#isRunning = true
    this.#lastCommit = performance.now()
    this.#lookIn(LOOK_MS)
  }

  stop(): void {
    this.#isRunning = false
    clearTimeout(this.#timer)
  }

  /** Called after each commit: what falls due next may have changed. */
  committed(): void {
    this.#due = undefined
    this.#commits += 1
    this.#lastCommit = performance.now()
    this.#lookIn(LOOK_MS)
  }

  /** Earlier than it was going to, or not at all. */
  #lookIn(milliseconds: number): void {
    const at = performance.now() + milliseconds
    if (!this.#isRunning || this.#isLooking || at >= this.#lookAt) return
    clearTimeout(this.#timer)
    this.#lookAt = at
    this.#timer = setTimeout(() => void this.#look(), milliseconds)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    this.#isLooking = true
    let pauseMs = LOOK_MS
    try {
      pauseMs = await this.#tickIfDue()
    } catch (error) {
      log.debug('ledger.tick.failed', faultFields(error))
    } finally {
      this.#isLooking = false
      this.#lookAt = Infinity
      this.#lookIn(pauseMs)
    }
  }

  /** Answers in how many milliseconds to look again. */
  async #tickIfDue(): Promise<number> {
    const { sequencer, indexer, queries, clock } = this.options
    if (indexer.lag > 0) return LOOK_MS
    // everything due up to the last block's time had its block
    const commits = this.#commits
    const due = this.#due ?? (await queries.nextDue(sequencer.head.time)) ?? Infinity
    if (commits !== this.#commits) return LOOK_MS
    this.#due = due
    const leftMs = due - clock.now()
    if (leftMs > 0 && performance.now() - this.#lastCommit < IDLE_MS) return Math.min(CLOCK_MS, leftMs)
    await sequencer.tick()
    return LOOK_MS
  }
}
