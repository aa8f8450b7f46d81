// The single writer over a store that answers when the test lets it: what is in which block, who is told what and when.
import 'reflect-metadata'
import { SignatureBatch } from '@huitong/chain'
import { type BlockHash, type ChainId, type Time } from '@huitong/primitives'
import type { CommitOutcome, StoredBlock } from '../block/block-store.js'
import { LedgerClock } from './ledger-clock.js'
import { FATE, Pending, type Run } from './pending.js'
import type { Rules } from './rules.js'
import { Sealer } from './sealer.js'
import { Sequencer, type SequencerOptions } from './sequencer.js'

const CHAIN = '11'.repeat(32) as ChainId
const START = 1_000_000 as Time

/** A store whose commits end when the test says how. */
class HeldStore {
  readonly started: StoredBlock[] = []
  readonly #ends: { readonly resolve: (outcome: CommitOutcome) => void; readonly reject: (error: unknown) => void }[] = []

  commit(block: StoredBlock): Promise<CommitOutcome> {
    this.started.push(block)
    return new Promise((resolve, reject) => this.#ends.push({ resolve, reject }))
  }

  async end(outcome: CommitOutcome | Error): Promise<void> {
    const next = this.#ends.shift()
    if (outcome instanceof Error) next?.reject(outcome)
    else next?.resolve(outcome)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Runs of one transaction each, of `size` bytes that all are the number given, and what their submitters were told. */
function some(...numbers: readonly number[]): Waiting[] {
  return numbers.map((number) => {
    let outcome: string | undefined
    const ends = Uint32Array.of(6 + SIZE)
    const pending: Pending = new Pending(new Uint8Array(6 + SIZE).fill(number), ends, {
      settled: (_, i) => {
        expect(outcome).toBeUndefined()
        const refusal = pending.refusals.get(i)
        if (refusal !== undefined) outcome = `refused: ${refusal.code} (${refusal.detail})`
        else
          outcome = pending.fates[i] === FATE.committed ? `committed: ${pending.heights[i]}/${pending.positions[i]}` : 'unknown'
      },
      done: () => undefined,
    })
    pending.checks[0] = -1
    return { pending, next: 0, to: 1, batch: new SignatureBatch(1), used: () => undefined, outcome: () => outcome }
  })
}
const SIZE = 10

interface Waiting extends Run<SignatureBatch> {
  outcome(): string | undefined
}

function setUp(options: Partial<SequencerOptions> = {}) {
  const store = new HeldStore()
  const faults: unknown[] = []
  const durable: StoredBlock[] = []
  let wall = START as number
  const rules: Rules = {
    prepare: () => undefined,
    // bytes of 0xff are refused
    apply: ({ bytes }) => (bytes[0] === 0xff ? { code: 'lock_too_long', detail: 'rulebook 2: lockMaxMs is 5' } : undefined),
    closeBlock: () => new Uint8Array(),
  }
  const sequencer = new Sequencer({
    rules,
    store,
    sealer: new Sealer({ chain: CHAIN, sandbox: true }, new Uint8Array(32).fill(7)),
    clock: new LedgerClock({ now: () => wall as Time }, { offset: 0, latest: START }),
    head: { epoch: 1, height: 0, hash: CHAIN as string as BlockHash, time: START, clockOffset: 0 },
    onDurable: (block) => durable.push(block),
    onFault: (error) => faults.push(error),
    ...options,
  })
  return { store, sequencer, faults, durable, setWall: (time: number) => (wall = time) }
}

describe('the sequencer', () => {
  it('makes a block of what came while the last commit ran, and answers when it is durable', async () => {
    const { store, sequencer, durable } = setUp()
    const [first, ...later] = some(1, 2, 3, 4)
    sequencer.place(first === undefined ? [] : [first])
    sequencer.place(later)
    expect(store.started.map(({ transactions }) => transactions)).toEqual([1])
    expect(first?.outcome()).toBeUndefined()
    await store.end('committed')
    expect(first?.outcome()).toBe('committed: 1/0')
    expect(store.started.map(({ transactions }) => transactions)).toEqual([1, 3])
    expect(later.map(({ outcome }) => outcome())).toEqual([undefined, undefined, undefined])
    await store.end('committed')
    expect(later.map(({ outcome }) => outcome())).toEqual(['committed: 2/0', 'committed: 2/1', 'committed: 2/2'])
    expect(durable.map(({ height }) => height)).toEqual([1, 2])
  })

  it('answers a refusal at once and makes no block of refusals', () => {
    const { store, sequencer } = setUp()
    const [refused] = some(0xff)
    sequencer.place(refused === undefined ? [] : [refused])
    expect(refused?.outcome()).toBe('refused: lock_too_long (rulebook 2: lockMaxMs is 5)')
    expect(store.started).toEqual([])
  })

  it('cuts blocks by bytes and keeps the order', async () => {
    const { store, sequencer } = setUp({ blockBytesMax: 25 })
    const placed = some(1, 2, 3, 4, 5)
    sequencer.place(placed)
    for (let i = 0; i < 3; i++) await store.end('committed')
    expect(store.started.map(({ bytes }) => [...new Set(bytes)])).toEqual([[1, 2], [3, 4], [5]])
    expect(placed.map(({ outcome }) => outcome())).toEqual(['1/0', '1/1', '2/0', '2/1', '3/0'].map((at) => `committed: ${at}`))
  })

  it.each([
    ['another writer has taken over', 'fenced' as const],
    ['storage fails for good', new Error('disk')],
  ])('tells nobody that anything was refused when %s, and writes no more', async (_what, end) => {
    const { store, sequencer, faults } = setUp()
    const placed = some(1, 2, 3)
    sequencer.place(placed.slice(0, 1))
    sequencer.place(placed.slice(1))
    await store.end(end)
    expect(placed.map(({ outcome }) => outcome())).toEqual(['unknown', 'unknown', 'unknown'])
    expect(faults).toHaveLength(1)
    const late = some(4)
    sequencer.place(late)
    expect(late[0]?.outcome()).toBe('unknown')
    expect(await sequencer.tick()).toBe(false)
    expect(store.started).toHaveLength(1)
  })

  it('stops on a broken invariant before the block is written', async () => {
    const rules: Rules = {
      prepare: () => undefined,
      apply: () => undefined,
      closeBlock: () => {
        throw new Error('coins do not add up')
      },
    }
    const { store, sequencer, faults } = setUp({ rules })
    const placed = some(1)
    sequencer.place(placed)
    await new Promise((resolve) => setImmediate(resolve))
    expect(store.started).toEqual([])
    expect(placed[0]?.outcome()).toBe('unknown')
    expect(faults).toHaveLength(1)
  })

  it('keeps time monotone over a clock that jumps back, and ticks empty blocks', async () => {
    const { store, sequencer, setWall } = setUp()
    setWall(START + 5_000)
    const first = sequencer.tick()
    await store.end('committed')
    expect(await first).toBe(true)
    setWall(START - 60_000)
    const second = sequencer.tick()
    await store.end('committed')
    expect(await second).toBe(true)
    expect(store.started.map(({ time, transactions }) => [time - START, transactions])).toEqual([
      [5_000, 0],
      [5_000, 0],
    ])
  })

  it('is settled only when everything applied is durable', async () => {
    const { store, sequencer } = setUp()
    sequencer.place(some(1))
    sequencer.place(some(2))
    let isSettled = false
    void sequencer.settled().then(() => (isSettled = true))
    await store.end('committed')
    expect(isSettled).toBe(false)
    await store.end('committed')
    expect(isSettled).toBe(true)
  })
})
