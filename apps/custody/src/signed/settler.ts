// Recognises what became of signed transactions: dead once a later block than their validUntil is durable without them, final if they are in one.
import { log } from '@huitong/platform'
import type { Ledgers } from '../ledger/ledgers.js'
import type { Book, Signed } from './book.js'

export class Settler {
  constructor(
    private readonly ledgers: Ledgers,
    private readonly book: Book,
  ) {}

  /** Settles everything on a ledger whose validUntil has passed in final block time. A ledger that does not answer settles nothing. */
  async settle(ledger: string): Promise<void> {
    const head = await this.ledgers.head(ledger)
    if (!head.ok) return
    for (const signed of await this.book.due(ledger, head.value.final)) await this.#settle(signed)
  }

  /** The order matters: the head was read before, so a transaction that is not there now can never be included any more. */
  async #settle(signed: Signed): Promise<void> {
    const found = await this.ledgers.transaction(signed.ledger, signed.transaction)
    if (!found.ok) return
    const state = found.value === undefined ? 'dead' : 'final'
    await this.book.settle(signed.id, state)
    log.info('custody.signed.settled', { id: signed.id, kind: signed.kind, state })
  }
}
