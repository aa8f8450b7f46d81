// How facts move one milestone: its legs are booked first, its state follows from them. Takes no commands and makes no effects.
import { type Preimage, type Time, after } from '@huitong/primitives'
import type { Env } from '../env.js'
import type { CoinCreated, CoinSpent } from '../facts.js'
import { clockOf } from '../env.js'
import { hasPassed, isDead, latestNow } from '../time-locks.js'
import { type OpenLegState, type Side, buyersLegState, fundedLeg, legEntries, openLegs, spentLeg, withLeg } from './legs.js'
import type { CarrierHold, LegState, Legs, MilestoneCarried, MilestoneState, Resolution } from './model.js'
import { DROP_ROOM_MS, type EscrowLegTerms, type MilestoneTerms, buyersLeg, fundingEnds } from './terms.js'

/** A milestone before any money. */
export function newMilestone(terms: MilestoneTerms): MilestoneState {
  const legs: Legs =
    terms.legs.kind === 'single'
      ? { kind: 'single', leg: { fate: 'unfunded' } }
      : { kind: 'paired', a: { fate: 'unfunded' }, b: { fate: 'unfunded' } }
  const nothing = { code: null, request: null, resolution: null, disputeAsked: null }
  return { state: 'UNFUNDED', milestone: terms.milestone, legs, ...nothing }
}

/** What every state of a milestone carries over into the next. */
export function carried(from: MilestoneState): MilestoneCarried {
  const { milestone, legs, code, request, resolution, disputeAsked } = from
  return { milestone, legs, code, request, resolution, disputeAsked }
}

export const isClosed = (milestone: MilestoneState): boolean =>
  milestone.state === 'SETTLED' ||
  milestone.state === 'REFUNDED' ||
  milestone.state === 'ONE_LEG' ||
  (milestone.state === 'LAPSED' && openLegs(milestone.legs).length === 0)

/**
 * True if the division is decided and the arbiter or the ledger executes it. A consent over a single leg is not: the parties sign
 * themselves, and until they did either may still dispute.
 */
export const isBound = ({ resolution, legs }: MilestoneState): boolean =>
  resolution !== null && !(resolution.cause === 'consent' && legs.kind === 'single')

/** The terms of one leg. */
export function legTerms(terms: MilestoneTerms, side: Side): EscrowLegTerms {
  if (terms.legs.kind === 'single') return terms.legs.leg
  return side === 'b' ? terms.legs.b : terms.legs.a
}

/** A coin that equals a leg byte for byte: the milestone with it, or why it comes too late or too often. */
export function fund(
  from: MilestoneState,
  terms: MilestoneTerms,
  side: Side,
  fact: CoinCreated,
): MilestoneState | 'late' | 'extra' {
  const leg = legEntries(from.legs).find((entry) => entry.side === side)
  if (leg === undefined || leg.leg.fate !== 'unfunded') return 'extra'
  if (side === 'b') {
    if (from.state !== 'UNFUNDED' && from.state !== 'HALF_FUNDED') return 'late'
    if (from.resolution !== null) return 'late'
  } else if (from.state !== 'UNFUNDED' || fact.at >= fundingEnds(terms)) {
    return 'late'
  }
  return placed({ ...from, legs: withLeg(from.legs, leg, fundedLeg(fact)) })
}

/** A single leg that is one coin or several together. */
export function fundWith(from: MilestoneState, coins: readonly OpenLegState[]): MilestoneState {
  const [leg, ...more] = coins
  if (leg === undefined) return from
  return placed({ ...from, legs: { kind: 'single', leg, ...(more.length === 0 ? {} : { more }) } })
}

/** The milestone after one of its coins was spent; a secret shown by the spend is kept. */
export function spend(
  from: MilestoneState,
  at: { readonly side: Side; readonly leg: OpenLegState },
  fact: CoinSpent,
): MilestoneState {
  const legs = withLeg(from.legs, at, spentLeg(at.leg, fact))
  const code = fact.path.kind === 'code' ? (fact.preimage ?? from.code) : from.code
  const buyers = buyersLegState(legs)
  const returned = at.side !== 'b' && buyers.fate !== 'unfunded' && buyers.books.refunded > at.leg.books.refunded
  // What was asked back came back, or nothing is left to ask for.
  const answered = buyers.fate === 'closed' || (returned && from.resolution?.refund === undefined)
  const part = from.legs.kind === 'single' && from.resolution?.cause === 'consent' && fact.path.kind === 'refund'
  const request = answered ? null : from.request
  const back = buyersRefunded(legs) - buyersRefunded(from.legs)
  return placed(
    withCode({ ...from, legs, request, resolution: part ? restOf(from.resolution, legs, back) : from.resolution }, code),
  )
}

const buyersRefunded = (legs: Legs): bigint => {
  const leg = buyersLegState(legs)
  return leg.fate === 'unfunded' ? 0n : leg.books.refunded
}

/** What was consented to goes back coin by coin where there are several. */
function restOf(resolution: Resolution | null, legs: Legs, back: bigint): Resolution | null {
  if (resolution?.amount === undefined || legs.kind !== 'single' || legs.more === undefined) return null
  const amount = resolution.amount - back
  return amount > 0n && openLegs(legs).length > 0 ? { ...resolution, amount } : null
}

export const learn = (from: MilestoneState, code: Preimage): MilestoneState => placed(withCode(from, code))

function withCode(from: MilestoneState, code: Preimage | null): MilestoneState {
  if (code === null) return from
  return from.state === 'DELIVERED' && from.by === 'code' ? from : { ...from, code }
}

