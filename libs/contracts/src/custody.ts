// What custody does for settlement, and for nobody else. A closed list of decision kinds; each brings its evidence, which custody checks
// itself against the ledgers, the statements' signatures and its pinned keys before it signs. It signs one outcome per coin; another only after
// the first's `validUntil` has passed in final block time. It answers with the whole transaction, ready to submit, the same one on a retry.
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
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator'
import { command } from './command.js'
import { IsAmount, IsAssetCode, IsHexBytes, IsHexUpTo, IsLedgerName, IsPositiveAmount, IsTime, IsTypedId } from './fields.js'
import { NoFields } from './ledger.js'

/** A transaction that custody signed. */
export interface SignedTransaction {
  readonly ledger: string
  readonly transaction: string
  readonly id: string
  readonly validUntil: number
}

export const CUSTODY_CODES = [
  'evidence_insufficient',
  'evidence_signature_invalid',
  'coin_not_final',
  'coin_mismatch',
  'coin_spent',
  'outcome_already_signed',
  'limit_exceeded',
  'not_managed',
  'conflict_of_interest',
  'too_late',
  'ledger_unavailable',
  // the managed account has too little in all, or enough but at work elsewhere: the second passes by itself, ask again
  'liquidity_short',
  'liquidity_busy',
] as const
export type CustodyCode = (typeof CUSTODY_CODES)[number]

/** Who signed a statement. `body` is the statement's canonical encoding (libs/chain, statements). */
export class SignedStatement {
  @IsHexUpTo(32 * 1024) body: string
  @IsHexBytes(32) publicKey: string
  @IsHexBytes(64) signature: string
}

/** A coin on a ledger. */
export class CoinRef {
  @IsLedgerName() ledger: string
  @IsHexBytes(32) coordinate: string
}

export interface WireManagedAccount {
  readonly account: string
  readonly purpose: 'arbiter' | 'fee' | 'liquidity'
  readonly provider?: string
  readonly policy: import('./ledger.js').WirePolicy
  /** Ledgers on which it is open. */
  readonly ledgers: readonly string[]
}
export interface CustodyAccounts {
  readonly hub: string
  readonly accounts: readonly WireManagedAccount[]
}
/** The hub's id (signing domain of statements) and the public half of all it manages. */
export const custodyAccounts = command<CustodyAccounts>()({ subject: 'custody.accounts', request: NoFields, codes: [] as const })

export class OpenLiquidity {
  @IsTypedId('pty') provider: string
  /** The provider's own account, the only one that withdrawals go to. */
  @IsHexBytes(32) owner: string
}
/** Makes (once per provider) the managed account behind its offers and opens it on every ledger. */
export const custodyOpenLiquidity = command<WireManagedAccount>()({
  subject: 'custody.open-liquidity',
  request: OpenLiquidity,
  codes: CUSTODY_CODES,
  deadlineMs: 15_000,
})

export class WithdrawLiquidity {
  @IsTypedId('pty') provider: string
  @IsLedgerName() ledger: string
  @IsAssetCode() asset: string
  @IsPositiveAmount() amount: string
  /** Approval statement `withdraw` over exactly these fields, signed by a key of the owner account. */
  @ValidateNested() @Type(() => SignedStatement) approval: SignedStatement
}
export const custodyWithdraw = command<SignedTransaction>()({
  subject: 'custody.withdraw',
  request: WithdrawLiquidity,
  codes: CUSTODY_CODES,
})

/** Provider's terms: the signed offer and the quote that was priced from it. */
export class OfferAndQuote {
  @ValidateNested() @Type(() => SignedStatement) offer: SignedStatement
  @IsTypedId('qte') quote: string
  /** What the payer locks (leg A, from the payer) and what the provider locks (leg B, to the payee), base units. */
  @IsPositiveAmount() amountA: string
  @IsPositiveAmount() amountB: string
  @IsTime() expiresAt: number
}

/** Leg B of a conversion: the provider's hash lock, after leg A is final. */
export class LockConversionLeg {
  @IsTypedId('cnv') conversion: string
  @ValidateNested() @Type(() => OfferAndQuote) terms: OfferAndQuote
  @ValidateNested() @Type(() => CoinRef) legA: CoinRef
  @IsLedgerName() ledgerB: string
  @IsHexBytes(32) claimant: string
  @IsTime() expiryB: number
  @IsTime() validUntil: number
}
export const custodyLockConversionLeg = command<SignedTransaction>()({
  subject: 'custody.lock-conversion-leg',
  request: LockConversionLeg,
  codes: CUSTODY_CODES,
})

/** The provider gives leg A back early: possible only while its leg B cannot come into being any more. */
export class CancelConversionLeg {
  @IsTypedId('cnv') conversion: string
  @ValidateNested() @Type(() => CoinRef) legA: CoinRef
  @IsTime() validUntil: number
}
export const custodyCancelConversionLeg = command<SignedTransaction>()({
  subject: 'custody.cancel-conversion-leg',
  request: CancelConversionLeg,
  codes: CUSTODY_CODES,
})

/** Leg B of a cross-token milestone: the provider's paired escrow for the merchant, after leg A is final. `condition` is canonical. */
export class FundPairedLeg {
  @IsTypedId('ord') order: string
  @IsInt() @Min(0) @Max(65_535) milestone: number
  @ValidateNested() @Type(() => OfferAndQuote) terms: OfferAndQuote
  @ValidateNested() @Type(() => CoinRef) legA: CoinRef
  @IsLedgerName() ledgerB: string
  @IsHexUpTo(512) conditionB: string
  @IsTime() validUntil: number
}
export const custodyFundPairedLeg = command<SignedTransaction>()({
  subject: 'custody.fund-paired-leg',
  request: FundPairedLeg,
  codes: CUSTODY_CODES,
})

