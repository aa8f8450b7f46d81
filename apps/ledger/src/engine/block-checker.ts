// The thread that checks stored blocks ahead of a long replay, seen from who replays. Only a shortcut: where it ends early, its user goes on alone.
import { Worker } from 'node:worker_threads'
import { log } from '@huitong/platform'
import type { DatabasePlace } from '../block/block-store.js'
import type { CheckRange, CheckedPage } from './checked-pages.js'

export interface CheckThreadData extends DatabasePlace, CheckRange {}

/** A page, or the end and what brought it about: `undefined` when all is checked. */
export type CheckAnswer = { readonly page: CheckedPage } | { readonly ended: string | undefined }

export class BlockChecker {
  readonly #worker: Worker
  readonly #arrived: CheckAnswer[] = []
  #wake: (() => void) | undefined

  /** Begins at once. A thread needs compiled code: not to be used where the sources run as they are. */
  constructor(data: CheckThreadData) {
    this.#worker = new Worker(new URL('./check-thread.js', import.meta.url), { workerData: data })
    this.#worker.on('message', (answer: CheckAnswer) => this.#arrive(answer))
    this.#worker.on('error', ({ message }) => this.#arrive({ ended: message }))
    this.#worker.on('exit', () => this.#arrive({ ended: 'the thread ended' }))
  }

  /** The pages in their order, as far as the thread comes. */
  async *pages(): AsyncGenerator<CheckedPage> {
    for (;;) {
      const answer = this.#arrived.shift()
      if (answer === undefined) await new Promise<void>((resolve) => (this.#wake = resolve))
      else if ('page' in answer) {
        yield answer.page
        this.#worker.postMessage('taken', [])
      } else {
        if (answer.ended !== undefined) log.warn('ledger.replay.alone', { reason: answer.ended })
        return
      }
    }
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }

  #arrive(answer: CheckAnswer): void {
    this.#arrived.push(answer)
    this.#wake?.()
  }
}
