// What custody reads from ledgers itself, before it signs anything. A port: tests bring simulated ledgers. Never trusts a copy that came with a request.
import type { AssetRules, KeySet, Condition, Transaction } from '@huitong/chain'
import type { AccountId, Amount, AssetCode, Bytes, ChainId, Coordinate, Result, Time, TxId } from '@huitong/primitives'

export interface LedgerHead {
  /** Pinned at first sight: a ledger that shows another genesis later is not answered for. */
  readonly chain: ChainId
  /** Time of the last durable block: the only time by which something *has passed*. */
  readonly final: Time
  /** Time that the next block would carry. */
  readonly now: Time
}

/** A coin of a durable block. */
export interface ReadCoin {
  readonly ledger: string
  readonly chain: ChainId
  readonly coordinate: Coordinate
  readonly asset: AssetCode
  readonly amount: Amount
  readonly condition: Condition
  /** Time of its block. */
  readonly at: Time
  readonly spentBy?: { readonly transaction: TxId; readonly input: number }
}

export interface ReadAccount {
  readonly current: KeySet
  /** What the next operation on it carries. */
  readonly sequence: number
  readonly isRecovering: boolean
}

export interface OwnCoin {
  readonly coordinate: Coordinate
  readonly amount: Amount
}

/** What a ledger's rulebook in force says of an asset, and whose asset it is. */
export interface ReadRules {
  readonly rules: AssetRules
  readonly issuer: AccountId
}

export type Read<T> = Result<T, 'ledger_unavailable'>

export type Sent =
  { readonly outcome: 'committed' } | { readonly outcome: 'refused'; readonly code: string } | { readonly outcome: 'unknown' }

export interface Ledgers {
  readonly names: readonly string[]
  head(ledger: string): Promise<Read<LedgerHead>>
  coin(ledger: string, coordinate: string): Promise<Read<ReadCoin | undefined>>
  account(ledger: string, account: AccountId): Promise<Read<ReadAccount | undefined>>
  /** Unspent coins that the account's keys alone can spend now, largest first; at most `limit`. */
  ownCoins(ledger: string, account: AccountId, asset: AssetCode): Promise<Read<readonly OwnCoin[]>>
  /** `undefined`: the asset moves freely. */
  rules(ledger: string, asset: AssetCode): Promise<Read<ReadRules | undefined>>
  /** A durable transaction. */
  transaction(ledger: string, id: TxId): Promise<Read<Transaction | undefined>>
  submit(ledger: string, transaction: Bytes): Promise<Sent>
}
