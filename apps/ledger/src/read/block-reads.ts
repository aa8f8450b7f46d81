// Blocks, headers, transactions and receipts as they were committed: raw bytes in hexadecimal, for whoever checks them with libs/chain.
import { type Operation, decodeTransaction } from '@huitong/chain'
import type { WireBlock, WireTransaction } from '@huitong/contracts'
import { type Result, type TxId, err, expectOk, invariant, ok, toHex } from '@huitong/primitives'
import type { BlockStore, StoredBlock } from '../block/block-store.js'
import type { Tail } from '../block/tail.js'
import { type KeptNode, receiptOf, transactionAt, wholeBlock } from '../prune/kept-block.js'
import type { PgPruneStore } from '../prune/prune-store.pg.js'
import { isPruned } from '../prune/pruner.js'
import type { Recent } from './recent.js'

/** Raw bytes of one answer: in hexadecimal, with room for the rest, below the bus's largest message (1 MiB). */
const RANGE_BYTES_MAX = 460_000

/** Transactions of a block: all of them, or what was kept when it was pruned. */
interface Found {
  readonly block: StoredBlock
  readonly index: number
  readonly nodes: readonly KeptNode[]
}

export class BlockReads {
  constructor(
    private readonly blocks: BlockStore,
    private readonly recent: Recent,
    private readonly pruned: Pick<PgPruneStore, 'nodesOf'>,
    private readonly tail: Pick<Tail, 'height'>,
  ) {}

  async block(height: number): Promise<Result<WireBlock, 'block_unknown' | 'pruned'>> {
    const block = await this.#stored(height)
    if (block === undefined) return err('block_unknown')
    return isPruned(block) ? err('pruned') : ok(wire(block))
  }

  /** Ends before the first block that was pruned; `pruned` if that would be the first. */
  async range(from: number, limit: number): Promise<Result<readonly WireBlock[], 'pruned'>> {
    // who follows asks again and again whether there is more
    if (from > this.tail.height) return ok([])
    const found = await this.blocks.range(from, limit, RANGE_BYTES_MAX)
    const first = found.findIndex(isPruned)
    if (first === 0) return err('pruned', `block ${from}`)
    return ok((first < 0 ? found : found.slice(0, first)).map(wire))
  }

  async headers(from: number, limit: number): Promise<readonly WireBlock[]> {
    return (await this.blocks.headers(from, limit)).map(wire)
  }

  async transaction(id: TxId): Promise<Result<WireTransaction, 'transaction_unknown' | 'pruned'>> {
    const found = await this.#find(id)
    if (found === undefined) return err('transaction_unknown')
    const { block, index, nodes } = found
    const bytes = transactionAt(nodes, index)
    return bytes === undefined ? err('pruned') : ok({ id, bytes: toHex(bytes), height: block.height, index, time: block.time })
  }

  /** The receipt in JSON text. */
  async receipt(id: TxId): Promise<Result<string, 'transaction_unknown' | 'pruned'>> {
    const found = await this.#find(id)
    if (found === undefined) return err('transaction_unknown')
    const receipt = receiptOf(found.block, found.nodes, found.index)
    return receipt === undefined ? err('pruned') : ok(JSON.stringify(receipt))
  }

  /** What a committed transaction did beside moving coins. Those that did anything are never pruned. */
  async operations(id: TxId): Promise<readonly Operation[]> {
    const found = await this.#find(id)
    invariant(found !== undefined, 'a committed transaction is found')
    const bytes = transactionAt(found.nodes, found.index)
    return bytes === undefined ? [] : expectOk(decodeTransaction(bytes), 'a stored transaction').body.operations
  }

  async #find(id: TxId): Promise<Found | undefined> {
    const place = await this.recent.placeOf(id)
    if (place === undefined) return undefined
    const block = await this.#stored(place.height)
    invariant(block !== undefined, 'an indexed block is stored')
    const nodes = isPruned(block) ? (await this.pruned.nodesOf([block])).get(block.height) : wholeBlock(block)
    invariant(nodes !== undefined, 'a pruned block has a kept form')
    return { block, index: place.index, nodes }
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
