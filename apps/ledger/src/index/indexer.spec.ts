// Following the chain: the ledger is told when the index lags too far behind, but never while the index is built anew or is at fault.
import 'reflect-metadata'
import { type BlockHash, type Bytes, type ChainId, InvariantViolation, type Time } from '@huitong/primitives'
import { Tail } from '../block/tail.js'
import type { StoredBlock } from '../block/block-store.js'
import type { IndexCursor } from './index-batch.js'
import { Indexer } from './indexer.js'

const NONE: Bytes = new Uint8Array()
/** More than wait for company. */
const MANY = 100
const block = (height: number, transactions: number): StoredBlock => ({
  height,
  hash: `${height}` as BlockHash,
  time: height as Time,
  transactions,
  header: NONE,
  seal: NONE,
  bytes: NONE,
})

/** Gives the event loop turns until it is so; the test's time limit ends it otherwise. */
async function reached(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

/** An index whose writes end when the test says how. */
function setUp() {
  vi.useFakeTimers({ toFake: ['performance'] })
  const ends: { resolve: () => void; reject: (error: unknown) => void }[] = []
  const tail = new Tail('11'.repeat(32) as ChainId, 0)
  const faults: unknown[] = []
  let moved = 0
  const cursor: IndexCursor = { height: 0, transactions: 0, coins: 0 }
  let written = cursor
  const indexer = new Indexer({
    index: {
      cursor: () => Promise.resolve(written),
      add: async (blocks, from) => {
        await new Promise<void>((resolve, reject) => ends.push({ resolve, reject }))
        written = { ...from, height: from.height + blocks.length }
        return written
      },
    },
    blocks: {
      takeOver: () => Promise.reject(new Error('not asked')),
      commit: () => Promise.reject(new Error('not asked')),
      range: () => Promise.reject(new Error('not asked')),
      headers: () => Promise.reject(new Error('not asked')),
      keepClockOffset: () => Promise.reject(new Error('not asked')),
    },
    tail,
    onMoved: () => (moved += 1),
    onFault: (error) => faults.push(error),
  })
  const commit = (height: number, transactions = MANY): void => {
    tail.push(block(height, transactions), NONE, NONE)
    indexer.wake()
  }
  const end = async (error?: Error): Promise<void> => {
    await reached(() => ends.length > 0)
    const before = moved
    const next = ends.shift()
    if (error === undefined) next?.resolve()
    else next?.reject(error)
    await reached(() => moved > before || error !== undefined)
  }
  /** A write is under way: what comes now is not in it. */
  const writing = (): Promise<void> => reached(() => ends.length > 0)
  return { indexer, commit, writing, end, faults, moved: () => moved }
}

afterEach(() => vi.useRealTimers())

describe('the indexer', () => {
  it('says that it is behind when a durable block has waited too long, and that it has caught up', async () => {
    const { indexer, commit, writing, end, moved } = setUp()
    await indexer.start()
    commit(1)
    await end()
    expect([indexer.lag, indexer.isBehind, moved()]).toEqual([0, false, 1])
    commit(2)
    vi.advanceTimersByTime(25)
    await writing()
    vi.advanceTimersByTime(474)
    expect(indexer.isBehind).toBe(false)
    vi.advanceTimersByTime(2)
    expect([indexer.isBehind, Math.round(indexer.lagMs)]).toEqual([true, 501])
    commit(3)
    await end()
    expect([indexer.isBehind, moved()]).toEqual([false, 2])
    vi.advanceTimersByTime(25)
    await end()
    expect(indexer.lagMs).toBe(0)
  })

  it('writes the first block at once, lets those after it share a write, and hurries when somebody waits', async () => {
    const { indexer, commit, writing, end, moved } = setUp()
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
    await indexer.start()
    commit(1)
    await end()
    expect([indexer.height, moved()]).toEqual([1, 1])
    commit(2)
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    commit(3)
    vi.advanceTimersByTime(25)
    await end()
    expect([indexer.height, moved()]).toEqual([3, 2])
    commit(4)
    // no time passes from here on: only the one who waits can begin the write
    const waited = indexer.reached(4, 10_000)
    await writing()
    await end()
    expect(await waited).toBe(true)
  })

  it('gathers few transactions for a quarter of a second, and writes them at once when somebody waits', async () => {
    const { indexer, commit, writing, end } = setUp()
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    }
    await indexer.start()
    commit(1, 1)
    await turns()
    vi.advanceTimersByTime(200)
    commit(2, 1)
    await turns()
    expect(indexer.height).toBe(0)
    vi.advanceTimersByTime(50)
    await end()
    expect(indexer.height).toBe(2)
    commit(3, 1)
    await turns()
    const waited = indexer.reached(3, 10_000)
    await writing()
    await end()
    expect(await waited).toBe(true)
    commit(4, 1)
    await turns()
    // company comes: no time passes any more but the rest after the last write
    vi.advanceTimersByTime(25)
    commit(5, MANY)
    await writing()
    await end()
    expect(indexer.height).toBe(5)
  })

  it('holds nobody up before it has caught up once, nor while it cannot write', async () => {
    const { indexer, commit, end, moved, faults } = setUp()
    await indexer.start()
    commit(1)
    vi.advanceTimersByTime(10_000)
    expect(indexer.isBehind).toBe(false)
    await end()
    commit(2)
    vi.advanceTimersByTime(10_000)
    expect(indexer.isBehind).toBe(true)
    await end(new Error('the database is away'))
    await reached(() => moved() === 2)
    expect([indexer.isBehind, faults]).toEqual([false, []])
  })

  it('stops the process when a block cannot be indexed at all', async () => {
    const { indexer, commit, end, faults } = setUp()
    await indexer.start()
    commit(1)
    await end(new InvariantViolation('a coin is not known'))
    await reached(() => faults.length > 0)
    expect(faults).toHaveLength(1)
  })
})
