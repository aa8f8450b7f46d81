// Writes the report folder: table.md, results.json and the plots, with what is needed to run the same again: machine, versions, commit.
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Arguments } from '../arguments.js'
import type { Line } from '../line.js'
import type { Verdict } from '../pass.js'
import { figure } from '../say.js'
import { plotsOf } from './plots.js'
import { tableOf } from './table.js'

export interface PassNote {
  readonly pass: number
  readonly rawPerSecond: number
  readonly commitsPerSecond: number
  /** Cores that other programs used on average. */
  readonly othersCores: number
  readonly noisy: boolean
}

export interface Outcome {
  readonly lines: readonly Line[]
  readonly failed: readonly { readonly row: string; readonly reason: string }[]
  readonly passes: readonly PassNote[]
  readonly verdicts: readonly Verdict[]
  readonly settings: ReadonlyMap<string, string>
  readonly postgres: string
}

interface Told extends Arguments {
  readonly missed: readonly string[]
  readonly summary: object
}

/** Answers the folder. */
export function writeReport(outcome: Outcome, told: Told): string {
  const time = new Date().toISOString().replaceAll(':', '-').slice(0, 19)
  const folder = path.resolve(told.report ?? path.join('bench-report', time))
  fs.mkdirSync(folder, { recursive: true })
  const machine = machineOf(outcome.postgres)
  const results = {
    machine,
    sizes: told.sizes,
    seed: told.seed,
    lines: outcome.lines,
    summary: told.summary,
    passes: outcome.passes,
    settings: Object.fromEntries(outcome.settings),
    verdicts: outcome.verdicts,
  }
  fs.writeFileSync(path.join(folder, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`)
  const plots = plotsOf(outcome.lines)
  for (const { name, svg } of plots) fs.writeFileSync(path.join(folder, name), svg)
  fs.writeFileSync(path.join(folder, 'table.md'), pageOf(outcome, told, { machine, plots: plots.map(({ name }) => name) }))
  return folder
}

interface Page {
  readonly machine: Readonly<Record<string, string>>
  readonly plots: readonly string[]
}

function pageOf({ lines, passes, settings, failed, verdicts }: Outcome, { missed, isQuick, seed }: Told, page: Page): string {
  const list = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : ['', `## ${title}`, ...items.map((item) => `- ${item}`)]
  const problems = verdicts.flatMap(({ contestant, pass, lost, problem }) =>
    lost === 0 && problem === undefined ? [] : [`pass ${pass}, ${contestant}: ${lost} lost; ${problem ?? 'books add up'}`],
  )
  return [
    `# Bench report${isQuick ? ' (quick: small sizes)' : ''}`,
    '',
    ...Object.entries(page.machine).map(([name, value]) => `- ${name}: ${value}`),
    `- seed: ${seed}`,
    '',
    "Values and ratios are medians over the passes; a ratio is ours by the peer's within one pass. How to read it: docs/bench.md.",
    '',
    tableOf(lines),
    ...list('Goals not reached', missed),
    ...list(
      'Failed rows',
      failed.map(({ row, reason }) => `${row}: ${reason}`),
    ),
    ...list(
      'Checks after the runs',
      problems.length === 0 ? [`${verdicts.length} made: nothing lost, all books add up`] : problems,
    ),
    ...list(
      'Settings of the peers',
      [...settings].map(([peer, words]) => `${peer}: ${words}`),
    ),
    ...list('Passes', passes.map(passSentence)),
    '',
    ...page.plots.map((plot) => `![${plot}](${plot})`),
    '',
  ].join('\n')
}

function passSentence({ pass, rawPerSecond, commitsPerSecond, othersCores, noisy }: PassNote): string {
  const calibration = `raw verification ${figure(rawPerSecond)}/s, one-row commits ${figure(commitsPerSecond)}/s`
  return `${pass}: ${calibration}, others used ${figure(othersCores)} cores${noisy ? ' (NOISY)' : ''}`
}

function machineOf(postgres: string): Record<string, string> {
  const [cpu] = os.cpus()
  return {
    machine: `${os.cpus().length} x ${cpu?.model.trim() ?? 'unknown'}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()} ${os.arch()}`,
    versions: `Node ${process.version}, PostgreSQL ${postgres}`,
    commit: commit(),
    time: new Date().toISOString(),
  }
}

function commit(): string {
  try {
    const git = (...words: string[]): string =>
      execFileSync('git', words, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    return `${git('rev-parse', 'HEAD')}${git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' with local changes'}`
  } catch {
    return 'unknown'
  }
}
