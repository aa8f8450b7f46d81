// A process of ours as a unit of the supervisor. The bargain with the process: it prints `{"ready":true,"role":...,"port":...}` alone on a line of
// its standard output when it serves; with HUITONG_PARENT_PIPE=1 it ends when its standard input ends (the launcher died); SIGTERM asks
// for a clean end within 12 seconds. Must never start a process without a log to read afterwards.
import { Child, within } from './child.js'
import { isRecord } from './data-folder.js'
import { LogFile } from './log-file.js'
import type { Running, Unit } from './supervisor.js'

const READY_MS = 60_000
const STOP = [
  ['SIGTERM', 12_000],
  ['SIGKILL', 5_000],
] as const

export interface AppProcess {
  readonly role: string
  readonly after: readonly string[]
  /** Arguments of node: the entry file first. */
  readonly args: readonly string[]
  readonly cwd: string
  /** Asked at each start, so that a restart sees the current ports. */
  readonly env: () => NodeJS.ProcessEnv
  readonly logFile: string
  readonly readyMs?: number
}

export function appUnit(app: AppProcess): Unit {
  const log = new LogFile(app.logFile)
  return { role: app.role, after: app.after, start: (onSpawn, cancelled) => startApp(app, { log, onSpawn, cancelled }) }
}

interface Start {
  readonly log: LogFile
  readonly onSpawn: (pid: number) => void
  readonly cancelled: AbortSignal
}

async function startApp(app: AppProcess, { log, onSpawn, cancelled }: Start): Promise<Running> {
  log.mark()
  let announce: (port: number | undefined) => void = () => undefined
  const ready = new Promise<{ readonly port: number | undefined }>((resolve) => {
    announce = (port) => resolve({ port })
  })
  const child = await Child.start({
    command: process.execPath,
    args: app.args,
    cwd: app.cwd,
    env: { ...app.env(), HUITONG_PARENT_PIPE: '1' },
    log,
    orphaned: 'stdin',
    onLine: (line) => {
      const said = readyLine(line, app.role)
      if (said !== undefined) announce(said.port)
    },
  })
  onSpawn(child.pid)
  let giveUp = (): void => undefined
  const given = new Promise<undefined>((resolve) => {
    giveUp = () => resolve(undefined)
  })
  if (cancelled.aborted) giveUp()
  cancelled.addEventListener('abort', giveUp, { once: true })
  const first = await within(app.readyMs ?? READY_MS, Promise.race([ready, given, child.exited.then(() => undefined)]))
  cancelled.removeEventListener('abort', giveUp)
  if (first === undefined || !child.running) {
    const late = child.running
    await child.stop(STOP)
    await within(500, child.drained)
    throw new Error(`${late ? 'not ready in time' : 'ended before it was ready'}; its last words:\n${log.tail()}`)
  }
  return {
    pid: child.pid,
    port: first.port,
    exited: child.exited,
    async stop() {
      await child.stop(STOP)
    },
    async kill9() {
      await child.stop([['SIGKILL', 5_000]])
    },
  }
}

function readyLine(line: string, role: string): { readonly port: number | undefined } | undefined {
  if (!line.startsWith('{') || !line.includes('"ready"')) return undefined
  let said: unknown
  try {
    said = JSON.parse(line)
  } catch {
    return undefined
  }
  if (!isRecord(said) || said['ready'] !== true || said['role'] !== role) return undefined
  return { port: typeof said['port'] === 'number' ? said['port'] : undefined }
}
