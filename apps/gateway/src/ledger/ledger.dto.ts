// Ledgers of the hub and how they are doing.
import { Hex, LedgerName, Timestamp } from '../edge/fields.js'

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

/** Every ledger of the hub. */
export class LedgerListDto {
  items: LedgerDto[]
}
