// The arbiter's holds: for inspection on a carrier's word, for a dispute on a party's, and to drop the code before a coin goes back.
import {
  type EscrowCondition,
  approvalMessage,
  checkPathTerms,
  decodeApproval,
  decodeDelivered,
  deliveredMessage,
  disputeHash,
} from '@huitong/chain'
import type { CustodyCode, HoldForDispute, HoldForInspection, SignedStatement } from '@huitong/contracts'
import { type MilestoneTerms, orderTermsHash } from '@huitong/protocol'
import { type Coordinate, type Result, type Time, after, err, fromHex, ok } from '@huitong/primitives'
import { type Found, conflictFault, escrowCoin } from '../evidence/coins.js'
import { consentFault, legOf, operatorsFault, readRuling, splitOf } from '../evidence/ruling.js'
import { type AccountPlace, signatureFault } from '../evidence/signatures.js'
import { agreementFault, milestoneOf, readTerms } from '../evidence/terms.js'
import type { ReadCoin } from '../ledger/ledgers.js'
import type { BookPage, BookReads, DecisionKind, Held } from '../signed/book.js'
import { notAnswered, spendOf } from './conversion.js'
import { isLegA } from './paired-leg.js'
import { type Body, type Plan, type Planned, type Refusal, type World, validityFault } from './plan.js'

type HoldPath = Extract<Extract<Body, { kind: 'lock' }>['path'], { kind: 'hold' }>

/** Inspection begins: deadline = now + the agreed window (or a moment after the old deadline, which a hold cannot shorten), then release. */
export async function planHoldForInspection(request: HoldForInspection, world: World): Promise<Planned> {
  const found = await escrowCoin(world, request.coin)
  if (!found.ok) return found
  const { coin, condition, head } = found.value
  if (condition.paired) return err('evidence_insufficient', 'paired coins are confirmed by a code only')
  if (condition.held || condition.deliveryHash !== undefined) return err('coin_mismatch', 'held already, or opened by a code')
  const conflict = conflictFault(world, condition)
  if (conflict !== undefined) return conflict
  const window = await inspection(world, request, found.value)
  if (!window.ok) return window
  const { terms } = window.value
  const named = await deliveredCoin(world, request.delivered, { coin, condition, terms })
  if (!named.ok) return named
  const asked = after(head.now, window.value.inspectionMs)
  const deadline = asked > condition.deadline ? asked : after(condition.deadline, 1)
  const path: HoldPath = { kind: 'hold', deadline, default: 'release', dropDeliveryHash: false }
  const held = { order: condition.order, milestone: condition.milestone, amount: coin.amount, madeAt: coin.at }
  const check = (page: BookPage) => sumFault(page, { held, coin, named: named.value, terms })
  return hold(world, {
    kind: 'hold-for-inspection',
    found: found.value,
    path,
    validUntil: request.validUntil as Time,
    held,
    check,
  })
}

/**
 * What the inspections of a milestone hold in all is no more than it pays, counting this coin and the one that the carrier named: a coin beside them is
 * owed back, and silence must not pay it out. Where the terms accept more, the last coin may go over the amount, and none comes after it.
 */
async function sumFault(
  page: BookReads,
  asked: { readonly held: Held; readonly coin: ReadCoin; readonly named: ReadCoin; readonly terms: MilestoneTerms },
): Promise<Refusal | undefined> {
  const { held, coin, named, terms } = asked
  if (terms.legs.kind !== 'single') return err('coin_mismatch', 'not a single leg', 'terms')
  const coins = new Map<string, Pick<Held, 'amount' | 'madeAt'>>()
  for (const one of await page.heldFor(held)) coins.set(one.coordinate, one)
  coins.set(coin.coordinate, held)
  // spent, but by no hold of ours: what is left of it is another coin, which is counted when it is held
  if (named.spentBy === undefined) coins.set(named.coordinate, { amount: named.amount, madeAt: named.at })
  const all = [...coins.values()]
  const newest = all.reduce((latest, { madeAt }) => Math.max(latest, madeAt), 0)
  const sum = all.reduce((total, one) => total + one.amount, 0n)
  // of one block nobody here knows the order: the largest of them may have been the last
  const last = all.reduce((most, one) => (one.madeAt === newest && one.amount > most ? one.amount : most), 0n)
  const { amount } = terms.legs.leg
  const isWithin = sum <= amount || (terms.payment?.over === 'accept' && sum - last < amount)
  return isWithin ? undefined : err('coin_mismatch', 'with what is held already it is more than the milestone pays')
}

