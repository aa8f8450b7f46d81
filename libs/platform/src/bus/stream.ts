// JetStream: streams that exist because code says so, publishing with an id and an expected position. A stream is a hint, PostgreSQL the truth.
import { type Bytes, type Result, err, ok } from '@huitong/primitives'
import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamInfo,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream'
import { type Msg, NoRespondersError, RequestError, nanos } from '@nats-io/transport-node'
import { faultFields, log } from '../log.js'
import { type Bus } from './bus.js'
import { eventHeaders } from './wire.js'

/** A stream as code declares it. It is made when it is missing, also after NATS lost everything. */
export interface StreamSpec {
  readonly name: string
  readonly subjects: readonly string[]
  readonly maxBytes: number
  /** How long a message is kept, in milliseconds. */
  readonly maxAgeMs: number
  /** A full stream drops its oldest messages, or refuses new ones. */
  readonly discard: 'old' | 'new'
  /** Within this time a second message with the same id is dropped, in milliseconds; default two minutes. */
  readonly dedupMs?: number
  readonly maxMessageBytes?: number
}

export interface Publication {
  /** Message id: the stream drops a second message with it (within its window). */
  readonly id: string
  /** Publish only if this is the last sequence of the stream (0: the stream is empty). */
  readonly expectLast?: number
  readonly trace?: string
}

export interface Published {
  readonly sequence: number
  readonly isDuplicate: boolean
}

/**
 * - `position_changed`: the stream's last sequence is another than the expected one; nothing was published.
 * - `stream_full`: refused by the stream's limits; nothing was published.
 * - `timeout`: unknown; publish again with the same id.
 * - `unavailable`: no connection, or no stream takes the subject; nothing was published.
 */
export type PublishCode = 'position_changed' | 'stream_full' | 'timeout' | 'unavailable'

/** Where a reader of a stream stands. `epoch` changes when the stream was lost and made anew: sequences then begin again. */
export interface StreamPosition {
  readonly epoch: string
  readonly sequence: number
}

export interface StreamMessage extends StreamPosition {
  readonly stream: string
  readonly subject: string
  readonly data: Bytes
  /** Message id its publisher gave. */
  readonly id: string | undefined
  readonly trace: string | undefined
}

const DEDUP_MS = 120_000
const PUBLISH_MS = 5_000
/** Refusals by limits of stream, account and server. */
const FULL = new Set([10_023, 10_047, 10_054, 10_077])

export class Streams {
  readonly #specs = new Map<string, StreamSpec>()
  readonly #client: JetStreamClient
  #jsm: JetStreamManager | undefined

