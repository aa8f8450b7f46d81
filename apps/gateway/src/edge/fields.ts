// The checks of fields at the HTTP edge, each with its place in the OpenAPI document. What passes is already in the bus's terms:
// addresses become account ids in hexadecimal, RFC 3339 times become milliseconds. Never lets a value through that it changed by guessing.
// (No descriptions here: they would hide the doc comments of the fields.)
import {
  IsAmount,
  IsAssetCode,
  IsDuration,
  IsHexBytes,
  IsHexUpTo,
  IsLedgerName,
  IsPlainText,
  IsPositiveAmount,
  IsTypedId,
} from '@huitong/contracts'
import { applyDecorators } from '@nestjs/common'
import { ApiProperty } from '@nestjs/swagger'
import { Transform, Type } from 'class-transformer'
import { IsInt, IsObject, Matches, Max, Min, ValidateNested } from 'class-validator'
import { accountOf } from './address.js'
import { timeOf } from './time.js'

const AMOUNT = '^(0|[1-9][0-9]{0,18})$'

/** An account by its bech32m address; the account id in hexadecimal once it has passed. */
export const Address = (): PropertyDecorator =>
  applyDecorators(
    // an empty string, not undefined: an optional field that is wrong must not count as absent
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (accountOf(value) ?? '') : ''), {
      toClassOnly: true,
    }),
    Matches(/^[0-9a-f]{64}$/, { message: '$property must be an account address (ht1…)' }),
    ApiProperty({ type: String, pattern: '^ht1[02-9ac-hj-np-z]{58}$' }),
  )

/** A point in time, RFC 3339 in UTC; milliseconds since 1970 once it has passed. */
export const Timestamp = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (timeOf(value) ?? Number.NaN) : Number.NaN), {
      toClassOnly: true,
    }),
    IsInt({ message: '$property must be a time in UTC, like 2026-01-31T12:00:00.000Z' }),
    ApiProperty({ type: String, format: 'date-time' }),
  )

/** Base units as a decimal string. */
export const Amount = (): PropertyDecorator => applyDecorators(IsAmount(), ApiProperty({ type: String, pattern: AMOUNT }))

/** Base units as a decimal string that may be negative. */
export const SignedAmount = (): PropertyDecorator => ApiProperty({ type: String, pattern: '^(0|-?[1-9][0-9]{0,18})$' })

export const PositiveAmount = (): PropertyDecorator =>
  applyDecorators(IsPositiveAmount(), ApiProperty({ type: String, pattern: '^[1-9][0-9]{0,18}$' }))

export const AssetCode = (): PropertyDecorator =>
  applyDecorators(IsAssetCode(), ApiProperty({ type: String, pattern: '^[A-Z][A-Z0-9]{0,7}$' }))

export const LedgerName = (): PropertyDecorator =>
  applyDecorators(IsLedgerName(), ApiProperty({ type: String, pattern: '^[a-z][a-z0-9-]{0,30}$' }))

/** Lowercase hexadecimal of exactly `bytes` bytes. */
export const Hex = (bytes: number): PropertyDecorator =>
  applyDecorators(IsHexBytes(bytes), ApiProperty({ type: String, pattern: `^[0-9a-f]{${2 * bytes}}$` }))

/** Lowercase hexadecimal of up to `bytes` bytes. */
export const HexUpTo = (bytes: number): PropertyDecorator =>
  applyDecorators(
    IsHexUpTo(bytes),
    ApiProperty({
      type: String,
      pattern: '^([0-9a-f]{2})*$',
      maxLength: 2 * bytes,
    }),
  )

/** A typed id: `ord_…`. */
export const TypedId = (prefix: string): PropertyDecorator =>
  applyDecorators(IsTypedId(prefix), ApiProperty({ type: String, pattern: `^${prefix}_[0-9a-f]{32}$` }))

/** Where a list goes on: text that only the ledger understands. */
export const Cursor = (): PropertyDecorator =>
  applyDecorators(
    Matches(/^[A-Za-z0-9_.-]{1,8000}$/, { message: '$property must be the `next` of the page before' }),
    ApiProperty({ type: String, pattern: '^[A-Za-z0-9_.-]{1,8000}$' }),
  )

/** A span of time in milliseconds. */
export const Milliseconds = (): PropertyDecorator => applyDecorators(IsDuration(), ApiProperty({ type: 'integer', minimum: 0 }))

/** Text for people, without control or invisible characters. */
export const PlainText = (maxLength: number): PropertyDecorator =>
  applyDecorators(IsPlainText(maxLength), ApiProperty({ type: String, maxLength }))

/** A whole number in a JSON body. */
export const Whole = (least: number, most: number): PropertyDecorator =>
  applyDecorators(IsInt(), Min(least), Max(most), ApiProperty({ type: 'integer', minimum: least, maximum: most }))

/** A whole number in a query string: digits only. */
export const WholeQuery = (least: number, most: number): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => digits(value), { toClassOnly: true }),
    IsInt({ message: `$property must be a whole number from ${least} to ${most}` }),
    Min(least),
    Max(most),
    ApiProperty({ type: 'integer', minimum: least, maximum: most }),
  )

/** A part of the body, checked by its own class. (Nested validation alone takes a list for an object.) */
export const Part = (type: () => new () => object): PropertyDecorator => applyDecorators(IsObject(), ValidateNested(), Type(type))

/** A list of parts. */
export const Parts = (type: () => new () => object): PropertyDecorator =>
  applyDecorators(IsObject({ each: true }), ValidateNested({ each: true }), Type(type))

function digits(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^[0-9]{1,15}$/.test(value) ? Number(value) : Number.NaN
}
