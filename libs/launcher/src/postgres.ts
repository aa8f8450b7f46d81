// The embedded PostgreSQL: made once, started on a free port of 127.0.0.1, stopped cleanly, its leftovers stopped before a start.
// A leftover is stopped, not adopted: only a child of ours tells us its end at once, and a clean restart costs a tenth of a second.
// Must never weaken durability (fsync, full_page_writes, synchronous_commit stay on), nor listen beyond this machine.
import { randomBytes } from 'node:crypto'
import { execFile } from 'node:child_process'
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Child, within, type Exit } from './child.js'
import { DataFolder } from './data-folder.js'
import { freePort } from './free-port.js'
import { LogFile } from './log-file.js'
import { findPostgres, NOBODY, runsAsRoot, type PostgresBinaries } from './postgres-binaries.js'
import { commandLine, identify, stopForeign } from './process-identity.js'

export const DATABASE = 'huitong'
export const SUPERUSER = 'huitong'
/** Generous: after a crash it first replays its log, and a server stopped in the midst of that begins again. */
const START_MS = 300_000
/** Fast shutdown, then immediate (recovered by the log at the next start), then kill. */
const STOP = [
  ['SIGINT', 12_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
] as const

export interface PostgresServer {
  readonly pid: number
  readonly port: number
  /** As superuser, to the database `huitong`: for the launcher and for tests; processes get a role of their own. */
  readonly url: string
  readonly exited: Promise<Exit>
  stop(): Promise<void>
  kill9(): Promise<void>
}

export interface PostgresOptions {
  readonly folder: DataFolder
  readonly port: number
  readonly log: LogFile
  /** Called as soon as there is a process, before it is ready. */
  readonly onSpawn?: (pid: number) => void
}

/** Starts the server on exactly this port; rejects if it is not ready in five minutes. Creates cluster and database at first use. */
export async function runPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { folder, port, log } = options
  const password = folder.secret('postgres:superuser')
  const data = path.join(home(folder), 'data')
  const version = path.join(data, 'PG_VERSION')
  const exists = fs.existsSync(version)
  const binaries = findPostgres(folder, exists ? Number.parseInt(fs.readFileSync(version, 'utf8'), 10) : undefined)
  if (!exists) await initialise(binaries, data, password)
  await stopLeftover(data)
  const deadline = Date.now() + START_MS
  for (;;) {
    log.mark()
    const child = await Child.start({
      command: path.join(binaries.folder, 'postgres'),
      args: ['-D', data, ...settings(port)],
      log,
      cwd: data,
      user: runsAsRoot() ? NOBODY : undefined,
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env['PATH'] ?? '' },
      orphaned: 'SIGINT',
    })
    options.onSpawn?.(child.pid)
    if (await ready(child, data, deadline)) {
      await createDatabase(adminUrl(port, password, 'postgres'))
      return server(child, port, password)
    }
    await child.stop(STOP)
    await within(500, child.drained)
    // Workers of a postmaster that was killed hold its shared memory until they notice: that passes, anything else does not.
    const passing = /shared memory block|lock file "postmaster.pid"/.test(log.tail())
    if (!passing || Date.now() > deadline) throw new Error(`PostgreSQL did not start:\n${log.tail()}`)
    await sleep(100)
  }
}

/** For tests: a server with a folder of its own. `restart` keeps port and data. */
export interface StartedPostgres {
  readonly url: string
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
  restart(): Promise<void>
  kill9(): Promise<void>
}

export async function startPostgres(options: { readonly folder: string; readonly port?: number }): Promise<StartedPostgres> {
  const folder = new DataFolder(options.folder)
  const release = folder.lock('postgres')
  const log = new LogFile(folder.log('postgres'))
  const port = await freePort(options.port)
  let current: PostgresServer
  try {
    current = await runPostgres({ folder, port, log })
  } catch (error) {
    release()
    throw error
  }
  return {
    port,
    url: current.url,
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
      current = await runPostgres({ folder, port, log })
    },
    kill9: () => current.kill9(),
  }
}

