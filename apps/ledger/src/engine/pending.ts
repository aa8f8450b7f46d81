// The transactions that came together and are answered together, from admission to their outcome: offsets over the envelope's bytes, and what
// became of each in flat arrays. No object per transaction.
import { startOf } from '@huitong/contracts'
import type { Bytes } from '@huitong/primitives'

export const FATE = {
  /** On its way. */
  waiting: 0,
  /** The same bytes are on their way already: it waits for their outcome. */
  joined: 1,
  /** In a block that is not durable yet. */
  applied: 2,
  committed: 3,
  refused: 4,
  unknown: 5,
} as const
export type Fate = (typeof FATE)[keyof typeof FATE]

export interface Refusal {
  readonly code: string
  readonly detail?: string
}

/** Where a transaction's signature checks are. A place in a batch, or: */
export const CHECKS = {
  /** They could not be told before its turn. */
  later: -1,
  /** The bytes are no transaction; it has no id. */
  none: -2,
} as const

export class Pending {
  readonly count: number
  /** Ids of 32 bytes each, where `checks` is not `none`. */
  readonly ids: Bytes
  readonly checks: Int32Array
  readonly fates: Uint8Array
  /** 1 where it has taken room in the queue. */
  readonly admitted: Uint8Array
  readonly heights: Float64Array
  /** Place in the block. */
  readonly positions: Uint32Array
  /** Row among the transactions in flight; -1: none. */
  readonly flights: Int32Array
  readonly refusals = new Map<number, Refusal>()
  #left: number

  constructor(
    readonly bytes: Bytes,
    private readonly ends: Uint32Array,
    private readonly on: {
      /** Called with each outcome. */
      readonly settled: (pending: Pending, i: number) => void
      /** Called once, after the last. */
      readonly done: () => void
    },
  ) {
    const count = ends.length
    this.count = count
    this.ids = new Uint8Array(32 * count)
    this.checks = new Int32Array(count).fill(CHECKS.none)
    this.fates = new Uint8Array(count)
    this.admitted = new Uint8Array(count)
    this.heights = new Float64Array(count)
    this.positions = new Uint32Array(count)
    this.flights = new Int32Array(count).fill(-1)
    this.#left = count
  }

  startOf(i: number): number {
    return startOf(this.ends, i)
  }

  endOf(i: number): number {
    return this.ends[i] ?? 0
  }

  sizeOf(i: number): number {
    return this.endOf(i) - this.startOf(i)
  }

  /** Whether the bytes are a transaction's. */
  hasId(i: number): boolean {
    return this.checks[i] !== CHECKS.none
  }

  fateOf(i: number): number {
    return this.fates[i] ?? FATE.unknown
  }

  refuse(i: number, refusal: Refusal): void {
    this.refusals.set(i, refusal)
    this.#settle(i, FATE.refused)
  }

  commit(i: number, height: number): void {
    this.heights[i] = height
    this.#settle(i, FATE.committed)
  }

  forget(i: number): void {
    this.#settle(i, FATE.unknown)
  }

  /** Takes the outcome of the same bytes. */
  share(i: number, other: Pending, j: number): void {
    const refusal = other.refusals.get(j)
    if (refusal !== undefined) this.refusals.set(i, refusal)
    this.heights[i] = other.heights[j] ?? 0
    this.positions[i] = other.positions[j] ?? 0
    this.#settle(i, other.fateOf(j))
  }

  #settle(i: number, fate: number): void {
    this.fates[i] = fate
    this.on.settled(this, i)
    this.#left -= 1
    if (this.#left === 0) this.on.done()
  }
}

/** Transactions of one envelope whose checks are in one batch: those from `next` to before `to`. */
export interface Run<Batch> {
  readonly pending: Pending
  next: number
  readonly to: number
  readonly batch: Batch
  /** To be called when the checks of so many more of them were used; the batch serves others afterwards. */
  readonly used: (count: number) => void
}
