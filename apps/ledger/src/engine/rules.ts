// Port from the engine to the ledger's rules (libs/chain): prepare reads a transaction, apply decides on it and changes the state in memory.
import type { BlockHeader, SignatureBatch } from '@huitong/chain'
import type { Bytes, Time } from '@huitong/primitives'
import type { Pending, Refusal } from './pending.js'

export interface Rules {
  /** Reads transaction i, notes its id and adds its signature checks to `batch`. */
  prepare(pending: Pending, i: number, batch: SignatureBatch): void
  /**
   * Applies transaction i at block time `time`, or answers why not and changes nothing. The answers in the batch are used here. The refusal
   * may be one object for all of its kind.
   */
  apply(pending: Pending, i: number, batch: SignatureBatch, time: Time): Refusal | undefined
  /**
   * Called when a block is complete: asserts what only a bug can break, and throws if it is broken. Answers what the block's transactions
   * spend (block/spent-coins).
   */
  closeBlock(header: BlockHeader): Bytes
}
