// Every stored byte counts: bits are flipped in each column of each table, in the genesis, the sealing key and the snapshot, and each time the
// check that is there for it names the first wrong place. The places are drawn from one seed.
import 'reflect-metadata'
import * as fs from 'node:fs'
import path from 'node:path'
import { type Block, decodeGenesis, decodeSealedHeader, splitDamaged, verifyChain } from '@huitong/chain'
import { createDatabase, nativeVerifier, openDatabase, rows } from '@huitong/platform'
import { concat, expectOk, fromHex, utf8 } from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import { PgBlockStore } from './block/block-store.pg.js'
import { Tail } from './block/tail.js'
import type { Birth } from './genesis/genesis-folder.js'
import type { IndexCheck } from './index/index-check.js'
import { PgIndexQueries } from './index/index-queries.pg.js'
import { PgPruneStore } from './prune/prune-store.pg.js'
import { BlockReads } from './read/block-reads.js'
import { CheckReads } from './read/check-reads.js'
import { Recent } from './read/recent.js'
import { ledgerMigrations, schemaOf } from './schema.js'
import { SnapshotFolder } from './snapshot/snapshot-folder.js'
import { Economy, dice } from './testing/economy.js'
import { Servers, hostLedger } from './testing/hosted.js'

const SEED = 20_261_121
const roll = dice(SEED)

let servers: Servers
let database: DataSource
let birth: Birth
let checks: CheckReads
let blockReads: BlockReads
let name: string
let height: number
beforeAll(async () => {
  servers = await Servers.start()
  name = servers.freshName()
  const host = await hostLedger(servers, name, { snapshotEvery: 20 })
  const economy = new Economy(host, dice(7))
  await economy.begin()
  for (let i = 0; i < 35; i++) await economy.step()
  await host.ledger.recent.indexed()
  height = host.ledger.sequencer.head.height
  birth = host.ledger.birth
  // nobody writes while cells are changed
  await host.close()
  database = await openDatabase(
    createDatabase({ url: servers.postgres.url, schema: schemaOf(name), migrations: ledgerMigrations }),
  )
  await rows(database.manager, 'alter table blocks disable trigger all')
  const blocks = new PgBlockStore(database)
  const queries = new PgIndexQueries(database)
  checks = new CheckReads(database, blocks, birth.chain, queries, () => height)
  const tail = new Tail(birth.chain, height)
  blockReads = new BlockReads(blocks, new Recent(tail, host.ledger.indexer, queries), new PgPruneStore(database), tail)
})
afterAll(async () => {
  await database.destroy()
  await servers.stop()
})

interface Named {
  readonly height: number
  readonly transaction?: number
  readonly table?: string
  readonly code?: string
}

/** What `huitong ledger verify` does with the answers of a ledger. */
async function replayed(): Promise<Named | undefined> {
  const blocks: Block[] = []
  const found = expectOk(await blockReads.range(1, 500), 'blocks')
  for (const [index, { header, seal, transactions }] of found.entries()) {
    const sealed = decodeSealedHeader(concat(fromHex(header), fromHex(seal)))
    if (!sealed.ok) return { height: index + 1, code: sealed.code }
    blocks.push({ header: sealed.value, transactions: splitDamaged(fromHex(transactions)) })
  }
  const genesis = expectOk(decodeGenesis(utf8(birth.text)), 'genesis')
  const outcome = await verifyChain(genesis, blocks, { verifier: nativeVerifier })
  if (!outcome.ok) return outcome
  return outcome.blocks < height ? { height: outcome.blocks + 1, code: 'missing' } : undefined
}

/** What `huitong ledger verify --index` does after it. */
async function compared(): Promise<Named | undefined> {
  for (let from = 1; from <= height;) {
    const page: Awaited<ReturnType<IndexCheck['page']>> = expectOk(await checks.index({ from, limit: 9 }), 'page')
    if (page.fault !== undefined) return page.fault
    from = page.to + 1
  }
  return undefined
}

interface Cell {
  readonly table: string
  readonly column: string
  readonly type: string
}

async function cells(tables: readonly string[]): Promise<Cell[]> {
  const schema = (await rows<{ s: string }>(database.manager, 'select current_schema() as s'))[0]?.s
  const found = await rows<{ table: string; column: string; type: string }>(
    database.manager,
    `select table_name as "table", column_name as "column", data_type as type from information_schema.columns
     where table_schema = $1 and table_name = any($2) order by table_name, ordinal_position`,
    [schema ?? '', [...tables]],
  )
  return found
}

/** A changed form of a stored value, one bit or character away where it can be. */
function changedValue(type: string, value: unknown): { readonly sql: string; readonly at?: number } | undefined {
  if (type === 'bytea') {
    if (!(value instanceof Uint8Array) || value.length === 0) return undefined
    const at = roll(value.length)
    const bytes = Uint8Array.from(value)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << roll(8))
    return { sql: `'\\x${Buffer.from(bytes).toString('hex')}'::bytea`, at }
  }
  if (type === 'text') return { sql: value === null ? `'EUR'` : `'${String(value).slice(0, -1)}X'` }
  if (value === null) return { sql: String(1 + roll(9)) }
  return { sql: `${String(BigInt(String(value)) ^ (1n << BigInt(roll(12))))}` }
}

