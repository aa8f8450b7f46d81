// People and institutions of tests: one key each, made from a name, so that the same name is the same person everywhere. For tests only.
import { type Policy, accountIdOf } from '@huitong/chain'
import { type AccountId, type Bytes, type PublicKey, type Signature, hexOf, sha256, toHex, utf8 } from '@huitong/primitives'
import { ed25519 } from '@noble/curves/ed25519.js'

/** Somebody with one key and the account it makes. The same name is the same person everywhere. */
export interface Person {
  readonly name: string
  readonly seed: Bytes
  readonly publicKey: PublicKey
  readonly policy: Policy
  readonly account: AccountId
}

export interface PersonOptions {
  readonly authorities?: readonly AccountId[]
  readonly quorum?: number
  readonly delayMs?: number
}

export function person(name: string, options: PersonOptions = {}): Person {
  const seed = sha256(utf8(`person ${name}`))
  const publicKey = hexOf<PublicKey>(ed25519.getPublicKey(seed))
  const authorities = [...(options.authorities ?? [])].sort()
  const policy = { keys: [publicKey], threshold: 1, authorities, quorum: options.quorum ?? 0, delayMs: options.delayMs ?? 0 }
  return { name, seed, publicKey, policy, account: accountIdOf(policy) }
}

export const signAs = (who: Pick<Person, 'seed'>, message: Bytes): Signature => hexOf<Signature>(ed25519.sign(message, who.seed))

/** A seeded stream of bytes: the same test makes the same bytes. */
export function seededEntropy(seed: string): { bytes(length: number): Bytes } {
  let counter = 0
  return {
    bytes: (length) => {
      const parts: number[] = []
      while (parts.length < length) parts.push(...sha256(utf8(`${seed} ${counter++}`)))
      return Uint8Array.from(parts.slice(0, length))
    },
  }
}

export const hexSeed = (text: string): string => toHex(sha256(utf8(text)))
