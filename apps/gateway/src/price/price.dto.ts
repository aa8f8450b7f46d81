// Indicative prices: what active offers would give, without any promise.
import { IsIn, IsOptional } from 'class-validator'
import { Amount, AssetCode, LedgerName, PositiveAmount, TypedId } from '../edge/fields.js'
import { MoneyDto } from '../edge/value.dto.js'

/** A pair, and how much of one side. */
export class PriceQuery {
  @LedgerName() giveLedger: string
  @AssetCode() giveAsset: string
  @LedgerName() takeLedger: string
  @AssetCode() takeAsset: string
  /** Which amount is fixed; send if absent. */
  @IsOptional() @IsIn(['send', 'receive']) fixed?: 'send' | 'receive'
  /** Base units of the fixed side. */
  @PositiveAmount() amount: string
}

/** What one active offer would do for the pair and amount. Fees of the hub come on top and stand in a quote. */
export class PriceDto {
  @TypedId('off') offer: string
  @TypedId('pty') provider: string
  give: MoneyDto
  take: MoneyDto
  /** `numerator` units of `take` for `denominator` units of `give`. */
  @Amount() numerator: string
  @Amount() denominator: string
}

/** Best first. */
export class PriceListDto {
  items: PriceDto[]
}
