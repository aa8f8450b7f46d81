// kill -9 of each process at each named point of what it does (the K-points of docs/lifecycle.md), while deals are under way and payments are sent
// once. A point is armed by a file that the first process to pass it takes away as it dies. What was acknowledged has happened once, what was refused
// has not, what nobody was told has happened once or never; and everything ends within a minute.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Stage } from '../../apps/cli/src/demo/stage.js'
import { BARE, type House, ROOT, dataFolder, openHouse } from './house.js'
import { Feed } from './feed.js'
import { Load } from './load.js'
import { POINT, settle } from './people.js'

/** Deals at a time beside each point, and how often each point is struck: more by the environment, for longer runs. */
const LANES = Number(process.env['KILLPOINT_LANES'] ?? 4)
const ROUNDS = Number(process.env['KILLPOINT_ROUNDS'] ?? 1)
const MINUTE_MS = 60_000
/** A stop waits for what is in flight, not for clients that keep a connection (the gateway would, for five seconds). */
const STOP_MS = 4_500
/** These tests strike more often than a supervisor should put up with. */
const LIMITS = { backoffMinMs: 100, backoffMaxMs: 100, crashes: 1_000, windowMs: MINUTE_MS }

interface Point {
  readonly k: string
  readonly role: string
  readonly point: string
  readonly when: string
}

const POINTS: readonly Point[] = [
  { k: 'K01', role: 'settlement', point: 'command.received', when: 'a command was received and no transaction begun' },
  { k: 'K02', role: 'settlement', point: 'unit.before-commit', when: 'a transaction was written and not committed' },
  { k: 'K02', role: 'custody', point: 'unit.before-commit', when: 'a signature was made and its record not committed' },
  { k: 'K03', role: 'settlement', point: 'command.committed', when: 'a command was committed and not answered' },
  { k: 'K03', role: 'custody', point: 'unit.after-commit', when: 'a signature was recorded and not handed out' },
  { k: 'K04', role: 'settlement', point: 'outbox.before-perform', when: 'an effect was owed and not begun' },
  { k: 'K05', role: 'settlement', point: 'outbox.performed', when: 'an effect was performed and not noted as done' },
  { k: 'K06', role: 'settlement', point: 'watch.read', when: 'blocks were read and not taken' },
  { k: 'K07', role: 'settlement', point: 'watch.told', when: 'blocks were taken and the next not asked for' },
  { k: 'K09', role: 'ledger-shanxi', point: 'ledger.block.assembled', when: 'a block was sealed and not stored' },
  { k: 'K10', role: 'ledger-shanxi', point: 'ledger.block.committed', when: 'a block was stored and nobody told' },
  { k: 'K11', role: 'settlement', point: 'effect.kept', when: 'a transaction was signed and kept and not sent' },
  { k: 'K12', role: 'settlement', point: 'effect.submitted', when: 'a transaction was sent and its outcome unknown' },
  { k: 'K13', role: 'settlement', point: 'watch.preimage', when: 'a secret was seen on one ledger and not kept' },
  { k: 'K14', role: 'settlement', point: 'claim.submitted', when: 'the claim of the other leg was sent and not recorded' },
  { k: 'K16', role: 'settlement', point: 'audit.linking', when: 'audit entries were appended and the head not moved' },
]

const arms = dataFolder()
mkdirSync(arms.folder, { recursive: true, mode: 0o777 })
let house: House
let stage: Stage
let load: Load

const armOf = (role: string, point: string): string => path.join(arms.folder, `${role}.${point}`)
const unit = (role: string) => house.hub.status().find((each) => each.role === role)

beforeAll(async () => {
  writeFileSync(armOf('settlement', 'migration.half'), '')
  const env = { ...BARE, NODE_ENV: 'test', HUITONG_KILLPOINT_FOLDER: arms.folder }
  house = await openHouse(undefined, { env, limits: LIMITS })
  stage = await settle(house)
  load = await Load.open(house, stage, LANES)
})

