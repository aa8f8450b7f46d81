// Whether a public key may be registered at all: the same demands that signature.md makes of a signature's key.
import { ed25519 } from '@noble/curves/ed25519.js'
import type { Bytes } from '@huitong/primitives'

/** True for 32 bytes that are the canonical encoding of a point that is not of small order. Anything else verifies nothing, or anything. */
export function isStrongKey(publicKey: Bytes): boolean {
  if (publicKey.length !== 32) return false
  try {
    return !ed25519.Point.fromBytes(publicKey).isSmallOrder()
  } catch {
    return false
  }
}
