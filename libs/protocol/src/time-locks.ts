// The inequalities that keep two ledgers' deadlines apart, in one place. Pure arithmetic on block times; reads no clock.
import { type ChainId, type Time, after } from '@huitong/primitives'
import { type Env, clockOf } from './env.js'

/*
 * Symbols: T_X expiry on ledger X, F_X finality of X, e skew, O latency, D outage, W decision time, m margin (env.ts). A is the ledger
 * on which the holder of the secret pays, B the one on which it is paid; the secret shows first on B.
 *
 *   passed(T)         final block time >= T                                   (claim iff t < T, refund iff t >= T)
 *   latest now        max(last block time, own clock) + e                     (to decide that there is still time)
 *   pair margin       T_A - T_B >= e + F_B + O + F_A + D
 *   last safe reveal  T_B - F_B - e - m                                       (binds the first reveal only)
 *   last safe dispute deadline - F - e - m
 *   earliest T_B      latest now + F_B + W + F_B + e + m                      (lock B, look at it, claim it)
 */

/** True once a final block of `chain` bears the time `deadline` or a later one: nothing earlier can be included any more. */
export const hasPassed = (env: Env, chain: ChainId, deadline: Time): boolean => clockOf(env, chain).final >= deadline

/** True once a transaction valid until `validUntil` (inclusive) can never be included on `chain`. */
export const isDead = (env: Env, chain: ChainId, validUntil: Time): boolean => clockOf(env, chain).final > validUntil

/** The latest time that the next block of `chain` may already carry, as far as anybody here can tell. */
export function latestNow(env: Env, chain: ChainId): Time {
  const clock = clockOf(env, chain)
  return after(clock.seen > clock.final ? clock.seen : clock.final, env.parameters.skewMs)
}

/** True while there is certainly still time before `limit` on `chain`. */
export const isStillBefore = (env: Env, chain: ChainId, limit: Time): boolean => latestNow(env, chain) < limit

/** e + F_B + O + F_A + D: how much later than B's expiry A's must be, so that a claim on B always leaves time to claim A. */
export function pairMarginMs(env: Env, a: ChainId, b: ChainId): number {
  const { skewMs, latencyMs, outageMs } = env.parameters
  return skewMs + clockOf(env, b).finalityMs + latencyMs + clockOf(env, a).finalityMs + outageMs
}

/** True if expiries on A and B are far enough apart (rule 5). */
export function isPairSafe(env: Env, a: { chain: ChainId; expiry: Time }, b: { chain: ChainId; expiry: Time }): boolean {
  return a.expiry - b.expiry >= pairMarginMs(env, a.chain, b.chain)
}

function lastSafe(env: Env, chain: ChainId, deadline: Time): Time {
  const { skewMs, marginMs } = env.parameters
  return after(deadline, -(clockOf(env, chain).finalityMs + skewMs + marginMs))
}

/** T_B - F_B - e - m: the first reveal of a secret must not start later. Once it is known anywhere this binds nobody any more. */
export const lastSafeReveal = (env: Env, chain: ChainId, expiry: Time): Time => lastSafe(env, chain, expiry)

/** deadline - F - e - m: a hold that stops the enforced clock must not be asked for later. */
export const lastSafeDispute = (env: Env, chain: ChainId, deadline: Time): Time => lastSafe(env, chain, deadline)

/** The least expiry on B that leaves time to lock it, look at it and claim it: latest now + F_B + W + F_B + e + m. */
export function earliestExpiry(env: Env, chain: ChainId): Time {
  const { decisionMs, skewMs, marginMs } = env.parameters
  return after(latestNow(env, chain), 2 * clockOf(env, chain).finalityMs + decisionMs + skewMs + marginMs)
}

/** Expiries for a pair that starts now: B as early as is safe plus `slackMs` for the locks to be made, A later by the pair margin. */
export function proposeExpiries(env: Env, a: ChainId, b: ChainId, slackMs: number): { readonly a: Time; readonly b: Time } {
  const onB = after(earliestExpiry(env, b), clockOf(env, a).finalityMs + slackMs)
  return { a: after(onB, pairMarginMs(env, a, b)), b: onB }
}
