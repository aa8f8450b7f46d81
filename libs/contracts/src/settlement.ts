// Deals: offers, quotes, conversions, swaps, orders, disputes. Commands carry the actor and an idempotency key; settlement decides per object.
// Views carry what the API shows: state, exceptions, allowedActions for the asking party, nextDeadline, version.
import { Type } from 'class-transformer'
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator'
import { command } from './command.js'
import { CoinRef, SignedStatement } from './custody.js'
import {
  IsAmount,
  IsAssetCode,
  IsDuration,
  IsHexBytes,
  IsHexUpTo,
  IsLedgerName,
  IsPlainText,
  IsPositiveAmount,
  IsTime,
  IsTypedId,
} from './fields.js'
import { Actor, ById } from './identity.js'
import { NoFields } from './ledger.js'

/** What any write may answer besides its own codes. */
export const WRITE_CODES = [
  'forbidden',
  'idempotency_key_reused',
  'in_flight',
  'ledger_unavailable',
  'ledger_unknown',
  'clock_behind',
] as const

export class Write {
  @IsString() @MaxLength(200) idempotencyKey: string
  @ValidateNested() @Type(() => Actor) actor: Actor
}

/** A write on a deal that is there. With `version`, the one that the caller decided on: refused as `version_stale` if the deal has moved since. */
export class OnDeal extends Write {
  @IsOptional() @IsInt() @Min(1) version?: number
}

/**
 * A deal; with `newerThan`, the asker's last version, the answer waits a moment for the next one and is then what it is. Versions in a state that is
 * named in `passing` are let pass: the asker waits for what comes after them.
 */
export class DealById extends ById {
  @IsOptional() @IsInt() @Min(0) newerThan?: number
  @IsOptional() @IsArray() @ArrayMaxSize(16) @IsString({ each: true }) @MaxLength(32, { each: true }) passing?: string[]
}

/** A token: an asset of a ledger. */
export class Token {
  @IsLedgerName() ledger: string
  @IsAssetCode() asset: string
}

/** A pending or past deadline that the API shows, with what happens when it passes. */
export interface WireDeadline {
  readonly at: number
  readonly ledger: string
  readonly default: string
}
export interface WireException {
  readonly kind: string
  readonly detail: string
  readonly amount?: string
  readonly coin?: { readonly ledger: string; readonly coordinate: string }
  /** What became of the coin: still locked, paid out by its secret, or back with its payer. */
  readonly fate?: 'locked' | 'claimed' | 'returned'
  /** A locked coin returns to its payer from this time of its ledger on. */
  readonly returnsAt?: number
}
export interface DealView {
  readonly state: string
  readonly exceptions: readonly WireException[]
  readonly allowedActions: readonly string[]
  readonly nextDeadline?: WireDeadline
  readonly version: number
  readonly createdAt: number
}
/** One coin of a deal: what it must be, what it is, where it went. `condition` is canonical, in hexadecimal. */
export interface WireLeg {
  readonly name: string
  readonly ledger: string
  readonly asset: string
  readonly amount: string
  readonly condition?: string
  readonly coordinate?: string
  readonly state: string
  /** Ids of the transactions that made and ended it. */
  readonly fundedBy?: string
  readonly spentBy?: string
  /** Escrow legs: what went where, in base units. Always: released + refunded + fees + remaining = funded. */
  readonly books?: WireBooks
  /** Escrow legs that hold money: as the coin stands now. */
  readonly held?: boolean
  readonly deadline?: number
  readonly default?: 'refund' | 'release'
}
export interface WireBooks {
  readonly funded: string
  readonly released: string
  readonly refunded: string
  readonly fees: string
  readonly remaining: string
}

