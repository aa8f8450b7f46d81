// Coins and their history.
import { IsIn, IsOptional } from 'class-validator'
import { Amount, AssetCode, Cursor, Hex, Timestamp, WholeQuery } from '../edge/fields.js'
import { ReceiptDto } from '../transaction/transaction.dto.js'
import { ConditionDto } from './condition.dto.js'

/** By which transaction a coin was spent. */
export class SpendDto {
  @Hex(32) transaction: string
  /** Position of the input. */
  input: number
  height: number
}

/** A coin that exists or once existed on a ledger. */
export class CoinDto {
  /** The coin's identity: a hash of its whole history. */
  @Hex(32) coordinate: string
  @AssetCode() asset: string
  @Amount() amount: string
  condition: ConditionDto
  /** The transaction that made it, and the position of the output there. */
  @Hex(32) transaction: string
  index: number
  height: number
  /** Absent while the coin is unspent. */
  spentBy?: SpendDto
}

/** A coin with all that a verifier needs of it, in one answer. */
export class CoinProofDto {
  coin: CoinDto
  /** Proves that the coin was made as shown. That it is unspent is the ledger's word. */
  receipt: ReceiptDto
  /** The time that the ledger's next block would carry. */
  @Timestamp() now: string
}

/** Unspent coins in a stable order. */
export class CoinPageDto {
  items: CoinDto[]
  /** The time that the ledger's next block would carry. */
  @Timestamp() now?: string
  /** Goes into `after` of the next page; absent on the last. */
  @Hex(32) next?: string
}

/** Which way and how far to walk. */
export class HistoryQuery {
  /** `backward`: to the issuance. `forward`: to where the money went. Backward if absent. */
  @IsOptional() @IsIn(['backward', 'forward']) direction?: 'backward' | 'forward'
  /** Transactions in a row; 20 if absent. */
  @IsOptional() @WholeQuery(1, 100) depth?: number
  /** Coins of a page; 200 if absent. A page holds at least one whole transaction. */
  @IsOptional() @WholeQuery(1, 1000) limit?: number
  /** `next` of the page before, with the same direction and depth. */
  @IsOptional() @Cursor() after?: string
}

/** Units that a transaction created. */
export class IssuedDto {
  @AssetCode() asset: string
  @Amount() amount: string
}

/** A transaction between coins of a history. */
export class HistoryTransactionDto {
  @Hex(32) id: string
  height: number
  @Timestamp() time: string
  /** Coordinates. */
  inputs: string[]
  /** Coordinates. */
  outputs: string[]
  issued?: IssuedDto
}

/** A page of a coin's history as a graph. Every page of one walk speaks of the same height. */
export class HistoryDto {
  /** The walk is as of the end of this block: what was spent later is shown unspent. */
  height: number
  /** First the coin asked for; then backward what the transactions spent, forward what they made. */
  coins: CoinDto[]
  /** The transactions' other coins: backward outputs that went elsewhere, forward inputs that came from elsewhere. */
  siblings: CoinDto[]
  /** In the order of the walk: backward the newest first, forward the oldest first. */
  transactions: HistoryTransactionDto[]
  /** Coordinates at which depth or breadth cut the walk: ask again from there. */
  open: string[]
  /** Goes into `after` of the next page; absent on the last. */
  next?: string
}
