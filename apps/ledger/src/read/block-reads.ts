// Blocks, headers, transactions and receipts as they were committed: raw bytes in hexadecimal, for whoever checks them with libs/chain.
import { type Operation, decodeSealedHeader, decodeTransaction, makeReceipt, splitTransactions } from '@huitong/chain'
import type { WireBlock, WireTransaction } from '@huitong/contracts'
import { type Result, type TxId, concat, err, expectOk, invariant, ok, toHex } from '@huitong/primitives'
import type { BlockStore, StoredBlock } from '../block/block-store.js'
import type { Recent } from './recent.js'

/** Raw bytes of one answer: in hexadecimal, with room for the rest, below the bus's largest message (1 MiB). */
const RANGE_BYTES_MAX = 460_000

export class BlockReads {
  constructor(
    private readonly blocks: BlockStore,
    private readonly recent: Recent,
  ) {}

  async block(height: number): Promise<Result<WireBlock, 'block_unknown'>> {
    const block = await this.#stored(height)
    return block === undefined ? err('block_unknown') : ok(wire(block))
  }

  async range(from: number, limit: number): Promise<readonly WireBlock[]> {
    return (await this.blocks.range(from, limit, RANGE_BYTES_MAX)).map(wire)
  }

  async headers(from: number, limit: number): Promise<readonly WireBlock[]> {
    return (await this.blocks.headers(from, limit)).map(wire)
  }

  async transaction(id: TxId): Promise<Result<WireTransaction, 'transaction_unknown'>> {
    const found = await this.#find(id)
    if (found === undefined) return err('transaction_unknown')
    const { block, index } = found
    const bytes = expectOk(splitTransactions(block.bytes), 'a stored block')[index]
    invariant(bytes !== undefined, 'an indexed transaction is in its block')
    return ok({ id, bytes: toHex(bytes), height: block.height, index, time: block.time })
  }

  /** The receipt in JSON text. */
  async receipt(id: TxId): Promise<Result<string, 'transaction_unknown'>> {
    const found = await this.#find(id)
    if (found === undefined) return err('transaction_unknown')
    const { block, index } = found
    const header = expectOk(decodeSealedHeader(concat(block.header, block.seal)), 'a stored header')
    const transactions = expectOk(splitTransactions(block.bytes), 'a stored block')
    return ok(JSON.stringify(makeReceipt({ header, transactions }, index)))
  }

  /** What a committed transaction did beside moving coins. */
  async operations(id: TxId): Promise<readonly Operation[]> {
    const found = await this.#find(id)
    invariant(found !== undefined, 'a committed transaction is found')
    const bytes = expectOk(splitTransactions(found.block.bytes), 'a stored block')[found.index]
    invariant(bytes !== undefined, 'an indexed transaction is in its block')
    return expectOk(decodeTransaction(bytes), 'a stored transaction').body.operations
  }

  async #find(id: TxId): Promise<{ block: StoredBlock; index: number } | undefined> {
    const place = await this.recent.placeOf(id)
    if (place === undefined) return undefined
    const block = await this.#stored(place.height)
    invariant(block !== undefined, 'an indexed block is stored')
    return { block, index: place.index }
  }

  async #stored(height: number): Promise<StoredBlock | undefined> {
    const recent = this.recent.block(height)
    if (recent !== undefined) return recent
    const [block] = await this.blocks.range(height, 1, 1)
    return block?.height === height ? block : undefined
  }
}

const wire = (block: StoredBlock): WireBlock => ({
  height: block.height,
  hash: block.hash,
  header: toHex(block.header),
  seal: toHex(block.seal),
  transactions: toHex(block.bytes),
})
