// Waiting for somebody else's step: asks again until it is so, with a deadline. Never waits for ever.
import type { HttpClient } from '../client/http.js'
import { HubError } from '../client/http.js'
import { pause } from '../ambient.js'

export interface Patience {
  /** Wall-clock milliseconds until the wait is given up. */
  readonly deadlineMs?: number
  readonly intervalMs?: number
}

const DEADLINE_MS = 60_000
const FIRST_INTERVAL_MS = 15
const LONGEST_INTERVAL_MS = 400

/** The first answer of `ask` that `enough` accepts; `waited_too_long` naming `what` after the deadline. */
export async function until<T>(
  http: HttpClient,
  what: string,
  ask: () => Promise<T>,
  enough: (answer: T) => boolean,
  patience: Patience = {},
): Promise<T> {
  const deadline = http.clock.now() + (patience.deadlineMs ?? DEADLINE_MS)
  let interval = patience.intervalMs ?? FIRST_INTERVAL_MS
  for (;;) {
    const answer = await ask()
    if (enough(answer)) return answer
    if (http.clock.now() > deadline) throw new HubError('waited_too_long', 0, what)
    await pause(interval)
    interval = Math.min(interval * 1.5, LONGEST_INTERVAL_MS)
  }
}
