// Personal data of one person under a key of its own: destroy the key and nobody reads it again. Never logged, never in an event.
import { toHex, type Bytes, type Entropy, fromUtf8, invariant, utf8 } from '@huitong/primitives'
import { Vault } from '@huitong/platform'
import type { SealedPerson } from './party.store.js'

export interface Person {
  readonly legalName?: string
  readonly email?: string
}

export function sealPerson(vault: Vault, entropy: Entropy, party: string, person: Person): SealedPerson {
  const key: Bytes = entropy.bytes(32)
  return {
    key: vault.seal(key, `${party}/data-key`),
    data: new Vault(toHex(key)).seal(utf8(JSON.stringify(person)), `${party}/person`),
  }
}

/** Opens what {@link sealPerson} sealed; a seal that does not open is broken storage. */
export function openPerson(vault: Vault, party: string, sealed: SealedPerson): Person {
  const key = vault.open(sealed.key, `${party}/data-key`)
  invariant(key.ok, 'the data key of a person opens')
  const data = new Vault(toHex(key.value)).open(sealed.data, `${party}/person`)
  invariant(data.ok, 'the data of a person opens')
  // the border: only sealPerson writes this text
  return JSON.parse(fromUtf8(data.value) ?? '{}') as Person
}
