// Accounts at the edge: bech32m addresses outside, account ids in hexadecimal on the bus.
import { encodeAddress, parseAddress } from '@huitong/chain'
import { type AccountId, brandHex, invariant } from '@huitong/primitives'

/** The account id of an address, or `undefined`. */
export function accountOf(address: string): AccountId | undefined {
  const parsed = parseAddress(address)
  return parsed.ok ? parsed.value : undefined
}

/** The address of an account id that a service answered. */
export function addressOf(account: string): string {
  const id = brandHex<AccountId>(account, 32)
  invariant(id !== undefined, 'a service answers account ids of 32 bytes')
  return encodeAddress(id)
}
