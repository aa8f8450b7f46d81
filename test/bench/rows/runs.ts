// Contestants that several rows look at: the ledger's runs and the hand-written peers, each with the check that follows it.
import path from 'node:path'
import { Client } from 'pg'
import type { ThroughputFigures } from '../ledger/throughput.js'
import type { Pass } from '../pass.js'
import { ACCOUNTS, HOT_ACCOUNTS, type PeerFigures, TABLES, booksProblem } from '../peers/double-entry.js'
import { hasPgbench, pgbench } from '../peers/pgbench.js'
import type { SqlKind } from '../peers/sql.js'
import { figure, say } from '../say.js'
import { schemaOf } from '../../../apps/ledger/src/schema.js'
import { dropStream } from '../ledger/host.js'
import { runTask, startService } from '../task.js'
import type { Workload } from '../workload/plan.js'

export interface LedgerRun extends ThroughputFigures {
  /** Durable transfers per second. */
  readonly durable: number
  /** Transfers per second until all could be searched. */
  readonly searched: number
  readonly count: number
  readonly recordBytes: number
  /** Bytes that a transfer takes in all tables and indexes. */
  readonly tableBytes: number
}

/** Fresh ledgers over workloads of their own, all at once; each in its own process and database. */
export async function ledgerRuns(
  pass: Pass,
  part: 'engine' | 'whole',
  workloads: readonly Workload[],
  count = pass.sizes.transfers,
): Promise<readonly LedgerRun[]> {
  const { servers, sizes } = pass
  await servers.checkpoint()
  const started = await Promise.all(
    workloads.map(async (workload) => {
      if (part === 'whole') await dropStream(servers.nats, workload.plan.name)
      const [database, folder] = [await servers.database(), servers.scratch()]
      const journal = path.join(folder, 'journal')
      const { nats } = servers
      const config = {
        workload,
        databaseUrl: database.url,
        nats,
        folder,
        part,
        journal,
        from: 0,
        count,
        inFlight: sizes.inFlight,
      }
      const service = await startService('throughput', { ...config, found: true, warmUp: sizes.warmUp })
      return { workload, database, journal, service, tables: await tableBytes(database.url, workload.plan.name) }
    }),
  )
  const figures = await Promise.all(started.map(({ service }) => service.proceed()))
  const runs: LedgerRun[] = []
  for (const [index, { workload, database, journal, tables }] of started.entries()) {
    const run = figures[index]
    if (run === undefined) continue
    const bytes = (await tableBytes(database.url, workload.plan.name)) - tables
    await checked(pass, {
      contestant: `${workload.plan.name} (${part})`,
      workload,
      databaseUrl: database.url,
      journal,
      refused: run.refused,
    })
    await database.drop()
    runs.push({
      ...run,
      count,
      recordBytes: workload.record,
      tableBytes: bytes / count,
      durable: run.acknowledged / run.seconds,
      searched: run.acknowledged / run.searchable,
    })
  }
  return runs
}

interface Checked {
  readonly contestant: string
  readonly workload: Workload
  readonly databaseUrl: string
  readonly journal: string
  readonly from?: number
  readonly refused: Readonly<Record<string, number>>
}

/** Reads the blocks again and judges; valid transfers that were refused are a problem too: less work was done than was asked for. */
export async function checked(pass: Pass, { contestant, workload, databaseUrl, journal, from, refused }: Checked): Promise<void> {
  const verdict = await runTask('checkChain', { workload, databaseUrl, journals: [{ file: journal, from: from ?? 0 }] })
  const problems = [
    ...(verdict.difference === '0' ? [] : [`coins differ from the issuance by ${verdict.difference}`]),
    ...(verdict.fault === undefined ? [] : [verdict.fault]),
    ...Object.entries(refused).map(([code, count]) => `${count} valid transfers ended as ${code}`),
  ]
  pass.judge({ contestant, lost: verdict.lost, ...(problems.length === 0 ? {} : { problem: problems.join('; ') }) })
}

export function transferRun(pass: Pass): Promise<LedgerRun> {
  return pass.once('ledger.transfer', async () => first(await ledgerRuns(pass, 'engine', [await pass.uniform()])))
}

export function indexedRun(pass: Pass): Promise<LedgerRun> {
  return pass.once('ledger.indexed', async () => first(await ledgerRuns(pass, 'whole', [await pass.uniform()])))
}

export function hotRun(pass: Pass): Promise<LedgerRun> {
  return pass.once('ledger.hot', async () => {
    const workload = await pass.workload({ name: 'hot', wallets: HOT_ACCOUNTS })
    return first(await ledgerRuns(pass, 'engine', [workload]))
  })
}

export function first<T>(values: readonly T[]): T {
  const [value] = values
  if (value === undefined) throw new RangeError('at least one')
  return value
}

export type PeerKind = 'typeorm' | SqlKind

/** How a peer is driven: processes with so many clients each, or PostgreSQL's own load generator. */
interface Setting {
  readonly by: 'node' | 'pgbench'
  readonly processes: number
  readonly clients: number
}

