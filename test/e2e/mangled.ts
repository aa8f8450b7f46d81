// Bytes and texts that were right before somebody touched them.
import { type Bytes, utf8 } from '@huitong/primitives'

/** The same bytes with `wrong` where `right` stands first. */
export function replaced(right: readonly number[], wrong: readonly number[]): (bytes: Bytes) => Bytes {
  return (bytes) => {
    const at = bytes.findIndex((_, index) => right.every((byte, offset) => bytes[index + offset] === byte))
    if (at < 0) throw new Error('the bytes to replace are not there')
    return Uint8Array.of(...bytes.subarray(0, at), ...wrong, ...bytes.subarray(at + right.length))
  }
}

export const TAEL_BYTES = [...utf8('TAEL'), 0, 0, 0, 0]

/** One secret of zeros more than there were. */
export const withPreimage = (bytes: Bytes): Bytes => Uint8Array.of(...bytes.subarray(0, -1), 1, ...new Uint8Array(32))

/** An address with another last letter: its checksum is wrong. */
export const mistyped = (address: string): string => address.slice(0, -1) + (address.endsWith('q') ? 'p' : 'q')

export const nested = (depth: number): unknown => (depth === 0 ? {} : { a: nested(depth - 1) })
