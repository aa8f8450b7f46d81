// Port to the durable chain of blocks: the only truth of a ledger. Nothing may be acknowledged before `commit` has answered `committed`.
import type { BlockHash, Bytes, ChainId, Time } from '@huitong/primitives'

/** A sealed block as it lies on disk and travels. */
export interface StoredBlock {
  readonly height: number
  readonly hash: BlockHash
  readonly time: Time
  /** How many transactions `bytes` holds. */
  readonly transactions: number
  /** Canonical header (libs/chain, codec/header). */
  readonly header: Bytes
  /** 64 bytes: the sealing key over the header's hash. */
  readonly seal: Bytes
  /** The transactions one after another, each self-delimiting. */
  readonly bytes: Bytes
}

/** The end of the chain, under the row that fences writers. */
export interface Head {
  /** Number of this writer's turn: the row changes for the holder of the newest one only. */
  readonly epoch: number
  readonly height: number
  /** The chain id before the first block. */
  readonly hash: BlockHash
  readonly time: Time
  /** How far a sandbox's clock runs ahead of the wall, in milliseconds. */
  readonly clockOffset: number
}

/** Where a ledger's tables lie, for threads with connections of their own. */
export interface DatabasePlace {
  readonly url: string
  readonly schema: string
}

/**
 * - `committed`: durable, now or by an earlier try whose answer was lost.
 * - `fenced`: another writer has taken over; this one must stop, its block is not in the chain.
 */
export type CommitOutcome = 'committed' | 'fenced'

/** A database that holds another ledger than the genesis in the data folder. */
export class ForeignChain extends Error {
  override readonly name = 'ForeignChain'
}

export interface BlockStore {
  /**
   * Takes the writer's turn: raises the epoch, so that every earlier writer is fenced, and answers the head. Creates it before the first
   * block. Throws {@link ForeignChain} if the stored chain is not `chain`.
   */
  takeOver(chain: ChainId, createdAt: Time): Promise<Head>
  /** Appends `block` after `previous`; tries again through faults of the moment until the outcome is known or `signal` aborts. */
  commit(block: StoredBlock, previous: BlockHash, epoch: number, signal: AbortSignal): Promise<CommitOutcome>
  /** Blocks `from` upward in order: at most `limit`, and no more than fit into `bytesMax` (at least one). */
  range(from: number, limit: number, bytesMax: number): Promise<readonly StoredBlock[]>
  /** The same without the transactions' bytes. */
  headers(from: number, limit: number): Promise<readonly StoredBlock[]>
  /** Keeps a sandbox's clock offset; it only grows. Answers false if another writer has taken over. */
  keepClockOffset(offset: number, epoch: number): Promise<boolean>
}
