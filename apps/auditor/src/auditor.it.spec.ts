// The auditor over real PostgreSQL: the tables that the apps' own migrations make, a role that may only read, NATS for its answers.
import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { auditInvariants, auditReserves } from '@huitong/contracts'
import { type StartedNats, type StartedPostgres, startNats, startPostgres } from '@huitong/launcher'
import {
  Bus,
  BusServer,
  Health,
  PlatformModule,
  Performers,
  Streams,
  appendAudit,
  linkAudit,
  createDatabase,
  installNativeHash,
  loadSettings,
  nativeVerifier,
  openDatabase,
  platformMigrations,
  rows,
  runCommand,
  systemClock,
  systemEntropy,
} from '@huitong/platform'
import { type Time, fromHex, ok } from '@huitong/primitives'
import { type INestMicroservice, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { DataSource } from 'typeorm'
import { custodyMigrations } from '../../custody/src/pg/custody-tables.js'
import { identityMigrations } from '../../identity/src/pg/identity-tables.js'
import { ledgerMigrations } from '../../ledger/src/schema.js'
import { settlementMigrations } from '../../settlement/src/migrations/tables.js'
import { AuditorModule, Reading } from './auditor.module.js'
import type { DealFact, OrderLeg } from './read/facts.js'
import { SmallHub, coin } from './testing/small-hub.js'
import { type SmallLedger, pay } from './testing/small-ledger.js'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'huitong-auditor-'))
const hub = new SmallHub()
let postgres: StartedPostgres
let nats: StartedNats
let bus: Bus
let app: INestMicroservice
const databases: DataSource[] = []
let settlement: DataSource
let custody: DataSource
let east: DataSource

async function schema(name: string, migrations: Parameters<typeof createDatabase>[0]['migrations']): Promise<DataSource> {
  const database = await openDatabase(createDatabase({ url: postgres.url, schema: name, migrations, pool: 3 }))
  databases.push(database)
  return database
}

/** Writes the blocks that the table does not have yet. */
async function keepBlocks(database: DataSource, ledger: SmallLedger): Promise<void> {
  const { manager } = database
  for (const block of ledger.blocks) {
    await rows(
      manager,
      'insert into blocks (height, hash, time, transactions, header, seal, bytes) values ($1, $2, 1, 1, $3, $4, $5) on conflict do nothing',
      [block.height, fromHex(block.hash), block.header, block.seal, block.bytes],
    )
  }
  await rows(
    manager,
    `insert into head (chain, epoch, height, hash, time) values ($1, 1, $2, $3, 1)
     on conflict (single) do update set height = excluded.height, hash = excluded.hash`,
    [fromHex(ledger.chain), ledger.head.height, fromHex(ledger.head.hash)],
  )
  await rows(
    settlement.manager,
    `insert into ledger (name, chain, genesis, height, block, time) values ($1, $2, $3, $4, $5, $6)
     on conflict (name) do update set height = excluded.height, block = excluded.block`,
    [ledger.name, fromHex(ledger.chain), ledger.genesisText, ledger.head.height, fromHex(ledger.head.hash), ledger.head.time],
  )
}

const amounts = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? part.toString() : part))

const legState = ({ books, coin: stands, seen }: OrderLeg) => ({ fate: 'open', books, coin: stands, seen })

/** A deal's state as its machine stores it, from what the auditor reads of it. */
function stateOf({ noun, stateName, terms }: DealFact): string {
  if (terms.kind === 'pair') {
    const { hash, a, b } = terms
    return amounts({ machine: noun, format: 1, state: { state: stateName, terms: { hash, a, b } } })
  }
  if (terms.kind !== 'order') return '{}'
  const [first, second] = terms.legs
  if (first === undefined) return '{}'
  const legs =
    second === undefined ? { kind: 'single', leg: legState(first) } : { kind: 'paired', a: legState(first), b: legState(second) }
  const agreed = second === undefined ? { kind: 'single', leg: first } : { kind: 'paired', a: first, b: second }
  const milestones = {
    terms: { order: terms.order, milestones: [{ milestone: 0, legs: agreed }] },
    milestones: [{ milestone: 0, legs }],
  }
  const order = { machine: noun, format: 1, state: { state: stateName, extras: [], ...milestones } }
  // settlement keeps an order's file beside the machine's own state
  return amounts({ machine: 'orderDeal', format: 1, state: { file: {}, order } })
}

