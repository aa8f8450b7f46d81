import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { Client } from 'pg'
import ts from 'typescript'
import { isRecord, parseIdentity, readJson } from './data-folder.js'
import { findRunningHub, startHub, type Hub } from './hub.js'
import { APPS, processTable } from './processes.js'
import { isRunning, type ProcessIdentity } from './process-identity.js'

const SOURCES = path.resolve(import.meta.dirname, '../..')
const FIXTURE = `
  import fs from 'node:fs'
  import http from 'node:http'
  const { HUITONG_ROLE: role, HUITONG_DATA: data, HTTP_PORT: port } = process.env
  fs.writeFileSync(data + '/environment-' + role + '.json', JSON.stringify(process.env), { mode: 0o600 })
  if (process.env.HUITONG_PARENT_PIPE === '1') process.stdin.on('end', () => process.exit(0)).resume()
  const ready = () => console.log(JSON.stringify({ ready: true, role, ...(port ? { port: Number(port) } : {}) }))
  if (port) http.createServer((_, answer) => answer.end('gateway')).listen(Number(port), '127.0.0.1', ready)
  else ready()
`
const LEDGERS = [{ name: 'east' }, { name: 'west' }]
const ROLES = processTable(LEDGERS.map((ledger) => ledger.name)).map((spec) => spec.role)

/** A repository whose processes do nothing but serve. */
function fixtureRepository(root: string): string {
  for (const app of APPS) {
    const folder = path.join(root, 'dist', 'apps', app, 'src')
    fs.mkdirSync(folder, { recursive: true })
    fs.writeFileSync(path.join(folder, 'main.js'), FIXTURE)
  }
  fs.writeFileSync(path.join(root, 'package.json'), '{ "type": "module" }')
  return root
}

/** The launcher as plain JavaScript, to be run in a process that may be killed. */
function compileLauncher(into: string): string {
  for (const lib of ['primitives', 'launcher']) {
    const from = path.join(SOURCES, lib, 'src')
    const to = path.join(into, lib)
    fs.mkdirSync(to, { recursive: true })
    for (const name of fs.readdirSync(from).filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))) {
      const { outputText } = ts.transpileModule(fs.readFileSync(path.join(from, name), 'utf8'), {
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
      })
      fs.writeFileSync(
        path.join(to, name.replace(/\.ts$/, '.js')),
        outputText.replaceAll("'@huitong/primitives'", "'../primitives/index.js'"),
      )
    }
  }
  fs.symlinkSync(path.resolve(SOURCES, '../node_modules'), path.join(into, 'node_modules'))
  return path.join(into, 'launcher', 'hub.js')
}

