// Assets of a ledger.
import { IsOptional } from 'class-validator'
import { Address, Amount, AssetCode, Hex, WholeQuery } from '../edge/fields.js'

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
  /** Next sequence number of an operation on the asset. */
  sequence: number
  /** True while the asset as a whole is frozen, whoever holds it. */
  frozen: boolean
}

/** Which part of the list. */
export class FreezeQuery {
  /** `next` of the page before. */
  @IsOptional() @Hex(32) after?: string
  /** Rows of the page; 50 if absent. */
  @IsOptional() @WholeQuery(1, 200) limit?: number
}

/** Whose signatures count for nothing on coins of an asset. */
export class FreezeListDto {
  /** The asset as a whole: everybody's. */
  frozen: boolean
  /** Addresses of frozen accounts, in the order in which they were opened. */
  items: string[]
  next?: string
}

/** Every asset of a ledger. */
export class AssetListDto {
  items: AssetDto[]
}
