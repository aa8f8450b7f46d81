// The arithmetic of one escrow leg: which coin is it, and what a spend moved. Asserts that its books add up after every step.
import type { EscrowCondition, SpendPath } from '@huitong/chain'
import { type Amount, type Coordinate, invariant, mulDivFloor } from '@huitong/primitives'
import { canonicalText } from '../canonical.js'
import type { CoinCreated, CoinSpent } from '../facts.js'
import type { Books, EscrowCoin, LegState, Legs } from './model.js'
import { type MilestoneTerms, type OrderTerms, expectedCondition, namedLegs } from './terms.js'

export type Side = 'a' | 'b' | 'single'
export type OpenLegState = Extract<LegState, { fate: 'open' }>

/** How an escrow coin relates to an order: one of its legs byte for byte, a coin that only names it, or a stranger. */
export type EscrowMatch =
  | {
      readonly kind: 'leg'
      readonly terms: MilestoneTerms
      readonly side: Side
      /** Accepted as it is, by the terms: what is missing or too much. */
      readonly accepted?: { readonly reason: 'underpaid' | 'overpaid'; readonly difference: Amount }
    }
  | {
      readonly kind: 'other'
      readonly reason: 'underpaid' | 'overpaid' | 'wrong_condition'
      readonly condition: EscrowCondition
      /** What is missing or too much, where that is the only fault. */
      readonly difference: Amount
    }
  | { readonly kind: 'stranger' }

export function matchEscrow(terms: OrderTerms, fact: CoinCreated): EscrowMatch {
  const { coin, chain } = fact
  const { condition } = coin
  if (condition.kind !== 'escrow' || condition.order !== terms.order) return { kind: 'stranger' }
  const milestone = terms.milestones.find((one) => one.milestone === condition.milestone)
  if (milestone === undefined) return { kind: 'other', reason: 'wrong_condition', condition, difference: 0n }
  for (const { side, leg } of namedLegs(milestone.legs)) {
    if (leg.chain !== chain || leg.asset !== coin.asset) continue
    const expected = expectedCondition(terms.order, milestone, leg)
    const equal = (fee: Amount): boolean => canonicalText({ ...condition, fee }) === canonicalText(expected)
    if (coin.amount === leg.amount && equal(condition.fee)) return { kind: 'leg', terms: milestone, side }
    if (coin.amount === leg.amount || !equal(leg.fee)) continue
    const isLess = coin.amount < leg.amount
    const reason = isLess ? 'underpaid' : 'overpaid'
    const difference = isLess ? leg.amount - coin.amount : coin.amount - leg.amount
    const policy = isLess ? milestone.payment?.under : milestone.payment?.over
    // the fee is the agreed one: whoever writes another into the coin has not paid as agreed in any way
    if (policy === 'accept' && side === 'single' && condition.fee === leg.fee && leg.fee <= coin.amount)
      return { kind: 'leg', terms: milestone, side, accepted: { reason, difference } }
    return { kind: 'other', reason, condition, difference }
  }
  return { kind: 'other', reason: 'wrong_condition', condition, difference: 0n }
}

/** A leg that a final, matching coin has just funded. */
export function fundedLeg(fact: CoinCreated): OpenLegState {
  const { amount, coordinate, condition } = fact.coin
  invariant(condition.kind === 'escrow', 'an escrow leg is funded by an escrow coin')
  const books = checked({ funded: amount, released: 0n, refunded: 0n, fees: 0n, remaining: amount })
  return { fate: 'open', books, coin: escrowCoin(coordinate, amount, condition), seen: [coordinate] }
}

/** The leg after its coin was spent. What went where follows from the path; the rest, if any, is the escrow coin among the outputs. */
export function spentLeg(leg: OpenLegState, fact: CoinSpent): LegState {
  const { coin, books } = leg
  const { toPayee, toPayer } = division(coin, fact.path)
  const fees = mulDivFloor(coin.fee, toPayee, coin.amount)
  const remaining = coin.amount - toPayee - toPayer
  const after = checked({
    funded: books.funded,
    released: books.released + toPayee - fees,
    refunded: books.refunded + toPayer,
    fees: books.fees + fees,
    remaining,
  })
  if (remaining === 0n) {
    const outcome = after.refunded === 0n ? 'released' : after.released + after.fees === 0n ? 'refunded' : 'split'
    return { fate: 'closed', books: after, outcome, by: fact.path.kind, at: fact.at, seen: leg.seen }
  }
  const rest = fact.outputs.find((output) => output.condition.kind === 'escrow')
  invariant(rest !== undefined && rest.condition.kind === 'escrow' && rest.amount === remaining, 'the rest stays in escrow')
  return {
    fate: 'open',
    books: after,
    coin: escrowCoin(rest.coordinate, rest.amount, rest.condition),
    seen: [...leg.seen, rest.coordinate],
  }
}

/** Before fees: how much of the coin a path sends to the payee and to the payer. */
function division(coin: EscrowCoin, path: SpendPath): { readonly toPayee: Amount; readonly toPayer: Amount } {
  switch (path.kind) {
    case 'release':
      return { toPayee: path.amount, toPayer: 0n }
    case 'refund':
      return { toPayee: 0n, toPayer: path.amount }
    case 'agree':
    case 'rule':
      return { toPayee: path.toPayee, toPayer: coin.amount - path.toPayee }
    case 'code':
      return { toPayee: coin.amount, toPayer: 0n }
    case 'default':
      return coin.default === 'release' ? { toPayee: coin.amount, toPayer: 0n } : { toPayee: 0n, toPayer: coin.amount }
    case 'hold':
      return { toPayee: 0n, toPayer: 0n }
    default:
      invariant(false, `no ledger spends an escrow coin by ${path.kind}`)
  }
}

function checked(books: Books): Books {
  const { funded, released, refunded, fees, remaining } = books
  invariant(
    [released, refunded, fees, remaining].every((part) => part >= 0n),
    'no part of a leg is negative',
  )
  invariant(released + refunded + fees + remaining === funded, 'released + refunded + fees + remaining = funded')
  return books
}

function escrowCoin(coordinate: Coordinate, amount: Amount, condition: EscrowCondition): EscrowCoin {
  const { fee, deadline, held, deliveryHash } = condition
  const code = deliveryHash === undefined ? {} : { deliveryHash }
  return { coordinate, amount, fee, deadline, default: condition.default, held, ...code }
}

/** The legs with their names, in the order in which they are listed in the terms. */
export function legEntries(legs: Legs): readonly { readonly side: Side; readonly leg: LegState }[] {
  return legs.kind === 'single'
    ? [{ side: 'single', leg: legs.leg }]
    : [
        { side: 'a', leg: legs.a },
        { side: 'b', leg: legs.b },
      ]
}

/** The leg that holds the buyer's own money. */
export const buyersLegState = (legs: Legs): LegState => (legs.kind === 'single' ? legs.leg : legs.a)

export function withLeg(legs: Legs, side: Side, leg: LegState): Legs {
  if (legs.kind === 'single') return { kind: 'single', leg }
  return side === 'a' ? { ...legs, a: leg } : { ...legs, b: leg }
}

export const openLegs = (legs: Legs): readonly { readonly side: Side; readonly leg: OpenLegState }[] =>
  legEntries(legs).flatMap(({ side, leg }) => (leg.fate === 'open' ? [{ side, leg }] : []))
