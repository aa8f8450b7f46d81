// Checking another party's lock before trusting a secret to it: from the ledger's receipt, field by field, never from what the hub says.
import type { CoinRecord, HashLockCondition } from '@huitong/chain'
import type { AccountId, Amount, AssetCode, Coordinate, HashLock, Time } from '@huitong/primitives'
import type { LedgerClient } from '../client/ledger-client.js'
import { Unproven } from '../client/unproven.js'

export interface ExpectedLock {
  readonly asset: AssetCode
  readonly amount: Amount
  readonly hash: HashLock
  readonly claimant: AccountId
  readonly refundee: AccountId
  /** The reveal must not start later than this long before the expiry (finality, skew, margin). */
  readonly reserveMs: number
}

/**
 * The coin at `coordinate` and the ledger's time, if it is exactly the expected hash lock, unspent, and there is still time to claim it. Throws {@link Unproven}
 * otherwise: then nothing may be revealed. Rule 5 of settlement: no claim starts after expiry - finality - skew - margin.
 */
export async function verifyLock(
  ledger: LedgerClient,
  coordinate: Coordinate,
  expected: ExpectedLock,
): Promise<{ readonly coin: CoinRecord; readonly now: Time }> {
  const { coin, spent, now } = await ledger.provenCoin(coordinate)
  if (spent !== undefined) throw new Unproven('lock_spent', `${coordinate} by ${spent}`)
  const fault = lockFault(coin, expected, now)
  if (fault !== undefined) throw new Unproven('lock_mismatch', `${fault} of ${coordinate} on ${ledger.name}`)
  return { coin, now }
}

/** The first field that differs from what was agreed, or `undefined`. */
export function lockFault(coin: CoinRecord, expected: ExpectedLock, now: Time): string | undefined {
  if (coin.asset !== expected.asset) return 'asset'
  if (coin.amount !== expected.amount) return 'amount'
  const { condition } = coin
  if (condition.kind !== 'hashLock') return 'condition'
  if (condition.hash !== expected.hash) return 'hash'
  if (condition.claimant !== expected.claimant) return 'claimant'
  if (condition.refundee !== expected.refundee) return 'refundee'
  if (now >= condition.expiry - expected.reserveMs) return 'expiry'
  return undefined
}

/** The first field in which the lock that the hub asks us to make differs from what we agreed to, or `undefined`. */
export function ownLockFault(
  asked: { readonly asset: string; readonly amount: string; readonly condition: HashLockCondition },
  agreed: Omit<ExpectedLock, 'reserveMs'> & { readonly latestExpiry: Time },
): string | undefined {
  if (asked.asset !== agreed.asset) return 'asset'
  if (BigInt(asked.amount) !== agreed.amount) return 'amount'
  if (asked.condition.hash !== agreed.hash) return 'hash'
  if (asked.condition.claimant !== agreed.claimant) return 'claimant'
  if (asked.condition.refundee !== agreed.refundee) return 'refundee'
  if (asked.condition.expiry > agreed.latestExpiry) return 'expiry'
  return undefined
}
