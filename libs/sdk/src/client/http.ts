// One HTTP exchange with the hub: idempotency key, deadline, bounded retries. An unanswered write is unknown, never failed: it is sent again
// with the same key until the hub says what became of it, or the caller's deadline passes.
import type { Clock, Entropy } from '@huitong/primitives'
import { toHex } from '@huitong/primitives'
import { pause, systemClock, systemEntropy } from '../ambient.js'

/** As much of `fetch` as is used here. */
export type Fetch = (
  address: string,
  request: {
    readonly method: string
    readonly headers: Record<string, string>
    readonly signal: AbortSignal
    readonly body?: string | Uint8Array<ArrayBuffer>
  },
) => Promise<Pick<Response, 'ok' | 'status' | 'text' | 'arrayBuffer'>>

export interface HubOptions {
  /** Base address, `http://127.0.0.1:8787`. */
  readonly url: string
  readonly apiKey?: string
  /** How long one call may take in all, retries included. Default 30 s. */
  readonly deadlineMs?: number
  /** How requests are sent; the platform's own `fetch` if absent. */
  readonly fetch?: Fetch
  readonly clock?: Clock
  readonly entropy?: Entropy
}

/** The hub's refusal, or `unreachable` / `timeout` if there was no answer in time (then the outcome of a write is unknown). */
export class HubError extends Error {
  override readonly name = 'HubError'
  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: string,
    readonly field?: string,
  ) {
    super(detail === '' ? code : `${code}: ${detail}`)
  }
}

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: unknown
  /** Instead of a body: bytes sent as they are. */
  readonly file?: { readonly mediaType: string; readonly bytes: Uint8Array }
  /** A good answer is JSON unless it is said to be bytes. */
  readonly answer?: 'bytes'
  /** For writes: the same intent always carries the same key. Made up if absent. */
  readonly idempotencyKey?: string
}

const RETRY_STATUS = new Set([429, 500, 502, 503, 504])
/** A fault of the hub's own may pass; one that is met again and again does not. */
const FAULTS_MAX = 3
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000

export class HttpClient {
  readonly clock: Clock
  readonly entropy: Entropy
  private readonly fetch: Fetch

  constructor(readonly options: HubOptions) {
    this.clock = options.clock ?? systemClock
    this.entropy = options.entropy ?? systemEntropy
    this.fetch = options.fetch ?? globalThis.fetch.bind(globalThis)
  }

  /** Sends and answers the decoded JSON; throws {@link HubError} with the hub's code, or `unreachable` after the deadline. */
  async send<T>(exchange: Exchange): Promise<T> {
    const key = exchange.idempotencyKey ?? (exchange.method === 'GET' ? undefined : toHex(this.entropy.bytes(16)))
    const deadline = this.clock.now() + (this.options.deadlineMs ?? 30_000)
    let wait = FIRST_PAUSE_MS
    for (let faults = 0; ;) {
      const outcome = await this.attempt(exchange, key, deadline - this.clock.now())
      if (outcome.kind === 'answer') return outcome.body as T
      if (outcome.error.status === 500) faults += 1
      const again = outcome.retry && faults < FAULTS_MAX && this.clock.now() + wait < deadline
      if (!again) throw outcome.error
      await pause(wait)
      wait = Math.min(2 * wait, LONGEST_PAUSE_MS)
    }
  }

  private async attempt(
    exchange: Exchange,
    key: string | undefined,
    timeoutMs: number,
  ): Promise<{ kind: 'answer'; body: unknown } | { kind: 'problem'; retry: boolean; error: HubError }> {
    let response: Awaited<ReturnType<Fetch>>
    let body: unknown
    try {
      response = await this.fetch(this.address(exchange), {
        method: exchange.method,
        headers: this.headers(exchange, key),
        signal: AbortSignal.timeout(Math.max(1, Math.min(timeoutMs, 15_000))),
        ...(exchange.body === undefined ? {} : { body: JSON.stringify(exchange.body) }),
        // the border: fetch takes bytes over any buffer, its type names only one kind of them
        ...(exchange.file === undefined ? {} : { body: exchange.file.bytes as Uint8Array<ArrayBuffer> }),
      })
      const isBytes = exchange.answer === 'bytes' && response.ok
      body = isBytes ? new Uint8Array(await response.arrayBuffer()) : parse(await response.text())
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : ''
      const code = name === 'TimeoutError' ? 'timeout' : 'unreachable'
      return { kind: 'problem', retry: true, error: new HubError(code, 0, `no answer from ${this.options.url}`) }
    }
    if (response.ok) return { kind: 'answer', body }
    const error = problemOf(response.status, body)
    return { kind: 'problem', retry: RETRY_STATUS.has(response.status) || error.code === 'in_flight', error }
  }

  private address(exchange: Exchange): string {
    const address = new URL(this.options.url.replace(/\/$/, '') + exchange.path)
    for (const [name, value] of Object.entries(exchange.query ?? {}))
      if (value !== undefined) address.searchParams.set(name, String(value))
    return address.href
  }

  private headers(exchange: Exchange, key: string | undefined): Record<string, string> {
    return {
      accept: 'application/json, application/problem+json',
      ...(this.options.apiKey === undefined ? {} : { authorization: `Bearer ${this.options.apiKey}` }),
      ...(exchange.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(exchange.file === undefined ? {} : { 'content-type': exchange.file.mediaType }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    }
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function problemOf(status: number, body: unknown): HubError {
  const problem = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const text = (name: string): string => (typeof problem[name] === 'string' ? (problem[name] as string) : '')
  const field = text('field')
  return new HubError(text('code') || `http_${status}`, status, text('detail') || text('title'), field === '' ? undefined : field)
}
