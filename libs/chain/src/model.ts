// The data of a ledger as people and programs handle it. Encoded forms: codec.ts. What is allowed: validate.ts. Holds no behaviour.
import type {
  AccountId,
  Amount,
  AssetCode,
  BlockHash,
  Bytes,
  ChainId,
  Coordinate,
  HashLock,
  OrderId,
  Preimage,
  PublicKey,
  Signature,
  Time,
  TxId,
} from '@huitong/primitives'

/**
 * Who controls an account. Its address is the hash of its *first* policy and never changes; keys and threshold do (`rotate`, recovery).
 * `authorities` are accounts of institutions on the same ledger: `quorum` of them (at least 2, or 0 with an empty list: no recovery)
 * may propose new keys, which take effect `delayMs` later unless the current keys cancel.
 */
export interface Policy {
  /** 1 to 16, strictly ascending. */
  readonly keys: readonly PublicKey[]
  /** Signatures needed, 1 to keys.length. */
  readonly threshold: number
  /** Strictly ascending. */
  readonly authorities: readonly AccountId[]
  readonly quorum: number
  readonly delayMs: number
}

/** Who may recover an account, how many of them together, and how long its keys have to object. */
export type RecoveryTerms = Pick<Policy, 'authorities' | 'quorum' | 'delayMs'>

/** The current keys of an account. */
export interface KeySet {
  readonly keys: readonly PublicKey[]
  readonly threshold: number
}

/** Where an escrow coin goes when its deadline has passed. */
export type EscrowDefault = 'refund' | 'release'

export type AccountCondition = { readonly kind: 'account'; readonly account: AccountId }
export type TimeLockCondition = { readonly kind: 'timeLock'; readonly until: Time; readonly account: AccountId }
/** `m` of `accounts` (strictly ascending, 1 <= m <= n <= 16). */
export type MultiCondition = { readonly kind: 'multi'; readonly m: number; readonly accounts: readonly AccountId[] }
export type HashLockCondition = {
  readonly kind: 'hashLock'
  readonly hash: HashLock
  readonly claimant: AccountId
  readonly refundee: AccountId
  readonly expiry: Time
}
export type EscrowCondition = {
  readonly kind: 'escrow'
  readonly order: OrderId
  /** 0 to 65535. */
  readonly milestone: number
  readonly payer: AccountId
  readonly payee: AccountId
  readonly arbiter: AccountId
  /** Fee in base units for the whole coin, taken from what the payee gets; 0 allowed. */
  readonly fee: Amount
  readonly feeTo: AccountId
  readonly deadline: Time
  readonly default: EscrowDefault
  /** No hold may move the deadline beyond this. */
  readonly latest: Time
  readonly paired: boolean
  readonly held: boolean
  readonly deliveryHash?: HashLock
}
/** Who may spend a coin and where the money may go. A closed set: no scripts. */
export type Condition = AccountCondition | TimeLockCondition | MultiCondition | HashLockCondition | EscrowCondition

/** How an input spends its coin; the parameters are part of the signed body. */
export type SpendPath =
  /** account, timeLock, multi */
  | { readonly kind: 'own' }
  /** hashLock */
  | { readonly kind: 'claim' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'expire' }
  /** escrow: part `amount` to the payee, by the payer */
  | { readonly kind: 'release'; readonly amount: Amount }
  /** escrow: part `amount` back to the payer, by the payee */
  | { readonly kind: 'refund'; readonly amount: Amount }
  /** escrow: payer and payee split the whole coin; `toPayee` is before the fee, the rest goes to the payer */
  | { readonly kind: 'agree'; readonly toPayee: Amount }
  | { readonly kind: 'code' }
  | {
      readonly kind: 'hold'
      readonly deadline: Time
      /** absent: unchanged */
      readonly default?: EscrowDefault
      readonly dropDeliveryHash: boolean
    }
  /** escrow: the arbiter's split; `toPayee` is before the fee */
  | { readonly kind: 'rule'; readonly toPayee: Amount }
  /** escrow: by its default, at or after the deadline, by anyone */
  | { readonly kind: 'default' }
  /** account, timeLock, multi: taken by the asset's issuer, with a `clawback` operation */
  | { readonly kind: 'clawback' }

export interface Input {
  readonly coin: Coordinate
  readonly path: SpendPath
}

export interface Output {
  readonly asset: AssetCode
  readonly amount: Amount
  readonly condition: Condition
}

/** Powers an issuer keeps, fixed when the asset is registered and visible to everyone. */
export interface AssetPowers {
  readonly freeze: boolean
  readonly clawback: boolean
}

