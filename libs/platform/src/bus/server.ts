// Nest's side of the bus: subscribes every @Handle of a process, checks messages, bounds the work, drains on stop.
import { type BusCode, type Command } from '@huitong/contracts'
import { type Bytes, err } from '@huitong/primitives'
import { type Msg, type Subscription } from '@nats-io/transport-node'
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices'
import { firstValueFrom, isObservable } from 'rxjs'
import { faultFields, log } from '../log.js'
import { metrics } from '../metrics.js'
import { inTrace } from '../trace.js'
import { type Bus } from './bus.js'
import { Gate, type GateOptions } from './gate.js'
import { type CallContext, type HandlerKind } from './handle.js'
import { requestBody } from './request-body.js'
import { addressed, decodeJson, encodeJson, isForEveryone, isLate, isWantedBy, refusalHeaders, traceOf } from './wire.js'

export interface BusServerOptions extends Partial<GateOptions> {
  readonly bus: Bus
  /** Queue group: each request goes to one process of the group. */
  readonly group: string
  /** Address of this service, put in the place of `{to}` in its subjects. */
  readonly address?: string
  /** Roles whose requests are answered; undefined: any role's. Requests that want their answer elsewhere never reach a handler. */
  readonly callers?: readonly string[]
  /** How long work in flight may go on after a stop, in milliseconds. */
  readonly finishMs?: number
}

/** Requests in progress and waiting, per process, unless it says otherwise. */
const RUNNING = 64
const WAITING = 1_024
const FINISH_MS = 10_000

export class BusServer extends Server implements CustomTransportStrategy {
  readonly #gate: Gate
  readonly #subscriptions: Subscription[] = []
  #closing: Promise<void> | undefined

  constructor(private readonly options: BusServerOptions) {
    super()
    this.#gate = new Gate({ running: options.running ?? RUNNING, waiting: options.waiting ?? WAITING })
  }

  listen(callback: (error?: Error) => void): void {
    void this.#listen(callback)
  }

  /** Takes no more requests, lets those in flight end within the given time, and sends their answers. */
  async close(): Promise<void> {
    this.#closing ??= this.#stop()
    return this.#closing
  }

  async #stop(): Promise<void> {
    const { bus, finishMs } = this.options
    if (bus.isConnected) await Promise.allSettled(this.#subscriptions.map((subscription) => subscription.drain()))
    if (!(await this.#gate.emptied(finishMs ?? FINISH_MS))) log.warn('bus.stop.unfinished', { requests: this.#gate.load })
    if (bus.isConnected) await bus.connection.flush()
  }

  on(): void {
    // the bus reports its own state (Bus, health); Nest's hook has nothing to add
  }

  unwrap<T>(): T {
    return this.options.bus.connection as T
  }

  async #listen(callback: (error?: Error) => void): Promise<void> {
    try {
      await this.#subscribe()
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)))
      return
    }
    callback()
  }

  async #subscribe(): Promise<void> {
    const { bus, group, address } = this.options
    for (const [pattern, handler] of this.messageHandlers) {
      const kind = kindOf(handler)
      if (kind === undefined) throw new TypeError(`${pattern}: only @Handle and @HandleBytes are served`)
      const subject = addressed(kind.command.subject, address)
      const answer = (message: Msg): void => this.#accept(message, kind, handler)
      const callback = (error: Error | null, message: Msg): void => {
        if (error === null) {
          if (!this.#isForeign(message, subject)) answer(message)
        } else log.error('bus.subscription.failed', { subject, ...faultFields(error) })
      }
      this.#subscriptions.push(bus.connection.subscribe(subject, { queue: group, callback }))
    }
    // the server knows every subscription before anybody is told that we are ready
    await bus.connection.flush()
  }

  /** A message that no known caller has sent here: its answer would go elsewhere, or it was aimed at another subject. Counted, never served. */
  #isForeign(message: Msg, served: string): boolean {
    // what a stream delivers here still bears the subject it was published on
    const callers = isForEveryone(served) ? undefined : this.options.callers
    if (message.subject === served && isWantedBy(callers, message.reply)) return false
    // not even a refusal is sent: the reply's subject is the sender's choice, and may be somebody else's door
    metrics.foreign.inc({ subject: served })
    log.warn('bus.refused', { subject: served, sent: message.subject, reply: message.reply })
    return true
  }

  #accept(message: Msg, kind: HandlerKind, handler: MessageHandler): void {
    const work = (): Promise<void> => inTrace(traceOf(message.headers), () => this.#serve(message, kind, handler))
    if (this.#gate.enter(work)) return
    metrics.refused.inc({ subject: message.subject })
    refuse(message, kind, 'unavailable')
  }

  async #serve(message: Msg, kind: HandlerKind, handler: MessageHandler): Promise<void> {
    const { subject } = message
    if (isLate(message.headers)) {
      // the caller has already been told 'timeout'
      log.warn('bus.request.late', { subject })
      return
    }
    const stop = metrics.handled.startTimer({ subject })
    try {
      const context: CallContext = { subject }
      const bytes =
        kind.kind === 'command'
          ? await answerCommand(kind.command, message, handler, context)
          : await answerBytes(message, handler, context)
      if (bytes instanceof Uint8Array) message.respond(bytes)
      else refuse(message, kind, bytes)
    } catch (error) {
      log.error('bus.answer.failed', { subject, ...faultFields(error) })
      refuse(message, kind, 'internal')
    } finally {
      stop()
    }
  }
}

async function answerCommand(
  command: Command<object, unknown, string>,
  message: Msg,
  handler: MessageHandler,
  context: CallContext,
): Promise<Bytes> {
  const json = decodeJson(message.data)
  if (json === undefined) return encodeJson(err('malformed', 'the message is no JSON'))
  const body = await requestBody(command.request, json.value)
  return encodeJson(body.ok ? await answerOf(handler, body.value, context) : body)
}

async function answerBytes(message: Msg, handler: MessageHandler, context: CallContext): Promise<Bytes | BusCode> {
  const answer = await answerOf(handler, message.data, context)
  if (answer instanceof Uint8Array) return answer
  const refused = typeof answer === 'object' && answer !== null && 'code' in answer ? answer.code : undefined
  return refused === 'unavailable' || refused === 'timeout' ? refused : 'internal'
}

/** The handler's one value: Nest hands out the value itself, or a stream that holds it. */
async function answerOf(handler: MessageHandler, input: unknown, context: CallContext): Promise<unknown> {
  const answer: unknown = await handler(input, context)
  return isObservable(answer) ? firstValueFrom(answer) : answer
}

function refuse(message: Msg, kind: HandlerKind, code: BusCode): void {
  if (kind.kind === 'command') message.respond(encodeJson(err(code)))
  else message.respond(new Uint8Array(), { headers: refusalHeaders(code) })
}

function kindOf(handler: MessageHandler): HandlerKind | undefined {
  // the border: Nest keeps extras untyped; register() in handle.ts is the only writer of this key
  const extras = handler.extras as { readonly huitong?: HandlerKind } | undefined
  return extras?.huitong
}
