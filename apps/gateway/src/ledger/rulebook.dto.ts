// What a ledger's rulebook says. What its parameters mean: docs/rulebook.md.
import { Address, Amount, AssetCode } from '../edge/fields.js'

/** What accounts of a tier, up to the next entry's, may pay out of an asset. An absent value limits nothing. */
export class TierLimitDto {
  tier: number
  @Amount() perTransaction?: string
  /** In any 24 hours of ledger time. */
  @Amount() perDay?: string
}

/** A share of what changes hands, in millionths, and the account that gets it. */
export class TaxDto {
  ppm: number
  @Address() to: string
}

/** What a rulebook says of one asset. */
export class AssetRulesDto {
  @AssetCode() asset: string
  /** Every account that pays, is paid or is named in a lock needs this tier. 0: anybody. */
  tier: number
  limits: TierLimitDto[]
  /** Addresses; if there are any, one of them is on one side of every payment. */
  counterparties: string[]
  tax?: TaxDto
}

/** The version of a ledger's rulebook that is in force. */
export class RulebookDto {
  version: number
  /** ISO 3166 country and ISO 4217 currency; ZZ and XXX: none. */
  jurisdiction: string
  currencyZone: string
  /** Sets new versions and tiers, registers assets; absent: nobody sets them, and any account may register assets. */
  @Address() registrar?: string
  /** A hash lock's expiry and an escrow's latest deadline lie at most this far ahead. */
  lockMaxMs: number
  /** An escrow's fee is at most this many millionths of its amount. */
  feeShareMaxPpm: number
  /** No account may be opened with a shorter recovery delay. */
  recoveryDelayMinMs: number
  /** Rules for assets; one that is not here moves freely. */
  assets: AssetRulesDto[]
}
