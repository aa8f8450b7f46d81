// What identity asks of ledgers: facts about accounts, the time, and to take a transaction. A port, so that tests bring their own ledgers.
import type { WireAccount } from '@huitong/contracts'
import type { Bytes, ChainId, Result, Time } from '@huitong/primitives'

export interface LedgerTime {
  readonly chain: ChainId
  /** Time of the last durable block: the only time by which a deadline has passed. */
  readonly final: Time
  /** Time that the next block would carry. */
  readonly now: Time
}

/** What became of a transaction that was sent. `unknown`: send the same bytes again. */
export type Sent =
  { readonly outcome: 'committed' } | { readonly outcome: 'refused'; readonly code: string } | { readonly outcome: 'unknown' }

export interface Ledgers {
  /** Names of all ledgers of the hub. */
  readonly names: readonly string[]
  time(ledger: string): Promise<Result<LedgerTime, 'ledger_unknown' | 'ledger_unavailable'>>
  account(
    ledger: string,
    account: string,
  ): Promise<Result<WireAccount, 'account_unknown' | 'ledger_unknown' | 'ledger_unavailable'>>
  isCommitted(ledger: string, transaction: string): Promise<Result<boolean, 'ledger_unknown' | 'ledger_unavailable'>>
  submit(ledger: string, transaction: Bytes): Promise<Sent>
}

/** Thrown inside a unit of work when a ledger cannot be asked: nothing is kept, the caller may try again. */
export class LedgerAway extends Error {
  override readonly name = 'LedgerAway'
}