export class Page {
  @IsOptional() @IsTypedIdAny() after?: string
  @IsInt() @Min(1) @Max(200) limit: number
  @IsOptional() @IsString() @MaxLength(32) state?: string
  @ValidateNested() @Type(() => Actor) actor: Actor
}
function IsTypedIdAny(): PropertyDecorator {
  return Matches(/^[a-z]{3}_[0-9a-f]{32}$/, { message: '$property must be an id that a page gave' })
}

// ---------------------------------------------------------------------------------------------------------------- quotes

export class CreateQuote extends Write {
  @IsTypedId('pty') payer: string
  /** What the payer gives and what is wanted for it. */
  @ValidateNested() @Type(() => Token) give: Token
  @ValidateNested() @Type(() => Token) take: Token
  @IsIn(['send', 'receive']) fixed: 'send' | 'receive'
  /** Base units of `give` if `send` is fixed, of `take` if `receive` is. */
  @IsPositiveAmount() amount: string
  /** How many offers in a row may be taken where that is cheaper than one: 1 (the default), 2 or 3. An order's quote is direct. */
  @IsOptional() @IsInt() @Min(1) @Max(3) maxHops?: number
  /** The account that will pay. Needed where the ledger limits a day and the payer has several accounts there. */
  @IsOptional() @IsHexBytes(32) giveAccount?: string
}
/** One offer on the way from what is given to what is taken. */
export interface WireHop {
  readonly offer: string
  readonly provider: string
  readonly liquidity: string
  readonly give: { readonly ledger: string; readonly asset: string; readonly amount: string }
  readonly take: { readonly ledger: string; readonly asset: string; readonly amount: string }
}
export interface WireFee {
  readonly for: string
  readonly ledger: string
  readonly asset: string
  readonly amount: string
  readonly to: string
}
export interface WireQuote {
  readonly id: string
  readonly payer: string
  /** Whose limit for a day the quote keeps headroom under; the deal is paid from it. */
  readonly giveAccount?: string
  readonly offer: string
  readonly provider: string
  readonly liquidity: string
  readonly give: { readonly ledger: string; readonly asset: string; readonly amount: string }
  readonly take: { readonly ledger: string; readonly asset: string; readonly amount: string }
  readonly fees: readonly WireFee[]
  readonly rounding: string
  readonly numerator: string
  readonly denominator: string
  /** Every hop, first to last, if there is more than one; `offer`, `provider` and `liquidity` are then the first hop's. */
  readonly path?: readonly WireHop[]
  readonly expiresAt: number
  readonly state: 'open' | 'used' | 'expired'
  readonly compliance: readonly {
    readonly ledger: string
    readonly rulebook: number
    readonly parameter: string
    readonly verdict: 'pass' | 'fail'
    readonly reason: string
  }[]
}
export const createQuote = command<WireQuote>()({
  subject: 'settlement.create-quote',
  request: CreateQuote,
  codes: [
    ...WRITE_CODES,
    'party_unknown',
    'account_unbound',
    'account_unknown',
    'no_offer',
    'amount_out_of_range',
    'too_many_open_quotes',
    'not_compliant',
    'self_trade',
  ] as const,
})
export const getQuote = command<WireQuote>()({
  subject: 'settlement.quote',
  request: ById,
  codes: ['quote_unknown', 'forbidden'] as const,
})

// ---------------------------------------------------------------------------------------------------------------- conversions

/** What a hash lock's hash may be made with: SHA-256 of the secret's 32 raw bytes, on every ledger. */
export const HASH_FUNCTIONS = ['sha-256'] as const
export type HashFunction = (typeof HASH_FUNCTIONS)[number]

