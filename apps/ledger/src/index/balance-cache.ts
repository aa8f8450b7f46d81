// The newest balances of accounts that were posted to lately, by account, asset and part, so that the index does not ask for them again.
// Only a cache: it is emptied when it has grown large, and whenever a write has failed.
import { KeyTable } from '@huitong/chain'
import { type Bytes, fromUtf8, invariant } from '@huitong/primitives'
import type { Part } from './holding.js'

const ACCOUNTS_MAX = 1_000_000
const PARTS = 2

export interface UnknownBalance {
  readonly account: number
  readonly column: number
}

/** Balances of one asset and part, by the account's number here. */
interface Column {
  balances: BigInt64Array
  /** 1: the balance is known. 2: it is asked for. */
  known: Uint8Array
}

export class BalanceCache {
  #accounts = new KeyTable(0, { shardBits: 6 })
  #assets = new Map<number, number>()
  readonly #codes: Bytes[] = []
  #columns: Column[] = []
  #unknown: UnknownBalance[] = []

  clear(): void {
    this.#accounts = new KeyTable(0, { shardBits: 6 })
    this.#assets = new Map()
    this.#codes.length = 0
    this.#columns = []
    this.#unknown = []
  }

  /** Makes room if there is need. Numbers given before mean nothing afterwards. */
  trim(): void {
    if (this.#accounts.count * Math.max(1, this.#columns.length) > ACCOUNTS_MAX) this.clear()
  }

  /** Number of the account whose id is at bytes[at, at + 32). */
  account(bytes: Bytes, at: number): number {
    const row = this.#accounts.find(bytes, at)
    return row >= 0 ? row : this.#accounts.insert(bytes, at)
  }

  /** Number of the asset whose padded code is at bytes[at, at + 8), and of the part. */
  column(bytes: Bytes, at: number, part: Part): number {
    // exact below 2^53: a code has at most 8 characters of 6 bits
    let key = 0
    for (let i = 0; i < 8; i++) key = key * 64 + ((bytes[at + i] ?? 0) & 63)
    let asset = this.#assets.get(key)
    if (asset === undefined) {
      asset = this.#codes.length
      this.#assets.set(key, asset)
      let size = 8
      while (size > 0 && bytes[at + size - 1] === 0) size--
      this.#codes.push(bytes.slice(at, at + size))
      for (let i = 0; i < PARTS; i++) this.#columns.push({ balances: new BigInt64Array(64), known: new Uint8Array(64) })
    }
    return asset * PARTS + part
  }

  /** Notes that the balance will be needed. */
  need(account: number, column: number): void {
    const of = this.#column(column)
    if (account >= of.known.length) enlarge(of, account)
    if (of.known[account] !== 0) return
    of.known[account] = 2
    this.#unknown.push({ account, column })
  }

  /** The balances that were needed and are not known; each is zero unless it is set. */
  takeUnknown(): readonly UnknownBalance[] {
    const unknown = this.#unknown
    this.#unknown = []
    for (const { account, column } of unknown) {
      const of = this.#column(column)
      of.known[account] = 1
      of.balances[account] = 0n
    }
    return unknown
  }

  set(account: number, column: number, balance: bigint): void {
    this.#column(column).balances[account] = balance
  }

  /** Adds to a balance that was needed before, and answers the new one. */
  add(account: number, column: number, delta: bigint): bigint {
    const { balances } = this.#column(column)
    const balance = (balances[account] ?? 0n) + delta
    invariant(balance >= 0n, 'a balance never falls below zero')
    balances[account] = balance
    return balance
  }

  accountId(account: number): Bytes {
    return this.#accounts.keyOf(account)
  }

  /** Code of a column's asset in ASCII. */
  code(column: number): Bytes {
    return this.#codes[Math.floor(column / PARTS)] ?? new Uint8Array()
  }

  assetOf(column: number): string {
    return fromUtf8(this.code(column)) ?? ''
  }

  partOf(column: number): number {
    return column % PARTS
  }

  #column(column: number): Column {
    const of = this.#columns[column]
    invariant(of !== undefined, 'a column of this cache')
    return of
  }
}

function enlarge(column: Column, account: number): void {
  const size = Math.max(column.known.length * 2, account + 1)
  const balances = new BigInt64Array(size)
  balances.set(column.balances)
  column.balances = balances
  const known = new Uint8Array(size)
  known.set(column.known)
  column.known = known
}
