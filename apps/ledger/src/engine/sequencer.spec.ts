// The single writer over a store that answers when the test lets it: what is in which block, who is told what and when.
import 'reflect-metadata'
import { SignatureBatch } from '@huitong/chain'
import { type BlockHash, type ChainId, type Time, type TxId } from '@huitong/primitives'
import type { CommitOutcome, StoredBlock } from '../block/block-store.js'
import { LedgerClock } from './ledger-clock.js'
import type { Rules } from './rules.js'
import { Sealer } from './sealer.js'
import { type Outcome, type Placed, Sequencer, type SequencerOptions } from './sequencer.js'

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

class Waiting implements Placed {
  outcome: Outcome | undefined
  readonly bytes: Uint8Array
  readonly prepared

  constructor(size: number, number: number) {
    this.bytes = new Uint8Array(size).fill(number)
    this.prepared = { id: number.toString(16).padStart(64, '0') as TxId, batch: new SignatureBatch(1), first: -1 }
  }

  applied(): void {
    // no batch to give back
  }

  done(outcome: Outcome): void {
    expect(this.outcome).toBeUndefined()
    this.outcome = outcome
  }
}

function setUp(options: Partial<SequencerOptions> = {}) {
  const store = new HeldStore()
  const faults: unknown[] = []
  const durable: StoredBlock[] = []
  let wall = START as number
  const rules: Rules = {
    prepare: () => ({ id: undefined, batch: new SignatureBatch(1), first: -1 }),
    // bytes of 0xff are refused
    apply: (bytes) =>
      bytes[0] === 0xff ? { ok: false, code: 'lock_too_long', detail: 'rulebook 2: lockMaxMs is 5' } : { ok: true },
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

const some = (...numbers: readonly number[]): Waiting[] => numbers.map((number) => new Waiting(10, number))

describe('the sequencer', () => {
  it('makes a block of what came while the last commit ran, and answers when it is durable', async () => {
    const { store, sequencer, durable } = setUp()
    const [first, ...later] = some(1, 2, 3, 4)
    sequencer.place(first === undefined ? [] : [first])
    sequencer.place(later)
    expect(store.started.map(({ transactions }) => transactions)).toEqual([1])
    expect(first?.outcome).toBeUndefined()
    await store.end('committed')
    expect(first?.outcome).toEqual({ kind: 'committed', height: 1, index: 0 })
    expect(store.started.map(({ transactions }) => transactions)).toEqual([1, 3])
    expect(later.map(({ outcome }) => outcome)).toEqual([undefined, undefined, undefined])
    await store.end('committed')
    expect(later.map(({ outcome }) => outcome)).toEqual([0, 1, 2].map((index) => ({ kind: 'committed', height: 2, index })))
    expect(durable.map(({ height }) => height)).toEqual([1, 2])
  })

  it('answers a refusal at once and makes no block of refusals', () => {
    const { store, sequencer } = setUp()
    const [refused] = some(0xff)
    sequencer.place(refused === undefined ? [] : [refused])
    expect(refused?.outcome).toEqual({ kind: 'refused', code: 'lock_too_long', detail: 'rulebook 2: lockMaxMs is 5' })
    expect(store.started).toEqual([])
  })

  it('cuts blocks by bytes and keeps the order', async () => {
    const { store, sequencer } = setUp({ blockBytesMax: 25 })
    const placed = some(1, 2, 3, 4, 5)
    sequencer.place(placed)
    for (let i = 0; i < 3; i++) await store.end('committed')
    expect(store.started.map(({ bytes }) => [...new Set(bytes)])).toEqual([[1, 2], [3, 4], [5]])
    expect(placed.every(({ outcome }) => outcome?.kind === 'committed')).toBe(true)
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
    expect(placed.map(({ outcome }) => outcome?.kind)).toEqual(['unknown', 'unknown', 'unknown'])
    expect(faults).toHaveLength(1)
    const late = some(4)
    sequencer.place(late)
    expect(late[0]?.outcome).toEqual({ kind: 'unknown' })
    expect(await sequencer.tick()).toBe(false)
    expect(store.started).toHaveLength(1)
  })

  it('stops on a broken invariant before the block is written', async () => {
    const rules: Rules = {
      prepare: () => ({ id: undefined, batch: new SignatureBatch(1), first: -1 }),
      apply: () => ({ ok: true }),
      closeBlock: () => {
        throw new Error('coins do not add up')
      },
    }
    const { store, sequencer, faults } = setUp({ rules })
    const placed = some(1)
    sequencer.place(placed)
    await new Promise((resolve) => setImmediate(resolve))
    expect(store.started).toEqual([])
    expect(placed[0]?.outcome).toEqual({ kind: 'unknown' })
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
