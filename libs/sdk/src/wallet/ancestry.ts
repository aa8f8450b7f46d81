// Which units a coin is made of. A coin cannot tell its units apart by looking alike; its history can: inputs in order, first in first out.
import type { Condition } from '@huitong/chain'
import { type Amount, type AssetCode, type Coordinate, invariant } from '@huitong/primitives'

/** A coin of a history: what made it, and how much it holds. */
export interface HistoryCoin {
  readonly coordinate: Coordinate
  readonly asset: AssetCode
  readonly amount: Amount
  readonly transaction: string
  /** Who holds it, and since which height, where the ledger was asked. */
  readonly condition?: Condition
  readonly height?: number
}

/** A transaction of a history, its inputs and outputs in order. */
export interface HistoryTransaction {
  readonly id: string
  readonly inputs: readonly Coordinate[]
  readonly outputs: readonly Coordinate[]
}

export interface History {
  readonly coins: ReadonlyMap<Coordinate, HistoryCoin>
  readonly transactions: ReadonlyMap<string, HistoryTransaction>
}

/** A run of units with one origin inside a coin. */
export interface Portion {
  readonly amount: Amount
  /** From the coin itself back to where the walk stopped: an issuance, or one of `stopAt`. */
  readonly path: readonly Coordinate[]
}

/**
 * The portions that `coin` consists of, in order. The units that enter a transaction through its inputs, in input order, leave it through
 * its outputs, in output order; new units (issuance) come after all inputs. This is the convention that essay 001 §2.3 leaves to the wallet
 * ("an allocation algorithm"); fixing it makes every unit's history one path. Stops at issuances and at coins in `stopAt`.
 */
export function portionsOf(coin: Coordinate, history: History, stopAt: ReadonlySet<Coordinate> = new Set()): readonly Portion[] {
  const known = new Map<Coordinate, readonly Portion[]>()
  // Iterative post-order walk: histories can be thousands of transactions deep.
  const stack: Coordinate[] = [coin]
  while (stack.length > 0) {
    const current = stack[stack.length - 1]
    if (current === undefined) break
    if (known.has(current)) {
      stack.pop()
      continue
    }
    const missing = stopAt.has(current) ? [] : sourcesOf(current, history).filter((input) => !known.has(input))
    if (missing.length > 0) {
      stack.push(...missing)
      continue
    }
    known.set(current, resolve(current, history, known, stopAt))
    stack.pop()
  }
  return known.get(coin) ?? []
}

function coinOf(coordinate: Coordinate, history: History): HistoryCoin {
  const coin = history.coins.get(coordinate)
  invariant(coin !== undefined, `history lacks coin ${coordinate}`)
  return coin
}

/** Inputs of the same asset of the transaction that made the coin; none if it was issued or the history ends here. */
function sourcesOf(coordinate: Coordinate, history: History): readonly Coordinate[] {
  const coin = coinOf(coordinate, history)
  const transaction = history.transactions.get(coin.transaction)
  return transaction === undefined ? [] : transaction.inputs.filter((input) => coinOf(input, history).asset === coin.asset)
}

function resolve(
  coordinate: Coordinate,
  history: History,
  known: ReadonlyMap<Coordinate, readonly Portion[]>,
  stopAt: ReadonlySet<Coordinate>,
): readonly Portion[] {
  const coin = coinOf(coordinate, history)
  const self: Portion = { amount: coin.amount, path: [coordinate] }
  const transaction = history.transactions.get(coin.transaction)
  if (stopAt.has(coordinate) || transaction === undefined) return [self]
  let skip = 0n
  for (const output of transaction.outputs) {
    if (output === coordinate) break
    const before = coinOf(output, history)
    if (before.asset === coin.asset) skip += before.amount
  }
  const portions: Portion[] = []
  let want = coin.amount
  for (const source of sourcesOf(coordinate, history)) {
    for (const portion of known.get(source) ?? []) {
      if (want === 0n) break
      const skipped = portion.amount < skip ? portion.amount : skip
      skip -= skipped
      const left = portion.amount - skipped
      const amount = left < want ? left : want
      if (amount > 0n) portions.push({ amount, path: [coordinate, ...portion.path] })
      want -= amount
    }
  }
  if (want > 0n) portions.push({ amount: want, path: [coordinate] })
  return portions
}
