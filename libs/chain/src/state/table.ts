// A hash table from 32-byte keys to small row numbers with some words beside each key, in typed arrays with open addressing. Rows are used
// again after removal. It grows piece by piece, so that no single insertion into a large table stops the writer.
import { type Bytes, invariant } from '@huitong/primitives'

const KEY_WORDS = 8
/** Rows of one chunk of records, once there are that many: nothing is copied when another chunk is added. */
const CHUNK_BITS = 14
const CHUNK_ROWS = 1 << CHUNK_BITS
const FIRST_ROWS = 64
const FIRST_SLOTS = 16

export interface KeyTableOptions {
  /** 32-bit words stored beside each key; default none. */
  readonly words?: number
  /** The slots are split into 2^shardBits parts that grow on their own; default one part. */
  readonly shardBits?: number
}

export class KeyTable {
  /** Records of key and words, one after another. */
  private readonly chunks: Uint32Array[] = []
  /** Row + 1 by place, 0 where there is none; by shard, made when the first key comes. */
  private readonly slots: (Int32Array | undefined)[]
  private readonly used: Int32Array
  private readonly stride: number
  private readonly shardShift: number
  private free = new Int32Array(16)
  private freeCount = 0
  private rowsEver = 0
  private live = 0

  /** `seed` keeps strangers from choosing keys that collide; it changes no result. */
  constructor(
    private readonly seed: number,
    { words = 0, shardBits = 0 }: KeyTableOptions = {},
  ) {
    this.stride = KEY_WORDS + words
    this.shardShift = 32 - shardBits
    this.slots = Array.from({ length: 1 << shardBits }, () => undefined)
    this.used = new Int32Array(1 << shardBits)
  }

  /** Keys in the table. */
  get count(): number {
    return this.live
  }

  /** Row numbers lie below this; some of them may be free. */
  get rows(): number {
    return this.rowsEver
  }

