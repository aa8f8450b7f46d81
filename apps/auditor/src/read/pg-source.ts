// The hub's database as the auditor sees it: one read-only snapshot over all schemas, and blocks in pages. What each app's tables look like stands
// in the file of that app beside this one.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { row, rows } from '@huitong/platform'
import type { DataSource, EntityManager } from 'typeorm'
import type { RawBlock } from '../replay/ledger-replay.js'
import { readAuditLogs } from './audit-tables.js'
import { readCustody } from './custody-tables.js'
import type { Snapshot } from './facts.js'
import { readBlocks, readHeads, schemaOf, wasSpent } from './ledger-tables.js'
import { readSettlement } from './settlement-tables.js'
import { type SnapshotRequest, Source } from './source.js'

export interface PgSourceOptions {
  readonly database: DataSource
  readonly ledgers: readonly string[]
  /** Folder of the embedded hub: a genesis is read from there before settlement has pinned it. */
  readonly dataFolder: string
}

/** A check may take longer than a request, in milliseconds. */
const STATEMENT_MS = 60_000

export class PgSource extends Source {
  constructor(private readonly options: PgSourceOptions) {
    super()
  }

  override async snapshot(request: SnapshotRequest): Promise<Snapshot> {
    const { database, ledgers } = this.options
    return database.transaction('REPEATABLE READ', async (manager) => {
      await manager.query(`set local statement_timeout = ${STATEMENT_MS}`)
      await manager.query(`set local idle_in_transaction_session_timeout = ${STATEMENT_MS}`)
      const schemas = await existing(manager, ledgers)
      const since = request.mark ?? '0'
      const apps = ['identity', 'custody', 'settlement', ...ledgers.map(schemaOf)].filter((schema) => schemas.has(schema))
      const settlement = await readSettlement(manager, schemas.has('settlement') ? since : undefined)
      const custody = await readCustody(manager, schemas.has('custody') ? since : undefined)
      return {
        mark: await markOf(manager),
        heads: await readHeads(
          manager,
          ledgers.filter((name) => schemas.has(schemaOf(name))),
        ),
        ...settlement,
        transactions: [...settlement.transactions, ...custody.transactions],
        accounts: custody.accounts,
        logs: await readAuditLogs(manager, apps, request.seen),
      }
    })
  }

  override blocks(ledger: string, from: number, to: number): AsyncIterable<RawBlock> {
    return readBlocks(this.options.database.manager, { ledger, from, to })
  }

  override wasSpent(ledger: string, coin: string, height: number): Promise<boolean> {
    return this.options.database.transaction(async (manager) => {
      await manager.query(`set local statement_timeout = ${STATEMENT_MS}`)
      return wasSpent(manager, { ledger, coin, height })
    })
  }

  override async genesis(ledger: string): Promise<string | undefined> {
    const file = join(this.options.dataFolder, 'ledgers', ledger, 'genesis.json')
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined
  }
}

/** Every transaction below this one is over: what it did is in this snapshot, and rows changed later bear a number from here on. */
async function markOf(manager: EntityManager): Promise<string> {
  const found = await row<{ mark: string }>(manager, 'select pg_snapshot_xmin(pg_current_snapshot())::text as mark')
  return found?.mark ?? '0'
}

/** Apps whose tables are there: a hub is audited from its first minute on, when some have not made theirs yet. */
async function existing(manager: EntityManager, ledgers: readonly string[]): Promise<ReadonlySet<string>> {
  const signs = [
    ['identity', 'audit_log'],
    ['custody', 'managed_account'],
    ['settlement', 'deal'],
    ...ledgers.map((name) => [schemaOf(name), 'blocks']),
  ]
  const found = await rows<{ schema: string }>(
    manager,
    `select n.nspname as schema from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join unnest($1::text[], $2::text[]) as sign(schema, name) on n.nspname = sign.schema and c.relname = sign.name`,
    [signs.map(([schema = '']) => schema), signs.map(([, name = '']) => name)],
  )
  return new Set(found.map(({ schema }) => schema))
}
