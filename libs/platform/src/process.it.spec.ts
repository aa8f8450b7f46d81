// A whole process on real servers: its ready line, its stop, its refusal to start, and a SIGKILL at every point of a command.
import 'reflect-metadata'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ok } from '@huitong/primitives'
import { rolldown } from 'rolldown'
import { Client } from 'pg'
import { Bus } from './bus/bus.js'
import { healthOf, metricsOf } from './health.js'
import { deskPay, deskWait } from './testing/desk.main.js'
import { type TestNats, type TestServer, freshSchema, startNats, startPostgres, until } from './testing/servers.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const bundle = join(root, 'dist', `desk-${process.pid}`)
const main = join(bundle, 'desk.main.mjs')
let postgres: TestServer
let nats: TestNats
let bus: Bus
let data: string
const children: ChildProcess[] = []

beforeAll(async () => {
  const built = await rolldown({
    input: { 'desk.main': join(root, 'libs/platform/src/testing/desk.main.ts') },
    platform: 'node',
    // packages stay outside; what is ours, and the bundler's own runtime, goes in
    external: (id) => !/^([./]|@huitong\/|@oxc-project\/|\0)/.test(id),
    resolve: {
      alias: Object.fromEntries(
        ['primitives', 'contracts'].map((lib) => [`@huitong/${lib}`, join(root, `libs/${lib}/src/index.ts`)]),
      ),
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
    tsconfig: true,
  })
  await built.write({ dir: bundle, format: 'esm', entryFileNames: '[name].mjs' })
  postgres = await startPostgres()
  nats = await startNats()
  bus = await Bus.connect({ url: nats.url, role: 'caller' })
  data = mkdtempSync(join(tmpdir(), 'huitong-desk-'))
})

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

afterAll(async () => {
  await bus.close()
  await nats.stop()
  await postgres.stop()
  rmSync(bundle, { recursive: true, force: true })
  rmSync(data, { recursive: true, force: true })
})

interface Desk {
  readonly child: ChildProcess
  readonly out: () => string
  readonly errors: () => string
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

function start(schema: string, more: Record<string, string> = {}): Desk {
  const stdin = more['HUITONG_PARENT_PIPE'] === '1' ? 'pipe' : 'ignore'
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HUITONG_DATA: data,
    HUITONG_ROLE: 'desk',
    DATABASE_URL: postgres.url,
    NATS_URL: nats.url,
    DESK_SCHEMA: schema,
    ...more,
  }
  const child = spawn(process.execPath, [main], { env: environment, stdio: [stdin, 'pipe', 'pipe'] })
  children.push(child)
  let out = ''
  let errors = ''
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  )
  return { child, out: () => out, errors: () => errors, ended }
}

async function isReady(desk: Desk): Promise<void> {
  await until('the process is ready or gone', () => desk.out().includes('"ready":true') || desk.child.exitCode !== null)
  if (desk.child.exitCode !== null) throw new Error(desk.errors())
}

async function counted(schema: string, sql: string): Promise<number> {
  const client = new Client({ connectionString: postgres.url, options: `-c search_path=${schema}` })
  await client.connect()
  const { rows } = await client.query<{ n: string }>(sql)
  await client.end()
  return Number(rows[0]?.n)
}

it('says that it is ready, answers, tells its health and figures, finishes its work on SIGTERM, logs no error', async () => {
  const desk = start(freshSchema())
  await isReady(desk)
  expect(JSON.parse(desk.out())).toEqual({ ready: true, role: 'desk', port: 0 })
  expect(await bus.call(deskPay, { key: 'k' })).toEqual(ok({ paid: 1 }))
  expect(await bus.call(deskPay, { key: 'k' })).toEqual({ ok: true, value: { paid: 1 }, replayed: true })
  const health = await bus.call(healthOf('desk'), {})
  expect(health).toMatchObject({ ok: true, value: { name: 'desk', ready: true } })
  const figures = await bus.call(metricsOf('desk'), {})
  expect(figures.ok && figures.value).toMatch(/huitong_bus_handled_seconds_count\{[^}]*subject="desk\.pay"[^}]*\} 2/)
  const waiting = bus.call(deskWait, {})
  await bus.connection.flush()
  desk.child.kill('SIGTERM')
  expect(await waiting).toEqual(ok('waited'))
  expect(await desk.ended).toEqual({ code: 0, signal: null })
  expect(await bus.call(deskPay, { key: 'k' })).toMatchObject({ code: 'unavailable' })
  expect(desk.out().trim().split('\n')).toHaveLength(1)
  expect(desk.errors()).not.toMatch(/"level":"(error|warn)"/)
})

