// The chain's storage over a real PostgreSQL: fencing, and a COMMIT whose answer is lost.
import 'reflect-metadata'
import { leafHash } from '@huitong/chain'
import { createDatabase, openDatabase, rows } from '@huitong/platform'
import { type BlockHash, type ChainId, type Time, utf8 } from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import { Sealer } from '../engine/sealer.js'
import { ledgerMigrations } from '../schema.js'
import { Servers } from '../testing/hosted.js'
import { type StoredBlock } from './block-store.js'
import { PgBlockStore } from './block-store.pg.js'

const CHAIN = 'c1'.repeat(32) as ChainId
const START = 1_000_000 as Time
const sealer = new Sealer({ chain: CHAIN, sandbox: true }, new Uint8Array(32).fill(9))
const live = new AbortController().signal

let servers: Servers
let database: DataSource
beforeAll(async () => {
  servers = await Servers.start()
})
beforeEach(async () => {
  const options = { url: servers.postgres.url, schema: servers.freshName(), migrations: ledgerMigrations }
  database = await openDatabase(createDatabase(options))
})
afterEach(async () => {
  await database.destroy()
})
afterAll(async () => {
  await servers.stop()
})

function block(height: number, previous: BlockHash, content = 'one'): StoredBlock {
  const bytes = utf8(content)
  return sealer.seal({ height, previous, time: START, bytes, count: 1, leaves: leafHash(bytes) }).stored
}

/** The database as a client sees it that loses its connection once: before or after the server has done the work. */
function losing(at: 'before' | 'after'): { readonly database: DataSource; readonly lost: () => number } {
  let lost = 0
  const query = async (sql: string, values: unknown[]): Promise<unknown> => {
    const isCommit = sql.includes('insert into blocks') && lost === 0
    if (isCommit) lost += 1
    if (isCommit && at === 'before') throw new Error('Connection terminated unexpectedly')
    const answer: unknown = await database.manager.query(sql, values)
    if (isCommit) throw new Error('Connection terminated unexpectedly')
    return answer
  }
  // the border: only `query` of the manager is used by the store
  return { database: { manager: { query } } as unknown as DataSource, lost: () => lost }
}

describe('the block store', () => {
  it.each(['before', 'after'] as const)('commits exactly once when the answer is lost %s the work was done', async (at) => {
    const { database: flaky, lost } = losing(at)
    const store = new PgBlockStore(flaky)
    const { epoch, hash } = await store.takeOver(CHAIN, START)
    const first = block(1, hash)
    expect(await store.commit(first, hash, epoch, live)).toBe('committed')
    expect(lost()).toBe(1)
    expect(await store.range(1, 10, 1_000)).toMatchObject([{ height: 1, hash: first.hash }])
    expect(await store.commit(block(2, first.hash), first.hash, epoch, live)).toBe('committed')
  })

  it('lets only the newest of two writers append, and never two blocks of one height', async () => {
    const [older, newer] = [new PgBlockStore(database), new PgBlockStore(database)]
    const first = await older.takeOver(CHAIN, START)
    const second = await newer.takeOver(CHAIN, START)
    expect(second.epoch).toBe(first.epoch + 1)
    expect(await older.commit(block(1, first.hash), first.hash, first.epoch, live)).toBe('fenced')
    expect(await older.keepClockOffset(5, first.epoch)).toBe(false)
    const theirs = block(1, second.hash, 'theirs')
    expect(await newer.commit(theirs, second.hash, second.epoch, live)).toBe('committed')
    expect(await newer.commit(block(1, second.hash, 'again'), second.hash, second.epoch, live)).toBe('fenced')
    expect(await newer.takeOver(CHAIN, START)).toMatchObject({ height: 1, hash: theirs.hash, time: START })
  })

  it('refuses a genesis that is not the stored chain’s, and any change of a block', async () => {
    const store = new PgBlockStore(database)
    const { epoch, hash } = await store.takeOver(CHAIN, START)
    await store.commit(block(1, hash), hash, epoch, live)
    await expect(store.takeOver('d2'.repeat(32) as ChainId, START)).rejects.toMatchObject({ name: 'ForeignChain' })
    await expect(rows(database.manager, `update blocks set time = 0`)).rejects.toThrow(/never changed/)
    await expect(rows(database.manager, `delete from blocks`)).rejects.toThrow(/never changed/)
  })

  it('answers ranges within their bytes, but always at least one block', async () => {
    const store = new PgBlockStore(database)
    const { epoch, hash } = await store.takeOver(CHAIN, START)
    let previous = hash
    for (let height = 1; height <= 4; height++) {
      const next = block(height, previous, 'x'.repeat(100))
      await store.commit(next, previous, epoch, live)
      previous = next.hash
    }
    const heights = async (from: number, limit: number, bytes: number): Promise<number[]> =>
      (await store.range(from, limit, bytes)).map(({ height }) => height)
    expect(await heights(2, 10, 600)).toEqual([2, 3])
    expect(await heights(2, 10, 1)).toEqual([2])
    expect(await heights(1, 3, 10_000)).toEqual([1, 2, 3])
    expect(await heights(5, 3, 10_000)).toEqual([])
  })
})
