// The arbiter's split of a coin. Of a pair, both legs get the same share, or the second gets no signature (docs/decisions/0002).
import { type EscrowCondition, type Transaction, type RulingLeg } from '@huitong/chain'
import type { CustodyCode, RuleLeg } from '@huitong/contracts'
import { type Amount, type Result, type Time, err, never, ok } from '@huitong/primitives'
import { codeSpendFault, twinOf } from '../evidence/code-spent.js'
import { type Found, conflictFault, escrowCoin } from '../evidence/coins.js'
import { type Ruled, consentFault, legOf, operatorsFault, readRuling, splitOf } from '../evidence/ruling.js'
import type { ReadCoin } from '../ledger/ledgers.js'
import type { BookPage, Split } from '../signed/book.js'
import { notAnswered, spendOf } from './conversion.js'
import { partiesOf } from './hold.js'
import { isLegA } from './paired-leg.js'
import { type Plan, type Planned, type Refusal, type World, validityFault } from './plan.js'

type Twin = Pick<Plan, 'check' | 'alsoSettle'>

export async function planRuleLeg(request: RuleLeg, world: World): Promise<Planned> {
  const found = await escrowCoin(world, request.coin)
  if (!found.ok) return found
  const { coin, condition, head } = found.value
  const toPayee = BigInt(request.toPayee)
  const validUntil = request.validUntil as Time
  const fault = conflictFault(world, condition) ?? validityFault(validUntil, head)
  if (fault !== undefined) return fault
  if (toPayee > coin.amount) return err('coin_mismatch', 'more than the coin', 'toPayee')
  if (condition.paired && condition.deliveryHash !== undefined && toPayee !== coin.amount)
    return err('evidence_insufficient', 'the code of a paired coin is dropped before anything goes back')
  const root = await world.book.rootOf(coin.ledger, coin.coordinate)
  const twin = await grounds(world, request, { ...found.value, toPayee, validUntil, root })
  if (!twin.ok) return twin
  return ok({
    kind: 'rule-leg',
    subject: spendOf(coin),
    outcome: `rule ${toPayee}`,
    ledger: coin.ledger,
    account: world.keyring.arbiter.account,
    validUntil,
    body: { kind: 'lock', coin, path: { kind: 'rule', toPayee } },
    split: { root, toPayee, amount: coin.amount },
    ...twin.value,
  })
}

interface Asked extends Found<EscrowCondition> {
  readonly toPayee: Amount
  readonly validUntil: Time
  readonly root: string
}

/** Why this split may be signed; answers what more must hold when it is. */
async function grounds(world: World, request: RuleLeg, asked: Asked): Promise<Result<Twin, CustodyCode>> {
  switch (request.ground) {
    case 'ruling':
    case 'consent':
      return ruledGround(world, request, asked)
    case 'silence':
      // terms of a pair without a code are never agreed (libs/protocol, order_pair_needs_code), and a single coin needs no ruling:
      // the inspection hold already made release its default
      return err('evidence_insufficient', 'silence rules over no coin: a held single coin is released by default')
    case 'unpaired': {
      if (!isLegA(world, asked.coin, asked.condition)) return err('coin_mismatch', 'not leg A of a pair')
      if (asked.toPayee !== 0n) return err('evidence_insufficient', 'an unpaired leg goes back whole', 'toPayee')
      const legA = { ledger: asked.coin.ledger, coordinate: asked.root }
      return ok({ check: (page) => notAnswered(page, legA), alsoSettle: world.ledgers.names })
    }
    case 'code_spent':
      return codeSpentGround(world, request, asked)
    default:
      return never(request.ground)
  }
}

async function ruledGround(world: World, request: RuleLeg, asked: Asked): Promise<Result<Twin, CustodyCode>> {
  const { coin, condition, toPayee, validUntil } = asked
  const ruled = await readRuling(world, request.evidence)
  if (!ruled.ok) return ruled
  const leg = await legOf(world, ruled.value.ruling, coin)
  if (leg === undefined || ruled.value.ruling.order !== condition.order)
    return err('coin_mismatch', 'the ruling is over other coins', 'evidence')
  const stated = splitOf(leg, coin)
  if (!stated.ok) return stated
  if (stated.value !== toPayee) return err('coin_mismatch', 'the ruling says another amount', 'toPayee')
  if (validUntil > leg.validUntil) return err('too_late', 'the ruling does not last that long', 'validUntil')
  const unsigned = await signersFault(world, request, ruled.value, asked)
  if (unsigned !== undefined) return unsigned
  return condition.paired ? pairedGround(world, request, asked, ruled.value) : ok({})
}

/** The code took the other leg; that it could not take this one too (its hash was dropped meanwhile) must strand nobody. */
async function codeSpentGround(world: World, { pair: spent }: RuleLeg, asked: Asked): Promise<Result<Twin, CustodyCode>> {
  if (asked.toPayee !== asked.coin.amount) return err('evidence_insufficient', 'what the code opens is released whole', 'toPayee')
  const pair = await world.book.pairOf(asked.coin.ledger, asked.root)
  if (pair === undefined || spent === undefined) return err('evidence_insufficient', 'no other leg is known', 'pair')
  const twin = await twinOf(world, asked, pair, spent)
  if (twin === undefined) return err('coin_mismatch', 'not the other leg of this pair', 'pair')
  // a share that was signed for the other leg can no longer be executed: its coin is spent for good
  return (await codeSpendFault(world, asked, twin)) ?? ok({})
}

