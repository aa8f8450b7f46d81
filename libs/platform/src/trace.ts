// W3C trace context (https://www.w3.org/TR/trace-context/) carried through a process and over the bus: which request caused this.
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'

export interface Trace {
  /** 16 bytes in hexadecimal, the same in every process that a request passes. */
  readonly traceId: string
  /** 8 bytes in hexadecimal, of this step alone. */
  readonly spanId: string
}

const current = new AsyncLocalStorage<Trace>()

export const currentTrace = (): Trace | undefined => current.getStore()

/** Runs `work` as a step of the trace that `traceparent` names, or as the start of a new one. */
export function inTrace<T>(traceparent: string | undefined, work: () => T): T {
  return current.run({ traceId: traceIdOf(traceparent) ?? random(16), spanId: random(8) }, work)
}

/** The `traceparent` to send along: the current trace, or a new one. */
export function traceparent(): string {
  const trace = current.getStore()
  return `00-${trace?.traceId ?? random(16)}-${trace?.spanId ?? random(8)}-01`
}

function traceIdOf(text: string | undefined): string | undefined {
  const traceId = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(text ?? '')?.[1]
  return traceId === '0'.repeat(32) ? undefined : traceId
}

/** Drawn in stock: the names of steps need to be unequal, not secret, and asking the system for each costs more than a step's other bookkeeping. */
const STOCK_BYTES = 4_096
let stock = ''
let used = 0

function random(length: number): string {
  const from = used + 2 * length > stock.length ? 0 : used
  if (from === 0) stock = randomBytes(STOCK_BYTES).toString('hex')
  used = from + 2 * length
  return stock.slice(from, used)
}
