// Reads the fields of stored ledger bytes. Written from the description of the format, not from the ledger's code: the auditor must be able to
// disagree with the ledger. Throws Unreadable on the first byte that does not fit.
import type { Bytes } from '@huitong/primitives'

/** Stored bytes that are not what the format says. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

export class ByteReader {
  #at: number

  constructor(
    private readonly bytes: Bytes,
    from = 0,
    private readonly end = bytes.length,
  ) {
    this.#at = from
    if (end > bytes.length) throw new Unreadable(`a field ends at byte ${end} of ${bytes.length}`)
  }

  get at(): number {
    return this.#at
  }

  get left(): number {
    return this.end - this.#at
  }

  take(size: number): Bytes {
    if (size > this.left) throw new Unreadable(`byte ${this.#at}: ${size} bytes are wanted, ${this.left} are there`)
    this.#at += size
    return this.bytes.subarray(this.#at - size, this.#at)
  }

  /** An unsigned integer, the most significant byte first; at most six bytes. */
  number(size: number): number {
    return this.take(size).reduce((value, byte) => value * 256 + byte, 0)
  }

  hex(size: number): string {
    return hexText(this.take(size))
  }

  /** A length byte (0 to 8), then that many bytes, the first not zero; below 2^63. */
  amount(): bigint {
    return this.digits(this.number(1))
  }

  /** An amount of so many bytes. */
  digits(size: number): bigint {
    const digits = this.take(size)
    if (digits.length > 8 || digits[0] === 0) throw new Unreadable(`byte ${this.#at}: not an amount`)
    const value = digits.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
    if (value >= 2n ** 63n) throw new Unreadable(`byte ${this.#at}: an amount beyond 2^63-1`)
    return value
  }

  /** Eight bytes of ASCII, filled up with zeros: a letter, then letters and digits. */
  asset(): string {
    const text = Buffer.from(this.take(8)).toString('latin1')
    const code = /^([A-Z][A-Z0-9]{0,7})\0*$/.exec(text)?.[1]
    if (code === undefined) throw new Unreadable(`byte ${this.#at}: not an asset's code`)
    return code
  }
}

export const hexText = (bytes: Bytes): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