export class CreateConversion extends Write {
  @IsTypedId('qte') quote: string
  /** SHA-256 of the payer's 32-byte secret; never used in another deal. */
  @IsHexBytes(32) hash: string
  /** The payer's account on the ledger it gives on (refundee), and its account on the ledger it takes on (claimant). */
  @IsHexBytes(32) giveAccount: string
  @IsHexBytes(32) takeAccount: string
  /** The function that `hash` was made with, if the payer says. */
  @IsOptional() @IsIn(HASH_FUNCTIONS) hashFunction?: HashFunction
}
export interface WireConversion extends DealView {
  readonly id: string
  readonly quote: string
  readonly payer: string
  readonly provider: string
  readonly hash: string
  readonly legA: WireLeg
  readonly legB: WireLeg
  /** Legs between providers, in order, if the quote goes through other tokens: under the same hash, all claimed or all returned. */
  readonly between?: readonly WireLeg[]
  /** Leg A must be final before this, or the rate is void. */
  readonly lockBefore: number
  /** No first reveal after this, in leg B's ledger time. */
  readonly lastSafeReveal?: number
}
const CONVERSION_CODES = [
  ...WRITE_CODES,
  'conversion_unknown',
  'quote_unknown',
  'quote_expired',
  'quote_used',
  'hash_reused',
  'account_unbound',
  'account_unknown',
  'not_compliant',
  'wrong_state',
] as const
export const createConversion = command<WireConversion>()({
  subject: 'settlement.create-conversion',
  request: CreateConversion,
  codes: CONVERSION_CODES,
})
export const getConversion = command<WireConversion>()({
  subject: 'settlement.conversion',
  request: DealById,
  codes: CONVERSION_CODES,
})
export const listConversions = command<{ readonly items: readonly WireConversion[]; readonly next?: string }>()({
  subject: 'settlement.conversions',
  request: Page,
  codes: [] as const,
})

// ---------------------------------------------------------------------------------------------------------------- swaps

export class CreateSwap extends Write {
  @IsTypedId('pty') initiator: string
  @IsTypedId('pty') counterparty: string
  @ValidateNested() @Type(() => Token) give: Token
  @IsPositiveAmount() giveAmount: string
  @ValidateNested() @Type(() => Token) take: Token
  @IsPositiveAmount() takeAmount: string
  @IsHexBytes(32) hash: string
  /** Initiator's accounts: refundee of leg A, claimant of leg B. */
  @IsHexBytes(32) giveAccount: string
  @IsHexBytes(32) takeAccount: string
  /** How long the counterparty may take to accept, in milliseconds: from ten seconds to a week. */
  @IsOptional() @IsInt() @Min(10_000) @Max(7 * 24 * 3_600_000) acceptWithinMs?: number
  /** The function that `hash` was made with. All ledgers know one only; another is refused rather than misread. */
  @IsOptional() @IsIn(HASH_FUNCTIONS) hashFunction?: HashFunction
}
export class AcceptSwap extends OnDeal {
  @IsTypedId('swp') id: string
  /** Counterparty's accounts: refundee of leg B, claimant of leg A. */
  @IsHexBytes(32) giveAccount: string
  @IsHexBytes(32) takeAccount: string
}
export interface WireSwap extends DealView {
  readonly id: string
  readonly initiator: string
  readonly counterparty: string
  readonly hash: string
  readonly legA: WireLeg
  readonly legB: WireLeg
  readonly lockABefore?: number
  readonly lockBBefore?: number
  readonly lastSafeReveal?: number
}
const SWAP_CODES = [
  ...WRITE_CODES,
  'swap_unknown',
  'party_unknown',
  'self_trade',
  'hash_reused',
  'account_unbound',
  'account_unknown',
  'asset_unknown',
  'amount_out_of_range',
  'not_compliant',
  'wrong_state',
  'version_stale',
  'too_late',
] as const
export const createSwap = command<WireSwap>()({ subject: 'settlement.create-swap', request: CreateSwap, codes: SWAP_CODES })
export const acceptSwap = command<WireSwap>()({ subject: 'settlement.accept-swap', request: AcceptSwap, codes: SWAP_CODES })
export class CancelSwap extends OnDeal {
  @IsTypedId('swp') id: string
}
export const cancelSwap = command<WireSwap>()({ subject: 'settlement.cancel-swap', request: CancelSwap, codes: SWAP_CODES })
export const getSwap = command<WireSwap>()({ subject: 'settlement.swap', request: DealById, codes: SWAP_CODES })
export const listSwaps = command<{ readonly items: readonly WireSwap[]; readonly next?: string }>()({
  subject: 'settlement.swaps',
  request: Page,
  codes: [] as const,
})

