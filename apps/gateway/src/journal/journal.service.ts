// Asks a ledger for its journal.
import { type WirePosting, ledgerCheckIndex, ledgerJournal } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import { addressOf } from '../edge/address.js'
import { mapped, optional } from '../edge/optional.js'
import { timestamp } from '../edge/time.js'
import { PAGE_ROWS } from '../edge/value.view.js'
import { Hub } from '../hub/hub.js'
import type { IndexCheckDto, IndexCheckQuery, JournalDto, JournalQuery, PostingDto } from './journal.dto.js'

@Injectable()
export class JournalService {
  constructor(private readonly hub: Hub) {}

  async journal(ledger: string, { limit = PAGE_ROWS, ...bounds }: JournalQuery): Promise<JournalDto> {
    const { from, to, entries, next } = await this.hub.askLedger(ledger, ledgerJournal, { limit, ...bounds })
    const items = entries.map((entry) => ({ ...entry, time: timestamp(entry.time), postings: entry.postings.map(postingView) }))
    return { from, to, entries: items, ...optional('next', next) }
  }

  checkIndex(ledger: string, { from = 1, limit = PAGE_ROWS }: IndexCheckQuery): Promise<IndexCheckDto> {
    return this.hub.askLedger(ledger, ledgerCheckIndex, { from, limit })
  }
}

const postingView = ({ part, account, asset, amount }: WirePosting): PostingDto => ({
  part,
  ...optional('account', mapped(account, addressOf)),
  asset,
  amount,
})
