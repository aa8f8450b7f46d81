// Facts: what a final block of a ledger says happened. The watchers hand them in; a machine never refuses one, never asks for one.
import type { Coin, SpendPath } from '@huitong/chain'
import type { ChainId, Coordinate, Preimage, Time } from '@huitong/primitives'

/** An output of a final block. `at` is the block's time. */
export interface CoinCreated {
  readonly kind: 'coinCreated'
  readonly chain: ChainId
  readonly coin: Coin
  readonly at: Time
}

/**
 * A coin spent in a final block. `outputs` are the ones this input prescribes, in their order (payee, payer, fee, rest), with their
 * coordinates; `preimage` is the witness of a `claim` or `code` path.
 */
export interface CoinSpent {
  readonly kind: 'coinSpent'
  readonly chain: ChainId
  readonly coordinate: Coordinate
  readonly path: SpendPath
  readonly at: Time
  readonly preimage?: Preimage
  readonly outputs: readonly Coin[]
}

/** The final block time of a ledger reached `time`. Sent only after every other fact of the blocks up to it. */
export interface TimePassed {
  readonly kind: 'timePassed'
  readonly chain: ChainId
  readonly time: Time
}

/** A secret became known off the ledgers' final blocks (a pending transaction, another deal, a party who said it). */
export interface PreimageSeen {
  readonly kind: 'preimageSeen'
  readonly preimage: Preimage
}

export type LedgerFact = CoinCreated | CoinSpent | TimePassed
