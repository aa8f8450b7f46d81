// Offers of liquidity providers.
import { IsIn } from 'class-validator'
import { Address, Amount, Part, PositiveAmount, Timestamp, TypedId } from '../edge/fields.js'
import { SignedStatementDto, TokenDto } from '../edge/value.dto.js'

export class CreateOfferDto {
  @TypedId('pty') provider: string
  /** The `offer` statement, signed by a key of the provider's own account. */
  @Part(() => SignedStatementDto) offer: SignedStatementDto
}

/** Pauses or resumes an offer. A pause stops new deals only. */
export class SetOfferStateDto {
  @IsIn(['active', 'paused']) state: 'active' | 'paused'
}

/** A provider gives `numerator` base units of `sell` for `denominator` base units of `buy`. */
export class OfferDto {
  @TypedId('off') id: string
  @TypedId('pty') provider: string
  /** Managed account that pays and is paid. */
  @Address() liquidity: string
  sell: TokenDto
  buy: TokenDto
  @Amount() numerator: string
  @Amount() denominator: string
  /** Least of one deal, in units of `sell`. */
  @Amount() min: string
  /** Most of one deal, in units of `sell`. */
  @Amount() max: string
  /** Most of all deals together, in units of `sell`. */
  @PositiveAmount() inventory: string
  /** Held for open quotes. */
  @Amount() reserved: string
  /** Locked or paid in deals. */
  @Amount() used: string
  /** Below this, in units of `sell`, an alarm is raised: event `offer.low_water`. */
  @Amount() lowWater: string
  isLow: boolean
  @Timestamp() expiresAt: string
  state: 'active' | 'paused' | 'exhausted' | 'expired'
  @Timestamp() createdAt: string
}

export class OfferPageDto {
  items: OfferDto[]
  next?: string
}
