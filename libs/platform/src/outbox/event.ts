// Events leave through the outbox only: written with the decision, published to JetStream afterwards, the row's id as message id.
import type { EventType } from '@huitong/contracts'
import { type Result, err, ok } from '@huitong/primitives'
import type { DataSource, EntityManager } from 'typeorm'
import { requestBody } from '../bus/request-body.js'
import { PoisonMessage } from '../bus/follow.js'
import type { StreamMessage, StreamPosition, Streams } from '../bus/stream.js'
import { decodeJson, encodeJson } from '../bus/wire.js'
import { rows } from '../pg/rows.js'
import { traceparent } from '../trace.js'
import { cursorOf, moveCursor } from './inbox.js'
import { enqueue } from './outbox.js'
import type { Performers } from './worker.js'

/** The outbox kind of events. */
export const EVENT = 'event'

/** Announces `body` once the caller's transaction has committed. Answers the event's id, which is its message id on the stream. */
export async function announce<Body extends object>(
  manager: EntityManager,
  event: EventType<Body>,
  options: { readonly key: string; readonly body: NoInfer<Body>; readonly dedupe?: string },
): Promise<string> {
  const { key, body, dedupe } = options
  return enqueue(manager, {
    kind: EVENT,
    key,
    payload: { subject: event.subject, body },
    ...(dedupe === undefined ? {} : { dedupe }),
  })
}

/** Has the outbox publish events; the streams that take their subjects are ensured by the app. */
export function performEvents(performers: Performers, streams: Streams): void {
  performers.register(EVENT, async (payload, { id }) => {
    const event = eventOf(payload)
    if (!event.ok) return { park: 'the payload is no event' }
    const published = await streams.publish(event.value.subject, encodeJson(event.value.body), { id, trace: traceparent() })
    return published.ok ? 'done' : { retryInMs: published.code === 'stream_full' ? 5_000 : 500, reason: published.code }
  })
}

/** The body of a received event, checked by its class; throws {@link PoisonMessage} if it is none. */
export async function eventBody<Body extends object>(event: EventType<Body>, message: StreamMessage): Promise<Body> {
  const json = decodeJson(message.data)
  if (json === undefined) throw new PoisonMessage(`${event.subject}: no JSON`)
  const body = await requestBody(event.body, json.value)
  if (!body.ok) throw new PoisonMessage(`${event.subject}: ${body.field ?? ''} ${body.detail ?? ''}`)
  return body.value
}

/** The position of a follower as the text of its cursor row. */
export async function streamCursor(manager: EntityManager, name: string): Promise<StreamPosition | undefined> {
  const text = await cursorOf(manager, name)
  const [epoch, sequence] = text?.split('#') ?? []
  return epoch === undefined || sequence === undefined ? undefined : { epoch, sequence: Number(sequence) }
}

export const moveStreamCursor = (manager: EntityManager, name: string, { epoch, sequence }: StreamPosition): Promise<void> =>
  moveCursor(manager, name, `${epoch}#${sequence}`)

/** Parks messages in the table parked_message and moves the follower's cursor past them, in one transaction. */
export function parkInTable(database: DataSource, cursor: string) {
  return async (message: StreamMessage, error: unknown): Promise<void> => {
    await database.transaction(async (manager) => {
      const { stream, epoch, sequence, subject, data } = message
      await rows(
        manager,
        `insert into parked_message (stream, epoch, sequence, subject, data, fault) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
        [stream, epoch, sequence, subject, data, error instanceof Error ? error.message : String(error)],
      )
      await moveStreamCursor(manager, cursor, message)
    })
  }
}

function eventOf(payload: unknown): Result<{ subject: string; body: object }, 'malformed'> {
  if (typeof payload !== 'object' || payload === null || !('subject' in payload) || !('body' in payload)) return err('malformed')
  const { subject, body } = payload
  return typeof subject === 'string' && typeof body === 'object' && body !== null ? ok({ subject, body }) : err('malformed')
}
