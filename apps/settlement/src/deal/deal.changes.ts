// Tells those who wait for a deal's next version as soon as its transaction has committed, and only those who want that version; one look at the deal
// serves all who were told together. Only a hint to look again: a change made by another process, or while too many wait, is seen when the wait runs out.
import { Injectable } from '@nestjs/common'
import { DataSource, type TransactionCommitEvent } from 'typeorm'
import type { Unit } from './unit.js'

/** A request of the bus is answered within five seconds. */
const WAIT_MS = 2_500
/** Who waits holds one of the process's places for requests; so many at most, the rest is answered at once. */
const WAITING_MAX = 40
/** Deals whose newest version is remembered, so that who waits for a later one need not look first. */
const NEWEST_MAX = 10_000

/** A version that this process has made. */
export interface Change {
  readonly version: number
  readonly stateName: string
  readonly parties: readonly string[]
}

/** What somebody waits for. */
export interface Awaited<Found> {
  /** Whether there may be something for the asker in this version. */
  isWorthALook(change: Change): boolean
  look(): Promise<Found>
  isNew(found: Found): boolean
}

const CHANGED = 'huitongChangedDeals'

export function markChanged(unit: Unit, id: string, change: Change): void {
  const data: Record<string, unknown> | undefined = unit.queryRunner?.data
  if (data === undefined) return
  changesIn(data).set(id, change)
}

function changesIn(data: Record<string, unknown>): Map<string, Change> {
  // the border: this file alone writes under this name
  const changes = (data[CHANGED] as Map<string, Change> | undefined) ?? new Map<string, Change>()
  data[CHANGED] = changes
  return changes
}

@Injectable()
export class DealChanges {
  readonly #waiting = new Map<string, Set<() => void>>()
  /** The newest version of deals as of this process's commits, the longest unchanged first. */
  readonly #newest = new Map<string, Change>()
  /** Looks under way, by the change that was known when they began. */
  readonly #looks = new WeakMap<Change, Promise<unknown>>()
  #count = 0

  constructor(database: DataSource) {
    database.subscribers.push({
      afterTransactionCommit: ({ queryRunner }: TransactionCommitEvent) => {
        const { data } = queryRunner
        if (data[CHANGED] !== undefined) for (const [id, change] of changesIn(data)) this.#tell(id, change)
      },
    })
  }

  /** What is found once it is new: at once, or as soon as it is after a change, or after {@link WAIT_MS}, whatever it is then. */
  async newer<Found>(id: string, awaited: Awaited<Found>): Promise<Found> {
    if (this.#count >= WAITING_MAX) return awaited.look()
    const end = performance.now() + WAIT_MS
    for (;;) {
      const leftMs = end - performance.now()
      // listening begins before the look: a change between the two is not missed
      const change = this.#listen(id, leftMs)
      try {
        const known = this.#newest.get(id)
        if (leftMs <= 0 || known === undefined || awaited.isWorthALook(known)) {
          const found = await this.#look(known, awaited)
          if (leftMs <= 0 || awaited.isNew(found)) return found
        }
        await change.told
      } finally {
        change.end()
      }
    }
  }

  /** Joins a look that began after the same change, if one is under way. */
  #look<Found>(known: Change | undefined, { look }: Awaited<Found>): Promise<Found> {
    if (known === undefined) return look()
    // the border: whoever looks at one deal finds the same kind of thing
    const underWay = this.#looks.get(known) as Promise<Found> | undefined
    if (underWay !== undefined) return underWay
    const begun = look().finally(() => this.#looks.delete(known))
    this.#looks.set(known, begun)
    return begun
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

  #tell(id: string, change: Change): void {
    // commits of one deal are told in their order, but a slow one must not hide a later
    if ((this.#newest.get(id)?.version ?? 0) > change.version) return
    this.#newest.delete(id)
    const [oldest] = this.#newest.size < NEWEST_MAX ? [] : this.#newest.keys()
    if (oldest !== undefined) this.#newest.delete(oldest)
    this.#newest.set(id, change)
    for (const wake of this.#waiting.get(id) ?? []) wake()
  }
}
