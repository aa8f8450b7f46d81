// How much of the machine others took while we measured: all busy time of /proc/stat less that of our own processes. Linux only.
import * as fs from 'node:fs'
import os from 'node:os'

/** More of a core than this makes a pass noisy. */
export const NOISY_CORES = 0.3
const TICKS_PER_SECOND = 100

interface Reading {
  readonly at: number
  readonly busy: number
  readonly own: number
}

export class Noise {
  #since: Reading

  constructor(private readonly pids: readonly number[]) {
    this.#since = read(pids)
  }

  /** Cores that others used on average since the last call. */
  others(): number {
    const now = read(this.pids)
    const seconds = (now.at - this.#since.at) / 1_000
    const cores = (now.busy - this.#since.busy - (now.own - this.#since.own)) / TICKS_PER_SECOND / seconds
    this.#since = now
    return Math.min(os.availableParallelism(), Math.max(0, cores))
  }
}

function read(pids: readonly number[]): Reading {
  try {
    const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = (
      fs.readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
    )
      .split(/\s+/)
      .slice(1)
      .map(Number)
    return { at: performance.now(), busy: user + nice + system + irq + softIrq + steal, own: ownTicks([process.pid, ...pids]) }
  } catch {
    return { at: performance.now(), busy: 0, own: 0 }
  }
}

/** Ticks of these processes, their descendants, and of all children that they have waited for. */
function ownTicks(roots: readonly number[]): number {
  const processes = new Map<number, { readonly parent: number; readonly ticks: number }>()
  for (const name of fs.readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const stat = statOf(pid)
    if (stat !== undefined) processes.set(pid, stat)
  }
  const isOurs = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 0; at = processes.get(at)?.parent)
      if (roots.includes(at)) return true
    return false
  }
  let ticks = 0
  for (const [pid, process] of processes) if (isOurs(pid)) ticks += process.ticks
  return ticks
}

function statOf(pid: number): { readonly parent: number; readonly ticks: number } | undefined {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [parent = 0] = fields.slice(1)
    const ticks = fields.slice(11, 15).reduce((sum, each) => sum + each, 0)
    return { parent, ticks }
  } catch {
    return undefined
  }
}
