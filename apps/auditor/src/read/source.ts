// Where a check reads: one snapshot across the hub's schemas, and the ledgers' raw blocks. Never writes. The port that tests stand in for.
import type { RawBlock } from '../replay/ledger-replay.js'
import type { Snapshot } from './facts.js'

export interface SnapshotRequest {
  /** The last snapshot's mark; `undefined` reads everything. */
  readonly mark?: string
  /** Last entry seen of each app's audit log, by app. */
  readonly seen: ReadonlyMap<string, bigint>
}

export abstract class Source {
  abstract snapshot(request: SnapshotRequest): Promise<Snapshot>

  /** Blocks `from` to `to`, both included, in order, as many as there are; a hole in the table ends in the next block there is. */
  abstract blocks(ledger: string, from: number, to: number): AsyncIterable<RawBlock>

  /** True if a block up to `height` holds the coin's coordinate other than as an output's: as an input that spent it. */
  abstract wasSpent(ledger: string, coin: string, height: number): Promise<boolean>

  /** The ledger's genesis document where this process can read it itself. */
  abstract genesis(ledger: string): Promise<string | undefined>
}
