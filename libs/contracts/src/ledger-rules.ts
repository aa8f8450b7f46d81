// What a ledger process answers about its rules: the rulebook in force, who is frozen, and how an account stands under them.
import { IsInt, IsOptional, Max, Min } from 'class-validator'
import { command } from './command.js'
import { IsAssetCode, IsHexBytes } from './fields.js'
import { ByAccount, NoFields, type WireAccountStanding } from './ledger.js'

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

export interface WireStanding extends WireAccountStanding {
  readonly account: string
}
export const ledgerStanding = command<WireStanding>()({
  subject: 'ledger.{to}.standing',
  request: ByAccount,
  codes: ['account_unknown'] as const,
})
