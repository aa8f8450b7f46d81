// What the hub asks for and adds: fee, margins, lifetimes. One place for every number that a deal's terms are computed from; changing one
// changes new deals only, since a deal keeps its terms in its state.
import type { TimeParameters } from '@huitong/protocol'
import { SettingsError } from '@huitong/platform'

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
  /** Open quotes of one party; unused ones of late shrink it, down to `openQuotesMin`. */
  readonly openQuotesMax: number
  readonly openQuotesMin: number
  /** Time for the counterparty of a swap to accept, if the initiator does not say. */
  readonly acceptMs: number
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Defaults; each may be set by the environment as a whole number (see {@link termsOf}). */
export const DEFAULT_TERMS: Terms = {
  feePpm: 5_000,
  quoteTtlMs: 30 * SECOND,
  skewMs: 5 * SECOND,
  latencyMs: 5 * SECOND,
  outageMs: 10 * MINUTE,
  decisionMs: 2 * MINUTE,
  marginMs: MINUTE,
  lockMs: 5 * MINUTE,
  transitMs: 0,
  longestDisputeMs: 14 * 24 * HOUR,
  openQuotesMax: 20,
  openQuotesMin: 2,
  acceptMs: 10 * MINUTE,
}

const NAMES: Readonly<Record<keyof Terms, string>> = {
  feePpm: 'HUITONG_FEE_PPM',
  quoteTtlMs: 'HUITONG_QUOTE_TTL_MS',
  skewMs: 'HUITONG_SKEW_MS',
  latencyMs: 'HUITONG_LATENCY_MS',
  outageMs: 'HUITONG_OUTAGE_MS',
  decisionMs: 'HUITONG_DECISION_MS',
  marginMs: 'HUITONG_MARGIN_MS',
  lockMs: 'HUITONG_LOCK_MS',
  transitMs: 'HUITONG_TRANSIT_MS',
  longestDisputeMs: 'HUITONG_LONGEST_DISPUTE_MS',
  openQuotesMax: 'HUITONG_OPEN_QUOTES_MAX',
  openQuotesMin: 'HUITONG_OPEN_QUOTES_MIN',
  acceptMs: 'HUITONG_SWAP_ACCEPT_MS',
}

/** The hub's terms: the defaults, each replaced by its environment variable where one is set. */
export function termsOf(environment: Readonly<Record<string, string | undefined>>): Terms {
  const read = (key: keyof Terms): number => {
    const text = environment[NAMES[key]]
    if (text === undefined || text === '') return DEFAULT_TERMS[key]
    const most = key === 'feePpm' ? 1_000_000 : 366 * 24 * HOUR
    if (!/^[0-9]{1,11}$/.test(text) || Number(text) > most) {
      throw new SettingsError(`${NAMES[key]} must be a whole number from 0 to ${most}.`)
    }
    return Number(text)
  }
  return {
    feePpm: read('feePpm'),
    quoteTtlMs: read('quoteTtlMs'),
    skewMs: read('skewMs'),
    latencyMs: read('latencyMs'),
    outageMs: read('outageMs'),
    decisionMs: read('decisionMs'),
    marginMs: read('marginMs'),
    lockMs: read('lockMs'),
    transitMs: read('transitMs'),
    longestDisputeMs: read('longestDisputeMs'),
    openQuotesMax: read('openQuotesMax'),
    openQuotesMin: read('openQuotesMin'),
    acceptMs: read('acceptMs'),
  }
}

/** Injection tokens. */
export const TERMS = Symbol('Terms')
export const LEDGER_NAMES = Symbol('LedgerNames')
