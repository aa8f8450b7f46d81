// What buyer and merchants agree to, immutable afterwards: terms, their checks and their hash. Decides nothing about money on its way.
import type { EscrowCondition } from '@huitong/chain'
import { AMOUNT_MAX, type AccountId, type Amount, type AssetCode, type ChainId, type HashLock } from '@huitong/primitives'
import { type Err, type OrderId, type Time, err } from '@huitong/primitives'
import { canonicalText } from '../canonical.js'
import { type PartyId, hashText } from '../decision.js'
import type { Env } from '../env.js'
import { earliestExpiry, pairMarginMs } from '../time-locks.js'

/** One escrow coin as agreed. Its default is refund; `fee` is for the whole amount, from what the payee gets. */
export interface EscrowLegTerms {
  readonly chain: ChainId
  readonly asset: AssetCode
  readonly amount: Amount
  readonly fee: Amount
  readonly feeTo: AccountId
  readonly payer: AccountId
  readonly payee: AccountId
  readonly arbiter: AccountId
  readonly deadline: Time
  readonly latest: Time
}

/** Delivery is confirmed by revealing a code, or by silence through an inspection window: one or the other, never both. */
export type Confirmation =
  { readonly kind: 'code'; readonly hash: HashLock } | { readonly kind: 'inspection'; readonly inspectionMs: number }

/** Where the money stands: one coin, or two that share a fate: A from the buyer to a provider, B from the provider to the merchant. */
export type LegsTerms =
  | { readonly kind: 'single'; readonly leg: EscrowLegTerms }
  | {
      readonly kind: 'paired'
      readonly provider: PartyId
      readonly a: EscrowLegTerms
      readonly b: EscrowLegTerms
      /** `validUntil` of leg B's funding, time of ledger B: without a final B by then, A goes back. */
      readonly lockBy: Time
    }

/**
 * What a coin counts for that is not what was agreed. Where nothing is said it is no leg: it is listed, owed back to its payer and returned by default.
 * Only the buyer's coin of a single leg can be accepted as it is; a pair's amounts are bound to each other.
 * `accept`: it is the leg. `hold`: it stays in escrow until the merchant decides, before ship-by at the latest.
 */
export interface PaymentPolicy {
  /** A coin of less than the amount. `top-up`: it waits for the rest; all coins that add up to the amount before fund-by are the leg together. */
  readonly under?: 'accept' | 'hold' | 'top-up'
  /** A coin of more: all of it is for the merchant. */
  readonly over?: 'accept' | 'hold'
  /** A coin after fund-by and before ship-by. */
  readonly late?: 'accept' | 'hold'
}

export interface MilestoneTerms {
  /** 0 to 65535; one milestone has one merchant, an order may have several of both. */
  readonly milestone: number
  readonly merchant: PartyId
  /** The buyer's coin counts only if its block's time is earlier. */
  readonly fundBy: Time
  readonly shipBy: Time
  readonly transitMs: number
  /** The longest a dispute may take. */
  readonly disputeMs: number
  readonly confirmation: Confirmation
  readonly legs: LegsTerms
  readonly payment?: PaymentPolicy
}

/** Until when the buyer's coin counts: block time, exclusive. */
export const fundingEnds = ({ fundBy, shipBy, payment }: MilestoneTerms): Time => (payment?.late === undefined ? fundBy : shipBy)

export interface OrderTerms {
  readonly order: OrderId
  readonly buyer: PartyId
  /** Everybody agrees before this time of the first milestone's funding ledger. */
  readonly agreeBy: Time
  /** SHA-256 of everything the machine does not act on: items, prices in words, addresses' commitment. Hexadecimal. */
  readonly details: string
  readonly milestones: readonly MilestoneTerms[]
}

/**
 * Why terms are refused.
 * - `order_terms_invalid`: fields contradict each other.
 * - `order_parties_not_distinct`: payer, payee and arbiter of a coin must be three.
 * - `order_deadline_too_early`: deadline >= ship-by + transit + margin does not hold.
 * - `order_latest_too_early`: latest >= deadline + inspection + longest dispute does not hold.
 * - `order_pair_needs_code`: paired coins are confirmed by a code only.
 * - `order_pair_too_close`: A's deadline and latest must be later than B's by the pair margin.
 */
export type OrderTermsCode =
  | 'order_terms_invalid'
  | 'order_parties_not_distinct'
  | 'order_deadline_too_early'
  | 'order_latest_too_early'
  | 'order_pair_needs_code'
  | 'order_pair_too_close'

/**
 * SHA-256 under the tag `huitong-order-terms-1` of the canonical text (canonical.ts: sorted keys, amounts as decimal strings). What
 * the parties agree to.
 */
export const orderTermsHash = (terms: OrderTerms): string => hashText('huitong-order-terms-1', canonicalText(terms))

/** Room that a dispute's hold leaves below `latest`, so that one more hold can drop the delivery hash before a ruling. */
export const DROP_ROOM_MS = 60_000

