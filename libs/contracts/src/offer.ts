// Offers of liquidity providers and the managed accounts behind them, and the alarms that they and deals raise.
import { Type } from 'class-transformer'
import { IsBoolean, IsIn, IsInt, IsOptional, Max, Min, ValidateNested } from 'class-validator'
import { command } from './command.js'
import { SignedStatement } from './custody.js'
import { IsHexBytes, IsTypedId } from './fields.js'
import { Actor, ById } from './identity.js'
import { Page, WRITE_CODES, Write } from './settlement.js'

export class CreateOffer extends Write {
  @IsTypedId('pty') provider: string
  /** The `offer` statement, signed by a key of the provider's own account. */
  @ValidateNested() @Type(() => SignedStatement) offer: SignedStatement
}
export interface WireOffer {
  readonly id: string
  readonly provider: string
  /** Managed account that pays and is paid. */
  readonly liquidity: string
  readonly sell: { readonly ledger: string; readonly asset: string }
  readonly buy: { readonly ledger: string; readonly asset: string }
  /** The provider gives `numerator` units of `sell` for `denominator` units of `buy`. */
  readonly numerator: string
  readonly denominator: string
  /** Bounds of one deal and of all deals together, in units of `sell`. */
  readonly min: string
  readonly max: string
  readonly inventory: string
  readonly reserved: string
  readonly used: string
  readonly expiresAt: number
  /** Below this, in units of `sell`, an alarm is raised for the provider and the operators. */
  readonly lowWater: string
  readonly isLow: boolean
  readonly state: 'active' | 'paused' | 'exhausted' | 'expired'
  readonly createdAt: number
}
export const createOffer = command<WireOffer>()({
  subject: 'settlement.create-offer',
  request: CreateOffer,
  codes: [
    ...WRITE_CODES,
    'party_unknown',
    'offer_malformed',
    'offer_signature_invalid',
    'offer_expired',
    'liquidity_unknown',
    'asset_unknown',
  ] as const,
  deadlineMs: 15_000,
})
export const getOffer = command<WireOffer>()({ subject: 'settlement.offer', request: ById, codes: ['offer_unknown'] as const })
export const listOffers = command<{ readonly items: readonly WireOffer[]; readonly next?: string }>()({
  subject: 'settlement.offers',
  request: Page,
  codes: [] as const,
})
export class SetOfferState extends Write {
  @IsTypedId('off') id: string
  @IsIn(['active', 'paused']) state: 'active' | 'paused'
}
export const setOfferState = command<WireOffer>()({
  subject: 'settlement.set-offer-state',
  request: SetOfferState,
  codes: [...WRITE_CODES, 'offer_unknown', 'offer_expired'] as const,
})
/** What a person should look at. Raised once, kept after it is over; it never changes a deal. */
export class ListAlarms {
  @IsInt() @Min(1) @Max(200) limit: number
  /** Also those that are over. */
  @IsOptional() @IsBoolean() withOver?: boolean
  @ValidateNested() @Type(() => Actor) actor: Actor
}
export interface WireAlarm {
  readonly kind: string
  readonly subject: string
  readonly detail: string
  readonly raisedAt: number
  readonly isOver: boolean
}
export const listAlarms = command<{ readonly items: readonly WireAlarm[] }>()({
  subject: 'settlement.alarms',
  request: ListAlarms,
  codes: ['forbidden'] as const,
})

/** The managed account behind a provider's offers, made on first use. Deposits are plain payments to it. */
export class OpenProviderLiquidity extends Write {
  @IsTypedId('pty') provider: string
  /** The provider's own account, the only one withdrawals go to. */
  @IsHexBytes(32) owner: string
}
export interface WireLiquidity {
  readonly provider: string
  readonly account: string
  readonly owner: string
  readonly ledgers: readonly string[]
}
export const openLiquidity = command<WireLiquidity>()({
  subject: 'settlement.open-liquidity',
  request: OpenProviderLiquidity,
  codes: [...WRITE_CODES, 'party_unknown', 'account_unbound'] as const,
  deadlineMs: 20_000,
})
