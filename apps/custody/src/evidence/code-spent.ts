// That the delivery code took one leg of a pair: read from the pair's ledgers, told by nobody. What is left for the other leg is full release.
import type { EscrowCondition } from '@huitong/chain'
import type { CoinRef, CustodyCode } from '@huitong/contracts'
import { type Err, err, lockOf } from '@huitong/primitives'
import type { World } from '../decision/plan.js'
import type { ReadCoin } from '../ledger/ledgers.js'
import type { Pair } from '../signed/book.js'

type Fault = Promise<Err<CustodyCode> | undefined>

/** The leg that is to be released: its coin now, and the first coin of its line of holds. */
export interface LeftLeg {
  readonly coin: ReadCoin
  readonly condition: EscrowCondition
  readonly root: string
}

export interface Twin {
  /** Its coordinate in the pair that custody made. */
  readonly ledger: string
  readonly root: string
  /** The coin that settlement says the code spent. */
  readonly spent: CoinRef
}

/** The other side of the pair, if `spent` belongs to its line of holds. */
export async function twinOf(world: World, left: LeftLeg, pair: Pair, spent: CoinRef): Promise<Twin | undefined> {
  const isA = pair.a.root === left.root && pair.a.ledger === left.coin.ledger
  const { ledger, root } = isA ? pair.b : pair.a
  const isOfPair = spent.ledger === ledger && (await world.book.rootOf(ledger, spent.coordinate)) === root
  return isOfPair ? { ledger, root, spent } : undefined
}

/** Undefined if a durable transaction spent the other leg by the code that once opened both. */
export async function codeSpendFault(world: World, left: LeftLeg, twin: Twin): Fault {
  const [mine, other] = await Promise.all([
    world.ledgers.coin(left.coin.ledger, left.root),
    world.ledgers.coin(twin.ledger, twin.spent.coordinate),
  ])
  if (!mine.ok) return mine
  if (!other.ok) return other
  const [first, coin] = [mine.value, other.value]
  if (first?.condition.kind !== 'escrow' || coin?.condition.kind !== 'escrow')
    return err('coin_not_final', 'a leg of the pair is not there', 'pair')
  const { order, milestone, deliveryHash } = coin.condition
  if (order !== left.condition.order || milestone !== left.condition.milestone)
    return err('coin_mismatch', 'the legs are not of one milestone', 'pair')
  if (deliveryHash === undefined || deliveryHash !== first.condition.deliveryHash)
    return err('coin_mismatch', 'the legs had no code in common', 'pair')
  if (coin.spentBy === undefined) return err('evidence_insufficient', 'the other leg is not spent', 'pair')
  const read = await world.ledgers.transaction(twin.ledger, coin.spentBy.transaction)
  if (!read.ok) return read
  const input = read.value?.body.inputs[coin.spentBy.input]
  const isByCode = input?.coin === coin.coordinate && input.path.kind === 'code'
  const isOpened = read.value?.witnesses.preimages.some((preimage) => lockOf(preimage) === deliveryHash) === true
  return isByCode && isOpened ? undefined : err('evidence_insufficient', 'the code did not spend the other leg', 'pair')
}
