// Rows of the ledger: throughput, search, latency, hot accounts, several ledgers at once.
import path from 'node:path'
import { dropStream } from '../ledger/host.js'
import { type Measure, beside } from '../line.js'
import type { Pass } from '../pass.js'
import { runTask } from '../task.js'
import type { Row } from './row.js'
import { checked, hotRun, indexedRun, ledgerRuns, peerRate, transferRun } from './runs.js'

/** The essays' yardsticks: transactions per second, milliseconds to be final. */
const BTC_PER_SECOND = 7
const VISA_PER_SECOND = 2_000
const BTC_MS = 600_000
/** "Seconds", read as three. */
const VISA_MS = 3_000
const MANY = 4

async function yardsticks(pass: Pass) {
  return {
    'raw-verification': (await pass.raw()).perSecond,
    typeorm: await peerRate(pass, 'typeorm'),
    sql: await peerRate(pass, 'sql'),
    plpgsql: await peerRate(pass, 'plpgsql'),
    btc: BTC_PER_SECOND,
    visa: VISA_PER_SECOND,
  }
}

export const transferRow: Row = {
  name: 'ledger.transfer',
  async run(pass) {
    const run = await transferRun(pass)
    const cpu = { row: 'ledger.transfer', metric: 'seconds', value: run.cpuSeconds / run.count, unit: 'CPU seconds per transfer' }
    return [
      ...beside({ row: 'ledger.transfer', metric: 'perSecond', value: run.durable, unit: 'transfers/s' }, await yardsticks(pass)),
      ...beside(cpu, { 'raw-verification': (await pass.raw()).cpuSeconds }),
    ]
  },
}

export const indexedRow: Row = {
  name: 'ledger.indexed',
  async run(pass) {
    const run = await indexedRun(pass)
    return [
      ...beside({ row: 'ledger.indexed', metric: 'perSecond', value: run.searched, unit: 'transfers/s' }, await yardsticks(pass)),
      { row: 'ledger.indexed', metric: 'seconds', value: run.lag, unit: 's of lag at most' },
    ]
  },
}

/** Rates of the open loop and what is put behind a metric's name; the goals are set at 5,000 a second. */
const RATES = [
  { perSecond: 1_000, suffix: 'At1k' },
  { perSecond: 5_000, suffix: '' },
  { perSecond: 10_000, suffix: 'At10k' },
  { perSecond: 20_000, suffix: 'At20k' },
] as const

export const latencyRow: Row = {
  name: 'ledger.latency',
  async run(pass) {
    const { servers, sizes } = pass
    const workload = await pass.uniform()
    await dropStream(servers.nats, workload.plan.name)
    const [database, folder] = [await servers.database(), servers.scratch()]
    const journal = path.join(folder, 'journal')
    const rates = RATES.map(({ perSecond }) => ({ perSecond, count: Math.floor(perSecond * sizes.latencySeconds) }))
    await servers.checkpoint()
    const config = { workload, databaseUrl: database.url, nats: servers.nats, folder, part: 'whole' } as const
    const figures = await runTask('latency', { ...config, rates, warmUp: sizes.latencyWarmUp, journal })
    const refused = figures.reduce((sum, rate) => sum + rate.refused, 0)
    await checked(pass, {
      contestant: 'latency',
      workload,
      databaseUrl: database.url,
      journal,
      refused: refused === 0 ? {} : { refused },
    })
    await database.drop()
    const commit = await pass.commits()
    return RATES.flatMap(({ perSecond, suffix }, index): Measure[] => {
      const rate = figures[index]
      if (rate === undefined) return []
      const unit = `ms at ${perSecond} transfers/s`
      const row = 'ledger.latency'
      return [
        ...beside(
          { row, metric: `p50${suffix}`, value: rate.p50, unit },
          { 'one-row-commit': commit.p50, btc: BTC_MS, visa: VISA_MS },
        ),
        ...beside(
          { row, metric: `p99${suffix}`, value: rate.p99, unit },
          { 'one-row-commit': commit.p99, btc: BTC_MS, visa: VISA_MS },
        ),
        ...beside({ row, metric: `p99.9${suffix}`, value: rate.p999, unit }, { 'one-row-commit': commit.p999 }),
      ]
    })
  },
}

export const hotRow: Row = {
  name: 'ledger.hot',
  async run(pass) {
    const [hot, uniform] = [await hotRun(pass), await transferRun(pass)]
    const [sqlHot, sqlUniform] = [await peerRate(pass, 'sql', 'hot'), await peerRate(pass, 'sql')]
    const row = 'ledger.hot'
    return [
      ...beside(
        { row, metric: 'perSecond', value: hot.durable, unit: 'transfers/s between ten accounts' },
        { uniform: uniform.durable, sql: sqlHot },
      ),
      ...beside(
        { row, metric: 'share', value: hot.durable / uniform.durable, unit: 'of its own uniform rate' },
        { sql: sqlHot / sqlUniform },
      ),
    ]
  },
}

export const manyRow: Row = {
  name: 'ledger.many',
  async run(pass) {
    const names = Array.from({ length: MANY }, (_, number) => `many-${number + 1}`)
    const count = Math.floor(pass.sizes.transfers / 2)
    const all = count + pass.sizes.warmUp
    const workloads = await Promise.all(names.map((name) => pass.workload({ name, coins: all, transfers: all })))
    const runs = await ledgerRuns(pass, 'whole', workloads, count)
    const seconds = Math.max(...runs.map(({ searchable }) => searchable))
    const total = runs.reduce((sum, { acknowledged }) => sum + acknowledged, 0)
    const one = await indexedRun(pass)
    const measure = {
      row: 'ledger.many',
      metric: 'perSecond',
      value: total / seconds,
      unit: `transfers/s of ${MANY} ledgers, searchable`,
    }
    return beside(measure, { 'one-ledger': one.searched })
  },
}
