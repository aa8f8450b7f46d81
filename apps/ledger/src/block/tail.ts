// The newest durable blocks, kept in memory until the index has them: what is not indexed yet is answered from here. Bounded in bytes.
import { type ChainId, type TxId, invariant } from '@huitong/primitives'
import type { StoredBlock } from './block-store.js'
import { type DecodedBlock, decodeBlock } from './decoded-block.js'

/** Raw bytes kept at most; beyond it the oldest blocks are forgotten and the index reads them from the database. */
const TAIL_BYTES_MAX = 64 * 2 ** 20

export interface TailBlock {
  readonly stored: StoredBlock
  readonly ids: readonly TxId[]
  /** Decoded once, when somebody asks. */
  decoded(): DecodedBlock
}

export class Tail {
  #blocks: TailBlock[] = []
  #bytes = 0
  /** Where the kept blocks' transactions stand, by id. */
  readonly #places = new Map<TxId, { readonly height: number; readonly index: number }>()
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

  push(stored: StoredBlock, ids: readonly TxId[]): void {
    invariant(stored.height === this.#height + 1, 'the tail takes blocks in order')
    this.#height = stored.height
    let decoded: DecodedBlock | undefined
    this.#blocks.push({ stored, ids, decoded: () => (decoded ??= decodeBlock(this.chain, stored)) })
    ids.forEach((id, index) => this.#places.set(id, { height: stored.height, index }))
    this.#bytes += stored.bytes.length
    while (this.#bytes > this.bytesMax) this.#forget(1)
  }

  /** Forgets what the index holds. */
  drop(upTo: number): void {
    const kept = this.#blocks.findIndex(({ stored }) => stored.height > upTo)
    this.#forget(kept < 0 ? this.#blocks.length : kept)
  }

  #forget(count: number): void {
    for (const { stored, ids } of this.#blocks.slice(0, count)) {
      this.#bytes -= stored.bytes.length
      for (const id of ids) this.#places.delete(id)
    }
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
    return this.#places.get(id)
  }
}
