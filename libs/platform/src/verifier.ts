// Native signatures and hashes for Node: libsodium behind the house's one rule. Must answer as the browser's verifier does, on every input.
import crypto, { createHash } from 'node:crypto'
import { type Bytes, type Verifier, fromHex, invariant, toHex, useSha256, utf8 } from '@huitong/primitives'
import sodium from 'sodium-native'

const SIGNATURE_BYTES = 64
const { latin1Write: writeLatin1 } = Buffer.prototype
const KEY_BYTES = 32

/**
 * Ed25519 under rule R: cofactorless, S < L, canonical A and R, neither of small order.
 * libsodium (1.0.21 in sodium-native 5.1.0) was measured to answer by this rule: verifier.spec.ts plants small-order parts in key and R,
 * non-canonical encodings and S + L. Lengths, the encoding of A and of R and S < L are checked here as well, so that those parts of the rule
 * do not hang on a point release; that it is cofactorless and refuses small orders is libsodium's, and the vectors hold it to that.
 */
export const nativeVerifier: Verifier = {
  verify(signature, message, publicKey) {
    if (signature.length !== SIGNATURE_BYTES || publicKey.length !== KEY_BYTES) return false
    if (!isCanonical(publicKey, 0) || !isCanonical(signature, 0) || !isBelowOrder(signature)) return false
    return sodium.crypto_sign_verify_detached(asBuffer(signature), asBuffer(message), asBuffer(publicKey))
  },
}

/** Signs with a 32-byte seed: deterministic Ed25519 (RFC 8032), 64 bytes. The expanded key is wiped before this returns. */
export function nativeSign(message: Bytes, seed: Bytes): Bytes {
  invariant(seed.length === KEY_BYTES, 'a seed has 32 bytes')
  const publicKey = Buffer.alloc(KEY_BYTES)
  const secretKey = Buffer.alloc(2 * KEY_BYTES)
  const signature = Buffer.alloc(SIGNATURE_BYTES)
  try {
    sodium.crypto_sign_seed_keypair(publicKey, secretKey, asBuffer(seed))
    sodium.crypto_sign_detached(signature, asBuffer(message), secretKey)
    return new Uint8Array(signature)
  } finally {
    secretKey.fill(0)
  }
}

/** The public key of a seed, 32 bytes. */
export function nativePublicKey(seed: Bytes): Bytes {
  invariant(seed.length === KEY_BYTES, 'a seed has 32 bytes')
  const publicKey = Buffer.alloc(KEY_BYTES)
  const secretKey = Buffer.alloc(2 * KEY_BYTES)
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, asBuffer(seed))
  secretKey.fill(0)
  return new Uint8Array(publicKey)
}

/**
 * SHA-256 by OpenSSL, written to target[at, at + 32): through `crypto.hash` and one character per byte, the fastest way for small inputs,
 * where Node has it.
 */
export const nativeSha256Into: (bytes: Bytes, target: Bytes, at: number) => void =
  typeof crypto.hash === 'function'
    ? (bytes, target, at) => void writeLatin1.call(target, crypto.hash('sha256', bytes, 'binary'), at)
    : (bytes, target, at) => target.set(createHash('sha256').update(bytes).digest(), at)

export const nativeSha256: (bytes: Bytes) => Bytes = hashBy(nativeSha256Into)

/** FIPS 180-4 examples (NIST, "SHA-256 examples"): message and digest. */
const FIPS_VECTORS: readonly (readonly [message: string, digest: string])[] = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
]

/** Puts the native hash behind the house's `sha256`, after it has answered the FIPS examples; throws if it does not. */
export function installNativeHash(hash: typeof nativeSha256Into = nativeSha256Into): void {
  for (const [message, digest] of FIPS_VECTORS) {
    const target = new Uint8Array(34)
    hash(utf8(message), target, 1)
    invariant(toHex(target) === `00${digest}00`, 'the native SHA-256 answers the FIPS 180-4 examples')
  }
  useSha256(hashBy(hash), hash)
}

function hashBy(into: typeof nativeSha256Into): (bytes: Bytes) => Bytes {
  return (bytes) => {
    const digest = new Uint8Array(32)
    into(bytes, digest, 0)
    return digest
  }
}

/** y < p = 2^255-19 for the encoding at `from`: not all of the top bytes are ff (7f at the end) with a low byte of ed or more. */
function isCanonical(bytes: Bytes, from: number): boolean {
  if (((bytes[from + 31] ?? 0) & 0x7f) !== 0x7f) return true
  for (let i = from + 30; i > from; i--) if (bytes[i] !== 0xff) return true
  return (bytes[from] ?? 0) < 0xed
}

/** The order of the group, L = 2^252 + 27742317777372353535851937790883648493, little endian. */
const ORDER = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')

function isBelowOrder(signature: Bytes): boolean {
  for (let i = 31; i >= 0; i--) {
    const difference = (signature[32 + i] ?? 0) - (ORDER[i] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

function asBuffer(bytes: Bytes): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
