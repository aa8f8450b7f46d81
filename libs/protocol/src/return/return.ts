// Goods on their way back: asked for, authorised, shipped, received, refunded. Every step has its side and its time; it moves no money and never
// stands in money's way: whatever the ledgers pay ends it.
import { type ChainId, type Time, after, err, never, ok } from '@huitong/primitives'
import { type Decided, type PartyId, refused, unchanged } from '../decision.js'
import { type Env, advanced } from '../env.js'
import { stateCodec } from '../state-codec.js'
import { hasPassed, isStillBefore, latestNow } from '../time-locks.js'

export interface ReturnTerms {
  readonly buyer: PartyId
  readonly merchant: PartyId
  /** The ledger whose block time counts, and until when the arbiter holds the money there. */
  readonly chain: ChainId
  readonly heldUntil: Time
  /** The merchant says by then whether the goods may come back. */
  readonly answerBy: Time
  /** The longest time for each later step, in milliseconds. */
  readonly stepMs: number
}

/** Who let which step pass; the case it belongs to judges. */
export interface Lapse {
  readonly by: PartyId
  readonly step: 'authorise' | 'ship' | 'receive' | 'refund'
}

interface Carried {
  readonly terms: ReturnTerms
  /** The parcel on its way back, once shipped. */
  readonly tracking: string
}

export type ReturnState =
  /** The buyer rejects what came; the merchant is asked whether it may come back. */
  | (Carried & { readonly state: 'ASKED' })
  /** The buyer ships by `until`. */
  | (Carried & { readonly state: 'AUTHORISED'; readonly until: Time })
  /** The merchant confirms receipt by `until`. */
  | (Carried & { readonly state: 'SHIPPED_BACK'; readonly until: Time })
  /** The merchant gives the money back by `until`. */
  | (Carried & { readonly state: 'RECEIVED'; readonly until: Time })
  /** The money is back with the buyer, final on the ledger. */
  | (Carried & { readonly state: 'REFUNDED' })
  /** The merchant does not take it back: the dispute goes on. */
  | (Carried & { readonly state: 'REFUSED' })
  /** Somebody was silent: the dispute goes on, with judgement against that side. */
  | (Carried & { readonly state: 'LAPSED'; readonly lapse: Lapse })
  /** The money went another way. */
  | (Carried & { readonly state: 'OVERTAKEN' })

export const RETURN_STATES = [
  'ASKED',
  'AUTHORISED',
  'SHIPPED_BACK',
  'RECEIVED',
  'REFUNDED',
  'REFUSED',
  'LAPSED',
  'OVERTAKEN',
] as const satisfies readonly ReturnState['state'][]

export type ReturnEvent =
  | { readonly kind: 'authorise'; readonly by: PartyId }
  | { readonly kind: 'refuse'; readonly by: PartyId }
  | { readonly kind: 'shipBack'; readonly by: PartyId; readonly tracking: string }
  | { readonly kind: 'receive'; readonly by: PartyId }
  | { readonly kind: 'timePassed'; readonly chain: ChainId; readonly time: Time }
  /** Fact from the order: nothing remains under the milestone. */
  | { readonly kind: 'closed'; readonly isRefunded: boolean }

/**
 * - `return_wrong_state`: no meaning in this state. `return_wrong_party`: this step is the other side's.
 * - `return_too_late`: the time of this step is over.
 */
export type ReturnCode = 'return_wrong_state' | 'return_wrong_party' | 'return_too_late'

type Outcome = Decided<ReturnState, never, ReturnCode>

export const createReturn = (terms: ReturnTerms): ReturnState => ({ state: 'ASKED', terms, tracking: '' })

