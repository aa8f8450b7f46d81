// Ed25519 checks in worker threads over shared memory. What waits is gathered into a batch when a thread can take one, so batches grow with load.
import { Worker } from 'node:worker_threads'
import { SignatureBatch, TRANSACTION_MESSAGE_BYTES } from '@huitong/chain'
import { SIGNATURES_MAX, invariant } from '@huitong/primitives'
import { SIGNATURE_WORKER, type SignatureTask, type SignatureWork } from './signature-worker.js'

export interface SignaturePoolOptions<Item> {
  readonly threads: number
  /** Adds an item's checks to the batch, which has room for one transaction's at least. */
  readonly collect: (item: Item, batch: SignatureBatch) => void
  /**
   * Takes items whose checks are done, in the order in which they were pushed. `release` is to be called once per item when its answers
   * have been used; the batch serves others after that.
   */
  readonly checked: (items: readonly Item[], release: () => void) => void
  /** A thread died: the process cannot go on. */
  readonly onFault: (error: unknown) => void
}

/** Batches under way per thread: one being checked, one waiting, so that no thread idles while this one fills the next. */
const AHEAD = 2
/** More than are under way: the answers of some wait for room in a block. */
const BATCHES_PER_THREAD = 6
const BATCH_ROWS = 256 + SIGNATURES_MAX

interface Under<Item> {
  readonly batch: number
  readonly items: readonly Item[]
  isChecked: boolean
}

export class SignaturePool<Item> {
  readonly #batches: readonly SignatureBatch[]
  readonly #workers: readonly Worker[]
  readonly #load: number[]
  readonly #free: number[]
  readonly #waiting: Item[] = []
  /** Batches in the order in which they were filled; handed on in this order, whichever thread is faster. */
  readonly #under: Under<Item>[] = []
  #isStopping = false

  constructor(private readonly options: SignaturePoolOptions<Item>) {
    const { threads } = options
    invariant(threads >= 1, 'at least one signature thread')
    const share = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes)
    this.#batches = Array.from({ length: threads * BATCHES_PER_THREAD }, () => new SignatureBatch(BATCH_ROWS, share))
    this.#free = this.#batches.map((_, batch) => batch)
    this.#workers = Array.from({ length: threads }, (_, thread) => this.#start(thread))
    this.#load = this.#workers.map(() => 0)
  }

  /** Items that wait for a thread. */
  get waiting(): number {
    return this.#waiting.length
  }

  push(items: readonly Item[]): void {
    for (const item of items) this.#waiting.push(item)
    this.#pump()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  #start(thread: number): Worker {
    const workerData: SignatureWork = {
      batches: this.#batches.map(({ keys, signatures, messages, valid }) => ({ keys, signatures, messages, valid })),
      messageBytes: TRANSACTION_MESSAGE_BYTES,
      from: import.meta.url,
    }
    const worker = new Worker(SIGNATURE_WORKER, { eval: true, workerData })
    worker.on('message', (batch: number) => this.#answered(thread, batch))
    worker.on('error', this.options.onFault)
    worker.on('exit', (code) => {
      if (!this.#isStopping) this.options.onFault(new Error(`a signature thread ended with code ${code}`))
    })
    // an idle pool keeps no process alive
    worker.unref()
    return worker
  }

  #pump(): void {
    let taken = 0
    while (taken < this.#waiting.length) {
      const thread = this.#idlest()
      const number = thread === undefined ? undefined : this.#free.pop()
      const batch = number === undefined ? undefined : this.#batches[number]
      if (thread === undefined || number === undefined || batch === undefined) break
      batch.clear()
      const from = taken
      for (; taken < this.#waiting.length && batch.room >= SIGNATURES_MAX; taken++) {
        const item = this.#waiting[taken]
        if (item !== undefined) this.options.collect(item, batch)
      }
      // nothing to check is nothing to send: its turn comes with those before it
      const under = { batch: number, items: this.#waiting.slice(from, taken), isChecked: batch.count === 0 }
      this.#under.push(under)
      if (under.isChecked) continue
      this.#load[thread] = (this.#load[thread] ?? 0) + 1
      const task: SignatureTask = { batch: number, count: batch.count }
      this.#workers[thread]?.postMessage(task)
    }
    this.#waiting.splice(0, taken)
    this.#handOn()
  }

  /** The thread with the least to do, if it may take more. */
  #idlest(): number | undefined {
    let best: number | undefined
    this.#load.forEach((load, thread) => {
      if (load < AHEAD && (best === undefined || load < (this.#load[best] ?? 0))) best = thread
    })
    return best
  }

  #answered(thread: number, batch: number): void {
    this.#load[thread] = (this.#load[thread] ?? 1) - 1
    const under = this.#under.find((entry) => entry.batch === batch)
    invariant(under !== undefined, 'an answer to a batch that is under way')
    under.isChecked = true
    this.#handOn()
    this.#pump()
  }

  #handOn(): void {
    while (this.#under[0]?.isChecked === true) {
      const done = this.#under.shift()
      if (done === undefined) return
      let left = done.items.length
      this.options.checked(done.items, () => {
        left -= 1
        if (left === 0) this.#release(done.batch)
      })
    }
  }

  #release(batch: number): void {
    this.#free.push(batch)
    // not within the call that used the last answer: its caller is in the middle of a block
    if (this.#waiting.length > 0) setImmediate(() => this.#pump())
  }
}
