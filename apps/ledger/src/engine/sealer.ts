// Makes stored blocks: header, hash and seal over the transactions' bytes. Holds the sealing key, which never leaves it.
import { blockHashOf, encodeHeader, rootOfHashes, sealMessage, type BlockHeader } from '@huitong/chain'
import { nativeSign } from '@huitong/platform'
import { type Bytes, type ChainId, type Time, type BlockHash, toHex } from '@huitong/primitives'
import type { StoredBlock } from '../block/block-store.js'

export interface BlockContent {
  readonly height: number
  readonly previous: BlockHash
  readonly time: Time
  /** The transactions one after another. */
  readonly bytes: Bytes
  readonly count: number
  /** Their leaf hashes of 32 bytes each; used up. */
  readonly leaves: Bytes
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

  seal({ height, previous, time, bytes, count, leaves }: BlockContent): SealedBlock {
    const header: BlockHeader = {
      chain: this.ledger.chain,
      height,
      previous,
      root: toHex(rootOfHashes(leaves, count)),
      transactions: count,
      size: bytes.length,
      time,
      sandbox: this.ledger.sandbox,
    }
    const stored = {
      height,
      hash: blockHashOf(header),
      time,
      transactions: count,
      header: encodeHeader(header),
      seal: nativeSign(sealMessage(header), this.#seed),
      bytes,
    }
    return { header, stored }
  }
}
