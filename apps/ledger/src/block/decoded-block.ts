// A committed block read into transactions, coins and spends, for the index and for answers about what is not indexed yet. Never on the hot path.
import {
  type Coin,
  type Input,
  type Operation,
  coordinateOf,
  decodeTransaction,
  splitTransactions,
  txIdOfBytes,
} from '@huitong/chain'
import { type Bytes, type ChainId, type Time, type TxId, expectOk, invariant } from '@huitong/primitives'
import type { StoredBlock } from './block-store.js'

export interface DecodedTransaction {
  readonly id: TxId
  readonly position: number
  /** Offset and length within the block's bytes. */
  readonly start: number
  readonly bytes: Bytes
  readonly inputs: readonly Input[]
  readonly coins: readonly Coin[]
  readonly operations: readonly Operation[]
}

export interface DecodedBlock {
  readonly height: number
  readonly time: Time
  readonly transactions: readonly DecodedTransaction[]
}

/** Reads a block's bytes. They were validated before they were committed, so anything unreadable is broken storage and throws. */
export function decodeBlock(chain: ChainId, block: StoredBlock): DecodedBlock {
  let start = 0
  const parts = expectOk(splitTransactions(block.bytes), `block ${block.height}`)
  invariant(parts.length === block.transactions, `the bytes of block ${block.height} are there: a pruned block is not read again`)
  const transactions = parts.map((bytes, position) => {
    const decoded = decode(chain, bytes, { position, start, height: block.height })
    start += bytes.length
    return decoded
  })
  return { height: block.height, time: block.time, transactions }
}

/** Id of an encoded transaction: its body's length stands in its second and third byte. */
export const idOfTransaction = (chain: ChainId, bytes: Bytes): TxId =>
  txIdOfBytes(chain, bytes.subarray(0, ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0)))

interface Place {
  readonly position: number
  readonly start: number
  readonly height: number
}

function decode(chain: ChainId, bytes: Bytes, { position, start, height }: Place): DecodedTransaction {
  const { body } = expectOk(decodeTransaction(bytes), `transaction ${position} of block ${height}`)
  const id = idOfTransaction(chain, bytes)
  const coins = body.outputs.map((output, index) => ({ ...output, coordinate: coordinateOf(id, index) }))
  return { id, position, start, bytes, inputs: body.inputs, coins, operations: body.operations }
}
