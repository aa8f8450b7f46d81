// One app's database: a TypeORM DataSource bound to the app's own schema, with time limits on every statement, migrated under a lock at start.
import { type EntitySchema, DataSource, type MigrationInterface, type QueryRunner } from 'typeorm'
import { faultFields, log } from '../log.js'
import { OrmLog } from './orm-log.js'
import { PreparingClient } from './prepared.js'
import { rows } from './rows.js'

type Class<T> = new () => T

export interface DatabaseOptions {
  readonly url: string
  /** The app's schema; every unqualified name in SQL means this schema. */
  readonly schema: string
  readonly entities?: readonly (Class<object> | EntitySchema)[]
  /** In the order they are run: platformMigrations first, then the app's own. */
  readonly migrations: readonly Class<MigrationInterface>[]
  /** Most connections; default 10. */
  readonly pool?: number
  /** Shown in pg_stat_activity. */
  readonly name?: string
}

/** Limits of every statement of a service, in milliseconds (research: all of them are unlimited by default). */
const STATEMENT_MS = 5_000
const LOCK_MS = 2_000
const IDLE_IN_TRANSACTION_MS = 10_000
/** A migration may take longer than a request. */
const MIGRATION_MS = 600_000
/** Any fixed number: the lock's name among advisory locks; the second key is the schema. */
const MIGRATION_LOCK = 0x48_54_01

/** A database that this process must not use as it is: settings that lose acknowledged money, or a schema from the future. */
export class DatabaseUnfit extends Error {
  override readonly name = 'DatabaseUnfit'
}

/** The DataSource of an app, not yet connected; {@link openDatabase} connects, checks and migrates it. */
export function createDatabase(options: DatabaseOptions): DataSource {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(options.schema)) throw new TypeError(`not a schema name: ${options.schema}`)
  return new DataSource({
    type: 'postgres',
    url: options.url,
    schema: options.schema,
    entities: [...(options.entities ?? [])],
    migrations: [...options.migrations],
    synchronize: false,
    migrationsRun: false,
    migrationsTransactionMode: 'each',
    installExtensions: false,
    logger: new OrmLog(),
    applicationName: options.name ?? options.schema,
    poolSize: options.pool ?? 10,
    poolErrorHandler: (error: unknown) => log.warn('database.connection.lost', faultFields(error)),
    connectTimeoutMS: 5_000,
    extra: {
      Client: PreparingClient,
      // search_path in the start-up message: it holds for every connection of the pool from the first statement on
      options: `-c search_path=${options.schema}`,
      statement_timeout: STATEMENT_MS,
      lock_timeout: LOCK_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    },
  })
}

/**
 * Connects, refuses a server that may lose what it acknowledged, and runs the missing migrations, each in its own transaction, under
 * a lock that lets one process at a time do so. Throws {@link DatabaseUnfit}, or the driver's error.
 */
export async function openDatabase(database: DataSource): Promise<DataSource> {
  if (!database.isInitialized) await database.initialize()
  try {
    await checkDurability(database)
    await migrate(database)
  } catch (error) {
    await database.destroy().catch(() => undefined)
    throw error
  }
  return database
}

/** What PostgreSQL must have switched on for a COMMIT to mean that the row survives a power cut. */
async function checkDurability(database: DataSource): Promise<void> {
  const settings = await rows<{ name: string; setting: string }>(
    database.manager,
    `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')`,
  )
  const off = settings.filter(({ setting }) => setting === 'off' || setting === 'local')
  if (settings.length === 3 && off.length === 0) return
  const found = off.map(({ name, setting }) => `${name}=${setting}`).join(', ')
  throw new DatabaseUnfit(
    `PostgreSQL would lose acknowledged transactions in a power cut: ${found || 'its settings cannot be read'}.`,
  )
}

async function migrate(database: DataSource): Promise<void> {
  const guard = database.createQueryRunner()
  await guard.connect()
  try {
    const schema = schemaOf(database)
    await guard.query(`set statement_timeout = ${MIGRATION_MS}`)
    await guard.query(`set lock_timeout = ${MIGRATION_MS}`)
    await guard.query('select pg_advisory_lock($1, hashtext($2))', [MIGRATION_LOCK, schema])
    // The launcher or an administrator makes a role's schema beforehand: then this role need not be able to.
    const [made] = await guard.query('select from pg_namespace where nspname = $1', [schema])
    if (made === undefined) await guard.query(`create schema if not exists "${schema}"`)
    await refuseTheFuture(database, guard, schema)
    const done = await database.runMigrations({ transaction: 'each' })
    for (const migration of done) log.info('database.migrated', { schema, migration: migration.name })
    await guard.query('select pg_advisory_unlock($1, hashtext($2))', [MIGRATION_LOCK, schema])
  } finally {
    // a connection with other limits (or still holding the lock) does not go back to the pool
    await guard.query(`reset statement_timeout`).catch(() => undefined)
    await guard.query(`reset lock_timeout`).catch(() => undefined)
    await guard.query('select pg_advisory_unlock_all()').catch(() => undefined)
    await guard.release()
  }
}

/** An older program must not write into tables that a newer one has changed. */
async function refuseTheFuture(database: DataSource, guard: QueryRunner, schema: string): Promise<void> {
  const found: { table: string | null }[] = await guard.query('select to_regclass($1)::text as table', [`"${schema}".migrations`])
  if (!found[0]?.table) return
  const done: { name: string }[] = await guard.query(`select name from "${schema}".migrations order by id`)
  const known = new Set(database.migrations.map((migration) => migration.name ?? migration.constructor.name))
  const foreign = done.find(({ name }) => !known.has(name))
  if (foreign !== undefined) throw new DatabaseUnfit(`schema ${schema} was changed by a newer program (${foreign.name}).`)
}

function schemaOf(database: DataSource): string {
  const schema = 'schema' in database.options ? database.options.schema : undefined
  if (typeof schema !== 'string') throw new TypeError('a database of ours has a schema')
  return schema
}
