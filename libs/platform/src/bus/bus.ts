// The one connection of a process to NATS and its two verbs: call (typed) and submit (bytes). An outcome is a value, never an exception.
import { type Answer, type BusCode, type BytesCommand, type Command } from '@huitong/contracts'
import { type Bytes, type Result, err, ok } from '@huitong/primitives'
import {
  type Msg,
  type NatsConnection,
  NoRespondersError,
  PermissionViolationError,
  RequestError,
  TimeoutError,
  connect,
} from '@nats-io/transport-node'
import { faultFields, log } from '../log.js'
import { Asked } from './asked.js'
import { addressed, decodeAnswer, encodeJson, inboxOf, refusalOf, requestHeaders } from './wire.js'

export interface BusOptions {
  readonly url: string
  /** Role of the process (with its address if it has one): name of the connection and prefix of its inbox. */
  readonly role: string
  readonly user?: string
  readonly password?: string
}

export interface CallOptions {
  /** Address of the service for a subject with `{to}`. */
  readonly to?: string
  /** Time to wait, in milliseconds; the command's own deadline if absent. */
  readonly deadlineMs?: number
}

/** A process says on `begun.<role>` that it serves. */
const BEGUN = 'begun'

export class Bus {
  readonly #waiting = new Set<() => void>()
  readonly #onReconnect = new Set<() => void>()
  readonly #asked = new Asked()
  #connected = true

  private constructor(readonly connection: NatsConnection) {
    void this.#watch()
    connection.subscribe(`${BEGUN}.*`, {
      callback: (error, message) => {
        if (error === null) this.#asked.begun(message.subject.slice(BEGUN.length + 1))
        else log.warn('bus.begun.unheard', faultFields(error))
      },
    })
  }

  /** Connects, waiting for the first connection as long as it takes; later losses are mended without an end. */
  static async connect(options: BusOptions): Promise<Bus> {
    const connection = await connect({
      servers: options.url.split(',').map((part) => part.trim()),
      name: options.role,
      inboxPrefix: inboxOf(options.role),
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      reconnectTimeWait: 250,
      reconnectJitter: 250,
      pingInterval: 10_000,
      maxPingOut: 2,
      ignoreAuthErrorAbort: true,
      // a stack for every request, in case it fails, costs more than the request
      noAsyncTraces: true,
      ...(options.user === undefined ? {} : { user: options.user }),
      ...(options.password === undefined ? {} : { pass: options.password }),
    })
    log.info('bus.connected', { server: connection.getServer(), version: connection.info?.version })
    return new Bus(connection)
  }

  get isConnected(): boolean {
    return this.#connected && !this.connection.isClosed()
  }

  /**
   * Calls a command. `timeout` says that the outcome is unknown; `unavailable` that nothing has happened.
   * Without a connection the call waits for one until its deadline, then answers `unavailable`: nothing was sent.
   */
  async call<Request extends object, Value, Code extends string>(
    command: Command<Request, Value, Code>,
    body: NoInfer<Request>,
    options: CallOptions = {},
  ): Promise<Answer<Value, Code | BusCode>> {
    const deadlineMs = options.deadlineMs ?? command.deadlineMs
    const reply = await this.#request(addressed(command.subject, options.to), encodeJson(body), deadlineMs)
    return reply.ok ? decodeAnswer(command, reply.value.data) : reply
  }

  /** Sends raw bytes and answers with raw bytes. */
  async submit(command: BytesCommand, bytes: Bytes, options: CallOptions = {}): Promise<Result<Bytes, BusCode>> {
    const deadlineMs = options.deadlineMs ?? command.deadlineMs
    const reply = await this.#request(addressed(command.subject, options.to), bytes, deadlineMs)
    if (!reply.ok) return reply
    const refusal = refusalOf(reply.value.headers)
    return refusal === undefined ? ok(reply.value.data) : err(refusal)
  }

  /** Tells everybody that a process of this role serves from now on: whoever still waits for an answer of its predecessor waits in vain. */
  begun(role: string): void {
    this.connection.publish(`${BEGUN}.${role}`)
  }

  /** Calls `listener` after each time the connection came back. The answer takes it off again. */
  onReconnect(listener: () => void): () => void {
    this.#onReconnect.add(listener)
    return () => this.#onReconnect.delete(listener)
  }

  /** Sends what is still to be sent, then closes. Without a connection there is nothing to wait for. */
  async close(): Promise<void> {
    if (this.connection.isClosed()) return
    if (this.#connected) await this.connection.drain().catch((error: unknown) => log.warn('bus.drain.failed', faultFields(error)))
    await this.connection.close()
  }

  async #request(subject: string, bytes: Bytes, deadlineMs: number): Promise<Result<Msg, BusCode>> {
    const until = Date.now() + deadlineMs
    if (!(await this.#connection(deadlineMs))) return err('unavailable', 'no connection to the bus')
    const left = Math.max(1, until - Date.now())
    try {
      const sent = this.connection.request(subject, bytes, { timeout: left, headers: requestHeaders(left) })
      const answer = await this.#asked.answer(subject, sent)
      return 'why' in answer ? err('timeout', answer.why) : ok(answer)
    } catch (error) {
      return failure(error, subject)
    }
  }

  async #connection(waitMs: number): Promise<boolean> {
    if (this.connection.isClosed() || this.connection.isDraining()) return false
    if (this.#connected) return true
    return new Promise((resolve) => {
      const back = (): void => finish(true)
      const timer = setTimeout(() => finish(false), waitMs)
      const finish = (isBack: boolean): void => {
        clearTimeout(timer)
        this.#waiting.delete(back)
        resolve(isBack)
      }
      this.#waiting.add(back)
    })
  }

  async #watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      switch (status.type) {
        case 'disconnect':
        case 'staleConnection':
          this.#connected = false
          log.warn('bus.disconnected', { reason: status.type })
          break
        case 'reconnect':
          this.#connected = true
          log.info('bus.reconnected', { server: status.server })
          this.#asked.reconnected()
          for (const back of this.#waiting) back()
          for (const listener of this.#onReconnect) listener()
          break
        case 'error':
          log.warn('bus.error', faultFields(status.error))
          break
        case 'slowConsumer':
          log.warn('bus.slow', { subject: status.sub.getSubject(), pending: status.pending })
          break
        case 'close':
        case 'reconnecting':
        case 'update':
        case 'ldm':
        case 'ping':
        case 'forceReconnect':
          break
      }
    }
    this.#connected = false
  }
}

function failure(error: unknown, subject: string): Result<never, BusCode> {
  const cause = error instanceof RequestError ? error.cause : undefined
  if (error instanceof NoRespondersError || cause instanceof NoRespondersError) return err('unavailable', 'nobody answers')
  if (error instanceof RequestError && error.isNoResponders()) return err('unavailable', 'nobody answers')
  if (cause instanceof PermissionViolationError) return err('unavailable', 'not ours to call')
  if (error instanceof TimeoutError || cause instanceof TimeoutError) return err('timeout')
  // whatever else went wrong went wrong after the request may have left
  log.warn('bus.request.failed', { subject, ...faultFields(error) })
  return err('timeout')
}
