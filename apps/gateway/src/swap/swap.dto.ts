// Swaps: two hash-locked legs between two parties.
import { IsIn, IsOptional } from 'class-validator'
import { LegDto } from '../edge/leg.dto.js'
import { Address, Hex, Milliseconds, Part, PositiveAmount, Timestamp, TypedId } from '../edge/fields.js'
import { DealDto, OnDealDto, TokenDto } from '../edge/value.dto.js'

export class CreateSwapDto {
  @TypedId('pty') initiator: string
  @TypedId('pty') counterparty: string
  /** What the initiator gives. */
  @Part(() => TokenDto) give: TokenDto
  @PositiveAmount() giveAmount: string
  /** What the initiator gets. */
  @Part(() => TokenDto) take: TokenDto
  @PositiveAmount() takeAmount: string
  /** SHA-256 of the initiator's 32-byte secret; never used in another deal. */
  @Hex(32) hash: string
  /** Initiator's account on the ledger it gives on. */
  @Address() giveAccount: string
  /** Initiator's account on the ledger it takes on. */
  @Address() takeAccount: string
  /** How long the counterparty may take to accept. */
  @IsOptional() @Milliseconds() acceptWithinMs?: number
  /** The function that `hash` was made with. All ledgers know SHA-256 of the secret's raw bytes; another is refused. */
  @IsOptional() @IsIn(['sha-256']) hashFunction?: 'sha-256'
}

export class AcceptSwapDto extends OnDealDto {
  /** Counterparty's account on the ledger it gives on (leg B). */
  @Address() giveAccount: string
  /** Counterparty's account on the ledger it takes on (leg A). */
  @Address() takeAccount: string
}

export class CancelSwapDto extends OnDealDto {}

export class SwapDto extends DealDto {
  @TypedId('swp') id: string
  @TypedId('pty') initiator: string
  @TypedId('pty') counterparty: string
  @Hex(32) hash: string
  /** From the initiator to the counterparty. */
  legA: LegDto
  /** From the counterparty to the initiator. */
  legB: LegDto
  @Timestamp() lockABefore?: string
  @Timestamp() lockBBefore?: string
  /** No first reveal after this, in leg B's ledger time. */
  @Timestamp() lastSafeReveal?: string
}

export class SwapPageDto {
  items: SwapDto[]
  next?: string
}
