// A conversion as the common machinery sees it: the machine of libs/protocol, its deadlines, and what its state means for the quote's inventory.
import { type Time } from '@huitong/primitives'
import {
  type ConversionEffect,
  type ConversionEvent,
  type ConversionState,
  conversionCodec,
  conversionEffects,
  decideConversion,
} from '@huitong/protocol'
import type { Deadline, DealKind, Outline } from '../deal/kind.js'
import { hasOpenCoin, lockDeadlines } from '../pair/pair-outline.js'
import type { QuoteStore } from '../quote/quote.store.js'

export type ConversionKind = DealKind<ConversionState, ConversionEvent, ConversionEffect>

/** `quotes`: where the reservation behind a conversion is kept; it moves in the same transaction as the state. */
export function conversionKind(quotes: Pick<QuoteStore, 'settle'>): ConversionKind {
  return {
    kind: 'conversion',
    prefix: 'cnv',
    codec: conversionCodec,
    decide: decideConversion,
    effects: conversionEffects,
    outline,
    within: (unit, deal) => quotes.settle(unit, deal.state.terms.quote, inventoryOf(deal.state)),
  }
}

/**
 * Where the promised amount is. `taken` while leg B may still come; `settled` while it stands or was claimed; `returned` once leg B went back
 * or can never come. A signed leg B that is not dead may still come, and so keeps its reservation.
 */
export function inventoryOf(state: ConversionState): 'taken' | 'settled' | 'returned' {
  if (state.b.fate === 'open' || state.b.fate === 'claimed') return 'settled'
  if (state.b.fate === 'returned') return 'returned'
  switch (state.state) {
    case 'QUOTED':
    case 'A_LOCKED':
    case 'B_SUBMITTED':
      return 'taken'
    default:
      return 'returned'
  }
}

function outline(state: ConversionState): Outline {
  const { terms } = state
  return {
    isFinal: isFinal(state),
    parties: [terms.payer, terms.provider],
    deadlines: [...ownDeadlines(state), ...lockDeadlines(state)],
    hashes: [terms.hash],
  }
}

function isFinal(state: ConversionState): boolean {
  switch (state.state) {
    case 'SETTLED':
    case 'EXPIRED':
    case 'A_CANCELLED':
    case 'A_REFUNDED':
    case 'REFUNDED':
      return !hasOpenCoin(state)
    default:
      return false
  }
}

function ownDeadlines(state: ConversionState): readonly Deadline[] {
  const { terms } = state
  switch (state.state) {
    case 'QUOTED':
      return [{ chain: terms.a.chain, at: terms.quoteExpiry, default: 'the quote expires' }]
    case 'A_LOCKED':
      return [{ chain: terms.b.chain, at: terms.lockBy, default: 'the provider gives leg A back' }]
    case 'B_SUBMITTED':
      // valid until then inclusive: dead only in a block that is later
      return [{ chain: terms.b.chain, at: (state.submitted.validUntil + 1) as Time, default: 'the provider gives leg A back' }]
    default:
      return []
  }
}
