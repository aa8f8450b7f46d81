// Brings the state back at a start: the newest usable snapshot, then every later block from storage, each checked before it is applied.
import { LedgerState, Validator, decodeSealedHeader, replayBlock, splitTransactions } from '@huitong/chain'
import { log, nativeVerifier } from '@huitong/platform'
import { type BlockHash, concat, err, expectOk, invariant } from '@huitong/primitives'
import type { BlockStore, Head, StoredBlock } from '../block/block-store.js'
import type { Birth } from '../genesis/genesis-folder.js'
import type { SnapshotFolder } from '../snapshot/snapshot-folder.js'

export interface RestoreOptions {
  readonly birth: Birth
  readonly blocks: BlockStore
  readonly head: Head
  readonly snapshots: SnapshotFolder
  /** The state kept in the database when blocks were pruned, if there is one above a height: blocks below it may be gone. */
  readonly base?: (above: number) => Promise<LedgerState | undefined>
  /** Secret number that spreads the hash tables. */
  readonly seed: number
}

/** How a restart went. */
export interface RestoreFigures {
  /** Height of the snapshot; 0: none. */
  readonly snapshot: number
  readonly blocks: number
  readonly transactions: number
  readonly ms: number
}

const PAGE_BLOCKS = 1_000
const PAGE_BYTES = 16 * 2 ** 20

/** The state after the stored head. Throws if the stored blocks are not a valid chain that ends there. */
export async function restore(
  options: RestoreOptions,
): Promise<{ readonly state: LedgerState; readonly figures: RestoreFigures }> {
  const { birth, blocks, head, snapshots, seed } = options
  const started = performance.now()
  const newest = await usable(options)
  const found = (await options.base?.(newest?.head.height ?? 0)) ?? newest
  const state = found ?? new LedgerState(birth.genesis, seed)
  const snapshot = found?.head.height ?? 0
  const validator = new Validator(state)
  let transactions = 0
  while (state.head.height < head.height) {
    const page = await blocks.range(state.head.height + 1, PAGE_BLOCKS, PAGE_BYTES)
    invariant(page.length > 0, `block ${state.head.height + 1} is missing below the head ${head.height}`)
    for (const block of page) {
      if (block.height > head.height) break
      transactions += block.transactions
      replay(validator, block)
    }
  }
  const { height, hash, time } = state.head
  invariant(height === head.height && hash === head.hash && time === head.time, 'the stored blocks lead to the stored head')
  if (transactions > snapshots.every) await snapshots.write(state, head.height)
  const ms = Math.round(performance.now() - started)
  return { state, figures: { snapshot, blocks: head.height - snapshot, transactions, ms } }
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

/** Seals, roots and every rule are checked again; only the signatures, checked before the commit, are taken for good. */
function replay(validator: Validator, stored: StoredBlock): void {
  const what = `stored block ${stored.height}`
  const header = expectOk(decodeSealedHeader(concat(stored.header, stored.seal)), what)
  const transactions = expectOk(splitTransactions(stored.bytes), what)
  const fault = replayBlock(validator, { header, transactions }, { verifier: nativeVerifier, trustSignatures: true })
  if (fault !== undefined)
    expectOk(err(fault.code, fault.transaction === undefined ? '' : `transaction ${fault.transaction}`), what)
  invariant(validator.state.head.hash === (stored.hash satisfies BlockHash), `${what} has the hash it is stored under`)
}
