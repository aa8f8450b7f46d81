// The browser's Ed25519 verifier under the one rule of the house (signature.md). The native one must answer the same on every input.
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { type Bytes, type Verifier, concat, equalBytes } from '@huitong/primitives'

const { Point } = ed25519
const ORDER = Point.Fn.ORDER

/** Cofactorless check on curve points: encode(S*B - k*A) = R. noble's own `verify` is cofactored and answers otherwise. */
export const browserVerifier: Verifier = { verify: verifyEd25519 }

/** True if `signature` (64 bytes) of `message` is valid under `publicKey` (32 bytes); false for anything else, never a throw. */
export function verifyEd25519(signature: Bytes, message: Bytes, publicKey: Bytes): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false
  const encodedR = signature.subarray(0, 32)
  const s = littleEndian(signature.subarray(32))
  if (s >= ORDER) return false
  const key = decodePoint(publicKey)
  if (key === undefined || key.isSmallOrder()) return false
  const k = littleEndian(sha512(concat(encodedR, publicKey, message))) % ORDER
  const r = Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(k))
  // Equal to an encoding that we made ourselves, R is canonical.
  return equalBytes(r.toBytes(), encodedR) && !r.isSmallOrder()
}

/** Strict decoding: y below p, no negative zero. */
function decodePoint(bytes: Bytes): InstanceType<typeof Point> | undefined {
  try {
    return Point.fromBytes(bytes)
  } catch {
    return undefined
  }
}

function littleEndian(bytes: Bytes): bigint {
  let value = 0n
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0)
  return value
}
