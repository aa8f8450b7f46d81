// A hash table from 32-byte keys to small row numbers with some words beside each key, in typed arrays with open addressing. Rows are used
// again after removal. It grows piece by piece, so that no single insertion into a large table stops the writer.
import { type Bytes, equalBytes, invariant } from '@huitong/primitives'

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
  /**
   * Places by shard, made when the first key comes. A place has two words: row + 1, or 0 where there is none, and the key's hash, so that a
   * search reads the records of few other keys.
   */
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
    const mask = slots.length - 2
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const row = (slots[slot] ?? 0) - 1
      if (row < 0 || (slots[slot + 1] === (hash | 0) && this.holds(row, first, bytes, at))) return row
    }
  }

  /** Adds a key and answers its row, its words zero. Throws if the key is in the table already, which is then broken. */
  insert(bytes: Bytes, at: number): number {
    const row = this.freeCount > 0 ? (this.free[--this.freeCount] ?? 0) : this.rowsEver++
    const chunk = this.chunkFor(row)
    const start = (row & (CHUNK_ROWS - 1)) * this.stride
    for (let i = 0; i < KEY_WORDS; i++) chunk[start + i] = word(bytes, at + 4 * i)
    chunk.fill(0, start + KEY_WORDS, start + this.stride)
    this.enter(row)
    return row
  }

  /** Removes the key of a row, closing the gap so that no search stops early. */
  remove(row: number): void {
    const hash = this.hashOf(row)
    const shard = this.shardOf(hash)
    const slots = this.slots[shard] ?? NO_SLOTS
    const mask = slots.length - 2
    let gap = (hash << 1) & mask
    while (slots[gap] !== row + 1) {
      invariant(slots[gap] !== 0, 'a row to remove is in the table')
      gap = (gap + 2) & mask
    }
    for (let slot = (gap + 2) & mask; slots[slot] !== 0; slot = (slot + 2) & mask) {
      const home = ((slots[slot + 1] ?? 0) << 1) & mask
      // Move the other back unless its home lies cyclically after the gap.
      if (((slot - home) & mask) >= ((slot - gap) & mask)) {
        slots[gap] = slots[slot] ?? 0
        slots[gap + 1] = slots[slot + 1] ?? 0
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
      for (let slot = 0; slot < (slots?.length ?? 0); slot += 2) {
        const row = (slots?.[slot] ?? 0) - 1
        if (row >= 0) live[row >> 3] = (live[row >> 3] ?? 0) | (1 << (row & 7))
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

  /** Copies of everything in it, for a snapshot: numbers in the byte order of this machine. */
  dump(): Bytes[] {
    const head = new Int32Array(2 + this.freeCount)
    head.set([this.rowsEver, this.freeCount])
    head.set(this.free.subarray(0, this.freeCount), 2)
    const parts: Bytes[] = [new Uint8Array(head.buffer)]
    for (let first = 0; first < this.rowsEver; first += CHUNK_ROWS) {
      const words = Math.min(CHUNK_ROWS, this.rowsEver - first) * this.stride
      parts.push(new Uint8Array((this.chunks[first >> CHUNK_BITS] ?? NO_WORDS).slice(0, words).buffer))
    }
    return parts
  }

  /** Fills an empty table with what was dumped; `take` answers the next bytes, or undefined if there are not so many. False: they do not fit. */
  load(take: (size: number) => Bytes | undefined): boolean {
    const [rows = -1, free = -1] = wordsOf(take(8))
    if (rows < 0 || free < 0 || free > rows) return false
    const list = wordsOf(take(4 * free))
    const isFree = new Uint8Array(rows)
    for (const row of list) isFree[row] = 1
    this.free = new Int32Array(Math.max(16, free))
    this.free.set(list)
    this.freeCount = free
    this.rowsEver = rows
    for (let first = 0; first < rows; first += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, rows - first)
      const bytes = take(4 * count * this.stride)
      if (bytes === undefined) return false
      new Uint8Array(this.chunkFor(first + count - 1).buffer).set(bytes)
    }
    this.enterAll(isFree)
    return list.length === free && this.live === rows - free
  }

  private holds(row: number, first: number, bytes: Bytes, at: number): boolean {
    const chunk = this.chunks[row >> CHUNK_BITS] ?? NO_WORDS
    const start = (row & (CHUNK_ROWS - 1)) * this.stride
    if (chunk[start] !== first) return false
    for (let i = 1; i < KEY_WORDS; i++) if (chunk[start + i] !== word(bytes, at + 4 * i)) return false
    return true
  }

  private hasEqualKeys(row: number, other: number): boolean {
    return equalBytes(this.keyOf(row), this.keyOf(other))
  }

  /** The chunk of a row, made or enlarged if need be. A small table has one small chunk. */
  private chunkFor(row: number): Uint32Array {
    const number = row >> CHUNK_BITS
    const chunk = this.chunks[number]
    const size = ((row & (CHUNK_ROWS - 1)) + 1) * this.stride
    if (chunk !== undefined && size <= chunk.length) return chunk
    let rows = number > 0 ? CHUNK_ROWS : FIRST_ROWS
    while (rows * this.stride < size) rows *= 2
    const larger = new Uint32Array(rows * this.stride)
    if (chunk !== undefined) larger.set(chunk)
    this.chunks[number] = larger
    return larger
  }

  /** Makes a row whose key is in its record findable. */
  private enter(row: number): void {
    const hash = this.hashOf(row)
    const shard = this.shardOf(hash)
    const count = (this.used[shard] ?? 0) + 1
    this.used[shard] = count
    let slots = (this.slots[shard] ??= new Int32Array(2 * FIRST_SLOTS))
    if (isFull(count, slots)) slots = this.rehash(shard, slots)
    const mask = slots.length - 2
    let slot = (hash << 1) & mask
    for (; slots[slot] !== 0; slot = (slot + 2) & mask) {
      invariant(slots[slot + 1] !== (hash | 0) || !this.hasEqualKeys((slots[slot] ?? 0) - 1, row), 'a key that is added is new')
    }
    slots[slot] = row + 1
    slots[slot + 1] = hash
    this.live++
  }

  /** The same for all rows that are not free, shard by shard: a shard at a time lies in the processor's cache. */
  private enterAll(isFree: Uint8Array): void {
    const rows = isFree.length
    const next = new Uint32Array(this.slots.length + 1)
    for (let row = 0; row < rows; row++) {
      const shard = this.shardOf(this.hashOf(row))
      if (isFree[row] === 0) next[shard + 1] = (next[shard + 1] ?? 0) + 1
    }
    for (let shard = 0; shard < this.slots.length; shard++) {
      const count = next[shard + 1] ?? 0
      this.used[shard] = count
      let size = 2 * FIRST_SLOTS
      while (isFull(count, { length: size })) size *= 2
      if (count > 0) this.slots[shard] = new Int32Array(size)
      next[shard + 1] = (next[shard] ?? 0) + count
    }
    const order = new Uint32Array(rows)
    const hashes = new Uint32Array(rows)
    for (let row = 0; row < rows; row++) {
      if (isFree[row] !== 0) continue
      const hash = this.hashOf(row)
      const shard = this.shardOf(hash)
      order[next[shard] ?? 0] = row
      hashes[next[shard] ?? 0] = hash
      next[shard] = (next[shard] ?? 0) + 1
      this.live++
    }
    for (let i = 0; i < this.live; i++) {
      const hash = hashes[i] ?? 0
      place(this.slots[this.shardOf(hash)] ?? NO_SLOTS, hash, order[i] ?? 0)
    }
  }

  private rehash(shard: number, old: Int32Array): Int32Array {
    const larger = new Int32Array(old.length * 2)
    for (let slot = 0; slot < old.length; slot += 2) {
      if (old[slot] !== 0) place(larger, old[slot + 1] ?? 0, (old[slot] ?? 0) - 1)
    }
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

/** Beyond five eighths, searches grow long. */
const isFull = (count: number, slots: { readonly length: number }): boolean => count * 16 > slots.length * 5

function place(slots: Int32Array, hash: number, row: number): void {
  const mask = slots.length - 2
  let slot = (hash << 1) & mask
  while (slots[slot] !== 0) slot = (slot + 2) & mask
  slots[slot] = row + 1
  slots[slot + 1] = hash
}

/** The numbers that were dumped as these bytes, which may begin anywhere in their buffer. */
function wordsOf(bytes: Bytes = new Uint8Array()): Int32Array {
  const words = new Int32Array(bytes.length >> 2)
  new Uint8Array(words.buffer).set(bytes.subarray(0, 4 * words.length))
  return words
}

const word = (bytes: Bytes, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