/** The legs of a milestone with their names. */
export function namedLegs(legs: LegsTerms): readonly { readonly side: 'a' | 'b' | 'single'; readonly leg: EscrowLegTerms }[] {
  return legs.kind === 'single'
    ? [{ side: 'single', leg: legs.leg }]
    : [
        { side: 'a', leg: legs.a },
        { side: 'b', leg: legs.b },
      ]
}

/** The leg that the buyer funds. */
export const buyersLeg = (legs: LegsTerms): EscrowLegTerms => (legs.kind === 'single' ? legs.leg : legs.a)

/** The condition that a funding coin must equal byte for byte. Wallets and custody build it with this function too. */
export function expectedCondition(order: OrderId, terms: MilestoneTerms, leg: EscrowLegTerms): EscrowCondition {
  const { payer, payee, arbiter, fee, feeTo, deadline, latest } = leg
  const { confirmation, legs, milestone } = terms
  const condition = { kind: 'escrow', order, milestone, payer, payee, arbiter, fee, feeTo, deadline, default: 'refund' } as const
  const code = confirmation.kind === 'code' ? { deliveryHash: confirmation.hash } : {}
  return { ...condition, latest, paired: legs.kind === 'paired', held: false, ...code }
}

/** The first fault of the terms, or `undefined`. The time margins are those of `env` at the moment of the offer. */
export function orderTermsFault(terms: OrderTerms, env: Env): Err<OrderTermsCode> | undefined {
  if (terms.milestones.length === 0) return err('order_terms_invalid', 'an order has at least one milestone', 'milestones')
  const hashes = new Set<string>()
  let previous = -1
  for (const milestone of terms.milestones) {
    if (milestone.milestone <= previous || milestone.milestone > 65_535)
      return err('order_terms_invalid', 'milestones ascend from 0 to 65535', 'milestone')
    previous = milestone.milestone
    if (milestone.merchant === terms.buyer) return err('order_parties_not_distinct', 'a buyer cannot buy from itself', 'merchant')
    if (milestone.confirmation.kind === 'code') {
      if (hashes.has(milestone.confirmation.hash)) return err('order_terms_invalid', 'a code belongs to one milestone', 'hash')
      hashes.add(milestone.confirmation.hash)
    }
    const fault = milestoneFault(milestone, env)
    if (fault !== undefined) return fault
  }
  return undefined
}

function milestoneFault(terms: MilestoneTerms, env: Env): Err<OrderTermsCode> | undefined {
  const { confirmation, legs } = terms
  const inspectionMs = confirmation.kind === 'inspection' ? confirmation.inspectionMs : 0
  if (terms.transitMs < 0 || terms.disputeMs <= DROP_ROOM_MS || (confirmation.kind === 'inspection' && inspectionMs <= 0))
    return err('order_terms_invalid', 'a duration is too short', 'milestone')
  if (terms.fundBy > terms.shipBy) return err('order_terms_invalid', 'shipping cannot be due before the money is', 'shipBy')
  for (const { leg } of namedLegs(legs)) {
    const fault = legFault(leg, terms, inspectionMs, env)
    if (fault !== undefined) return fault
  }
  if (legs.kind === 'single') return undefined
  if (terms.payment !== undefined) return err('order_terms_invalid', 'a pair is funded as agreed or not at all', 'payment')
  return pairFault(terms, legs, env)
}

function legFault(leg: EscrowLegTerms, terms: MilestoneTerms, inspectionMs: number, env: Env): Err<OrderTermsCode> | undefined {
  if (leg.amount < 1n || leg.amount > AMOUNT_MAX || leg.fee < 0n || leg.fee > leg.amount)
    return err('order_terms_invalid', 'an amount is out of range', 'amount')
  if (new Set([leg.payer, leg.payee, leg.arbiter]).size !== 3) return err('order_parties_not_distinct', undefined, 'arbiter')
  if (leg.deadline < terms.shipBy + terms.transitMs + env.parameters.marginMs)
    return err('order_deadline_too_early', 'deadline >= ship-by + transit + margin', 'deadline')
  if (leg.latest < leg.deadline + inspectionMs + terms.disputeMs)
    return err('order_latest_too_early', 'latest >= deadline + inspection + longest dispute', 'latest')
  return undefined
}

function pairFault(
  terms: MilestoneTerms,
  legs: Extract<LegsTerms, { kind: 'paired' }>,
  env: Env,
): Err<OrderTermsCode> | undefined {
  const { a, b, lockBy } = legs
  if (terms.confirmation.kind !== 'code') return err('order_pair_needs_code', undefined, 'confirmation')
  const margin = pairMarginMs(env, a.chain, b.chain)
  if (a.deadline - b.deadline < margin) return err('order_pair_too_close', undefined, 'a.deadline')
  if (a.latest - b.latest < margin) return err('order_pair_too_close', undefined, 'a.latest')
  if (lockBy >= b.deadline) return err('order_terms_invalid', 'leg B would fall due before it is locked', 'lockBy')
  if (b.deadline < earliestExpiry(env, b.chain)) return err('order_deadline_too_early', 'leg B falls due too soon', 'b.deadline')
  return undefined
}
