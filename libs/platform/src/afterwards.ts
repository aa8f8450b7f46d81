// Work that follows a commit and is no part of it: told of by a mark on the transaction, done soon after for many transactions at once. What a lost
// mark or a killed process left is found by looking again. Nothing may be acknowledged on the strength of it.
import type { DataSource, EntitySubscriberInterface, TransactionCommitEvent } from 'typeorm'
import { faultFields, log } from './log.js'

export interface AfterwardsOptions {
  readonly name: string
  /** Name of the mark in the data of a transaction's runner. */
  readonly flag: string
  /** How long after the first mark the work begins, in milliseconds. */
  readonly gatherMs: number
  /** Does everything that is there to be done; runs never overlap in one process. */
  readonly work: () => Promise<void>
}

/** Marks may be lost (another process, a kill): look without one as well. */
const LOOK_MS = 2_000

export class Afterwards {
  readonly #subscriber: EntitySubscriberInterface
  #timer: NodeJS.Timeout | undefined
  #dueAt = Number.POSITIVE_INFINITY
  #running: Promise<void> | undefined
  #isStarted = false

  constructor(
    private readonly database: DataSource,
    private readonly options: AfterwardsOptions,
  ) {
    this.#subscriber = {
      afterTransactionCommit: (event: TransactionCommitEvent) => {
        if (event.queryRunner.data[options.flag] === true) this.#within(options.gatherMs)
      },
    }
  }

  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.database.subscribers.push(this.#subscriber)
    this.#within(0)
  }

  /** Does what is left, then no more. */
  async stop(): Promise<void> {
    if (!this.#isStarted) return
    this.#isStarted = false
    clearTimeout(this.#timer)
    const at = this.database.subscribers.indexOf(this.#subscriber)
    if (at >= 0) this.database.subscribers.splice(at, 1)
    await this.#running
    await this.#work()
  }

  #within(milliseconds: number): void {
    const at = performance.now() + milliseconds
    if (!this.#isStarted || at >= this.#dueAt) return
    this.#dueAt = at
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#begin(), milliseconds)
    this.#timer.unref()
  }

  #begin(): void {
    this.#dueAt = Number.POSITIVE_INFINITY
    // a mark that comes while the work runs sets the timer again: it may be of a commit that this run did not see
    const running = (this.#running ?? Promise.resolve()).then(() => this.#work())
    this.#running = running
    void running.then(() => {
      if (this.#running === running) this.#running = undefined
      this.#within(LOOK_MS)
    })
  }

  async #work(): Promise<void> {
    try {
      await this.options.work()
    } catch (error) {
      log.warn('afterwards.failed', { work: this.options.name, ...faultFields(error) })
    }
  }
}
