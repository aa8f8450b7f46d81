// Port from the engine to the ledger's rules (libs/chain): prepare reads a transaction, apply decides on it and changes the state in memory.
import type { BlockHeader, SignatureBatch } from '@huitong/chain'
import type { Bytes, Time, TxId } from '@huitong/primitives'

/** A transaction read once, with the place of its signature checks. */
export interface Prepared {
  /** Undefined if the bytes are no transaction. */
  readonly id: TxId | undefined
  readonly batch: SignatureBatch
  /** First of its checks in the batch; -1 if they could not be told before its turn. */
  readonly first: number
}

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly code: string; readonly detail?: string }

export interface Rules {
  /** Reads a transaction and adds its signature checks to `batch`. */
  prepare(bytes: Bytes, batch: SignatureBatch): Prepared
  /** Applies a transaction at block time `time`, or says why not and changes nothing. The answers in its batch are used here. */
  apply(bytes: Bytes, prepared: Prepared, time: Time): Verdict
  /**
   * Called when a block is complete: asserts what only a bug can break, and throws if it is broken. Answers what the block's transactions
   * spend (block/spent-coins).
   */
  closeBlock(header: BlockHeader): Bytes
}
