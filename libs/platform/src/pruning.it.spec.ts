// Forgetting on a real PostgreSQL: exactly what is old and done goes.
import 'reflect-metadata'
import type { DataSource } from 'typeorm'
import { createDatabase, openDatabase } from './pg/database.js'
import { platformMigrations } from './pg/platform-tables.js'
import { rows } from './pg/rows.js'
import { pruneOnce } from './pruning.js'
import { type TestServer, freshSchema, startPostgres } from './testing/servers.js'

let server: TestServer
let database: DataSource

beforeAll(async () => {
  server = await startPostgres()
  database = await openDatabase(createDatabase({ url: server.url, schema: freshSchema(), migrations: platformMigrations }))
})
afterAll(async () => {
  await database.destroy()
  await server.stop()
})

it('forgets answers of a week ago, rows done and events taken before that, and nothing else', async () => {
  const hash = `sha256('x'::bytea)`
  await database.query(`insert into idempotency (scope, key, fingerprint, answer, created_at) values
    ('s', 'old', ${hash}, '{}', now() - interval '8 days'), ('s', 'young', ${hash}, '{}', now() - interval '6 days')`)
  await database.query(`insert into outbox (id, kind, key, payload, done_at, created_at) values
    (gen_random_uuid(), 'k', 'done', '{}', now() - interval '9 days', now() - interval '9 days'),
    (gen_random_uuid(), 'k', 'done lately', '{}', now() - interval '7 days', now() - interval '20 days'),
    (gen_random_uuid(), 'k', 'owed', '{}', null, now() - interval '20 days')`)
  await database.query(`insert into inbox (consumer, event_id, taken_at) values
    ('c', 'old', now() - interval '9 days'), ('c', 'young', now() - interval '7 days')`)
  expect(await pruneOnce(database.manager)).toBe(3)
  const left = async (sql: string) => (await rows<{ key: string }>(database.manager, sql)).map(({ key }) => key)
  expect(await left('select key from idempotency')).toEqual(['young'])
  expect(await left('select key from outbox order by key')).toEqual(['done lately', 'owed'])
  expect(await left('select event_id as key from inbox')).toEqual(['young'])
})
