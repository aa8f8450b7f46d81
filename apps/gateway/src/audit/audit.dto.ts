// What the auditor found, and the audit log.
import { IsIn, IsOptional } from 'class-validator'
import { ApiProperty } from '@nestjs/swagger'
import { Hex, Timestamp, WholeQuery } from '../edge/fields.js'

export class InvariantsQuery {
  /** `true`: reads everything from the beginning instead of going on where the last check ended. */
  @IsOptional() @IsIn(['true', 'false']) full?: 'true' | 'false'
}

export class InvariantDto {
  invariant: number
  title: string
  /** `not_exercised`: no fact existed to examine. */
  verdict: 'ok' | 'broken' | 'not_exercised'
  /** How many facts were examined. */
  checked: number
  /** The first fact that breaks it. */
  detail?: string
}

export class InvariantListDto {
  @Timestamp() at: string
  items: InvariantDto[]
}

export class EntriesQuery {
  /** Sequence number of the last entry seen; from the beginning if absent. */
  @IsOptional() @WholeQuery(0, Number.MAX_SAFE_INTEGER) after?: number
  /** Rows of the page; 50 if absent. */
  @IsOptional() @WholeQuery(1, 200) limit?: number
}

/** One decision of an operator or the system. */
export class EntryDto {
  seq: number
  @Timestamp() at: string
  actor: string
  action: string
  subject: string
  /** Depends on the action. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  detail: unknown
  /** Over this entry and the hash of the one before. */
  @Hex(32) hash: string
}

export class EntryPageDto {
  items: EntryDto[]
  /** Goes into `after` of the next page; absent where the log ends now. */
  next?: number
}
