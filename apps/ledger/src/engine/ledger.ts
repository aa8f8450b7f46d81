// One running ledger: genesis, state, writer, index, publisher put together. Opens by fencing earlier writers and replaying what is stored.
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { type Streams, UnitFailed, faultFields, log } from '@huitong/platform'
import type { LedgerState } from '@huitong/chain'
import type { Clock, Time } from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import { PgBlockStore } from '../block/block-store.pg.js'
import type { BlockStore, DatabasePlace, Head, StoredBlock } from '../block/block-store.js'
import { Tail } from '../block/tail.js'
import { type Birth, loadOrCreateBirth } from '../genesis/genesis-folder.js'
import { PgIndexQueries } from '../index/index-queries.pg.js'
import { PgIndexStore } from '../index/index-store.pg.js'
import { ThreadIndexStore } from '../index/index-store.thread.js'
import { Indexer } from '../index/indexer.js'
import { Publisher } from '../publish/publisher.js'
import type { AccountReads } from '../read/account-reads.js'
import type { BlockReads } from '../read/block-reads.js'
import { PgPruneStore } from '../prune/prune-store.pg.js'
import { Pruner } from '../prune/pruner.js'
import type { HistoryReads } from '../read/history-reads.js'
import { Recent } from '../read/recent.js'
import { RuleReads } from '../read/rule-reads.js'
import { Admission, type AdmissionLimits } from './admission.js'
import { ChainRules } from './chain-rules.js'
import { figures } from './figures.js'
import { Finality } from './finality.js'
import { LedgerClock } from './ledger-clock.js'
import { Reads, stateReads } from './reads.js'
import { restore } from './restore.js'
import { Sealer } from './sealer.js'
import { Sequencer, WriterFenced } from './sequencer.js'
import { SnapshotFolder } from '../snapshot/snapshot-folder.js'
import { Submission } from './submission.js'
import { Ticker } from './ticker.js'

export interface LedgerOptions {
  readonly name: string
  readonly sandbox: boolean
  /** Folder of all ledgers' folders. */
  readonly folder: string
  readonly database: DataSource
  readonly streams: Streams
  /** The wall's time. */
  readonly wall: Clock
  /** Called once, when the process must not write on: it should end. */
  readonly onFault: (error: unknown) => void
  readonly signatureThreads?: number
  /** Where threads with connections of their own write the index and read ahead of a long replay (compiled code only); absent: no such threads. */
  readonly place?: DatabasePlace
  readonly limits?: AdmissionLimits
  /** Transactions between two snapshots. */
  readonly snapshotEvery?: number
}

/** A sandbox's clock may be moved this far ahead of the wall at most: 20 years. */
const AHEAD_MAX_MS = 20 * 366 * 24 * 60 * 60 * 1000
const STOP_MS = 8_000

export class Ledger {
  readonly submission: Submission
  readonly ruleReads: RuleReads
  readonly reads: Reads
  readonly pruner: Pruner
  readonly recent: Recent
  readonly indexer: Indexer
  readonly publisher: Publisher
  readonly sequencer: Sequencer
  readonly #admission: Admission
  readonly #finality = new Finality()
  readonly #clock: LedgerClock
  readonly #ticker: Ticker
  readonly #snapshots: SnapshotFolder
  readonly #indexThread: ThreadIndexStore | undefined

  private constructor(
    private readonly options: LedgerOptions,
    readonly birth: Birth,
    private readonly blocks: BlockStore,
    private readonly head: Head,
    rules: ChainRules,
    snapshots: SnapshotFolder,
  ) {
    const { name, database, streams, onFault } = options
    const { chain, genesis, sealingSeed } = birth
    const { state } = rules
    const queries = new PgIndexQueries(database)
    const tail = new Tail(chain, head.height)
    this.#clock = new LedgerClock(options.wall, { offset: head.clockOffset, latest: head.time })
    this.#snapshots = snapshots
    this.#indexThread = options.place && new ThreadIndexStore({ ...options.place, chain }, onFault)
    this.#admission = new Admission(options.limits)
    const index = this.#indexThread ?? new PgIndexStore(database, chain)
    this.indexer = new Indexer({ index, blocks, tail, onFault, onMoved: () => this.submission.resume() })
    this.publisher = new Publisher({ streams, name, chain, blocks, tail })
    this.sequencer = new Sequencer({
      rules,
      store: blocks,
      sealer: new Sealer({ chain, sandbox: genesis.sandbox }, sealingSeed),
      clock: this.#clock,
      head,
      onFault,
      onSealed: (height) => {
        snapshots.sealed(state, height)
        this.pruner.sealed(state, height)
      },
      onDurable: (block, { ids, spent }) => {
        tail.push(block, ids, spent)
        this.#durable(block)
      },
    })
    this.recent = new Recent(tail, this.indexer, queries)
    this.submission = new Submission({
      rules,
      admission: this.#admission,
      threads: options.signatureThreads ?? 2,
      onFault,
      sequencer: this.sequencer,
      finality: this.#finality,
      find: (ids) => this.sequencer.settled().then(() => this.recent.placesOf(ids)),
      now: () => performance.now(),
      isHeld: () => this.indexer.isBehind,
    })
    const pruned = new PgPruneStore(database)
    this.pruner = this.#prunerOf(tail, pruned)
    this.ruleReads = new RuleReads({
      state,
      settled: () => this.sequencer.settled(),
      now: () => this.#clock.now(),
    })
    this.reads = new Reads({
      database,
      chain,
      folder: path.join(options.folder, name),
      blocks,
      tail,
      indexer: this.indexer,
      queries,
      recent: this.recent,
      state: stateReads(state, this.sequencer, this.ruleReads),
      pruned,
      pruner: this.pruner,
    })
    this.#ticker = new Ticker({ sequencer: this.sequencer, indexer: this.indexer, queries, clock: this.#clock })
  }