afterAll(async () => {
  await house?.close()
  arms.remove()
})

/** Keeps up the load until `struck`; everything begun before and meanwhile must have ended within a minute of the healing. */
async function under(name: string, strike: () => Promise<void>): Promise<void> {
  const payments = await load.prepare(name)
  let isOver = false
  let failure: unknown
  const struck = load
    .waitFor(LANES)
    .then(strike)
    .catch((error: unknown) => {
      failure = error
    })
    .finally(() => {
      isOver = true
    })
  const sending = load.sendOnce(payments)
  const running = load.run(name, () => isOver)
  await struck
  const healed = performance.now()
  await Promise.all([running, sending])
  if (failure !== undefined) throw failure
  expect(performance.now() - healed).toBeLessThan(MINUTE_MS)
  expect(await load.contradictions(`payment ${name} `)).toEqual([])
}

/** Arms the point, waits for the death, then for the process to serve again. */
async function strike({ role, point }: Pick<Point, 'role' | 'point'>): Promise<void> {
  const restarts = unit(role)?.restarts ?? 0
  writeFileSync(armOf(role, point), '')
  await expect.poll(() => existsSync(armOf(role, point)), { timeout: MINUTE_MS, interval: 20 }).toBe(false)
  await back(role, restarts + 1)
}

const back = (role: string, restarts: number): Promise<void> =>
  expect.poll(() => unit(role), { timeout: MINUTE_MS, interval: 50 }).toMatchObject({ state: 'ready', restarts })

it('kill point K18: settlement is killed half-way through a migration, and its next start does it whole', () => {
  expect(existsSync(armOf('settlement', 'migration.half'))).toBe(false)
  expect(unit('settlement')).toMatchObject({ state: 'ready', restarts: 1 })
})

describe.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))('round %i', (round) => {
  it.each(POINTS.map((point) => [point.k, point.role, point.when, point] as const))(
    'kill point %s: %s is killed when %s',
    async (k, role, _when, point) => under(`${k}-${role}-${round}`, () => strike(point)),
  )

  it('kill point K08: nats is killed within 100 ms of handing out what it is then asked for again', async () => {
    await under(`K08-${round}`, async () => {
      const restarts = unit('nats')?.restarts ?? 0
      const before = await load.height()
      await expect.poll(() => load.height(), { timeout: MINUTE_MS, interval: 10 }).toBeGreaterThan(before)
      await house.hub.kill('nats')
      await back('nats', restarts + 1)
    })
  })

  it('kill point K15: a ledger is killed in the block that changes keys: the old or the new ones hold, never both or none', async () => {
    const role = `ledger-${POINT.ledger}`
    const name = `rotating ${round}`
    const party = await stage.person(name, [POINT])
    const ledger = await stage.network.ledger(POINT)
    const fresh = stage.accountWith(`${name} ${stage.run}`, party.account, 1)
    const { sequence } = (await ledger.account(party.account.id)) ?? { sequence: 0 }
    const rotate = { kind: 'rotate', account: party.account.id, sequence, keys: fresh.current } as const
    await under(`K15-${round}`, async () => {
      await Promise.all([strike({ role, point: 'ledger.block.assembled' }), party.operate(ledger, [rotate])])
    })
    expect((await ledger.account(party.account.id))?.current).toEqual(fresh.current)
    await stage.grant(party.account.id, POINT, 10n)
    const to = { account: party.account.id, asset: POINT.asset, amount: 1n }
    await expect(party.pay(ledger, to)).rejects.toThrow()
    await party.withAccount(fresh).pay(ledger, to)
  })

  it('kill point K17: the gateway is killed when an event was written and not counted: a reader resumes without gap or double', async () => {
    const feed = new Feed(house)
    await feed.open()
    await under(`K17-${round}`, () => strike({ role: 'gateway', point: 'feed.written' }))
    const got = await feed.close()
    expect(got.length).toBeGreaterThan(LANES)
    expect(feed.connections).toBeGreaterThan(1)
    const [first = 0] = got
    expect(got).toEqual(got.map((_, index) => first + index))
  })

  it.each(['settlement', 'gateway', 'custody', 'identity', 'ledger-shanxi'])(
    'kill point K19: %s is told to stop: it finishes what it has begun and ends in order',
    async (role) => {
      await under(`K19-${role}-${round}`, async () => {
        const { restarts = 0, pid } = unit(role) ?? {}
        if (pid === undefined) throw new Error(`${role} does not run`)
        const told = performance.now()
        process.kill(pid, 'SIGTERM')
        await expect.poll(() => unit(role)?.pid === pid, { timeout: MINUTE_MS, interval: 20 }).toBe(false)
        expect(performance.now() - told).toBeLessThan(STOP_MS)
        await back(role, restarts + 1)
      })
    },
  )
})

