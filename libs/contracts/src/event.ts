// The feed of changes: what happened to deals the asker may see, and whom a deal waits for. Ids and states only: who wants more reads the deal.
import { Type } from 'class-transformer'
import { IsInt, Max, Min, ValidateNested } from 'class-validator'
import { command } from './command.js'
import { Actor } from './identity.js'

export class EventsAfter {
  @IsInt() @Min(0) after: number
  @IsInt() @Min(1) @Max(200) limit: number
  @ValidateNested() @Type(() => Actor) actor: Actor
}
export interface WireEvent {
  readonly cursor: number
  readonly at: number
  readonly type: string
  readonly subject: string
  readonly version: number
  /** Of a reminder (`order.reminder`, `swap.reminder`, …): what is awaited. */
  readonly detail?: WireReminder
}
/** Told to those who are awaited, by the time of `ledger`. `awaited` is empty where it is the operators' turn. */
export interface WireReminder {
  readonly what: string
  /** `50%`, `90%`: so much of the time is over. `24h`: so much of it is left. */
  readonly stage: string
  readonly ledger: string
  readonly until: number
  readonly awaited: readonly string[]
  readonly milestone?: number
}
/** Changes of deals the actor may see, in commit order. */
export const dealEvents = command<{ readonly events: readonly WireEvent[] }>()({
  subject: 'settlement.events',
  request: EventsAfter,
  codes: [] as const,
})
