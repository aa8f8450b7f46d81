// The hub's own clock: the wall's time, in a sandbox plus an offset that only grows. It says whether there is still time; that a deadline has
// passed is said by final blocks alone.
import { CLOCK, SandboxClock } from '@huitong/platform'
import { type Clock, type Result, type Time, err, ok } from '@huitong/primitives'
import { Inject, Injectable } from '@nestjs/common'

/** One command moves the clock this far at most: a slip of a digit must not carry a hub away for ever. */
const JUMP_MAX_MS = 5 * 366 * 24 * 3_600_000

@Injectable()
export class HubClock implements Clock {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  now(): Time {
    return this.clock.now()
  }

  /** Only a sandbox hub's clock moves, and only forward. */
  advanceTo(time: Time): Result<{ readonly now: number }, 'not_a_sandbox' | 'clock_too_far'> {
    if (!(this.clock instanceof SandboxClock)) return err('not_a_sandbox')
    if (time - this.now() > JUMP_MAX_MS) return err('clock_too_far', undefined, 'to')
    return ok({ now: this.clock.advanceTo(time) })
  }
}
