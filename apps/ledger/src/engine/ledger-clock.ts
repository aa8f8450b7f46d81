// The time a ledger's next block would carry: the wall's, plus a sandbox's offset, never before the last block. It does not run back.
import { type Clock, type Time, after } from '@huitong/primitives'

export class LedgerClock implements Clock {
  #offset: number
  #latest: Time

  constructor(
    private readonly wall: Clock,
    start: { readonly offset: number; readonly latest: Time },
  ) {
    this.#offset = start.offset
    this.#latest = start.latest
  }

  now(): Time {
    const shown = after(this.wall.now(), this.#offset)
    if (shown > this.#latest) this.#latest = shown
    return this.#latest
  }

  /** Offset with which the clock would show `time` now. */
  offsetFor(time: Time): number {
    return Math.max(this.#offset, time - this.wall.now())
  }

  /** Takes an offset that is already kept; it only grows. */
  advance(offset: number): void {
    this.#offset = Math.max(this.#offset, offset)
  }
}
