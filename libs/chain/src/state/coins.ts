// The set of unspent coins in typed arrays. A coin of a plain account refers to the account's number, any other to its condition's bytes.
import { type Bytes, invariant } from '@huitong/primitives'
import { KeyTable } from './table.js'

/** Words of a record. */
const ASSET = 0
const HIGH = 1
const LOW = 2
/** Account number, or -1 - n for the n-th side condition. */
const HOLDER = 3
const SERIAL_HIGH = 4
const SERIAL_LOW = 5
const WORDS = 6
const TWO_32 = 2 ** 32

export class CoinSet {
  readonly table: KeyTable
  /** How many coins there ever were: the serial number of the newest. */
  made = 0
  private readonly side: (Bytes | undefined)[] = []
  private readonly freeSide: number[] = []

  constructor(seed: number) {
    this.table = new KeyTable(seed, { words: WORDS, shardBits: 10 })
  }

  get count(): number {
    return this.table.count
  }

  /** Row of the coin whose coordinate is at bytes[at, at + 32), or -1. */
  find(bytes: Bytes, at: number): number {
    return this.table.find(bytes, at)
  }

  coordinateOf(row: number): Bytes {
    return this.table.keyOf(row)
  }

  assetOf(row: number): number {
    return this.table.wordOf(row, ASSET)
  }

  /** High 31 and low 32 bits of the amount. */
  highOf(row: number): number {
    return this.table.wordOf(row, HIGH)
  }

  lowOf(row: number): number {
    return this.table.wordOf(row, LOW)
  }

  /** Number of the account that owns the coin, -1 if another condition does. */
  accountOf(row: number): number {
    const holder = this.table.wordOf(row, HOLDER) | 0
    return holder >= 0 ? holder : -1
  }

  /** The encoded condition of a coin that no plain account owns. */
  conditionOf(row: number): Bytes {
    const condition = this.side[-1 - (this.table.wordOf(row, HOLDER) | 0)]
    invariant(condition !== undefined, 'a coin without account has a condition')
    return condition
  }

  /** Number of the coin in the order in which the ledger's coins were made, from 1. */
  serialOf(row: number): number {
    return this.table.wordOf(row, SERIAL_HIGH) * TWO_32 + this.table.wordOf(row, SERIAL_LOW)
  }

  /** Adds a coin of a plain account. */
  addPlain(coordinate: Bytes, coin: { asset: number; high: number; low: number; account: number }): void {
    this.add(coordinate, ++this.made, coin, coin.account)
  }

  /** Adds a coin of any other condition; keeps the bytes it is given. */
  addConditioned(coordinate: Bytes, coin: { asset: number; high: number; low: number; condition: Bytes }): void {
    this.add(coordinate, ++this.made, coin, this.keep(coin.condition))
  }

  remove(row: number): void {
    const holder = this.table.wordOf(row, HOLDER) | 0
    if (holder < 0) {
      this.side[-1 - holder] = undefined
      this.freeSide.push(-1 - holder)
    }
    this.table.remove(row)
  }

  /** Rows of all coins, in no order that means anything. */
  rows(): Generator<number> {
    return this.table.liveRows()
  }

  /** The conditions beside the table by their numbers; undefined where one is free. With the free numbers in the order of their use. */
  get conditions(): { readonly kept: readonly (Bytes | undefined)[]; readonly free: readonly number[] } {
    return { kept: this.side, free: this.freeSide }
  }

  /** Puts the conditions back as they stood. */
  restoreConditions(kept: readonly (Bytes | undefined)[], free: readonly number[]): void {
    for (const condition of kept) this.side.push(condition)
    for (const number of free) this.freeSide.push(number)
  }

  private keep(condition: Bytes): number {
    const number = this.freeSide.pop() ?? this.side.length
    this.side[number] = condition
    return -1 - number
  }

  private add(coordinate: Bytes, serial: number, coin: { asset: number; high: number; low: number }, holder: number): void {
    const { table } = this
    const row = table.insert(coordinate, 0)
    table.setWord(row, ASSET, coin.asset)
    table.setWord(row, HIGH, coin.high)
    table.setWord(row, LOW, coin.low)
    table.setWord(row, HOLDER, holder)
    table.setWord(row, SERIAL_HIGH, Math.floor(serial / TWO_32))
    table.setWord(row, SERIAL_LOW, serial)
  }
}
