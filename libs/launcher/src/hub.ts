// A whole hub on one machine: data folder, servers, processes, and what is told of it. Must never start twice on one folder.
import * as fs from 'node:fs'
import path from 'node:path'
import { invariant, never } from '@huitong/primitives'
import { appUnit } from './app-process.js'
import { createRoles, roleStatements, type RoleSettings } from './database-roles.js'
import { DataFolder, defaultDataFolder } from './data-folder.js'
import { freePort } from './free-port.js'
import { HubRecorder, readHubRecord, stopLeftovers, type HubRecord } from './hub-record.js'
import { LogFile } from './log-file.js'
import { runNats } from './nats.js'
import { openNetwork, type LedgerConfig, type Network } from './network.js'
import { DATABASE, runPostgres } from './postgres.js'
import { APP_TABLE, processTable, subjectsOf, type ProcessSpec } from './processes.js'
import { identify, isRunning, type ProcessIdentity } from './process-identity.js'
import { environmentOf, type Servers } from './process-environment.js'
import { Supervisor, type SupervisorEvent, type SupervisorLimits, type Unit, type UnitStatus } from './supervisor.js'

export interface HubOptions {
  /** Default: HUITONG_DATA, or `.huitong` in the working directory. */
  readonly dataFolder?: string
  /** What to write into network.json at the first start; default shanxi, jiangnan, lingnan. */
  readonly ledgers?: readonly LedgerConfig[]
  readonly sandbox?: boolean
  /** Port of the gateway; default HTTP_PORT, else 8787 if free, else any. */
  readonly httpPort?: number
  /** Where `dist` lies; default the folder this library was built into. */
  readonly repository?: string
  /** Lines for a person who waits. */
  readonly log?: (line: string) => void
  readonly onEvent?: (event: SupervisorEvent) => void
  readonly env?: NodeJS.ProcessEnv
  /** When a process that dies again and again stays down; for tests that strike often. */
  readonly limits?: SupervisorLimits
}

export interface Hub {
  /** The gateway's address. */
  readonly url: string
  readonly dataFolder: string
  readonly network: Network
  stop(): Promise<void>
  status(): readonly UnitStatus[]
  /** kill -9 of one process, which then comes back. */
  kill(role: string): Promise<void>
}

const HTTP_PORT = 8787

/** Starts the hub and resolves when every process serves. Rejects, with nothing left running, if one does not come up. */
export async function startHub(options: HubOptions = {}): Promise<Hub> {
  const env = options.env ?? process.env
  const log = options.log ?? (() => undefined)
  const folder = new DataFolder(options.dataFolder ?? defaultDataFolder(env))
  const releases = [folder.lock('launcher')]
  try {
    releases.push(folder.lock('postgres'), folder.lock('nats'))
    const begun = performance.now()
    const previous = readHubRecord(folder)
    if (previous !== undefined) await stopLeftovers(previous, log)
    const network = openNetwork(folder, options)
    const table = processTable(network.ledgers.map((ledger) => ledger.name))
    const repository = options.repository ?? builtInto()
    requireEntries(repository, table)
    const ports = await choosePorts(options, env, previous)
    const url = `http://127.0.0.1:${ports.gateway}`
    const recorder = new HubRecorder(folder, { launcher: self(), url, ports })
    const servers: Servers = { database: env['DATABASE_URL'] || undefined, nats: env['NATS_URL'] || undefined }
    const plan: Plan = { folder, table, network, repository, ports, env, log, servers }
    if (servers.database !== undefined) await prepareForeignDatabase(plan, servers.database)
    const report = (event: SupervisorEvent): void => {
      record(recorder, event)
      tell(log, event)
      options.onEvent?.(event)
    }
    const supervisor = new Supervisor([...serverUnits(plan), ...appUnits(plan)], report, options.limits)
    const stop = async (): Promise<void> => {
      await supervisor.stop()
      recorder.closed()
      for (const release of releases.toReversed()) release()
    }
    try {
      await supervisor.start()
    } catch (error) {
      await supervisor.stop()
      recorder.closed()
      throw error
    }
    log(`hub ready in ${((performance.now() - begun) / 1000).toFixed(1)} s: ${url}`)
    return {
      url,
      dataFolder: folder.root,
      network,
      stop: once(stop),
      status: () => supervisor.status(),
      kill: (role) => supervisor.kill(role),
    }
  } catch (error) {
    for (const release of releases.toReversed()) release()
    throw error
  }
}

/** The hub that runs on this folder, undefined if none does. */
export function findRunningHub(
  dataFolder: string = defaultDataFolder(),
): { readonly url: string; readonly pid: number } | undefined {
  if (!fs.existsSync(path.join(dataFolder, 'hub.json'))) return undefined
  const record = readHubRecord(new DataFolder(dataFolder))
  const launcher = record?.launcher
  return record !== undefined && launcher !== undefined && isRunning(launcher)
    ? { url: record.url, pid: launcher.pid }
    : undefined
}

interface Ports {
  readonly postgres: number
  readonly nats: number
  readonly gateway: number
  readonly [role: string]: number
}

interface Plan {
  readonly folder: DataFolder
  readonly table: readonly ProcessSpec[]
  readonly network: Network
  readonly repository: string
  readonly ports: Ports
  readonly env: NodeJS.ProcessEnv
  readonly log: (line: string) => void
  /** Addresses of servers that are not ours, and of ours once they run. */
  servers: Servers
}