/** The milestone after a ledger's final time moved. `ends`: until when money is waited for. */
export function passTime(from: MilestoneState, terms: MilestoneTerms, ends: Time, env: Env): MilestoneState {
  if (from.state === 'UNFUNDED' && hasPassed(env, buyersLeg(terms.legs).chain, ends)) {
    return lapsed(from)
  }
  if (from.state === 'HALF_FUNDED' && from.resolution === null && terms.legs.kind === 'paired') {
    if (isDead(env, terms.legs.b.chain, terms.legs.lockBy)) return withoutLegB(from)
  }
  return from
}

/** The arbiter gives A back: B did not come by its lock-by time, or came and went. */
const withoutLegB = <State extends MilestoneState>(from: State): State => ({
  ...from,
  resolution: { cause: 'no_leg_b', evidence: '', share: { toPayer: 1n, toPayee: 0n } },
})

/** Until when the arbiter holds after the carrier's word: the inspection window, later than the old deadline, below the dispute's room. */
export function carrierHold(leg: OpenLegState, terms: MilestoneTerms, evidence: string, env: Env): CarrierHold {
  const { chain, latest } = legTerms(terms, 'single')
  const inspectionMs = terms.confirmation.kind === 'inspection' ? terms.confirmation.inspectionMs : 0
  const wished = after(latestNow(env, chain), clockOf(env, chain).finalityMs + inspectionMs)
  const least = after(leg.coin.deadline, 1)
  const most = after(latest, -DROP_ROOM_MS - 1)
  const until: Time = wished < least ? least : wished > most ? most : wished
  return { evidence, until }
}

/** The deadline that a dispute's hold sets: as late as possible with room for one more hold. */
export const disputeDeadline = (terms: EscrowLegTerms): Time => after(terms.latest, -DROP_ROOM_MS)

/** The state that the legs amount to. Where they say nothing new, the state stays. */
function placed(from: MilestoneState): MilestoneState {
  const { legs } = from
  if (legs.kind === 'single') return placedSingle(from, buyersLegState(legs))
  const { a, b } = legs
  if (a.fate === 'closed' && b.fate === 'closed') {
    const torn = a.outcome !== b.outcome && a.outcome !== 'split' && b.outcome !== 'split'
    if (torn) return { ...carried(from), state: 'ONE_LEG' }
    if (a.outcome === 'refunded') return { ...carried(from), state: 'REFUNDED', byDefault: a.by === 'default' }
    return { ...carried(from), state: 'SETTLED' }
  }
  if (a.fate === 'closed' && b.fate === 'unfunded') {
    if (a.outcome !== 'refunded') return { ...carried(from), state: 'ONE_LEG' }
    return { ...carried(from), state: 'REFUNDED', byDefault: a.by === 'default' }
  }
  if (from.state === 'UNFUNDED' || from.state === 'HALF_FUNDED') {
    if (a.fate === 'open' && b.fate === 'open') return confirmed({ ...carried(from), state: 'FUNDED' })
    if (a.fate === 'open' && b.fate === 'closed') {
      if (b.outcome !== 'refunded') return confirmed({ ...carried(from), state: 'FUNDED' })
      return withoutLegB({ ...carried(from), state: 'HALF_FUNDED' })
    }
    return a.fate === 'open' ? { ...carried(from), state: 'HALF_FUNDED' } : from
  }
  return from.state === 'LAPSED' ? lapsed(from) : confirmed(from)
}

/** Not funded in time. If B was paid out all the same, somebody must make it good. */
const lapsed = (from: MilestoneState): MilestoneState => {
  const { legs } = from
  const paidOut = legs.kind === 'paired' && legs.b.fate === 'closed' && legs.b.outcome !== 'refunded'
  return { ...carried(from), state: paidOut ? 'ONE_LEG' : 'LAPSED' }
}

function placedSingle(from: MilestoneState, leg: LegState): MilestoneState {
  if (leg.fate === 'closed') {
    if (leg.outcome === 'refunded') return { ...carried(from), state: 'REFUNDED', byDefault: leg.by === 'default' }
    return { ...carried(from), state: 'SETTLED' }
  }
  if (leg.fate === 'open' && from.state === 'UNFUNDED') return confirmed({ ...carried(from), state: 'FUNDED' })
  if (leg.fate === 'open' && from.state === 'DELIVERED' && from.by === 'carrier' && leg.coin.default === 'release') {
    return confirmed({ ...carried(from), state: 'INSPECTION', endsAt: leg.coin.deadline })
  }
  return confirmed(from)
}

/** Code known: delivered. Dispute asked and held on every leg: disputed (see {@link held}). */
function confirmed(from: MilestoneState): MilestoneState {
  const { code } = from
  if (code === null) return from
  switch (from.state) {
    case 'FUNDED':
    case 'SHIPPED':
    case 'ACCEPTED':
      return { ...carried(from), code, state: 'DELIVERED', by: 'code' }
    default:
      return from
  }
}

const isHeldForDispute = (leg: OpenLegState, terms: EscrowLegTerms): boolean =>
  leg.coin.held && leg.coin.deadline >= disputeDeadline(terms)

/** A dispute that was asked for becomes one when the arbiter's hold is final on every leg: that is what stops the enforced clock. */
export function held(from: MilestoneState, terms: MilestoneTerms): MilestoneState {
  const { disputeAsked } = from
  const open = openLegs(from.legs)
  if (disputeAsked === null || isBound(from) || isClosed(from) || from.state === 'DISPUTED') return from
  if (open.length < (from.legs.kind === 'paired' ? 2 : 1)) return from
  if (!open.every(({ side, leg }) => isHeldForDispute(leg, legTerms(terms, side)))) return from
  return { ...carried(from), state: 'DISPUTED', dispute: disputeAsked.dispute }
}