export async function planHoldForDispute(request: HoldForDispute, world: World): Promise<Planned> {
  const found = await escrowCoin(world, request.coin)
  if (!found.ok) return found
  const conflict = conflictFault(world, found.value.condition)
  if (conflict !== undefined) return conflict
  const path: HoldPath = { kind: 'hold', deadline: request.deadline as Time, dropDeliveryHash: request.dropDeliveryHash }
  const held = { kind: 'hold-for-dispute', found: found.value, path, validUntil: request.validUntil as Time } as const
  switch (request.ground ?? 'dispute') {
    case 'dispute': {
      if (request.dropDeliveryHash && request.basis === undefined)
        return err('evidence_insufficient', 'a dispute alone does not drop the code', 'dropDeliveryHash')
      const fault =
        (await disputeFault(world, request.opened, found.value)) ??
        (request.dropDeliveryHash ? await basisFault(world, request.basis ?? [], found.value) : undefined)
      return fault ?? hold(world, held)
    }
    case 'basis': {
      const fault = await basisFault(world, request.basis ?? [], found.value)
      return fault ?? hold(world, held)
    }
    case 'unpaired': {
      const { coin, condition } = found.value
      if (!isLegA(world, coin, condition)) return err('coin_mismatch', 'not leg A of a pair')
      const root = { ledger: coin.ledger, coordinate: await world.book.rootOf(coin.ledger, coin.coordinate) }
      return hold(world, { ...held, check: (page) => notAnswered(page, root) })
    }
  }
}

async function hold(
  world: World,
  held: {
    readonly kind: Extract<DecisionKind, 'hold-for-inspection' | 'hold-for-dispute'>
    readonly found: Found<EscrowCondition>
    readonly path: HoldPath
    readonly validUntil: Time
    readonly held?: Held
    readonly check?: NonNullable<Plan['check']>
  },
): Promise<Planned> {
  const { kind, found, path, validUntil, check, held: counted } = held
  const { coin, head } = found
  const fault = validityFault(validUntil, head)
  if (fault !== undefined) return fault
  if (checkPathTerms(coin, path) !== undefined)
    return err('too_late', 'the hold does not fit between deadline and latest', 'deadline')
  return ok({
    kind,
    subject: spendOf(coin),
    outcome: `hold ${path.default ?? 'unchanged'} ${path.dropDeliveryHash ? 'without code' : ''} ${kind === 'hold-for-inspection' ? '' : path.deadline}`,
    ledger: coin.ledger,
    account: world.keyring.arbiter.account,
    validUntil,
    body: { kind: 'lock', coin, path },
    carriesOn: await world.book.rootOf(coin.ledger, coin.coordinate),
    // leg B's ledger says whether leg B can still come
    ...(check === undefined ? {} : { check, alsoSettle: world.ledgers.names }),
    ...(counted === undefined ? {} : { held: counted }),
  })
}

/** How long the parties agreed that the buyer may look, in milliseconds. */
async function inspection(world: World, request: HoldForInspection, found: Found<EscrowCondition>) {
  const { coin, condition } = found
  const terms = readTerms(request.terms)
  if (!terms.ok) return terms
  const milestone = milestoneOf(terms.value, condition.milestone)
  if (terms.value.order !== condition.order || milestone === undefined)
    return err('coin_mismatch', 'the terms are of another order', 'terms')
  const { legs, confirmation } = milestone
  if (legs.kind !== 'single' || confirmation.kind !== 'inspection')
    return err('evidence_insufficient', 'the terms have no inspection window', 'terms')
  const { leg } = legs
  const isSame =
    leg.chain === coin.chain &&
    leg.asset === coin.asset &&
    leg.payer === condition.payer &&
    leg.payee === condition.payee &&
    leg.arbiter === condition.arbiter &&
    leg.feeTo === condition.feeTo &&
    leg.deadline === condition.deadline &&
    leg.latest === condition.latest &&
    (coin.amount <= leg.amount || milestone.payment?.over === 'accept')
  if (!isSame) return err('coin_mismatch', 'the coin is not the one of the terms', 'terms')
  const { inspectionMs } = confirmation
  if (!Number.isSafeInteger(inspectionMs) || inspectionMs <= 0) return err('evidence_insufficient', 'no window', 'terms')
  const accounts = [condition.payer, condition.payee].map((account) => ({ ledger: coin.ledger, account }))
  const isKept = await world.book.hasTerms(condition.order, orderTermsHash(terms.value))
  // kept terms were approved with the keys of that time; those of today may be others
  const fault = isKept ? undefined : await agreementFault(world, { terms: terms.value, approvals: request.agreed, accounts })
  return fault ?? ok({ inspectionMs, terms: milestone })
}

interface Delivered {
  readonly coin: ReadCoin
  readonly condition: EscrowCondition
  readonly terms: MilestoneTerms
}

