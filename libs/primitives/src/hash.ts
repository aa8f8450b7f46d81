// SHA-256, the only hash of the house. One function everywhere; a process on Node may swap in a native one with the same result.
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { type Bytes, concat, utf8 } from './bytes.js'

let implementation: (bytes: Bytes) => Bytes = nobleSha256
let implementationInto = (bytes: Bytes, target: Bytes, at: number): void => target.set(implementation(bytes), at)

/** SHA-256 of raw bytes: 32 bytes. */
export const sha256 = (bytes: Bytes): Bytes => implementation(bytes)

/** Writes the SHA-256 of `bytes` to target[at, at + 32), for hot paths that make no arrays. */
export const sha256Into = (bytes: Bytes, target: Bytes, at: number): void => implementationInto(bytes, target, at)

/**
 * Replaces the arithmetic behind {@link sha256} and {@link sha256Into}; used by libs/platform at start-up, checked there against the
 * FIPS 180-4 vectors.
 */
export function useSha256(
  native: (bytes: Bytes) => Bytes,
  nativeInto: typeof sha256Into = (bytes, target, at) => target.set(native(bytes), at),
): void {
  implementation = native
  implementationInto = nativeInto
}

/**
 * Hash of `parts` under a domain tag, so that bytes signed or hashed for one purpose never stand for another:
 * SHA-256(length of tag in one byte, tag, parts).
 */
export function taggedHash(tag: string, ...parts: readonly Bytes[]): Bytes {
  const name = utf8(tag)
  return sha256(concat(Uint8Array.of(name.length), name, ...parts))
}
