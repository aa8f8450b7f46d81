// The row of growth: the same ledgers, pass after pass, at ten thousand, one and five million coins, and one with millions of transactions behind it.
import path from 'node:path'
import { dropStream } from '../ledger/host.js'
import type { ThroughputFigures } from '../ledger/throughput.js'
import { type Measure, beside } from '../line.js'
import type { Pass } from '../pass.js'
import { figure, say } from '../say.js'
import type { FreshDatabase } from '../servers.js'
import { runTask, startService } from '../task.js'
import { type Workload, recentBase } from '../workload/plan.js'
import type { Row } from './row.js'
import { indexedRun, sqlBytes, transferRun } from './runs.js'

/** The essays' bytes of a Bitcoin transaction. */
const BTC_BYTES = 465
/** Transactions between two snapshots while a ledger is founded. */
const FOUNDING_SNAPSHOT = 5_000
/** Sealed header of a block: 118 bytes of header and the seal. */
const SEALED_HEADER_BYTES = 182

/** A ledger that lives through all passes. */
interface Grown {
  readonly workload: Workload
  readonly database: FreshDatabase
  readonly folder: string
  /** Transfers of the workload that were sent. */
  sent: number
  readonly journals: { readonly file: string; readonly from: number }[]
  isFounded: boolean
}

interface GrownRun extends ThroughputFigures {
  readonly perSecond: number
  readonly searched: number
}

interface GrowthPlan {
  readonly name: string
  readonly coins: number
  /** Transfers sent before the first measured one. */
  readonly history: number
}

function grown(pass: Pass, plan: GrowthPlan): Promise<Grown> {
  return pass.keep(`grown ${plan.name}`, async () => {
    const { servers, sizes, bench } = pass
    const perPass = sizes.growthTransfers + sizes.warmUp + 1
    const transfers = plan.history + bench.passes * 2 * perPass
    const workload = await pass.workload({ name: plan.name, base: recentBase(), coins: plan.coins, transfers, shape: 'move' })
    await dropStream(servers.nats, workload.plan.name)
    return { workload, database: await servers.database(), folder: servers.scratch(), sent: 0, journals: [], isFounded: false }
  })
}

/**
 * Founds the ledger in a process that does nothing else, with snapshots soon, as one that has grown to its size in life would have; what is measured
 * afterwards begins from them, and pays for no snapshot of the founding.
 */
async function found(pass: Pass, ledger: Grown): Promise<void> {
  if (ledger.isFounded) return
  const { workload, database, folder } = ledger
  const part = 'engine'
  const config = {
    workload,
    databaseUrl: database.url,
    nats: pass.servers.nats,
    folder,
    part,
    inFlight: pass.sizes.inFlight,
  } as const
  const work = { from: 0, count: 0, warmUp: 0, found: true, journal: path.join(folder, 'journal-founding') }
  const service = await startService('throughput', { ...config, ...work, snapshotEvery: FOUNDING_SNAPSHOT })
  await service.proceed()
  ledger.isFounded = true
}

/** Sends the next transfers. */
async function send(pass: Pass, ledger: Grown, part: 'engine' | 'whole', count: number): Promise<GrownRun> {
  const { servers, sizes } = pass
  await found(pass, ledger)
  const { workload, database, folder, sent } = ledger
  const journal = path.join(folder, `journal-${sent}`)
  const config = { workload, databaseUrl: database.url, nats: servers.nats, folder, part, journal, inFlight: sizes.inFlight }
  const service = await startService('throughput', { ...config, from: sent, count, found: false, warmUp: sizes.warmUp })
  await servers.checkpoint()
  const figures = await service.proceed()
  ledger.sent += count + sizes.warmUp
  ledger.journals.push({ file: journal, from: sent })
  return { ...figures, perSecond: figures.acknowledged / figures.seconds, searched: figures.acknowledged / figures.searchable }
}

/** Reads the whole chain again and holds all acknowledgements of all passes against it. */
async function check(pass: Pass, ledger: Grown): Promise<void> {
  const { workload, database, journals } = ledger
  const verdict = await runTask('checkChain', { workload, databaseUrl: database.url, journals })
  const problems = [
    ...(verdict.difference === '0' ? [] : [`coins differ from the issuance by ${verdict.difference}`]),
    ...(verdict.fault === undefined ? [] : [verdict.fault]),
  ]
  const problem = problems.length === 0 ? {} : { problem: problems.join('; ') }
  pass.judge({ contestant: `${workload.plan.name} (growth)`, lost: verdict.lost, ...problem })
}

