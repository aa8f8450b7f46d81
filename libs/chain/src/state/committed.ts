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
    let bucket = this.buckets.get(minute)
    if (bucket === undefined) {
      bucket = new KeyTable(this.seed, { shardBits: 6 })
      this.buckets.set(minute, bucket)
    }
    bucket.insert(id, 0)
  }

  /** Drops ids whose whole minute lies before `time`: validity refuses them from now on. */
  forgetBefore(time: Time): void {
    for (const minute of this.buckets.keys()) if ((minute + 1) * BUCKET_MS <= time) this.buckets.delete(minute)
  }

  /** All remembered ids with the first millisecond of their minute. */
  *entries(): Generator<{ id: Bytes; validUntil: Time }> {
    for (const [minute, bucket] of this.buckets) {
      for (let row = 0; row < bucket.rows; row++) yield { id: bucket.keyOf(row), validUntil: (minute * BUCKET_MS) as Time }
    }
  }
}
