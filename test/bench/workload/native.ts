// libsodium's own functions for making and checking workloads in bulk. The border to a library without types.
import { createRequire } from 'node:module'

interface Sodium {
  crypto_sign_seed_keypair(publicKey: Buffer, secretKey: Buffer, seed: Buffer): void
  crypto_sign_detached(signature: Buffer, message: Buffer, secretKey: Buffer): void
  crypto_sign_verify_detached(signature: Buffer, message: Buffer, publicKey: Buffer): boolean
  crypto_hash_sha256(out: Buffer, input: Buffer): void
}

export const sodium = createRequire(import.meta.url)('sodium-native') as Sodium

export function sha256(input: Buffer): Buffer {
  const out = Buffer.allocUnsafe(32)
  sodium.crypto_hash_sha256(out, input)
  return out
}
