// The index store behind a thread of its own: blocks go there as raw bytes, the cursor comes back.
import { Worker } from 'node:worker_threads'
import { type ChainId, InvariantViolation } from '@huitong/primitives'
import type { DatabasePlace } from '../block/block-store.js'
import type { IndexCursor } from './index-batch.js'
import type { BlockToIndex, IndexStore } from './indexer.js'

export interface IndexThreadData extends DatabasePlace {
  readonly chain: ChainId
}
/** "Add these blocks behind that cursor", or, without blocks, "where does the index stand?" */
export type IndexQuestion =
  { readonly blocks: readonly BlockToIndex[]; readonly cursor: IndexCursor } | { readonly blocks?: undefined }
export type IndexAnswer =
  { readonly ok: true; readonly cursor: IndexCursor } | { readonly ok: false; readonly name: string; readonly message: string }

/** Asked one question at a time, as the indexer does. */
export class ThreadIndexStore implements IndexStore {
  readonly #worker: Worker
  #waiting: { readonly resolve: (cursor: IndexCursor) => void; readonly reject: (error: unknown) => void } | undefined

  /** A thread needs compiled code: not to be used where the sources run as they are. */
  constructor(data: IndexThreadData, onFault: (error: unknown) => void) {
    this.#worker = new Worker(new URL('./index-thread.js', import.meta.url), { workerData: data })
    this.#worker.on('message', (answer: IndexAnswer) => this.#answered(answer))
    this.#worker.on('error', onFault)
    this.#worker.unref()
  }

  cursor(): Promise<IndexCursor> {
    return this.#ask({})
  }

  add(blocks: readonly BlockToIndex[], cursor: IndexCursor): Promise<IndexCursor> {
    // what else the caller holds of a block stays with it
    const plain = blocks.map(({ stored, ids, spent }) => ({ stored, ...(ids && { ids }), ...(spent && { spent }) }))
    return this.#ask({ blocks: plain, cursor })
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }

  #ask(question: IndexQuestion): Promise<IndexCursor> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#worker.postMessage(question, [])
    })
  }

  #answered(answer: IndexAnswer): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (answer.ok) waiting?.resolve(answer.cursor)
    else
      waiting?.reject(answer.name === 'InvariantViolation' ? new InvariantViolation(answer.message) : new Error(answer.message))
  }
}
