// A conversion as the common machinery sees it: one hop, or several under one hash; their deadlines, and what each hop's state means for its inventory.
import { type Time } from '@huitong/primitives'
import {
  type ConversionEffect,
  type ConversionEvent,
  type ConversionState,
  type ConversionTerms,
  type Decided,
  type Env,
  type LedgerFact,
  type RouteEvent,
  type RouteState,
  type StateCodec,
  conversionCodec,
  conversionEffects,
  conversionWaits,
  decideConversion,
  decideRoute,
  routeCodec,
  routeEffects,
} from '@huitong/protocol'
import type { Deadline, DealKind, Outline } from '../deal/kind.js'
import { hasOpenCoin, lockDeadlines } from '../pair/pair-outline.js'
import type { QuoteStore } from '../quote/quote.store.js'

/** Directly over one offer, or over several in a row. */
export type AnyConversion = ConversionState | RouteState
type OfHop = Extract<ConversionEvent, { kind: 'legBSigned' | 'decline' }>
/** `hop`: 0 for the only one. */
export type AnyConversionEvent = Exclude<ConversionEvent, OfHop> | (OfHop & { readonly hop: number })
export type ConversionKind = DealKind<AnyConversion, AnyConversionEvent, ConversionEffect>

const isRoute = (state: AnyConversion): state is RouteState => 'hops' in state

/** The hops of a conversion, first to last; the first pays the first leg, the last claims the last. */
export const hopsOf = (state: AnyConversion): readonly ConversionState[] => (isRoute(state) ? state.hops : [state])

/** The hop that owes an effect: effects' ids begin with their hop's id. */
export function hopOf(
  state: AnyConversion,
  effect: string,
): { readonly hop: ConversionState; readonly index: number } | undefined {
  const hops = hopsOf(state)
  const index = hops.findIndex(({ terms }) => effect.startsWith(`${terms.id}/`))
  const hop = hops[index]
  return hop === undefined ? undefined : { hop, index }
}

/** Id of one hop: the conversion's own where there is no other. */
export const hopId = (deal: string, index: number, hops: number): string => (hops === 1 ? deal : `${deal}/hop/${index}`)

/** `quotes`: where the reservation behind each hop is kept; it moves in the same transaction as the state. */
export function conversionKind(quotes: Pick<QuoteStore, 'settle'>): ConversionKind {
  return {
    kind: 'conversion',
    prefix: 'cnv',
    codec,
    decide,
    effects: (state, env) => (isRoute(state) ? routeEffects(state, env) : conversionEffects(state, env)),
    outline,
    duties: {
      signLockB: 'performed',
      broadcast: 'performed',
      signCancel: 'performed',
      askReveal: 'shown',
      closeReservation: 'within',
      pushClaim: 'performed',
      pushRefund: 'performed',
      adjudicate: 'performed',
    },
    within: async (unit, deal, _effects, before) => {
      const was = before === undefined ? [] : hopsOf(before).map(reservationOf)
      for (const [index, hop] of hopsOf(deal.state).entries()) {
        const { wanted, isPaid } = reservationOf(hop)
        if (was[index]?.wanted !== wanted || was[index].isPaid !== isPaid)
          await quotes.settle(unit, hop.terms.quote, { wanted, isPaid })
      }
    },
  }
}

const reservationOf = (hop: ConversionState) => ({ wanted: inventoryOf(hop), isPaid: hop.a.fate !== 'none' })

const codec: StateCodec<AnyConversion> = {
  encodeState: (state) => (isRoute(state) ? routeCodec.encodeState(state) : conversionCodec.encodeState(state)),
  decodeState: (stored) => {
    const machine = typeof stored === 'object' && stored !== null && 'machine' in stored ? stored.machine : undefined
    return machine === 'route' ? routeCodec.decodeState(stored) : conversionCodec.decodeState(stored)
  },
}

function decide(
  state: AnyConversion,
  event: AnyConversionEvent | LedgerFact,
  env: Env,
): Decided<AnyConversion, ConversionEffect, string> {
  if (!isRoute(state)) return decideConversion(state, event, env)
  // a route's secret shows on its last leg; nobody hands it to the hub
  if (event.kind === 'reveal') return { ok: false, code: 'conversion_wrong_state' }
  const heard: RouteEvent = event
  return decideRoute(state, heard, env)
}

/**
 * Where the promised amount is. `taken` while leg B may still come; `settled` while it stands or was claimed; `returned` once leg B went back
 * or can never come. A signed leg B that is not dead may still come, and one that is owed may be asked for: both keep their reservation.
 */
export function inventoryOf(state: ConversionState): 'taken' | 'settled' | 'returned' {
  if (state.b.fate === 'open' || state.b.fate === 'claimed') return 'settled'
  if (state.b.fate === 'returned') return 'returned'
  switch (state.state) {
    case 'QUOTED':
    case 'A_LOCKED':
    case 'B_SUBMITTED':
      return 'taken'
    case 'ONE_LEG':
      // leg A was claimed before leg B came: signed bytes may still bring it, and if they do not the provider owes it
      return state.a.fate === 'claimed' ? 'taken' : 'returned'
    default:
      return 'returned'
  }
}

function outline(state: AnyConversion): Outline {
  const hops = hopsOf(state)
  const terms: readonly ConversionTerms[] = hops.map((hop) => hop.terms)
  return {
    isFinal: hops.every(isFinal),
    parties: [...new Set([...terms.map(({ payer }) => payer), ...terms.map(({ provider }) => provider)])],
    deadlines: hops.flatMap((hop) => [...ownDeadlines(hop), ...lockDeadlines(hop)]),
    waits: conversionWaits(hops),
    hashes: [...new Set(terms.map(({ hash }) => hash))],
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
