// What a ledger process measures of itself.
import { counter, gauge, histogram } from '@huitong/platform'

export interface FinalityFigures {
  readonly p50Ms: number
  readonly p99Ms: number
}

export const figures = {
  admitted: counter('huitong_ledger_admitted_total', 'Transactions taken into the queue.', []),
  committed: counter('huitong_ledger_committed_total', 'Transactions made durable.', []),
  refused: counter('huitong_ledger_refused_total', 'Transactions refused, by code.', ['code']),
  blocks: counter('huitong_ledger_blocks_total', 'Blocks made durable.', []),
  blockBytes: counter('huitong_ledger_block_bytes_total', 'Bytes of transactions made durable.', []),
  commitSeconds: histogram('huitong_ledger_commit_seconds', 'Time to make a block durable.', []),
  indexLag: gauge('huitong_ledger_index_lag_blocks', 'Durable blocks that the search index does not hold yet.', []),
  publishLag: gauge('huitong_ledger_publish_lag_blocks', 'Durable blocks that the stream does not hold yet.', []),
  queued: gauge('huitong_ledger_queued', 'Transactions admitted and not answered.', []),
  storage: gauge('huitong_ledger_storage_bytes', 'Bytes on disk, by what they are for.', ['kind']),
  height: gauge('huitong_ledger_height', 'Height of the last durable block.', []),
} as const
