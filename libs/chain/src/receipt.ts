// Receipts: everything needed to check offline that a transaction is final on a ledger whose genesis one has pinned.
import {
  type BlockHash,
  type Bytes,
  type ChainId,
  type Result,
  type Signature,
  type TxId,
  type Verifier,
  brandHex,
  err,
  fromHex,
  isHex,
  ok,
  toHex,
} from '@huitong/primitives'
import { blockHashOf, verifySeal } from './block.js'
import { decodeHeader, encodeHeader } from './codec/header.js'
import { decodeTransaction } from './codec/transaction.js'
import type { ReceiptCode } from './codes.js'
import { chainIdOf, coordinateOf, txIdOf } from './ids.js'
import { inclusionPath, leafHash, verifyInclusion } from './merkle.js'
import type { Block, BlockHeader, CoinRecord, Genesis, Receipt, Transaction } from './model.js'

/** What a valid receipt proves. */
export interface ProvenTransaction {
  readonly id: TxId
  readonly transaction: Transaction
  /** The coins it made, with their coordinates. Whether they are still unspent no receipt can say. */
  readonly coins: readonly CoinRecord[]
  readonly header: BlockHeader
  readonly block: BlockHash
  readonly index: number
}

/** The receipt of transaction `index` of a committed block. */
export function makeReceipt(block: Block, index: number): Receipt {
  const path = inclusionPath(block.transactions.map(leafHash), index)
  return receiptFrom(block, index, path)
}

/** Receipts of all transactions of a block. */
export function makeReceipts(block: Block): Receipt[] {
  const leaves = block.transactions.map(leafHash)
  return leaves.map((_, index) => receiptFrom(block, index, inclusionPath(leaves, index)))
}

/**
 * Checks a receipt against a genesis that one trusts: give the genesis itself, and the ledger's id if only that is pinned.
 * Answers the decoded transaction, or the one code that says what is wrong.
 */
export function verifyReceipt(
  value: unknown,
  trusted: { readonly genesis: Genesis; readonly chain?: ChainId; readonly verifier: Verifier },
): Result<ProvenTransaction, ReceiptCode> {
  const receipt = parseReceipt(value)
  if (receipt === undefined) return err('receipt_malformed')
  const chain = chainIdOf(trusted.genesis)
  if (trusted.chain !== undefined && trusted.chain !== chain) return err('genesis_mismatch')
  if (receipt.chain !== chain) return err('chain_mismatch')
  const header = decodeHeader(fromHex(receipt.header))
  if (!header.ok) return err('header_malformed')
  if (header.value.chain !== chain) return err('header_chain_mismatch')
  if (header.value.sandbox !== trusted.genesis.sandbox) return err('sandbox_mismatch')
  if (!verifySeal(trusted.genesis, { ...header.value, seal: receipt.seal }, trusted.verifier)) return err('seal_wrong')
  return proveInclusion(receipt, header.value)
}

function proveInclusion(receipt: Receipt, header: BlockHeader): Result<ProvenTransaction, ReceiptCode> {
  const bytes = fromHex(receipt.transaction)
  const transaction = decodeTransaction(bytes)
  if (!transaction.ok) return err('transaction_malformed', transaction.code)
  const included = verifyInclusion({
    leaf: leafHash(bytes),
    index: receipt.index,
    size: header.transactions,
    path: receipt.path.map(fromHex),
    root: fromHex(header.root),
  })
  if (!included) return err('inclusion_wrong')
  const id = txIdOf(header.chain, transaction.value.body)
  const coins = coinsOf(id, transaction.value, header.height)
  return ok({ id, transaction: transaction.value, coins, header, block: blockHashOf(header), index: receipt.index })
}

/** The coins that a committed transaction made. */
export function coinsOf(id: TxId, transaction: Transaction, height: number): CoinRecord[] {
  return transaction.body.outputs.map((output, index) => ({
    ...output,
    coordinate: coordinateOf(id, index),
    transaction: id,
    index,
    height,
  }))
}

/** Reads a receipt from parsed JSON; `undefined` if it is not of the known form. */
export function parseReceipt(value: unknown): Receipt | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const fields = new Map(Object.entries(value))
  const chain = brandHex<ChainId>(fields.get('chain'), 32)
  const transaction = fields.get('transaction')
  const index = fields.get('index')
  const path: unknown = fields.get('path')
  const header = fields.get('header')
  const seal = brandHex<Signature>(fields.get('seal'), 64)
  if (fields.get('format') !== 'huitong-receipt-1' || fields.size !== 7 || chain === undefined || seal === undefined)
    return undefined
  if (!isHex(transaction) || !isHex(header) || typeof index !== 'number' || !Number.isSafeInteger(index)) return undefined
  if (!Array.isArray(path) || path.length > 32) return undefined
  const hashes = path.filter((hash): hash is string => isHex(hash, 32))
  if (hashes.length !== path.length) return undefined
  return { format: 'huitong-receipt-1', chain, transaction, index, path: hashes, header, seal }
}

function receiptFrom(block: Block, index: number, path: readonly Bytes[]): Receipt {
  return {
    format: 'huitong-receipt-1',
    chain: block.header.chain,
    transaction: toHex(block.transactions[index] ?? new Uint8Array(0)),
    index,
    path: path.map(toHex),
    header: toHex(encodeHeader(block.header)),
    seal: block.header.seal,
  }
}
