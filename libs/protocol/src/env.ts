// What a machine may know besides its state and the event: ledger times and parameters, as values. Holds no clock and no repository.
import type { ChainId, Time } from '@huitong/primitives'
import { invariant } from '@huitong/primitives'

/** One ledger as seen when a decision is made. Milliseconds. */
export interface LedgerClock {
  /** Time of the last final block. The only time by which a deadline *has passed*. */
  readonly final: Time
  /** max(time of the last block seen, own clock). With the skew added, the time by which there is *still* time. */
  readonly seen: Time
  /** From submitting a transaction to its being final: inclusion and finality, measured. */
  readonly finalityMs: number
}

/** The hub's margins, in milliseconds; see time-locks.ts for the formulae that use them. */
export interface TimeParameters {
  /** Largest difference between the clocks of two ledgers. */
  readonly skewMs: number
  /** From a final fact on one ledger to the watchtower acting on it. */
  readonly latencyMs: number
  /** Longest outage of a ledger, a party or the hub that a deal survives. */
  readonly outageMs: number
  /** Time a party has to look and decide. */
  readonly decisionMs: number
  /** Safety margin for everything unforeseen. */
  readonly marginMs: number
}

export interface Env {
  readonly ledgers: Readonly<Record<string, LedgerClock>>
  readonly parameters: TimeParameters
}

/** The clock of `chain`; an environment that lacks a ledger of the deal is a bug of the caller. */
export function clockOf(env: Env, chain: ChainId): LedgerClock {
  const clock = env.ledgers[chain]
  invariant(clock !== undefined, `the environment lacks ledger ${chain}`)
  return clock
}

/** `env` after the final time of `chain` reached `time`: an event may know more than the environment it comes with. */
export function advanced(env: Env, chain: ChainId, time: Time): Env {
  const clock = clockOf(env, chain)
  if (time <= clock.final) return env
  const seen = time > clock.seen ? time : clock.seen
  return { ...env, ledgers: { ...env.ledgers, [chain]: { ...clock, final: time, seen } } }
}