/** `sequence` is the next sequence number of the object that the operation changes: no operation can be replayed. */
export type Operation =
  | {
      readonly kind: 'registerAsset'
      readonly asset: AssetCode
      /** decimals, 0 to 9 */
      readonly scale: number
      readonly maxSupply: Amount
      readonly issuer: AccountId
      readonly powers: AssetPowers
    }
  /** Signed by the asset's issuer; the outputs may exceed the inputs by `amount`. */
  | { readonly kind: 'issue'; readonly asset: AssetCode; readonly sequence: number; readonly amount: Amount }
  /** Destroys `amount` of the inputs; needs no sequence, its inputs can be spent once only. */
  | { readonly kind: 'burn'; readonly asset: AssetCode; readonly amount: Amount }
  /** Opens the account of `policy`; signed by the policy's own keys. */
  | { readonly kind: 'openAccount'; readonly policy: Policy }
  | { readonly kind: 'rotate'; readonly account: AccountId; readonly sequence: number; readonly keys: KeySet }
  | { readonly kind: 'proposeRecovery'; readonly account: AccountId; readonly sequence: number; readonly keys: KeySet }
  /**
   * Signed by the account's current keys. Takes effect when a block closes that is the old delay later; a proposal made before, which
   * needs the old authorities, voids it: a thief cannot first change the recovery.
   */
  | { readonly kind: 'changeRecovery'; readonly account: AccountId; readonly sequence: number; readonly terms: RecoveryTerms }
  | { readonly kind: 'cancelRecovery'; readonly account: AccountId; readonly sequence: number }
  | { readonly kind: 'finaliseRecovery'; readonly account: AccountId; readonly sequence: number }
  /** Writes a 32-byte hash (a ruling, an audit root) into the ledger for ever, signed by `account`. */
  | { readonly kind: 'anchor'; readonly account: AccountId; readonly sequence: number; readonly hash: string }
  /**
   * Signed by the issuer of an asset that keeps this power; `sequence` is the asset's. From the next transaction on, signatures of `account`
   * (absent: of anybody) count for nothing on coins of the asset, but for the arbiter's. The reason belongs in the memo.
   */
  | { readonly kind: 'freeze' | 'unfreeze'; readonly asset: AssetCode; readonly sequence: number; readonly account?: AccountId }
  /**
   * Signed by the issuer of an asset that keeps this power; `sequence` is the asset's. It stands alone: all inputs are coins of the asset, taken
   * whole by the path of this name, and all outputs go to the issuer's account. The reason belongs in the memo.
   */
  | { readonly kind: 'clawback'; readonly asset: AssetCode; readonly sequence: number }
  /**
   * Signed by the registrar that the genesis names (without one, nobody can). `version` is one more than the rulebook's. It binds what comes after
   * it: coins that entered a lock before stay under the version that they entered by. Jurisdiction, zone and registrar never change.
   */
  | ({ readonly kind: 'setRulebook' } & RulebookChange)
  /** Signed by the registrar: how well the owner of `account` is known. `sequence` counts this account's tiers alone, so that no owner can race it. */
  | { readonly kind: 'setTier'; readonly account: AccountId; readonly sequence: number; readonly tier: number }

/** What is signed. The transaction's id is SHA-256 of chain id and encoded body. */
export interface TransactionBody {
  /** Inclusive, in ledger time; at most 24 h ahead of the including block. */
  readonly validUntil: Time
  /** Made by the client: 8 bytes in hexadecimal. Two intents with equal content differ by it. */
  readonly reference: string
  readonly inputs: readonly Input[]
  readonly outputs: readonly Output[]
  readonly operations: readonly Operation[]
  /** UTF-8 text for people or bytes for machines, at most 512 bytes, in hexadecimal; empty if none. */
  readonly memo: string
}

/** One signature of one key of an account. */
export interface KeySignature {
  /** Position of the key in the account's current key set. */
  readonly key: number
  readonly signature: Signature
}

/**
 * Proof that the body is authorised. `signatures[i]` belongs to the i-th required signer: accounts in the order in which inputs and then
 * operations first need them (see signers.ts). `preimages` are the distinct secrets, in the order in which inputs first need them.
 */
export interface Witnesses {
  readonly signatures: readonly (readonly KeySignature[])[]
  readonly preimages: readonly Preimage[]
}

export interface Transaction {
  readonly body: TransactionBody
  readonly witnesses: Witnesses
}

/** An unspent output, with where it came from. */
export interface Coin extends Output {
  readonly coordinate: Coordinate
}

/** A committed output and its place in history. */
export interface CoinRecord extends Coin {
  readonly transaction: TxId
  readonly index: number
  readonly height: number
}

export interface AssetRecord {
  readonly asset: AssetCode
  readonly scale: number
  readonly maxSupply: Amount
  readonly issuer: AccountId
  readonly powers: AssetPowers
  readonly issued: Amount
  readonly burnt: Amount
  readonly sequence: number
  /** The asset as a whole is frozen, whoever holds it. */
  readonly frozen: boolean
}

export interface PendingRecovery {
  readonly keys: KeySet
  readonly proposedAt: Time
  /** From this block time on anyone may finalise. */
  readonly end: Time
  /** Proposed by all authorities, within 30 days after a cancelled one: to cancel it, one of them must sign beside the current keys. */
  readonly byAll: boolean
}

