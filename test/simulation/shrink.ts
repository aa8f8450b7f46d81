// Makes a failing seed simpler: leaves out faults and people one by one as long as the same rule is broken, and keeps the lines of the trace that speak
// of what it is about.
import { FAULT_GROUPS, type FaultGroup } from './faults.js'
import { STORIES, type SeedOptions, type SeedResult, runSeed } from './run.js'
import { clockText, relevant } from './trace.js'

export interface Shrunk {
  readonly options: SeedOptions
  readonly result: SeedResult
}

/** The simplest options found under which the seed still breaks the same rule. */
export async function shrink(failed: SeedResult): Promise<Shrunk> {
  let options: SeedOptions = { seed: failed.seed }
  let result = failed
  const accept = async (tried: SeedOptions): Promise<boolean> => {
    const again = await runSeed(tried)
    if (again.failure?.rule !== failed.failure?.rule) return false
    options = tried
    result = again
    return true
  }
  for (const group of FAULT_GROUPS) await accept({ ...options, without: new Set([...(options.without ?? []), group]) })
  for (let number = 0; number < STORIES; number++) {
    const only = options.only ?? new Set(Array.from({ length: STORIES }, (_, index) => index))
    if (only.size > 1 && only.has(number)) await accept({ ...options, only: new Set([...only].filter((one) => one !== number)) })
  }
  return { options, result }
}

/** The command that shows this run again. */
export function replayCommand({ seed, only, without }: SeedOptions): string {
  const parts = [`npm run simulate -- --from ${seed} --seeds 1 --trace`]
  if (only !== undefined) parts.push(`--only ${[...only].join(',')}`)
  if (without !== undefined && without.size > 0) parts.push(`--without ${[...without].join(',')}`)
  return parts.join(' ')
}

const LINES_MOST = 120

/** A failure for people: what broke, how to see it again, and what led to it. */
export function failureText({ options, result }: Shrunk): string {
  const { failure, trace, seed } = result
  if (failure === undefined) return `seed ${seed} is fine`
  const lines = failure.about.length === 0 ? trace.lines : relevant(trace, failure.about)
  const shown = lines.slice(-LINES_MOST).map(({ at, text }) => `  ${clockText(at)} ${text}`)
  return [
    `seed ${seed} breaks "${failure.rule}": ${failure.detail}`,
    `  ${replayCommand(options)}`,
    `  trace ${trace.hash}, ${trace.count} lines, ${lines.length} of them about this${lines.length > LINES_MOST ? `, the last ${LINES_MOST}` : ''}:`,
    ...shown,
  ].join('\n')
}

export function groupsOf(text: string): ReadonlySet<FaultGroup> {
  const named = text.split(',').filter((part) => part !== '')
  const known = FAULT_GROUPS.filter((group) => named.includes(group))
  if (known.length !== named.length) throw new RangeError(`--without takes some of ${FAULT_GROUPS.join(', ')}`)
  return new Set(known)
}
