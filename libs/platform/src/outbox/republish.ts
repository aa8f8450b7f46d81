// When NATS comes back without a stream, what was published and perhaps not yet taken is lost with it: the outbox publishes it again.
import type { DataSource } from 'typeorm'
import type { StreamSpec, Streams } from '../bus/stream.js'
import { faultFields, log } from '../log.js'
import { rows } from '../pg/rows.js'
import { cursorOf, moveCursor } from './inbox.js'
import { EVENT } from './event.js'
import { WROTE_OUTBOX } from './outbox.js'

/** The database may be away just when NATS comes back. */
const RETRY_MS = 2_000

/**
 * Ensures a stream that this app publishes events to, and republishes the events of the stream's maximum age whenever the stream was
 * made anew since they were published: now, and after each reconnection. Consumers know an event by its id and take it once.
 * The answer ends the watch.
 */
export async function publishTo(database: DataSource, streams: Streams, spec: StreamSpec): Promise<() => void> {
  await streams.ensure(spec)
  await republishIfLost(database, streams, spec)
  const look = (): void => {
    republishIfLost(database, streams, spec).catch((error: unknown) => {
      log.warn('outbox.republish.failed', { stream: spec.name, ...faultFields(error) })
      if (streams.bus.isConnected) setTimeout(look, RETRY_MS).unref()
    })
  }
  return streams.bus.onReconnect(look)
}

async function republishIfLost(database: DataSource, streams: Streams, spec: StreamSpec): Promise<void> {
  const { epoch } = await streams.position(spec.name)
  const name = `published:${spec.name}`
  await database.transaction(async (manager) => {
    const known = await cursorOf(manager, name)
    if (known === epoch) return
    await moveCursor(manager, name, epoch)
    if (known === undefined) return
    const again = await rows<{ id: string }>(
      manager,
      `update outbox set done_at = null, attempts = 0, due_at = now()
       where kind = $1 and done_at > now() - $2 * interval '1 millisecond' and payload->>'subject' like any($3) returning id`,
      [EVENT, spec.maxAgeMs, spec.subjects.map(likeOf)],
    )
    const runner = manager.queryRunner
    if (runner !== undefined) runner.data[WROTE_OUTBOX] = true
    log.warn('outbox.republishing', { stream: spec.name, events: again.length })
  })
}

/** A subject pattern of NATS as a pattern of SQL; a `*` may match a little more, which costs a duplicate at worst. */
const likeOf = (subject: string): string => subject.replaceAll(/[%_\\]/g, '\\$&').replaceAll(/[*>]/g, '%')
