// Bounded concurrency: so many at once, so many waiting, the rest refused at once rather than answered late.

export interface GateOptions {
  /** Most pieces of work at one time. */
  readonly running: number
  /** Most pieces of work that wait for their turn. */
  readonly waiting: number
}

export class Gate {
  readonly #queue: (() => Promise<void>)[] = []
  readonly #idle: (() => void)[] = []
  #running = 0

  constructor(private readonly options: GateOptions) {}

  /** Takes `work` to be run in turn; false, and it never runs, when the queue is full. */
  enter(work: () => Promise<void>): boolean {
    if (this.#running < this.options.running) {
      void this.#run(work)
      return true
    }
    if (this.#queue.length >= this.options.waiting) return false
    this.#queue.push(work)
    return true
  }

  /** Pieces of work that run or wait. */
  get load(): number {
    return this.#running + this.#queue.length
  }

  /** Resolves when nothing runs or waits, or after `withinMs`; false in the second case. */
  async emptied(withinMs: number): Promise<boolean> {
    if (this.load === 0) return true
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), withinMs)
      this.#idle.push(() => {
        clearTimeout(timer)
        resolve(true)
      })
    })
  }

  async #run(work: () => Promise<void>): Promise<void> {
    this.#running += 1
    try {
      await work()
    } finally {
      this.#running -= 1
      const next = this.#queue.shift()
      if (next !== undefined) void this.#run(next)
      else if (this.#running === 0) for (const idle of this.#idle.splice(0)) idle()
    }
  }
}
