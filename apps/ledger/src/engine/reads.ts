// Everything that a ledger answers about its present and past, put together over its storage. Writes nothing.
import type { LedgerState } from '@huitong/chain'
import type { ChainId } from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import type { BlockStore } from '../block/block-store.js'
import type { Tail } from '../block/tail.js'
import type { Indexer } from '../index/indexer.js'
import type { PgIndexQueries } from '../index/index-queries.pg.js'
import { PgStatementQueries } from '../index/statement-queries.pg.js'
import type { PgPruneStore } from '../prune/prune-store.pg.js'
import type { Pruner } from '../prune/pruner.js'
import { AccountReads, type StateReads } from '../read/account-reads.js'
import { BlockReads } from '../read/block-reads.js'
import { CheckReads } from '../read/check-reads.js'
import { HistoryReads } from '../read/history-reads.js'
import { JournalReads } from '../read/journal-reads.js'
import type { Recent } from '../read/recent.js'
import type { RuleReads } from '../read/rule-reads.js'
import { StatementReads } from '../read/statement-reads.js'
import { StorageReads } from '../read/storage-reads.js'
import { Unspent } from '../read/unspent.js'
import type { Sequencer } from './sequencer.js'

/** The state in memory as reads see it. */
export const stateReads = (state: LedgerState, sequencer: Sequencer, rules: RuleReads): StateReads => ({
  account: (account) => state.account(account),
  asset: (code) => state.asset(code),
  assets: () => state.assets.all(),
  settled: () => sequencer.settled(),
  height: () => sequencer.head.height,
  standing: (account) => rules.standingNow(account),
})

export interface ReadsOptions {
  readonly database: DataSource
  readonly chain: ChainId
  /** The ledger's folder. */
  readonly folder: string
  readonly blocks: BlockStore
  readonly tail: Tail
  readonly indexer: Indexer
  readonly queries: PgIndexQueries
  readonly recent: Recent
  readonly state: StateReads
  readonly pruned: PgPruneStore
  readonly pruner: Pruner
}

export class Reads {
  readonly block: BlockReads
  readonly account: AccountReads
  readonly history: HistoryReads
  readonly journal: JournalReads
  readonly statement: StatementReads
  readonly check: CheckReads
  readonly storage: StorageReads

  constructor({ database, chain, folder, blocks, tail, indexer, queries, recent, state, pruned, pruner }: ReadsOptions) {
    const indexed = (): number => indexer.height
    this.block = new BlockReads(blocks, recent, pruned, tail)
    this.account = new AccountReads(state, recent, queries, new Unspent(recent, tail, indexer, queries))
    this.history = new HistoryReads(recent, queries, indexed)
    const operations = (id: Parameters<BlockReads['operations']>[0]): ReturnType<BlockReads['operations']> =>
      this.block.operations(id)
    this.journal = new JournalReads(recent, queries, { height: () => state.height(), operations })
    this.statement = new StatementReads(state, recent, queries, new PgStatementQueries(database))
    this.check = new CheckReads(database, blocks, chain, queries, indexed)
    const pruning = (): Pruner['progress'] => pruner.progress
    this.storage = new StorageReads(database, { folder, pruning, now: () => performance.now() })
  }
}
