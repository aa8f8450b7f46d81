// One key, one effect, one answer: on a real PostgreSQL, with races, refusals, faults and lost commits.
import 'reflect-metadata'
import { type Result, err, ok } from '@huitong/primitives'
import { DataSource, type EntityManager } from 'typeorm'
import { createDatabase, openDatabase } from '../pg/database.js'
import { platformMigrations } from '../pg/platform-tables.js'
import { row, rows } from '../pg/rows.js'
import { UnitFailed } from '../pg/transient.js'
import { runUnit } from '../pg/unit.js'
import { type TestServer, freshSchema, startPostgres } from '../testing/servers.js'
import { firstAnswer, forgetAnswers, runCommand } from './run-command.js'

let server: TestServer
let database: DataSource

beforeAll(async () => {
  server = await startPostgres()
  database = await openDatabase(createDatabase({ url: server.url, schema: freshSchema(), migrations: platformMigrations }))
  await database.query('create table effect (what text not null)')
})

afterAll(async () => {
  await database.destroy()
  await server.stop()
})

beforeEach(async () => {
  await database.query('truncate effect, idempotency')
})

const effects = async (): Promise<string[]> =>
  (await rows<{ what: string }>(database.manager, 'select what from effect order by what')).map(({ what }) => what)

const leave = (manager: EntityManager, what: string) => rows(manager, 'insert into effect values ($1)', [what])

const order = { scope: 'order', key: 'k1', body: { amount: '5', to: 'b' } }

async function work(manager: EntityManager): Promise<Result<{ at: string; n: number }, 'broke'>> {
  await leave(manager, 'paid')
  return ok({ at: String(Math.random()), n: 7 })
}

it('answers the second time what it answered the first time, byte for byte, and does nothing', async () => {
  const first = await runCommand(database, order, work)
  const second = await runCommand(database, { ...order, body: { to: 'b', amount: '5' } }, work)
  expect(first.ok).toBe(true)
  expect(JSON.stringify(second)).toBe(JSON.stringify({ ...first, replayed: true }))
  expect(await effects()).toEqual(['paid'])
})

it('keeps keys of different scopes apart, also where scope and key run together', async () => {
  await runCommand(database, { scope: 'ab', key: 'c', body: 1 }, work)
  expect(await runCommand(database, { scope: 'a', key: 'bc', body: 1 }, work)).not.toHaveProperty('replayed')
  expect(await effects()).toEqual(['paid', 'paid'])
})

it('refuses another body under a known key', async () => {
  await runCommand(database, order, work)
  const other = await runCommand(database, { ...order, body: { amount: '6', to: 'b' } }, work)
  expect(other).toMatchObject({ ok: false, code: 'idempotency_key_reused' })
  expect(await effects()).toEqual(['paid'])
})

it('undoes everything a refused command did, and stores the refusal', async () => {
  const refuse = async (manager: EntityManager): Promise<Result<never, 'broke'>> => {
    await leave(manager, 'half')
    return err('broke', 'no money', 'amount')
  }
  expect(await runCommand(database, order, refuse)).toEqual({ ok: false, code: 'broke', detail: 'no money', field: 'amount' })
  expect(await runCommand(database, order, work)).toMatchObject({ ok: false, code: 'broke', replayed: true })
  expect(await effects()).toEqual([])
})

it('keeps nothing of a command that throws, so that the key is still free', async () => {
  const stumble = async (manager: EntityManager): Promise<Result<never, never>> => {
    await leave(manager, 'half')
    throw new TypeError('a bug')
  }
  await expect(runCommand(database, order, stumble)).rejects.toThrow('a bug')
  expect(await runCommand(database, order, work)).toMatchObject({ ok: true })
  expect(await effects()).toEqual(['paid'])
})

it('answers in_flight while the first one runs', async () => {
  let finish: () => void = () => undefined
  let begun: () => void = () => undefined
  const isRunning = new Promise<void>((resolve) => (begun = resolve))
  const first = runCommand(database, order, async (manager) => {
    begun()
    await new Promise<void>((resolve) => (finish = resolve))
    return work(manager)
  })
  await isRunning
  expect(await runCommand(database, order, work)).toMatchObject({ ok: false, code: 'in_flight' })
  finish()
  expect(await first).toMatchObject({ ok: true })
  expect(await effects()).toEqual(['paid'])
})

