// The bounds of the edge that an installation may choose; the others stand where they are enforced.

export interface Limits {
  /** Requests of one API key, and of one address, per second. */
  readonly perKey: number
  readonly perAddress: number
  /** Open event streams in all. */
  readonly streams: number
  /** How often a stream looks for events, and how long its line may be silent, in milliseconds. */
  readonly pollMs: number
  readonly heartbeatMs: number
}

/** Injection token of the {@link Limits}. */
export const LIMITS = Symbol('limits')

export const DEFAULT_LIMITS: Limits = { ...rates(2_000), streams: 500, pollMs: 250, heartbeatMs: 15_000 }

/** The bounds on requests per second that follow from the one setting. Several keys may stand behind one address. */
export function rates(perKey: number): Pick<Limits, 'perKey' | 'perAddress'> {
  return { perKey, perAddress: Math.ceil(perKey * 2.5) }
}

/** How long a client may take for its headers, for a whole request, and between two requests, in milliseconds. */
export const HEADERS_MS = 10_000
export const REQUEST_MS = 30_000
export const IDLE_MS = 65_000
