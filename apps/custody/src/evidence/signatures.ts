// Whether statements were really signed by an account's current keys, read from the ledger now. A recovering account signs nothing.
import type { SignedStatement } from '@huitong/contracts'
import { type AccountId, type Bytes, type Result, err, fromHex, ok } from '@huitong/primitives'
import type { World } from '../decision/plan.js'

export interface AccountPlace {
  readonly ledger: string
  readonly account: AccountId
}

/** `threshold`: as many keys as the account needs to spend, for whatever gives money away. `key`: one of them, to speak for it. */
export type Weight = 'threshold' | 'key'

export interface Claimed {
  readonly by: AccountPlace
  readonly weight: Weight
  /** What must have been signed, built by custody itself from the statement it decoded. */
  readonly message: Bytes
  readonly signed: readonly Pick<SignedStatement, 'publicKey' | 'signature'>[]
}

/** True if enough different current keys of the account have signed the message. Signatures of others are passed over. */
export async function isSignedBy(
  world: Pick<World, 'ledgers' | 'verifier'>,
  claimed: Claimed,
): Promise<Result<boolean, 'ledger_unavailable'>> {
  const { by, message } = claimed
  const account = await world.ledgers.account(by.ledger, by.account)
  if (!account.ok) return account
  if (account.value === undefined || account.value.isRecovering) return ok(false)
  const { keys, threshold } = account.value.current
  const signers = new Set(
    claimed.signed
      .filter(({ publicKey }) => keys.some((key) => key === publicKey))
      .filter(({ publicKey, signature }) => world.verifier.verify(fromHex(signature), message, fromHex(publicKey)))
      .map(({ publicKey }) => publicKey),
  )
  return ok(signers.size >= (claimed.weight === 'threshold' ? threshold : 1))
}

/** The same, with the code of a refusal. */
export async function signatureFault(world: Pick<World, 'ledgers' | 'verifier'>, claimed: Claimed, who: string) {
  const isSigned = await isSignedBy(world, claimed)
  if (!isSigned.ok) return isSigned
  return isSigned.value ? undefined : err('evidence_signature_invalid', `not signed by ${who}`)
}
