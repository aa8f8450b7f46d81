// The set of unspent coins in typed arrays. A coin of a plain account refers to the account's number, any other to its condition's bytes.
import { type Bytes, invariant } from '@huitong/primitives'
import { KeyTable } from './table.js'

/** What is stored of a coin beside its coordinate. */
export interface CoinFields {
  readonly asset: number
  readonly high: number
  readonly low: number
  /** Account number, or -1 if `condition` holds the encoded condition. */
  readonly account: number
  readonly condition?: Bytes
}

export class CoinSet {
  readonly table: KeyTable
  asset = new Uint32Array(64)
  high = new Uint32Array(64)
  low = new Uint32Array(64)
  /** Account number, or -1 - n for the n-th side condition. */
  private holder = new Int32Array(64)
  private readonly side: (Bytes | undefined)[] = []
  private readonly freeSide: number[] = []

  constructor(seed: number) {
    this.table = new KeyTable(seed)
  }

  get count(): number {
    return this.table.count
  }

  /** Row of the coin whose coordinate is at bytes[at, at + 32), or -1. */
  find(bytes: Bytes, at: number): number {
    return this.table.find(bytes, at)
  }

  /** Number of the account that owns the coin, -1 if another condition does. */
  accountOf(row: number): number {
    const holder = this.holder[row] ?? 0
    return holder >= 0 ? holder : -1
  }

  /** The encoded condition of a coin that no plain account owns. */
  conditionOf(row: number): Bytes {
    const condition = this.side[-1 - (this.holder[row] ?? 0)]
    invariant(condition !== undefined, 'a coin without account has a condition')
    return condition
  }

  /** Adds a coin of a plain account. */
  addPlain(coordinate: Bytes, coin: { asset: number; high: number; low: number; account: number }): void {
    this.add(coordinate, coin.asset, coin.high, coin.low, coin.account)
  }

  /** Adds a coin of any other condition; keeps the bytes it is given. */
  addConditioned(coordinate: Bytes, coin: { asset: number; high: number; low: number; condition: Bytes }): void {
    const number = this.freeSide.pop() ?? this.side.length
    this.side[number] = coin.condition
    this.add(coordinate, coin.asset, coin.high, coin.low, -1 - number)
  }

  remove(row: number): void {
    const holder = this.holder[row] ?? 0
    if (holder < 0) {
      this.side[-1 - holder] = undefined
      this.freeSide.push(-1 - holder)
    }
    this.table.remove(row)
  }

  /** Rows of all coins, in no order that means anything. */
  *rows(): Generator<number> {
    for (let row = 0; row < this.table.rows; row++) if (this.table.isLive(row)) yield row
  }

  private add(coordinate: Bytes, asset: number, high: number, low: number, holder: number): void {
    invariant(this.table.find(coordinate, 0) < 0, 'a new coordinate is new')
    const row = this.table.insert(coordinate, 0)
    if (row >= this.asset.length) this.grow()
    this.asset[row] = asset
    this.high[row] = high
    this.low[row] = low
    this.holder[row] = holder
  }

  private grow(): void {
    const size = this.asset.length * 2
    const enlarge = (old: Uint32Array): Uint32Array<ArrayBuffer> => {
      const larger = new Uint32Array(size)
      larger.set(old)
      return larger
    }
    this.asset = enlarge(this.asset)
    this.high = enlarge(this.high)
    this.low = enlarge(this.low)
    const holder = new Int32Array(size)
    holder.set(this.holder)
    this.holder = holder
  }
}
