// What a consumer has already taken, and how far a watcher has come: both kept in the transaction of their effect.
import type { EntityManager } from 'typeorm'
import { row, rows } from '../pg/rows.js'

/** True the first time this consumer meets the event, false ever after. First statement of the transaction that has the effect. */
export async function once(manager: EntityManager, consumer: string, eventId: string): Promise<boolean> {
  const sql = 'insert into inbox (consumer, event_id) values ($1, $2) on conflict do nothing returning event_id'
  return (await rows(manager, sql, [consumer, eventId])).length === 1
}

/** Where the watcher `name` stands, locked for this transaction; `undefined` at the very start. The text is the watcher's own. */
export async function cursorOf(manager: EntityManager, name: string): Promise<string | undefined> {
  const lock = manager.queryRunner?.isTransactionActive === true ? ' for update' : ''
  const found = await row<{ position: string }>(manager, `select position from watch_cursor where name = $1${lock}`, [name])
  return found?.position
}

export async function moveCursor(manager: EntityManager, name: string, position: string): Promise<void> {
  await rows(
    manager,
    `insert into watch_cursor (name, position) values ($1, $2)
     on conflict (name) do update set position = excluded.position, moved_at = now()`,
    [name, position],
  )
}
