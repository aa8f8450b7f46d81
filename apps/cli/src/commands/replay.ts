// `huitong replay`: a merchant's order book through the hub, each order from payment to its end, and a reconciliation to the last unit.
import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import type { HubClient } from '@huitong/sdk'
import { CommandFailure, EXIT } from '../exit-code.js'
import { type Founded, type Rate, found } from '../network/founding.js'
import { NETWORK_SEED, seedIn } from '../network/seed.js'
import { POINT, TAEL } from '../network/tokens.js'
import { nativeHub } from '../native.js'
import type { Output } from '../output.js'
import { Cast } from '../replay/cast.js'
import { Journal } from '../replay/journal.js'
import { readOrderBook } from '../replay/order-book.js'
import { PLAN_DEFAULTS, type PlanOptions, type ReplayPlan, planReplay } from '../replay/plan.js'
import { type Progress, ProgressFile } from '../replay/progress.js'
import { reconcile } from '../replay/reconciliation.js'
import { type Outcome, isOk, tellOutcome, tellPlan } from '../replay/report.js'
import { PATIENCE_MS, type Played, latestOf, play, seedOfRun } from '../replay/run.js'
import { SCHEDULE_DEFAULTS, type Schedule, scheduleOf } from '../replay/schedule.js'
import { type Session, withHub } from '../session.js'
import { globalsOf, outputOf } from './globals.js'

/** Vouchers are worth what they say: one point for one hundredth of a tael. */
const RATES: readonly Rate[] = [{ give: TAEL, take: POINT, numerator: 1n, denominator: 1n }]
/** Base units that the provider has on offer: many whole order books. */
const DEPTH = 640_000_000n

interface Options {
  readonly orders: string
  readonly items: string
  readonly limit?: number
  readonly points: number
  readonly concurrency: number
  readonly batch: number
}

export function replayCommand(program: Command): void {
  program
    .command('replay')
    .description('run a merchant’s order book through the hub, from payment to release or refund, on the sandbox clock')
    .requiredOption('--orders <file>', 'CSV: order_id, status, purchased_at, approved_at, shipped_at, delivered_at, …')
    .requiredOption('--items <file>', 'CSV: order_id, item_no, product_id, seller_id, price, freight')
    .option('--limit <number>', 'the first so many orders of the file', wholeFrom(1, 10_000_000))
    .option(
      '--points <percent>',
      'share of card+voucher orders assumed to be paid in points',
      wholeFrom(0, 100),
      PLAN_DEFAULTS.pointsPercent,
    )
    .option('--concurrency <number>', 'orders at a time', wholeFrom(1, 256), 16)
    .option('--batch <number>', 'most events between two moves of the clock', wholeFrom(1, 200), SCHEDULE_DEFAULTS.most)
    .addHelpText(
      'after',
      `
Killed and started again with the same files and options on the same data folder, it goes on where it was; after its end it begins a new run.
Exits 1 if a difference is not 0 or an order did not end as planned.`,
    )
    .action(async (options: Options, command: Command) => {
      const output = outputOf(command)
      const files = { orders: textOf(options.orders), items: textOf(options.items) }
      const book = readOrderBook(files, options.limit)
      if (!book.ok)
        throw new CommandFailure(EXIT.usage, book.code, `${book.code}: ${[book.field, book.detail].filter(Boolean).join(', ')}`)
      const planned: PlanOptions = { ...PLAN_DEFAULTS, pointsPercent: options.points }
      const plan = planReplay(book.value, planned)
      await withHub({ ...globalsOf(command), sandbox: true }, output, async (session) => {
        const outcome = await perform(session, output, { files, options, plan, planned })
        tellOutcome(output, outcome)
        if (!isOk(outcome)) throw new CommandFailure(EXIT.failed, 'replay_failed', failureOf(outcome))
      })
    })
}

interface Request {
  readonly files: { readonly orders: string; readonly items: string }
  readonly options: Options
  readonly plan: ReplayPlan
  readonly planned: PlanOptions
}

