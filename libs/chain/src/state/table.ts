// A hash table from 32-byte keys to small row numbers, in typed arrays with open addressing. Rows are used again after removal.
import { type Bytes, invariant } from '@huitong/primitives'

const KEY = 32

export class KeyTable {
  /** The key of row r is bytes [32 r, 32 r + 32). */
  keys: Uint8Array<ArrayBuffer>
  private slots: Int32Array
  private mask: number
  private free: Int32Array
  private freeCount = 0
  private rowsEver = 0
  private live = 0

  /** `seed` keeps strangers from choosing keys that collide; it changes no result. */
  constructor(
    private readonly seed: number,
    rows = 64,
  ) {
    this.keys = new Uint8Array(rows * KEY)
    this.free = new Int32Array(16)
    this.slots = new Int32Array(tableSize(rows))
    this.mask = this.slots.length - 1
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
    let slot = this.hash(bytes, at) & this.mask
    for (;;) {
      const row = (this.slots[slot] ?? 0) - 1
      if (row < 0 || this.holds(row, bytes, at)) return row
      slot = (slot + 1) & this.mask
    }
  }

  /** Adds a key that is not in the table; answers its row. */
  insert(bytes: Bytes, at: number): number {
    if ((this.live + 1) * 2 > this.slots.length) this.rehash(this.slots.length * 2)
    const row = this.freeCount > 0 ? (this.free[--this.freeCount] ?? 0) : this.rowsEver++
    if ((row + 1) * KEY > this.keys.length) {
      const larger = new Uint8Array(this.keys.length * 2)
      larger.set(this.keys)
      this.keys = larger
    }
    for (let i = 0; i < KEY; i++) this.keys[row * KEY + i] = bytes[at + i] ?? 0
    this.place(row)
    this.live++
    return row
  }

  /** Removes the key of a row, closing the gap so that no search stops early. */
  remove(row: number): void {
    let gap = this.slotOf(row)
    let slot = gap
    for (;;) {
      slot = (slot + 1) & this.mask
      const other = (this.slots[slot] ?? 0) - 1
      if (other < 0) break
      const home = this.hash(this.keys, other * KEY) & this.mask
      // Move `other` back unless its home lies cyclically after the gap.
      if (((slot - home) & this.mask) >= ((slot - gap) & this.mask)) {
        this.slots[gap] = other + 1
        gap = slot
      }
    }
    this.slots[gap] = 0
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
    return this.find(this.keys, row * KEY) === row
  }

  private slotOf(row: number): number {
    let slot = this.hash(this.keys, row * KEY) & this.mask
    while (this.slots[slot] !== row + 1) {
      invariant(this.slots[slot] !== 0, 'a row to remove is in the table')
      slot = (slot + 1) & this.mask
    }
    return slot
  }

  private place(row: number): void {
    let slot = this.hash(this.keys, row * KEY) & this.mask
    while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask
    this.slots[slot] = row + 1
  }

  private rehash(size: number): void {
    const old = this.slots
    this.slots = new Int32Array(size)
    this.mask = size - 1
    for (const entry of old) if (entry !== 0) this.place(entry - 1)
  }

  private holds(row: number, bytes: Bytes, at: number): boolean {
    const start = row * KEY
    for (let i = 0; i < KEY; i++) if (this.keys[start + i] !== bytes[at + i]) return false
    return true
  }

  /** Keys are hashes already: eight of their bytes, mixed with the seed. */
  private hash(bytes: Bytes, at: number): number {
    const a = word(bytes, at) ^ this.seed
    const b = word(bytes, at + 4)
    const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + this.seed, 0x85ebca6b)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
}

const word = (bytes: Bytes, at: number): number =>
  ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)

function tableSize(rows: number): number {
  let size = 16
  while (size < rows * 2) size *= 2
  return size
}
