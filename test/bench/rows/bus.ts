// Rows that reach the ledger's own process over NATS: transfers in envelopes of 64 and one by one, and the reads beside a plain handler.
import path from 'node:path'
import { READS, type Read } from '../bus/reads.js'
import { dropStream } from '../ledger/host.js'
import { startLedger } from '../ledger/process.js'
import { beside } from '../line.js'
import type { Pass } from '../pass.js'
import { figure, say } from '../say.js'
import { runTask, startService } from '../task.js'
import { type Workload, recentBase } from '../workload/plan.js'
import type { Row } from './row.js'
import { checked, first } from './runs.js'

export const busRow: Row = {
  name: 'ledger.bus',
  async run(pass) {
    const { servers, sizes } = pass
    const { busTransfers, busSingles, warmUp } = sizes
    const count = busTransfers + busSingles + warmUp
    const workload = await pass.workload({ name: 'bus', base: recentBase(), coins: count, transfers: count })
    await dropStream(servers.nats, workload.plan.name)
    const [database, folder] = [await servers.database(), servers.scratch()]
    const { nats } = servers
    const ledger = await startLedger({ workload, folder, databaseUrl: database.url, nats })
    const journal = path.join(folder, 'journal')
    const phases = [
      { count: busTransfers, perMessage: 64, messagesAtOnce: 64 },
      { count: busSingles, perMessage: 1, messagesAtOnce: 512 },
    ]
    const client = await startService('busClient', { workload, nats, warmUp, phases, journal })
    await servers.checkpoint()
    const { phases: figures, refused } = await client.proceed()
    await ledger.stop()
    await checked(pass, { contestant: 'ledger over the bus', workload, databaseUrl: database.url, journal, refused })
    await database.drop()
    const raw = { 'raw-verification': (await pass.raw()).perSecond }
    const row = 'ledger.bus'
    const [many, single] = [figures[0]?.perSecond ?? Number.NaN, figures[1]?.perSecond ?? Number.NaN]
    return [
      ...beside({ row, metric: 'perSecond', value: many, unit: 'transfers/s, 64 per message' }, raw),
      ...beside({ row, metric: 'perSecondAt1', value: single, unit: 'transfers/s, 1 per message' }, raw),
    ]
  },
}

const READ_TRANSFERS = 20_000
const PLAIN_ROWS = 100_000
/** Requests under way at once that are tried in the first pass, for each contestant by itself. */
const AT_ONCE = [16, 64, 128] as const

interface ReadWorld {
  readonly workload: Workload
  readonly transfers: number
}

/** One ledger process with some history, and the plain handler's process, for all reads of a pass. */
export function readWorld(pass: Pass): Promise<ReadWorld> {
  return pass.once('read world', async () => {
    const { servers, sizes } = pass
    const { nats } = servers
    const transfers = Math.min(READ_TRANSFERS, sizes.transfers)
    const plan = { name: 'reads', base: recentBase(), wallets: Math.min(1_000, sizes.wallets), coins: transfers, transfers }
    const workload = await pass.workload(plan)
    await dropStream(nats, workload.plan.name)
    const [database, plain, folder] = [await servers.database(), await servers.database(), servers.scratch()]
    const ledger = await startLedger({ workload, folder, databaseUrl: database.url, nats })
    const reader = await startService('plainReader', { databaseUrl: plain.url, nats, rows: PLAIN_ROWS })
    pass.atEnd(async () => {
      await Promise.all([ledger.stop(), reader.proceed()])
      await Promise.all([database.drop(), plain.drop()])
    })
    const journal = path.join(folder, 'journal')
    const client = await startService('busClient', { workload, nats, warmUp: transfers, phases: [], journal })
    const { refused } = await client.proceed()
    await checked(pass, { contestant: 'ledger of the reads', workload, databaseUrl: database.url, journal, refused })
    return { workload, transfers }
  })
}

function readRate(pass: Pass, what: Read | 'plain'): Promise<number> {
  return pass.once(`read ${what}`, async () => {
    const { workload, transfers } = await readWorld(pass)
    const config = { workload, nats: pass.servers.nats, transfers, what, rows: PLAIN_ROWS }
    const atOnce = await pass.keep(`read at once ${what}`, async () => {
      const tried: { readonly atOnce: number; readonly perSecond: number }[] = []
      for (const number of AT_ONCE.slice(0, Math.max(1, pass.sizes.settingsTried - 1))) {
        const { perSecond } = await runTask('reads', { ...config, atOnce: number, ms: pass.sizes.trialMs })
        tried.push({ atOnce: number, perSecond })
      }
      const best = first(tried.toSorted((a, b) => b.perSecond - a.perSecond))
      const words = tried.map((each) => `${each.atOnce}: ${figure(each.perSecond)}/s`).join('; ')
      pass.bench.settings.set(`read ${what}`, `${best.atOnce} requests at once (tried: ${words})`)
      say(`read ${what} is best with ${best.atOnce} requests at once`)
      return best.atOnce
    })
    return (await runTask('reads', { ...config, atOnce, ms: pass.sizes.readMs })).perSecond
  })
}

export const readRows: readonly Row[] = READS.map((what) => ({
  name: `read.${what}`,
  async run(pass) {
    const value = await readRate(pass, what)
    return beside(
      { row: `read.${what}`, metric: 'perSecond', value, unit: 'answers/s' },
      { 'plain-handler': await readRate(pass, 'plain') },
    )
  },
}))
