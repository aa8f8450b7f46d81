// The audit chain on a real PostgreSQL: appended in order under races, recomputed in plain SQL, changes refused and found.
import 'reflect-metadata'
import type { Time } from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import { type AuditEntry, appendAudit, auditHead, auditLinker, linkAudit, verifyAudit } from './audit-chain.js'
import { createDatabase, openDatabase } from './pg/database.js'
import { platformMigrations } from './pg/platform-tables.js'
import { rows } from './pg/rows.js'
import { type TestServer, freshSchema, startPostgres, until } from './testing/servers.js'

let server: TestServer
let database: DataSource

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

beforeEach(async () => {
  database = await openDatabase(createDatabase({ url: server.url, schema: freshSchema(), migrations: platformMigrations }))
})
afterEach(() => database.destroy())

const entry = (subject: string): AuditEntry => ({
  at: 1_700_000_000_000 as Time,
  actor: 'operator:李',
  action: 'freeze',
  subject,
  detail: { reason: 'court order "7"', amount: '5', nested: { b: 1, a: [true, null] } },
})
const write = (subject: string) => database.transaction((manager) => appendAudit(manager, entry(subject)))
const append = async (subject: string) => {
  await write(subject)
  await linkAudit(database.manager)
}

/** The whole chain once more in SQL alone, as the auditor does it. */
const RECOMPUTE = `
  select seq from audit_log where hash <> sha256('\\x10'::bytea || convert_to('huitong.audit.v1', 'UTF8') || previous
    || int8send(seq) || int8send(at)
    || int4send(octet_length(actor)) || convert_to(actor, 'UTF8')
    || int4send(octet_length(action)) || convert_to(action, 'UTF8')
    || int4send(octet_length(subject)) || convert_to(subject, 'UTF8')
    || int4send(octet_length(detail)) || convert_to(detail, 'UTF8'))
  union all
  select a.seq from audit_log a left join audit_log p on p.seq = a.seq - 1
    where a.previous <> coalesce(p.hash, decode(repeat('00', 32), 'hex'))`

it('is one chain when many append at once, and plain SQL computes the same', async () => {
  await Promise.all(Array.from({ length: 25 }, (_, n) => append(`account:${n}`)))
  expect(await verifyAudit(database.manager)).toEqual({ ok: true, value: await auditHead(database.manager) })
  expect((await auditHead(database.manager)).seq).toBe(25n)
  expect(await rows(database.manager, RECOMPUTE)).toEqual([])
})

it('loses and doubles nothing while many write and many link, and is gap-free', async () => {
  const linkers = Array.from({ length: 4 }, async () => {
    for (let turn = 0; turn < 20; turn++) await linkAudit(database.manager)
  })
  await Promise.all([...Array.from({ length: 60 }, (_, n) => write(`deal:${n}`)), ...linkers])
  expect(await verifyAudit(database.manager)).toMatchObject({ ok: true, value: { seq: 60n } })
  expect(await rows(database.manager, 'select subject from audit_log group by subject having count(*) > 1')).toEqual([])
  expect(await rows(database.manager, 'select id from audit_pending')).toEqual([])
})

it('is linked by its process soon after the commit, and at the next start after a kill', async () => {
  await write('before the start')
  const linker = auditLinker(database)
  const isLinked = async (entries: number) => (await rows(database.manager, 'select seq from audit_log')).length === entries
  linker.start()
  await until('the old entry is linked', () => isLinked(1))
  await write('while it runs')
  await until('the new entry is linked', () => isLinked(2))
  await linker.stop()
})

it('refuses changes of an entry that waits', async () => {
  await write('a')
  await expect(database.query(`update audit_pending set actor = 'nobody'`)).rejects.toThrow(/append-only/)
})

it('takes back the entry with the transaction it tells about', async () => {
  await append('a')
  const before = await auditHead(database.manager)
  await database
    .transaction(async (manager) => {
      await appendAudit(manager, entry('b'))
      throw new Error('not decided after all')
    })
    .catch(() => undefined)
  expect(await auditHead(database.manager)).toEqual(before)
  expect((await verifyAudit(database.manager)).ok).toBe(true)
})

it.each(['update audit_log set actor = $$x$$', 'delete from audit_log', 'truncate audit_log'])('refuses %s', async (sql) => {
  await append('a')
  await expect(database.query(sql)).rejects.toThrow(/append-only/)
})

it.each([
  ['a changed entry', `update audit_log set detail = '{}' where seq = 2`, 'entry 2'],
  ['a removed entry', 'delete from audit_log where seq = 2', 'entry 2'],
  ['a cut end', 'delete from audit_log where seq = 3', 'the head is 3, the last entry 2'],
])('finds %s', async (_name, sql, detail) => {
  for (const subject of ['a', 'b', 'c']) await append(subject)
  await database.query('alter table audit_log disable trigger user')
  await database.query(sql)
  expect(await verifyAudit(database.manager)).toEqual({ ok: false, code: 'audit_broken', detail })
})
