// Counts per name and fixed window, for the throttler. Bounded: when too many names are known, the oldest are forgotten.
import type { ThrottlerStorage } from '@nestjs/throttler'

const NAMES_MAX = 50_000

type StoredCount = Awaited<ReturnType<ThrottlerStorage['increment']>>

export class RateWindows implements ThrottlerStorage {
  readonly #windows = new Map<string, { count: number; readonly ends: number }>()

  increment(name: string, ttl: number, limit: number): Promise<StoredCount> {
    const now = performance.now()
    const known = this.#windows.get(name)
    const window = known !== undefined && known.ends > now ? known : this.#start(name, now + ttl)
    window.count += 1
    const left = Math.ceil((window.ends - now) / 1000)
    return Promise.resolve({
      totalHits: window.count,
      timeToExpire: left,
      isBlocked: window.count > limit,
      timeToBlockExpire: left,
    })
  }

  #start(name: string, ends: number): { count: number; readonly ends: number } {
    const oldest = this.#windows.keys().next()
    if (this.#windows.size >= NAMES_MAX && oldest.done !== true) this.#windows.delete(oldest.value)
    this.#windows.delete(name)
    const window = { count: 0, ends }
    this.#windows.set(name, window)
    return window
  }
}