/** Proposals cancelled in a row, and when the last one was: they make further proposals harder for a while. */
export interface CancelledRecoveries {
  readonly count: number
  readonly last: Time
}

/** New recovery terms that wait. They are in force once a block has closed whose time is `from` or later. */
export interface PendingChange {
  readonly terms: RecoveryTerms
  readonly from: Time
}

/** How well the owner of an account is known: 0 to 7, as the registrar last said; `sequence` is that of its next word. */
export interface TierRecord {
  readonly tier: number
  readonly sequence: number
}

export interface AccountRecord {
  readonly account: AccountId
  /** The first: its hash is the address. */
  readonly policy: Policy
  readonly current: KeySet
  readonly sequence: number
  readonly recovery?: PendingRecovery
  readonly cancelled?: CancelledRecoveries
  /** In force, if they are no longer those of the first policy. */
  readonly terms?: RecoveryTerms
  readonly change?: PendingChange
  /** Absent: the registrar never spoke of it, so tier 0, sequence 0. */
  readonly tier?: TierRecord
}

/** What a new version of a rulebook says. */
export type RulebookChange = Pick<Rulebook, 'version' | 'lockMaxMs' | 'feeShareMaxPpm' | 'recoveryDelayMinMs' | 'assets'>

/** What accounts of `tier` and above, up to the next entry's, may pay out of one asset. An absent value limits nothing. */
export interface TierLimit {
  readonly tier: number
  readonly perTransaction?: Amount
  /** In any 24 hours; how they are counted: docs/rulebook.md. */
  readonly perDay?: Amount
}

/** A share of what changes hands that goes to an account, paid in the same transaction. */
export interface Tax {
  readonly ppm: number
  readonly to: AccountId
}

/** What a rulebook says of one asset. Who pays, who is paid and what counts: docs/rulebook.md. The asset's issuer is bound by none of it. */
export interface AssetRules {
  readonly asset: AssetCode
  /** Every account that holds, pays or is named in a lock needs this tier. 0: anybody. */
  readonly tier: number
  /** Strictly ascending by tier; at most 8. */
  readonly limits: readonly TierLimit[]
  /** Strictly ascending, at most 255. If there are any, one of them is on one side of every payment. */
  readonly counterparties: readonly AccountId[]
  readonly tax?: Tax
}

/** The ledger's sub-space: what it allows. Versioned; bound to a coin when it enters a lock. */
export interface Rulebook {
  readonly version: number
  readonly jurisdiction: string
  readonly currencyZone: string
  /** A hash lock's expiry and an escrow's `latest` lie at most this far ahead of block time. */
  readonly lockMaxMs: number
  /** An escrow's fee is at most amount * feeShareMaxPpm / 1,000,000, rounded down. */
  readonly feeShareMaxPpm: number
  /** Who may register assets (absent: any open account), set new versions of the rulebook and say an account's tier (absent: nobody). */
  readonly registrar?: AccountId
  /** No policy may name a recovery delay below this. */
  readonly recoveryDelayMinMs: number
  /** Strictly ascending by asset, at most 32; absent: none. An asset that is not here moves freely. */
  readonly assets?: readonly AssetRules[]
}

/** The genesis document. Its canonical bytes are hashed to the chain id. */
export interface Genesis {
  readonly format: 'huitong-genesis-1'
  readonly name: string
  readonly createdAt: Time
  /** Only on a sandbox ledger may a command advance the clock. Every header and receipt shows the flag. */
  readonly sandbox: boolean
  readonly sealingKey: PublicKey
  readonly rulebook: Rulebook
}

export interface BlockHeader {
  readonly chain: ChainId
  /** The first block has height 1; its `previous` is the chain id. */
  readonly height: number
  readonly previous: BlockHash
  /** RFC 6962 root over the whole transactions, witnesses included. */
  readonly root: string
  readonly transactions: number
  /** Length of the block's transaction bytes. */
  readonly size: number
  /** Never below the previous block's time. The only clock that conditions know. */
  readonly time: Time
  readonly sandbox: boolean
}

export interface SealedHeader extends BlockHeader {
  /** The ledger's sealing key over the header's hash. */
  readonly seal: Signature
}

/** A sealed block: header, seal and its transactions' bytes one after another. */
export interface Block {
  readonly header: SealedHeader
  readonly transactions: readonly Bytes[]
}

/** Everything needed to check offline that a transaction is final on a ledger whose genesis one has pinned. */
export interface Receipt {
  readonly format: 'huitong-receipt-1'
  readonly chain: ChainId
  /** The whole transaction in hexadecimal. */
  readonly transaction: string
  readonly index: number
  /** RFC 6962 audit path, hashes in hexadecimal. */
  readonly path: readonly string[]
  /** Encoded header in hexadecimal. */
  readonly header: string
  readonly seal: Signature
}
