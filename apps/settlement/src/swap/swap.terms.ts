// The time locks of a swap, computed from the hub's terms and the ledgers' clocks so that every honest course fits (rules 4 and 5). Pure.
import { type ChainId, type Time, after } from '@huitong/primitives'
import { type Env, clockOf, latestNow, pairMarginMs } from '@huitong/protocol'
import type { Terms } from '../terms.js'

export interface SwapTimes {
  readonly acceptBy: Time
  readonly lockABy: Time
  readonly lockBBy: Time
  readonly expiryA: Time
  readonly expiryB: Time
}

/** Room for finality to be measured slower at acceptance than at the proposal. */
const SLACK_MS = 30_000

/**
 * Both ledgers' deadlines are counted from the later of their two clocks. In order: accept, lock A, lock B, look at B and reveal, expiry of
 * B, and after the pair margin expiry of A.
 */
export function swapTimes(
  env: Env,
  terms: Terms,
  asked: { readonly a: ChainId; readonly b: ChainId; readonly acceptWithinMs: number },
): SwapTimes {
  const { a, b } = asked
  const onA = latestNow(env, a)
  const onB = latestNow(env, b)
  const acceptBy = after(onA > onB ? onA : onB, asked.acceptWithinMs)
  const lockABy = after(acceptBy, terms.lockMs)
  const lockBBy = after(lockABy, clockOf(env, a).finalityMs + terms.lockMs)
  const { skewMs, decisionMs, marginMs } = env.parameters
  const expiryB = after(lockBBy, 2 * clockOf(env, b).finalityMs + decisionMs + skewMs + marginMs + SLACK_MS)
  const expiryA = after(expiryB, pairMarginMs(env, a, b) + SLACK_MS)
  return { acceptBy, lockABy, lockBBy, expiryA, expiryB }
}
