// The one place where the SDK reaches for the platform's time and randomness; everything else is handed them.
import type { Bytes, Clock, Entropy, Time } from '@huitong/primitives'

export const systemClock: Clock = { now: () => Date.now() as Time }

export const systemEntropy: Entropy = {
  bytes: (length: number): Bytes => globalThis.crypto.getRandomValues(new Uint8Array(length)),
}

/** Resolves after `ms` milliseconds. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