interface Flip {
  readonly row: Record<string, unknown>
  readonly at: number | undefined
}

/** Changes one cell of a random row for as long as `check` takes; `refused` if the database does not let it be. */
async function flipped(cell: Cell, check: (flip: Flip) => Promise<void>): Promise<'checked' | 'refused'> {
  const { manager } = database
  const all = await rows<Record<string, unknown>>(
    manager,
    `select tableoid::regclass::text as its_part, ctid::text as its_place, * from ${cell.table}`,
  )
  // bytes that are not there cannot be changed; any other absent value can be made up
  const some = cell.type === 'bytea' ? all.filter((each) => each[cell.column] !== null) : all
  const row = some[roll(some.length)]
  if (row === undefined) throw new Error(`${cell.table} is empty`)
  const changed = changedValue(cell.type, row[cell.column])
  if (changed === undefined) return 'refused'
  let now: { its_part: string; its_place: string } | undefined
  try {
    ;[now] = await rows<{ its_part: string; its_place: string }>(
      manager,
      `update ${cell.table} set ${cell.column} = ${changed.sql} where ctid = $1::tid and tableoid = $2::regclass
       returning tableoid::regclass::text as its_part, ctid::text as its_place`,
      [String(row['its_place']), String(row['its_part'])],
    )
  } catch {
    return 'refused'
  }
  if (now === undefined) throw new Error(`the row was there: ${cell.table}.${cell.column} ${JSON.stringify(row)}`)
  try {
    await check({ row, at: changed.at })
  } finally {
    const old = row[cell.column]
    const back =
      old instanceof Uint8Array ? `'\\x${Buffer.from(old).toString('hex')}'::bytea` : old === null ? 'null' : `'${String(old)}'`
    // a start moves the head's row
    const where =
      cell.table === 'head'
        ? 'where $1::text is not null and $2::text is not null'
        : 'where ctid = $1::tid and tableoid = $2::regclass'
    await rows(manager, `update ${cell.table} set ${cell.column} = ${back} ${where}`, [now.its_place, now.its_part])
  }
  return 'checked'
}

/** Position of the transaction that holds a byte of a block. */
function transactionAt(bytes: Uint8Array, at: number): number {
  let end = 0
  return splitDamaged(bytes).findIndex((part) => (end += part.length) > at)
}

it('finds nothing wrong where nothing is', async () => {
  expect(await replayed()).toBeUndefined()
  expect(await compared()).toBeUndefined()
})

describe('a flipped bit in a block', () => {
  it.each([
    ['bytes', 60],
    ['header', 40],
    ['seal', 20],
  ])('of %s is found by the replay, which names the block, and for its bytes the transaction', async (column, times) => {
    let transactions = 0
    for (let i = 0; i < times; i++) {
      await flipped({ table: 'blocks', column, type: 'bytea' }, async ({ row, at }) => {
        const found = await replayed()
        expect(found).toMatchObject({ height: Number(row['height']) })
        const stored = row['bytes']
        if (column !== 'bytes' || !(stored instanceof Uint8Array)) return
        transactions += 1
        expect(found?.transaction).toBe(transactionAt(stored, at ?? 0))
        expect(await compared()).toMatchObject({ height: Number(row['height']), table: 'blocks' })
      })
    }
    if (column === 'bytes') expect(transactions).toBeGreaterThan(30)
  })

  it.each(['height', 'hash', 'time', 'transactions'])(
    'of %s, which only repeats the header, is found by the comparison',
    async (column) => {
      const [cell] = (await cells(['blocks'])).filter((each) => each.column === column)
      if (cell === undefined) throw new Error(`blocks has ${column}`)
      let checked = 0
      for (let i = 0; i < 8; i++) {
        const done = await flipped(cell, async ({ row }) => {
          const found = (await compared()) ?? (await replayed())
          expect(found).toMatchObject({ height: Number(row['height']) })
        })
        if (done === 'checked') checked += 1
      }
      expect(checked).toBeGreaterThan(0)
    },
  )
})