async function keepDeals(): Promise<void> {
  const { manager } = settlement
  for (const deal of hub.deals) {
    const order = deal.terms.kind === 'order' ? fromHex(deal.terms.order) : null
    await rows(
      manager,
      `insert into deal (id, kind, state, state_name, version, parties, is_final, order_id, created_at, updated_at)
       values ($1, $2, $3, $4, $5, '{}', false, $6, 1, 1)`,
      [deal.id, deal.noun, stateOf(deal), deal.stateName, deal.version, order],
    )
    for (let version = 1; version <= deal.version; version++) {
      await rows(
        manager,
        `insert into deal_transition (deal, version, at, actor, event, to_state) values ($1, $2, 1, 'a', 'e', $3)`,
        [deal.id, version, deal.stateName],
      )
    }
  }
  await rows(
    manager,
    `insert into hub_transaction (effect, attempt, deal, ledger, valid_until, transaction, state)
     values ('claim', 0, $1, 'east', 1, $2, 'committed')`,
    [hub.deals[0]?.id ?? '', fromHex(hub.made.claimA.id)],
  )
}

async function keepCustody(): Promise<void> {
  const { manager } = custody
  for (const [account, purpose] of hub.accounts) {
    const [provider, owner] = purpose === 'liquidity' ? ['prv', fromHex(account)] : [null, null]
    await rows(
      manager,
      `insert into managed_account (account, purpose, public_key, sealed_seed, provider, owner) values ($1, $2, $3, 'sealed', $4, $5)`,
      [fromHex(account), purpose, new Uint8Array(randomBytes(32)), provider, owner],
    )
  }
  await rows(
    manager,
    `insert into signed (id, kind, subject_ledger, subject_key, subject_slot, outcome, digest, ledger, account, transaction, bytes, valid_until, at, state)
     select gen_random_uuid(), 'lock', 'west', account, 'once', 'x', account, 'west', account, $1, '', 1, 1, 'final'
     from managed_account where purpose = 'liquidity'`,
    [fromHex(hub.made.lockB.id)],
  )
}

async function readingRole(): Promise<string> {
  const { manager } = settlement
  await manager.query(`create role auditor login password 'only-reads' nosuperuser`)
  await manager.query('alter role auditor set default_transaction_read_only = on')
  for (const name of ['identity', 'custody', 'settlement', 'ledger_east', 'ledger_west']) {
    await manager.query(`grant usage on schema ${name} to auditor`)
    await manager.query(`grant select on all tables in schema ${name} to auditor`)
  }
  const url = new URL(postgres.url)
  url.username = 'auditor'
  url.password = 'only-reads'
  return url.href
}

async function startAuditor(databaseUrl: string): Promise<INestMicroservice> {
  const own = await Bus.connect({ url: nats.url, role: 'auditor', user: nats.user, password: nats.password })
  const settings = loadSettings({ DATABASE_URL: databaseUrl, HUITONG_LEDGERS: 'east,west', HUITONG_DATA: folder })
  const platform = {
    name: 'auditor',
    settings,
    clock: systemClock,
    entropy: systemEntropy,
    verifier: nativeVerifier,
    bus: own,
    streams: new Streams(own),
    performers: new Performers(),
    health: new Health('auditor'),
  }
  @Module({ imports: [PlatformModule.of(platform), AuditorModule] })
  class Root {}
  const strategy = new BusServer({ bus: own, group: 'auditor', callers: ['gateway'] })
  const created = await NestFactory.createMicroservice(Root, { strategy, logger: false, abortOnError: false })
  await created.listen()
  return created
}

async function broken(full = false): Promise<readonly string[]> {
  const answer = await bus.call(auditInvariants, full ? { full } : {})
  if (!answer.ok) throw new Error(answer.code)
  return answer.value.invariants.flatMap((one) => (one.verdict === 'broken' ? [`${one.invariant}: ${one.detail}`] : []))
}

beforeAll(async () => {
  installNativeHash()
  fs.chmodSync(folder, 0o711)
  ;[postgres, nats] = await Promise.all([startPostgres({ folder }), startNats({ folder, users: [] })])
  settlement = await schema('settlement', [...platformMigrations, ...settlementMigrations])
  custody = await schema('custody', [...platformMigrations, ...custodyMigrations])
  const identity = await schema('identity', [...platformMigrations, ...identityMigrations])
  east = await schema('ledger_east', ledgerMigrations)
  const west = await schema('ledger_west', ledgerMigrations)
  await keepBlocks(east, hub.east)
  await keepBlocks(west, hub.west)
  await keepDeals()
  await keepCustody()
  for (let entry = 1; entry <= 3; entry++) {
    await identity.transaction((unit) =>
      appendAudit(unit, { at: entry as Time, actor: 'operator', action: 'did', subject: '对象', detail: { entry } }),
    )
  }
  await linkAudit(identity.manager)
  const made = { id: `cnv_${hub.deals[0]?.id}` }
  await runCommand(settlement, { scope: 'conversion.create:key', key: 'k1', body: {} }, async () => ok(made))
  bus = await Bus.connect({ url: nats.url, role: 'gateway', user: nats.user, password: nats.password })
  app = await startAuditor(await readingRole())
})

afterAll(async () => {
  await app?.close()
  await bus?.close()
  for (const database of databases) await database.destroy()
  await Promise.all([postgres?.stop(), nats?.stop()])
  fs.rmSync(folder, { recursive: true, force: true })
})