it('has one effect when twenty equal commands race', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => runCommand(database, order, work)))
  const fresh = answers.filter((answer) => answer.ok && answer.replayed !== true)
  expect(fresh).toHaveLength(1)
  expect(answers.every((answer) => answer.ok || answer.code === 'in_flight')).toBe(true)
  expect(await effects()).toEqual(['paid'])
})

it('runs the whole unit again after a deadlock or a lost connection, and gives up at some point', async () => {
  let runs = 0
  const flaky = async (manager: EntityManager): Promise<Result<number, never>> => {
    await leave(manager, `run ${++runs}`)
    if (runs === 1) await manager.query(`do $$ begin raise exception 'deadlock' using errcode = '40P01'; end $$`)
    if (runs === 2) {
      const self = await row<{ pid: number }>(manager, 'select pg_backend_pid() as pid')
      await database.query('select pg_terminate_backend($1)', [self?.pid])
      await manager.query('select 1')
    }
    return ok(runs)
  }
  expect(await runCommand(database, order, flaky)).toEqual(ok(3))
  expect(await effects()).toEqual(['run 3'])

  const hopeless = runCommand(database, { ...order, key: 'k2' }, async (manager) => {
    await manager.query(`do $$ begin raise exception 'conflict' using errcode = '40001'; end $$`)
    return ok(1)
  })
  await expect(hopeless).rejects.toMatchObject({ name: 'UnitFailed', outcome: 'nothing' })
})

describe('when the answer to a COMMIT is lost', () => {
  /** A database whose first COMMIT is done, but answered by a broken connection. */
  function losesCommit(): DataSource {
    let isLost = false
    const losing = Object.create(database) as DataSource
    losing.createQueryRunner = (...mode) => {
      const runner = database.createQueryRunner(...mode)
      const commit = runner.commitTransaction.bind(runner)
      runner.commitTransaction = async () => {
        await commit()
        if (isLost) return
        isLost = true
        throw Object.assign(new Error('connection lost'), { code: '08006' })
      }
      return runner
    }
    return losing
  }

  it('a command finds its stored answer and has one effect', async () => {
    expect(await runCommand(losesCommit(), order, work)).toMatchObject({ ok: true, replayed: true })
    expect(await effects()).toEqual(['paid'])
  })

  it('other work is not repeated: the outcome is unknown', async () => {
    const unit = runUnit(losesCommit(), { lostCommit: 'unknown' }, (manager) => leave(manager, 'once'))
    await expect(unit).rejects.toThrow(UnitFailed)
    await expect(unit).rejects.toMatchObject({ outcome: 'unknown' })
    expect(await effects()).toEqual(['once'])
  })
})

it('forgets old answers on request', async () => {
  await runCommand(database, order, work)
  expect(await forgetAnswers(database.manager, new Date(Date.now() - 60_000))).toBe(0)
  expect(await forgetAnswers(database.manager, new Date(Date.now() + 60_000))).toBe(1)
})

it('refuses an answer with a bigint and leaves nothing', async () => {
  const inexact = runCommand(database, order, async (manager) => {
    await leave(manager, 'half')
    return ok({ amount: 1n })
  })
  await expect(inexact).rejects.toThrow(/BigInt/)
  expect(await effects()).toEqual([])
})

describe('a command that asks others first', () => {
  let refusal: Result<never, 'frozen'> | undefined
  const asked = (body: unknown = order.body) =>
    firstAnswer(database, { ...order, body }, async (command) => refusal ?? runCommand(database, command, work))

  beforeEach(() => {
    refusal = undefined
  })

  it('keeps its first answer when they would not agree any more', async () => {
    const first = await asked()
    refusal = err('frozen')
    expect(await asked()).toEqual({ ...first, replayed: true })
    expect(await asked({ amount: '6', to: 'b' })).toMatchObject({ code: 'idempotency_key_reused' })
    expect(await effects()).toEqual(['paid'])
  })

  it('may be tried again under the same key after they refused', async () => {
    refusal = err('frozen')
    expect(await asked()).toEqual(err('frozen'))
    expect(await asked()).toEqual(err('frozen'))
    refusal = undefined
    expect(await asked()).toMatchObject({ ok: true })
    expect(await effects()).toEqual(['paid'])
  })

  it('keeps a refusal that the work made, and marks only its repetition', async () => {
    const broken = () =>
      firstAnswer(database, order, (command) => runCommand(database, command, async () => err('broke' as const)))
    expect(await broken()).toEqual(err('broke'))
    expect(await broken()).toEqual({ ...err('broke'), replayed: true })
    refusal = err('frozen')
    expect(await asked()).toEqual({ ...err('broke'), replayed: true })
  })
})