/** Restarts the real process over the ledger's data: after a crash, with the snapshot that it finds. */
async function restartSeconds(pass: Pass, ledger: Grown): Promise<number> {
  const { workload, database, folder, sent } = ledger
  const journal = path.join(folder, `journal-restart-${sent}`)
  const config = { workload, databaseUrl: database.url, nats: pass.servers.nats, folder }
  const { seconds } = await runTask('restart', { ...config, from: sent, journal })
  ledger.journals.push({ file: journal, from: sent })
  ledger.sent += 1
  return seconds
}

export const growthRow: Row = {
  name: 'ledger.growth',
  async run(pass) {
    const { sizes } = pass
    const ledgers: Grown[] = []
    for (const coins of sizes.growthCoins) ledgers.push(await grown(pass, { name: `coins-${coins}`, coins, history: 0 }))
    const runs: GrownRun[] = []
    for (const ledger of ledgers) runs.push(await send(pass, ledger, 'engine', sizes.growthTransfers))
    const [[least, most], [atLeast, atMost]] = [ends(ledgers), ends(runs)]
    const [small, large] = [least.workload.plan.coins, most.workload.plan.coins]
    const afterwards = await afterHistory(pass)
    const { workload, database, folder } = await withHistory(pass)
    const replayed = await runTask('replay', { workload, databaseUrl: database.url, folder })
    const restarted = await restartSeconds(pass, most)
    const restartedSmall = await restartSeconds(pass, least)
    for (const ledger of ledgers) await check(pass, ledger)
    const row = 'ledger.growth'
    const unit = 'transfers/s'
    return [
      ...runs.slice(1).flatMap((run, index) => {
        const metric = `perSecondAt${millions(sizes.growthCoins[index + 1] ?? 0)}`
        return beside({ row, metric, value: run.perSecond, unit }, { '10k-coins': atLeast.perSecond })
      }),
      ...afterwards,
      {
        row,
        metric: 'bytes',
        value: (atMost.memoryBytes - atLeast.memoryBytes) / (large - small),
        unit: `bytes of memory per coin, at ${figure(large)} coins`,
      },
      ...(await transferBytes(pass)),
      ...beside(
        {
          row,
          metric: 'seconds',
          value: restarted,
          unit: `s from start to the first accepted transfer, at ${figure(large)} coins`,
        },
        { '10k-coins': restartedSmall },
      ),
      ...beside(
        { row, metric: 'perSecond', value: replayed.transactions / replayed.seconds, unit: 'replayed transactions/s' },
        { 'raw-verification': (await pass.raw()).perSecond },
      ),
    ]
  },
}

/** The first and the last. */
function ends<T>(values: readonly T[]): readonly [T, T] {
  const [one, another] = [values[0], values.at(-1)]
  if (one === undefined || another === undefined || values.length < 2) throw new RangeError('at least two sizes')
  return [one, another]
}

const millions = (coins: number): string => (coins >= 1_000_000 ? `${coins / 1_000_000}M` : `${coins}`)

async function transferBytes(pass: Pass): Promise<Measure[]> {
  const [run, indexed] = [await transferRun(pass), await indexedRun(pass)]
  const raw = run.recordBytes + (run.blocks * SEALED_HEADER_BYTES) / run.count
  const row = 'ledger.growth'
  return [
    ...beside({ row, metric: 'bytes', value: raw, unit: 'raw bytes per transfer, block headers included' }, { btc: BTC_BYTES }),
    ...beside(
      { row, metric: 'bytes', value: indexed.tableBytes, unit: 'bytes per transfer in all tables and indexes' },
      { sql: await sqlBytes(pass) },
    ),
  ]
}

/** The ledger with the longest past: what is replayed is long enough for the runtime to have compiled it. */
function withHistory(pass: Pass): Promise<Grown> {
  const { growthCoins, historyTransfers: history } = pass.sizes
  return grown(pass, { name: 'history', coins: growthCoins[0] ?? 0, history })
}

/** The whole ledger, searchable, after its history, beside the same without. */
async function afterHistory(pass: Pass): Promise<Measure[]> {
  const { sizes } = pass
  const [small = 0] = sizes.growthCoins
  const ledger = await withHistory(pass)
  if (ledger.sent === 0) {
    say(`${figure(sizes.historyTransfers)} transactions of history`)
    await send(pass, ledger, 'whole', sizes.historyTransfers - sizes.warmUp)
  }
  const after = await send(pass, ledger, 'whole', sizes.growthTransfers)
  const fresh = await grown(pass, { name: 'no-history', coins: small, history: 0 })
  const before = await send(pass, fresh, 'whole', sizes.growthTransfers)
  await check(pass, ledger)
  const unit = `transfers/s, searchable, after ${figure(sizes.historyTransfers)} transactions`
  return beside(
    { row: 'ledger.growth', metric: 'perSecondAfterHistory', value: after.searched, unit },
    { '10k-coins': before.searched },
  )
}
