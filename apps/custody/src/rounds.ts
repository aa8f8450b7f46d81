// What custody does by itself: opens its accounts on ledgers as they come up, and recognises dead and final transactions.
import { faultFields, log } from '@huitong/platform'
import type { OnApplicationShutdown } from '@nestjs/common'
import type { Opener } from './account/opener.js'
import type { Settler } from './signed/settler.js'

const OPENING_MS = 500
const SETTLING_MS = 2_000

export class Rounds implements OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(
    private readonly ledgers: readonly string[],
    private readonly opener: Opener,
    private readonly settler: Settler,
  ) {}

  start(): void {
    void this.#round()
  }

  onApplicationShutdown(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  /** One at a time; the next begins when this one has ended. */
  async #round(): Promise<void> {
    try {
      if (!this.opener.isDone) await this.opener.round()
      for (const ledger of this.ledgers) await this.settler.settle(ledger)
    } catch (error) {
      log.warn('custody.round.failed', faultFields(error))
    }
    if (this.#isStopped) return
    this.#timer = setTimeout(() => void this.#round(), this.opener.isDone ? SETTLING_MS : OPENING_MS)
  }
}
