// Makes stored blocks: header, hash and seal over the transactions' bytes. Holds the sealing key, which never leaves it.
import { blockHashOf, encodeHeader, rootOfTransactions, sealMessage, type BlockHeader } from '@huitong/chain'
import { nativeSign } from '@huitong/platform'
import { type Bytes, type ChainId, type Time, type BlockHash, concat } from '@huitong/primitives'
import type { StoredBlock } from '../block/block-store.js'

export interface BlockContent {
  readonly height: number
  readonly previous: BlockHash
  readonly time: Time
  readonly transactions: readonly Bytes[]
}

export interface SealedBlock {
  readonly header: BlockHeader
  readonly stored: StoredBlock
}

export class Sealer {
  readonly #seed: Bytes

  constructor(
    private readonly ledger: { readonly chain: ChainId; readonly sandbox: boolean },
    seed: Bytes,
  ) {
    this.#seed = seed
  }

  seal({ height, previous, time, transactions }: BlockContent): SealedBlock {
    const bytes = concat(...transactions)
    const header: BlockHeader = {
      chain: this.ledger.chain,
      height,
      previous,
      root: rootOfTransactions(transactions),
      transactions: transactions.length,
      size: bytes.length,
      time,
      sandbox: this.ledger.sandbox,
    }
    const stored = {
      height,
      hash: blockHashOf(header),
      time,
      transactions: transactions.length,
      header: encodeHeader(header),
      seal: nativeSign(sealMessage(header), this.#seed),
      bytes,
    }
    return { header, stored }
  }
}
