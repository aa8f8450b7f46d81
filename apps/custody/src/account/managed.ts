// The accounts whose keys only custody holds, as everybody may know them. Holds no secret: seeds stay in keyring.ts.
import { type Policy, accountIdOf } from '@huitong/chain'
import type { WireManagedAccount } from '@huitong/contracts'
import type { AccountId, PublicKey } from '@huitong/primitives'

export type Purpose = WireManagedAccount['purpose']

export interface Managed {
  readonly account: AccountId
  readonly purpose: Purpose
  readonly policy: Policy
  readonly publicKey: PublicKey
  /** Of a liquidity account: the provider (`pty_…`), and its own account, the only one that withdrawals go to. */
  readonly provider?: string
  readonly owner?: AccountId
}

/** One key, no recovery: who holds custody's master key and database holds the account, nobody else. */
export function managedPolicy(publicKey: PublicKey): Policy {
  return { keys: [publicKey], threshold: 1, authorities: [], quorum: 0, delayMs: 0 }
}

export const accountOfKey = (publicKey: PublicKey): AccountId => accountIdOf(managedPolicy(publicKey))
