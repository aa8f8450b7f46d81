// What the ledger's storage takes, measured where it lies: tables with their indexes, and the snapshots beside them. Measured anew at most every
// few seconds, since asking costs as much as a page of blocks.
import type { WireStorage } from '@huitong/contracts'
import { faultFields, log, row } from '@huitong/platform'
import type { DataSource } from 'typeorm'
import { figures } from '../engine/figures.js'
import type { PruneProgress } from '../prune/prune-store.pg.js'
import { folderBytes } from '../snapshot/folder-bytes.js'

const FRESH_MS = 5_000
/** How often the metrics are set, whether anybody asks or not. */
const METRICS_MS = 60_000

/** Tables by what they are for, by the beginning of their names: parts of a table are named after it. */
const SIZES = `select
    coalesce(sum(size) filter (where name ~ '^(blocks|pruned_blocks|head)'), 0)::text as blocks,
    coalesce(sum(size) filter (where name ~ '^(transactions|coins|spends|relations|postings|indexed_blocks|index_cursor|recovery_)'), 0)::text as index,
    coalesce(sum(size) filter (where name ~ '^base_state'), 0)::text as base
  from (
    select c.relname as name, pg_total_relation_size(c.oid) as size from pg_class c
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
  ) tables`
const COUNTS = `select (select transactions from index_cursor)::text as transactions,
  (select coalesce(sum(gone), 0) from pruned_blocks)::text as gone`

export class StorageReads {
  #timer: NodeJS.Timeout | undefined
  #known: { readonly at: number; readonly storage: Promise<WireStorage> } | undefined

  constructor(
    private readonly database: DataSource,
    private readonly ledger: { readonly folder: string; readonly pruning: () => PruneProgress; readonly now: () => number },
  ) {}

  /** Keeps the metrics fresh until {@link stop}. */
  start(): void {
    const measure = (): void => {
      this.storage().catch((error: unknown) => log.debug('ledger.storage.unmeasured', faultFields(error)))
    }
    this.#timer = setInterval(measure, METRICS_MS).unref()
    measure()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#known?.storage.catch(() => undefined)
  }

  storage(): Promise<WireStorage> {
    const now = this.ledger.now()
    if (this.#known === undefined || now - this.#known.at > FRESH_MS) {
      const storage = this.#measure()
      this.#known = { at: now, storage }
      // a failure is not kept
      storage.catch(() => (this.#known = undefined))
    }
    return this.#known.storage
  }

  async #measure(): Promise<WireStorage> {
    // first: what it says is gone is then among what is counted
    const { target, height } = this.ledger.pruning()
    const { manager } = this.database
    const sizes = await row<{ blocks: string; index: string; base: string }>(manager, SIZES)
    const counts = await row<{ transactions: string; gone: string }>(manager, COUNTS)
    const transactions = Number(counts?.transactions ?? 0)
    const per = (bytes: number): number => (transactions === 0 ? 0 : Math.round((10 * bytes) / transactions) / 10)
    const [blocks, index] = [Number(sizes?.blocks ?? 0), Number(sizes?.index ?? 0)]
    const snapshots = folderBytes(this.ledger.folder)
    for (const [kind, bytes] of Object.entries({ blocks, index, snapshots, base: Number(sizes?.base ?? 0) }))
      figures.storage.set({ kind }, bytes)
    return {
      blocksBytes: blocks,
      indexBytes: index,
      baseBytes: Number(sizes?.base ?? 0),
      snapshotBytes: snapshots,
      transactions,
      blocksBytesPerTransaction: per(blocks),
      indexBytesPerTransaction: per(index),
      prunedTo: height,
      pruneTarget: target,
      prunedTransactions: Number(counts?.gone ?? 0),
    }
  }
}
