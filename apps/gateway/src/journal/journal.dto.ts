// The journal of a ledger.
import { IsOptional } from 'class-validator'
import { Address, AssetCode, Cursor, Hex, SignedAmount, Timestamp, WholeQuery } from '../edge/fields.js'

/** Which part of the journal. */
export class JournalQuery {
  /** First height; 1 if absent. */
  @IsOptional() @WholeQuery(1, 281_474_976_710_656) from?: number
  /** Last height; the last durable one if absent. */
  @IsOptional() @WholeQuery(0, 281_474_976_710_656) to?: number
  /** `next` of the page before, with the same bounds. */
  @IsOptional() @Cursor() after?: string
  /** Entries of the page; 50 if absent. Fewer come where they would not fit into one answer. */
  @IsOptional() @WholeQuery(1, 200) limit?: number
}

/** One line of an entry. */
export class PostingDto {
  /**
   * `available`, `locked`: the parts of an account's balance. `shared`: coins of several owners together. `issued` (never positive) and `burnt`
   * (never negative): the asset's own counter accounts.
   */
  part: 'available' | 'locked' | 'shared' | 'issued' | 'burnt'
  /** Present with `available` and `locked`. */
  @Address() account?: string
  @AssetCode() asset: string
  @SignedAmount() amount: string
}

/** A transaction as a journal entry. */
export class JournalEntryDto {
  @Hex(32) transaction: string
  height: number
  /** Position of the transaction in its block. */
  index: number
  @Timestamp() time: string
  /** Per asset they sum to zero. Empty for a transaction that moves no money. */
  postings: PostingDto[]
}

/** A page of the journal, in the order of the chain. */
export class JournalDto {
  /** First and last height of the whole report. */
  from: number
  to: number
  entries: JournalEntryDto[]
  /** Goes into `after` of the next page; absent on the last. */
  next?: string
}

/** Which blocks the search tables are compared with. */
export class IndexCheckQuery {
  /** First height; 1 if absent. Pages before are taken for right. */
  @IsOptional() @WholeQuery(1, 281_474_976_710_656) from?: number
  /** Blocks of this call; 50 if absent. Fewer where they are large. */
  @IsOptional() @WholeQuery(1, 500) limit?: number
}

/** The first place where a ledger's storage contradicts itself. */
export class StorageFaultDto {
  height: number
  /** Position in the block, if one transaction is concerned. */
  transaction?: number
  /** The table whose rows are not what the block's bytes say. */
  table: string
}

/** How far the search tables were compared, and with what result. */
export class IndexCheckDto {
  /** Last height compared; go on behind it. */
  to: number
  /** Where the search tables end. */
  height: number
  /** Rows compared. */
  rows: number
  /** Absent if everything fits. */
  fault?: StorageFaultDto
}
