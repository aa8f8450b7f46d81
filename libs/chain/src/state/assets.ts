// Registered assets by number, with a running sum of their coins beside issued and burnt: the two must agree after every block.
import { type AccountId, type Amount, type AssetCode, type Bytes, invariant, utf8 } from '@huitong/primitives'
import { joinAmount } from '../codec/reader.js'
import type { AssetRecord } from '../model.js'

const TWO_32 = 2 ** 32

interface AssetEntry {
  record: AssetRecord
  readonly first: number
  readonly second: number
  /** Sum of the amounts of all its coins, high and low 32 bits. */
  sumHigh: number
  sumLow: number
  /** Numbers of the accounts that are frozen for this asset. */
  readonly frozen: Set<number>
}

export class AssetSet {
  private readonly entries: AssetEntry[] = []
  /** How many freezes there are, so that a ledger without any asks nothing more. */
  private freezes = 0
  private readonly buckets = new Map<number, number[]>()

  get count(): number {
    return this.entries.length
  }

  /** Number of the asset whose padded code is at bytes[at, at + 8), or -1. */
  find(bytes: Bytes, at: number): number {
    return this.lookup(word(bytes, at), word(bytes, at + 4))
  }

  numberOf(code: AssetCode): number {
    return this.find(padded(code), 0)
  }

  record(asset: number): AssetRecord {
    return this.entry(asset).record
  }

  all(): AssetRecord[] {
    return this.entries.map((entry) => entry.record)
  }

  register(fields: Omit<AssetRecord, 'issued' | 'burnt' | 'sequence' | 'frozen'>): number {
    return this.restore({ ...fields, issued: 0n, burnt: 0n, sequence: 0, frozen: false })
  }

  /** Puts an asset back as it stood. */
  restore(record: AssetRecord): number {
    const bytes = padded(record.asset)
    const first = word(bytes, 0)
    const second = word(bytes, 4)
    invariant(this.lookup(first, second) < 0, 'an asset is registered once')
    const number = this.entries.length
    this.entries.push({ record, first, second, sumHigh: 0, sumLow: 0, frozen: new Set() })
    if (record.frozen) this.freezes++
    this.buckets.set(first ^ second, [...(this.buckets.get(first ^ second) ?? []), number])
    return number
  }

  issue(asset: number, amount: Amount): void {
    const entry = this.entry(asset)
    const { issued, sequence } = entry.record
    entry.record = { ...entry.record, issued: issued + amount, sequence: sequence + 1 }
  }

  /** After an operation on the asset that changes nothing else of it. */
  advance(asset: number): void {
    const entry = this.entry(asset)
    entry.record = { ...entry.record, sequence: entry.record.sequence + 1 }
  }

  burn(asset: number, amount: Amount): void {
    const entry = this.entry(asset)
    entry.record = { ...entry.record, burnt: entry.record.burnt + amount }
  }

  /** Freezes or unfreezes one account for the asset, or the asset as a whole. */
  setFrozen(asset: number, { account, frozen }: { readonly account?: number; readonly frozen: boolean }): void {
    const entry = this.entry(asset)
    entry.record = { ...entry.record, sequence: entry.record.sequence + 1, ...(account === undefined ? { frozen } : {}) }
    this.freezes += frozen ? 1 : -1
    if (account === undefined) return
    if (frozen) entry.frozen.add(account)
    else entry.frozen.delete(account)
  }

  /** Puts a frozen account back as it stood. */
  restoreFrozen(asset: number, account: number): void {
    this.entry(asset).frozen.add(account)
    this.freezes++
  }

  get anyFrozen(): boolean {
    return this.freezes > 0
  }

  /** Is this very account frozen for the asset? The asset as a whole is another question: see its record. */
  isFrozen(asset: number, account: number): boolean {
    return this.entry(asset).frozen.has(account)
  }

  /** Numbers of the accounts that are frozen for the asset, ascending. */
  frozenAccounts(asset: number): number[] {
    return [...this.entry(asset).frozen].sort((a, b) => a - b)
  }

  addCoin(asset: number, high: number, low: number): void {
    const entry = this.entry(asset)
    entry.sumLow += low
    entry.sumHigh += high
    if (entry.sumLow >= TWO_32) {
      entry.sumLow -= TWO_32
      entry.sumHigh += 1
    }
  }

  removeCoin(asset: number, high: number, low: number): void {
    const entry = this.entry(asset)
    entry.sumLow -= low
    entry.sumHigh -= high
    if (entry.sumLow < 0) {
      entry.sumLow += TWO_32
      entry.sumHigh -= 1
    }
  }

  /** Sum of the amounts of the asset's coins. */
  sumOfCoins(asset: number): Amount {
    const { sumHigh, sumLow } = this.entry(asset)
    return sumHigh < 0 ? -1n : joinAmount(sumHigh, sumLow)
  }

  /** Issued - burnt = sum of coins, for every asset; throws if not: the process must stop rather than write on. */
  assertConserved(): void {
    for (let asset = 0; asset < this.entries.length; asset++) {
      const { issued, burnt, asset: code } = this.entry(asset).record
      invariant(issued - burnt === this.sumOfCoins(asset), `coins of ${code} add up to what was issued and not burnt`)
    }
  }

  issuerOf(asset: number): AccountId {
    return this.entry(asset).record.issuer
  }

  private lookup(first: number, second: number): number {
    const bucket = this.buckets.get(first ^ second)
    if (bucket === undefined) return -1
    for (const number of bucket) {
      const entry = this.entries[number]
      if (entry?.first === first && entry.second === second) return number
    }
    return -1
  }

  private entry(asset: number): AssetEntry {
    const entry = this.entries[asset]
    invariant(entry !== undefined, 'an asset number in use')
    return entry
  }
}

function padded(code: AssetCode): Bytes {
  const bytes = new Uint8Array(8)
  bytes.set(utf8(code).subarray(0, 8))
  return bytes
}

const word = (bytes: Bytes, at: number): number =>
  ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
