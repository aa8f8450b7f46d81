// One app's database on a real PostgreSQL: schema, limits, migrations under a lock, exact columns, restarts of the server.
import 'reflect-metadata'
import { type Time } from '@huitong/primitives'
import { Column, type DataSource, Entity, type MigrationInterface, PrimaryColumn, type QueryRunner } from 'typeorm'
import { type TestServer, freshSchema, startPostgres, until } from '../testing/servers.js'
import { exactBigint, hexBytes, timeMs, timeStamp } from './column.js'
import { DatabaseUnfit, createDatabase, openDatabase } from './database.js'
import { changed, row, rows } from './rows.js'
import { isTransient } from './transient.js'
import { runUnit } from './unit.js'

@Entity('coin')
class Coin {
  @PrimaryColumn({ type: 'bytea', transformer: hexBytes }) id!: string
  @Column({ type: 'bigint', transformer: exactBigint }) amount!: bigint
  @Column({ type: 'bigint', transformer: timeMs }) at!: Time
  @Column({ type: 'timestamptz', transformer: timeStamp }) seen!: Time
}

class CreateCoin1700000000001 implements MigrationInterface {
  readonly name = 'CreateCoin1700000000001'
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'create table coin (id bytea primary key, amount bigint not null, at bigint not null, seen timestamptz not null)',
    )
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table coin')
  }
}

class BreaksHalfway1700000000002 implements MigrationInterface {
  readonly name = 'BreaksHalfway1700000000002'
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table half (id int)')
    await runner.query('select nothing from nowhere')
  }
  async down(): Promise<void> {}
}

let server: TestServer
const opened: DataSource[] = []

const create = (schema: string, migrations: (new () => MigrationInterface)[] = [CreateCoin1700000000001]): DataSource => {
  const database = createDatabase({ url: server.url, schema, entities: [Coin], migrations })
  opened.push(database)
  return database
}

beforeAll(async () => {
  server = await startPostgres()
})

afterAll(async () => {
  for (const database of opened) if (database.isInitialized) await database.destroy()
  await server.stop()
})

it('lives in its own schema with limits on every statement', async () => {
  const schema = freshSchema()
  const database = await openDatabase(create(schema))
  const read = (name: string) => row<Record<string, string>>(database.manager, `show ${name}`)
  expect(await read('search_path')).toEqual({ search_path: schema })
  expect(await read('statement_timeout')).toEqual({ statement_timeout: '5s' })
  expect(await read('lock_timeout')).toEqual({ lock_timeout: '2s' })
  expect(await read('idle_in_transaction_session_timeout')).toEqual({ idle_in_transaction_session_timeout: '10s' })
})

it('migrates once when several processes start together', async () => {
  const schema = freshSchema()
  await Promise.all([1, 2, 3].map(() => openDatabase(create(schema))))
  const database = await openDatabase(create(schema))
  expect(await rows(database.manager, 'select name from migrations')).toEqual([{ name: 'CreateCoin1700000000001' }])
})

it('leaves nothing of a migration that breaks', async () => {
  const schema = freshSchema()
  await expect(openDatabase(create(schema, [CreateCoin1700000000001, BreaksHalfway1700000000002]))).rejects.toThrow(/nowhere/)
  const database = await openDatabase(create(schema))
  expect(await row(database.manager, `select to_regclass('half')::text as half, to_regclass('coin')::text as coin`)).toEqual({
    half: null,
    coin: 'coin',
  })
})

it('refuses a schema that a newer program has changed', async () => {
  const schema = freshSchema()
  const database = await openDatabase(create(schema))
  await rows(database.manager, `insert into migrations (timestamp, name) values (1900000000000, 'FromTheFuture1900000000000')`)
  await expect(openDatabase(create(schema))).rejects.toThrow(DatabaseUnfit)
})

it('refuses a server that may lose commits', async () => {
  const schema = freshSchema()
  const url = new URL(server.url)
  url.searchParams.set('options', `-c synchronous_commit=off`)
  await expect(openDatabase(createDatabase({ url: url.href, schema, migrations: [] }))).rejects.toThrow(/synchronous_commit=off/)
})

it('keeps values exact both ways, by entity and by raw SQL', async () => {
  const database = await openDatabase(create(freshSchema()))
  const coin = {
    id: 'ab'.repeat(32),
    amount: 9_223_372_036_854_775_807n,
    at: 1_700_000_000_123 as Time,
    seen: 1_700_000_000_456 as Time,
  }
  await database.getRepository(Coin).insert(coin)
  expect(await database.getRepository(Coin).findOneBy({ amount: coin.amount })).toEqual(coin)
  const raw = await row<{ amount: string; id: Uint8Array }>(database.manager, 'select amount, id from coin where amount = $1', [
    coin.amount,
  ])
  expect(raw).toMatchObject({ amount: '9223372036854775807' })
  const update = 'update coin set amount = $1 where id = any($2)'
  expect(await changed(database.manager, update, [1n, [Buffer.from(coin.id, 'hex')]])).toBe(1)
  expect(await rows(database.manager, 'delete from coin returning amount')).toEqual([{ amount: '1' }])
})

it('goes on with a statement whose table was changed after it had been prepared', async () => {
  const database = await openDatabase(create(freshSchema()))
  await database.query(`insert into coin values ('\\x00', 1, 1, now())`)
  const read = () =>
    runUnit(database, { lostCommit: 'again' }, (unit) =>
      rows<{ more?: number }>(unit, 'select * from coin where amount = $1', [1n]),
    )
  expect(await read()).toHaveLength(1)
  await database.query('alter table coin add column more int default 7')
  expect(await read()).toMatchObject([{ more: 7 }])
})

it('survives a lost connection and a killed server', async () => {
  const database = await openDatabase(create(freshSchema()))
  const runner = database.createQueryRunner()
  await runner.startTransaction()
  const [{ pid }] = await runner.query('select pg_backend_pid() as pid')
  await database.query('select pg_terminate_backend($1)', [pid])
  const failure = await runner.query('select 1').catch((error: unknown) => error)
  expect(isTransient(failure)).toBe(true)
  await runner.release()
  await until(
    'the broken connection is gone',
    async () => (await rows(database.manager, 'select 1').catch(() => [])).length === 1,
  )

  await server.kill()
  const away = await rows(database.manager, 'select 1 as one').catch((error: unknown) => error)
  expect(isTransient(away)).toBe(true)
  await server.restart()
  await until('the pool is whole again', async () => (await rows(database.manager, 'select 1').catch(() => [])).length === 1)
})
