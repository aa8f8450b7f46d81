// The hub's own facts that clients need.
import { Address } from '../edge/fields.js'

/** What the hub asks for and adds: fee, margins, lifetimes. Whoever checks a deal's terms computes them from these. */
export class TermsDto {
  @Address() arbiter: string
  @Address() feeAccount: string
  /** Parts per million of what the merchant gets. */
  feePpm: number
  quoteTtlMs: number
  skewMs: number
  marginMs: number
  outageMs: number
  transitMs: number
  longestDisputeMs: number
}

export class HubDto {
  /** Hub id: signing domain of statements. */
  hub: string
  sandbox: boolean
  /** Names of the ledgers. */
  ledgers: string[]
  terms: TermsDto
}
