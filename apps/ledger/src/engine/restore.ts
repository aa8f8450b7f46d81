// Brings the state back at a start: the newest usable snapshot, then every later block from storage, each checked before it is applied.
import { LedgerState, type ReplayFault, Validator, applyBlock, replayBlock } from '@huitong/chain'
import { log, nativeVerifier } from '@huitong/platform'
import { err, expectOk, invariant } from '@huitong/primitives'
import type { BlockStore, DatabasePlace, Head, StoredBlock } from '../block/block-store.js'
import type { Birth } from '../genesis/genesis-folder.js'
import type { SnapshotFolder } from '../snapshot/snapshot-folder.js'
import { BlockChecker } from './block-checker.js'
import { type CheckedPage, blockOf, blocksOf } from './checked-pages.js'

export interface RestoreOptions {
  readonly birth: Birth
  readonly blocks: BlockStore
  readonly head: Head
  readonly snapshots: SnapshotFolder
  /** The state kept in the database when blocks were pruned, if there is one above a height: blocks below it may be gone. */
  readonly base?: (above: number) => Promise<LedgerState | undefined>
  /** Secret number that spreads the hash tables. */
  readonly seed: number
  /** Where a thread may read and check ahead when there is much to replay; absent: everything is done in this one. */
  readonly place?: DatabasePlace
}

/** How a restart went. */
export interface RestoreFigures {
  /** Height of the snapshot; 0: none. */
  readonly snapshot: number
  readonly blocks: number
  readonly transactions: number
  /** Of the blocks, how many a thread had checked. */
  readonly ahead: number
  readonly ms: number
}

/** Seals, roots and every rule are checked again; only the signatures, checked before the commit, are taken for good. */
const OWN_BLOCKS = { verifier: nativeVerifier, trustSignatures: true } as const
const PAGE_BLOCKS = 1_000
const PAGE_BYTES = 4 * 2 ** 20
/** With so many blocks to replay a thread helps; it begins behind those that are replayed while it starts. */
const THREAD_BLOCKS = 500
const START_BLOCKS = 200

/** The state after the stored head. Throws if the stored blocks are not a valid chain that ends there. */
export async function restore(
  options: RestoreOptions,
): Promise<{ readonly state: LedgerState; readonly figures: RestoreFigures }> {
  const { birth, blocks, head, snapshots, seed, place } = options
  const started = performance.now()
  const newest = await usable(options)
  const found = (await options.base?.(newest?.head.height ?? 0)) ?? newest
  const state = found ?? new LedgerState(birth.genesis, seed)
  const snapshot = found?.head.height ?? 0
  const replay = new Replay(new Validator(state), blocks)
  if (place !== undefined && head.height - snapshot > THREAD_BLOCKS) {
    const after = snapshot + START_BLOCKS
    const checker = new BlockChecker({ ...place, genesis: birth.genesis, after, to: head.height })
    try {
      await replay.stored(after)
      await replay.checked(checker.pages())
    } finally {
      await checker.stop()
    }
  }
  await replay.stored(head.height)
  const { height, hash, time } = state.head
  invariant(height === head.height && hash === head.hash && time === head.time, 'the stored blocks lead to the stored head')
  const { transactions, ahead } = replay
  if (transactions > snapshots.every) await snapshots.write(state, head.height)
  const ms = Math.round(performance.now() - started)
  return { state, figures: { snapshot, blocks: head.height - snapshot, transactions, ahead, ms } }
}

/** A snapshot is taken only if storage holds the very block it was made after. */
async function usable({ birth, blocks, head, snapshots, seed }: RestoreOptions): Promise<LedgerState | undefined> {
  const state = snapshots.newest(birth.genesis, { height: head.height, seed })
  if (state === undefined) return undefined
  const [block] = await blocks.headers(state.head.height, 1)
  if (block?.height === state.head.height && block.hash === state.head.hash) return state
  log.error('ledger.snapshot.foreign', { height: state.head.height })
  return undefined
}

class Replay {
  transactions = 0
  ahead = 0

  constructor(
    private readonly validator: Validator,
    private readonly blocks: BlockStore,
  ) {}

  /** Replays the stored blocks up to height `to`. */
  async stored(to: number): Promise<void> {
    const { state } = this.validator
    let reading: Promise<readonly StoredBlock[]> | undefined
    while (state.head.height < to) {
      const page = await (reading ?? this.#read(state.head.height + 1))
      const last = page.at(-1)?.height
      invariant(last !== undefined, `block ${state.head.height + 1} is missing below the height ${to}`)
      // the database reads the next page while this one is replayed
      reading = last < to ? this.#read(last + 1) : undefined
      for (const block of page) if (block.height <= to) this.#stored(block)
    }
  }

  /** Replays what a thread has checked, as far as it comes and follows. Whatever is left is to be replayed from storage, which names what is wrong. */
  async checked(pages: AsyncIterable<CheckedPage>): Promise<void> {
    const { state } = this.validator
    for await (const page of pages) {
      if (page.headers[0]?.previous !== state.head.hash) return
      for (const block of blocksOf(page)) {
        expectApplied(block.header.height, applyBlock(this.validator, block, OWN_BLOCKS))
        this.transactions += block.transactions.length
        this.ahead += 1
      }
    }
  }

  #stored(stored: StoredBlock): void {
    expectApplied(stored.height, replayBlock(this.validator, blockOf(stored), OWN_BLOCKS))
    invariant(this.validator.state.head.hash === stored.hash, `stored block ${stored.height} has the hash it is stored under`)
    this.transactions += stored.transactions
  }

  #read(from: number): Promise<readonly StoredBlock[]> {
    const reading = this.blocks.range(from, PAGE_BLOCKS, PAGE_BYTES)
    // a fault is thrown where the page is awaited, which may be later
    reading.catch(() => undefined)
    return reading
  }
}

function expectApplied(height: number, fault: ReplayFault | undefined): void {
  if (fault === undefined) return
  expectOk(err(fault.code, fault.transaction === undefined ? '' : `transaction ${fault.transaction}`), `stored block ${height}`)
}
