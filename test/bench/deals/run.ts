// Runs deals through a started hub: so many of each kind by so many pairs at once, then swaps one by one on the idle hub. Counts what was durably
// written for them, and asks the auditor at the end.
import { installNativeHash } from '@huitong/platform'
import { invariant } from '@huitong/primitives'
import { Client } from 'pg'
import { quantiles } from '../figures.js'
import type { Service } from '../service.js'
import { DRIVERS, type Deal, IMPATIENT_MS, acceptedToFinal, propose } from './kinds.js'
import { type Access, type Pair, clientOf, market } from './market.js'

export interface DealsConfig extends Access {
  readonly databaseUrl: string
  readonly run: string
  readonly deals: readonly Deal[]
  readonly count: number
  /** Pairs who deal at the same time. */
  readonly atOnce: number
  /** Swaps on the idle hub. */
  readonly idle: number
}

export interface DealFigures {
  readonly deal: Deal
  readonly perSecond: number
  /** Milliseconds of a whole deal. */
  readonly p50: number
  readonly p99: number
  /** Durable steps of one deal, counted in the database. */
  readonly steps: number
  readonly done: number
  /** Deals that ended in an error, by its first line. */
  readonly failed: readonly string[]
}

export interface DealsFigures {
  readonly deals: readonly DealFigures[]
  /** Milliseconds from acceptance to both claims final, one swap at a time. */
  readonly idleP50: number
  /** Invariants that do not hold, as sentences. */
  readonly broken: readonly string[]
}

const KIND_OF_ROW: Readonly<Record<Deal, string>> = { conversion: 'conversion', swap: 'swap', order: 'order' }

export const deals: Service<DealsConfig, null, DealsFigures> = async (config, life) => {
  installNativeHash()
  const { pairs } = await market(config, config.run, config.atOnce)
  const database = new Client({ connectionString: config.databaseUrl })
  await database.connect()
  // the first deals of a process pay for its compilation
  for (const deal of config.deals) await Promise.all(pairs.map((pair) => DRIVERS[deal](pair)))
  life.ready(null)
  await life.told
  const figures: DealFigures[] = []
  for (const deal of config.deals) figures.push(await many(deal, { pairs, count: config.count, database }))
  const idleP50 = config.deals.includes('swap') && config.idle > 0 ? await idleSwaps(pairs, config.idle) : Number.NaN
  const report = await clientOf(config).invariants(true)
  await database.end()
  const broken = report.items.flatMap(({ invariant, title, verdict, detail }) =>
    verdict === 'broken' ? [`invariant ${invariant} (${title}): ${detail ?? 'broken'}`] : [],
  )
  return { deals: figures, idleP50, broken }
}

interface Many {
  readonly pairs: readonly Pair[]
  readonly count: number
  readonly database: Client
}

async function many(deal: Deal, { pairs, count, database }: Many): Promise<DealFigures> {
  const before = await durableSteps(database, deal)
  const took: number[] = []
  const failed: string[] = []
  let next = 0
  const begun = performance.now()
  const drive = async (pair: Pair): Promise<void> => {
    while (next++ < count) {
      const started = performance.now()
      try {
        await DRIVERS[deal](pair)
        took.push(performance.now() - started)
      } catch (error) {
        failed.push(error instanceof Error ? error.message : String(error))
      }
    }
  }
  await Promise.all(pairs.map(drive))
  const seconds = (performance.now() - begun) / 1_000
  const steps = ((await durableSteps(database, deal)) - before) / count
  const [p50 = Number.NaN, p99 = Number.NaN] = took.length === 0 ? [] : quantiles(Float64Array.from(took), [0.5, 0.99])
  return { deal, perSecond: took.length / seconds, p50, p99, steps, done: took.length, failed: [...new Set(failed)] }
}

/** Rows that no deal ends without: its transitions, the quote it began with, and the ledger transactions that moved its money. */
async function durableSteps(database: Client, deal: Deal): Promise<number> {
  const { rows } = await database.query<{ steps: string }>(
    `with mine as (select id from settlement.deal where kind = $1)
     select (select count(*) from settlement.deal_transition where deal in (select id from mine))
       + (select count(*) from settlement.quote where deal in (select id from mine))
       + (select count(distinct transaction) from (
            select chain, funded_by as transaction from settlement.deal_coin where deal in (select id from mine)
            union select chain, spent_by from settlement.deal_coin where deal in (select id from mine) and spent_by is not null
          ) moved) as steps`,
    [KIND_OF_ROW[deal]],
  )
  const [row] = rows
  invariant(row !== undefined, 'a count has a row')
  return Number(row.steps)
}

async function idleSwaps(pairs: readonly Pair[], count: number): Promise<number> {
  const [pair] = pairs
  invariant(pair !== undefined, 'somebody swaps')
  const took: number[] = []
  for (let swap = 0; swap < count; swap++) took.push(await acceptedToFinal(pair, await propose(pair, IMPATIENT_MS)))
  const [p50 = Number.NaN] = quantiles(Float64Array.from(took), [0.5])
  return p50
}
