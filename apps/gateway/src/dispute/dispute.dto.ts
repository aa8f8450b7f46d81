// Disputes over milestones.
import { IsInt, IsOptional, Max, Min } from 'class-validator'
import { Amount, Hex, Part, PlainText, Timestamp, TypedId } from '../edge/fields.js'
import { DealDto, SignedStatementDto } from '../edge/value.dto.js'

export class OpenDisputeDto {
  @TypedId('ord') order: string
  @IsInt() @Min(0) @Max(65_535) milestone: number
  @TypedId('pty') party: string
  /** What is wrong, in words. */
  @PlainText(2000) claim: string
  /** `approval` statement (subject `dispute`) over order and milestone, by a key of the party's account. */
  @Part(() => SignedStatementDto) opened: SignedStatementDto
}

export class SayInDisputeDto {
  @PlainText(4000) text: string
  /** SHA-256 of a file that belongs to the message. */
  @IsOptional() @Hex(32) evidenceHash?: string
}

export class RuleDisputeDto {
  /** Base units of the settle token to the merchant, before the fee; the rest goes to the buyer. */
  @Amount() toMerchant: string
  @PlainText(4000) reasons: string
}

export class SignRulingDto {
  /** Signature over the ruling's body. */
  @Part(() => SignedStatementDto) signed: SignedStatementDto
}

export class DisputeMessageDto {
  @Timestamp() at: string
  party: string
  text: string
  @Hex(32) evidenceHash?: string
}

export class DisputeOfferDto {
  @Timestamp() at: string
  party: string
  @Amount() toMerchant: string
  state: string
}

/** A ruling: proposed by one operator, in force once a second one has signed the same body. */
export class RulingDto {
  outcome: 'release' | 'refund' | 'split'
  @Amount() toMerchant: string
  reasons: string
  /** The ruling statement over all legs, in hexadecimal. */
  body: string
  @Hex(32) hash: string
  /** Operators that have signed. */
  signedBy: string[]
  /** Transaction that wrote the hash into the ledger. */
  @Hex(32) anchoredBy?: string
}

export class DisputeDto extends DealDto {
  @TypedId('dsp') id: string
  @TypedId('ord') order: string
  milestone: number
  @TypedId('pty') openedBy: string
  claim: string
  messages: DisputeMessageDto[]
  offers: DisputeOfferDto[]
  ruling?: RulingDto
}

export class DisputePageDto {
  items: DisputeDto[]
  next?: string
}
