// Recovery of lost keys: authorities re-prove who somebody is, the old key can object, then new keys count. Coins never move.
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, Matches, Max, Min } from 'class-validator'
import { Address, Hex, LedgerName, Part, Parts, Timestamp, TypedId } from '../edge/fields.js'
import { KeySetDto, PolicyDto } from '../edge/value.dto.js'

/** The keys that are to control the account. */
export class NewKeysDto {
  /** Ed25519 public keys in hexadecimal, strictly ascending. */
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(16) @Matches(/^[0-9a-f]{64}$/, { each: true }) keys: string[]
  @IsInt() @Min(1) @Max(16) threshold: number
}

export class OpenRecoveryDto {
  @TypedId('pty') party: string
  @Address() account: string
  @Part(() => NewKeysDto) keys: NewKeysDto
}

/** One key's signature over the body of one ledger's leg. */
export class LegSignatureDto {
  @LedgerName() ledger: string
  /** Position of the key in the authority's current key set. */
  @IsInt() @Min(0) @Max(15) key: number
  @Hex(64) signature: string
}

export class ApproveRecoveryDto {
  /** The authority's account. */
  @Address() authority: string
  @IsArray() @ArrayMaxSize(64) @Parts(() => LegSignatureDto) signatures: LegSignatureDto[]
}

export class RecoveryApprovalDto {
  @Address() authority: string
  key: number
}

/** The proposal for one ledger, and what came of it. */
export class RecoveryLegDto {
  @LedgerName() ledger: string
  /** The transaction body that the authorities sign, in hexadecimal. */
  body: string
  approvals: RecoveryApprovalDto[]
  state: 'collecting' | 'proposed' | 'finalised' | 'cancelled' | 'lagging'
  /** From this ledger time on it can be finalised. */
  @Timestamp() end?: string
}

export class RecoveryDto {
  @TypedId('rcv') id: string
  @TypedId('pty') party: string
  @Address() account: string
  policy: PolicyDto
  keys: KeySetDto
  state: 'OPENED' | 'APPROVED' | 'PROPOSED' | 'FINALISED' | 'CANCELLED' | 'REJECTED'
  legs: RecoveryLegDto[]
  @Timestamp() createdAt: string
  version: number
}
