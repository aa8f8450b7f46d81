// What becomes of the inventory behind a firm quote: promised to its payer, taken by a deal, gone into leg B, or free again. Moves no money and prices
// nothing (quote.ts does); whoever keeps an offer's sums applies the movements that this machine owes.
import { type Amount, type ChainId, type Time, never, ok } from '@huitong/primitives'
import { type Decided, type PartyId, refused, unchanged } from '../decision.js'
import { type Env, advanced } from '../env.js'
import type { TimePassed } from '../facts.js'
import { stateCodec } from '../state-codec.js'
import { hasPassed, isStillBefore } from '../time-locks.js'

interface Carried {
  readonly id: string
  readonly offer: string
  readonly payer: PartyId
  /** Base units of B that are promised. */
  readonly amount: Amount
  /** The ledger that the payer gives on: the quote's life is counted in its time. */
  readonly chain: ChainId
  readonly expiresAt: Time
}
interface Taken extends Carried {
  readonly deal: string
}

export type QuoteState =
  | (Carried & { readonly state: 'OPEN' })
  /** A deal stands on it; leg B is not final. */
  | (Taken & { readonly state: 'TAKEN' })
  /** The inventory is in a final leg B, or was paid out by it. */
  | (Taken & { readonly state: 'SETTLED' })
  /** Leg B went back, or can never come. */
  | (Taken & { readonly state: 'RETURNED' })
  /** Nobody took it in time. */
  | (Carried & { readonly state: 'EXPIRED' })

export const QUOTE_STATES = ['OPEN', 'TAKEN', 'SETTLED', 'RETURNED', 'EXPIRED'] as const satisfies readonly QuoteState['state'][]

export type QuoteEvent =
  | { readonly kind: 'take'; readonly by: PartyId; readonly deal: string }
  | TimePassed
  /** Fact of the deal: leg B is final. */
  | { readonly kind: 'legBLocked' }
  /** Fact of the deal: leg B went back whole, or the deal is over without one. */
  | { readonly kind: 'legBBack' }

/** By how much an offer's sums change. Applied once, in the transaction of the new state. */
export interface MoveInventory {
  readonly kind: 'moveInventory'
  readonly id: string
  readonly offer: string
  readonly reserved: bigint
  readonly used: bigint
}

/**
 * - `quote_wrong_party`: made for somebody else.
 * - `quote_expired`: its time has passed, or may have by the time it is used.
 * - `quote_used`: another deal stands on it, or stood.
 */
export type ReservationCode = 'quote_wrong_party' | 'quote_expired' | 'quote_used'

type Outcome = Decided<QuoteState, MoveInventory, ReservationCode>

/** A new quote: its inventory is reserved from now on. */
export function createQuote(made: Carried): Outcome {
  const state: QuoteState = { ...made, state: 'OPEN' }
  return ok({
    state,
    effects: [{ kind: 'moveInventory', id: `${made.id}/OPEN`, offer: made.offer, reserved: made.amount, used: 0n }],
  })
}

export function decideQuote(quote: QuoteState, event: QuoteEvent, env: Env): Outcome {
  switch (event.kind) {
    case 'take':
      return onTake(quote, event, env)
    case 'timePassed': {
      const now = advanced(env, event.chain, event.time)
      if (quote.state !== 'OPEN' || !hasPassed(now, quote.chain, quote.expiresAt)) return unchanged(quote)
      return moved(quote, { ...carried(quote), state: 'EXPIRED' })
    }
    case 'legBLocked':
    case 'legBBack':
      return followed(quote, afterLegB(quote.state, event.kind))
    default:
      return never(event)
  }
}

/** The state of a quote once its deal says what became of leg B: for those who keep no more of a quote than its state. */
export function afterLegB(state: QuoteState['state'], fate: 'legBLocked' | 'legBBack'): QuoteState['state'] {
  if (fate === 'legBLocked') return state === 'TAKEN' ? 'SETTLED' : state
  // what came back stays back: the offer may have promised it to somebody else since
  return state === 'TAKEN' || state === 'SETTLED' ? 'RETURNED' : state
}

/** What an offer counts for a quote in this state: promised, or used. */
export function inventoryOfQuote({ state, amount }: Pick<QuoteState, 'state' | 'amount'>): {
  readonly reserved: bigint
  readonly used: bigint
} {
  switch (state) {
    case 'OPEN':
    case 'TAKEN':
      return { reserved: amount, used: 0n }
    case 'SETTLED':
      return { reserved: 0n, used: amount }
    case 'RETURNED':
    case 'EXPIRED':
      return { reserved: 0n, used: 0n }
    default:
      return never(state)
  }
}

function onTake(quote: QuoteState, event: Extract<QuoteEvent, { kind: 'take' }>, env: Env): Outcome {
  if (event.by !== quote.payer) return refused('quote_wrong_party', quote.state, event.kind)
  switch (quote.state) {
    case 'OPEN':
      if (!isStillBefore(env, quote.chain, quote.expiresAt)) return refused('quote_expired', quote.state, event.kind)
      return moved(quote, { ...quote, state: 'TAKEN', deal: event.deal })
    case 'EXPIRED':
      return refused('quote_expired', quote.state, event.kind)
    case 'TAKEN':
    case 'SETTLED':
    case 'RETURNED':
      return quote.deal === event.deal ? unchanged(quote) : refused('quote_used', quote.state, event.kind)
    default:
      return never(quote)
  }
}

function followed(quote: QuoteState, to: QuoteState['state']): Outcome {
  const isTaken = quote.state === 'TAKEN' || quote.state === 'SETTLED'
  if (to === quote.state || !isTaken || (to !== 'SETTLED' && to !== 'RETURNED')) return unchanged(quote)
  return moved(quote, { ...quote, state: to })
}

function moved(before: QuoteState, after: QuoteState): Outcome {
  const [from, to] = [inventoryOfQuote(before), inventoryOfQuote(after)]
  const [reserved, used] = [to.reserved - from.reserved, to.used - from.used]
  if (reserved === 0n && used === 0n) return ok({ state: after, effects: [] })
  return ok({
    state: after,
    effects: [{ kind: 'moveInventory', id: `${after.id}/${after.state}`, offer: after.offer, reserved, used }],
  })
}

const carried = ({ id, offer, payer, amount, chain, expiresAt }: QuoteState): Carried => ({
  id,
  offer,
  payer,
  amount,
  chain,
  expiresAt,
})

export const quoteCodec = stateCodec<QuoteState>('quote', QUOTE_STATES)
