// The ledger under measurement, in this process. `engine`: admission, signature checks, order, rules, commit; `whole`: also the search index in
// its thread and the publication on the stream, as a ledger process runs it. Both write every block to PostgreSQL before they answer.
import path from 'node:path'
import { type TransactionStatus } from '@huitong/contracts'
import { Bus, Streams, createDatabase, installNativeHash, openDatabase } from '@huitong/platform'
import { type Clock, type Time } from '@huitong/primitives'
import { jetstreamManager } from '@nats-io/jetstream'
import type { DataSource } from 'typeorm'
import { PgBlockStore } from '../../../apps/ledger/src/block/block-store.pg.js'
import { Admission } from '../../../apps/ledger/src/engine/admission.js'
import { ChainRules } from '../../../apps/ledger/src/engine/chain-rules.js'
import { Finality } from '../../../apps/ledger/src/engine/finality.js'
import { Ledger } from '../../../apps/ledger/src/engine/ledger.js'
import { LedgerClock } from '../../../apps/ledger/src/engine/ledger-clock.js'
import { restore } from '../../../apps/ledger/src/engine/restore.js'
import { Sealer } from '../../../apps/ledger/src/engine/sealer.js'
import { Sequencer } from '../../../apps/ledger/src/engine/sequencer.js'
import { Submission } from '../../../apps/ledger/src/engine/submission.js'
import { loadOrCreateBirth } from '../../../apps/ledger/src/genesis/genesis-folder.js'
import { streamOf } from '../../../apps/ledger/src/publish/publisher.js'
import { ledgerMigrations, schemaOf } from '../../../apps/ledger/src/schema.js'
import { SnapshotFolder } from '../../../apps/ledger/src/snapshot/snapshot-folder.js'
import type { NatsAccess } from '../servers.js'
import type { Workload } from '../workload/plan.js'
import { plantGenesis, setupOf } from '../workload/read.js'

/** As a ledger has it that nobody told otherwise. */
const SNAPSHOT_EVERY = 200_000

export interface HostConfig {
  readonly workload: Workload
  readonly databaseUrl: string
  readonly nats: NatsAccess
  /** Data folder of this run. */
  readonly folder: string
  readonly part: 'engine' | 'whole'
  /** Transactions between two snapshots; the product's own number if absent. */
  readonly snapshotEvery?: number
}

export interface Host {
  run(transactions: readonly Uint8Array[]): Promise<readonly TransactionStatus[]>
  /** The path of the bus: an envelope's bytes in, its statuses' bytes out. */
  submit(envelope: Uint8Array): Promise<Uint8Array>
  /** Height of the last durable block. */
  height(): number
  /** Height up to which the index can be searched; the engine alone has none. */
  indexed(): number
  close(): Promise<void>
}

/** Opens the ledger of the workload over an empty or used database. The ledger's clock begins at the workload's founding time. */
export async function openHost(config: HostConfig): Promise<Host> {
  installNativeHash()
  const { workload, folder } = config
  plantGenesis(workload, path.join(folder, 'ledgers'))
  const schema = schemaOf(workload.plan.name)
  const database = await openDatabase(createDatabase({ url: config.databaseUrl, schema, migrations: ledgerMigrations }))
  const onFault = (error: unknown): void => {
    throw error
  }
  const begun = performance.now()
  // the border: a number that the plan gives as a time
  const wall: Clock = { now: () => Math.floor(workload.plan.base + performance.now() - begun) as Time }
  return config.part === 'engine' ? openEngine(config, database, wall, onFault) : openWhole(config, database, wall, onFault)
}

async function openWhole(
  config: HostConfig,
  database: DataSource,
  wall: Clock,
  onFault: (error: unknown) => void,
): Promise<Host> {
  const { workload, databaseUrl, nats, folder } = config
  const { name } = workload.plan
  const bus = await Bus.connect({ url: nats.url, role: `ledger-${name}`, user: nats.user, password: nats.password })
  const ledger = await Ledger.open({
    name,
    sandbox: true,
    folder: path.join(folder, 'ledgers'),
    database,
    streams: new Streams(bus),
    wall,
    onFault,
    place: { url: databaseUrl, schema: schemaOf(name) },
    ...(config.snapshotEvery === undefined ? {} : { snapshotEvery: config.snapshotEvery }),
  })
  return {
    run: (transactions) => ledger.submission.run(transactions),
    submit: (envelope) => ledger.submission.submit(envelope),
    height: () => ledger.sequencer.head.height,
    indexed: () => ledger.indexer.height,
    async close() {
      await ledger.close()
      await bus.close()
      await database.destroy()
    },
  }
}

async function openEngine(
  config: HostConfig,
  database: DataSource,
  wall: Clock,
  onFault: (error: unknown) => void,
): Promise<Host> {
  const { name } = config.workload.plan
  const folder = path.join(config.folder, 'ledgers')
  const birth = loadOrCreateBirth({ folder, name, sandbox: true, clock: wall })
  const blocks = new PgBlockStore(database)
  const head = await blocks.takeOver(birth.chain, birth.genesis.createdAt)
  const snapshots = new SnapshotFolder({ folder, name, every: config.snapshotEvery ?? SNAPSHOT_EVERY })
  const { state } = await restore({ birth, blocks, head, snapshots, seed: 1 })
  const rules = new ChainRules(state)
  const sequencer = new Sequencer({
    rules,
    store: blocks,
    sealer: new Sealer({ chain: birth.chain, sandbox: true }, birth.sealingSeed),
    clock: new LedgerClock(wall, { offset: head.clockOffset, latest: head.time }),
    head,
    onFault,
    onSealed: (height) => snapshots.sealed(state, height),
    onDurable: (block) => snapshots.durable(block),
  })
  const submission = new Submission({
    rules,
    admission: new Admission(),
    sequencer,
    finality: new Finality(),
    threads: 2,
    onFault,
    find: () => Promise.resolve(new Map()),
    now: () => performance.now(),
  })
  return {
    run: (transactions) => submission.run(transactions),
    submit: (envelope) => submission.submit(envelope),
    height: () => sequencer.head.height,
    indexed: () => Number.POSITIVE_INFINITY,
    async close() {
      await sequencer.stop(10_000)
      await submission.stop()
      await snapshots.stop()
      await database.destroy()
    },
  }
}

/** Forgets the stream that an earlier ledger of this name has left. */
export async function dropStream(nats: NatsAccess, name: string): Promise<void> {
  const bus = await Bus.connect({ url: nats.url, role: 'bench', user: nats.user, password: nats.password })
  const manager = await jetstreamManager(bus.connection)
  await manager.streams.delete(streamOf(name)).catch(() => false)
  await bus.close()
}

/** Transactions of the setup sent at once. */
const SETUP_AT_ONCE = 64

/** Founds the ledger: accounts, asset, coins. Throws if anything of it is refused. */
export async function setUp(host: Host, workload: Workload): Promise<void> {
  let waiting: Uint8Array[] = []
  const send = async (): Promise<void> => {
    const wrong = (await host.run(waiting)).find(({ outcome }) => outcome !== 'committed')
    if (wrong !== undefined) throw new Error(`the setup was not committed: ${JSON.stringify(wrong)}`)
    waiting = []
  }
  for (const transaction of setupOf(workload)) {
    waiting.push(transaction)
    if (waiting.length === SETUP_AT_ONCE) await send()
  }
  if (waiting.length > 0) await send()
}
