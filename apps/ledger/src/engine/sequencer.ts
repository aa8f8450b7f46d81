// The single writer: applies transactions in order to the state in memory and commits blocks, one after another, without timers: a block is
// what was applied while the last commit ran. Answers nobody before the block is durable.
import { killpoint, log } from '@huitong/platform'
import type { SignatureBatch } from '@huitong/chain'
import { BLOCK_BYTES_MAX, type BlockHash, type Bytes, type Time } from '@huitong/primitives'
import type { BlockStore, Head, StoredBlock } from '../block/block-store.js'
import { figures } from './figures.js'
import type { LedgerClock } from './ledger-clock.js'
import { BlockRoom, OpenBlock } from './open-block.js'
import { FATE, type Pending, type Refusal, type Run } from './pending.js'
import type { Rules } from './rules.js'
import type { Sealer } from './sealer.js'

/** Another process writes this ledger now: this one must stop. */
export class WriterFenced extends Error {
  override readonly name = 'WriterFenced'
}

export interface SequencerOptions {
  readonly rules: Rules
  readonly store: Pick<BlockStore, 'commit'>
  readonly sealer: Pick<Sealer, 'seal'>
  readonly clock: LedgerClock
  readonly head: Head
  /** Called with each durable block, the ids of its transactions (32 bytes each) and what it spends, before anybody is answered. */
  readonly onDurable: (block: StoredBlock, known: { readonly ids: Bytes; readonly spent: Bytes }) => void
  /** Called when the state in memory is exactly that after block `height`, which is sealed and not yet durable. */
  readonly onSealed?: (height: number, hash: BlockHash) => void
  /** A fault after which this process must not write on. */
  readonly onFault: (error: unknown) => void
  readonly blockBytesMax?: number
}

const NO_TRANSACTION: Refusal = { code: 'truncated' }

export class Sequencer {
  #head: { height: number; hash: BlockHash; time: Time }
  /** For the open block; a block that is committed has left it. */
  readonly #room = new BlockRoom()
  #open: OpenBlock | undefined
  #committing: OpenBlock | undefined
  #waiting: Run<SignatureBatch>[] = []
  #isBroken = false
  #isStopping = false
  readonly #abort = new AbortController()

  constructor(private readonly options: SequencerOptions) {
    this.#head = options.head
  }

  /** The last durable block. */
  get head(): { readonly height: number; readonly hash: BlockHash; readonly time: Time } {
    return this.#head
  }

  /** Takes transactions whose signatures are checked; each is told its outcome. */
  place(runs: readonly Run<SignatureBatch>[]): void {
    for (const run of runs) {
      if (this.#isBroken) forgetRest(run)
      else this.#waiting.push(run)
    }
    this.#advance()
  }

  /** Makes a block even if there is nothing to put into it; true when it is durable, false if none will be. */
  async tick(): Promise<boolean> {
    if (this.#isBroken || this.#isStopping) return false
    const { durable } = (this.#open ??= new OpenBlock(this.options.clock.now(), this.#room))
    this.#advance()
    await durable
    return !this.#isBroken
  }

  /** Resolves when everything applied to the state so far is durable. */
  async settled(): Promise<void> {
    await (this.#open ?? this.#committing)?.durable
  }

  /** Finishes what was placed; gives up on a database that is away, leaving those outcomes unknown. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopping = true
    const timer = setTimeout(() => this.#abort.abort(), withinMs)
    while (!this.#isBroken && (this.#open !== undefined || this.#committing !== undefined)) await this.settled()
    clearTimeout(timer)
  }

  #advance(): void {
    if (this.#isBroken) return
    try {
      this.#apply()
      if (this.#committing === undefined && this.#open !== undefined) void this.#commit(this.#open)
    } catch (error) {
      this.#break(error)
    }
  }

  #apply(): void {
    let taken = 0
    for (const run of this.#waiting) {
      const from = run.next
      while (run.next < run.to && this.#applyNext(run.pending, run.next, run.batch)) run.next += 1
      if (run.next > from) run.used(run.next - from)
      if (run.next < run.to) break
      taken += 1
    }
    if (taken > 0) this.#waiting = this.#waiting.slice(taken)
  }

  /** Applies a transaction or refuses it; false if it has no room in this block and keeps waiting. */
  #applyNext(pending: Pending, i: number, batch: SignatureBatch): boolean {
    if (pending.fates[i] !== FATE.waiting) return true
    const open = this.#open ?? new OpenBlock(this.options.clock.now(), this.#room)
    if (open.size + pending.sizeOf(i) > (this.options.blockBytesMax ?? BLOCK_BYTES_MAX)) return false
    const refusal = pending.hasId(i) ? this.options.rules.apply(pending, i, batch, open.time) : NO_TRANSACTION
    if (refusal !== undefined) {
      pending.refuse(i, refusal)
      return true
    }
    this.#open = open
    open.add(pending, i)
    return true
  }

  async #commit(open: OpenBlock): Promise<void> {
    const { store, sealer, rules, head, onDurable, onSealed } = this.options
    this.#committing = open
    this.#open = undefined
    try {
      const height = this.#head.height + 1
      const content = open.content()
      const { header, stored: sealed } = sealer.seal({
        height,
        previous: this.#head.hash,
        time: open.time,
        ...content,
      })
      const spent = rules.closeBlock(header)
      onSealed?.(height, sealed.hash)
      killpoint('ledger.block.assembled')
      const stop = figures.commitSeconds.startTimer()
      const committing = store.commit(sealed, this.#head.hash, head.epoch, this.#abort.signal)
      killpoint('ledger.block.committing')
      const outcome = await committing
      stop()
      if (outcome === 'fenced') throw new WriterFenced(`another process writes this ledger from block ${height} on`)
      killpoint('ledger.block.committed')
      this.#head = { height, hash: sealed.hash, time: open.time }
      onDurable(sealed, { ids: content.ids, spent })
      open.tell(height)
      figures.committed.inc(open.count)
      figures.blocks.inc()
      figures.blockBytes.inc(open.size)
      figures.height.set(height)
    } catch (error) {
      return this.#break(error)
    }
    this.#committing = undefined
    open.announce()
    this.#advance()
  }

  /** Nothing more is written. What was not durable for certain has an unknown outcome: nobody is told that it was refused. */
  #break(error: unknown): void {
    if (this.#isBroken) return
    this.#isBroken = true
    for (const block of [this.#committing, this.#open]) {
      block?.tell(undefined)
      block?.announce()
    }
    for (const run of this.#waiting) forgetRest(run)
    this.#waiting = []
    if (this.#isStopping) log.warn('ledger.stopped.unfinished', { height: this.#head.height })
    else this.options.onFault(error)
  }
}

/** Nobody will say what became of the rest of a run. */
function forgetRest({ pending, next, to }: Run<SignatureBatch>): void {
  for (let i = next; i < to; i++) if (pending.fates[i] === FATE.waiting) pending.forget(i)
}
