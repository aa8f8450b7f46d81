// One-key accounts for specs of settlement, seeded by their names so that a failure repeats.
import { type Policy, type Signer, accountIdOf } from '@huitong/chain'
import { nativePublicKey, nativeSign } from '@huitong/platform'
import { type AccountId, type Bytes, type PublicKey, type Signature, hexOf, sha256, utf8 } from '@huitong/primitives'

export interface Key {
  readonly seed: Bytes
  readonly policy: Policy
  readonly account: AccountId
}

export function keyOf(name: string): Key {
  const seed = sha256(utf8(`key of ${name}`))
  const policy: Policy = { keys: [hexOf<PublicKey>(nativePublicKey(seed))], threshold: 1, authorities: [], quorum: 0, delayMs: 0 }
  return { seed, policy, account: accountIdOf(policy) }
}

export function signerOf({ seed }: Key): Signer {
  return {
    publicKey: hexOf<PublicKey>(nativePublicKey(seed)),
    sign: (message) => hexOf<Signature>(nativeSign(message, seed)),
  }
}
