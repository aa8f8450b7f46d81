// An account as its holder has it: policy, current keys and those secret keys that are on this device. The address never changes; keys may.
import {
  type Policy,
  type KeySet,
  type KeySignature,
  type Signer,
  type TransactionBody,
  type Witnesses,
  accountIdOf,
  attachWitnesses,
  encodeAddress,
  encodeBody,
  transactionMessage,
  txIdOf,
} from '@huitong/chain'
import {
  type AccountId,
  type Bytes,
  type ChainId,
  type Preimage,
  type PublicKey,
  type TxId,
  invariant,
} from '@huitong/primitives'

export interface RecoverySetting {
  /** Accounts of institutions; `quorum` of them may propose new keys. */
  readonly authorities: readonly AccountId[]
  readonly quorum: number
  readonly delayMs: number
}

export class WalletAccount {
  readonly id: AccountId

  private constructor(
    readonly policy: Policy,
    readonly current: KeySet,
    private readonly signers: readonly Signer[],
  ) {
    this.id = accountIdOf(policy)
  }

  /** A new account of these keys; `threshold` of them must sign, all by default 1. */
  static create(signers: readonly Signer[], options: { threshold?: number; recovery?: RecoverySetting } = {}): WalletAccount {
    const keys = ascending(signers.map((signer) => signer.publicKey))
    const policy: Policy = {
      keys,
      threshold: options.threshold ?? 1,
      authorities: ascending(options.recovery?.authorities ?? []),
      quorum: options.recovery?.quorum ?? 0,
      delayMs: options.recovery?.delayMs ?? 0,
    }
    return new WalletAccount(policy, { keys, threshold: policy.threshold }, signers)
  }

  /** The account of a policy made elsewhere or long ago, with its keys of now. */
  static of(policy: Policy, current: KeySet, signers: readonly Signer[]): WalletAccount {
    return new WalletAccount(policy, current, signers)
  }

  /** The same account after a rotation or a recovery, on the device that holds the new keys. */
  withKeys(current: KeySet, signers: readonly Signer[]): WalletAccount {
    return new WalletAccount(this.policy, current, signers)
  }

  get address(): string {
    return encodeAddress(this.id)
  }

  /** A signer for statements: any key of the current set that is here. */
  get signer(): Signer {
    const signer = this.signers.find(({ publicKey }) => this.current.keys.includes(publicKey))
    invariant(signer !== undefined, `no current key of ${this.address} is on this device`)
    return signer
  }

  /** As many signatures over `message` as the threshold asks for, by key position. */
  async sign(message: Bytes): Promise<KeySignature[]> {
    const signatures: KeySignature[] = []
    for (const [key, publicKey] of this.current.keys.entries()) {
      const signer = this.signers.find((candidate) => candidate.publicKey === publicKey)
      if (signer === undefined || signatures.length === this.current.threshold) continue
      signatures.push({ key, signature: await signer.sign(message) })
    }
    return signatures
  }
}

export interface SignedTransaction {
  readonly id: TxId
  readonly body: TransactionBody
  readonly bytes: Bytes
}

/**
 * Signs a body for one ledger. `accounts` are the required signers in the order that libs/chain's `requiredSigners` gives; an account that
 * others sign for is left with an empty group, to be filled in by them.
 */
export async function signTransaction(
  chain: ChainId,
  body: TransactionBody,
  by: { readonly accounts: readonly WalletAccount[]; readonly preimages?: readonly Preimage[] },
): Promise<SignedTransaction> {
  const id = txIdOf(chain, body)
  const message = transactionMessage(chain, id)
  const signatures: KeySignature[][] = []
  for (const account of by.accounts) signatures.push(await account.sign(message))
  const witnesses: Witnesses = { signatures, preimages: by.preimages ?? [] }
  return { id, body, bytes: attachWitnesses(encodeBody(body), witnesses) }
}

function ascending<T extends PublicKey | AccountId>(ids: readonly T[]): readonly T[] {
  return [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}
