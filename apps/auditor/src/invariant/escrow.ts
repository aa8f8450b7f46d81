// Invariants 4 and 6: what orders believe to stand in escrow, against the coins themselves, both as of the height that settlement has read.
import type { Memory } from '../memory.js'
import { type OrderLeg, type Snapshot, coinKey } from '../read/facts.js'
import { type Books, booksAt } from '../replay/escrow-line.js'
import type { Findings } from './verdict.js'

interface Expected {
  readonly amount: bigint
  readonly of: string
}

export function checkEscrow(memory: Memory, snapshot: Snapshot, found: Findings): void {
  const heights = new Map(snapshot.cursors.map(({ chain, height }) => [chain, height] as const))
  const orders = new Set<string>()
  const listed = new Set(snapshot.strangers)
  const expected = new Map<string, Expected>()
  for (const { id, terms } of memory.deals.values()) {
    if (terms.kind === 'unreadable') found.broken(6, `deal ${id} cannot be read: ${terms.fault}`)
    if (terms.kind !== 'order') continue
    orders.add(terms.order)
    for (const extra of terms.extras) listed.add(extra)
    for (const leg of terms.legs) {
      const of = `order ${id}, milestone ${leg.milestone}, leg ${leg.side}`
      if (leg.coin !== undefined) expected.set(coinKey(leg.chain, leg.coin.coordinate), { amount: leg.coin.amount, of })
      else checkEmpty(memory, leg, { of, height: heights.get(leg.chain), found })
      checkBooks(memory, leg, { of, height: heights.get(leg.chain), found })
    }
  }
  compareCoins(memory, { heights, orders, listed, expected, arbiters: arbitersOf(snapshot) }, found)
}

/** A leg that was paid out holds nothing: none of the coins that it ever was is still in escrow. */
function checkEmpty(
  memory: Memory,
  leg: OrderLeg,
  at: { readonly of: string; readonly height: number | undefined; readonly found: Findings },
): void {
  const replay = memory.byChain.get(leg.chain)
  const { height } = at
  if (replay === undefined || height === undefined || leg.seen.length === 0) return
  const open = leg.seen.find((coordinate) => {
    const lock = replay.locks.get(coordinate)
    return lock !== undefined && replay.isOpenAt(lock, height)
  })
  at.found.expect(4, open === undefined, () => `${at.of} counts nothing, but its coin ${open} is in escrow`)
}

const arbitersOf = ({ accounts }: Snapshot): ReadonlySet<string> =>
  new Set([...accounts].flatMap(([account, purpose]) => (purpose === 'arbiter' ? [account] : [])))

interface Comparison {
  readonly heights: ReadonlyMap<string, number>
  readonly orders: ReadonlySet<string>
  /** Coins that are shown to people and counted nowhere. */
  readonly listed: ReadonlySet<string>
  readonly expected: ReadonlyMap<string, Expected>
  readonly arbiters: ReadonlySet<string>
}

/** Coin by coin, so that a breach names one; equal coins are equal sums. */
function compareCoins(memory: Memory, { heights, orders, listed, expected, arbiters }: Comparison, found: Findings): void {
  const met = new Set<string>()
  for (const [chain, replay] of memory.byChain) {
    const height = heights.get(chain)
    if (height === undefined) continue
    for (const lock of replay.locks.values()) {
      const { condition, coordinate, amount, asset } = lock
      if (condition.kind !== 'escrow' || !orders.has(condition.order) || !replay.isOpenAt(lock, height)) continue
      const key = coinKey(chain, coordinate)
      const leg = expected.get(key)
      if (leg === undefined && (listed.has(key) || (arbiters.size > 0 && !arbiters.has(condition.arbiter)))) continue
      met.add(key)
      const coin = `coin ${coordinate} on ${replay.birth.name} holds ${amount} ${asset} in escrow`
      found.expect(4, leg?.amount === amount, () =>
        leg === undefined ? `${coin} for an order that does not count it` : `${coin}, but ${leg.of} counts ${leg.amount}`,
      )
    }
  }
  for (const [key, { amount, of }] of expected) {
    if (met.has(key)) continue
    const isFollowed = memory.byChain.has(key.slice(0, key.indexOf('/')))
    if (isFollowed) found.expect(4, false, () => `${of} counts ${amount} in coin ${key}, which is not in escrow there`)
  }
}

/** The leg's figures against those of its coins. */
function checkBooks(
  memory: Memory,
  leg: OrderLeg,
  at: { readonly of: string; readonly height: number | undefined; readonly found: Findings },
): void {
  const { books } = leg
  if (books === undefined) return
  const { funded, released, refunded, fees, remaining } = books
  const isBalanced = released + refunded + fees + remaining === funded
  at.found.expect(6, isBalanced, () => `${at.of}: ${textOf(books)} does not add up`)
  const replay = memory.byChain.get(leg.chain)
  if (replay === undefined || at.height === undefined) return
  const line = replay.lines.get(leg.seen[0] ?? '')
  if (line === undefined || line.height > at.height) {
    at.found.broken(6, `${at.of}: its coin ${leg.seen[0]} is not on ${replay.birth.name}`)
    return
  }
  const real = booksAt(line, at.height)
  const isEqual = textOf(real) === textOf(books)
  at.found.expect(6, isEqual, () => `${at.of}: its books say ${textOf(books)}, the ledger ${textOf(real)}`)
}

const textOf = ({ funded, released, refunded, fees, remaining }: Books): string =>
  `funded ${funded}, released ${released}, refunded ${refunded}, fees ${fees}, remaining ${remaining}`
