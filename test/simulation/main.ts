// The command `simulate`: runs seeds one after another, says what each came to, and at the end what all of them covered. Exits with 1 if a rule was
// broken, naming the seeds.
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { Report } from './report.js'
import { type SeedOptions, type SeedResult, runSeed } from './run.js'
import { failureText, groupsOf, shrink } from './shrink.js'
import { clockText } from './trace.js'

const SEEDS = 200
const UINT32 = 2 ** 32

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: String(SEEDS) },
    from: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    first: { type: 'boolean', default: false },
    only: { type: 'string' },
    without: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})

const HELP = `npm run simulate -- [--seeds N] [--from S] [--json] [--trace] [--first] [--only 0,2] [--without messages,links,crashes,database,halts,skew,powers,beyond]

Runs the whole of settlement over simulated ledgers, bus, database and clock, once for each seed (uint32), and checks its rules after every event.
--first ends at the first seed that breaks a rule.`

function whole(text: string, name: string, least: number): number {
  const number = Number(text)
  if (!/^\d{1,10}$/.test(text) || number < least || number >= UINT32) throw new RangeError(`--${name} takes a whole number`)
  return number
}

/** Human text goes to stdout, or to stderr where stdout is for machines. */
const say = (text: string): void => void (values.json ? process.stderr : process.stdout).write(`${text}\n`)
const tell = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`)

function line(result: SeedResult, ms: number): string {
  const { seed, failure, events, simulatedMs, trace, stories } = result
  const faults = [...result.faults.values()].reduce((sum, count) => sum + count, 0)
  const verdict = failure === undefined ? 'ok' : `BROKEN ${failure.rule}`
  const told = `${stories.length} deals, ${events} events, ${faults} faults, ${clockText(Math.round(simulatedMs))} simulated`
  return `seed ${seed}: ${verdict} (${told}, ${ms} ms, trace ${trace.hash})`
}

async function run(): Promise<number> {
  const [seeds, from] = [whole(values.seeds, 'seeds', 1), whole(values.from, 'from', 0)]
  const chosen = values.only === undefined ? {} : { only: new Set(values.only.split(',').map(Number)) }
  const without = groupsOf(values.without)
  const report = new Report(pathToFileURL(`${process.cwd()}/`))
  const begun = performance.now()
  for (let number = 0; number < seeds; number++) {
    const options: SeedOptions = { seed: (from + number) % UINT32, without, ...chosen }
    const started = performance.now()
    const result = await runSeed(options)
    const ms = Math.round(performance.now() - started)
    report.add(result)
    const ended = { seed: result.seed, ok: result.failure === undefined, ms, events: result.events, trace: result.trace.hash }
    if (values.json)
      tell({ ...ended, ...(result.failure === undefined ? {} : { rule: result.failure.rule, detail: result.failure.detail }) })
    if (!values.json || result.failure !== undefined) say(line(result, ms))
    if (values.trace) say(result.trace.lines.map(({ at, text }) => `${clockText(at)} ${text}`).join('\n'))
    else if (result.failure !== undefined) say(failureText(values.first ? { options, result } : await shrink(result)))
    if (values.first && result.failure !== undefined) break
  }
  const seconds = (performance.now() - begun) / 1_000
  say(report.text(seconds))
  if (values.json) tell(report.summary(seconds))
  return report.failed.length === 0 ? 0 : 1
}

if (values.help) say(HELP)
else process.exitCode = await run()