/** The coin that a registered carrier's word names: this one, or one beside it. Its time proves nothing and is not looked at. */
async function deliveredCoin(
  world: World,
  delivered: SignedStatement,
  { coin, condition, terms }: Delivered,
): Promise<Result<ReadCoin, CustodyCode>> {
  const decoded = decodeDelivered(fromHex(delivered.body))
  if (!decoded.ok) return err('evidence_insufficient', 'the statement does not decode', 'delivered')
  const { chain, order, milestone, coin: named } = decoded.value
  const isThis = order === condition.order && milestone === condition.milestone
  if (chain !== coin.chain || !isThis) return err('coin_mismatch', 'the carrier speaks of another coin', 'delivered')
  const found = named === coin.coordinate ? ok(coin) : await sibling(world, { coin, condition, terms }, named)
  if (!found.ok) return found
  const message = deliveredMessage(decoded.value)
  if (!world.verifier.verify(fromHex(delivered.signature), message, fromHex(delivered.publicKey)))
    return err('evidence_signature_invalid', undefined, 'delivered')
  const carrier = await world.registry.carrierOfKey(delivered.publicKey)
  if (!carrier.ok) return carrier
  return carrier.value === undefined ? err('evidence_signature_invalid', 'not a registered carrier', 'delivered') : found
}

/** Where the terms let several coins add up to the amount, the carrier's word names one of them: a coin of the same parties under the same terms. */
async function sibling(
  world: World,
  { coin, condition, terms }: Delivered,
  named: Coordinate,
): Promise<Result<ReadCoin, CustodyCode>> {
  const fault = err('coin_mismatch', 'the carrier speaks of another coin', 'delivered')
  if (terms.payment?.under !== 'top-up' || terms.legs.kind !== 'single') return fault
  const read = await world.ledgers.coin(coin.ledger, named)
  if (!read.ok) return read
  const other = read.value
  if (other?.condition.kind !== 'escrow' || other.asset !== coin.asset) return fault
  const { order, milestone, payer, payee, arbiter, latest, paired } = other.condition
  const isSibling =
    order === condition.order &&
    milestone === condition.milestone &&
    payer === condition.payer &&
    payee === condition.payee &&
    arbiter === condition.arbiter &&
    latest === condition.latest &&
    !paired
  return isSibling ? ok(other) : fault
}

/** One of the parties asks for the clock to be stopped. */
async function disputeFault(
  world: World,
  opened: SignedStatement | undefined,
  found: Found<EscrowCondition>,
): Promise<Refusal | undefined> {
  if (opened === undefined) return err('evidence_insufficient', 'nobody opened a dispute', 'opened')
  const { condition, head } = found
  const hub = await world.registry.hub()
  if (!hub.ok) return hub
  const approval = decodeApproval(fromHex(opened.body))
  if (!approval.ok) return err('evidence_insufficient', 'the statement does not decode', 'opened')
  const { subject, account, hash, validUntil } = approval.value
  if (subject !== 'dispute' || hash !== disputeHash(condition))
    return err('evidence_insufficient', 'of another milestone', 'opened')
  if (validUntil < head.now) return err('too_late', 'the statement is no longer valid', 'opened')
  const by = (await partiesOf(world, found)).find((party) => party.account === account)
  if (by === undefined) return err('evidence_insufficient', 'not a party of this coin', 'opened')
  const message = approvalMessage(hub.value, approval.value)
  return signatureFault(world, { by, weight: 'key', message, signed: [opened] }, 'the party it names')
}

/** A ruling of operators or of the parties themselves lets this coin, or some of it, go back: the code must be dead before that. */
async function basisFault(
  world: World,
  basis: readonly SignedStatement[],
  found: Found<EscrowCondition>,
): Promise<Refusal | undefined> {
  const ruled = await readRuling(world, basis)
  if (!ruled.ok) return ruled
  const leg = await legOf(world, ruled.value.ruling, found.coin)
  if (leg === undefined || ruled.value.ruling.order !== found.condition.order)
    return err('coin_mismatch', 'the ruling is over other coins', 'basis')
  const toPayee = splitOf(leg, found.coin)
  if (!toPayee.ok) return toPayee
  if (toPayee.value === found.coin.amount) return err('evidence_insufficient', 'a full release needs no hold', 'basis')
  if (leg.validUntil < found.head.now) return err('too_late', 'the ruling is no longer valid', 'basis')
  const byOperators = await operatorsFault(world, ruled.value, basis)
  if (byOperators === undefined || byOperators.code === 'ledger_unavailable') return byOperators
  return consentFault(world, ruled.value, { evidence: basis, parties: await partiesOf(world, found) })
}

/** Buyer and merchant: of a single coin its payer and payee; of a paired one the two people at its far ends. */
export async function partiesOf(
  world: World,
  found: Pick<Found<EscrowCondition>, 'coin' | 'condition'>,
): Promise<readonly AccountPlace[]> {
  const { coin, condition } = found
  if (!condition.paired) return [condition.payer, condition.payee].map((account) => ({ ledger: coin.ledger, account }))
  const root = await world.book.rootOf(coin.ledger, coin.coordinate)
  const pair = await world.book.pairOf(coin.ledger, root)
  if (pair === undefined) return []
  return [
    { ledger: pair.a.ledger, account: pair.buyer },
    { ledger: pair.b.ledger, account: pair.merchant },
  ]
}