describe('a changed cell of the search tables', () => {
  const TABLES = ['indexed_blocks', 'transactions', 'coins', 'spends', 'relations', 'postings', 'index_cursor']

  it(
    'is found by the comparison, whichever column it is, at its own block and transaction or before',
    { timeout: 300_000 },
    async () => {
      const seen: Record<string, number> = {}
      for (const cell of await cells(TABLES)) {
        if (cell.column === 'single') continue
        const isPartOfAll = cell.table === 'index_cursor'
        const key = `${cell.table}.${cell.column}`
        seen[key] = 0
        // some changes the tables themselves refuse (a key that is there already, a number that belongs to no part): then another is tried
        for (let i = 0; i < 5 || (seen[key] === 0 && i < 200); i++) {
          const done = await flipped(cell, async ({ row }) => {
            const found = await compared()
            expect(found, `${cell.table}.${cell.column}`).toBeDefined()
            if (!isPartOfAll)
              expect(found?.height, `${cell.table}.${cell.column} ${JSON.stringify([row, found])}`).toBeLessThanOrEqual(
                heightOf(row),
              )
          })
          seen[key] += done === 'checked' ? 1 : 0
        }
      }
      // every column was really tried
      expect(Object.entries(seen).filter(([, times]) => times === 0)).toEqual([])
      expect(await compared()).toBeUndefined()
    },
  )

  it('is found as a missing row and as a row too many', async () => {
    const { manager } = database
    for (const table of TABLES.slice(0, -1)) {
      const [row] = await rows<Record<string, unknown>>(
        manager,
        `delete from ${table} where ctid in (select ctid from ${table} limit 1) returning *`,
      )
      expect(await compared(), `${table} lacks a row`).toBeDefined()
      const columns = Object.keys(row ?? {})
      const places = columns.map((_, index) => `$${index + 1}`)
      const values = Object.values(row ?? {}) as (string | null)[]
      await rows(manager, `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`, values)
      expect(await compared()).toBeUndefined()
    }
    await rows(
      manager,
      `insert into relations (account, relation, coin) select account, 2, 1 from relations limit 1 on conflict do nothing`,
    )
    expect(await compared()).toMatchObject({ table: 'relations' })
    await rows(manager, `delete from relations where coin = 1 and relation = 2`)
    expect(await compared()).toBeUndefined()
  })

  const heightOf = (row: Record<string, unknown>): number => (row['height'] === undefined ? height : Number(row['height']))
})

describe('at the start', () => {
  const start = async (): Promise<string> => {
    try {
      const again = await hostLedger(servers, name, { snapshotEvery: 20 })
      await again.close()
      return 'started'
    } catch (error) {
      return error instanceof Error ? error.name : 'unknown'
    }
  }

  it('refuses a head that was changed', { timeout: 120_000 }, async () => {
    expect(await start()).toBe('started')
    for (const [column, type] of [
      ['chain', 'bytea'],
      ['hash', 'bytea'],
      ['height', 'bigint'],
      ['time', 'bigint'],
    ] as const) {
      for (let i = 0; i < 3; i++) {
        const done = await flipped({ table: 'head', column, type }, async () => {
          expect(await start(), column).toMatch(/InvariantViolation|ForeignChain/)
        })
        expect(done).toBe('checked')
      }
    }
    expect(await start()).toBe('started')
  })

  it('refuses a genesis or a sealing key that was changed', { timeout: 120_000 }, async () => {
    for (const file of ['genesis.json', 'sealing.key'].map((each) => path.join(servers.folder, 'ledgers', name, each))) {
      const right = fs.readFileSync(file)
      for (let i = 0; i < 25; i++) {
        const bytes = Uint8Array.from(right)
        // the line's end after the key is no part of it
        const at = roll(right.length - (file.endsWith('.key') ? 1 : 0))
        bytes[at] = (bytes[at] ?? 0) ^ (1 << roll(8))
        fs.writeFileSync(file, bytes)
        expect(await start(), `${path.basename(file)}, byte ${at}`).toMatch(/GenesisUnfit|ForeignChain/)
      }
      fs.writeFileSync(file, right)
    }
    expect(await start()).toBe('started')
  })

  it('takes no snapshot that was changed: it replays the blocks instead', async () => {
    const folder = path.join(servers.folder, 'ledgers', name)
    const [file] = fs
      .readdirSync(folder)
      .filter((each) => each.startsWith('snapshot-'))
      .sort()
    if (file === undefined) throw new Error('a snapshot was written')
    const at = path.join(folder, file)
    const right = fs.readFileSync(at)
    const only = fs.mkdtempSync(path.join(servers.folder, 'only-'))
    fs.mkdirSync(path.join(only, name))
    const snapshots = new SnapshotFolder({ folder: only, name, every: 20 })
    const newest = (bytes: Uint8Array): number | undefined => {
      fs.writeFileSync(path.join(only, name, file), bytes)
      return snapshots.newest(birth.genesis, { height, seed: 1 })?.head.height
    }
    expect(newest(right)).toBe(Number(/\d+/.exec(file)?.[0]))
    for (let i = 0; i < 200; i++) {
      const bytes = Uint8Array.from(right)
      const byte = roll(right.length)
      bytes[byte] = (bytes[byte] ?? 0) ^ (1 << roll(8))
      expect(newest(bytes), `byte ${byte}`).toBeUndefined()
    }
    expect(newest(right.subarray(0, roll(right.length)))).toBeUndefined()
  })
})
