// What a workload is made from and what it looks like on disk. The same plan makes the same bytes on every machine.
import { createHash } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'

/**
 * - `split`: transfer k spends coin k of the issuance, pays 40 % to a random wallet and the rest back to its owner.
 * - `move`: transfer k pays a random coin of the living set whole to a random wallet, so the number of coins stays what it is.
 */
export type Shape = 'split' | 'move'

export interface Plan {
  readonly seed: number
  /** The ledger's name. */
  readonly name: string
  /** Ledger time at which the ledger was founded, in milliseconds; transfers are valid until 23 hours later. */
  readonly base: number
  readonly wallets: number
  /** Coins issued before the first transfer. */
  readonly coins: number
  readonly transfers: number
  readonly shape: Shape
}

/** A made workload. `transfers.bin` holds records of `record` bytes, `setup.bin` transactions with their lengths before them. */
export interface Workload {
  readonly plan: Plan
  readonly folder: string
  readonly chain: string
  /** Bytes of one transfer. */
  readonly record: number
  readonly setupTransactions: number
}

/** Founding time of ledgers whose clock the bench itself holds: any fixed moment. */
export const FIXED_BASE = Date.UTC(2026, 0, 1)
/** Founding time of ledgers that run by the machine's clock: the hour that has begun, so that a workload serves for an hour. */
export const recentBase = (): number => Math.floor(Date.now() / 3_600_000) * 3_600_000
export const VALID_MS = 23 * 60 * 60 * 1000
/** Base units of every issued coin; five million of them stay below the largest supply. */
export const COIN_AMOUNT = 2n ** 40n
export const GIVEN = (COIN_AMOUNT * 4n) / 10n
export const cacheFolder = (): string => path.join(os.tmpdir(), 'huitong-bench-cache')

/** `encoding`: a digest of how transactions are encoded, so that no workload outlives a change of the codec. */
export function folderOf(plan: Plan, encoding: string): string {
  const key = createHash('sha256').update(JSON.stringify([encoding, plan]))
  return path.join(cacheFolder(), key.digest('hex').slice(0, 20))
}

/** A small seeded generator of 32-bit numbers (mulberry32 by T. Ettinger, public domain). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return (value ^ (value >>> 14)) >>> 0
  }
}
