// The outbox on a real PostgreSQL: at least once, order per key, pauses, parking, several workers, a worker that dies.
import 'reflect-metadata'
import type { DataSource, EntityManager } from 'typeorm'
import { createDatabase, openDatabase } from '../pg/database.js'
import { platformMigrations } from '../pg/platform-tables.js'
import { row, rows } from '../pg/rows.js'
import { type TestServer, freshSchema, startPostgres, until } from '../testing/servers.js'
import { cursorOf, moveCursor, once } from './inbox.js'
import { type Enqueued, enqueue, enqueueOwed, forgetDone, markEnded, parkedRows, retryParked } from './outbox.js'
import { OutboxWorker, type Performer, Performers } from './worker.js'

let server: TestServer
let database: DataSource
const workers: OutboxWorker[] = []

beforeAll(async () => {
  server = await startPostgres()
  database = await openDatabase(createDatabase({ url: server.url, schema: freshSchema(), migrations: platformMigrations }))
})

afterAll(async () => {
  await database.destroy()
  await server.stop()
})

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop()
  await database.query('truncate outbox, inbox, watch_cursor')
})

function start(perform: Performer, options: { name?: string; parkAfter?: number } = {}): OutboxWorker {
  const performers = new Performers()
  performers.register('note', perform, options.parkAfter === undefined ? {} : { parkAfter: options.parkAfter })
  const worker = new OutboxWorker(database, performers, { name: options.name ?? 'w1' })
  workers.push(worker)
  worker.start()
  return worker
}

const note = (key: string, n: number, more: Partial<Enqueued> = {}): Enqueued => ({ kind: 'note', key, payload: { n }, ...more })
const write = (...enqueued: readonly Enqueued[]): Promise<string[]> =>
  database.transaction(async (manager) => {
    const ids: string[] = []
    for (const one of enqueued) ids.push(await enqueue(manager, one))
    return ids
  })
const open = async (): Promise<number> =>
  Number((await row<{ n: string }>(database.manager, 'select count(*) as n from outbox where done_at is null'))?.n)
const numberOf = (payload: unknown): number => (payload as { n: number }).n

it('performs after the commit, at once, with the id of the row; never what was rolled back', async () => {
  const seen: { id: string; n: number }[] = []
  start(async (payload, { id }) => {
    seen.push({ id, n: numberOf(payload) })
    return 'done'
  })
  await database
    .transaction(async (manager) => {
      await enqueue(manager, note('a', 1))
      throw new Error('changed my mind')
    })
    .catch(() => undefined)
  const begun = Date.now()
  const [id] = await write(note('a', 2))
  await until('the row is done', async () => seen.length > 0 && (await open()) === 0)
  expect(Date.now() - begun).toBeLessThan(900)
  expect(seen).toEqual([{ id, n: 2 }])
})

it('keeps the order of a key through failures while other keys go on', async () => {
  const seen: string[] = []
  let failures = 2
  start(async (payload, { key }) => {
    if (key === 'slow' && numberOf(payload) === 1 && failures-- > 0) throw new Error('not yet')
    seen.push(`${key}${numberOf(payload)}`)
    return 'done'
  })
  await write(note('slow', 1), note('slow', 2), note('quick', 1), note('slow', 3), note('quick', 2))
  await until('all is done', async () => (await open()) === 0)
  expect(seen.filter((name) => name.startsWith('slow'))).toEqual(['slow1', 'slow2', 'slow3'])
  expect(seen.indexOf('quick2')).toBeLessThan(seen.indexOf('slow1'))
})

it('performs each row once between three workers', async () => {
  const counts = new Map<number, number>()
  const orders = new Map<string, number[]>()
  for (const name of ['w1', 'w2', 'w3']) {
    start(
      async (payload, { key }) => {
        const n = numberOf(payload)
        counts.set(n, (counts.get(n) ?? 0) + 1)
        orders.set(key, [...(orders.get(key) ?? []), n])
        return 'done'
      },
      { name },
    )
  }
  await write(...Array.from({ length: 120 }, (_, n) => note(`key${n % 7}`, n)))
  await until('all is done', async () => (await open()) === 0)
  expect([...counts.values()].every((count) => count === 1)).toBe(true)
  expect(counts.size).toBe(120)
  for (const order of orders.values()) expect(order).toEqual([...order].sort((a, b) => a - b))
})

