// The embedded NATS server with JetStream: started on a free port of 127.0.0.1, stopped cleanly, its leftovers stopped before a start.
// Must never be started without users: every process has its own and may use its own subjects only.
import * as fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { Child, within, type Exit } from './child.js'
import { DataFolder, isRecord, writeAtomically } from './data-folder.js'
import { freePort } from './free-port.js'
import { LogFile } from './log-file.js'
import { findNatsServer, isRecentEnough } from './nats-binary.js'
import { natsConfig, type NatsUser } from './nats-config.js'
import { commandLine, identify, stopForeign } from './process-identity.js'

/** The launcher's own user, for health checks and tests: everything allowed. */
export const NATS_SUPERUSER = 'launcher'
const START_MS = 60_000
const STORE_BYTES_MAX = 10 * 2 ** 30
const STOP = [
  ['SIGTERM', 12_000],
  ['SIGKILL', 5_000],
] as const

export interface NatsServer {
  readonly pid: number
  readonly port: number
  /** Without credentials. */
  readonly url: string
  readonly version: string
  readonly exited: Promise<Exit>
  stop(): Promise<void>
  kill9(): Promise<void>
}

export interface NatsOptions {
  readonly folder: DataFolder
  readonly port: number
  readonly log: LogFile
  readonly users: readonly NatsUser[]
  readonly progress?: (line: string) => void
  readonly onSpawn?: (pid: number) => void
}

/** Starts the server on exactly this port; rejects if it is not ready in a minute. */
export async function runNats(options: NatsOptions): Promise<NatsServer> {
  const { folder, port, log } = options
  const binary = await findNatsServer(folder, options.progress ?? (() => undefined))
  const config = path.join(folder.nats, 'nats.conf')
  const pidFile = path.join(folder.nats, 'nats.pid')
  await stopLeftover(pidFile, config)
  const text = natsConfig({
    host: '127.0.0.1',
    port,
    storeFolder: path.join(folder.nats, 'jetstream'),
    pidFile,
    storeBytes: storeBytes(folder.nats),
    users: [superuser(folder), ...options.users],
    systemPassword: folder.secret('nats:system'),
  })
  writeAtomically(config, text, 0o600)
  log.mark()
  const child = await Child.start({
    command: binary,
    args: ['-c', config],
    log,
    cwd: folder.nats,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? folder.nats },
    orphaned: 'SIGTERM',
  })
  options.onSpawn?.(child.pid)
  const version = await ready(child, port)
  if (version === undefined || !isRecentEnough(version)) {
    await child.stop(STOP)
    await within(500, child.drained)
    throw new Error(`nats-server did not start${version === undefined ? '' : ` (${version} is too old)`}:\n${log.tail()}`)
  }
  return {
    pid: child.pid,
    port,
    url: `nats://127.0.0.1:${port}`,
    version,
    exited: child.exited,
    async stop() {
      await child.stop(STOP)
    },
    async kill9() {
      await child.stop([['SIGKILL', 5_000]])
    },
  }
}

/** For tests: a server with a folder of its own; `user` and `password` may do everything. `restart` keeps port and data. */
export interface StartedNats {
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly user: string
  readonly password: string
  stop(): Promise<void>
  restart(): Promise<void>
  kill9(): Promise<void>
}

export async function startNats(options: {
  readonly folder: string
  readonly port?: number
  readonly users?: readonly NatsUser[]
}): Promise<StartedNats> {
  const folder = new DataFolder(options.folder)
  const release = folder.lock('nats')
  const log = new LogFile(folder.log('nats'))
  const settings = { folder, port: await freePort(options.port), log, users: options.users ?? [] }
  let current: NatsServer
  try {
    current = await runNats(settings)
  } catch (error) {
    release()
    throw error
  }
  const { user, password } = superuser(folder)
  return {
    port: settings.port,
    url: current.url,
    user,
    password,
    get pid() {
      return current.pid
    },
    async stop() {
      await current.stop()
      release()
      log.close()
    },
    async restart() {
      await current.stop()
      current = await runNats(settings)
    },
    kill9: () => current.kill9(),
  }
}

/** What a NATS server says of itself to whoever connects, before any login; undefined if nothing answers. */
export function natsInfo(port: number, host = '127.0.0.1', ms = 1_000): Promise<Record<string, unknown> | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host })
    let text = ''
    const end = (value: Record<string, unknown> | undefined): void => {
      socket.destroy()
      resolve(value)
    }
    socket.setTimeout(ms, () => end(undefined))
    socket.on('error', () => end(undefined))
    socket.on('close', () => resolve(undefined))
    socket.on('data', (bytes) => {
      text += bytes.toString('utf8')
      const line = /^INFO (\{.*\})\s*\r\n/.exec(text)?.[1]
      if (line === undefined) return
      const info: unknown = JSON.parse(line)
      end(isRecord(info) ? info : undefined)
    })
  })
}

function superuser(folder: DataFolder): NatsUser {
  return { user: NATS_SUPERUSER, password: folder.secret(`nats:${NATS_SUPERUSER}`), publish: ['>'], subscribe: ['>'] }
}

function storeBytes(folder: string): number {
  const { bavail, bsize } = fs.statfsSync(folder)
  return Math.floor(Math.min(STORE_BYTES_MAX, bavail * bsize * 0.6))
}

async function ready(child: Child, port: number): Promise<string | undefined> {
  const deadline = Date.now() + START_MS
  while (child.running && Date.now() < deadline) {
    const info = await natsInfo(port)
    if (info !== undefined) {
      const version = info['version']
      return typeof version === 'string' ? version : undefined
    }
    await within(15, child.exited)
  }
  return undefined
}

/** A server that outlived its launcher, known by its pid file and by its command line naming this very configuration. */
async function stopLeftover(pidFile: string, config: string): Promise<void> {
  if (!fs.existsSync(pidFile)) return
  const identity = identify(Number.parseInt(fs.readFileSync(pidFile, 'utf8'), 10))
  if (identity !== undefined && commandLine(identity.pid).includes(config)) {
    if (!(await stopForeign(identity, STOP))) throw new Error(`nats-server process ${identity.pid} does not stop`)
  }
  fs.rmSync(pidFile, { force: true })
}
