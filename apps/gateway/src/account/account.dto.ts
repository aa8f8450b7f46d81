// Accounts of a ledger: who controls them, what they hold.
import { IsIn, IsOptional } from 'class-validator'
import { Address, Amount, AssetCode, Cursor, Hex, SignedAmount, Timestamp, TypedId, WholeQuery } from '../edge/fields.js'
import { KeySetDto, PolicyDto, RecoveryTermsDto } from '../edge/value.dto.js'

/** New keys that authorities proposed, while the current ones can still cancel. */
export class PendingRecoveryDto {
  keys: KeySetDto
  @Timestamp() proposedAt: string
  /** From this ledger time on anyone may finalise. */
  @Timestamp() end: string
}

/** Recovery terms that wait. */
export class PendingChangeDto {
  terms: RecoveryTermsDto
  /** They are in force once a block of this ledger time or later has closed. */
  @Timestamp() from: string
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
  /** Who may recover the account now, where that is no longer what its first policy says. */
  terms?: RecoveryTermsDto
  change?: PendingChangeDto
}

/** What went out of an account in the hours that count. */
export class CountedDto {
  @AssetCode() asset: string
  @Amount() amount: string
}

/** How an account stands under the rules of its ledger. */
export class StandingDto {
  @Address() account: string
  /** How well its owner is known, 0 to 7, as the registrar last said. */
  tier: number
  /** Sequence number of the registrar's next word on it. */
  tierSequence: number
  /** Codes of the assets for which this very account is frozen. */
  frozen: string[]
  /** What counts now against limits per day, of the assets that have one. */
  counted: CountedDto[]
  /** Version of the rulebook in force. */
  rulebook: number
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