describe('a hub on one machine', () => {
  let root: string
  let repository: string
  let data: string
  let hub: Hub
  const lines: string[] = []
  const open: NatsConnection[] = []
  const options = () => ({
    dataFolder: data,
    repository,
    ledgers: LEDGERS,
    sandbox: true,
    log: (line: string) => lines.push(line),
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], SECRET_OF_SOMEBODY: 'x' },
  })
  const environment = (role: string): NodeJS.ProcessEnv => {
    const stored = readJson(path.join(data, `environment-${role}.json`))
    if (!isRecord(stored)) throw new Error(`${role} has not started`)
    return Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, String(value)]))
  }
  async function sql(role: string, ...statements: string[]): Promise<unknown[]> {
    const client = new Client({ connectionString: environment(role)['DATABASE_URL'] })
    client.on('error', () => undefined)
    await client.connect()
    try {
      let rows: unknown[] = []
      for (const statement of statements) rows = (await client.query(statement)).rows
      return rows
    } finally {
      await client.end()
    }
  }
  async function bus(role: string): Promise<NatsConnection> {
    const env = environment(role)
    const connection = await connect({
      servers: env['NATS_URL'] ?? '',
      user: env['NATS_USER'] ?? '',
      pass: env['NATS_PASSWORD'] ?? '',
      inboxPrefix: env['NATS_INBOX_PREFIX'] ?? '',
      reconnect: false,
    })
    open.push(connection)
    return connection
  }
  const processes = (): ProcessIdentity[] => {
    const record = readJson(path.join(data, 'hub.json'))
    const entries = isRecord(record) && isRecord(record['processes']) ? Object.values(record['processes']) : []
    return entries.map(parseIdentity).filter((each) => each !== undefined)
  }

  beforeAll(async () => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'huitong-hub-'))
    fs.chmodSync(root, 0o711)
    repository = fixtureRepository(path.join(root, 'repository'))
    data = path.join(root, 'data')
    hub = await startHub(options())
  })
  afterEach(async () => {
    for (const connection of open.splice(0)) await connection.close()
  })
  afterAll(async () => {
    await hub.stop()
    fs.rmSync(root, { recursive: true, force: true })
  })

  it('serves, and can be found', async () => {
    expect(await (await fetch(hub.url)).text()).toBe('gateway')
    expect(findRunningHub(data)).toEqual({ url: hub.url, pid: process.pid })
    expect(findRunningHub(path.join(root, 'elsewhere'))).toBeUndefined()
    expect(hub.status().every((unit) => unit.state === 'ready')).toBe(true)
    expect(hub.status().map((unit) => unit.role)).toEqual(['postgres', 'nats', ...ROLES])
    await expect(startHub(options())).rejects.toThrow(/in use by process/)
  })

  it('writes its network once; later wishes must agree with it', async () => {
    expect(readJson(path.join(data, 'network.json'))).toEqual({ version: 1, sandbox: true, ledgers: LEDGERS })
    expect(fs.statSync(path.join(data, 'ledgers', 'east')).isDirectory()).toBe(true)
    expect(hub.network.ledgers).toEqual(LEDGERS)
  })

  it('gives each process its own keys and nothing of the surroundings', () => {
    const of = (name: string): (string | undefined)[] => ROLES.map((role) => environment(role)[name])
    for (const secret of ['DATABASE_URL', 'NATS_PASSWORD']) expect(new Set(of(secret)).size).toBe(ROLES.length)
    expect(of('SECRET_OF_SOMEBODY').every((value) => value === undefined)).toBe(true)
    expect(ROLES.filter((role) => environment(role)['HUITONG_MASTER_KEY'] !== undefined)).toEqual([
      'identity',
      'custody',
      'settlement',
    ])
    expect(environment('identity')['HUITONG_MASTER_KEY']).not.toBe(environment('custody')['HUITONG_MASTER_KEY'])
    expect(environment('custody')['HUITONG_CALLERS']).toBe('settlement')
    expect(environment('gateway')['HUITONG_CALLERS']).toBeUndefined()
    expect(environment('ledger-east')).toMatchObject({
      HUITONG_CALLERS: 'identity,custody,settlement,gateway',
      HUITONG_LEDGER: 'east',
      HUITONG_LEDGERS: 'east,west',
      HUITONG_SANDBOX: 'true',
    })
  })

  it('lets a process into its own schema only, and the auditor read all of them, tables to come as well', async () => {
    await sql('settlement', 'CREATE TABLE deal (id int)', 'INSERT INTO deal VALUES (7)')
    await sql('ledger-east', 'CREATE TABLE block (height bigserial)', 'INSERT INTO block DEFAULT VALUES')
    expect(await sql('auditor', 'SELECT id FROM settlement.deal')).toEqual([{ id: 7 }])
    expect(await sql('auditor', 'SELECT height FROM ledger_east.block')).toEqual([{ height: '1' }])
    await expect(sql('auditor', 'DELETE FROM settlement.deal')).rejects.toThrow(/permission denied|read-only/)
    await expect(sql('auditor', 'BEGIN READ WRITE', 'DELETE FROM settlement.deal')).rejects.toThrow(/permission denied/)
    await expect(sql('ledger-west', 'SELECT * FROM ledger_east.block')).rejects.toThrow(/permission denied/)
    await expect(sql('gateway', 'SELECT * FROM settlement.deal')).rejects.toThrow(/permission denied/)
    await expect(sql('identity', 'CREATE TABLE public.x (id int)')).rejects.toThrow(/permission denied/)
  })

  describe('on the bus', () => {
    /** What the server says to a publication, sent and followed by a round trip. */
    async function refusal(role: string, subject: string): Promise<string> {
      const connection = await bus(role)
      const said: string[] = []
      void (async () => {
        for await (const status of connection.status()) if (status.type === 'error') said.push(status.error.message)
      })()
      connection.publish(subject, 'x')
      await connection.flush()
      await expect.poll(async () => (await connection.rtt(), said.length >= 0)).toBe(true)
      return said.join()
    }

    it.each([
      ['settlement', 'custody.sign', true],
      ['gateway', 'custody.sign', false],
      ['identity', 'custody.sign', false],
      ['ledger-east', 'custody.sign', false],
      ['auditor', 'custody.sign', false],
      ['gateway', 'ledger.east.submit', true],
      ['auditor', 'ledger.east.submit', false],
      ['ledger-east', 'ledger.west.submit', false],
      ['ledger-east', 'blocks.east', true],
      ['ledger-east', 'blocks.west', false],
      ['settlement', 'blocks.east', false],
      ['settlement', 'events.settlement.deal', true],
      ['gateway', 'events.settlement.deal', false],
      ['identity', '_INBOX_gateway.answer', true],
      ['custody', '_INBOX_settlement.answer', true],
      ['custody', '_INBOX_gateway.answer', true],
      ['custody', '_INBOX_identity.answer', false],
      ['gateway', 'health.custody', true],
      ['settlement', 'health.custody', false],
      ['custody', 'begun.custody', true],
      ['settlement', 'begun.custody', false],
      ['gateway', '$JS.API.STREAM.DELETE.EVENTS', false],
      ['ledger-east', '$JS.API.STREAM.PURGE.BLOCKS_east', false],
    ])('%s may publish on %s: %s', async (role, subject, allowed) => {
      expect(await refusal(role, subject)).toMatch(allowed ? /^$/ : /[Pp]ermissions [Vv]iolation/)
    })

    it.each([
      ['gateway', '_INBOX_settlement.>'],
      ['gateway', 'custody.>'],
      ['gateway', 'health.*'],
      ['ledger-east', 'ledger.west.>'],
      ['ledger-east', 'blocks.>'],
      ['auditor', '>'],
    ])('%s may not listen on %s', async (role, subject) => {
      const connection = await bus(role)
      const heard = new Promise<Error | undefined>((resolve) => {
        connection.subscribe(subject, { callback: (error) => resolve(error ?? undefined) })
      })
      expect((await heard)?.message).toMatch(/[Pp]ermissions [Vv]iolation/)
    })

    it('carries a request and its answer between those who may talk', async () => {
      const ledger = await bus('ledger-east')
      ledger.subscribe('ledger.east.>', { queue: 'ledger-east', callback: (_, message) => void message.respond('done') })
      await ledger.flush()
      expect((await (await bus('gateway')).request('ledger.east.submit', 'x', { timeout: 3_000 })).string()).toBe('done')
    })

    it('carries blocks from their ledger to a follower', async () => {
      const ledger = await bus('ledger-east')
      const manager = await jetstreamManager(ledger, { checkAPI: false })
      await manager.streams.add({ name: 'BLOCKS_east', subjects: ['blocks.east'] })
      await jetstream(ledger).publish('blocks.east', 'block 1', { msgID: '1', expect: { lastSequence: 0 } })
      const follower = await bus('settlement')
      const reading = await jetstreamManager(follower, { checkAPI: false })
      await reading.consumers.add('BLOCKS_east', { durable_name: 'settlement', ack_policy: 'explicit' })
      const message = await (await jetstream(follower).consumers.get('BLOCKS_east', 'settlement')).next({ expires: 3_000 })
      expect(message?.string()).toBe('block 1')
      expect(await message?.ackAck()).toBe(true)
      await expect(reading.streams.delete('BLOCKS_east')).rejects.toThrow()
    })
  })

  it.each(['postgres', 'nats', 'settlement', 'gateway'])('brings %s back after kill -9, on the same port', async (role) => {
    const unit = () => hub.status().find((each) => each.role === role)
    const before = unit()
    await hub.kill(role)
    await expect.poll(() => [unit()?.state, unit()?.pid !== before?.pid], { timeout: 20_000 }).toEqual(['ready', true])
    expect(unit()?.port).toBe(before?.port)
  })

  it('stops completely, and starts again with the same data', async () => {
    const identities = processes()
    expect(identities).toHaveLength(ROLES.length + 2)
    const { url } = hub
    await hub.stop()
    expect(identities.filter(isRunning)).toEqual([])
    expect(findRunningHub(data)).toBeUndefined()
    await expect(startHub({ ...options(), sandbox: false })).rejects.toThrow(/sandbox/)
    await expect(startHub({ ...options(), ledgers: [{ name: 'north' }] })).rejects.toThrow(/north/)
    hub = await startHub(options())
    expect(hub.url).toBe(url)
    expect(await sql('auditor', 'SELECT id FROM settlement.deal')).toEqual([{ id: 7 }])
  })

  it('leaves nothing running when its launcher is killed, and starts anew on the same data', async () => {
    await hub.stop()
    const compiled = compileLauncher(path.join(root, 'compiled'))
    const script = `
      const { startHub } = await import(${JSON.stringify(compiled)})
      await startHub(${JSON.stringify({ dataFolder: data, repository })})
      console.log('up')
    `
    const launcher = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise<void>((resolve, reject) => {
      launcher.stdout.on('data', (bytes: Buffer) => bytes.toString().includes('up') && resolve())
      launcher.once('exit', (code) => reject(new Error(`launcher ended with ${code}`)))
    })
    const identities = processes()
    expect(identities.filter(isRunning)).toHaveLength(ROLES.length + 2)
    launcher.removeAllListeners('exit')
    launcher.kill('SIGKILL')
    await new Promise((resolve) => launcher.once('close', resolve))
    await expect.poll(() => identities.filter(isRunning), { timeout: 20_000 }).toEqual([])
    hub = await startHub(options())
    expect(await sql('auditor', 'SELECT id FROM settlement.deal')).toEqual([{ id: 7 }])
  })
})
