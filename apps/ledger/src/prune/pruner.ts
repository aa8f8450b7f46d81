// Lets the bytes of spent history leave the disk, run by run. Headers, seals, proofs of what is kept, and everything unspent stay. Never touches what
// the index, the stream or a restart still needs, and goes on by itself after a crash.
import { type LedgerState, decodeTransaction, writeSnapshot } from '@huitong/chain'
import { faultFields, killpoint, log } from '@huitong/platform'
import { type Bytes, InvariantViolation, type Result, err, expectOk, invariant, ok } from '@huitong/primitives'
import type { BlockStore, StoredBlock } from '../block/block-store.js'
import { type KeptNode, transactionAt, wholeBlock, without } from './kept-block.js'
import type { PgPruneStore, PruneProgress, PrunedBlock } from './prune-store.pg.js'

export interface PrunerOptions {
  readonly store: PgPruneStore
  readonly blocks: BlockStore
  readonly epoch: number
  readonly head: () => number
  /** Height up to which index and stream have everything. */
  readonly carried: () => number
  /** Seals a block; false if none will be. */
  readonly tick: () => Promise<boolean>
}

const BATCH_BLOCKS = 200
const BATCH_BYTES = 4 * 2 ** 20
const CATCH_UP_MS = 5_000
const PAUSE_MS = 50
const RETRY_MS = 1_000

export class Pruner {
  #progress: PruneProgress = { target: 0, height: 0, base: 0 }
  #running: Promise<void> | undefined
  #isStopped = false
  /** Somebody waits for the state after the next block. */
  #wanted: ((isKept: boolean) => void) | undefined
  #taken: { readonly height: number; readonly bytes: Bytes } | undefined

  constructor(private readonly options: PrunerOptions) {}

  get progress(): PruneProgress {
    return this.#progress
  }

  /** Reads how far it has come, and goes on with a run that was cut off. */
  async start(): Promise<void> {
    this.#progress = await this.options.store.progress()
    if (this.#progress.height < this.#progress.target) this.#go()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#running
  }

  /** Begins a run over all but the newest `keep` blocks, unless one went as far; answers how far it goes. It goes on in the background. */
  async begin(keep: number): Promise<Result<PruneProgress, 'prune_running'>> {
    const wanted = this.options.head() - keep
    if (wanted <= this.#progress.target) {
      if (this.#progress.height < this.#progress.target) this.#go()
      return ok(this.#progress)
    }
    const target = Math.min(wanted, await this.#carried(wanted))
    // index or stream have to catch up first
    if (target <= this.#progress.target) return err('prune_running')
    if (this.#running !== undefined || this.#wanted !== undefined) return err('prune_running')
    if (this.#progress.base < target && !(await this.#keepBase())) return err('prune_running')
    this.#progress = await this.options.store.progress()
    if (!(await this.options.store.begin(target, this.options.epoch))) return err('prune_running')
    this.#progress = await this.options.store.progress()
    this.#go()
    return ok(this.#progress)
  }

  /** Height that index and stream have, after they were given a moment to reach `height`. */
  async #carried(height: number): Promise<number> {
    for (let waited = 0; waited < CATCH_UP_MS && this.options.carried() < height; waited += PAUSE_MS)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    return this.options.carried()
  }

  /** Called when the state is exactly that after block `height`, which is not durable yet. */
  sealed(state: LedgerState, height: number): void {
    if (this.#wanted !== undefined && this.#taken === undefined) this.#taken = { height, bytes: writeSnapshot(state) }
  }

  /** Called with each durable block. */
  durable({ height }: StoredBlock): void {
    const taken = this.#taken
    if (taken?.height !== height) return
    const wanted = this.#wanted
    void this.options.store
      .keepBase(taken.height, taken.bytes)
      .then(() => wanted?.(true))
      .catch((error: unknown) => {
        log.warn('ledger.prune.base_failed', { height, ...faultFields(error) })
        wanted?.(false)
      })
  }

  /** Keeps the state after the next block in the database: with the old blocks' bytes goes the way to make it anew. */
  async #keepBase(): Promise<boolean> {
    const kept = new Promise<boolean>((resolve) => {
      this.#wanted = resolve
    })
    const isKept = (await this.options.tick()) && (await kept)
    this.#wanted = undefined
    this.#taken = undefined
    killpoint('ledger.prune.based')
    return isKept
  }

  #go(): void {
    this.#running ??= this.#throughFaults().finally(() => {
      this.#running = undefined
    })
  }

  /** A database that is away delays a run; what contradicts itself ends it. */
  async #throughFaults(): Promise<void> {
    while (!this.#isStopped) {
      try {
        return await this.#run()
      } catch (error) {
        const fields = { ...this.#progress, ...faultFields(error) }
        if (error instanceof InvariantViolation) return log.error('ledger.prune.impossible', fields)
        log.warn('ledger.prune.interrupted', fields)
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
        this.#progress = await this.options.store.progress().catch(() => this.#progress)
      }
    }
  }

  async #run(): Promise<void> {
    const { store, epoch } = this.options
    const { target } = this.#progress
    let gone = 0
    while (this.#progress.height < target && !this.#isStopped) {
      const from = this.#progress.height
      const batch = (await this.options.blocks.range(from + 1, BATCH_BLOCKS, BATCH_BYTES)).filter(
        ({ height }) => height <= target,
      )
      const to = batch.at(-1)?.height
      invariant(to !== undefined, `block ${from + 1} is stored`)
      const pruned = await this.#prunable(batch, target)
      gone += pruned.reduce((sum, each) => sum + each.gone, 0)
      killpoint('ledger.prune.batch')
      if (!(await store.prune(pruned, { from, to, epoch }))) return
      killpoint('ledger.prune.pruned')
      this.#progress = { ...this.#progress, height: to }
    }
    if (this.#progress.height < target) return
    await store.vacuum()
    log.info('ledger.pruned', { target, transactions: gone })
  }

  /** The blocks of a batch that can lose something, in the form in which they are kept from now on. */
  async #prunable(batch: readonly StoredBlock[], target: number): Promise<readonly PrunedBlock[]> {
    const { store } = this.options
    const [first, last] = [batch[0], batch.at(-1)]
    if (first === undefined || last === undefined) return []
    const [spent, earlier] = await Promise.all([
      store.spent(first.height, last.height, target),
      store.nodesOf(batch.filter(isPruned)),
    ])
    return batch.flatMap((block) => {
      const nodes = earlier.get(block.height) ?? wholeBlock(block)
      const positions = [...(spent.get(block.height) ?? [])].filter((position) => isPlain(nodes, position))
      if (positions.length === 0) return []
      const left = without(nodes, new Set(positions))
      return [{ block, nodes: left, gone: goneOf(left) }]
    })
  }
}

/** A block whose bytes are not there although it has transactions. */
export const isPruned = (block: StoredBlock): boolean => block.bytes.length === 0 && block.transactions > 0

const goneOf = (nodes: readonly KeptNode[]): number =>
  nodes.reduce((sum, node) => sum + (node.kind === 'gone' ? node.count : 0), 0)

/** True for a transaction that is there and moved coins only: what opened accounts, issued or set rules is kept for ever. */
function isPlain(nodes: readonly KeptNode[], position: number): boolean {
  const bytes = transactionAt(nodes, position)
  if (bytes === undefined) return false
  const { body } = expectOk(decodeTransaction(bytes), 'a stored transaction')
  return body.operations.length === 0 && body.inputs.length > 0
}
