// Small shapes that many resources share: tokens and amounts of them, signed statements, pages, the axes of every deal.
import { IsOptional, Matches, MaxLength } from 'class-validator'
import { Address, Amount, AssetCode, Hex, HexUpTo, LedgerName, Timestamp, Whole, WholeQuery } from './fields.js'

/** An asset of a ledger. */
export class TokenDto {
  @LedgerName() ledger: string
  @AssetCode() asset: string
}

/** Base units of an asset of a ledger. */
export class MoneyDto {
  @LedgerName() ledger: string
  @AssetCode() asset: string
  @Amount() amount: string
}

/** A statement in its canonical encoding with one signature over it (signing domain of the hub). */
export class SignedStatementDto {
  @HexUpTo(32 * 1024) body: string
  @Hex(32) publicKey: string
  @Hex(64) signature: string
}

/** Which part of a list: `after` is the `next` of the page before. */
export class PageQuery {
  @IsOptional() @MaxLength(40) after?: string
  /** Rows of the page; 50 if absent. */
  @IsOptional() @WholeQuery(1, 200) limit?: number
}

/** Which part of a list of deals. */
export class DealQuery extends PageQuery {
  /** Only those in this state. */
  @IsOptional() @MaxLength(32) state?: string
}

/** A write on a deal that is there. */
export abstract class OnDealDto {
  /** The version that the caller has seen and decided on: `version_stale` if the deal has changed since. Absent: as it is. */
  @IsOptional() @Whole(1, 2_147_483_647) version?: number
}

/** Which version of a deal. */
export class NewerQuery {
  /** The version that is known already: the answer waits up to 2.5 seconds for the next one, then it is what there is. */
  @IsOptional() @WholeQuery(0, 2_147_483_647) newerThan?: number
  /** With `newerThan`: states separated by commas, in which a version is let pass while the answer waits. Orders and disputes know none. */
  @IsOptional() @Matches(/^[A-Z_]{1,32}(,[A-Z_]{1,32}){0,15}$/) passing?: string
}

/** A deadline, and what happens by itself when it passes. */
export class DeadlineDto {
  /** In the time of `ledger`. */
  @Timestamp() at: string
  @LedgerName() ledger: string
  /** What happens then if nobody acts. */
  default: string
}

/** A coin on a ledger. */
export class CoinRefDto {
  @LedgerName() ledger: string
  @Hex(32) coordinate: string
}

/** Something unusual about a deal, beside its state: underpaid, overpaid, late, on hold, frozen. */
export class ExceptionDto {
  kind: string
  detail: string
  @Amount() amount?: string
  coin?: CoinRefDto
  /** What became of the coin: still locked, paid out by its secret, or back with its payer. */
  fate?: 'locked' | 'claimed' | 'returned'
  /** A locked coin returns to its payer from this time of its ledger on. */
  @Timestamp() returnsAt?: string
}

/** What every deal shows. */
export abstract class DealDto {
  state: string
  exceptions: ExceptionDto[]
  /** What the asking party may do now. */
  allowedActions: string[]
  nextDeadline?: DeadlineDto
  /** Grows with every change. */
  version: number
  @Timestamp() createdAt: string
}

/** Keys that control an account, and how many of them must sign. */
export class KeySetDto {
  /** Ed25519 public keys in hexadecimal, strictly ascending. */
  keys: string[]
  threshold: number
}

/** Who controls an account, as first opened: its hash is the address. */
export class PolicyDto extends KeySetDto {
  /** Addresses of the institutions that may propose new keys. */
  authorities: string[]
  /** How many of the authorities must sign a proposal; 0: no recovery. */
  quorum: number
  /** How long the current keys can cancel a proposal, in milliseconds. */
  delayMs: number
}

/** Who may recover an account, how many of them together, and how long its keys have to object. */
export class RecoveryTermsDto {
  /** Addresses. */
  authorities: string[]
  quorum: number
  delayMs: number
}

/** An account by address on a ledger. */
export class AccountOnLedgerDto {
  @LedgerName() ledger: string
  @Address() account: string
}
