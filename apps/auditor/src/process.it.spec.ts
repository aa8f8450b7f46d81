// The auditor as a process of its own beside a real ledger: it starts without any schema, follows the ledger, answers, measures, and stops when told.
import 'reflect-metadata'
import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { auditInvariants, auditReserves } from '@huitong/contracts'
import { type Bus, healthOf, metricsOf } from '@huitong/platform'
import { rolldown } from 'rolldown'
import { type Hosted, Servers, hostLedger, submit, until } from '../../ledger/src/testing/hosted.js'
import { EURO, Wallet, newKey, pay } from '../../ledger/src/testing/wallet.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const bundle = path.join(root, 'dist', `auditor-${process.pid}`)
let servers: Servers
let host: Hosted
let bus: Bus
let name: string
let child: ChildProcess | undefined

beforeAll(async () => {
  const built = await rolldown({
    input: { main: path.join(root, 'apps/auditor/src/main.ts') },
    platform: 'node',
    external: (id) => !/^([./]|@huitong\/|@oxc-project\/|\0)/.test(id),
    resolve: {
      alias: Object.fromEntries(
        ['primitives', 'contracts', 'platform'].map((lib) => [`@huitong/${lib}`, path.join(root, `libs/${lib}/src/index.ts`)]),
      ),
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
    tsconfig: true,
  })
  await built.write({ dir: bundle, format: 'esm', entryFileNames: '[name].mjs' })
  servers = await Servers.start()
  name = servers.freshName()
  host = await hostLedger(servers, name)
  bus = await servers.bus('gateway')
})

afterAll(async () => {
  child?.kill('SIGKILL')
  await host?.close()
  await bus?.close()
  await servers?.stop()
  fs.rmSync(bundle, { recursive: true, force: true })
})

it('follows a real ledger from its genesis on and stops when told', async () => {
  const wallet = new Wallet(host.ledger.birth.chain, () => host.ledger.status().now)
  const [issuer, anna, bert] = [newKey(), newKey(), newKey()]
  const issue = wallet.issue(issuer, 0, [pay(anna.account, 100n)])
  await submit(host.ledger, wallet.open(issuer, anna, bert), wallet.register(issuer), issue)
  const [coin] = issue.coins
  if (coin === undefined) throw new Error('a coin was issued')
  await submit(host.ledger, wallet.transfer(anna, coin, [pay(bert.account, 30n), pay(anna.account, 70n)]))

  const environment = {
    PATH: process.env['PATH'] ?? '',
    HUITONG_DATA: servers.folder,
    HUITONG_ROLE: 'auditor',
    HUITONG_LEDGERS: name,
    HUITONG_CALLERS: 'gateway',
    HUITONG_SANDBOX: '1',
    DATABASE_URL: servers.postgres.url,
    NATS_URL: servers.nats.url,
    NATS_USER: servers.nats.user,
    NATS_PASSWORD: servers.nats.password,
  }
  const started = spawn(process.execPath, [path.join(bundle, 'main.mjs')], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child = started
  let out = ''
  let errors = ''
  started.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  started.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  await until('the auditor is ready or gone', () => out.includes('"ready":true') || started.exitCode !== null)
  expect(JSON.parse(out)).toMatchObject({ ready: true, role: 'auditor' })

  const answer = await bus.call(auditInvariants, { full: true })
  if (!answer.ok) throw new Error(answer.code)
  const told = answer.value.invariants.map(({ verdict }) => verdict)
  const none = 'not_exercised'
  expect(told).toEqual(['ok', 'ok', 'ok', none, none, none, none, none, none, none])
  expect(await bus.call(auditReserves, {})).toMatchObject({
    value: { reserves: [{ ledger: name, asset: EURO, issued: '100', holders: '100', difference: '0' }] },
  })
  expect(await bus.call(healthOf('auditor'), {})).toMatchObject({ ok: true, value: { ready: true } })
  const figures = await bus.call(metricsOf('auditor'), {})
  expect(figures.ok && figures.value).toMatch(/huitong_invariant_broken\{[^}]*invariant="1"[^}]*\} 0/)

  const ended = new Promise<number | null>((resolve) => started.once('exit', resolve))
  started.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(errors.split('\n').filter((line) => line.includes('"level":"error"'))).toEqual([])
})
