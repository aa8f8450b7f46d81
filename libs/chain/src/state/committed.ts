// Ids of committed transactions, remembered until a block later than their validUntil, so that an id is committed at most once.
import type { Bytes, Time } from '@huitong/primitives'
import { KeyTable } from './table.js'

/** Ids are kept by the minute of their validUntil and forgotten a minute at a time. */
const BUCKET_MS = 60_000

export class CommittedIds {
  private readonly buckets = new Map<number, KeyTable>()

  constructor(private readonly seed: number) {}

  has(id: Bytes, validUntil: Time): boolean {
    const bucket = this.buckets.get(Math.floor(validUntil / BUCKET_MS))
    return bucket !== undefined && bucket.find(id, 0) >= 0
  }

  add(id: Bytes, validUntil: Time): void {
    const minute = Math.floor(validUntil / BUCKET_MS)
    const bucket = this.buckets.get(minute) ?? this.restore(minute)
    bucket.insert(id, 0)
  }

  /** Drops ids whose whole minute lies before `time`: validity refuses them from now on. */
  forgetBefore(time: Time): void {
    for (const minute of this.buckets.keys()) if ((minute + 1) * BUCKET_MS <= time) this.buckets.delete(minute)
  }

  /** The remembered ids by the minute of their validUntil. */
  get minutes(): ReadonlyMap<number, KeyTable> {
    return this.buckets
  }

  /** A new, empty minute, to be filled as it stood. */
  restore(minute: number): KeyTable {
    const bucket = new KeyTable(this.seed, { shardBits: 6 })
    this.buckets.set(minute, bucket)
    return bucket
  }
}
