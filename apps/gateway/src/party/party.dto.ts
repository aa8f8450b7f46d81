// Parties and the accounts bound to them.
import { IsEmail, IsIn, IsOptional, Matches, MaxLength } from 'class-validator'
import { ApiKeyDto } from '../api-key/api-key.dto.js'
import { Address, LedgerName, Part, PlainText, Timestamp, TypedId } from '../edge/fields.js'
import { AccountOnLedgerDto, SignedStatementDto } from '../edge/value.dto.js'

export class CreatePartyDto {
  @IsIn(['natural', 'legal']) kind: 'natural' | 'legal'
  /** Shown to counterparties. */
  @PlainText(100) displayName: string
  /** Kept encrypted with a key of its own, erasable. */
  @IsOptional() @PlainText(200) legalName?: string
  /** Kept encrypted with a key of its own, erasable. */
  @IsOptional() @IsEmail() @MaxLength(254) email?: string
  /** ISO 3166 code of two letters. */
  @IsOptional() @Matches(/^[A-Z]{2}$/) jurisdiction?: string
}

export class BindAccountDto {
  @LedgerName() ledger: string
  @Address() account: string
  /** Approval statement `bind` over hub, party, chain and account, signed by a current key of the account. */
  @Part(() => SignedStatementDto) proof: SignedStatementDto
}

/** An account bound to a party. */
export class BoundAccountDto extends AccountOnLedgerDto {
  @Timestamp() boundAt: string
}

/** A natural or legal person. */
export class PartyDto {
  @TypedId('pty') id: string
  kind: 'natural' | 'legal'
  displayName: string
  jurisdiction?: string
  @Timestamp() createdAt: string
  accounts: BoundAccountDto[]
  /** Its first API key, in the answer to creation only. */
  apiKey?: ApiKeyDto
}

/** Personal data of a party, for itself and people on duty. Every look is on the audit log. */
export class PersonDto {
  legalName?: string
  email?: string
}
