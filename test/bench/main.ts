// `npm run bench`: runs the rows pass by pass, checks after every run that nothing was lost or made from nothing, prints lines or a table and
// writes the report. Lines go to stdout, everything else to stderr. Exit code 0 says that the books held, not that the goals were reached.
import 'reflect-metadata'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Arguments, argumentsOf } from './arguments.js'
import { missedGoals, sentenceOf } from './goals.js'
import { type Measure, linesOf } from './line.js'
import { NOISY_CORES, Noise } from './noise.js'
import { type Bench, Pass } from './pass.js'
import { tableOf } from './report/table.js'
import { type Outcome, type PassNote, writeReport } from './report/report.js'
import { chosenRows } from './rows/all.js'
import type { Row } from './rows/row.js'
import { figure, say } from './say.js'
import { BenchServers } from './servers.js'

const EXIT_USAGE = 2
const EXIT_INTERRUPTED = 130
/** Time for a stop in an orderly way; after it everything is ended as it is. */
const STOP_MS = 8_000
let isInterrupted = false
/** The pass that runs: what it has started must not outlive us. */
let current: Pass | undefined

async function main(): Promise<number> {
  let words: Arguments
  let rows: readonly Row[]
  try {
    words = argumentsOf(process.argv.slice(2))
    rows = chosenRows(words.rows)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return EXIT_USAGE
  }
  say('starting PostgreSQL and NATS')
  const servers = await BenchServers.start()
  const bench: Bench = {
    sizes: words.sizes,
    seed: words.seed,
    passes: words.passes,
    rows: rows.map(({ name }) => name),
    servers,
    verdicts: [],
    settings: new Map(),
    kept: new Map(),
  }
  const interrupted = (): void => {
    isInterrupted = true
    say('interrupted: stopping what was started')
    const closed = Promise.resolve(current?.close()).then(() => servers.stop())
    void Promise.race([closed, sleep(STOP_MS)]).finally(() => process.exit(EXIT_INTERRUPTED))
  }
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    const outcome = await run(bench, words, rows)
    // whoever interrupted is ending the process already
    return isInterrupted ? EXIT_INTERRUPTED : report(outcome, words)
  } finally {
    await current?.close()
    await servers.stop()
  }
}

async function run(bench: Bench, words: Arguments, rows: readonly Row[]): Promise<Outcome> {
  const measures: Measure[] = []
  const failed: { row: string; reason: string }[] = []
  const passes: PassNote[] = []
  const noise = new Noise(bench.servers.pids)
  for (let number = 1; number <= words.passes; number++) {
    if (isInterrupted) break
    const pass = new Pass(bench, number)
    current = pass
    say(`pass ${number} of ${words.passes}: calibration`)
    await pass.uniform()
    noise.others()
    const [raw, commits] = [await pass.raw(), await pass.commits()]
    say(`raw verification ${figure(raw.perSecond)}/s, one-row commits ${figure(commits.perSecond)}/s`)
    for (const row of rows) {
      if (isInterrupted || failed.some((each) => each.row === row.name)) continue
      say(`${row.name}, pass ${number}`)
      try {
        const found = await row.run(pass)
        measures.push(...found)
        for (const line of linesOf(found)) say(`  ${tableOf([line]).split('\n').at(-1) ?? ''}`)
      } catch (error) {
        if (isInterrupted) continue
        say(`!! ${row.name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
        failed.push({ row: row.name, reason: error instanceof Error ? error.message : String(error) })
      }
    }
    const othersCores = noise.others()
    await pass.close()
    passes.push({
      pass: number,
      rawPerSecond: raw.perSecond,
      commitsPerSecond: commits.perSecond,
      othersCores,
      noisy: othersCores > NOISY_CORES,
    })
    if (othersCores > NOISY_CORES) say(`!! pass ${number} was noisy: others used ${figure(othersCores)} cores`)
  }
  const lines = [
    ...linesOf(measures),
    // a row that could not be measured says so: it has a line without a value
    ...failed.map(({ row }) => ({
      row,
      metric: 'perSecond',
      value: null,
      unit: 'failed',
      peer: null,
      peerValue: null,
      ratio: null,
    })),
  ]
  return { lines, failed, passes, verdicts: bench.verdicts, settings: bench.settings, postgres: await bench.servers.version() }
}

function report(outcome: Outcome, words: Arguments): number {
  const { lines, failed, verdicts, passes } = outcome
  const missed = missedGoals(lines).map(sentenceOf)
  const lost = verdicts.reduce((sum, verdict) => sum + verdict.lost, 0)
  const problems = verdicts.flatMap(({ contestant, problem }) => (problem === undefined ? [] : [`${contestant}: ${problem}`]))
  const summary = {
    summary: true,
    ok: lost === 0 && problems.length === 0 && failed.length === 0,
    quick: words.isQuick,
    passes: passes.length,
    checks: verdicts.length,
    lost,
    problems,
    failed,
    goalsMissed: missed,
    noisyPasses: passes.filter(({ noisy }) => noisy).map(({ pass }) => pass),
  }
  const folder = writeReport(outcome, { ...words, missed, summary })
  if (words.isJson) {
    for (const line of lines) process.stdout.write(`${JSON.stringify(line)}\n`)
    process.stdout.write(`${JSON.stringify({ ...summary, report: folder })}\n`)
  } else process.stdout.write(`${tableOf(lines)}\n`)
  for (const sentence of missed) say(`GOAL NOT REACHED  ${sentence}`)
  for (const { row, reason } of failed) say(`FAILED  ${row}: ${reason}`)
  for (const problem of problems) say(`BOOKS DO NOT HOLD  ${problem}`)
  say(`${verdicts.length} checks: ${lost} acknowledged and lost, ${problems.length} books that do not hold; report in ${folder}`)
  return summary.ok ? 0 : 1
}

process.exitCode = await main()
