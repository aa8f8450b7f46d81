// Reads the primitive fields of the canonical encoding. Never throws on foreign bytes: the first fault sticks, later reads answer zeros.
import { type Bytes, compareBytes, fromUtf8, hexOf, type AssetCode } from '@huitong/primitives'
import type { DecodeCode } from '../codes.js'

const ZEROS = new Uint8Array(65_536)
const ASSET_BYTES = 8

export class Reader {
  /** The first offence met; everything read after it is meaningless. */
  fault: DecodeCode | undefined
  /** High 31 and low 32 bits of the last amount read. */
  high = 0
  low = 0
  private bytes: Bytes = ZEROS
  private position = 0
  private limit = 0

  constructor(bytes: Bytes = ZEROS, at = 0, end = bytes.length) {
    this.reset(bytes, at, end)
  }

  /** Points this reader at other bytes, so that a hot path needs one reader for all transactions. */
  reset(bytes: Bytes, at: number, end: number): void {
    this.bytes = bytes
    this.position = at
    this.limit = Math.min(end, bytes.length)
    this.fault = undefined
  }

  get at(): number {
    return this.position
  }

  get left(): number {
    return this.limit - this.position
  }

  fail(code: DecodeCode): void {
    this.fault ??= code
    this.position = this.limit
  }

  /** Steps over `size` bytes and answers the offset at which they begin. */
  skip(size: number): number {
    if (this.limit - this.position < size) this.fail('truncated')
    const at = this.position
    if (this.fault === undefined) this.position += size
    return at
  }

  uint(size: number): number {
    const at = this.skip(size)
    if (this.fault !== undefined) return 0
    let value = 0
    for (let i = 0; i < size; i++) value = value * 256 + (this.bytes[at + i] ?? 0)
    return value
  }

  u8(): number {
    const at = this.skip(1)
    return this.fault === undefined ? (this.bytes[at] ?? 0) : 0
  }

  u16(): number {
    return this.uint(2)
  }

  u32(): number {
    return this.uint(4)
  }

  u48(): number {
    return this.uint(6)
  }

  take(size: number): Bytes {
    const at = this.skip(size)
    return this.fault === undefined ? this.bytes.subarray(at, at + size) : ZEROS.subarray(0, size)
  }

  hex<T extends string>(size: number): T {
    return hexOf<T>(this.take(size))
  }

  /** Steps over an asset code, checking its form. */
  skipAsset(): number {
    const at = this.skip(ASSET_BYTES)
    if (this.fault !== undefined) return at
    let padding = false
    for (let i = 0; i < ASSET_BYTES; i++) {
      const byte = this.bytes[at + i] ?? 0
      const letter = byte >= 65 && byte <= 90
      const digit = i > 0 && byte >= 48 && byte <= 57
      if (byte === 0 && i > 0) padding = true
      else if (padding || !(letter || digit)) {
        this.fail('asset_code_malformed')
        break
      }
    }
    return at
  }

  asset(): AssetCode {
    const at = this.skipAsset()
    if (this.fault !== undefined) return 'X' as AssetCode
    let size = ASSET_BYTES
    while (size > 0 && this.bytes[at + size - 1] === 0) size--
    return (fromUtf8(this.bytes.subarray(at, at + size)) ?? 'X') as AssetCode
  }

  /** Reads 1 to 2^63-1 into `high` and `low`. */
  amountParts(): void {
    this.amountPartsOrZero()
    if (this.high === 0 && this.low === 0) this.fail('amount_malformed')
  }

  amountPartsOrZero(): void {
    const size = this.u8()
    if (size > 8) this.fail('amount_malformed')
    this.amountDigits(size)
  }

  /** Reads an amount of `size` bytes, 0 to 8, into `high` and `low`. */
  amountDigits(size: number): void {
    this.high = 0
    this.low = 0
    const at = this.skip(size)
    if (this.fault !== undefined || size === 0) return
    const first = this.bytes[at] ?? 0
    if (first === 0 || (size === 8 && first > 127)) return this.fail('amount_malformed')
    for (let i = 0; i < size; i++) {
      const byte = this.bytes[at + i] ?? 0
      if (size - i > 4) this.high = this.high * 256 + byte
      else this.low = this.low * 256 + byte
    }
  }

  amount(): bigint {
    this.amountParts()
    return joinAmount(this.high, this.low)
  }

  amountOrZero(): bigint {
    this.amountPartsOrZero()
    return joinAmount(this.high, this.low)
  }

  /** `count` values of 32 bytes, strictly ascending. */
  ascending<T extends string>(count: number): T[] {
    const values: T[] = []
    let previous: Bytes | undefined
    for (let i = 0; i < count && this.fault === undefined; i++) {
      const value = this.take(32)
      if (previous !== undefined && compareBytes(previous, value) >= 0) this.fail('list_malformed')
      previous = value
      values.push(hexOf<T>(value))
    }
    return values
  }
}

/** The amount whose high and low 32 bits are given. */
export const joinAmount = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low)