export function decideReturn(from: ReturnState, event: ReturnEvent, env: Env): Outcome {
  const { buyer, merchant } = from.terms
  switch (event.kind) {
    case 'authorise':
      return step(from, event, { by: merchant, in: 'ASKED', done: 'AUTHORISED' }, env)
    case 'refuse':
      if (event.by !== merchant) return err('return_wrong_party', undefined, 'by')
      if (from.state === 'REFUSED') return unchanged(from)
      return from.state === 'ASKED'
        ? become({ ...carried(from), state: 'REFUSED' })
        : refused('return_wrong_state', from.state, event.kind)
    case 'shipBack': {
      const shipped = step(from, event, { by: buyer, in: 'AUTHORISED', done: 'SHIPPED_BACK' }, env)
      if (!shipped.ok || shipped.value.state === from) return shipped
      return become({ ...shipped.value.state, tracking: event.tracking })
    }
    case 'receive':
      return step(from, event, { by: merchant, in: 'SHIPPED_BACK', done: 'RECEIVED' }, env)
    case 'timePassed':
      return onTime(from, advanced(env, event.chain, event.time))
    case 'closed':
      if (isOver(from)) return unchanged(from)
      return become({ ...carried(from), state: event.isRefunded ? 'REFUNDED' : 'OVERTAKEN' })
    default:
      return never(event)
  }
}

/** When the state ends by itself, and whose silence that is. */
export function returnDeadline(from: ReturnState): { readonly at: Time; readonly lapse: Lapse } | undefined {
  const { buyer, merchant, answerBy } = from.terms
  switch (from.state) {
    case 'ASKED':
      return { at: answerBy, lapse: { by: merchant, step: 'authorise' } }
    case 'AUTHORISED':
      return { at: from.until, lapse: { by: buyer, step: 'ship' } }
    case 'SHIPPED_BACK':
      return { at: from.until, lapse: { by: merchant, step: 'receive' } }
    case 'RECEIVED':
      return { at: from.until, lapse: { by: merchant, step: 'refund' } }
    case 'REFUNDED':
    case 'REFUSED':
    case 'LAPSED':
    case 'OVERTAKEN':
      return undefined
    default:
      return never(from)
  }
}

/** Under way: while it is, the negotiation it belongs to is not ended by its own clock. */
export const isReturning = ({ state }: ReturnState): boolean =>
  state === 'AUTHORISED' || state === 'SHIPPED_BACK' || state === 'RECEIVED'

const become = (state: ReturnState): Outcome => ok({ state, effects: [] })
const carried = ({ terms, tracking }: ReturnState): Carried => ({ terms, tracking })
const isOver = ({ state }: ReturnState): boolean => state === 'REFUNDED' || state === 'OVERTAKEN'

interface Step {
  readonly by: PartyId
  readonly in: ReturnState['state']
  readonly done: 'AUTHORISED' | 'SHIPPED_BACK' | 'RECEIVED'
}

function step(from: ReturnState, asked: { readonly kind: string; readonly by: PartyId }, wanted: Step, env: Env): Outcome {
  if (asked.by !== wanted.by) return err('return_wrong_party', undefined, 'by')
  if (from.state === wanted.done) return unchanged(from)
  if (from.state !== wanted.in) return refused('return_wrong_state', from.state, asked.kind)
  const deadline = returnDeadline(from)
  if (deadline !== undefined && !isStillBefore(env, from.terms.chain, deadline.at)) return err('return_too_late')
  return become({ ...carried(from), state: wanted.done, until: untilNext(from.terms, env) })
}

/** A quarter of what is left under the hold at most, so that the steps and a ruling after them still fit. */
function untilNext({ chain, heldUntil, stepMs }: ReturnTerms, env: Env): Time {
  const now = latestNow(env, chain)
  return after(now, Math.max(0, Math.min(stepMs, Math.floor((heldUntil - now) / 4))))
}

function onTime(from: ReturnState, env: Env): Outcome {
  const deadline = returnDeadline(from)
  if (deadline === undefined || !hasPassed(env, from.terms.chain, deadline.at)) return unchanged(from)
  return become({ ...carried(from), state: 'LAPSED', lapse: deadline.lapse })
}

export const returnCodec = stateCodec<ReturnState>('return', RETURN_STATES)
