// Ledgers, accounts, coins and terms for specs: two ledgers, times in minutes from noon. For specs only.
import type { Coin, Condition, SpendPath } from '@huitong/chain'
import { type AccountId, type Amount, type AssetCode, type ChainId, type Coordinate, type HashLock } from '@huitong/primitives'
import { type OrderId, type Preimage, type Time, hexOf, lockOf, sha256, utf8 } from '@huitong/primitives'
import type { Env, LedgerClock } from '../env.js'
import type { CoinCreated, CoinSpent, TimePassed } from '../facts.js'
import type { Leg, LockTerms } from '../pair/pair.js'

const named = <T extends string>(text: string): T => hexOf<T>(sha256(utf8(text)))

export const chainA = named<ChainId>('ledger A')
export const chainB = named<ChainId>('ledger B')
export const account = (name: string): AccountId => named<AccountId>(`account ${name}`)
export const coordinate = (name: string): Coordinate => named<Coordinate>(`coin ${name}`)
export const preimage = named<Preimage>('the secret')
export const hash: HashLock = lockOf(preimage)
export const otherSecret = named<Preimage>('another secret')
export const orderId: OrderId = hexOf<OrderId>(sha256(utf8('order')).slice(0, 16))
export const asset = (code: 'CNY' | 'PTS'): AssetCode => code as AssetCode

/** Minutes after noon of some day, as a time. */
export const minute = (minutes: number): Time => (1_800_000_000_000 + minutes * 60_000) as Time

export const MINUTE = 60_000

/** Both ledgers at `minutes`; finality 10 s, skew 5 s, latency 30 s, outage 30 min, decision 5 min, margin 1 min. */
export function envAt(minutes: number): Env {
  const clock: LedgerClock = { final: minute(minutes), seen: minute(minutes), finalityMs: 10_000 }
  const parameters = { skewMs: 5_000, latencyMs: 30_000, outageMs: 30 * MINUTE, decisionMs: 5 * MINUTE, marginMs: MINUTE }
  return { ledgers: { [chainA]: clock, [chainB]: clock }, parameters }
}

export const lockA: LockTerms = {
  chain: chainA,
  asset: asset('CNY'),
  amount: 1000n,
  claimant: account('bob'),
  refundee: account('alice'),
  expiry: minute(90),
}
export const lockB: LockTerms = {
  chain: chainB,
  asset: asset('PTS'),
  amount: 7000n,
  claimant: account('alice on B'),
  refundee: account('bob on B'),
  expiry: minute(30),
}

export function created(chain: ChainId, coin: Coin, minutes: number): CoinCreated {
  return { kind: 'coinCreated', chain, coin, at: minute(minutes) }
}

export function locked(terms: LockTerms, name: string, minutes: number, change: Partial<LockTerms> = {}): CoinCreated {
  const { chain, asset, amount, claimant, refundee, expiry } = { ...terms, ...change }
  const condition: Condition = { kind: 'hashLock', hash, claimant, refundee, expiry }
  return created(chain, { coordinate: coordinate(name), asset, amount, condition }, minutes)
}

export function spentBy(
  chain: ChainId,
  name: Coordinate,
  path: SpendPath,
  minutes: number,
  outputs: readonly Coin[] = [],
): CoinSpent {
  const secret = path.kind === 'claim' || path.kind === 'code' ? { preimage } : {}
  return { kind: 'coinSpent', chain, coordinate: name, path, at: minute(minutes), ...secret, outputs }
}

export const passed = (chain: ChainId, minutes: number): TimePassed => ({ kind: 'timePassed', chain, time: minute(minutes) })

export const payment = (name: string, to: AccountId, amount: Amount, of: AssetCode): Coin => ({
  coordinate: coordinate(name),
  asset: of,
  amount,
  condition: { kind: 'account', account: to },
})

/** How diagrams name what happens to a pair of hash locks. */
export function pairLabel(
  pair: { readonly a: Leg; readonly b: Leg },
  event: CoinCreated | CoinSpent | { readonly kind: Exclude<string, 'coinCreated' | 'coinSpent'> },
): string {
  if ('coin' in event) return event.chain === chainA ? 'A locked' : 'B locked'
  if (!('path' in event)) return event.kind
  const side = (['a', 'b'] as const).find((name) => {
    const leg = pair[name]
    return leg.fate !== 'none' && leg.lock.coordinate === event.coordinate
  })
  if (side === undefined) return 'extra claimed'
  const verbs: Readonly<Record<string, string>> = { claim: 'claimed', cancel: 'cancelled', expire: 'refunded' }
  return `${side.toUpperCase()} ${verbs[event.path.kind]}`
}
