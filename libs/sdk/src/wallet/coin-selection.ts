// Which coins pay: oldest first, so that units are spent in the order in which they came (first in, first out). Pure.
import { type Amount, type AssetCode, type Result, INPUTS_MAX, err, ok } from '@huitong/primitives'
import type { CoinRecord } from '@huitong/chain'

export interface Selection {
  /** In the order in which they are spent. */
  readonly coins: readonly CoinRecord[]
  /** What comes back to the payer, 0 if nothing. */
  readonly change: Amount
}

export type SelectionCode = 'funds_insufficient' | 'too_many_coins'

/**
 * The oldest coins of `asset` that add up to `amount`. If more than 255 small ones would be needed, the largest are taken instead, so that a
 * wallet full of dust can still pay; `too_many_coins` says that consolidation must come first.
 */
export function selectCoins(coins: readonly CoinRecord[], asset: AssetCode, amount: Amount): Result<Selection, SelectionCode> {
  const mine = coins.filter((coin) => coin.asset === asset)
  const held = mine.reduce((sum, coin) => sum + coin.amount, 0n)
  if (held < amount) return err('funds_insufficient', `${held} of ${amount} ${asset}`)
  const oldest = take([...mine].sort(byAge), amount)
  if (oldest.length <= INPUTS_MAX) return ok(selection(oldest, amount))
  const largest = take([...mine].sort(bySize), amount)
  return largest.length <= INPUTS_MAX ? ok(selection(largest, amount)) : err('too_many_coins')
}

/** Up to 255 of the smallest coins of `asset`, to be merged into one; empty if there is nothing to merge. */
export function dust(coins: readonly CoinRecord[], asset: AssetCode): readonly CoinRecord[] {
  const mine = coins
    .filter((coin) => coin.asset === asset)
    .sort(bySize)
    .reverse()
    .slice(0, INPUTS_MAX)
  return mine.length < 2 ? [] : mine
}

function take(coins: readonly CoinRecord[], amount: Amount): CoinRecord[] {
  const taken: CoinRecord[] = []
  let sum = 0n
  for (const coin of coins) {
    if (sum >= amount) break
    taken.push(coin)
    sum += coin.amount
  }
  return taken
}

const selection = (coins: readonly CoinRecord[], amount: Amount): Selection => ({
  coins,
  change: coins.reduce((sum, coin) => sum + coin.amount, 0n) - amount,
})

const byAge = (a: CoinRecord, b: CoinRecord): number => a.height - b.height || compare(a.coordinate, b.coordinate)
const bySize = (a: CoinRecord, b: CoinRecord): number => (a.amount === b.amount ? byAge(a, b) : a.amount > b.amount ? -1 : 1)
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
