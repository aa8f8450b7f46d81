// What is asked of orders in escrow.
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator'
import { Address, Amount, Hex, Milliseconds, Part, Parts, PlainText, PositiveAmount, Timestamp, TypedId } from '../edge/fields.js'
import { OnDealDto, SignedStatementDto, TokenDto } from '../edge/value.dto.js'

export class OrderItemDto {
  @PlainText(200) name: string
  @IsInt() @Min(1) @Max(1_000_000) quantity: number
  /** Base units of the milestone's settle token, for all of them together. */
  @Amount() amount: string
}

/**
 * What a coin of another amount, or a late one, counts for: it is the leg as it is (`accept`), waits for the rest (`top-up`), stays in escrow until
 * the merchant decides (`hold`), or (absent, `refund`) goes back to its payer.
 */
export class PaymentPolicyDto {
  @IsOptional() @IsIn(['accept', 'refund', 'hold', 'top-up']) under?: 'accept' | 'refund' | 'hold' | 'top-up'
  @IsOptional() @IsIn(['accept', 'refund', 'hold']) over?: 'accept' | 'refund' | 'hold'
  /** Until shipping is due. */
  @IsOptional() @IsIn(['accept', 'refund', 'hold']) late?: 'accept' | 'refund' | 'hold'
}

/** One merchant's part of an order: one escrow coin, or a pair of them if it is paid in another token than the merchant is. */
export class MilestoneTermsDto {
  @TypedId('pty') merchant: string
  /** The merchant's account. */
  @Address() payee: string
  /** What the merchant is to get, before the fee. */
  @Part(() => TokenDto) settle: TokenDto
  @PositiveAmount() amount: string
  /** Present where the buyer pays another token: an open quote with fixed receive of exactly `amount` of `settle`. */
  @IsOptional() @TypedId('qte') quote?: string
  /** Either the hash of a delivery code … */
  @IsOptional() @Hex(32) deliveryHash?: string
  /** … or an inspection window after a carrier's signature, in milliseconds. */
  @IsOptional() @Milliseconds() inspectionMs?: number
  @Timestamp() shipBy: number
  @Timestamp() deadline: number
  @Timestamp() latest: number
  @IsArray() @ArrayMaxSize(100) @Parts(() => OrderItemDto) items: OrderItemDto[]
  /** Not where the buyer pays another token. */
  @IsOptional() @Part(() => PaymentPolicyDto) payment?: PaymentPolicyDto
}

/** An amount of a token. */
export class TenderedDto {
  @Part(() => TokenDto) token: TokenDto
  @Amount() amount: string
}

export class CreateOrderDto {
  @TypedId('pty') buyer: string
  /** The buyer's account: pays and is refunded. The same address may be open on several ledgers. */
  @Address() payer: string
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(32) @Parts(() => MilestoneTermsDto) milestones: MilestoneTermsDto[]
  /** What the buyer says it will pay in all, per token, if that differs from the milestones' sum: a surplus is refunded. */
  @IsOptional() @IsArray() @ArrayMaxSize(4) @Parts(() => TenderedDto) tendered?: TenderedDto[]
  /** What the goods cost by their list, if the milestones' sum is below it: a shortage that the merchants accept by agreeing. */
  @IsOptional() @IsArray() @ArrayMaxSize(4) @Parts(() => TenderedDto) listed?: TenderedDto[]
  /** The caller's own number of the order. */
  @IsOptional() @PlainText(200) reference?: string
}

export class AgreeOrderDto extends OnDealDto {
  /** Who agrees: the buyer, or one merchant. */
  @TypedId('pty') party: string
  /** `approval` statement (subject `terms`) over the terms hash. */
  @Part(() => SignedStatementDto) approval: SignedStatementDto
}

export class ShipOrderDto extends OnDealDto {
  @IsInt() @Min(0) @Max(65_535) milestone: number
  @IsOptional() @PlainText(100) tracking?: string
}

export class DeliveredOrderDto extends OnDealDto {
  @IsInt() @Min(0) @Max(65_535) milestone: number
  /** A registered carrier's `delivered` statement. */
  @Part(() => SignedStatementDto) delivered: SignedStatementDto
}

export class SplitOrderDto extends OnDealDto {
  @IsInt() @Min(0) @Max(65_535) milestone: number
  @TypedId('pty') party: string
  /** Base units of the settle token to the merchant, before the fee. */
  @Amount() toMerchant: string
  /** Signature over the body that the answer to a first call without it gives. */
  @IsOptional() @Part(() => SignedStatementDto) signed?: SignedStatementDto
}

export class CancelOrderDto extends OnDealDto {
  @IsOptional() @PlainText(200) reason?: string
}

export class AcceptOrderDto extends OnDealDto {
  @IsInt() @Min(0) @Max(65_535) milestone: number
  /** The buyer. */
  @TypedId('pty') party: string
}

export class RejectOrderDto extends OnDealDto {
  @IsInt() @Min(0) @Max(65_535) milestone: number
  /** The buyer. */
  @TypedId('pty') party: string
  /** What is wrong with what came, in words. */
  @PlainText(2000) claim: string
  /** `approval` statement (subject `dispute`) over order and milestone, by a key of the buyer's account: stops the clock. */
  @Part(() => SignedStatementDto) opened: SignedStatementDto
}

export class RequestRefundDto extends OnDealDto {
  @IsInt() @Min(0) @Max(65_535) milestone: number
  @TypedId('pty') party: string
  /** Base units of the buyer's token that are to go back. */
  @PositiveAmount() amount: string
  @PlainText(200) reason: string
}

export class DecidePaymentDto extends OnDealDto {
  @IsInt() @Min(0) @Max(65_535) milestone: number
  /** The merchant. */
  @TypedId('pty') party: string
  /** The coin on hold. */
  @Hex(32) coordinate: string
  /** `take`: it counts as it is. `return`: it goes back to its payer. */
  @IsIn(['take', 'return']) decision: 'take' | 'return'
}

export class AnswerRefundDto extends OnDealDto {
  @IsInt() @Min(0) @Max(65_535) milestone: number
  @TypedId('pty') party: string
  @IsIn(['agree', 'decline']) answer: 'agree' | 'decline'
}