export function adminUrl(port: number, password: string, database = DATABASE): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`
}

function server(child: Child, port: number, password: string): PostgresServer {
  return {
    pid: child.pid,
    port,
    url: adminUrl(port, password),
    exited: child.exited,
    async stop() {
      await child.stop(STOP)
    },
    async kill9() {
      await child.stop([['SIGKILL', 5_000]])
    },
  }
}

/**
 * Where the cluster lives: `pg` in the data folder. As root the server runs as nobody, who must be able to reach it; where a folder above is
 * closed to him (root's home is), `pg` is a link to a folder under /var/lib, of a random name so that no two data folders share one.
 */
function home(folder: DataFolder): string {
  if (!runsAsRoot()) {
    fs.mkdirSync(folder.pg, { recursive: true, mode: 0o700 })
    return folder.pg
  }
  if (!fs.existsSync(folder.pg)) {
    fs.chmodSync(folder.root, fs.statSync(folder.root).mode | 0o111)
    if (passable(folder.root)) {
      fs.mkdirSync(folder.pg, { mode: 0o700 })
    } else {
      const elsewhere = path.join('/var/lib/huitong', randomBytes(8).toString('hex'))
      fs.mkdirSync(elsewhere, { recursive: true, mode: 0o711 })
      fs.rmSync(folder.pg, { force: true })
      fs.symlinkSync(elsewhere, folder.pg)
    }
  }
  const real = fs.realpathSync(folder.pg)
  fs.chownSync(real, NOBODY, NOBODY)
  fs.chmodSync(real, 0o700)
  return real
}

function passable(folder: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    if ((fs.statSync(at).mode & 0o001) === 0) return false
    if (at === path.dirname(at)) return true
  }
}

/** initdb into a folder beside, then one rename: a cluster is there whole or not at all. */
async function initialise(binaries: PostgresBinaries, data: string, password: string): Promise<void> {
  const fresh = `${data}.new`
  const file = `${data}.password`
  fs.rmSync(fresh, { recursive: true, force: true })
  fs.rmSync(file, { force: true })
  fs.writeFileSync(file, password, { mode: 0o600 })
  if (runsAsRoot()) fs.chownSync(file, NOBODY, NOBODY)
  try {
    const args = ['-D', fresh, '-U', SUPERUSER, '-A', 'scram-sha-256', '--pwfile', file, '--data-checksums']
    await promisify(execFile)(path.join(binaries.folder, 'initdb'), [...args, '-E', 'UTF8', '--locale=C'], {
      cwd: path.dirname(data),
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env['PATH'] ?? '' },
      ...(runsAsRoot() ? { uid: NOBODY, gid: NOBODY } : {}),
    })
  } finally {
    fs.rmSync(file, { force: true })
  }
  fs.renameSync(fresh, data)
}

function settings(port: number): string[] {
  const megabytes = Math.max(64, Math.min(512, Math.floor(os.totalmem() / 2 ** 20 / 8)))
  const values: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: `${megabytes}MB`,
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    data_sync_retry: 'off',
    wal_compression: 'on',
    min_wal_size: '256MB',
    max_wal_size: '2GB',
    checkpoint_completion_target: '0.9',
    tcp_keepalives_idle: 10,
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 3,
    tcp_user_timeout: '15s',
    client_connection_check_interval: '5s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] %u ',
    logging_collector: 'off',
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** A postmaster that outlived its launcher, known by its own pid file and by its command line naming this very data folder. */
async function stopLeftover(data: string): Promise<void> {
  const file = path.join(data, 'postmaster.pid')
  if (!fs.existsSync(file)) return
  const pid = Number.parseInt(fs.readFileSync(file, 'utf8'), 10)
  const identity = Number.isNaN(pid) ? undefined : identify(pid)
  if (identity !== undefined && commandLine(identity.pid).includes(data)) {
    if (!(await stopForeign(identity, STOP))) throw new Error(`PostgreSQL process ${identity.pid} does not stop`)
    return
  }
  // PostgreSQL refuses to start beside an empty pid file (it was killed while writing it) or one that names somebody else's process.
  fs.rmSync(file, { force: true })
}

async function ready(child: Child, data: string, deadline: number): Promise<boolean> {
  const file = path.join(data, 'postmaster.pid')
  while (child.running && Date.now() < deadline) {
    if (fs.existsSync(file)) {
      const lines = fs.readFileSync(file, 'utf8').split('\n')
      if (lines[0] === String(child.pid) && lines[7]?.trim() === 'ready') return true
    }
    await within(15, child.exited)
  }
  return false
}

async function createDatabase(url: string): Promise<void> {
  const { Client } = await import('pg')
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`)
  } finally {
    await client.end()
  }
}