// ---------------------------------------------------------------------------------------------------------------- orders

export class OrderItem {
  @IsPlainText(200) name: string
  @IsInt() @Min(1) @Max(1_000_000) quantity: number
  /** Base units of the milestone's settle token, for all of them together. */
  @IsAmount() amount: string
}

/**
 * What a coin of another amount, or a late one, counts for: it is the leg as it is (`accept`), waits for the rest (`top-up`), stays in escrow until
 * the merchant decides (`hold`), or (absent, `refund`) goes back to its payer.
 */
export class PaymentPolicy {
  @IsOptional() @IsIn(['accept', 'refund', 'hold', 'top-up']) under?: 'accept' | 'refund' | 'hold' | 'top-up'
  @IsOptional() @IsIn(['accept', 'refund', 'hold']) over?: 'accept' | 'refund' | 'hold'
  /** Until shipping is due. */
  @IsOptional() @IsIn(['accept', 'refund', 'hold']) late?: 'accept' | 'refund' | 'hold'
}

/** One merchant's part of an order: one escrow coin, or a pair of them if it is paid in another token than the merchant is. */
export class MilestoneTerms {
  @IsTypedId('pty') merchant: string
  @IsHexBytes(32) payee: string
  /** What the merchant is to get, before the fee. */
  @ValidateNested() @Type(() => Token) settle: Token
  @IsPositiveAmount() amount: string
  /** Present on a cross-token milestone: an open quote with fixed receive of exactly `amount` of `settle`. */
  @IsOptional() @IsTypedId('qte') quote?: string
  /** Either a delivery code … */
  @IsOptional() @IsHexBytes(32) deliveryHash?: string
  /** … or an inspection window after a carrier's signature. */
  @IsOptional() @IsDuration() inspectionMs?: number
  @IsTime() shipBy: number
  @IsTime() deadline: number
  @IsTime() latest: number
  @IsArray() @ArrayMaxSize(100) @ValidateNested({ each: true }) @Type(() => OrderItem) items: OrderItem[]
  /** Not on a cross-token milestone. */
  @IsOptional() @ValidateNested() @Type(() => PaymentPolicy) payment?: PaymentPolicy
}

export class Tendered {
  @ValidateNested() @Type(() => Token) token: Token
  @IsAmount() amount: string
}