/** The first ones are tried in a quick run too. */
const NODE_SETTINGS: readonly Setting[] = [
  { by: 'node', processes: 1, clients: 8 },
  { by: 'node', processes: 2, clients: 4 },
  { by: 'node', processes: 1, clients: 4 },
  { by: 'node', processes: 1, clients: 16 },
  { by: 'node', processes: 2, clients: 8 },
  { by: 'node', processes: 2, clients: 16 },
]
const PGBENCH_SETTINGS: readonly Setting[] = [8, 4, 16].map((clients) => ({ by: 'pgbench', processes: 1, clients }))

const wordsOf = ({ by, processes, clients }: Setting): string =>
  by === 'pgbench'
    ? `pgbench with ${clients} clients`
    : `${processes} process${processes > 1 ? 'es' : ''} with ${clients} clients each`

/** Transfers per second of a hand-written peer at the setting that was best in the first pass. */
export function peerRate(pass: Pass, kind: PeerKind, accounts: 'uniform' | 'hot' = 'uniform'): Promise<number> {
  return pass.once(`${kind} ${accounts}`, async () => {
    const chosen = await bestSetting(pass, kind, accounts)
    const { perSecond } = await peerRun(pass, { kind, accounts, ms: pass.sizes.peerMs, setting: chosen })
    return perSecond
  })
}

function bestSetting(pass: Pass, kind: PeerKind, accounts: 'uniform' | 'hot'): Promise<Setting> {
  return pass.keep(`setting ${kind} ${accounts}`, async () => {
    const { settingsTried } = pass.sizes
    const settings = [
      ...NODE_SETTINGS.slice(0, settingsTried),
      ...(kind !== 'typeorm' && hasPgbench() ? PGBENCH_SETTINGS.slice(0, Math.ceil(settingsTried / 2)) : []),
    ]
    const tried: { readonly setting: Setting; readonly perSecond: number }[] = []
    for (const setting of settings) {
      const { perSecond } = await peerRun(pass, { kind, accounts, ms: pass.sizes.trialMs, setting })
      tried.push({ setting, perSecond })
    }
    const best = first(tried.toSorted((a, b) => b.perSecond - a.perSecond))
    const words = tried.map(({ setting, perSecond }) => `${wordsOf(setting)}: ${figure(perSecond)}/s`).join('; ')
    pass.bench.settings.set(`${kind} (${accounts})`, `${wordsOf(best.setting)} (tried: ${words})`)
    say(`${kind} (${accounts}) is best with ${wordsOf(best.setting)}`)
    return best.setting
  })
}

interface PeerRun {
  readonly kind: PeerKind
  readonly accounts: 'uniform' | 'hot'
  readonly ms: number
  readonly setting: Setting
}

async function peerRun(
  pass: Pass,
  { kind, accounts, ms, setting }: PeerRun,
): Promise<{ readonly perSecond: number; readonly bytes: number }> {
  const { servers } = pass
  const database = await servers.database()
  const client = new Client({ connectionString: database.url })
  await client.connect()
  try {
    await client.query(TABLES)
    await client.query('vacuum analyze account')
    await servers.checkpoint()
    const config = {
      databaseUrl: database.url,
      clients: setting.clients,
      ms,
      accounts: accounts === 'hot' ? HOT_ACCOUNTS : ACCOUNTS,
    }
    const figures =
      setting.by === 'pgbench' && kind !== 'typeorm'
        ? [await pgbench({ ...config, seed: pass.number, kind, folder: servers.scratch() })]
        : await nodePeers(kind, config, setting.processes)
    const done = figures.reduce((sum, each) => sum + each.done, 0)
    const problem = await booksProblem(client, done)
    pass.judge({ contestant: `${kind} (${accounts})`, lost: 0, ...(problem === undefined ? {} : { problem }) })
    const { rows } = await client.query<{ bytes: string }>(
      `select pg_total_relation_size('transfer') + pg_total_relation_size('posting') as bytes`,
    )
    return { perSecond: figures.reduce((sum, each) => sum + each.perSecond, 0), bytes: Number(rows[0]?.bytes ?? 0) / done }
  } finally {
    await client.end()
    await database.drop()
  }
}

type Config = { readonly databaseUrl: string; readonly clients: number; readonly ms: number; readonly accounts: number }

async function nodePeers(kind: PeerKind, config: Config, processes: number): Promise<readonly PeerFigures[]> {
  const services = await Promise.all(
    Array.from({ length: processes }, (_, number) =>
      kind === 'typeorm'
        ? startService('typeormTransfers', { ...config, seed: number + 1 })
        : startService('sqlTransfers', { ...config, seed: number + 1, kind }),
    ),
  )
  return Promise.all(services.map((service) => service.proceed()))
}

/** Bytes that a transfer takes in the tables and indexes of the careful SQL peer. */
export function sqlBytes(pass: Pass): Promise<number> {
  return pass.once('sql bytes', async () => {
    const setting = await bestSetting(pass, 'sql', 'uniform')
    const { bytes } = await peerRun(pass, { kind: 'sql', accounts: 'uniform', ms: pass.sizes.trialMs, setting })
    return bytes
  })
}

/** Bytes of all tables and indexes of a ledger. */
async function tableBytes(databaseUrl: string, ledger: string): Promise<number> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ bytes: string }>(
      `select coalesce(sum(pg_total_relation_size(c.oid)), 0) as bytes from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relkind in ('r', 'p')`,
      [schemaOf(ledger)],
    )
    return Number(first(rows).bytes)
  } finally {
    await client.end()
  }
}
