// The one clock and the one queue of a simulated world. Everything that would wait for a disk, a network or a timer waits here instead, so one
// seed gives one order of events. A life is one run of a process: what belongs to a life that has ended never happens.
import { Trace } from './trace.js'
import type { Random } from './random.js'

/** One run of a process, from its start to its crash. */
export class Life {
  isAlive = true
  readonly ending: (() => void)[] = []

  constructor(readonly name: string) {}

  /** Crash: nothing of this life goes on. What it held in the database or on the bus is given up by the listeners. */
  end(): void {
    if (!this.isAlive) return
    this.isAlive = false
    for (const listener of this.ending.splice(0)) listener()
  }
}

interface Planned {
  readonly at: number
  readonly order: number
  readonly life: Life
  readonly run: () => void
  isOff: boolean
}

/** Asked at every step of a life whether it ends here. */
export type CrashJudge = (life: Life, label: string) => boolean

const BREATHE_EVENTS = 2_000

export class Scheduler {
  readonly world = new Life('world')
  readonly trace: Trace
  readonly #heap: Planned[] = []
  #now: number
  #order = 0
  events = 0
  /** Called after each event, when everything that it set off has come to rest. */
  afterEvent: () => void = () => undefined
  crashes: CrashJudge = () => false

  constructor(
    start: number,
    readonly random: Random,
    trace: Trace = new Trace(start),
  ) {
    this.#now = start
    this.trace = trace
  }

  get now(): number {
    return this.#now
  }

  /** Plans `run` for a life; the answer takes it off again. */
  in(milliseconds: number, life: Life, run: () => void): () => void {
    const planned: Planned = { at: this.#now + Math.max(0, milliseconds), order: this.#order++, life, run, isOff: false }
    this.#push(planned)
    return () => {
      planned.isOff = true
    }
  }

  sleep(milliseconds: number, life: Life): Promise<void> {
    return new Promise((resolve) => {
      this.in(milliseconds, life, resolve)
    })
  }

  /** A step of a life: it takes a moment, others may come between, and the life may end instead. Then the promise is never kept. */
  step(life: Life, label: string, milliseconds = this.random.unit() * 2): Promise<void> {
    return new Promise((resolve) => {
      this.in(milliseconds, life, () => {
        if (this.crashes(life, label)) return
        resolve()
      })
    })
  }

  /** Runs until nothing is planned, the time is over, or `isOver` says so. */
  async run(until: number, isOver: () => boolean = () => false): Promise<void> {
    for (;;) {
      const next = this.#heap[0]
      if (next === undefined || next.at > until) return
      this.#pop()
      if (next.isOff || !next.life.isAlive) continue
      this.#now = next.at
      this.events += 1
      next.run()
      await settled()
      if (this.events % BREATHE_EVENTS === 0) await breath()
      this.afterEvent()
      if (isOver()) return
    }
  }

  #push(planned: Planned): void {
    const heap = this.#heap
    let at = heap.push(planned) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(heap, at, parent)) break
      swap(heap, at, parent)
      at = parent
    }
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    heap[0] = last
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      let least = at
      if (left < heap.length && isBefore(heap, left, least)) least = left
      if (left + 1 < heap.length && isBefore(heap, left + 1, least)) least = left + 1
      if (least === at) return
      swap(heap, at, least)
      at = least
    }
  }
}

function isBefore(heap: readonly Planned[], a: number, b: number): boolean {
  const [one, two] = [heap[a], heap[b]]
  if (one === undefined || two === undefined) return false
  return one.at < two.at || (one.at === two.at && one.order < two.order)
}

function swap(heap: Planned[], a: number, b: number): void {
  const [one, two] = [heap[a], heap[b]]
  if (one === undefined || two === undefined) return
  heap[a] = two
  heap[b] = one
}

/** Kept real: the simulation replaces the globals while it runs. */
const nextTick = process.nextTick.bind(process)
const immediately = setImmediate

/** When every promise that can be kept without waiting for anything has been: Node runs ticks only after all microtasks. */
const settled = (): Promise<void> => new Promise((resolve) => nextTick(resolve))
const breath = (): Promise<void> => new Promise((resolve) => immediately(resolve))
