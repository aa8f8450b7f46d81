// Keys of people whose signatures are cheap: a hash that only this file makes, accepted by a verifier that otherwise asks the real one. That real
// signatures are checked by the one rule is proven in libs/chain; a simulation spends its time on orders of events instead.
import { nativeVerifier } from '@huitong/platform'
import { type Bytes, type Signature, type Verifier, concat, fromHex, hexOf, sha256, utf8, equalBytes } from '@huitong/primitives'
import { type Person, type PersonOptions, type SimCryptography, person } from '@huitong/testing'

const PREFIX = utf8('simulated signature')

const made = (publicKey: Bytes, message: Bytes): Bytes => {
  const half = sha256(concat(PREFIX, publicKey, message))
  return concat(half, half)
}

export const cheapVerifier: Verifier = {
  verify: (signature, message, publicKey) =>
    equalBytes(signature, made(publicKey, message)) || nativeVerifier.verify(signature, message, publicKey),
}

export const cheapSignature = (who: Pick<Person, 'publicKey'>, message: Bytes): Signature =>
  hexOf<Signature>(made(fromHex(who.publicKey), message))

export const CHEAP: SimCryptography = { verifier: cheapVerifier, sign: cheapSignature }

const known = new Map<string, Person>()

/** The same person for every seed: a key is made once. Options are those of the first call. */
export function someone(name: string, options: PersonOptions = {}): Person {
  const found = known.get(name)
  if (found !== undefined) return found
  const fresh = person(name, options)
  known.set(name, fresh)
  return fresh
}
