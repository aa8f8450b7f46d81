// A child process of ours: spawned into a session of its own (so that Ctrl-C reaches the supervisor alone, which then stops its
// children in order), its output in a log file, its end a promise. Must never be left running by a clean stop.
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LogFile } from './log-file.js'

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ChildOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly log: LogFile
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Numeric user and group to run as; only root can set it. */
  readonly user?: number | undefined
  /** Called with each line of standard output, which goes into the log too. */
  readonly onLine?: (line: string) => void
  /**
   * How the child learns that we died without a word. `stdin`: it exits by itself when its standard input ends. A signal: a guard process
   * waits on a pipe from us and sends the signal when the pipe closes (for servers that do not look at their standard input).
   */
  readonly orphaned: 'stdin' | NodeJS.Signals
}

export class Child {
  readonly pid: number
  readonly exited: Promise<Exit>
  /** Its end and the last byte of its output, which may come later. */
  readonly drained: Promise<void>
  private ended: Exit | undefined

  private constructor(
    private readonly child: ChildProcess,
    pid: number,
    orphaned: ChildOptions['orphaned'],
  ) {
    this.pid = pid
    const guard = orphaned === 'stdin' ? undefined : startGuard(pid, orphaned)
    this.drained = new Promise((resolve) => {
      child.once('close', () => resolve())
    })
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.ended = { code, signal }
        guard?.kill('SIGKILL')
        resolve(this.ended)
      })
    })
  }

  /** Rejects if the program cannot be started at all. */
  static start(options: ChildOptions): Promise<Child> {
    return new Promise((resolve, reject) => {
      const child = spawn(options.command, [...options.args], {
        stdio: [options.orphaned === 'stdin' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
        detached: true,
        ...(options.env === undefined ? {} : { env: options.env }),
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.user === undefined ? {} : { uid: options.user, gid: options.user }),
      })
      child.once('error', reject)
      child.stdin?.on('error', () => undefined)
      readLines(child.stderr, (line) => options.log.line(line))
      readLines(child.stdout, (line) => {
        options.log.line(line)
        options.onLine?.(line)
      })
      if (child.pid !== undefined) resolve(new Child(child, child.pid, options.orphaned))
    })
  }

  get running(): boolean {
    return this.ended === undefined
  }

  signal(name: NodeJS.Signals): void {
    if (this.running) this.child.kill(name)
  }

  /** Sends each signal in turn and waits its patience in milliseconds; the last one should be SIGKILL. */
  async stop(steps: readonly (readonly [NodeJS.Signals, number])[]): Promise<Exit> {
    for (const [name, patience] of steps) {
      this.signal(name)
      const ended = await within(patience, this.exited)
      if (ended !== undefined) return ended
    }
    return this.exited
  }
}

/** The promise's value, or undefined after so many milliseconds. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const stop = new AbortController()
  const late = sleep(ms, undefined, { signal: stop.signal, ref: true }).catch(() => undefined)
  try {
    return await Promise.race([promise, late])
  } finally {
    stop.abort()
  }
}

function readLines(stream: Readable | null, take: (line: string) => void): void {
  if (stream === null) return
  stream.on('error', () => undefined)
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', take)
}

function startGuard(pid: number, signal: NodeJS.Signals): ChildProcess {
  const script = `read -r _; kill -${signal.slice(3)} "$1" 2>/dev/null`
  const guard = spawn('/bin/sh', ['-c', script, 'huitong-guard', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.on('error', () => undefined)
  guard.stdin?.on('error', () => undefined)
  guard.unref()
  return guard
}