  /** Row of the key at bytes[at, at + 32), or -1. */
  find(bytes: Bytes, at: number): number {
    const first = word(bytes, at)
    const hash = this.mix(first, word(bytes, at + 4))
    const slots = this.slots[this.shardOf(hash)]
    if (slots === undefined) return -1
    const mask = slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = (slots[slot] ?? 0) - 1
      if (row < 0 || this.holds(row, first, bytes, at)) return row
    }
  }

  /** Adds a key that is not in the table; answers its row. Its words are zero. */
  insert(bytes: Bytes, at: number): number {
    const row = this.freeCount > 0 ? (this.free[--this.freeCount] ?? 0) : this.rowsEver++
    const chunk = this.chunkFor(row)
    const start = (row & (CHUNK_ROWS - 1)) * this.stride
    for (let i = 0; i < KEY_WORDS; i++) chunk[start + i] = word(bytes, at + 4 * i)
    chunk.fill(0, start + KEY_WORDS, start + this.stride)
    const hash = this.hashOf(row)
    const shard = this.shardOf(hash)
    const count = (this.used[shard] ?? 0) + 1
    this.used[shard] = count
    let slots = (this.slots[shard] ??= new Int32Array(FIRST_SLOTS))
    if (count * 8 > slots.length * 5) slots = this.rehash(shard, slots.length * 2)
    place(slots, hash, row)
    this.live++
    return row
  }

  /** Removes the key of a row, closing the gap so that no search stops early. */
  remove(row: number): void {
    const hash = this.hashOf(row)
    const shard = this.shardOf(hash)
    const slots = this.slots[shard] ?? NO_SLOTS
    const mask = slots.length - 1
    let gap = hash & mask
    while (slots[gap] !== row + 1) {
      invariant(slots[gap] !== 0, 'a row to remove is in the table')
      gap = (gap + 1) & mask
    }
    for (let slot = (gap + 1) & mask; ; slot = (slot + 1) & mask) {
      const other = (slots[slot] ?? 0) - 1
      if (other < 0) break
      const home = this.hashOf(other) & mask
      // Move `other` back unless its home lies cyclically after the gap.
      if (((slot - home) & mask) >= ((slot - gap) & mask)) {
        slots[gap] = other + 1
        gap = slot
      }
    }
    slots[gap] = 0
    this.used[shard] = (this.used[shard] ?? 0) - 1
    if (this.freeCount === this.free.length) {
      const larger = new Int32Array(this.free.length * 2)
      larger.set(this.free)
      this.free = larger
    }
    this.free[this.freeCount++] = row
    this.live--
  }

  /** Whether the row holds a key now (and not one that was removed). */
  isLive(row: number): boolean {
    return this.find(this.keyOf(row), 0) === row
  }

  /** Rows that hold a key, ascending. */
  *liveRows(): Generator<number> {
    const live = new Uint8Array((this.rowsEver >> 3) + 1)
    for (const slots of this.slots) {
      for (const entry of slots ?? NO_SLOTS) {
        if (entry !== 0) live[(entry - 1) >> 3] = (live[(entry - 1) >> 3] ?? 0) | (1 << ((entry - 1) & 7))
      }
    }
    for (let row = 0; row < this.rowsEver; row++) if (((live[row >> 3] ?? 0) & (1 << (row & 7))) !== 0) yield row
  }

  /** The 32 bytes of a row's key. */
  keyOf(row: number): Bytes {
    const key = new Uint8Array(32)
    this.copyKey(row, key, 0)
    return key
  }

  /** Writes the 32 bytes of a row's key to target[at, at + 32). */
  copyKey(row: number, target: Bytes, at: number): void {
    const chunk = this.chunks[row >> CHUNK_BITS] ?? NO_WORDS
    const start = (row & (CHUNK_ROWS - 1)) * this.stride
    for (let i = 0; i < KEY_WORDS; i++) {
      const value = chunk[start + i] ?? 0
      target[at + 4 * i] = value >>> 24
      target[at + 4 * i + 1] = value >>> 16
      target[at + 4 * i + 2] = value >>> 8
      target[at + 4 * i + 3] = value
    }
  }

  /** The n-th word beside a row's key, unsigned. */
  wordOf(row: number, n: number): number {
    return this.chunks[row >> CHUNK_BITS]?.[(row & (CHUNK_ROWS - 1)) * this.stride + KEY_WORDS + n] ?? 0
  }

  setWord(row: number, n: number, value: number): void {
    const chunk = this.chunks[row >> CHUNK_BITS]
    if (chunk !== undefined) chunk[(row & (CHUNK_ROWS - 1)) * this.stride + KEY_WORDS + n] = value
  }

  private holds(row: number, first: number, bytes: Bytes, at: number): boolean {
    const chunk = this.chunks[row >> CHUNK_BITS] ?? NO_WORDS
    const start = (row & (CHUNK_ROWS - 1)) * this.stride
    if (chunk[start] !== first) return false
    for (let i = 1; i < KEY_WORDS; i++) if (chunk[start + i] !== word(bytes, at + 4 * i)) return false
    return true
  }

  /** The chunk of a row, made or enlarged if need be. A small table has one small chunk. */
  private chunkFor(row: number): Uint32Array {
    const number = row >> CHUNK_BITS
    const chunk = this.chunks[number]
    const size = ((row & (CHUNK_ROWS - 1)) + 1) * this.stride
    if (chunk !== undefined && size <= chunk.length) return chunk
    const rows = number > 0 ? CHUNK_ROWS : Math.min(CHUNK_ROWS, Math.max(FIRST_ROWS, ((chunk?.length ?? 0) / this.stride) * 2))
    const larger = new Uint32Array(rows * this.stride)
    if (chunk !== undefined) larger.set(chunk)
    this.chunks[number] = larger
    return larger
  }

  private rehash(shard: number, size: number): Int32Array {
    const larger = new Int32Array(size)
    for (const entry of this.slots[shard] ?? NO_SLOTS) if (entry !== 0) place(larger, this.hashOf(entry - 1), entry - 1)
    this.slots[shard] = larger
    return larger
  }

  private hashOf(row: number): number {
    const chunk = this.chunks[row >> CHUNK_BITS] ?? NO_WORDS
    const start = (row & (CHUNK_ROWS - 1)) * this.stride
    return this.mix(chunk[start] ?? 0, chunk[start + 1] ?? 0)
  }

  private shardOf(hash: number): number {
    return this.shardShift === 32 ? 0 : hash >>> this.shardShift
  }

  /** Keys are hashes already: eight of their bytes, mixed with the seed. */
  private mix(a: number, b: number): number {
    const mixed = Math.imul(a ^ this.seed, 0x9e3779b1) ^ Math.imul(b + this.seed, 0x85ebca6b)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
}

const NO_SLOTS = new Int32Array(0)
const NO_WORDS = new Uint32Array(0)

function place(slots: Int32Array, hash: number, row: number): void {
  const mask = slots.length - 1
  let slot = hash & mask
  while (slots[slot] !== 0) slot = (slot + 1) & mask
  slots[slot] = row + 1
}

const word = (bytes: Bytes, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
