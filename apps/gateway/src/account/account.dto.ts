// Accounts of a ledger: who controls them, what they hold.
import { IsIn, IsOptional } from 'class-validator'
import { Address, Amount, AssetCode, Cursor, Hex, SignedAmount, Timestamp, TypedId, WholeQuery } from '../edge/fields.js'
import { KeySetDto, PolicyDto } from '../edge/value.dto.js'

/** New keys that authorities proposed, while the current ones can still cancel. */
export class PendingRecoveryDto {
  keys: KeySetDto
  @Timestamp() proposedAt: string
  /** From this ledger time on anyone may finalise. */
  @Timestamp() end: string
}

/** An account that is open on a ledger. */
export class AccountDto {
  @Address() account: string
  /** As first opened; its hash is the address. */
  policy: PolicyDto
  /** Keys that sign for it now. */
  current: KeySetDto
  /** Next sequence number of an operation on the account. */
  sequence: number
  recovery?: PendingRecoveryDto
}

/** Which coins of an account. */
export class CoinQuery {
  @IsOptional() @AssetCode() asset?: string
  /** `own`: spendable by its keys alone. `named`: every lock that names it in any role too. Own if absent. */
  @IsOptional() @IsIn(['own', 'named']) relation?: 'own' | 'named'
  /** `next` of the page before. */
  @IsOptional() @Hex(32) after?: string
  /** Rows of the page; 50 if absent. */
  @IsOptional() @WholeQuery(1, 200) limit?: number
}

/** As of when. */
export class BalanceQuery {
  /** As of the end of this block; absent: now. */
  @IsOptional() @WholeQuery(0, 281_474_976_710_656) height?: number
}

/** What an account holds of one asset. */
export class BalanceDto {
  @AssetCode() asset: string
  @Amount() available: string
  /** In hash locks and escrows that return to the account if nothing else happens, and in its time locks. */
  @Amount() locked: string
  @Amount() total: string
}

/** What an account holds, at a height. */
export class BalanceListDto {
  height: number
  items: BalanceDto[]
}

/** Which part of an account's past. */
export class StatementQuery {
  @IsOptional() @AssetCode() asset?: string
  /** First height; 1 if absent. */
  @IsOptional() @WholeQuery(1, 281_474_976_710_656) from?: number
  /** Last height; the last durable one if absent. */
  @IsOptional() @WholeQuery(0, 281_474_976_710_656) to?: number
  /** Instead of `from`: the first block of this time or later. */
  @IsOptional() @Timestamp() since?: number
  /** Instead of `to`: the last block before this time. */
  @IsOptional() @Timestamp() until?: number
  /** `next` of the page before, with the same bounds (best by height: `from` and `to` of the first page). */
  @IsOptional() @Cursor() after?: string
  /** Entries of the page; 50 if absent. */
  @IsOptional() @WholeQuery(1, 200) limit?: number
}

/** How one balance changed, and what it was after that. */
export class ChangeDto {
  @AssetCode() asset: string
  @SignedAmount() available: string
  @SignedAmount() locked: string
  @Amount() availableAfter: string
  @Amount() lockedAfter: string
}

/** A transaction that changed balances, or the moment at which time locks opened. */
export class StatementEntryDto {
  height: number
  @Timestamp() time: string
  /** Absent where time locks opened: money that was locked became available without a transaction. */
  @Hex(32) transaction?: string
  /** Position of the transaction in its block. */
  index?: number
  changes: ChangeDto[]
}

/** A page of a statement: the closing of one page is the opening of the next. */
export class StatementDto {
  /** First and last height of the whole statement. */
  from: number
  to: number
  /** Before the first entry of this page. */
  opening: BalanceDto[]
  entries: StatementEntryDto[]
  /** After the last entry of this page. */
  closing: BalanceDto[]
  /** Goes into `after` of the next page; absent on the last. */
  next?: string
}

/** The party that an account is bound to. */
export class AccountPartyDto {
  @TypedId('pty') party: string
}
