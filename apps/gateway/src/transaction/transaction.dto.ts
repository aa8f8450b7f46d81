// Transactions: submission, outcome, and the decoded view beside the canonical bytes.
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsOptional, Matches } from 'class-validator'
import { ConditionDto } from '../coin/condition.dto.js'
import { Address, Amount, AssetCode, Hex, Timestamp } from '../edge/fields.js'
import { KeySetDto, PolicyDto, RecoveryTermsDto } from '../edge/value.dto.js'
import { AssetPowersDto } from '../asset/asset.dto.js'
import { AssetRulesDto } from '../ledger/rulebook.dto.js'

const TRANSACTION = /^([0-9a-f]{2}){1,65535}$/
const message = '$property must be the bytes of signed transactions in lowercase hexadecimal'

/** One signed transaction, or many. Exactly one of the two fields. */
export class SubmitTransactionsDto {
  /** Canonical bytes of one signed transaction in hexadecimal. */
  @IsOptional() @Matches(TRANSACTION, { message }) transaction?: string
  /** Canonical bytes of up to 1,000 signed transactions in hexadecimal. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @Matches(TRANSACTION, { each: true, message })
  transactions?: string[]
  /** true: each transaction that is in a block is answered with its receipt, as far as an answer has room. */
  @IsOptional() @IsBoolean() receipts?: boolean
}

/** Everything needed to check offline that a transaction is final on a ledger whose genesis one has pinned. */
export class ReceiptDto {
  format: 'huitong-receipt-1'
  @Hex(32) chain: string
  /** The whole transaction in hexadecimal. */
  transaction: string
  index: number
  /** RFC 6962 audit path, hashes in hexadecimal. */
  path: string[]
  /** Canonical header in hexadecimal. */
  header: string
  @Hex(64) seal: string
}

/** What became of one submitted transaction. */
export class OutcomeDto {
  /** The transaction's id; absent only where the bytes are no transaction. */
  @Hex(32) id?: string
  /**
   * `committed`: durable at `height`, `index`. `replayed`: it was committed before, at `height`, `index`. `refused`: not in any block, by
   * `code`. `unknown`: it may be committed or not: send the same bytes again.
   */
  outcome: 'committed' | 'replayed' | 'refused' | 'unknown'
  /** Why it was refused (docs/ledger-codes.md), or `queue_full`, `stopping`, `unavailable`: it was not even looked at. */
  code?: string
  detail?: string
  height?: number
  index?: number
  /** Only if asked for. */
  receipt?: ReceiptDto
}

/** One outcome per transaction, in the order of the request. */
export class OutcomeListDto {
  items: OutcomeDto[]
}

/** How an input spends its coin. */
export class PathDto {
  kind: 'own' | 'claim' | 'cancel' | 'expire' | 'release' | 'refund' | 'agree' | 'code' | 'hold' | 'rule' | 'default' | 'clawback'
  /** release, refund: the part. */
  @Amount() amount?: string
  /** agree, rule: to the payee, before the fee. */
  @Amount() toPayee?: string
  /** hold: the new deadline. */
  @Timestamp() deadline?: string
  /** hold: the new default; absent: unchanged. */
  default?: 'refund' | 'release'
  /** hold: the delivery code stops to count. */
  dropDeliveryHash?: boolean
}

/** A coin that a transaction spends. */
export class InputDto {
  /** Its coordinate. */
  @Hex(32) coin: string
  path: PathDto
}

/** A coin that a transaction makes. */
export class OutputDto {
  /** Of the new coin. */
  @Hex(32) coordinate: string
  @AssetCode() asset: string
  @Amount() amount: string
  condition: ConditionDto
}

/** A new version of a ledger's rulebook. */
export class RulebookChangeDto {
  version: number
  /** A hash lock's expiry and an escrow's latest deadline lie at most this far ahead. */
  lockMaxMs: number
  /** An escrow's fee is at most this many millionths of its amount. */
  feeShareMaxPpm: number
  /** No account may be opened with a shorter recovery delay. */
  recoveryDelayMinMs: number
  /** Rules for assets; one that is not here moves freely. */
  assets: AssetRulesDto[]
}

/** What a transaction changes besides coins; `kind` says which fields are present. */
export class OperationDto {
  kind:
    | 'registerAsset'
    | 'issue'
    | 'burn'
    | 'openAccount'
    | 'rotate'
    | 'proposeRecovery'
    | 'cancelRecovery'
    | 'finaliseRecovery'
    | 'anchor'
    | 'freeze'
    | 'unfreeze'
    | 'clawback'
    | 'setRulebook'
    | 'changeRecovery'
    | 'setTier'
  @AssetCode() asset?: string
  @Amount() amount?: string
  sequence?: number
  scale?: number
  @Amount() maxSupply?: string
  @Address() issuer?: string
  powers?: AssetPowersDto
  /** openAccount: the policy whose hash is the new address. */
  policy?: PolicyDto
  /** freeze, unfreeze: absent if the asset as a whole is meant. */
  @Address() account?: string
  /** rotate, proposeRecovery: the new keys. */
  keys?: KeySetDto
  /** anchor: what is written into the ledger for ever. */
  @Hex(32) hash?: string
  /** setRulebook: the version that begins, and what it says. */
  rulebook?: RulebookChangeDto
  /** changeRecovery: who may recover the account after the old delay. */
  terms?: RecoveryTermsDto
  /** setTier: how well the account's owner is known, 0 to 7. */
  tier?: number
}

/** One signature of one key of an account. */
export class KeySignatureDto {
  /** Position of the key in the account's current key set. */
  key: number
  @Hex(64) signature: string
}

/** A committed transaction: canonical bytes, its place, and the same readable. */
export class TransactionDto {
  @Hex(32) id: string
  /** Canonical bytes in hexadecimal. */
  bytes: string
  height: number
  index: number
  /** Of the block. */
  @Timestamp() time: string
  @Timestamp() validUntil: string
  /** Made by the client, 8 bytes in hexadecimal. */
  @Hex(8) reference: string
  inputs: InputDto[]
  outputs: OutputDto[]
  operations: OperationDto[]
  /** Bytes in hexadecimal; UTF-8 text where people wrote it. */
  memo: string
  /** Per account that signs, in the order in which inputs and operations first need it. */
  signatures: KeySignatureDto[][]
  /** Secrets that open hash locks and delivery codes. */
  preimages: string[]
}