/** Terms of an order, agreed to: kept before anything hangs on them, so that they outlive the keys that signed them. */
export class KeepTerms {
  /** In canonical text. */
  @IsString() @MaxLength(64 * 1024) terms: string
  /** The approval over the terms' hash of every buyer's and merchant's account that they name. */
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(256)
  @ValidateNested({ each: true })
  @Type(() => SignedStatement)
  agreed: SignedStatement[]
}
export interface KeptTerms {
  readonly order: string
  readonly hash: string
}
/** Checks the approvals against the accounts' current keys, once; asked again with the same terms it answers without looking at keys. */
export const custodyKeepTerms = command<KeptTerms>()({ subject: 'custody.keep-terms', request: KeepTerms, codes: CUSTODY_CODES })

/** Arbiter's hold on a carrier's signature: the inspection window starts. Evidence: `delivered` statement of a registered carrier and the terms both agreed to. */
export class HoldForInspection {
  @ValidateNested() @Type(() => CoinRef) coin: CoinRef
  @ValidateNested() @Type(() => SignedStatement) delivered: SignedStatement
  /** The order's terms in canonical text, and the approvals of buyer and merchant over their hash: by current keys, unless custody keeps these terms. */
  @IsString() @MaxLength(64 * 1024) terms: string
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(2)
  @ValidateNested({ each: true })
  @Type(() => SignedStatement)
  agreed: SignedStatement[]
  @IsTime() validUntil: number
}
export const custodyHoldForInspection = command<SignedTransaction>()({
  subject: 'custody.hold-for-inspection',
  request: HoldForInspection,
  codes: CUSTODY_CODES,
})

/**
 * Arbiter's hold. Evidence by `ground`:
 * - `dispute` (also when absent): `opened`, a party's `approval` statement `dispute` over order and milestone; stops the clock;
 * - `basis`: the two signatures over a ruling of this coin (two operators, or buyer and merchant), to drop the delivery hash before it;
 * - `unpaired`: leg A of a paired milestone whose leg B did not come into being and no longer can.
 */
export class HoldForDispute {
  @ValidateNested() @Type(() => CoinRef) coin: CoinRef
  @IsOptional() @IsIn(['dispute', 'basis', 'unpaired']) ground?: 'dispute' | 'basis' | 'unpaired'
  @IsOptional() @ValidateNested() @Type(() => SignedStatement) opened?: SignedStatement
  @IsTime() deadline: number
  /** Also drops the delivery hash; only on the evidence that a ruling or consent needs (then `basis` is required). */
  @IsIn([true, false]) dropDeliveryHash: boolean
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(32)
  @ValidateNested({ each: true })
  @Type(() => SignedStatement)
  basis?: SignedStatement[]
  @IsTime() validUntil: number
}
export const custodyHoldForDispute = command<SignedTransaction>()({
  subject: 'custody.hold-for-dispute',
  request: HoldForDispute,
  codes: CUSTODY_CODES,
})

/**
 * Arbiter's split of one leg. Evidence by `ground`:
 * - `ruling`: the ruling statement (all legs, exact outputs) signed by two distinct operators pinned in custody;
 * - `consent`: the same statement signed by buyer and merchant of the milestone;
 * - `silence`: paired milestone with inspection: `delivered` statement, agreed terms, and the held deadline passed;
 * - `unpaired`: leg A of a paired milestone whose leg B did not come into being by its lock-by time and no longer can;
 * - `code_spent`: the delivery code spent the other leg (`pair`), which custody reads on its ledger: full release only.
 */
export class RuleLeg {
  @IsIn(['ruling', 'consent', 'silence', 'unpaired', 'code_spent'])
  ground: 'ruling' | 'consent' | 'silence' | 'unpaired' | 'code_spent'
  @ValidateNested() @Type(() => CoinRef) coin: CoinRef
  /** Before the fee; the rest goes to the payer. */
  @IsAmount() toPayee: string
  /** `ruling`, `consent`: the two signatures over one body. `silence`: delivered statement, then the two approvals of the terms. */
  @IsArray() @ArrayMaxSize(32) @ValidateNested({ each: true }) @Type(() => SignedStatement) evidence: SignedStatement[]
  @IsOptional() @IsString() @MaxLength(64 * 1024) terms?: string
  /** The other leg of a paired milestone, where one exists. */
  @IsOptional() @ValidateNested() @Type(() => CoinRef) pair?: CoinRef
  @IsTime() validUntil: number
}
export const custodyRuleLeg = command<SignedTransaction>()({
  subject: 'custody.rule-leg',
  request: RuleLeg,
  codes: CUSTODY_CODES,
})

/** Writes a ruling's hash into a ledger, signed by the arbiter account. */
export class AnchorRuling {
  @IsLedgerName() ledger: string
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(2)
  @ValidateNested({ each: true })
  @Type(() => SignedStatement)
  ruling: SignedStatement[]
  @IsTime() validUntil: number
}
export const custodyAnchorRuling = command<SignedTransaction>()({
  subject: 'custody.anchor-ruling',
  request: AnchorRuling,
  codes: CUSTODY_CODES,
})
