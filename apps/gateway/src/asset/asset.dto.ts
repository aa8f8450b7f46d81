// Assets of a ledger.
import { Address, Amount, AssetCode } from '../edge/fields.js'

/** What an issuer may do with coins of others; fixed at registration. */
export class AssetPowersDto {
  freeze: boolean
  clawback: boolean
}

/** An asset that is registered on a ledger. */
export class AssetDto {
  @AssetCode() asset: string
  /** Decimals that people see; amounts are always base units. */
  scale: number
  @Amount() maxSupply: string
  @Address() issuer: string
  powers: AssetPowersDto
  @Amount() issued: string
  @Amount() burnt: string
  /** Next sequence number of an issue. */
  sequence: number
}

/** Every asset of a ledger. */
export class AssetListDto {
  items: AssetDto[]
}
