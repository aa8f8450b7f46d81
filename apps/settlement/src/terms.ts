// What the hub asks for and adds: fee, margins, lifetimes. One place for every number that a deal's terms are computed from; changing one
// changes new deals only, since a deal keeps its terms in its state.
import type { TimeParameters } from '@huitong/protocol'
import { type Settings, defaultSettings } from '@huitong/platform'

export interface Terms extends TimeParameters {
  /** Hub's fee on what an escrow pays out, in millionths, rounded up at creation. */
  readonly feePpm: number
  /** A quote's life in ledger time. */
  readonly quoteTtlMs: number
  /** Time for the provider to have leg B final after leg A may be. */
  readonly lockMs: number
  /** From shipping to delivery that terms of an order must leave. */
  readonly transitMs: number
  readonly longestDisputeMs: number
  /** Files of evidence are destroyed so long after the end of their dispute. */
  readonly evidenceKeptMs: number
  /** Open quotes of one party; unused ones of late shrink it, down to `openQuotesMin`. */
  readonly openQuotesMax: number
  readonly openQuotesMin: number
  /** Time for the counterparty of a swap to accept, if the initiator does not say. */
  readonly acceptMs: number
  /** Least amount of a hash lock, in base units: a smaller coin is not worth the work of claiming it. */
  readonly lockMinUnits: number
  /** Share of an offer's inventory, in millionths, below which an alarm is raised. */
  readonly lowWaterPpm: number
  /** A refund that is due and not final for longer raises an alarm. */
  readonly alarmAfterMs: number
}

/** What the settings say (libs/platform, SETTINGS), under the names that deals use. */
export const termsOf = (settings: Settings): Terms => ({
  feePpm: settings.feePpm,
  quoteTtlMs: settings.quoteTtlMs,
  skewMs: settings.skewMs,
  latencyMs: settings.latencyMs,
  outageMs: settings.outageMs,
  decisionMs: settings.decisionMs,
  marginMs: settings.marginMs,
  lockMs: settings.lockMs,
  transitMs: settings.transitMs,
  longestDisputeMs: settings.longestDisputeMs,
  evidenceKeptMs: settings.evidenceKeptMs,
  openQuotesMax: settings.openQuotesMax,
  openQuotesMin: settings.openQuotesMin,
  acceptMs: settings.swapAcceptMs,
  lockMinUnits: settings.lockMinUnits,
  lowWaterPpm: settings.lowWaterPpm,
  alarmAfterMs: settings.alarmAfterMs,
})

/** The terms of a hub where nothing is set. */
export const DEFAULT_TERMS: Terms = termsOf(defaultSettings())

/** Injection tokens. */
export const TERMS = Symbol('Terms')
export const LEDGER_NAMES = Symbol('LedgerNames')
