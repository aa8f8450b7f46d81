// Byte strings: hexadecimal both ways, concatenation, comparison. Never logs or formats what it is given.
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'

export type Bytes = Uint8Array

/** Lowercase hexadecimal of `bytes`. */
export const toHex = (bytes: Bytes): string => bytesToHex(bytes)

/** Bytes of a hexadecimal string; throws on an odd length or a foreign character (check with {@link isHex} at the border). */
export const fromHex = (hex: string): Bytes => hexToBytes(hex)

/** True for a lowercase hexadecimal string, of exactly `length` bytes if given. */
export function isHex(text: unknown, length?: number): text is string {
  return (
    typeof text === 'string' &&
    text.length % 2 === 0 &&
    /^[0-9a-f]*$/.test(text) &&
    (length === undefined || text.length === 2 * length)
  )
}

export function concat(...parts: readonly Bytes[]): Bytes {
  let size = 0
  for (const part of parts) size += part.length
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function equalBytes(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Lexicographic order of two byte strings: negative, zero or positive. */
export function compareBytes(a: Bytes, b: Bytes): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const utf8 = (text: string): Bytes => encoder.encode(text)

/** Text of UTF-8 bytes; `undefined` if they are not well-formed. */
export function fromUtf8(bytes: Bytes): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