async function perform(session: Session, output: Output, request: Request): Promise<Outcome> {
  const { files, options, plan, planned } = request
  if (session.adminKey === undefined)
    throw new CommandFailure(EXIT.usage, 'key_missing', 'a replay enrols people: give an admin key in HUITONG_API_KEY')
  const admin = nativeHub({ url: session.url, apiKey: session.adminKey, deadlineMs: PATIENCE_MS })
  const { terms, sandbox } = await admin.hub()
  if (!sandbox) throw new CommandFailure(EXIT.usage, 'not_a_sandbox', 'a replay moves the clock: the hub must be a sandbox')
  const { transitMs, longestDisputeMs } = terms
  const schedule = scheduleOf(plan, { ...SCHEDULE_DEFAULTS, most: options.batch, transitMs, longestDisputeMs })
  tellPlan(output, plan, schedule, planned)
  const identity = JSON.stringify([options.limit ?? null, options.points, options.batch])
  const file = ProgressFile.of(session.folder.root, { ...files, options: identity })
  const network = await found(admin, seedIn(session.folder, NETWORK_SEED), RATES, DEPTH)
  const from = await begin(admin, file, plan, output)
  const played = await run(network, output, {
    file,
    from,
    plan,
    schedule,
    seed: seedIn(session.folder, 'replay'),
    width: options.concurrency,
  })
  return { plan, options: planned, played, reconciliation: await reconcile(admin) }
}

/** Where to begin: at the interrupted run's next batch, or with a new run whose first event is now. */
async function begin(admin: HubClient, file: ProgressFile, plan: ReplayPlan, output: Output): Promise<Progress> {
  const known = file.read()
  if (known !== undefined && !known.done) {
    output.note(`going on with run ${known.run} at batch ${known.next}`)
    const again = { ...known, sessions: known.sessions + 1 }
    file.write(again)
    return again
  }
  const now = latestOf((await admin.clock()).ledgers)
  const shiftMs = plan.orders.length === 0 ? 0 : now - plan.from
  const fresh = { run: (known?.run ?? 0) + 1, shiftMs, next: 0, spentMs: 0, sessions: 1, done: false }
  file.write(fresh)
  return fresh
}

interface Running {
  readonly file: ProgressFile
  readonly from: Progress
  readonly plan: ReplayPlan
  readonly schedule: Schedule
  readonly seed: Uint8Array
  readonly width: number
}

async function run(network: Founded, output: Output, { file, from, plan, schedule, seed, width }: Running): Promise<Played> {
  const journal = Journal.open(file.journal(from.run))
  const cast = new Cast(network, seedOfRun(seed, file.digest, from.run), journal, width)
  const events = schedule.batches.reduce((sum, batch) => sum + batch.events.length, 0)
  const before = schedule.batches.slice(0, from.next).reduce((sum, batch) => sum + batch.events.length, 0)
  const done = { event: before, verified: 0 }
  const total = events + plan.orders.length
  const bar = output.progress('replaying', total)
  let told = performance.now()
  try {
    return await play(
      {
        plan,
        schedule,
        network,
        cast,
        journal,
        width,
        onDone: (what) => {
          done[what] += 1
          bar.at(done.event + done.verified)
          if (performance.now() - told < NOTE_EVERY_MS) return
          told = performance.now()
          if (output.json)
            output.note(`${done.event} of ${events} events, ${done.verified} of ${plan.orders.length} orders verified`)
        },
      },
      file,
      from,
    )
  } finally {
    bar.stop()
  }
}

const NOTE_EVERY_MS = 15_000

function failureOf({ played, reconciliation }: Outcome): string {
  const broken = reconciliation.rows.find(({ difference }) => difference !== 0n)
  if (broken !== undefined) return `${broken.asset} on ${broken.ledger} does not add up: difference ${broken.difference}`
  if (reconciliation.rows.length === 0) return 'no token was found to reconcile'
  const [first] = played.faults
  return `${played.faults.size} orders did not end as planned, the first: ${first?.[0] ?? ''}: ${first?.[1] ?? ''}`
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new CommandFailure(EXIT.usage, 'file_unreadable', cause instanceof Error ? cause.message : file)
  }
}

function wholeFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^[0-9]+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`a whole number from ${least} to ${most} is needed`)
    return value
  }
}