/** How long a server stands still, in milliseconds. */
const PAUSE_MS = 20_000

describe('the servers below', () => {
  it.each(['nats', 'postgres'])('%s is paused for twenty seconds under load', async (role) => {
    await under(`paused-${role}`, async () => {
      const pids = withChildren(unit(role)?.pid)
      for (const pid of pids) process.kill(pid, 'SIGSTOP')
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      for (const pid of pids) process.kill(pid, 'SIGCONT')
    })
    expect(unit(role)).toMatchObject({ state: 'ready' })
  })

  it.each(['nats', 'postgres'])('%s is restarted under load', async (role) => {
    await under(`restarted-${role}`, async () => {
      const { restarts = 0, pid } = unit(role) ?? {}
      process.kill(pid ?? 0, role === 'postgres' ? 'SIGINT' : 'SIGTERM')
      await back(role, restarts + 1)
    })
  })

  it('nats loses everything it keeps under load', async () => {
    await under('wiped-nats', async () => {
      const { restarts = 0, pid } = unit('nats') ?? {}
      process.kill(pid ?? 0, 'SIGSTOP')
      rmSync(path.join(house.folder, 'nats', 'jetstream'), { recursive: true })
      process.kill(pid ?? 0, 'SIGKILL')
      await back('nats', restarts + 1)
    })
  })
})

/** A server and the processes that it has begun: PostgreSQL's work is done by those. */
function withChildren(pid: number | undefined): readonly number[] {
  if (pid === undefined) throw new Error('it does not run')
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  return [pid, ...rows.flatMap(([child = 0, parent]) => (parent === pid ? [child] : []))]
}

it('every order that was acknowledged exists once and is settled, and none exists besides', async () => {
  expect(await load.orderContradictions()).toEqual([])
  expect(load.settled.length).toBeGreaterThan(LANES)
  expect(load.conversions.map(({ state }) => state)).toEqual(load.conversions.map(() => 'SETTLED'))
  expect(load.count('acknowledged')).toBeGreaterThan(0)
})

it('no unit is missing, and every invariant holds', async () => {
  for (const reserve of (await house.admin.reserves()).items) expect(reserve).toMatchObject({ difference: '0' })
  const { items } = await house.admin.invariants(true)
  expect(items.filter(({ verdict }) => verdict === 'broken')).toEqual([])
})

it.each([
  ['production', null],
  ['', null],
  ['test', 'SIGKILL'],
])('a process started with NODE_ENV=%s passes an armed point: %s', (environment, signal) => {
  const env = { ...BARE, NODE_ENV: environment, HUITONG_ROLE: 'any', HUITONG_KILLPOINT_FOLDER: arms.folder }
  const module = path.join(ROOT, 'dist', 'libs', 'platform', 'src', 'killpoint.js')
  const script = `import(${JSON.stringify(module)}).then(({ killpoint }) => { killpoint('here'); killpoint('there') })`
  writeFileSync(armOf('any', 'here'), '')
  const ended = spawnSync(process.execPath, ['-e', script], { env: { ...env, HUITONG_KILLPOINTS: 'there' } })
  expect(ended.signal).toBe(signal)
  expect(existsSync(armOf('any', 'here'))).toBe(signal === null)
})
