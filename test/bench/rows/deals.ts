// Rows of whole deals through the HTTP interface of a started hub, beside a plain handler that only writes their steps down.
import * as fs from 'node:fs'
import path from 'node:path'
import { freePort, startHub } from '@huitong/launcher'
import { DEALS, type Deal } from '../deals/kinds.js'
import type { DealsFigures } from '../deals/run.js'
import { type Measure, beside } from '../line.js'
import type { Pass } from '../pass.js'
import { figure, say } from '../say.js'
import { runTask, startService } from '../task.js'
import type { Row } from './row.js'
import { first } from './runs.js'

/** Pairs of parties who deal at once. */
const DEALING_AT_ONCE = 16
/** Requests at once of the plain handler's client, tried in the first pass. */
const WRITING_AT_ONCE = [8, 16, 32] as const

interface House {
  readonly url: string
  readonly adminKey: string
  readonly databaseUrl: string
}

/** One hub for all deals of a pass, its tables on the server of all contestants. */
function house(pass: Pass): Promise<House> {
  return pass.once('hub', async () => {
    const { servers } = pass
    say('starting the hub')
    const [database, folder] = [await servers.database(), path.join(servers.scratch(), 'hub')]
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_ENV: 'production', DATABASE_URL: database.url }
    const hub = await startHub({ dataFolder: folder, sandbox: true, httpPort: await freePort(), env })
    pass.atEnd(async () => {
      await hub.stop()
      await database.drop()
    })
    const adminKey = fs.readFileSync(path.join(folder, 'admin.key'), 'utf8').trim()
    return { url: hub.url, adminKey, databaseUrl: database.url }
  })
}

function dealRuns(pass: Pass): Promise<DealsFigures> {
  return pass.once('deals', async () => {
    const { url, adminKey, databaseUrl } = await house(pass)
    const { rows } = pass.bench
    const chosen = DEALS.filter((deal) => rows.includes(`deal.${deal}`))
    const run = `of pass ${pass.number}`
    const { deals: count } = pass.sizes
    const config = { url, adminKey, databaseUrl, run, deals: chosen, count, atOnce: DEALING_AT_ONCE, idle: Math.min(30, count) }
    const service = await startService('deals', config)
    await pass.servers.checkpoint()
    const figures = await service.proceed()
    const problems = [
      ...figures.broken,
      ...figures.deals.flatMap(({ deal, failed }) => failed.map((reason) => `a ${deal} did not end: ${reason}`)),
    ]
    pass.judge({ contestant: 'deals', lost: 0, ...(problems.length === 0 ? {} : { problem: problems.join('; ') }) })
    return figures
  })
}

function plainRate(pass: Pass): Promise<number> {
  return pass.once('plain steps', async () => {
    const { servers, sizes } = pass
    const database = await servers.database()
    const service = await startService('plainSteps', { databaseUrl: database.url })
    const { port } = service.ready
    const atOnce = await pass.keep('plain steps at once', async () => {
      const tried: { readonly atOnce: number; readonly perSecond: number }[] = []
      for (const number of WRITING_AT_ONCE) {
        const { perSecond } = await runTask('drivePlainSteps', { port, atOnce: number, ms: sizes.trialMs })
        tried.push({ atOnce: number, perSecond })
      }
      const best = first(tried.toSorted((a, b) => b.perSecond - a.perSecond))
      const words = tried.map((each) => `${each.atOnce}: ${figure(each.perSecond)}/s`).join('; ')
      pass.bench.settings.set('plain handler of deals', `${best.atOnce} requests at once (tried: ${words})`)
      return best.atOnce
    })
    const { perSecond } = await runTask('drivePlainSteps', { port, atOnce, ms: sizes.readMs })
    await service.proceed()
    await database.drop()
    return perSecond
  })
}

export const dealRows: readonly Row[] = DEALS.map((deal) => ({ name: `deal.${deal}`, run: (pass) => dealMeasures(pass, deal) }))

async function dealMeasures(pass: Pass, deal: Deal): Promise<Measure[]> {
  const figures = await dealRuns(pass)
  const ours = figures.deals.find((each) => each.deal === deal)
  if (ours === undefined || ours.done === 0)
    throw new Error(`no ${deal} came to its end: ${ours?.failed.join('; ') ?? 'none was run'}`)
  const inserts = await plainRate(pass)
  const row = `deal.${deal}`
  return [
    // the plain handler's deals: its rows a second by the rows that one deal needs
    ...beside(
      { row, metric: 'perSecond', value: ours.perSecond, unit: `deals/s of ${figure(ours.steps)} durable steps` },
      { 'plain-handler': inserts / ours.steps },
    ),
    { row, metric: 'p50', value: ours.p50, unit: `ms per deal, ${DEALING_AT_ONCE} at once` },
    { row, metric: 'p99', value: ours.p99, unit: `ms per deal, ${DEALING_AT_ONCE} at once` },
    ...(deal === 'swap'
      ? [{ row, metric: 'p50Idle', value: figures.idleP50, unit: 'ms from acceptance to both claims final, idle hub' }]
      : []),
  ]
}
