// Which reminders a step of a deal adds and which it makes void: the difference between whom it waited for and whom it waits for now. Pure.
import type { Time } from '@huitong/primitives'
import { type Env, type ReminderStage, type Wait, clockOf, reminderTimes, waitKey } from '@huitong/protocol'

export interface PlannedReminder {
  /** {@link waitKey} of what is awaited. */
  readonly wait: string
  readonly stage: ReminderStage
  readonly at: Time
  readonly of: Wait
}

export interface ReminderPlan {
  readonly added: readonly PlannedReminder[]
  /** Keys of waits that are over: what was planned for them and not told is told to nobody. */
  readonly over: readonly string[]
}

type Waits = readonly Wait[] | undefined
const NONE: readonly Wait[] = []

/** A window begins with the step that opens it: at the ledger's time as far as it is known then. */
export function plannedReminders(waits: { readonly before?: Waits | undefined; readonly now: Waits }, env: Env): ReminderPlan {
  const { before = NONE, now = NONE } = waits
  if (before.length === 0 && now.length === 0) return { added: [], over: [] }
  const [were, are] = [new Map(before.map((wait) => [waitKey(wait), wait])), new Map(now.map((wait) => [waitKey(wait), wait]))]
  const added = [...are].filter(([key]) => !were.has(key)).flatMap(([wait, of]) => remindersOf(wait, of, env))
  return { added, over: [...were.keys()].filter((key) => !are.has(key)) }
}

function remindersOf(wait: string, of: Wait, env: Env): readonly PlannedReminder[] {
  const { final, seen } = clockOf(env, of.chain)
  return reminderTimes({ since: seen > final ? seen : final, until: of.until }).map(({ stage, at }) => ({ wait, stage, at, of }))
}
