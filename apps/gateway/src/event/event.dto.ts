// The live feed of changes.
import { IsOptional } from 'class-validator'
import { Timestamp, WholeQuery } from '../edge/fields.js'

export class EventQuery {
  /** Cursor of the last event seen; the Last-Event-ID header counts more. From the beginning if absent. */
  @IsOptional() @WholeQuery(0, Number.MAX_SAFE_INTEGER) after?: number
}

/** A deal has changed: fetch it to see how. The `id` of the server-sent event is `cursor`, its `event` is `type`. */
export class EventDto {
  cursor: number
  @Timestamp() at: string
  type: string
  /** Id of the deal. */
  subject: string
  version: number
}
