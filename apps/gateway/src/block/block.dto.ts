// Blocks and headers.
import { IsOptional } from 'class-validator'
import { Hex, Timestamp, WholeQuery } from '../edge/fields.js'

/** Which blocks: from a height upward. */
export class BlockQuery {
  /** First height; 1 if absent. */
  @IsOptional() @WholeQuery(1, 281_474_976_710_656) from?: number
  /** At most this many; 50 if absent. Fewer come where they would not fit into one answer. */
  @IsOptional() @WholeQuery(1, 200) limit?: number
}

/** A sealed header: canonical bytes and the same readable. */
export class HeaderDto {
  height: number
  /** The block's hash. */
  @Hex(32) hash: string
  /** Canonical bytes of the header in hexadecimal: what hash and seal cover. */
  header: string
  /** The ledger's sealing key over the header's hash. */
  @Hex(64) seal: string
  @Hex(32) chain: string
  /** Hash of the block before; the chain id for the first. */
  @Hex(32) previous: string
  /** RFC 6962 Merkle root over the transactions. */
  @Hex(32) root: string
  @Timestamp() time: string
  /** How many transactions, and how many bytes they have. */
  transactionCount: number
  size: number
  sandbox: boolean
}

/** A whole block. */
export class BlockDto extends HeaderDto {
  /** The transactions' bytes in hexadecimal, in order. */
  transactions: string[]
}

/** Blocks in ascending order. */
export class BlockPageDto {
  items: BlockDto[]
  /** `from` of the next page; absent at the head. */
  next?: number
  /** The ledger's last durable height. */
  height: number
}

/** Headers in ascending order, for light clients. */
export class HeaderPageDto {
  items: HeaderDto[]
  /** `from` of the next page; absent at the head. */
  next?: number
  /** The ledger's last durable height. */
  height: number
}
