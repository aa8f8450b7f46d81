// Makes idle ledgers tick: an empty block when something falls due, and at least once a minute. Never needed for safety, only for progress.
import { faultFields, log } from '@huitong/platform'
import type { PgIndexQueries } from '../index/index-queries.pg.js'
import type { Indexer } from '../index/indexer.js'
import type { LedgerClock } from './ledger-clock.js'
import type { Sequencer } from './sequencer.js'

export interface TickerOptions {
  readonly sequencer: Pick<Sequencer, 'tick' | 'head'>
  readonly indexer: Pick<Indexer, 'lag'>
  readonly queries: Pick<PgIndexQueries, 'nextDue'>
  readonly clock: LedgerClock
}

const IDLE_MS = 60_000
/** How often an idle ledger looks at the clock: a deadline is noticed at most this much late. */
const LOOK_MS = 100

export class Ticker {
  #timer: NodeJS.Timeout | undefined
  #isLooking = false
  /** When something falls due next; undefined: not known since the last block. */
  #due: number | undefined
  #lastCommit = 0
  #commits = 0

  constructor(private readonly options: TickerOptions) {}

  start(): void {
    this.#lastCommit = performance.now()
    this.#timer = setInterval(() => void this.#look(), LOOK_MS)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Called after each commit: what falls due next may have changed. */
  committed(): void {
    this.#due = undefined
    this.#commits += 1
    this.#lastCommit = performance.now()
  }

  async #look(): Promise<void> {
    const { sequencer, indexer, queries, clock } = this.options
    if (this.#isLooking || indexer.lag > 0) return
    this.#isLooking = true
    try {
      // everything due up to the last block's time had its block
      const commits = this.#commits
      const due = this.#due ?? (await queries.nextDue(sequencer.head.time)) ?? Infinity
      if (commits === this.#commits) this.#due = due
      if (clock.now() >= due || performance.now() - this.#lastCommit >= IDLE_MS) await sequencer.tick()
    } catch (error) {
      log.debug('ledger.tick.failed', faultFields(error))
    } finally {
      this.#isLooking = false
    }
  }
}