it('parks after the attempts its kind allows; the next row goes on; a parked row can be tried again', async () => {
  let isFixed = false
  const seen: number[] = []
  start(
    async (payload) => {
      if (numberOf(payload) === 1 && !isFixed) throw new Error('broken for good')
      seen.push(numberOf(payload))
      return 'done'
    },
    { parkAfter: 2 },
  )
  const [id = ''] = await write(note('a', 1), note('a', 2))
  await until('the second row is done', () => seen.includes(2))
  expect(await parkedRows(database.manager, 10)).toMatchObject([{ id, attempts: 2, lastError: 'broken for good' }])
  isFixed = true
  expect((await database.transaction((manager) => retryParked(manager, id))).ok).toBe(true)
  await until('the first row is done', () => seen.includes(1))
  expect(await database.transaction((manager) => retryParked(manager, id))).toMatchObject({ code: 'not_parked' })
  expect(await forgetDone(database.manager, new Date(Date.now() + 60_000))).toBeGreaterThan(0)
})

it('owes once: neither what waits nor what was parked for a person is enqueued again, however often it is asked for', async () => {
  let isFixed = false
  start(async () => (isFixed ? 'done' : { park: 'for a person' }))
  const owe = (): Promise<void> => database.transaction((manager) => enqueueOwed(manager, [note('a', 1)]))
  const all = async (): Promise<number> =>
    Number((await row<{ n: string }>(database.manager, 'select count(*) as n from outbox'))?.n)
  await owe()
  await until('it is parked', async () => (await parkedRows(database.manager, 10)).length === 1)
  for (let asked = 0; asked < 3; asked++) await owe()
  expect(await all()).toBe(1)
  isFixed = true
  const [parked] = await parkedRows(database.manager, 10)
  await database.transaction((manager) => retryParked(manager, parked?.id ?? ''))
  await until('it is done', async () => (await open()) === 0)
  await owe()
  expect(await all()).toBe(2)
})

it('looks no more at what a transaction has ended, whether it pauses or is under way', async () => {
  const seen: number[] = []
  let goOn = (): void => undefined
  start(async (payload) => {
    seen.push(numberOf(payload))
    if (numberOf(payload) === 2) await new Promise<void>((resolve) => (goOn = resolve))
    return { retryInMs: 150 }
  })
  await database.transaction((manager) => enqueueOwed(manager, [note('a', 1), note('b', 2)]))
  await until('both are begun', () => seen.length === 2)
  await until('the first pauses', async () => {
    return (await row(database.manager, `select from outbox where key = 'a' and claimed_until is null`)) !== undefined
  })
  await database.transaction(async (manager) => {
    await rows(manager, `update outbox set done_at = now() where key = any($1)`, [['a', 'b']])
    markEnded(manager, ['a', 'b'])
  })
  goOn()
  // longer than the pause, and than the worker's own looking
  await new Promise((resolve) => setTimeout(resolve, 1_300))
  expect(seen.toSorted()).toEqual([1, 2])
  expect(await open()).toBe(0)
})

it('does again what its predecessor of the same name had begun, and later what another had', async () => {
  await write(note('a', 1), note('b', 2))
  await database.query(`update outbox set claimed_by = 'w1', claimed_until = now() + interval '1 hour' where key = 'a'`)
  await database.query(`update outbox set claimed_by = 'w9', claimed_until = now() + interval '1 hour' where key = 'b'`)
  const seen: number[] = []
  start(async (payload) => {
    seen.push(numberOf(payload))
    return 'done'
  })
  await until('its own row is done', () => seen.includes(1))
  expect(seen).toEqual([1])
  await database.query(`update outbox set claimed_until = now() where key = 'b'`)
  await until('the other row is done', () => seen.includes(2))
})

