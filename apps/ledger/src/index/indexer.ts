// Follows the chain with the search index: in order, in batches, behind the commits. A fault delays it; it never skips and never blocks a commit.
import { faultFields, killpoint, log } from '@huitong/platform'
import { type Bytes, InvariantViolation } from '@huitong/primitives'
import type { BlockStore, StoredBlock } from '../block/block-store.js'
import type { Tail } from '../block/tail.js'
import type { IndexCursor } from './index-batch.js'

/** A durable block and what its writer knows of it; that is absent where the block was read from storage. */
export interface BlockToIndex {
  readonly stored: StoredBlock
  /** Ids of its transactions, 32 bytes each. */
  readonly ids?: Bytes
  /** The coins it spends (block/spent-coins). */
  readonly spent?: Bytes
}

export interface IndexStore {
  cursor(): Promise<IndexCursor>
  /** Adds blocks that follow `cursor` and answers the new one. */
  add(blocks: readonly BlockToIndex[], cursor: IndexCursor): Promise<IndexCursor>
}

export interface IndexerOptions {
  readonly index: IndexStore
  readonly blocks: BlockStore
  readonly tail: Tail
  /** Called when the index has moved on, or has met a fault. */
  readonly onMoved?: () => void
  /** A block that cannot be indexed shows a broken invariant: the process stops. */
  readonly onFault: (error: unknown) => void
}

/** Transactions of one batch: enough to pay for its round trips, few enough to leave the event loop free. */
const BATCH_TRANSACTIONS = 4_096
const BATCH_BLOCKS = 512
const BATCH_BYTES = 8 * 2 ** 20
const PAUSE_MS = 200
/** After a write the blocks of so long share the next one, unless somebody waits for the index: small writes cost ten times as much per transaction. */
const REST_MS = 25
/** A write for a single transaction costs as much as its commit does: few of them wait this long for company, unless somebody waits for the index. */
const GATHER_MS = 250
const FEW_TRANSACTIONS = 64
/** How old a durable block may be that is not searchable, before the ledger takes no more until it is. */
const BEHIND_MS = 500

export class Indexer {
  #cursor: IndexCursor = { height: 0, transactions: 0, coins: 0 }
  #running: Promise<void> | undefined
  #isStopped = false
  /** False after a start or a fault until the index has caught up: nobody waits for a rebuilding. */
  #isFollowing = false
  /** When the last write ended. */
  #written = -Infinity
  #endRest = (): void => undefined
  readonly #waiting = new Set<{ readonly height: number; readonly done: (isReached: boolean) => void }>()

  constructor(private readonly options: IndexerOptions) {}

  /** Height up to which the index can be asked. */
  get height(): number {
    return this.#cursor.height
  }

  get lag(): number {
    return Math.max(0, this.options.tail.height - this.#cursor.height)
  }

  /** Age of the oldest durable block that is not in the index, in milliseconds; 0 if all are, or it is not known. */
  get lagMs(): number {
    const block = this.options.tail.at(this.#cursor.height + 1)
    return block === undefined ? 0 : performance.now() - block.at
  }

  /** Whether the index keeps up so badly that more should not be taken now. */
  get isBehind(): boolean {
    return this.#isFollowing && this.lagMs > BEHIND_MS
  }

  async start(): Promise<void> {
    this.#cursor = await this.options.index.cursor()
    this.wake()
  }

  /** Called after each commit. */
  wake(): void {
    if (this.#isWorthWriting()) this.#endRest()
    if (this.#running !== undefined || this.#isStopped) return
    this.#running = this.#run().finally(() => {
      this.#running = undefined
      if (this.lag > 0) this.wake()
    })
  }

  /** Resolves when the index holds `height`; false if it does not within `withinMs`. */
  async reached(height: number, withinMs: number): Promise<boolean> {
    if (this.#cursor.height >= height) return true
    return new Promise((resolve) => {
      const wait = { height, done: (isReached: boolean): void => finish(isReached) }
      const timer = setTimeout(() => finish(false), withinMs)
      const finish = (isReached: boolean): void => {
        clearTimeout(timer)
        this.#waiting.delete(wait)
        resolve(isReached)
      }
      this.#waiting.add(wait)
      this.#endRest()
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#endRest()
    await this.#running
    for (const { done } of this.#waiting) done(false)
  }

  async #run(): Promise<void> {
    while (this.lag > 0 && !this.#isStopped) {
      try {
        await this.#rest()
        await this.#step()
        this.#written = performance.now()
        if (this.lagMs <= BEHIND_MS && this.options.tail.from <= this.#cursor.height + 1) this.#isFollowing = true
        this.options.onMoved?.()
      } catch (error) {
        if (error instanceof InvariantViolation) return this.options.onFault(error)
        this.#isFollowing = false
        this.options.onMoved?.()
        log.warn('ledger.index.interrupted', { height: this.#cursor.height, ...faultFields(error) })
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
        await this.#resume()
      }
    }
  }

  async #rest(): Promise<void> {
    for (let left = this.#restMs(); left > 0; left = this.#restMs()) {
      const leftMs = left
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs)
        this.#endRest = (): void => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#endRest = (): void => undefined
    }
  }

  /** How long the next write should still be put off, in milliseconds; none if somebody waits or there is enough for a batch. */
  #restMs(): number {
    if (this.#isStopped || this.#waiting.size > 0) return 0
    const { tail } = this.options
    const from = this.#cursor.height + 1
    if (tail.from > from) return 0
    let transactions = 0
    for (const { stored } of tail.since(from)) transactions += stored.transactions
    if (transactions >= BATCH_TRANSACTIONS) return 0
    const rested = REST_MS - (performance.now() - this.#written)
    return transactions > FEW_TRANSACTIONS ? rested : Math.max(rested, GATHER_MS - this.lagMs)
  }

  /** Whether blocks that wait for company have it now, or somebody has come. */
  #isWorthWriting(): boolean {
    return this.#restMs() <= 0
  }

  async #step(): Promise<void> {
    const batch = await this.#next()
    if (batch.length === 0) return
    killpoint('ledger.index.adding')
    const cursor = await this.options.index.add(batch, this.#cursor)
    killpoint('ledger.index.added')
    this.#cursor = cursor
    this.options.tail.drop(this.#cursor.height)
    for (const { height, done } of this.#waiting) if (height <= this.#cursor.height) done(true)
  }

  /** After a fault the database says where the index stands: the answer to its last commit may be lost. */
  async #resume(): Promise<void> {
    try {
      this.#cursor = await this.options.index.cursor()
    } catch (error) {
      log.debug('ledger.index.unread', faultFields(error))
    }
  }

  async #next(): Promise<readonly BlockToIndex[]> {
    const { tail, blocks } = this.options
    const from = this.#cursor.height + 1
    if (tail.from > from) return batchOf((await blocks.range(from, BATCH_BLOCKS, BATCH_BYTES)).map((stored) => ({ stored })))
    return batchOf(tail.since(from))
  }
}

function batchOf(blocks: readonly BlockToIndex[]): readonly BlockToIndex[] {
  let transactions = 0
  let count = 0
  for (const block of blocks.slice(0, BATCH_BLOCKS)) {
    transactions += block.stored.transactions
    if (count > 0 && transactions > BATCH_TRANSACTIONS) break
    count += 1
  }
  return blocks.slice(0, count)
}
