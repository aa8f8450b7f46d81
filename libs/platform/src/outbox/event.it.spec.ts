// An event's whole way: decided in a transaction, published once, taken once, parked if it is none; also when NATS loses everything.
import 'reflect-metadata'
import { eventType } from '@huitong/contracts'
import { utf8 } from '@huitong/primitives'
import { Matches } from 'class-validator'
import type { DataSource } from 'typeorm'
import { Bus } from '../bus/bus.js'
import { type Follower, follow } from '../bus/follow.js'
import { type StreamSpec, Streams } from '../bus/stream.js'
import { createDatabase, openDatabase } from '../pg/database.js'
import { platformMigrations } from '../pg/platform-tables.js'
import { row, rows } from '../pg/rows.js'
import { type TestNats, type TestServer, freshSchema, startNats, startPostgres, until } from '../testing/servers.js'
import { announce, eventBody, moveStreamCursor, parkInTable, performEvents, streamCursor } from './event.js'
import { once } from './inbox.js'
import { publishTo } from './republish.js'
import { OutboxWorker, Performers } from './worker.js'

class Paid {
  @Matches(/^[1-9][0-9]*$/) amount!: string
}
const paid = eventType('events.paid', Paid)

const SPEC: StreamSpec = { name: 'EVENTS', subjects: ['events.>'], maxBytes: 1_000_000, maxAgeMs: 3_600_000, discard: 'old' }

let postgres: TestServer
let nats: TestNats
let database: DataSource
let bus: Bus
let streams: Streams
let worker: OutboxWorker
let follower: Follower

const read = (): Follower =>
  follow(streams, {
    stream: 'EVENTS',
    position: () => streamCursor(database.manager, 'taker'),
    take: async (message) => {
      const { amount } = await eventBody(paid, message)
      await database.transaction(async (manager) => {
        if (await once(manager, 'taker', message.id ?? ''))
          await rows(manager, 'insert into taken values ($1, $2)', [message.id ?? '', amount])
        await moveStreamCursor(manager, 'taker', message)
      })
    },
    park: parkInTable(database, 'taker'),
  })

beforeAll(async () => {
  postgres = await startPostgres()
  nats = await startNats()
  database = await openDatabase(createDatabase({ url: postgres.url, schema: freshSchema(), migrations: platformMigrations }))
  await database.query('create table taken (event text not null, amount bigint not null)')
  bus = await Bus.connect({ url: nats.url, role: 'events' })
  streams = new Streams(bus)
  await publishTo(database, streams, SPEC)
  const performers = new Performers()
  performEvents(performers, streams)
  worker = new OutboxWorker(database, performers, { name: 'events' })
  worker.start()
  follower = read()
})

afterAll(async () => {
  await follower.stop()
  await worker.stop()
  await bus.close()
  await database.destroy()
  await nats.stop()
  await postgres.stop()
})

const taken = () => rows<{ event: string; amount: string }>(database.manager, 'select event, amount from taken order by amount')
const pay = (amount: string) => database.transaction((manager) => announce(manager, paid, { key: 'order:1', body: { amount } }))

it('is taken once, with the id of its outbox row, although it is published and delivered again', async () => {
  const id = await pay('9007199254740993')
  await until('the event is taken', async () => (await taken()).length === 1)
  expect(await taken()).toEqual([{ event: id, amount: '9007199254740993' }])
  await database.query(`update outbox set done_at = null, due_at = now()`)
  worker.wake()
  await until('it is published again', async () => {
    const open = await row<{ n: string }>(database.manager, 'select count(*) as n from outbox where done_at is null')
    return open?.n === '0'
  })
  expect(await streams.position('EVENTS')).toMatchObject({ sequence: 1 })
  expect(await taken()).toHaveLength(1)
})

it('is parked with its bytes when it is no such event, and the next one is taken', async () => {
  await streams.publish('events.paid', utf8('{"amount":"-1"}'), { id: 'bad' })
  await pay('9007199254740994')
  await until('the next event is taken', async () => (await taken()).length === 2)
  const parked = await rows<{ data: Uint8Array }>(database.manager, 'select stream, subject, fault, data from parked_message')
  expect(parked).toMatchObject([{ stream: 'EVENTS', subject: 'events.paid' }])
  expect(Buffer.from(parked[0]?.data ?? []).toString()).toBe('{"amount":"-1"}')
})

it('arrives although NATS is away when it is announced and comes back empty', async () => {
  await nats.kill()
  nats.wipe()
  await pay('9007199254740995')
  await nats.restart()
  await until('the event is taken', async () => (await taken()).length === 3)
  expect((await taken()).map(({ amount }) => amount)).toEqual(['9007199254740993', '9007199254740994', '9007199254740995'])
})

it('arrives although it was published, not yet taken, and lost with everything NATS kept', async () => {
  await follower.stop()
  await pay('9007199254740996')
  await until(
    'it is published',
    async () => (await row<{ n: string }>(database.manager, 'select count(*) as n from outbox where done_at is null'))?.n === '0',
  )
  await nats.kill()
  nats.wipe()
  await nats.restart()
  follower = read()
  await until('the event is taken', async () => (await taken()).length === 4)
  await until('all are published again', async () => (await streams.position('EVENTS')).sequence === 4)
  await until('all are read', () => follower.position?.sequence === 4)
  expect((await taken()).map(({ amount }) => amount.at(-1))).toEqual(['3', '4', '5', '6'])
})
