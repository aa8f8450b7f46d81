// A request as the tables of bad ones write it down.
import type { Sent } from '../call.js'

/** A request without its Idempotency-Key. */
export interface Request extends Sent {
  readonly body?: Readonly<Record<string, unknown>>
}

export const withBody = (request: Request, change: Readonly<Record<string, unknown>>): Request => ({
  ...request,
  body: { ...request.body, ...change },
})
