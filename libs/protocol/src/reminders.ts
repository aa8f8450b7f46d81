// Who is awaited until when, and when to remind of it: half the time, nine tenths of it, and a day before its end. Pure arithmetic on ledger time;
// a reminder changes nothing and nobody's right depends on having got one.
import { type ChainId, type Time, after } from '@huitong/primitives'
import type { PartyId } from './decision.js'

/** Somebody is to act before a time of a ledger. Two states that wait for the same thing have equal waits. */
export interface Wait {
  /** What is awaited, in the words of the deal's noun: `fund`, `ship`, `answer` … */
  readonly what: string
  readonly milestone?: number
  readonly chain: ChainId
  readonly until: Time
  /** Those of whom any may act. Nobody: it is the operators' turn. */
  readonly owners: readonly PartyId[]
}

/** `50%` and `90%` of the window gone, or `24h` left of it. */
export const REMINDER_STAGES = ['50%', '90%', '24h'] as const
export type ReminderStage = (typeof REMINDER_STAGES)[number]

export interface Reminder {
  readonly stage: ReminderStage
  readonly at: Time
}

/** In a shorter window whoever is awaited is there already, or a machine; a reminder would only be noise. */
export const REMINDED_WINDOW_MIN_MS = 3_600_000
const DAY_MS = 24 * 3_600_000

/**
 * When to remind of what is awaited from `since` until `until`, in milliseconds of ledger time, earliest first. None in a window under an hour. `24h`
 * only where that is later than the half, and no two at one moment.
 */
export function reminderTimes({ since, until }: { readonly since: Time; readonly until: Time }): readonly Reminder[] {
  const window = until - since
  if (window < REMINDED_WINDOW_MIN_MS) return []
  const half = after(since, Math.floor(window / 2))
  const nearly = after(since, Math.floor((window * 9) / 10))
  const lastDay = after(until, -DAY_MS)
  const times: Reminder[] = [
    { stage: '50%', at: half },
    { stage: '90%', at: nearly },
  ]
  if (lastDay > half && lastDay !== nearly) times.push({ stage: '24h', at: lastDay })
  return times.sort((a, b) => a.at - b.at)
}

/** The same thing is still awaited of the same ones: what was planned for it stays. */
export const waitKey = ({ what, milestone, chain, until, owners }: Wait): string =>
  [what, milestone ?? '', chain.slice(0, 8), until, ...[...owners].sort()].join('/')
