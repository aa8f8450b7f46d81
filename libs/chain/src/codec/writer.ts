// Writes the primitive fields of the canonical encoding (docs/codec.md). Asserts ranges: what it writes, the reader accepts.
import { AMOUNT_MAX, type AssetCode, type Bytes, TIME_MAX, fromHex, invariant, isHex, parseAssetCode } from '@huitong/primitives'

export const ASSET_BYTES = 8

export class Writer {
  private buffer = new Uint8Array(256)
  private length = 0

  /** How many bytes were written so far. */
  get size(): number {
    return this.length
  }

  /** A copy of what was written. */
  done(): Bytes {
    return this.buffer.slice(0, this.length)
  }

  uint(value: number, size: number): this {
    invariant(Number.isSafeInteger(value) && value >= 0 && value < 256 ** size, 'an unsigned integer that fits its field')
    this.reserve(size)
    let rest = value
    for (let i = size - 1; i >= 0; i--) {
      this.buffer[this.length + i] = rest % 256
      rest = Math.floor(rest / 256)
    }
    this.length += size
    return this
  }

  u8(value: number): this {
    return this.uint(value, 1)
  }

  u16(value: number): this {
    return this.uint(value, 2)
  }

  u32(value: number): this {
    return this.uint(value, 4)
  }

  /** A time or duration in milliseconds, or a height. */
  u48(value: number): this {
    invariant(value <= TIME_MAX, 'an integer below 2^48')
    return this.uint(value, 6)
  }

  /** Overwrites two bytes written before. */
  patchU16(at: number, value: number): this {
    invariant(at + 2 <= this.length && value < 65_536, 'a length that fits its field')
    this.buffer[at] = value >> 8
    this.buffer[at + 1] = value & 255
    return this
  }

  bytes(bytes: Bytes): this {
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.length)
    this.length += bytes.length
    return this
  }

  /** Exactly `size` bytes given in hexadecimal. */
  hex(text: string, size: number): this {
    invariant(isHex(text, size), 'as many bytes in hexadecimal as the field has')
    return this.bytes(fromHex(text))
  }

  asset(code: AssetCode): this {
    invariant(parseAssetCode(code).ok, 'a well-formed asset code')
    for (let i = 0; i < ASSET_BYTES; i++) this.u8(i < code.length ? code.charCodeAt(i) : 0)
    return this
  }

  /** One byte of length, then the shortest big-endian form. */
  amount(amount: bigint): this {
    invariant(amount >= 1n && amount <= AMOUNT_MAX, 'an amount of 1 to 2^63-1')
    return this.amountOrZero(amount)
  }

  amountOrZero(amount: bigint): this {
    invariant(amount >= 0n, 'an amount of 0 to 2^63-1')
    return this.taggedAmount(0, amount)
  }

  /** One byte of tag (0 to 15) and length, then the shortest big-endian form. */
  taggedAmount(tag: number, amount: bigint): this {
    invariant(amount >= (tag === 0 ? 0n : 1n) && amount <= AMOUNT_MAX, 'an amount within 2^63-1')
    let size = 0
    for (let rest = amount; rest > 0n; rest >>= 8n) size++
    this.u8(tag * 16 + size)
    for (let i = size - 1; i >= 0; i--) this.u8(Number((amount >> BigInt(8 * i)) & 255n))
    return this
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + more))
    larger.set(this.buffer.subarray(0, this.length))
    this.buffer = larger
  }
}