it('waits for a delay, writes one row per dedupe text, and refuses to be called outside of a transaction', async () => {
  const [first, second] = await write(note('a', 1, { dedupe: 'd', delayMs: 300 }), note('a', 2, { dedupe: 'd' }))
  expect(second).toBe(first)
  const begun = Date.now()
  start(async () => 'done')
  await until('the row is done', async () => (await open()) === 0)
  expect(Date.now() - begun).toBeGreaterThanOrEqual(200)
  await expect(enqueue(database.manager, note('a', 1))).rejects.toThrow(/transaction/)
  await expect(write({ ...note('a', 1), payload: { amount: 1n } })).rejects.toThrow(/BigInt/)
})

it('keeps trying through a restart of the database', async () => {
  const seen: number[] = []
  start(async (payload) => {
    seen.push(numberOf(payload))
    return 'done'
  })
  await server.kill()
  await server.restart()
  await until('the row is written', () =>
    write(note('a', 1)).then(
      () => true,
      () => false,
    ),
  )
  await until('the row is done', () => seen.length > 0)
})

describe('inbox and cursor', () => {
  const inTransaction = <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> => database.transaction(work)

  it('takes an event once per consumer, and again if the effect was rolled back', async () => {
    await inTransaction(async (manager) => {
      expect(await once(manager, 'c1', 'e1')).toBe(true)
      throw new Error('the effect failed')
    }).catch(() => undefined)
    expect(await inTransaction((manager) => once(manager, 'c1', 'e1'))).toBe(true)
    expect(await inTransaction((manager) => once(manager, 'c1', 'e1'))).toBe(false)
    expect(await inTransaction((manager) => once(manager, 'c2', 'e1'))).toBe(true)
  })

  it('moves a cursor with the transaction of its effect', async () => {
    expect(await cursorOf(database.manager, 'watch')).toBeUndefined()
    await inTransaction((manager) => moveCursor(manager, 'watch', '41'))
    await inTransaction(async (manager) => {
      expect(await cursorOf(manager, 'watch')).toBe('41')
      await moveCursor(manager, 'watch', '42')
      throw new Error('the effect failed')
    }).catch(() => undefined)
    expect(await cursorOf(database.manager, 'watch')).toBe('41')
    expect(await rows(database.manager, 'select name from watch_cursor')).toHaveLength(1)
  })
})

it('begins what is owed at the commit, as claimed by its own worker; a successor of that name begins it again', async () => {
  const owe = (key: string, fails = false): Promise<void> =>
    database.transaction(async (manager) => {
      await enqueueOwed(manager, [note(key, 1)])
      if (fails) throw new Error('changed my mind')
    })
  const attempts: string[] = []
  let isStuck = true
  const stuck = start(async (_payload, { key, attempt }) => {
    attempts.push(`${key} ${attempt}`)
    if (isStuck) await new Promise(() => undefined)
    return 'done'
  })
  await owe('undone', true).catch(() => undefined)
  await owe('a')
  // nobody had to look for it
  expect(attempts).toEqual(['a 1'])
  const held = await row<{ by: string }>(
    database.manager,
    `select claimed_by as by from outbox where key = 'a' and claimed_until > now() and attempts = 1`,
  )
  expect(held?.by).toBe('w1')
  await stuck.stop(10)
  isStuck = false
  start(async (_payload, { key, attempt }) => {
    attempts.push(`${key} ${attempt}`)
    return 'done'
  })
  await until('it is done', async () => (await open()) === 0)
  expect(attempts).toEqual(['a 1', 'a 2'])
})

it('leaves to others what its worker has no room for', async () => {
  const performers = new Performers()
  performers.register('note', () => new Promise(() => undefined))
  const full = new OutboxWorker(database, performers, { name: 'full', concurrency: 1 })
  workers.push(full)
  full.start()
  const owe = (key: string): Promise<void> => database.transaction((manager) => enqueueOwed(manager, [note(key, 1)]))
  await owe('a')
  await owe('b')
  const found = await rows<{ key: string; by: string | null }>(
    database.manager,
    'select key, claimed_by as by from outbox order by key',
  )
  expect(found).toEqual([
    { key: 'a', by: 'full' },
    { key: 'b', by: null },
  ])
  await full.stop(10)
})
