// Exact values of columns: bigint amounts, hexadecimal over bytea, milliseconds over bigint or timestamptz. Nothing passes through a float.
import { type Time, invariant, parseTime } from '@huitong/primitives'
import type { ValueTransformer } from 'typeorm'

/** `@Column({ type: 'bigint', transformer: exactBigint })`: a bigint on both sides. Not applied by raw SQL, sums or averages. */
export const exactBigint: ValueTransformer = {
  to: optional((value: bigint) => value.toString()),
  from: optional((value: string) => BigInt(value)),
}

/** `@Column({ type: 'bytea', transformer: hexBytes })`: lowercase hexadecimal in the program, raw bytes in the table. */
export const hexBytes: ValueTransformer = {
  to: optional((value: string) => Buffer.from(checkedHex(value), 'hex')),
  from: optional((value: Uint8Array) => Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')),
}

/** `@Column({ type: 'bytea', transformer: rawBytes })`: a plain Uint8Array, without the driver's Buffer. */
export const rawBytes: ValueTransformer = {
  to: optional((value: Uint8Array) => Buffer.from(value.buffer, value.byteOffset, value.byteLength)),
  from: optional((value: Uint8Array) => new Uint8Array(value)),
}

/** `@Column({ type: 'bigint', transformer: timeMs })`: a Time in milliseconds. */
export const timeMs: ValueTransformer = {
  to: optional((value: Time) => String(value)),
  from: optional((value: string) => asTime(Number(value))),
}

/** `@Column({ type: 'timestamptz', transformer: timeStamp })`: a Time; PostgreSQL keeps its milliseconds exactly. */
export const timeStamp: ValueTransformer = {
  to: optional((value: Time) => new Date(value)),
  from: optional((value: Date) => asTime(value.getTime())),
}

function optional<From, To>(change: (value: From) => To): (value: From | null | undefined) => To | null | undefined {
  return (value) => (value === null ? null : value === undefined ? undefined : change(value))
}

function checkedHex(value: string): string {
  invariant(/^(?:[0-9a-f]{2})*$/.test(value), 'only lowercase hexadecimal goes into a bytea column')
  return value
}

function asTime(milliseconds: number): Time {
  const time = parseTime(milliseconds)
  invariant(time.ok, 'a time column holds milliseconds since 1970')
  return time.value
}
