// The checks that fields of messages share, so that an amount or an id is checked in one way everywhere. Patterns come before conversion.
import { applyDecorators } from './decorate.js'
import { IsInt, IsString, Matches, Max, MaxLength, Min } from 'class-validator'

/** Lowercase hexadecimal of exactly `bytes` bytes. `each`: so is every one of a list. */
export const IsHexBytes = (bytes: number, { each = false }: { readonly each?: boolean } = {}): PropertyDecorator =>
  Matches(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), { each, message: `$property must be ${bytes} bytes in lowercase hexadecimal` })

/** Lowercase hexadecimal of up to `bytes` bytes. */
export const IsHexUpTo = (bytes: number): PropertyDecorator =>
  applyDecorators(
    IsString(),
    MaxLength(2 * bytes),
    Matches(/^([0-9a-f]{2})*$/, { message: '$property must be lowercase hexadecimal' }),
  )

/** A decimal string of base units, 1 to 19 digits, no sign, no leading zero. The range is checked by the rules. */
export const IsAmount = (): PropertyDecorator =>
  Matches(/^(0|[1-9][0-9]{0,18})$/, { message: '$property must be a decimal string of base units' })

/** A decimal string of base units, at least 1. */
export const IsPositiveAmount = (): PropertyDecorator =>
  Matches(/^[1-9][0-9]{0,18}$/, { message: '$property must be a positive decimal string of base units' })

export const IsAssetCode = (): PropertyDecorator =>
  Matches(/^[A-Z][A-Z0-9]{0,7}$/, { message: '$property must be an asset code: 1 to 8 of A-Z, 0-9, a letter first' })

export const IsLedgerName = (): PropertyDecorator =>
  Matches(/^[a-z][a-z0-9-]{0,30}$/, { message: '$property must be a ledger name: a-z, 0-9, -, a letter first, at most 31' })

/** A typed id: prefix, underscore, 32 hexadecimal digits of a time-ordered UUID. */
export const IsTypedId = (prefix: string): PropertyDecorator =>
  Matches(new RegExp(`^${prefix}_[0-9a-f]{32}$`), { message: `$property must be an id of the form ${prefix}_…` })

/** Milliseconds since 1970, below 2^48. */
export const IsTime = (): PropertyDecorator => applyDecorators(IsInt(), Min(0), Max(2 ** 48 - 1))

/** A span of time in milliseconds, at most ten years. */
export const IsDuration = (): PropertyDecorator => applyDecorators(IsInt(), Min(0), Max(10 * 366 * 24 * 3_600_000))

/** Text for people, without control characters or bidirectional overrides. */
export const IsPlainText = (maxLength: number): PropertyDecorator =>
  applyDecorators(
    IsString(),
    MaxLength(maxLength),
    Matches(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}]*$/u, { message: '$property must not hold control or invisible characters' }),
  )