export class CreateOrder extends Write {
  @IsTypedId('pty') buyer: string
  /** Pays and is refunded, per ledger paid on. The same address may be open on several. */
  @IsHexBytes(32) payer: string
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(32)
  @ValidateNested({ each: true })
  @Type(() => MilestoneTerms)
  milestones: MilestoneTerms[]
  /** What the buyer says it will pay in all, per token, if that differs from the milestones' sum: a surplus is refunded as extra. */
  @IsOptional() @IsArray() @ArrayMaxSize(4) @ValidateNested({ each: true }) @Type(() => Tendered) tendered?: Tendered[]
  /** What the goods cost by their list, if the milestones' sum is below it: recorded as a shortage that the merchants accept by agreeing. */
  @IsOptional() @IsArray() @ArrayMaxSize(4) @ValidateNested({ each: true }) @Type(() => Tendered) listed?: Tendered[]
  @IsOptional() @IsPlainText(200) reference?: string
}
/** A coin that belongs to the order but to no leg of it: surplus, late, second payment. Refunded to its payer in any state. */
export interface WireRefund {
  readonly id: string
  /** Absent: of no milestone. */
  readonly milestone?: number
  readonly reason: string
  readonly ledger: string
  readonly asset: string
  readonly amount: string
  /** Canonical, in hexadecimal: what an announced surplus must be locked under. */
  readonly condition?: string
  readonly coordinate?: string
  /**
   * `expected`: announced, no coin yet; `requested`: one side asked; `declined`: the other refused; `pending`: owed to the payer; `final`: in its
   * hands; `superseded`: it was paid out another way.
   */
  readonly state: 'expected' | 'requested' | 'declined' | 'pending' | 'final' | 'superseded'
  readonly transaction?: string
}
export interface WireMilestone {
  readonly milestone: number
  readonly merchant: string
  readonly state: string
  readonly settle: { readonly ledger: string; readonly asset: string; readonly amount: string }
  readonly pay: { readonly ledger: string; readonly asset: string; readonly amount: string }
  readonly fee: string
  readonly feeTo: string
  readonly provider?: string
  readonly deliveryHash?: string
  readonly inspectionMs?: number
  /** The buyer's coin counts only if its block's time is earlier. */
  readonly fundBy: number
  readonly shipBy: number
  readonly deadline: number
  readonly latest: number
  readonly funded: string
  readonly released: string
  readonly refunded: string
  readonly fees: string
  readonly remaining: string
  /** `direct`, several if several coins add up to the amount, or `pay` (buyer to provider) and `settle` (provider to merchant). */
  readonly legs: readonly WireLeg[]
  /** Coins wait for it: what is still to be paid, and the condition (canonical, in hexadecimal) of the coin that pays it. */
  readonly rest?: { readonly amount: string; readonly condition: string }
  readonly dispute?: string
  readonly tracking?: string
  readonly allowedActions: readonly string[]
  readonly nextDeadline?: WireDeadline
}
export interface WireOrder extends DealView {
  readonly id: string
  /** 16 bytes in hexadecimal, as the ledger's conditions name it. */
  readonly order: string
  readonly buyer: string
  readonly payer: string
  readonly arbiter: string
  /** Canonical text of the terms and its SHA-256, which both sides sign (`approval` statement, subject `orderTerms`). */
  readonly terms: string
  readonly termsHash: string
  /** Canonical text behind the terms' `details` hash: items, tendered and listed amounts, reference. */
  readonly details: string
  /** Everybody agrees before this time of the first milestone's funding ledger. */
  readonly agreeBy: number
  readonly agreedBy: readonly string[]
  readonly milestones: readonly WireMilestone[]
  readonly refunds: readonly WireRefund[]
  readonly reference?: string
}
export const ORDER_CODES = [
  ...WRITE_CODES,
  'order_unknown',
  'milestone_unknown',
  'party_unknown',
  'account_unbound',
  'account_unknown',
  'asset_unknown',
  'terms_invalid',
  'terms_mismatch',
  'hash_reused',
  'quote_unknown',
  'quote_expired',
  'quote_used',
  'amount_out_of_range',
  'not_compliant',
  'self_trade',
  'signature_invalid',
  'carrier_unknown',
  'wrong_state',
  'wrong_party',
  'version_stale',
  'too_late',
] as const
export const createOrder = command<WireOrder>()({ subject: 'settlement.create-order', request: CreateOrder, codes: ORDER_CODES })
export const getOrder = command<WireOrder>()({ subject: 'settlement.order', request: DealById, codes: ORDER_CODES })
export const listOrders = command<{ readonly items: readonly WireOrder[]; readonly next?: string }>()({
  subject: 'settlement.orders',
  request: Page,
  codes: [] as const,
})
/** Agreement of the buyer, or of one merchant: the `approval` statement (subject `orderTerms`) over the terms hash. */
export class AgreeOrder extends OnDeal {
  @IsTypedId('ord') id: string
  @IsTypedId('pty') party: string
  @ValidateNested() @Type(() => SignedStatement) approval: SignedStatement
}
export const agreeOrder = command<WireOrder>()({ subject: 'settlement.agree-order', request: AgreeOrder, codes: ORDER_CODES })
export class OnMilestone extends OnDeal {
  @IsTypedId('ord') id: string
  @IsInt() @Min(0) @Max(65_535) milestone: number
}
export class ShipMilestone extends OnMilestone {
  @IsOptional() @IsPlainText(100) tracking?: string
}
export const shipMilestone = command<WireOrder>()({ subject: 'settlement.ship', request: ShipMilestone, codes: ORDER_CODES })
/** A carrier's or device's `delivered` statement. Starts the inspection window once the arbiter's hold is final. */
export class DeliverMilestone extends OnMilestone {
  @ValidateNested() @Type(() => SignedStatement) delivered: SignedStatement
}
export const deliverMilestone = command<WireOrder>()({
  subject: 'settlement.delivered',
  request: DeliverMilestone,
  codes: ORDER_CODES,
})
/** A signed consent of one party to a split of a milestone: once both have consented to the same body, the arbiter executes it on every leg. Cancel = everything to the payer. */
export class ConsentSplit extends OnMilestone {
  @IsTypedId('pty') party: string
  /** Base units of the settle token to the merchant, before the fee. */
  @IsAmount() toMerchant: string
  /** Signature over the body that the answer to a first, unsigned call gives (`consentBody` in the view of the split). */
  @IsOptional() @ValidateNested() @Type(() => SignedStatement) signed?: SignedStatement
}
export interface WireSplit {
  readonly order: string
  readonly milestone: number
  readonly toMerchant: string
  /** The ruling statement's body over all legs, to be signed. */
  readonly body: string
  readonly signedBy: readonly string[]
  readonly state: 'collecting' | 'executing' | 'executed' | 'void'
}
export const consentSplit = command<WireSplit>()({
  subject: 'settlement.consent-split',
  request: ConsentSplit,
  codes: ORDER_CODES,
})
/** Gives up an order before it is funded. */
export class CancelOrder extends OnDeal {
  @IsTypedId('ord') id: string
  @IsOptional() @IsPlainText(200) reason?: string
}
export const cancelOrder = command<WireOrder>()({ subject: 'settlement.cancel-order', request: CancelOrder, codes: ORDER_CODES })

