// May a ledger take new locks? What its watcher has seen of it, judged against the hub's clock. Stops new deals only: deals that exist go on,
// whatever is found here. Pure but for what it remembers; monotonic time comes in.
import type { Time } from '@huitong/primitives'

/**
 * - `silent`: nobody could read it for a while.
 * - `stalled`: it answers, but its newest block that we have read is older than a ledger that ticks can be.
 * - `contradicts`: it offered blocks that do not follow those we have, or fewer than it once had.
 * - `ahead`: its newest block is dated after our time; `skewed`: its clock differs from ours by more than the margins allow for.
 */
export type LaneFault = 'silent' | 'stalled' | 'contradicts' | 'ahead' | 'skewed'

/** A ledger ticks at least once a minute; one that we could not read, or that made no block, for longer than this takes no new deals. */
export const SILENCE_MS = 90_000
/** A lag or a skew counts once it has lasted this long: moving a sandbox's clock shows one for a moment. */
const CONFIRM_MS = 2_000

export class LaneHealth {
  #heardAt: number | undefined
  #laggingSince: number | undefined
  #skewedSince: number | undefined
  #isContradicted = false
  #isAhead = false

  constructor(
    /** Largest difference between this ledger's clock and ours that the time locks allow for. */
    private readonly skewMs: number,
    /** Monotonic, in milliseconds. */
    private readonly monotonic: () => number,
  ) {}

  /** The watcher read the ledger to a block of time `final`, and nothing it offered was wrong. */
  heard(final: Time, clock: Time): void {
    this.#heardAt = this.monotonic()
    this.#isContradicted = false
    this.#laggingSince = clock - final > SILENCE_MS ? (this.#laggingSince ?? this.monotonic()) : undefined
  }

  /** It offered blocks that cannot be: until it is read without fault again. */
  contradicted(): void {
    this.#isContradicted = true
  }

  ahead(isAhead: boolean): void {
    this.#isAhead = isAhead
  }

  /** The ledger said its time is `now`, when ours was between `from` and `to`. True if that looks wrong: ask again soon. */
  said(now: Time, from: Time, to: Time): boolean {
    const isSkewed = now < from - this.skewMs || now > to + this.skewMs
    this.#skewedSince = isSkewed ? (this.#skewedSince ?? this.monotonic()) : undefined
    return isSkewed
  }

  fault(): LaneFault | undefined {
    if (this.#isContradicted) return 'contradicts'
    if (this.#isAhead) return 'ahead'
    if (this.#heardAt === undefined || this.#lasts(this.#heardAt, SILENCE_MS)) return 'silent'
    if (this.#lasts(this.#laggingSince, CONFIRM_MS)) return 'stalled'
    return this.#lasts(this.#skewedSince, CONFIRM_MS) ? 'skewed' : undefined
  }

  #lasts(since: number | undefined, milliseconds: number): boolean {
    return since !== undefined && this.monotonic() - since > milliseconds
  }
}
