// Proof of reserves: everything issued is somewhere.
import { Amount, AssetCode, LedgerName } from '../edge/fields.js'

/** Base units of one asset on one ledger, summed from the coins themselves. */
export class ReserveDto {
  @LedgerName() ledger: string
  @AssetCode() asset: string
  @Amount() issued: string
  @Amount() holders: string
  @Amount() escrow: string
  @Amount() hashLocks: string
  @Amount() fees: string
  @Amount() liquidity: string
  /** Issued less everything held: 0. */
  difference: string
}

export class ReserveListDto {
  items: ReserveDto[]
}
