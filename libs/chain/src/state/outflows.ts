// What accounts paid out lately, summed by the hour, where a rulebook limits a day. Sums older than a day are dropped, an hour at a time.
import { type Amount, type Time, invariant } from '@huitong/primitives'

export const HOUR_MS = 60 * 60 * 1000
/** The running hour and so many before it count: any 24 hours lie within them. */
export const HOURS_BEFORE = 24

const ASSETS_MAX = 2 ** 21

export interface Outflow {
  /** Hours since 1970. */
  readonly hour: number
  /** Numbers of account and asset. */
  readonly account: number
  readonly asset: number
  readonly amount: Amount
}

export class Outflows {
  /** By hour, then by account and asset. */
  private readonly hours = new Map<number, Map<number, Amount>>()

  add(account: number, asset: number, amount: Amount, time: Time): void {
    this.restore({ hour: Math.floor(time / HOUR_MS), account, asset, amount })
  }

  /** What counts at `time` of what the account paid out. */
  lately(account: number, asset: number, time: Time): Amount {
    const key = keyOf(account, asset)
    const now = Math.floor(time / HOUR_MS)
    let sum = 0n
    for (const [hour, sums] of this.hours) if (hour >= now - HOURS_BEFORE) sum += sums.get(key) ?? 0n
    return sum
  }

  /** Drops the hours that can never count again after a block of this time. */
  forgetBefore(time: Time): void {
    const now = Math.floor(time / HOUR_MS)
    for (const hour of this.hours.keys()) if (hour < now - HOURS_BEFORE) this.hours.delete(hour)
  }

  /** All sums, in the order in which they came to be: the same on every node that applied the same blocks. */
  *entries(): Generator<Outflow> {
    for (const [hour, sums] of this.hours)
      for (const [key, amount] of sums) yield { hour, account: Math.floor(key / ASSETS_MAX), asset: key % ASSETS_MAX, amount }
  }

  /** Adds to a sum; also how one is put back as it stood. */
  restore({ hour, account, asset, amount }: Outflow): void {
    let sums = this.hours.get(hour)
    if (sums === undefined) {
      sums = new Map()
      this.hours.set(hour, sums)
    }
    const key = keyOf(account, asset)
    sums.set(key, (sums.get(key) ?? 0n) + amount)
  }
}

function keyOf(account: number, asset: number): number {
  invariant(asset < ASSETS_MAX, 'fewer than two million assets')
  return account * ASSETS_MAX + asset
}
