// The processes behind the gateway, by the names they answer to on the bus.
import { Injectable } from '@nestjs/common'
import { Hub } from '../hub/hub.js'
import { Problem } from '../problem/problem.js'

const SERVICES = ['identity', 'custody', 'settlement', 'auditor'] as const

@Injectable()
export class Services {
  constructor(private readonly hub: Hub) {}

  /** Names of all of them; without the ledgers while nobody has told us their names yet. */
  async names(): Promise<readonly string[]> {
    return [...SERVICES, ...(await this.#ledgers()).map((ledger) => `ledger-${ledger}`)]
  }

  async #ledgers(): Promise<readonly string[]> {
    try {
      return await this.hub.ledgers()
    } catch (error) {
      if (error instanceof Problem) return []
      throw error
    }
  }
}
