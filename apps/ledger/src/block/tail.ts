// The newest durable blocks, kept in memory until the index has them: what is not indexed yet is answered from here. Bounded in bytes.
import { type Bytes, type ChainId, type TxId, hexOf, invariant } from '@huitong/primitives'
import type { StoredBlock } from './block-store.js'
import { type DecodedBlock, decodeBlock } from './decoded-block.js'

/** Raw bytes kept at most; beyond it the oldest blocks are forgotten and the index reads them from the database. */
const TAIL_BYTES_MAX = 64 * 2 ** 20

export interface TailBlock {
  readonly stored: StoredBlock
  /** Ids of its transactions, 32 bytes each. */
  readonly ids: Bytes
  /** The coins it spends (spent-coins). */
  readonly spent: Bytes
  /** When it came, in milliseconds of a monotonic clock. */
  readonly at: number
  /** Decoded once, when somebody asks. */
  decoded(): DecodedBlock
  /** Positions of its transactions by id; made when somebody asks. */
  positions(): ReadonlyMap<TxId, number>
}

export class Tail {
  #blocks: TailBlock[] = []
  #bytes = 0
  #height: number

  constructor(
    private readonly chain: ChainId,
    height: number,
    private readonly bytesMax = TAIL_BYTES_MAX,
  ) {
    this.#height = height
  }

  /** Height of the last durable block. */
  get height(): number {
    return this.#height
  }

  /** Height of the first block kept; one above the last if none is. */
  get from(): number {
    return this.#blocks[0]?.stored.height ?? this.#height + 1
  }

  push(stored: StoredBlock, ids: Bytes, spent: Bytes): void {
    invariant(stored.height === this.#height + 1, 'the tail takes blocks in order')
    this.#height = stored.height
    let decoded: DecodedBlock | undefined
    let positions: ReadonlyMap<TxId, number> | undefined
    this.#blocks.push({
      stored,
      ids,
      spent,
      at: performance.now(),
      decoded: () => (decoded ??= decodeBlock(this.chain, stored)),
      positions: () => (positions ??= positionsOf(ids)),
    })
    this.#bytes += stored.bytes.length
    while (this.#bytes > this.bytesMax) this.#forget(1)
  }

  /** Forgets what the index holds. */
  drop(upTo: number): void {
    const kept = this.#blocks.findIndex(({ stored }) => stored.height > upTo)
    this.#forget(kept < 0 ? this.#blocks.length : kept)
  }

  #forget(count: number): void {
    for (const { stored } of this.#blocks.slice(0, count)) this.#bytes -= stored.bytes.length
    this.#blocks = this.#blocks.slice(count)
  }

  /** The blocks kept from height `from` on; the array stays as it is when the tail moves on. */
  since(from: number): readonly TailBlock[] {
    const first = this.#blocks[0]?.stored.height
    if (first === undefined) return []
    return this.#blocks.slice(Math.max(0, from - first))
  }

  /** The kept block of this height. */
  at(height: number): TailBlock | undefined {
    const [first] = this.#blocks
    return first === undefined ? undefined : this.#blocks[height - first.stored.height]
  }

  /** Where a transaction of the kept blocks stands. */
  placeOf(id: TxId): { readonly height: number; readonly index: number } | undefined {
    for (const block of this.#blocks) {
      const index = block.positions().get(id)
      if (index !== undefined) return { height: block.stored.height, index }
    }
    return undefined
  }
}

function positionsOf(ids: Bytes): Map<TxId, number> {
  const positions = new Map<TxId, number>()
  for (let at = 0; at < ids.length; at += 32) positions.set(hexOf<TxId>(ids.subarray(at, at + 32)), at / 32)
  return positions
}