async function signersFault(world: World, request: RuleLeg, ruled: Ruled, asked: Asked): Promise<Refusal | undefined> {
  if (request.ground === 'ruling') return operatorsFault(world, ruled, request.evidence)
  return consentFault(world, ruled, { evidence: request.evidence, parties: await partiesOf(world, asked) })
}

/** The other leg must be in the same ruling with the same share, and nothing on its ledger or in our book may contradict it. */
async function pairedGround(world: World, request: RuleLeg, asked: Asked, ruled: Ruled): Promise<Result<Twin, CustodyCode>> {
  const pair = await world.book.pairOf(asked.coin.ledger, asked.root)
  if (pair === undefined) return err('evidence_insufficient', 'no other leg was funded from here', 'pair')
  const isA = pair.a.root === asked.root && pair.a.ledger === asked.coin.ledger
  const other = isA ? pair.b : pair.a
  if (request.pair === undefined || request.pair.ledger !== other.ledger) return err('evidence_insufficient', undefined, 'pair')
  if ((await world.book.rootOf(other.ledger, request.pair.coordinate)) !== other.root)
    return err('coin_mismatch', 'not the other leg of this pair', 'pair')
  const twin = await world.ledgers.coin(other.ledger, request.pair.coordinate)
  if (!twin.ok) return twin
  if (twin.value === undefined) return err('coin_not_final', 'the other leg does not exist', 'pair')
  const mine = { root: asked.root, toPayee: asked.toPayee, amount: asked.coin.amount }
  const twinLeg = await legOf(world, ruled.ruling, twin.value)
  const fault = (await twinFault(world, mine, twin.value)) ?? statedFault(mine, twin.value, twinLeg)
  if (fault !== undefined) return fault
  const check = async (page: BookPage): Promise<Refusal | undefined> => {
    const signed = await page.standingSplit(other.ledger, other.root)
    const isSame = signed?.split === undefined || isSameShare(mine, signed.split)
    return isSame ? undefined : err('outcome_already_signed', 'the other leg was given another share')
  }
  return ok({ check, alsoSettle: [other.ledger] })
}

/** What the ledger says of the other leg: open without its code (or a full release on both), or gone the same way. */
async function twinFault(world: World, mine: Split, twin: ReadCoin): Promise<Refusal | undefined> {
  if (twin.condition.kind !== 'escrow') return err('coin_mismatch', 'not an escrow coin', 'pair')
  if (twin.spentBy === undefined) {
    const isCodeAlive = twin.condition.deliveryHash !== undefined && mine.toPayee !== mine.amount
    return isCodeAlive ? err('evidence_insufficient', 'the code of the other leg is not dropped yet', 'pair') : undefined
  }
  const read = await world.ledgers.transaction(twin.ledger, twin.spentBy.transaction)
  if (!read.ok) return read
  const given = read.value === undefined ? undefined : partGiven(read.value, twin, twin.spentBy.input)
  if (given === undefined) return err('coin_mismatch', 'not the latest coin of the other leg', 'pair')
  const went = { root: '', toPayee: given, amount: twin.amount }
  return isSameShare(mine, went) ? undefined : err('conflict_of_interest', 'the other leg went another way', 'pair')
}

/** The payee's part of a coin that was spent for good; undefined if it lives on under another coordinate. */
function partGiven(spender: Transaction, coin: ReadCoin, input: number): Amount | undefined {
  const spent = spender.body.inputs[input]
  if (spent === undefined || spent.coin !== coin.coordinate || coin.condition.kind !== 'escrow') return undefined
  switch (spent.path.kind) {
    case 'code':
      return coin.amount
    case 'rule':
      return spent.path.toPayee
    case 'default':
      return coin.condition.default === 'release' ? coin.amount : 0n
    default:
      return undefined
  }
}

function statedFault(mine: Split, twin: ReadCoin, leg: RulingLeg | undefined): Refusal | undefined {
  if (leg === undefined) return err('evidence_insufficient', 'the ruling leaves out the other leg', 'evidence')
  const stated = splitOf(leg, twin)
  if (!stated.ok) return stated
  const isSame = isSameShare(mine, { root: '', toPayee: stated.value, amount: twin.amount })
  return isSame ? undefined : err('evidence_insufficient', 'the ruling divides the legs differently', 'evidence')
}

/** Equal shares of coins of different size, each rounded to a whole unit: |x*B - y*A| < A + B; all and nothing are exact. */
export function isSameShare(one: Split, other: Split): boolean {
  const isWhole = (split: Split): boolean => split.toPayee === split.amount
  const isNone = (split: Split): boolean => split.toPayee === 0n
  if ((isWhole(one) && isNone(other)) || (isNone(one) && isWhole(other))) return false
  const difference = one.toPayee * other.amount - other.toPayee * one.amount
  return (difference < 0n ? -difference : difference) < one.amount + other.amount
}