  /** Opens the ledger and begins to index, publish and tick. Throws if the folder and the database do not fit together. */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const { name, sandbox, folder, wall } = options
    const birth = loadOrCreateBirth({ folder, name, sandbox, clock: wall })
    const blocks = new PgBlockStore(options.database)
    const head = await blocks.takeOver(birth.chain, birth.genesis.createdAt)
    const snapshots = new SnapshotFolder({ folder, name, every: options.snapshotEvery ?? 200_000 })
    const seed = randomBytes(4).readUInt32BE()
    const pruned = new PgPruneStore(options.database)
    const base = (above: number): Promise<LedgerState | undefined> => pruned.base(birth.genesis, { seed, above })
    const place = options.place === undefined ? {} : { place: options.place }
    const { state, figures: measured } = await restore({ birth, blocks, head, snapshots, seed, base, ...place })
    log.info('ledger.opened', { ledger: name, height: head.height, epoch: head.epoch, ...measured })
    const ledger = new Ledger(options, birth, blocks, head, new ChainRules(state), snapshots)
    await ledger.indexer.start()
    ledger.publisher.start()
    await ledger.pruner.start()
    ledger.reads.storage.start()
    ledger.#ticker.start()
    return ledger
  }

  get blockReads(): BlockReads {
    return this.reads.block
  }

  get accountReads(): AccountReads {
    return this.reads.account
  }

  get historyReads(): HistoryReads {
    return this.reads.history
  }

  #prunerOf(tail: Tail, store: PgPruneStore): Pruner {
    return new Pruner({
      store,
      blocks: this.blocks,
      epoch: this.head.epoch,
      head: () => tail.height,
      carried: () => Math.min(this.indexer.height, tail.height - this.publisher.lag),
      tick: () => this.sequencer.tick(),
    })
  }

  get isSandbox(): boolean {
    return this.birth.genesis.sandbox
  }

  get store(): BlockStore {
    return this.blocks
  }

  status(): {
    readonly height: number
    readonly time: Time
    readonly now: Time
    readonly indexLag: number
    readonly finalityP50Ms: number
    readonly finalityP99Ms: number
    readonly rulebook: number
  } {
    const { height, time } = this.sequencer.head
    const { p50Ms, p99Ms } = this.#finality.figures(performance.now())
    const rulebook = this.ruleReads.version
    return {
      height,
      time,
      now: this.#clock.now(),
      indexLag: this.indexer.lag,
      finalityP50Ms: p50Ms,
      finalityP99Ms: p99Ms,
      rulebook,
    }
  }

  /** Moves a sandbox's clock and seals a block with the new time. Answers the time, or why not. */
  async advanceClock(to: Time): Promise<Time | 'not_a_sandbox' | 'clock_too_far'> {
    if (!this.isSandbox) return 'not_a_sandbox'
    const offset = this.#clock.offsetFor(to)
    if (offset > AHEAD_MAX_MS) return 'clock_too_far'
    // kept before it is used, so that no restart turns time back
    if (await this.blocks.keepClockOffset(offset, this.head.epoch)) this.#clock.advance(offset)
    else this.options.onFault(new WriterFenced('another process writes this ledger'))
    while (this.sequencer.head.time < to) {
      if (!(await this.sequencer.tick()))
        throw new UnitFailed('unknown', new Error('no block with the new time is known to be durable'))
    }
    return this.#clock.now()
  }

  /** Takes nothing more and finishes what is in flight. */
  async close(): Promise<void> {
    this.#admission.close()
    this.#ticker.stop()
    await this.sequencer.stop(STOP_MS)
    await this.pruner.stop()
    await this.reads.storage.stop()
    await this.publisher.stop()
    await this.indexer.stop()
    await this.#indexThread?.stop()
    await this.#snapshots.stop().catch((error: unknown) => log.warn('ledger.snapshot.failed', faultFields(error)))
    await this.submission.stop()
  }

  #durable(block: StoredBlock): void {
    this.#snapshots.durable(block)
    this.pruner.durable(block)
    this.indexer.wake()
    this.publisher.wake()
    this.#ticker.committed()
    figures.indexLag.set(this.indexer.lag)
    figures.queued.set(this.#admission.load)
  }
}
