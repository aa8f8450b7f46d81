// Secrets behind hash locks. A secret is stored before anything is locked under its hash, or a crash would lose the money it opens.
import { type Entropy, type HashLock, type Preimage, hexOf, lockOf } from '@huitong/primitives'

export interface SecretStore {
  /** Returns only once the secret is safe. */
  put(name: string, secret: Preimage): Promise<void>
  get(name: string): Promise<Preimage | undefined>
}

/** For programs whose secrets need not survive them: tests, demonstrations. */
export function memorySecrets(): SecretStore {
  const secrets = new Map<string, Preimage>()
  return {
    put: async (name, secret) => void secrets.set(name, secret),
    get: async (name) => secrets.get(name),
  }
}

/** The stored secret of this name, or a new one of 32 random bytes, stored. */
export async function secretFor(
  store: SecretStore,
  entropy: Entropy,
  name: string,
): Promise<{ secret: Preimage; hash: HashLock }> {
  const known = await store.get(name)
  const secret = known ?? hexOf<Preimage>(entropy.bytes(32))
  if (known === undefined) await store.put(name, secret)
  return { secret, hash: lockOf(secret) }
}
