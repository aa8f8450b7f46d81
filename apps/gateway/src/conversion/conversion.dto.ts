// Conversions: two hash-locked legs between a payer and a provider.
import { IsIn, IsOptional } from 'class-validator'
import { LegDto } from '../edge/leg.dto.js'
import { Address, Hex, Timestamp, TypedId } from '../edge/fields.js'
import { DealDto } from '../edge/value.dto.js'

export class CreateConversionDto {
  @TypedId('qte') quote: string
  /** SHA-256 of the payer's 32-byte secret; never used in another deal. */
  @Hex(32) hash: string
  /** The payer's account on the ledger it gives on: gets the money back if nothing comes of it. */
  @Address() giveAccount: string
  /** The payer's account on the ledger it takes on. */
  @Address() takeAccount: string
  /** The function that `hash` was made with. All ledgers know SHA-256 of the secret's raw bytes; another is refused. */
  @IsOptional() @IsIn(['sha-256']) hashFunction?: 'sha-256'
}

export class ConversionDto extends DealDto {
  @TypedId('cnv') id: string
  @TypedId('qte') quote: string
  @TypedId('pty') payer: string
  @TypedId('pty') provider: string
  @Hex(32) hash: string
  /** From the payer to the provider. */
  legA: LegDto
  /** From the provider to the payer. */
  legB: LegDto
  /** Legs between providers, in order, if the quote goes through other tokens. */
  between?: LegDto[]
  /** Leg A must be final before this, or the rate is void. */
  @Timestamp() lockBefore: string
  /** No first reveal after this, in leg B's ledger time. */
  @Timestamp() lastSafeReveal?: string
}

export class ConversionPageDto {
  items: ConversionDto[]
  next?: string
}
