// Firm quotes: amounts, every fee, expiry, and the verdict of both rulebooks.
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator'
import { Address, Amount, AssetCode, LedgerName, Part, PositiveAmount, Timestamp, TypedId } from '../edge/fields.js'
import { MoneyDto, TokenDto } from '../edge/value.dto.js'

export class CreateQuoteDto {
  @TypedId('pty') payer: string
  /** What the payer gives. */
  @Part(() => TokenDto) give: TokenDto
  /** What is wanted for it. */
  @Part(() => TokenDto) take: TokenDto
  /** Which of the two amounts is fixed. */
  @IsIn(['send', 'receive']) fixed: 'send' | 'receive'
  /** Base units of `give` if `send` is fixed, of `take` if `receive` is. */
  @PositiveAmount() amount: string
  /** How many offers in a row may be taken where that is cheaper than one: 1 if absent. A quote for an order is direct. */
  @IsOptional() @IsInt() @Min(1) @Max(3) maxHops?: number
  /** The account that will pay. Needed where the ledger limits a day and the payer has several accounts there. */
  @IsOptional() @Address() giveAccount?: string
}

/** One offer on the way through other tokens. */
export class HopDto {
  @TypedId('off') offer: string
  @TypedId('pty') provider: string
  @Address() liquidity: string
  give: MoneyDto
  take: MoneyDto
}

/** One fee: what for, how much of which asset, to whom. `tax` is paid beside the lock, once, and stays paid if the lock returns. */
export class FeeDto {
  for: string
  @LedgerName() ledger: string
  @AssetCode() asset: string
  @Amount() amount: string
  @Address() to: string
}

/** What a rulebook says about one parameter of the deal. */
export class ComplianceDto {
  @LedgerName() ledger: string
  /** Version of the rulebook. */
  rulebook: number
  parameter: string
  verdict: 'pass' | 'fail'
  reason: string
}

/** A firm price with liquidity reserved for it, until it expires or is used. */
export class QuoteDto {
  @TypedId('qte') id: string
  @TypedId('pty') payer: string
  /** Whose limit for a day the quote keeps headroom under; the deal is paid from it. */
  @Address() giveAccount?: string
  @TypedId('off') offer: string
  @TypedId('pty') provider: string
  /** The provider's managed account: the other side of both legs. */
  @Address() liquidity: string
  give: MoneyDto
  take: MoneyDto
  fees: FeeDto[]
  /** How odd units were rounded, and for whom. */
  rounding: string
  @Amount() numerator: string
  @Amount() denominator: string
  /** Every hop, first to last, if there is more than one; offer, provider and liquidity are then the first hop's. */
  path?: HopDto[]
  @Timestamp() expiresAt: string
  state: 'open' | 'used' | 'expired'
  compliance: ComplianceDto[]
}
