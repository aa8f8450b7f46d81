// Reads a stream in order from the caller's own position. Outlives lost connections and a wiped server; what cannot be taken is parked.
import { type Consumer, type ConsumerMessages, DeliverPolicy, type JsMsg } from '@nats-io/jetstream'
import { faultFields, log } from '../log.js'
import { metrics } from '../metrics.js'
import { isTransient } from '../pg/transient.js'
import { inTrace } from '../trace.js'
import type { StreamMessage, StreamPosition, Streams } from './stream.js'
import { traceOf } from './wire.js'

/** A message that can never be taken: undecodable, or of a kind nobody knows. Parked at once. */
export class PoisonMessage extends Error {
  override readonly name = 'PoisonMessage'
}

export interface FollowOptions {
  readonly stream: string
  /** A part of the stream's subjects. */
  readonly filter?: string
  /**
   * Where the caller stands: the last message it has taken. Asked at the start and again whenever reading begins anew, so that it comes
   * from where the caller keeps it. `undefined`, or a position in an epoch that is gone: from the stream's first message on.
   */
  readonly position: () => Promise<StreamPosition | undefined>
  /**
   * Takes one message; the next comes when it is done. Messages may come twice and, after `maxBytes` or an age limit, with a gap. Throws
   * {@link PoisonMessage} for what can never be taken; any other error is tried again, without an end while the database is away.
   */
  readonly take: (message: StreamMessage) => Promise<void>
  /** Keeps what could not be taken, for a person to look at. */
  readonly park: (message: StreamMessage, error: unknown) => Promise<void>
  /** Attempts before a message that always fails is parked; default 6 (about 3 s). */
  readonly attempts?: number
}

export interface Follower {
  /** The last position taken or parked since the start. */
  readonly position: StreamPosition | undefined
  /** Stops after the message in progress. */
  stop(): Promise<void>
}

const ATTEMPTS = 6
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000
const BATCH = 128

export function follow(streams: Streams, options: FollowOptions): Follower {
  const reader = new Reader(streams, options)
  const ended = reader.run()
  return {
    get position() {
      return reader.position
    },
    stop: async () => {
      reader.stop()
      await ended
    },
  }
}

class Reader {
  position: StreamPosition | undefined
  #isRunning = true
  #messages: ConsumerMessages | undefined
  #endPause: () => void = () => undefined

  constructor(
    private readonly streams: Streams,
    private readonly options: FollowOptions,
  ) {}

  async run(): Promise<void> {
    // a new connection may lead to a server that lost its data: begin anew rather than wait for sequences that never come
    const forget = this.streams.bus.onReconnect(() => this.#messages?.stop())
    for (let failures = 0; this.#isRunning;) {
      try {
        await this.#read()
        failures = 0
      } catch (error) {
        failures += 1
        log.warn('stream.read.failed', { stream: this.options.stream, ...faultFields(error) })
      }
      if (this.#isRunning) await this.#pause(failures)
    }
    forget()
  }

  stop(): void {
    this.#isRunning = false
    this.#messages?.stop()
    this.#endPause()
  }

  async #read(): Promise<void> {
    const { stream } = this.options
    const { epoch } = await this.streams.position(stream)
    const kept = await this.options.position()
    const start = kept?.epoch === epoch ? kept.sequence + 1 : 1
    if (kept !== undefined && kept.epoch !== epoch) log.warn('stream.new-epoch', { stream, epoch })
    const consumer = await this.#consumer(start)
    const messages = await consumer.consume({ max_messages: BATCH })
    this.#messages = messages
    if (!this.#isRunning) messages.stop()
    void this.#watch(messages)
    try {
      for await (const message of messages) {
        if (!this.#isRunning) break
        await inTrace(traceOf(message.headers), () => this.#deliver(messageOf(message, stream, epoch)))
      }
    } finally {
      this.#messages = undefined
      await consumer.delete().catch((error: unknown) => log.debug('stream.consumer.left', faultFields(error)))
    }
  }

  async #consumer(start: number): Promise<Consumer> {
    const { stream, filter } = this.options
    return this.streams.client.consumers.get(stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: start,
      ...(filter === undefined ? {} : { filter_subjects: filter }),
    })
  }

  /** Ends the reading when the server no longer knows what we read. */
  async #watch(messages: ConsumerMessages): Promise<void> {
    for await (const status of messages.status()) {
      const isGone =
        status.type === 'stream_not_found' || status.type === 'consumer_not_found' || status.type === 'consumer_deleted'
      const isSilent = status.type === 'heartbeats_missed' && status.count >= 2
      if (isGone || isSilent) messages.stop()
    }
  }

  async #deliver(message: StreamMessage): Promise<void> {
    for (let attempt = 1; this.#isRunning; attempt++) {
      const error = await this.#failureOf(() => this.options.take(message))
      if (error === undefined) break
      log.warn('stream.take.failed', { stream: message.stream, sequence: message.sequence, attempt, ...faultFields(error) })
      const isLasting = error instanceof PoisonMessage || (attempt >= (this.options.attempts ?? ATTEMPTS) && !isTransient(error))
      if (isLasting && (await this.#park(message, error))) break
      await this.#pause(attempt)
    }
    if (this.#isRunning) this.position = { epoch: message.epoch, sequence: message.sequence }
  }

  /** True when the message is kept aside; a park that fails is tried again with the message. */
  async #park(message: StreamMessage, error: unknown): Promise<boolean> {
    const failure = await this.#failureOf(() => this.options.park(message, error))
    if (failure !== undefined) {
      log.warn('stream.park.failed', { stream: message.stream, sequence: message.sequence, ...faultFields(failure) })
      return false
    }
    metrics.poisoned.inc({ stream: message.stream })
    log.error('stream.parked', {
      stream: message.stream,
      sequence: message.sequence,
      subject: message.subject,
      ...faultFields(error),
    })
    return true
  }

  async #failureOf(work: () => Promise<void>): Promise<Error | undefined> {
    try {
      await work()
      return undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  async #pause(failures: number): Promise<void> {
    if (!this.#isRunning) return
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10))
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, longest / 2 + Math.random() * (longest / 2))
      this.#endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

function messageOf(message: JsMsg, stream: string, epoch: string): StreamMessage {
  return {
    stream,
    epoch,
    sequence: message.seq,
    subject: message.subject,
    data: message.data,
    id: message.headers?.get('Nats-Msg-Id') || undefined,
    trace: traceOf(message.headers),
  }
}
