// Replay: a ledger without any snapshot is brought back from its stored blocks, every rule checked again, as a restart does it.
import * as fs from 'node:fs'
import path from 'node:path'
import { createDatabase, installNativeHash, openDatabase, systemClock } from '@huitong/platform'
import { PgBlockStore } from '../../../apps/ledger/src/block/block-store.pg.js'
import { restore } from '../../../apps/ledger/src/engine/restore.js'
import { loadOrCreateBirth } from '../../../apps/ledger/src/genesis/genesis-folder.js'
import { ledgerMigrations, schemaOf } from '../../../apps/ledger/src/schema.js'
import { SnapshotFolder } from '../../../apps/ledger/src/snapshot/snapshot-folder.js'
import type { Workload } from '../workload/plan.js'
import { plantGenesis } from '../workload/read.js'

export interface ReplayFigures {
  readonly transactions: number
  readonly seconds: number
}

export async function replay(config: {
  readonly workload: Workload
  readonly databaseUrl: string
  readonly folder: string
}): Promise<ReplayFigures> {
  installNativeHash()
  const { workload, databaseUrl } = config
  const { name } = workload.plan
  const folder = path.join(config.folder, 'replayed')
  fs.rmSync(folder, { recursive: true, force: true })
  plantGenesis(workload, folder)
  const database = await openDatabase(createDatabase({ url: databaseUrl, schema: schemaOf(name), migrations: ledgerMigrations }))
  const birth = loadOrCreateBirth({ folder, name, sandbox: true, clock: systemClock })
  const blocks = new PgBlockStore(database)
  const head = await blocks.takeOver(birth.chain, birth.genesis.createdAt)
  const snapshots = new SnapshotFolder({ folder, name, every: Number.MAX_SAFE_INTEGER })
  const place = { url: databaseUrl, schema: schemaOf(name) }
  const { figures } = await restore({ birth, blocks, head, snapshots, seed: 1, place })
  await database.destroy()
  return { transactions: figures.transactions, seconds: figures.ms / 1_000 }
}
