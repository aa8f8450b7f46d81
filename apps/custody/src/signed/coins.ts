// Which coins pay for a lock, and how the change is cut. Pure: the same coins give the same answer.
import type { Output } from '@huitong/chain'
import {
  type AccountId,
  type Amount,
  type AssetCode,
  type Coordinate,
  type Result,
  err,
  ok,
  splitByLargestRemainder,
} from '@huitong/primitives'
import type { OwnCoin } from '../ledger/ledgers.js'

/** Fewer inputs than a transaction may have: signatures, outputs and a margin fit as well. */
const INPUTS_LIMIT = 200
/** With this many free coins of an asset, as many decisions can be signed side by side. */
const COINS_WANTED = 16
const CHANGE_PARTS = 4

export interface Selection {
  readonly inputs: readonly Coordinate[]
  readonly change: Amount
}

/**
 * The smallest single coin that is enough, else the largest together. `liquidity_busy`: enough with the coins that are at work, so
 * ask again; `liquidity_short`: not enough in all.
 */
export function selectCoins(
  coins: readonly OwnCoin[],
  reserved: ReadonlySet<string>,
  amount: Amount,
): Result<Selection, 'liquidity_busy' | 'liquidity_short'> {
  const free = coins.filter(({ coordinate }) => !reserved.has(coordinate)).sort((a, b) => compare(b.amount, a.amount))
  const single = free.findLast((coin) => coin.amount >= amount)
  if (single !== undefined) return ok({ inputs: [single.coordinate], change: single.amount - amount })
  const inputs: Coordinate[] = []
  let sum = 0n
  for (const coin of free.slice(0, INPUTS_LIMIT)) {
    inputs.push(coin.coordinate)
    sum += coin.amount
    if (sum >= amount) return ok({ inputs, change: sum - amount })
  }
  // change of what is at work comes back as soon as that is committed
  return err(free.length < coins.length ? 'liquidity_busy' : 'liquidity_short', undefined, 'amount')
}

/** Change back to the account, cut into a few coins while it has few, so that one decision does not wait for another's change. */
export function changeOutputs(
  change: Amount,
  to: { readonly account: AccountId; readonly asset: AssetCode; readonly freeCoins: number },
): Output[] {
  if (change === 0n) return []
  const parts =
    to.freeCoins >= COINS_WANTED || change < BigInt(CHANGE_PARTS)
      ? [change]
      : splitByLargestRemainder(
          change,
          Array.from({ length: CHANGE_PARTS }, () => 1n),
        )
  return parts.map((amount) => ({ asset: to.asset, amount, condition: { kind: 'account', account: to.account } }))
}

const compare = (a: bigint, b: bigint): number => (a === b ? 0 : a < b ? -1 : 1)
