// Ed25519 checks in worker threads over shared memory. What waits is gathered into a batch when a thread can take one, so batches grow with load.
import { Worker } from 'node:worker_threads'
import { SignatureBatch, TRANSACTION_MESSAGE_BYTES } from '@huitong/chain'
import { SIGNATURES_MAX, invariant } from '@huitong/primitives'
import type { Pending, Run } from './pending.js'
import { SIGNATURE_WORKER, type SignatureTask, type SignatureWork } from './signature-worker.js'

export interface SignaturePoolOptions {
  readonly threads: number
  /** Adds the checks of transaction i to the batch, which has room for one transaction's at least. */
  readonly collect: (pending: Pending, i: number, batch: SignatureBatch) => void
  /** Takes transactions whose checks are done, in the order in which they were pushed. */
  readonly checked: (runs: readonly Run<SignatureBatch>[]) => void
  /** While this answers true, no batch is filled; {@link SignaturePool.resume} says that it may have changed. */
  readonly isHeld?: () => boolean
  /** A thread died: the process cannot go on. */
  readonly onFault: (error: unknown) => void
}

/** Batches under way per thread: one being checked, one waiting, so that no thread idles while this one fills the next. */
const AHEAD = 2
/** More than are under way: the answers of some wait for room in a block. */
const BATCHES_PER_THREAD = 6
const BATCH_ROWS = 256 + SIGNATURES_MAX
/** Rows of a batch for each idle thread at least: to wake one costs about as much as two checks. */
const SHARE_ROWS = 2

interface Under {
  readonly batch: number
  readonly runs: readonly Run<SignatureBatch>[]
  /** Answers that its threads owe. */
  owed: number
}

export class SignaturePool {
  readonly #batches: readonly SignatureBatch[]
  readonly #workers: readonly Worker[]
  readonly #load: number[]
  readonly #free: number[]
  #waiting: Pending[] = []
  /** How many transactions of the first of them are in batches already. */
  #begun = 0
  /** Batches in the order in which they were filled; handed on in this order, whichever thread is faster. */
  readonly #under: Under[] = []
  #isStopping = false

  constructor(private readonly options: SignaturePoolOptions) {
    const { threads } = options
    invariant(threads >= 1, 'at least one signature thread')
    const share = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes)
    this.#batches = Array.from({ length: threads * BATCHES_PER_THREAD }, () => new SignatureBatch(BATCH_ROWS, share))
    this.#free = this.#batches.map((_, batch) => batch)
    this.#workers = Array.from({ length: threads }, (_, thread) => this.#start(thread))
    this.#load = this.#workers.map(() => 0)
  }

  push(pending: Pending): void {
    this.#waiting.push(pending)
    this.#pump()
  }

  resume(): void {
    if (this.#waiting.length > 0) this.#pump()
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
    while (taken < this.#waiting.length && this.options.isHeld?.() !== true) {
      const thread = this.#idlest()
      const number = thread === undefined ? undefined : this.#free.pop()
      const batch = number === undefined ? undefined : this.#batches[number]
      if (thread === undefined || number === undefined || batch === undefined) break
      batch.clear()
      const runs: Run<SignatureBatch>[] = []
      // transactions whose answers have not been used: the batch is given back after the last
      let left = 0
      const used = (count: number): void => {
        left -= count
        if (left === 0) this.#release(number)
      }
      for (; taken < this.#waiting.length && batch.room >= SIGNATURES_MAX; taken++) {
        const pending = this.#waiting[taken]
        if (pending === undefined) break
        const next = this.#begun
        const to = this.#collect(pending, batch)
        runs.push({ pending, next, to, batch, used })
        left += to - next
        this.#begun = to < pending.count ? to : 0
        if (to < pending.count) break
      }
      // nothing to check is nothing to send: its turn comes with those before it
      const owed = batch.count === 0 ? 0 : this.#send(number, batch.count, thread)
      this.#under.push({ batch: number, runs, owed })
    }
    if (taken > 0) this.#waiting = this.#waiting.slice(taken)
    this.#handOn()
  }

  /** Collects the transactions of an envelope from the first that is in no batch, as far as there is room; answers how far. */
  #collect(pending: Pending, batch: SignatureBatch): number {
    let i = this.#begun
    for (; i < pending.count && batch.room >= SIGNATURES_MAX; i++) this.options.collect(pending, i, batch)
    return i
  }

  /** Gives a batch to `thread`; a small load to all threads if none has anything to do. Answers how many threads have a part. */
  #send(batch: number, count: number, thread: number): number {
    const isIdle = this.#load.every((load) => load === 0)
    const parts = isIdle ? Math.max(1, Math.min(this.#workers.length, Math.floor(count / SHARE_ROWS))) : 1
    for (let part = 0; part < parts; part++) {
      const taker = (thread + part) % this.#workers.length
      this.#load[taker] = (this.#load[taker] ?? 0) + 1
      const [from, to] = [Math.floor((count * part) / parts), Math.floor((count * (part + 1)) / parts)]
      const task: SignatureTask = { batch, from, to }
      this.#workers[taker]?.postMessage(task)
    }
    return parts
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
    under.owed -= 1
    this.#handOn()
    this.#pump()
  }

  #handOn(): void {
    while (this.#under[0]?.owed === 0) {
      const done = this.#under.shift()
      if (done === undefined) return
      this.options.checked(done.runs)
    }
  }

  #release(batch: number): void {
    this.#free.push(batch)
    // not within the call that used the last answer: its caller is in the middle of a block
    if (this.#waiting.length > 0) setImmediate(() => this.#pump())
  }
}
