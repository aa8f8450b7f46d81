// The live feed of changes.
import { ApiProperty } from '@nestjs/swagger'
import { IsOptional } from 'class-validator'
import { Timestamp, WholeQuery } from '../edge/fields.js'

export class EventQuery {
  /** Cursor of the last event seen; the Last-Event-ID header counts more. From the beginning if absent. */
  @IsOptional() @WholeQuery(0, Number.MAX_SAFE_INTEGER) after?: number
}

/** Somebody is awaited: told to those alone who may act, at half of the time, at nine tenths of it and a day before its end, once each. */
export class ReminderDto {
  /** The step that is awaited: `agree`, `fund`, `ship`, `inspect`, `answer`, `reveal` … (docs/lifecycle.md). */
  what: string
  @ApiProperty({ enum: ['50%', '90%', '24h'] }) stage: string
  /** Whose block time counts. */
  ledger: string
  @Timestamp() until: string
  /** Parties of whom any may act; none where it is the operators' turn. */
  awaited: string[]
  milestone?: number
}

/** A deal has changed: fetch it to see how. The `id` of the server-sent event is `cursor`, its `event` is `type`. */
export class EventDto {
  cursor: number
  @Timestamp() at: string
  type: string
  /** Id of the deal. */
  subject: string
  version: number
  /** Only of types that end in `.reminder`. */
  reminder?: ReminderDto
}
