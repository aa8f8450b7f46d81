// The keys of a workload's wallets: made from its seed, the same on every machine.
import { type Policy, accountIdOf } from '@huitong/chain'
import { type AccountId, type PublicKey, hexOf } from '@huitong/primitives'
import { sha256, sodium } from './native.js'

export interface Key {
  readonly policy: Policy
  readonly account: AccountId
  readonly secretKey: Buffer
  readonly publicKey: Buffer
}

/** Wallet `index` of a seed; the issuer is wallet -1. */
export function walletOf(seed: number, index: number): Key {
  const publicKey = Buffer.alloc(32)
  const secretKey = Buffer.alloc(64)
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, sha256(Buffer.from(`huitong-bench/${seed}/${index}`)))
  const policy: Policy = { keys: [hexOf<PublicKey>(publicKey)], threshold: 1, authorities: [], quorum: 0, delayMs: 0 }
  return { policy, account: accountIdOf(policy), secretKey, publicKey }
}

export const walletsOf = (seed: number, count: number): Key[] =>
  Array.from({ length: count }, (_, index) => walletOf(seed, index))