it('finds a sound hub sound, from the tables as the apps make them', async () => {
  const answer = await bus.call(auditInvariants, {})
  expect(answer.ok && answer.value.invariants.filter(({ verdict }) => verdict === 'broken')).toEqual([])
  const exercised = answer.ok ? answer.value.invariants.flatMap((one) => (one.checked > 0 ? [one.invariant] : [])) : []
  expect(exercised).toEqual([1, 2, 3, 4, 5, 6, 8, 9])
})

it('tells the reserves, which add up', async () => {
  const answer = await bus.call(auditReserves, {})
  expect(answer.ok && answer.value.reserves).toEqual([
    {
      ledger: 'east',
      asset: 'EUR',
      issued: '1000',
      holders: '499',
      escrow: '300',
      hashLocks: '0',
      fees: '1',
      liquidity: '200',
      difference: '0',
    },
    {
      ledger: 'west',
      asset: 'CNY',
      issued: '500',
      holders: '90',
      escrow: '45',
      hashLocks: '0',
      fees: '0',
      liquidity: '365',
      difference: '0',
    },
  ])
})

it('goes on with new blocks, and answers many at once', async () => {
  hub.east.commit({ inputs: [{ coin: coin(hub.made.lockA, 3) }], outputs: [pay('EUR', 399n, 'bob')] })
  await keepBlocks(east, hub.east)
  const answers = await Promise.all([broken(), broken(), broken(true)])
  expect(answers).toEqual([[], [], []])
})

it('cannot write anything', async () => {
  const { manager } = app.get(Reading).database
  await expect(manager.query(`insert into settlement.offer (id) values (gen_random_uuid())`)).rejects.toThrow(
    /read-only|permission denied/,
  )
})

describe('a change behind the apps’ backs', () => {
  /** As the owner of the server, past every trigger. */
  const tamper = async (database: DataSource, table: string, change: string, back: string): Promise<readonly string[]> => {
    const { manager } = database
    const apply = async (sql: string): Promise<void> => {
      await manager.query(`alter table ${table} disable trigger all`)
      await manager.query(sql)
      await manager.query(`alter table ${table} enable trigger all`)
    }
    await apply(change)
    const found = await broken(true)
    await apply(back)
    expect(await broken(true)).toEqual([])
    return found
  }

  const flip = (column: string, at: number): string => `${column} = set_byte(${column}, ${at}, get_byte(${column}, ${at}) # 1)`

  it.each([
    [
      'a byte of a block',
      () => east,
      'blocks',
      `update blocks set ${flip('bytes', 30)} where height = 2`,
      /^3: east, block 2: its Merkle root/m,
    ],
    [
      'a seal',
      () => east,
      'blocks',
      `update blocks set ${flip('seal', 3)} where height = 1`,
      /^3: east, block 1: its seal is wrong/,
    ],
    [
      'a transaction that custody calls final',
      () => custody,
      'signed',
      `update signed set ${flip('transaction', 3)}`,
      /^9: .*0 times on west/,
    ],
  ] as const)('in %s is seen', async (_name, database, table, change, sentence) => {
    const found = await tamper(database(), table, change, change)
    expect(found.join('\n')).toMatch(sentence)
  })

  it.each([
    [
      'a deal’s version',
      'deal',
      'update deal set version = version + 1',
      'update deal set version = version - 1',
      /^9: deal .* is at version 4/,
    ],
    [
      'an order’s books',
      'deal',
      `update deal set state = replace(state::text, '"released": "100"', '"released": "99"')::jsonb`,
      `update deal set state = replace(state::text, '"released": "99"', '"released": "100"')::jsonb`,
      /^6: order .*does not add up/,
    ],
    [
      'the answer of a command',
      'idempotency',
      `update idempotency set answer = replace(answer, 'cnv_01', 'cnv_ff')`,
      `update idempotency set answer = replace(answer, 'cnv_ff', 'cnv_01')`,
      /^9: command conversion.create:key k1 was answered with cnv_ff.* does not exist/,
    ],
  ])('in %s is seen', async (_name, table, change, back, sentence) => {
    expect((await tamper(settlement, table, change, back)).join('\n')).toMatch(sentence)
  })

  it('in an audit entry is seen, by its name, without a full check if it was read before', async () => {
    const identity = databases[2]
    if (identity === undefined) throw new Error('identity has a database')
    const change = `update audit_log set actor = 'nobody' where seq = 3`
    await identity.manager.query('alter table audit_log disable trigger all')
    await identity.manager.query(change)
    expect(await broken()).toEqual([expect.stringMatching(/^8: identity: audit entry 3/)])
    await identity.manager.query(`update audit_log set actor = 'operator' where seq = 3`)
    await identity.manager.query('alter table audit_log enable trigger all')
    expect(await broken(true)).toEqual([])
  })
})