it.each([
  ['a wrong value', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be one of .+\n$/],
  ['a missing database', { DATABASE_URL: '' }, /^DATABASE_URL is needed and not set\.\n$/],
])('exits with 2 and one sentence for %s', async (_name, more, sentence) => {
  const desk = start(freshSchema(), more)
  expect(await desk.ended).toEqual({ code: 2, signal: null })
  expect(desk.errors()).toMatch(sentence)
  expect(desk.out()).toBe('')
})

it('exits with 1 and says why when the database does not answer', async () => {
  const desk = start(freshSchema(), { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })
  expect(await desk.ended).toEqual({ code: 1, signal: null })
  expect(desk.errors()).toContain('process.start.failed')
})

it.each(['unit.before-commit', 'unit.after-commit', 'outbox.before-perform', 'outbox.performed'])(
  'has one effect of one key when it is killed at %s',
  async (point) => {
    const schema = freshSchema()
    const doomed = start(schema, { NODE_ENV: 'test', HUITONG_KILLPOINTS: point })
    await isReady(doomed)
    const answer = await bus.call(deskPay, { key: 'k' }, { deadlineMs: 1_500 })
    expect(await doomed.ended).toMatchObject({ signal: 'SIGKILL' })
    if (point.startsWith('unit')) expect(answer).toMatchObject({ code: 'timeout' })
    const heir = start(schema)
    await isReady(heir)
    expect(await bus.call(deskPay, { key: 'k' })).toMatchObject({ ok: true, value: { paid: 1 } })
    await until(
      'the outbox is done',
      async () => (await counted(schema, 'select count(*) as n from outbox where done_at is null')) === 0,
    )
    expect(await counted(schema, 'select count(*) as n from paid')).toBe(1)
    expect(await counted(schema, 'select count(*) as n from noted')).toBe(point === 'outbox.performed' ? 2 : 1)
  },
)

it('serves HTTP as well where it is an edge, says on which port, and stops although somebody listens to an endless stream', async () => {
  const edge = start(freshSchema(), { HUITONG_ROLE: 'edge', HTTP_PORT: '0' })
  await isReady(edge)
  const { port }: { port: number } = JSON.parse(edge.out())
  expect(port).toBeGreaterThan(0)
  const answer = await fetch(`http://127.0.0.1:${port}/greeting`)
  expect(await answer.text()).toBe('hello')
  expect(await bus.call(healthOf('edge'), {})).toMatchObject({ value: { ready: true, checks: [{ name: 'bus' }] } })
  const endless = await fetch(`http://127.0.0.1:${port}/endless`)
  const cut = endless.text().catch(() => 'cut')
  edge.child.kill('SIGTERM')
  expect(await edge.ended).toEqual({ code: 0, signal: null })
  expect(await cut).toBe('cut')
})

it('ends in order when the launcher that holds its standard input has died', async () => {
  const desk = start(freshSchema(), { HUITONG_PARENT_PIPE: '1' })
  await isReady(desk)
  desk.child.stdin?.destroy()
  expect(await desk.ended).toEqual({ code: 0, signal: null })
  expect(desk.errors()).toContain('process.stopped')
})

it('ignores killpoints outside of tests', async () => {
  const desk = start(freshSchema(), { HUITONG_KILLPOINTS: 'unit.before-commit' })
  await isReady(desk)
  expect(await bus.call(deskPay, { key: 'k' })).toMatchObject({ ok: true })
})
