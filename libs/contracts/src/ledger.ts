// What a ledger process answers. Addressed by ledger name: subject `ledger.{to}.…`. Conditions, transactions and headers travel in their
// canonical encoding (hexadecimal), so that whoever reads them decodes and checks them with libs/chain.
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator'
import { command } from './command.js'
import { IsAssetCode, IsHexBytes, IsTime } from './fields.js'

/** Binary verb: an envelope of transactions, one status each. Layout: docs/codec.md, "Envelopes". */
export const LEDGER_SUBMIT = 'ledger.{to}.submit'

export class NoFields {}

export interface LedgerStatus {
  readonly ledger: string
  readonly chain: string
  readonly sandbox: boolean
  /** Height and time of the last durable block; 0 and the genesis time before the first. */
  readonly height: number
  readonly time: number
  /** The time the next block would carry. */
  readonly now: number
  /** Heights not searchable by account or history yet. */
  readonly indexLag: number
  /** Version of the rulebook in force; absent: the genesis's. */
  readonly rulebook?: number
  /** Milliseconds from admission to durable: median and 99th percentile of the last minutes. */
  readonly finalityP50Ms: number
  readonly finalityP99Ms: number
}
export const ledgerStatus = command<LedgerStatus>()({ subject: 'ledger.{to}.status', request: NoFields, codes: [] as const })

/** The genesis document's exact text; SHA-256 of its UTF-8 bytes is the chain id. */
export const ledgerGenesis = command<{ readonly genesis: string }>()({
  subject: 'ledger.{to}.genesis',
  request: NoFields,
  codes: [] as const,
})

export class ByHeight {
  @IsInt() @Min(1) @Max(2 ** 48) height: number
}
export interface WireBlock {
  readonly height: number
  readonly hash: string
  readonly header: string
  readonly seal: string
  /** The block's transactions one after another (each is self-delimiting). */
  readonly transactions: string
}
export const ledgerBlock = command<WireBlock>()({
  subject: 'ledger.{to}.block',
  request: ByHeight,
  codes: ['block_unknown', 'pruned'] as const,
})

export class BlockRange {
  @IsInt() @Min(1) @Max(2 ** 48) from: number
  @IsInt() @Min(1) @Max(200) limit: number
}
/**
 * Blocks `from` upward, as many as fit below the bus's largest message, at most `limit`; empty at the head. Ends before a block whose bytes are
 * gone, and answers `pruned` if that is the first.
 */
export const ledgerBlocks = command<{ readonly blocks: readonly WireBlock[]; readonly height: number }>()({
  subject: 'ledger.{to}.blocks',
  request: BlockRange,
  codes: ['pruned'] as const,
})
/** Headers only, for light clients: `transactions` is empty in each. */
export const ledgerHeaders = command<{ readonly blocks: readonly WireBlock[]; readonly height: number }>()({
  subject: 'ledger.{to}.headers',
  request: BlockRange,
  codes: [] as const,
})

export class ByTransaction {
  @IsHexBytes(32) id: string
}
export interface WireTransaction {
  readonly id: string
  readonly bytes: string
  readonly height: number
  readonly index: number
  readonly time: number
}
export const ledgerTransaction = command<WireTransaction>()({
  subject: 'ledger.{to}.transaction',
  request: ByTransaction,
  codes: ['transaction_unknown', 'pruned'] as const,
})
/** The receipt as libs/chain defines it, in JSON text. */
export const ledgerReceipt = command<{ readonly receipt: string }>()({
  subject: 'ledger.{to}.receipt',
  request: ByTransaction,
  codes: ['transaction_unknown', 'pruned'] as const,
})

export class ByCoordinate {
  @IsHexBytes(32) coordinate: string
}
export interface WireCoin {
  readonly coordinate: string
  readonly asset: string
  readonly amount: string
  readonly condition: string
  readonly transaction: string
  readonly index: number
  readonly height: number
  /** Present once spent: by which transaction, as which input, in which block. */
  readonly spentBy?: { readonly transaction: string; readonly input: number; readonly height: number }
}
export const ledgerCoin = command<WireCoin>()({
  subject: 'ledger.{to}.coin',
  request: ByCoordinate,
  codes: ['coin_unknown'] as const,
})

/** A coin with the receipt of the transaction that made it, and the time that the ledger's next block would carry. */
export interface WireCoinProof {
  readonly coin: WireCoin
  /** As {@link ledgerReceipt} answers it. */
  readonly receipt: string
  /** Milliseconds since 1970. */
  readonly now: number
}
export const ledgerCoinProof = command<WireCoinProof>()({
  subject: 'ledger.{to}.coin-proof',
  request: ByCoordinate,
  codes: ['coin_unknown', 'transaction_unknown', 'pruned'] as const,
})

