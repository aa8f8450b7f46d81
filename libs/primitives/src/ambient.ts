// What the outside world gives to pure code: time and randomness come in through these types, never by calling the platform.
import type { Bytes } from './bytes.js'
import type { Time } from './ids.js'

/** Tells the time in milliseconds since 1970. Tests own theirs; a sandbox hub's may run ahead of the wall. */
export interface Clock {
  now(): Time
}

/** Cryptographically strong randomness; a seeded one in tests. */
export interface Entropy {
  bytes(length: number): Bytes
}

/**
 * Verifies an Ed25519 signature under the one rule of the house (libs/chain/src/signature.md): cofactorless, S < L, canonical A
 * and R, no small order. Two implementations must agree on every input: the browser's in libs/chain, the native one in libs/platform.
 */
export interface Verifier {
  verify(signature: Bytes, message: Bytes, publicKey: Bytes): boolean
}
