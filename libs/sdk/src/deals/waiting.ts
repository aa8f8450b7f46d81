// Waiting for somebody else's step: asks again until it is so, with a deadline. Never waits for ever.
import type { HttpClient } from '../client/http.js'
import { HubError } from '../client/http.js'
import type { Known } from '../client/hub-client.js'
import { pause } from '../ambient.js'

export interface Patience {
  /** Wall-clock milliseconds until the wait is given up. */
  readonly deadlineMs?: number
  readonly intervalMs?: number
}

const DEADLINE_MS = 60_000
const FIRST_INTERVAL_MS = 15
const LONGEST_INTERVAL_MS = 400

/**
 * The first answer of `ask` that `enough` accepts; `waited_too_long` naming `what` after the deadline. `ask` is told the answer before: who asks the
 * hub for the version after it is answered as soon as there is one. `seen`: an answer that is known already.
 */
export async function until<T>(
  http: HttpClient,
  what: string,
  ask: (known: Known) => Promise<T>,
  enough: (answer: T) => boolean,
  patience: Patience = {},
  seen?: T,
): Promise<T> {
  if (seen !== undefined && enough(seen)) return seen
  const deadline = http.clock.now() + (patience.deadlineMs ?? DEADLINE_MS)
  let interval = patience.intervalMs ?? FIRST_INTERVAL_MS
  for (let known = versionOf(seen); ;) {
    const asked = http.clock.now()
    const answer = await ask(known)
    if (enough(answer)) return answer
    if (http.clock.now() > deadline) throw new HubError('waited_too_long', 0, what)
    const version = versionOf(answer)
    // the hub waited with its answer, or something is new: ask on. Otherwise it is we who wait.
    const isNew = version !== undefined && version.version !== known?.version
    if (!isNew && (version === undefined || http.clock.now() - asked < interval)) {
      await pause(interval)
      interval = Math.min(interval * 1.5, LONGEST_INTERVAL_MS)
    }
    known = version
  }
}

function versionOf(answer: unknown): Known {
  if (typeof answer !== 'object' || answer === null || !('version' in answer)) return undefined
  return typeof answer.version === 'number' ? { version: answer.version } : undefined
}