/** The ports of the last run where they are free, so that what knew the hub finds it again. */
async function choosePorts(options: HubOptions, env: NodeJS.ProcessEnv, previous: HubRecord | undefined): Promise<Ports> {
  const given = options.httpPort ?? (env['HTTP_PORT'] ? Number(env['HTTP_PORT']) : undefined)
  return {
    postgres: await freePort(previous?.ports['postgres']),
    nats: await freePort(previous?.ports['nats']),
    gateway: given ?? (await freePort(previous?.ports['gateway'], HTTP_PORT)),
  }
}

/** Roles and schemas on a server that is not ours: made where missing, never changed. */
async function prepareForeignDatabase(plan: Plan, url: string): Promise<void> {
  const database = decodeURIComponent(new URL(url).pathname.slice(1))
  try {
    await createRoles(url, rolesOf(plan, { database, existing: 'keep' }))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`the user of DATABASE_URL must be able to create roles and schemas in it: ${reason}`, { cause: error })
  }
}

function rolesOf(plan: Plan, where: Pick<RoleSettings, 'database' | 'existing'>): readonly string[] {
  return roleStatements(plan.table, { ...where, password: (role) => `'${plan.folder.secret(`database:${role}`)}'` })
}

function serverUnits(plan: Plan): Unit[] {
  const { folder, table, ports, log } = plan
  const postgres = (): Unit => {
    const file = new LogFile(folder.log('postgres'))
    return {
      role: 'postgres',
      after: [],
      async start(onSpawn) {
        const server = await runPostgres({ folder, port: ports.postgres, log: file, onSpawn })
        await createRoles(server.url, rolesOf(plan, { database: DATABASE, existing: 'reset' })).catch(async (error: unknown) => {
          await server.stop()
          throw error
        })
        plan.servers = { ...plan.servers, database: server.url }
        return server
      },
    }
  }
  const nats = (): Unit => {
    const file = new LogFile(folder.log('nats'))
    const users = table.map((spec) => ({
      user: spec.role,
      password: folder.secret(`nats:${spec.role}`),
      ...subjectsOf(spec, table),
    }))
    return {
      role: 'nats',
      after: [],
      async start(onSpawn) {
        const server = await runNats({ folder, port: ports.nats, log: file, users, onSpawn, progress: log })
        plan.servers = { ...plan.servers, nats: server.url }
        return server
      },
    }
  }
  return [...(plan.env['DATABASE_URL'] ? [] : [postgres()]), ...(plan.env['NATS_URL'] ? [] : [nats()])]
}

function appUnits(plan: Plan): Unit[] {
  const { folder, table, repository, env } = plan
  const servers = [...(env['DATABASE_URL'] ? [] : ['postgres']), ...(env['NATS_URL'] ? [] : ['nats'])]
  return table.map((spec) => {
    if (spec.ledger !== undefined) folder.ledger(spec.ledger)
    const masterKey = APP_TABLE[spec.app].masterKey ? folder.secret(`master-key:${spec.role}`) : undefined
    return appUnit({
      role: spec.role,
      after: [...servers, ...spec.after],
      args: ['--enable-source-maps', path.join(repository, spec.entry)],
      cwd: repository,
      logFile: folder.log(spec.role),
      env: () =>
        environmentOf(spec, {
          servers: plan.servers,
          inherited: env,
          folder,
          table,
          sandbox: plan.network.sandbox,
          httpPort: plan.ports.gateway,
          masterKey,
        }),
    })
  })
}

/** This file is dist/libs/launcher/src/hub.js when built, libs/launcher/src/hub.ts under test. */
function builtInto(): string {
  const above = path.resolve(import.meta.dirname, '../../..')
  return path.basename(above) === 'dist' ? path.dirname(above) : above
}

function requireEntries(repository: string, table: readonly ProcessSpec[]): void {
  const missing = [...new Set(table.map((spec) => spec.entry))].filter((entry) => !fs.existsSync(path.join(repository, entry)))
  if (missing.length > 0) throw new Error(`not built: ${missing.join(', ')} missing in ${repository} (npm run build)`)
}

function self(): ProcessIdentity {
  const identity = identify(process.pid)
  invariant(identity !== undefined, 'a process can identify itself')
  return identity
}

function record(recorder: HubRecorder, event: SupervisorEvent): void {
  if (event.type === 'spawned') recorder.spawned(event.role, event.pid)
  if (event.type === 'exited' || event.type === 'failed' || event.type === 'stopped') recorder.ended(event.role)
}

function tell(log: (line: string) => void, event: SupervisorEvent): void {
  switch (event.type) {
    case 'spawned':
      return
    case 'ready':
      return log(`${event.role} ready in ${event.ms} ms`)
    case 'exited':
      return log(`${event.role} ended (${event.exit.signal ?? `exit code ${event.exit.code}`})`)
    case 'failed':
      return log(`${event.role} failed: ${event.reason}`)
    case 'restarting':
      return log(`${event.role} starts again in ${event.inMs} ms`)
    case 'down':
      return log(`${event.role} STAYS DOWN, ${event.reason}`)
    case 'stopped':
      return log(`${event.role} stopped`)
    default:
      return never(event)
  }
}

function once(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => (running ??= task())
}
