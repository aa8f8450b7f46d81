// The managed account behind a provider's offers.
import { Address, TypedId } from '../edge/fields.js'

export class OpenLiquidityDto {
  @TypedId('pty') provider: string
  /** The provider's own account, the only one that withdrawals go to. */
  @Address() owner: string
}

/** The managed account behind a provider's offers. Deposits are plain payments to it. */
export class LiquidityDto {
  @TypedId('pty') provider: string
  @Address() account: string
  @Address() owner: string
  /** Ledgers on which it is open. */
  ledgers: string[]
}
