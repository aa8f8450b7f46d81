// SHA-256, the only hash of the house. One function everywhere; a process on Node may swap in a native one with the same result.
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { type Bytes, concat, utf8 } from './bytes.js'

let implementation: (bytes: Bytes) => Bytes = nobleSha256

/** SHA-256 of raw bytes: 32 bytes. */
export const sha256 = (bytes: Bytes): Bytes => implementation(bytes)

/** Replaces the arithmetic behind {@link sha256}; used by libs/platform at start-up, checked there against the FIPS 180-4 vectors. */
export function useSha256(native: (bytes: Bytes) => Bytes): void {
  implementation = native
}

/**
 * Hash of `parts` under a domain tag, so that bytes signed or hashed for one purpose never stand for another:
 * SHA-256(length of tag in one byte, tag, parts).
 */
export function taggedHash(tag: string, ...parts: readonly Bytes[]): Bytes {
  const name = utf8(tag)
  return sha256(concat(Uint8Array.of(name.length), name, ...parts))
}
