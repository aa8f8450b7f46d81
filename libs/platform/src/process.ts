// The life of a process: settings, log, hash, bus, database, Nest, ready line; on SIGTERM stop taking work, finish, drain, close.
import 'reflect-metadata'
import { join } from 'node:path'
import type { DynamicModule, INestApplication, INestApplicationContext, INestMicroservice, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { MicroserviceOptions } from '@nestjs/microservices'
import { SandboxClock, offsetInFile, systemClock, systemEntropy } from './ambient.js'
import { auditLinker } from './audit-chain.js'
import { Bus } from './bus/bus.js'
import { BusServer } from './bus/server.js'
import { Streams } from './bus/stream.js'
import { Health } from './health.js'
import { rememberRules } from './known-rules.js'
import { NestLog, faultFields, log } from './log.js'
import { measureProcess } from './metrics.js'
import { performEvents } from './outbox/event.js'
import { OutboxWorker, Performers } from './outbox/worker.js'
import { type DatabaseOptions, createDatabase, openDatabase } from './pg/database.js'
import { type Platform, PlatformModule } from './platform.module.js'
import { Pruning } from './pruning.js'
import { type Settings, SettingsError, loadSettings, needed } from './settings.js'
import { installNativeHash, nativeVerifier } from './verifier.js'

export interface ProcessOptions {
  readonly role: string
  /** The app's root module. It finds the platform's parts by injection. */
  readonly module: Type<object> | DynamicModule
  /** The app's schema; absent: a process without a database. platformMigrations come first in `migrations`. */
  readonly database?: Omit<DatabaseOptions, 'url' | 'pool' | 'name'>
  /** Makes this process an HTTP edge as well; sets up pipes, filters, documentation before it listens on HTTP_HOST:HTTP_PORT. */
  readonly http?: (app: INestApplication, platform: Platform) => void | Promise<void>
  /** Limits of concurrent requests on the bus. */
  readonly limits?: { readonly running: number; readonly waiting: number }
  /** Called when everything answers and before the ready line: watchers and timers begin here. */
  readonly started?: (app: INestApplicationContext, platform: Platform) => void | Promise<void>
}

/** Time for all of a stop; after it the process ends as it is. What is cut off is found again at the next start. */
const STOP_MS = 20_000
/** How soon a connection is closed when its last request was answered during a stop. */
const IDLE_MS = 20
/** Exit codes: a setting is wrong; the start or the run failed. */
const EXIT_SETTINGS = 2
const EXIT_FAULT = 1

/**
 * Runs a process until it is told to stop. Prints one line on stdout when it is ready, for the supervisor:
 * `{"ready":true,"role":"ledger","name":"ledger-east","port":0}`. Everything else goes to stderr.
 */
export async function runProcess(options: ProcessOptions): Promise<void> {
  process.on('unhandledRejection', (reason) => fail('process.rejection', reason))
  process.on('uncaughtException', (error) => fail('process.exception', error))
  try {
    const running = await start(options, settingsOf(options.role))
    const stop = (signal: NodeJS.Signals): void => void shutDown(running, signal)
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
    if (process.env['HUITONG_PARENT_PIPE'] === '1') endWithParent(() => stop('SIGTERM'))
    const { platform, port } = running
    process.stdout.write(`${JSON.stringify({ ready: true, role: platform.name, port })}\n`)
  } catch (error) {
    if (error instanceof SettingsError) {
      process.stderr.write(`${error.message}\n`)
      process.exit(EXIT_SETTINGS)
    }
    fail('process.start.failed', error)
  }
}

/** The launcher holds the other end of our standard input: when it dies, however it does, this process has nobody left to serve. */
function endWithParent(stop: () => void): void {
  process.stdin.once('end', stop).once('error', stop).resume()
}

interface Running {
  readonly platform: Platform
  readonly app: INestApplication | INestMicroservice
  readonly server: BusServer
  /** Port of the HTTP edge; 0 without one. */
  readonly port: number
}

function settingsOf(role: string): Settings {
  const settings = loadSettings(process.env)
  const names = [role, ...(settings.ledger === undefined ? [] : [`${role}-${settings.ledger}`])]
  if (settings.role !== undefined && !names.includes(settings.role)) {
    throw new SettingsError(`HUITONG_ROLE is ${settings.role}, but this program plays ${role}.`)
  }
  return { ...settings, role }
}

async function start(options: ProcessOptions, settings: Settings): Promise<Running> {
  const name = settings.ledger === undefined ? options.role : `${options.role}-${settings.ledger}`
  log.configure({ level: settings.logLevel, role: name })
  installNativeHash()
  rememberRules()
  measureProcess(name)
  const platform = await assemble(options, settings, name)
  const server = new BusServer({
    bus: platform.bus,
    group: name,
    ...(settings.ledger === undefined ? {} : { address: settings.ledger }),
    ...(settings.callers === undefined ? {} : { callers: settings.callers }),
    ...options.limits,
  })
  const root: DynamicModule = {
    module: class Root {},
    imports: [PlatformModule.of(platform), options.module],
  }
  const { app, port } =
    options.http === undefined ? await startService(root, server) : await startEdge(root, server, platform, options.http)
  platform.outbox?.start()
  platform.audit?.start()
  platform.pruning?.start()
  await options.started?.(app, platform)
  platform.bus.begun(name)
  log.info('process.ready', { name, port })
  return { platform, app, server, port }
}

async function assemble(options: ProcessOptions, settings: Settings, name: string): Promise<Platform> {
  // before the first connection, which may be waited for: what is missing is said at once
  const url = options.database === undefined ? undefined : needed(settings, 'databaseUrl')
  const bus = await Bus.connect({
    url: needed(settings, 'natsUrl'),
    role: name,
    ...(settings.natsUser === undefined ? {} : { user: settings.natsUser }),
    ...(settings.natsPassword === undefined ? {} : { password: settings.natsPassword }),
  })
  const streams = new Streams(bus)
  const performers = new Performers()
  performEvents(performers, streams)
  const health = new Health(name)
  health.watch('bus', () => {
    if (!bus.isConnected) throw new Error('no connection to the bus')
  })
  const clock = settings.sandbox ? new SandboxClock(offsetInFile(join(settings.dataFolder, 'clock', name))) : systemClock
  const parts = { name, settings, clock, entropy: systemEntropy, verifier: nativeVerifier, bus, streams, performers, health }
  if (options.database === undefined || url === undefined) return parts
  const database = await openDatabase(createDatabase({ ...options.database, url, pool: settings.databasePool, name }))
  health.watch('database', async () => void (await database.query('select 1')))
  return {
    ...parts,
    database,
    outbox: new OutboxWorker(database, performers, { name }),
    audit: auditLinker(database),
    pruning: new Pruning(database),
  }
}

type Started = { readonly app: INestApplication | INestMicroservice; readonly port: number }

async function startService(root: DynamicModule, strategy: BusServer): Promise<Started> {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(root, {
    strategy,
    logger: new NestLog(),
    abortOnError: false,
  })
  await app.listen()
  return { app, port: 0 }
}

async function startEdge(
  root: DynamicModule,
  strategy: BusServer,
  platform: Platform,
  prepare: NonNullable<ProcessOptions['http']>,
): Promise<Started> {
  const app = await NestFactory.create(root, { logger: new NestLog(), abortOnError: false })
  app.connectMicroservice<MicroserviceOptions>({ strategy })
  await prepare(app, platform)
  await app.startAllMicroservices()
  const { httpPort, httpHost } = platform.settings
  await app.listen(httpPort, httpHost)
  const address: unknown = app.getHttpServer().address()
  const port = typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : httpPort
  return { app, port }
}

async function shutDown({ platform, app, server }: Running, signal: NodeJS.Signals): Promise<void> {
  log.info('process.stopping', { signal })
  setTimeout(() => fail('process.stop.late', new Error(`not stopped after ${STOP_MS} ms`)), STOP_MS).unref()
  try {
    await server.close()
    await platform.outbox?.stop()
    await platform.audit?.stop()
    await platform.pruning?.stop()
    if ('getHttpServer' in app) closeConnections(app)
    await app.close()
    await platform.bus.close()
    await platform.database?.destroy()
  } catch (error) {
    fail('process.stop.failed', error)
  }
  log.info('process.stopped')
  process.exit(0)
}

/**
 * Connections go as soon as they are idle, which clients that keep theirs open would otherwise delay by the server's own patience of seconds;
 * streams of events never end by themselves, and go after the time that requests may take.
 */
function closeConnections(app: INestApplication): void {
  const http: { closeIdleConnections(): void; closeAllConnections(): void } = app.getHttpServer()
  http.closeIdleConnections()
  setInterval(() => http.closeIdleConnections(), IDLE_MS).unref()
  setTimeout(() => http.closeAllConnections(), 5_000).unref()
}

function fail(event: string, error: unknown): never {
  log.error(event, faultFields(error))
  process.exit(EXIT_FAULT)
}
