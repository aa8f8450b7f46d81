// What a ledger process answers about its rules: the rulebook in force, who is frozen, and how an account stands under them.
import { IsInt, IsOptional, Max, Min } from 'class-validator'
import { command } from './command.js'
import { IsAssetCode, IsHexBytes } from './fields.js'
import { ByAccount, NoFields } from './ledger.js'

/** The version in force, spelled as within a genesis document: `decodeRulebook` of libs/chain reads it. */
export const ledgerRulebook = command<{ readonly rulebook: string }>()({
  subject: 'ledger.{to}.rulebook',
  request: NoFields,
  codes: [] as const,
})

export class FreezesOfAsset {
  @IsAssetCode() asset: string
  /** `next` of the page before. */
  @IsOptional() @IsHexBytes(32) after?: string
  @IsInt() @Min(1) @Max(200) limit: number
}
export interface WireFreezes {
  /** The asset as a whole, whoever holds it. */
  readonly frozen: boolean
  /** Frozen accounts, in the order in which they were opened. */
  readonly accounts: readonly string[]
  readonly next?: string
}
export const ledgerFreezes = command<WireFreezes>()({
  subject: 'ledger.{to}.freezes',
  request: FreezesOfAsset,
  codes: ['asset_unknown', 'cursor_unknown'] as const,
})

export interface WireStanding {
  readonly account: string
  /** How well its owner is known, 0 to 7, and the sequence number of the registrar's next word on it. */
  readonly tier: number
  readonly tierSequence: number
  /** Assets for which this very account is frozen. */
  readonly frozen: readonly string[]
  /** What counts now against limits per day, of assets that have one. */
  readonly counted: readonly { readonly asset: string; readonly amount: string }[]
}
export const ledgerStanding = command<WireStanding>()({
  subject: 'ledger.{to}.standing',
  request: ByAccount,
  codes: ['account_unknown'] as const,
})
