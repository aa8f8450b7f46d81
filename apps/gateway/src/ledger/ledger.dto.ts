// Ledgers of the hub and how they are doing.
import { Hex, LedgerName, Timestamp, Whole } from '../edge/fields.js'

/** How a ledger is doing. */
export class LedgerStatusDto {
  /** Height and time of the last durable block; 0 and the genesis time before the first. */
  height: number
  @Timestamp() time: string
  /** The time that the next block would carry. */
  @Timestamp() now: string
  /** Heights that are not searchable by account or history yet. */
  indexLag: number
  /** Milliseconds from admission to durable, median of the last minutes. */
  finalityP50Ms: number
  /** The same, 99th percentile. */
  finalityP99Ms: number
}

/** A ledger of the hub. */
export class LedgerDto {
  @LedgerName() ledger: string
  /** SHA-256 of the genesis document; absent while the ledger does not answer. */
  @Hex(32) chain?: string
  /** The genesis document's exact text: hash it to check the chain id. */
  genesis?: string
  /** A sandbox ledger's clock can be moved. */
  sandbox?: boolean
  /** Absent while the ledger does not answer. */
  status?: LedgerStatusDto
}

/** What a ledger takes on disk, in bytes. */
export class StorageDto {
  /** Blocks, and what is kept of pruned ones. */
  blocksBytes: number
  /** The search tables, which can be filled again from the blocks as far as these are not pruned. */
  indexBytes: number
  /** The state that was kept in the database when blocks were pruned. */
  baseBytes: number
  snapshotBytes: number
  /** In the search tables. */
  transactions: number
  blocksBytesPerTransaction: number
  indexBytesPerTransaction: number
  /** Where the last run of pruning stands; `pruneTarget` once it is through. */
  prunedTo: number
  pruneTarget: number
  /** Transactions whose bytes have left the disk. */
  prunedTransactions: number
}

/** How much is left as it is. */
export class PruneDto {
  /** The newest blocks that are not touched. */
  @Whole(0, 281_474_976_710_656) keep: number
}

/** How far a run of pruning has come, and how far it goes. */
export class PruningDto {
  prunedTo: number
  pruneTarget: number
}

/** Every ledger of the hub. */
export class LedgerListDto {
  items: LedgerDto[]
}