/** The buyer accepts what came; the money follows on its signature, on the ledger. */
export class AcceptMilestone extends OnMilestone {
  @IsTypedId('pty') party: string
}
export const acceptMilestone = command<WireOrder>()({
  subject: 'settlement.accept-milestone',
  request: AcceptMilestone,
  codes: ORDER_CODES,
})
// ---------------------------------------------------------------------------------------------------------------- the hub's clock and terms

export class AdvanceHubClock {
  @IsTime() to: number
}
/** Sandbox only: settlement's own clock; the gateway moves the ledgers first. */
export const advanceHubClock = command<{ readonly now: number }>()({
  subject: 'settlement.advance-clock',
  request: AdvanceHubClock,
  codes: ['not_a_sandbox', 'clock_too_far'] as const,
})
export interface WireTerms {
  readonly arbiter: string
  readonly feeAccount: string
  readonly feePpm: number
  readonly quoteTtlMs: number
  readonly skewMs: number
  readonly marginMs: number
  readonly outageMs: number
  readonly transitMs: number
  readonly longestDisputeMs: number
}
/** What the hub asks for and adds: fee, margins, lifetimes. Terms of a deal are computed from these by whoever checks them. */
export const hubTerms = command<WireTerms>()({ subject: 'settlement.terms', request: NoFields, codes: [] as const })

/** Sends what anyone may send: a claim with a known preimage, a default or refund that is due. */
export class PushCoin {
  @ValidateNested() @Type(() => CoinRef) coin: CoinRef
  @IsOptional() @IsHexBytes(32) preimage?: string
  @IsOptional() @IsHexUpTo(512) note?: string
}
