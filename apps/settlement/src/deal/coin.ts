// A coin as a deal knows it.
import type { Coin } from '@huitong/chain'
import type { ChainId, Time, TxId } from '@huitong/primitives'

/** A coin that a deal has been told of: where it comes from, where it went. */
export interface DealCoin extends Coin {
  readonly chain: ChainId
  readonly deal: string
  readonly fundedBy: TxId
  readonly height: number
  readonly at: Time
  readonly spentBy?: TxId
}
