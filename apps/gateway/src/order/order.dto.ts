// What orders in escrow show.
import { ConditionDto } from '../coin/condition.dto.js'
import { LegDto } from '../edge/leg.dto.js'
import { Address, Amount, AssetCode, Hex, LedgerName, Timestamp, TypedId } from '../edge/fields.js'
import { DealDto, DeadlineDto, MoneyDto } from '../edge/value.dto.js'

/** Money that goes back: part of a milestone, or a coin that is no leg's (surplus, late, second payment), in any state of the order. */
export class RefundDto {
  id: string
  /** Absent: of no milestone. */
  milestone?: number
  reason: string
  @LedgerName() ledger: string
  @AssetCode() asset: string
  @Amount() amount: string
  /** What the coin of an announced surplus must be locked under, byte for byte. */
  condition?: ConditionDto
  @Hex(32) coordinate?: string
  /** `expected`: announced, no coin yet. `requested`, `declined`: asked by one side. `pending`: owed to the payer. `final`: in its hands. `superseded`: it was paid out another way. */
  state: 'expected' | 'requested' | 'declined' | 'pending' | 'final' | 'superseded'
  @Hex(32) transaction?: string
}

/** What is still to be paid where coins wait for the rest of the amount, and what the coin that pays it must be locked under. */
export class RestDto {
  @Amount() amount: string
  condition: ConditionDto
}

/** One merchant's part. Always: released + refunded + fees + remaining = funded. */
export class MilestoneDto {
  /** Position in the order, from 0. */
  milestone: number
  @TypedId('pty') merchant: string
  state: string
  /** What the merchant gets, before the fee. */
  settle: MoneyDto
  /** What the buyer pays. */
  pay: MoneyDto
  /** In the settle token. */
  @Amount() fee: string
  @Address() feeTo: string
  /** Who exchanges, where the two tokens differ. */
  @TypedId('pty') provider?: string
  @Hex(32) deliveryHash?: string
  inspectionMs?: number
  /** The buyer's coin counts only if its block's time is earlier. */
  @Timestamp() fundBy: string
  @Timestamp() shipBy: string
  @Timestamp() deadline: string
  @Timestamp() latest: string
  @Amount() funded: string
  @Amount() released: string
  @Amount() refunded: string
  @Amount() fees: string
  @Amount() remaining: string
  /** `direct`, several if several coins add up to the amount, or `pay` (buyer to provider) and `settle` (provider to merchant). */
  legs: LegDto[]
  rest?: RestDto
  @TypedId('dsp') dispute?: string
  allowedActions: string[]
  nextDeadline?: DeadlineDto
}

export class OrderDto extends DealDto {
  @TypedId('ord') id: string
  /** 16 bytes in hexadecimal, as the ledgers' conditions name it. */
  @Hex(16) order: string
  @TypedId('pty') buyer: string
  @Address() payer: string
  @Address() arbiter: string
  /** Canonical text of the terms. */
  terms: string
  /** Its SHA-256, which both sides sign. */
  @Hex(32) termsHash: string
  /** Canonical text behind the terms' `details` hash: items, tendered and listed amounts, reference. */
  details: string
  /** Everybody agrees before this time. */
  @Timestamp() agreeBy: string
  /** Parties that have agreed. */
  agreedBy: string[]
  milestones: MilestoneDto[]
  refunds: RefundDto[]
  reference?: string
}

export class OrderPageDto {
  items: OrderDto[]
  next?: string
}

/** A split of a milestone by consent: both sides sign one body, then the arbiter executes it on every leg. */
export class SplitDto {
  @TypedId('ord') order: string
  milestone: number
  /** Base units of the settle token to the merchant, before the fee. */
  @Amount() toMerchant: string
  /** The ruling statement's body over all legs, in hexadecimal, to be signed. */
  body: string
  /** Parties that have signed. */
  signedBy: string[]
  state: 'collecting' | 'executing' | 'executed' | 'void'
}