  constructor(readonly bus: Bus) {
    this.#client = jetstream(bus.connection, { timeout: PUBLISH_MS })
    bus.onReconnect(() => void this.#restore())
  }

  get client(): JetStreamClient {
    return this.#client
  }

  /** Makes the stream if it is missing and sets its limits as declared; from now on it is made again whenever it is gone. */
  async ensure(spec: StreamSpec): Promise<void> {
    this.#specs.set(spec.name, spec)
    await this.#make(spec)
  }

  /** The stream's epoch and last sequence (0: empty); makes the stream first if it is gone. */
  async position(stream: string): Promise<StreamPosition> {
    const info = await this.#info(stream)
    return { epoch: info.created, sequence: info.state.last_seq }
  }

  async publish(subject: string, data: Bytes, publication: Publication): Promise<Result<Published, PublishCode>> {
    const first = await this.#publish(subject, data, publication)
    if (first.ok || first.code !== 'unavailable' || !this.bus.isConnected) return first
    // nobody took it although we are connected: the stream is gone. What is expected of its position no longer holds then,
    // and the publisher will learn so from `position_changed`.
    await this.#restore()
    return this.#publish(subject, data, publication)
  }

  /**
   * Calls `listener` with what is published on `subject` as soon as it is, before a stream has stored it. A hint to look: it may be lost, come twice, or
   * be what nobody will ever read; whoever uses its content checks it first. The answer ends it.
   */
  hint(subject: string, listener: (data: Bytes) => void): () => void {
    const callback = (error: Error | null, message: Msg): void => {
      // the connection may use its buffer again
      if (error === null) listener(message.data.slice())
      else log.warn('stream.hint.failed', { subject, ...faultFields(error) })
    }
    const subscription = this.bus.connection.subscribe(subject, { callback })
    return () => subscription.unsubscribe()
  }

  /** The last message of the stream, or `undefined` if it holds none. */
  async last(stream: string): Promise<StreamMessage | undefined> {
    const info = await this.#info(stream)
    if (info.state.messages === 0) return undefined
    const jsm = await this.#manager()
    const found = await jsm.streams.getMessage(stream, { seq: info.state.last_seq })
    if (found === null) return undefined
    return {
      stream,
      epoch: info.created,
      sequence: found.seq,
      subject: found.subject,
      data: found.data,
      id: found.header?.get('Nats-Msg-Id') || undefined,
      trace: found.header?.get('traceparent') || undefined,
    }
  }

  async #publish(subject: string, data: Bytes, publication: Publication): Promise<Result<Published, PublishCode>> {
    if (!this.bus.isConnected) return err('unavailable', 'no connection to the bus')
    try {
      const ack = await this.#client.publish(subject, data, {
        msgID: publication.id,
        headers: eventHeaders(publication.trace),
        ...(publication.expectLast === undefined ? {} : { expect: { lastSequence: publication.expectLast } }),
      })
      return ok({ sequence: ack.seq, isDuplicate: ack.duplicate })
    } catch (error) {
      return refusal(error, subject)
    }
  }

  async #info(stream: string): Promise<StreamInfo> {
    const jsm = await this.#manager()
    try {
      return await jsm.streams.info(stream)
    } catch (error) {
      const spec = this.#specs.get(stream)
      if (!isMissing(error) || spec === undefined) throw error
      return this.#make(spec)
    }
  }

  async #make(spec: StreamSpec): Promise<StreamInfo> {
    const jsm = await this.#manager()
    const limits = {
      subjects: [...spec.subjects],
      max_bytes: spec.maxBytes,
      max_age: nanos(spec.maxAgeMs),
      discard: spec.discard === 'old' ? DiscardPolicy.Old : DiscardPolicy.New,
      duplicate_window: nanos(Math.min(spec.dedupMs ?? DEDUP_MS, spec.maxAgeMs)),
      max_msg_size: spec.maxMessageBytes ?? -1,
    }
    try {
      return await jsm.streams.update(spec.name, limits)
    } catch (error) {
      if (!isMissing(error)) throw error
    }
    const info = await jsm.streams.add({
      name: spec.name,
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      ...limits,
    })
    log.info('stream.made', { stream: spec.name })
    return info
  }

  async #restore(): Promise<void> {
    for (const spec of this.#specs.values()) {
      await this.#make(spec).catch((error: unknown) => log.warn('stream.not-made', { stream: spec.name, ...faultFields(error) }))
    }
  }

  async #manager(): Promise<JetStreamManager> {
    this.#jsm ??= await jetstreamManager(this.bus.connection, { timeout: PUBLISH_MS, checkAPI: false })
    return this.#jsm
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound

function refusal(error: unknown, subject: string): Result<never, PublishCode> {
  if (error instanceof JetStreamApiError) {
    const { code, message } = error
    if (code === JetStreamApiCodes.StreamWrongLastSequence || code === JetStreamApiCodes.StreamWrongLastSequenceUnknown) {
      return err('position_changed', message)
    }
    if (FULL.has(code)) return err('stream_full', message)
  }
  // nobody answers on the subject: no stream takes it (the client words this as "not enabled")
  if (isNobody(error) || (error instanceof Error && isNobody(error.cause)))
    return err('unavailable', 'no stream takes this subject')
  log.warn('stream.publish.failed', { subject, ...faultFields(error) })
  return err('timeout')
}

const isNobody = (error: unknown): boolean =>
  error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders())
