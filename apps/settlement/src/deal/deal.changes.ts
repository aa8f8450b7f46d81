// Tells those who wait for a deal's next version as soon as its transaction has committed. Only a hint to look again: a change made by another
// process, or while too many wait, is seen when the wait runs out.
import { Injectable } from '@nestjs/common'
import { DataSource, type TransactionCommitEvent } from 'typeorm'
import type { Unit } from './unit.js'

/** A request of the bus is answered within five seconds. */
const WAIT_MS = 2_500
/** Who waits holds one of the process's places for requests; so many at most, the rest is answered at once. */
const WAITING_MAX = 40

const CHANGED = 'huitongChangedDeals'

export function markChanged(unit: Unit, id: string): void {
  const data: Record<string, unknown> | undefined = unit.queryRunner?.data
  if (data === undefined) return
  const changed = data[CHANGED]
  if (changed instanceof Set) changed.add(id)
  else data[CHANGED] = new Set([id])
}

@Injectable()
export class DealChanges {
  readonly #waiting = new Map<string, Set<() => void>>()
  #count = 0

  constructor(database: DataSource) {
    database.subscribers.push({
      afterTransactionCommit: ({ queryRunner }: TransactionCommitEvent) => {
        const changed: unknown = queryRunner.data[CHANGED]
        if (changed instanceof Set) for (const id of changed) if (typeof id === 'string') this.#tell(id)
      },
    })
  }

  /** What `look` finds, at once if it is new, else as soon as it is after a change, or after {@link WAIT_MS}, whatever it is then. */
  async newer<Found>(id: string, look: () => Promise<Found>, isNew: (found: Found) => boolean): Promise<Found> {
    if (this.#count >= WAITING_MAX) return look()
    const end = performance.now() + WAIT_MS
    for (;;) {
      const leftMs = end - performance.now()
      // listening begins before the look: a change between the two is not missed
      const change = this.#listen(id, leftMs)
      try {
        const found = await look()
        if (isNew(found) || leftMs <= 0) return found
        await change.told
      } finally {
        change.end()
      }
    }
  }

  #listen(id: string, forMs: number): { readonly told: Promise<void>; end(): void } {
    let wake = (): void => undefined
    const told = new Promise<void>((resolve) => {
      wake = resolve
    })
    const timer = setTimeout(wake, Math.max(0, forMs))
    const others = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, others.add(wake))
    this.#count += 1
    const end = (): void => {
      clearTimeout(timer)
      others.delete(wake)
      if (others.size === 0 && this.#waiting.get(id) === others) this.#waiting.delete(id)
      this.#count -= 1
    }
    return { told, end }
  }

  #tell(id: string): void {
    for (const wake of this.#waiting.get(id) ?? []) wake()
  }
}