export class CoinsOfAccount {
  @IsHexBytes(32) account: string
  @IsOptional() @IsAssetCode() asset?: string
  /** `own`: spendable by its keys alone (account and timeLock conditions); `named`: every lock that names it in any role. */
  @IsIn(['own', 'named']) relation: 'own' | 'named'
  @IsOptional() @IsHexBytes(32) after?: string
  @IsInt() @Min(1) @Max(200) limit: number
}
/** Unspent coins in stable order; `next` is the coordinate to continue `after`; `now` the time that the next block would carry. */
export const ledgerCoins = command<{ readonly coins: readonly WireCoin[]; readonly next?: string; readonly now?: number }>()({
  subject: 'ledger.{to}.coins',
  request: CoinsOfAccount,
  codes: ['account_unknown', 'cursor_unknown'] as const,
})

export class BalancesOfAccount {
  @IsHexBytes(32) account: string
  /** As of the end of this block; absent: now. */
  @IsOptional() @IsInt() @Min(0) @Max(2 ** 48) height?: number
}
export interface WireBalance {
  readonly asset: string
  readonly available: string
  /** In hash locks and escrows that return to the account if nothing else happens, and in its time locks. */
  readonly locked: string
  readonly total: string
}
export const ledgerBalances = command<{ readonly height: number; readonly balances: readonly WireBalance[] }>()({
  subject: 'ledger.{to}.balances',
  request: BalancesOfAccount,
  codes: ['account_unknown', 'height_unknown'] as const,
})

export class ByAccount {
  @IsHexBytes(32) account: string
}
export interface WireAccount {
  readonly account: string
  /** Canonical JSON texts of the first policy, the current key set and a pending recovery, with hexadecimal keys. */
  readonly policy: WirePolicy
  readonly current: { readonly keys: readonly string[]; readonly threshold: number }
  readonly sequence: number
  readonly recovery?: {
    readonly keys: { readonly keys: readonly string[]; readonly threshold: number }
    readonly proposedAt: number
    readonly end: number
  }
  /** Who may recover the account now, where that is no longer what the first policy says. */
  readonly terms?: WireRecoveryTerms
  /** How the account stands under the rules; absent where nothing is said of it. */
  readonly standing?: WireAccountStanding
  /** Recovery terms that wait until a block of time `from` or later has closed. */
  readonly change?: { readonly terms: WireRecoveryTerms; readonly from: number }
}
export interface WireAccountStanding {
  /** How well its owner is known, 0 to 7, and the sequence number of the registrar's next word on it. */
  readonly tier: number
  readonly tierSequence: number
  /** Assets for which this very account is frozen. */
  readonly frozen: readonly string[]
  /** What counts now against limits per day, of assets that have one. */
  readonly counted: readonly { readonly asset: string; readonly amount: string }[]
  /** Version of the rulebook in force. */
  readonly rulebook: number
}
export interface WireRecoveryTerms {
  readonly authorities: readonly string[]
  readonly quorum: number
  readonly delayMs: number
}
export interface WirePolicy {
  readonly keys: readonly string[]
  readonly threshold: number
  readonly authorities: readonly string[]
  readonly quorum: number
  readonly delayMs: number
}
export const ledgerAccount = command<WireAccount>()({
  subject: 'ledger.{to}.account',
  request: ByAccount,
  codes: ['account_unknown'] as const,
})

export class ByAsset {
  @IsAssetCode() asset: string
}
export interface WireAsset {
  readonly asset: string
  readonly scale: number
  readonly maxSupply: string
  readonly issuer: string
  readonly powers: { readonly freeze: boolean; readonly clawback: boolean }
  readonly issued: string
  readonly burnt: string
  readonly sequence: number
  /** True while the asset as a whole is frozen. */
  readonly frozen?: boolean
}
export const ledgerAsset = command<WireAsset>()({
  subject: 'ledger.{to}.asset',
  request: ByAsset,
  codes: ['asset_unknown'] as const,
})
export const ledgerAssets = command<{ readonly assets: readonly WireAsset[] }>()({
  subject: 'ledger.{to}.assets',
  request: NoFields,
  codes: [] as const,
})

/** Accounts of one question about a leg. */
export const LEG_ACCOUNTS_MAX = 200
export class PartiesOfLeg {
  @IsAssetCode() asset: string
  @IsArray() @ArrayMaxSize(LEG_ACCOUNTS_MAX) @IsHexBytes(32, { each: true }) accounts: string[]
}
export interface WireLegParties {
  readonly asset: WireAsset
  /** Those of the accounts that the ledger knows, in the order of the question. */
  readonly accounts: readonly WireAccount[]
}
/** What a leg of a deal is judged by, in one answer: as {@link ledgerAsset} and {@link ledgerAccount} say it. */
export const ledgerLeg = command<WireLegParties>()({
  subject: 'ledger.{to}.leg',
  request: PartiesOfLeg,
  codes: ['asset_unknown'] as const,
})

export class AdvanceClock {
  /** Absolute ledger time to reach; an earlier or equal time changes nothing. */
  @IsTime() to: number
}
/** Moves a sandbox ledger's clock; answers when a block with the new time is durable. */
export const ledgerAdvanceClock = command<{ readonly now: number }>()({
  subject: 'ledger.{to}.advance-clock',
  request: AdvanceClock,
  codes: ['not_a_sandbox', 'clock_too_far'] as const,
  deadlineMs: 10_000,
})
