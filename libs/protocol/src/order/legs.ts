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
      /** Set where the terms have a policy for it: nothing but the amount (and the fee with it) is not as agreed. */
      readonly odd?: { readonly terms: MilestoneTerms; readonly policy: 'hold' | 'top-up' }
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
    const odd = side === 'single' && (policy === 'hold' || policy === 'top-up') ? { odd: { terms: milestone, policy } } : {}
    return { kind: 'other', reason, condition, difference, ...odd }
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
    return { fate: 'closed', books: after, outcome: outcomeOf(after), by: fact.path.kind, at: fact.at, seen: leg.seen }
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

const outcomeOf = ({ released, refunded, fees }: Books): 'released' | 'refunded' | 'split' =>
  refunded === 0n ? 'released' : released + fees === 0n ? 'refunded' : 'split'

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

/** The legs with their names, in the order in which they are listed in the terms; a single leg of several coins has one entry for each. */
export function legEntries(legs: Legs): readonly { readonly side: Side; readonly leg: LegState }[] {
  return legs.kind === 'single'
    ? [legs.leg, ...(legs.more ?? [])].map((leg) => ({ side: 'single' as const, leg }))
    : [
        { side: 'a', leg: legs.a },
        { side: 'b', leg: legs.b },
      ]
}

/** The leg that holds the buyer's own money: of several coins, as if they were one. */
export const buyersLegState = (legs: Legs): LegState =>
  legs.kind === 'single' ? together([legs.leg, ...(legs.more ?? [])]) : legs.a

/** One leg's books and coin out of several: sums; the default is release, and the hold on, only where it is on all; the earliest deadline. */
function together(legs: readonly LegState[]): LegState {
  const known = legs.filter((leg) => leg.fate !== 'unfunded')
  const [first] = known
  if (first === undefined || known.length === 1) return first ?? { fate: 'unfunded' }
  const sum = (of: keyof Books): Amount => known.reduce((total, { books }) => total + books[of], 0n)
  const books = checked({
    funded: sum('funded'),
    released: sum('released'),
    refunded: sum('refunded'),
    fees: sum('fees'),
    remaining: sum('remaining'),
  })
  const seen = known.flatMap((leg) => leg.seen)
  const open = known.flatMap((leg) => (leg.fate === 'open' ? [leg.coin] : []))
  const [coin] = open
  if (coin !== undefined) {
    const isAll = (is: (one: EscrowCoin) => boolean): boolean => open.every(is)
    return {
      fate: 'open',
      books,
      seen,
      coin: {
        ...coin,
        amount: books.remaining,
        fee: open.reduce((total, { fee }) => total + fee, 0n),
        deadline: open.reduce((least, { deadline }) => (deadline < least ? deadline : least), coin.deadline),
        default: isAll((one) => one.default === 'release') ? 'release' : 'refund',
        held: isAll(({ held }) => held),
      },
    }
  }
  const closed = known.flatMap((leg) => (leg.fate === 'closed' ? [leg] : []))
  const last = closed.reduce((latest, leg) => (leg.at > latest.at ? leg : latest))
  return { fate: 'closed', books, seen, outcome: outcomeOf(books), by: last.by, at: last.at }
}

/** The legs with `was`, one of theirs, replaced. */
export function withLeg(legs: Legs, was: { readonly side: Side; readonly leg: LegState }, next: LegState): Legs {
  if (legs.kind === 'paired') return was.side === 'a' ? { ...legs, a: next } : { ...legs, b: next }
  const leg = legs.leg === was.leg ? next : legs.leg
  if (legs.more === undefined) return { kind: 'single', leg }
  return { kind: 'single', leg, more: legs.more.map((one) => (one === was.leg ? next : one)) }
}

export const openLegs = (legs: Legs): readonly { readonly side: Side; readonly leg: OpenLegState }[] =>
  legEntries(legs).flatMap(({ side, leg }) => (leg.fate === 'open' ? [{ side, leg }] : []))
