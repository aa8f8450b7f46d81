// The single writer: applies transactions in order to the state in memory and commits blocks, one after another, without timers: a block is
// what was applied while the last commit ran. Answers nobody before the block is durable.
import { killpoint, log } from '@huitong/platform'
import { BLOCK_BYTES_MAX, type BlockHash, type Bytes, type Time, type TxId, concat, fromHex } from '@huitong/primitives'
import type { BlockStore, Head, StoredBlock } from '../block/block-store.js'
import { figures } from './figures.js'
import type { LedgerClock } from './ledger-clock.js'
import type { Prepared, Rules, Verdict } from './rules.js'
import type { Sealer } from './sealer.js'

/** How a transaction ended for those who wait for it. */
export type Outcome =
  | { readonly kind: 'committed'; readonly height: number; readonly index: number }
  | { readonly kind: 'refused'; readonly code: string; readonly detail?: string }
  | { readonly kind: 'unknown' }

/** A transaction whose signatures are checked, waiting for its turn. */
export interface Placed {
  readonly bytes: Bytes
  readonly prepared: Prepared | undefined
  /** Called when the answers about its signatures have been used. */
  applied(): void
  done(outcome: Outcome): void
}

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

const NOT_PREPARED: Verdict & { readonly ok: false } = { ok: false, code: 'truncated' }

interface OpenBlock {
  /** Carried by every transaction in it, so it is fixed when the block is opened. */
  readonly time: Time
  readonly parts: Bytes[]
  readonly ids: TxId[]
  readonly placed: Placed[]
  size: number
  readonly durable: Promise<void>
  readonly announce: () => void
}

export class Sequencer {
  #head: { height: number; hash: BlockHash; time: Time }
  #open: OpenBlock | undefined
  #committing: OpenBlock | undefined
  #waiting: Placed[] = []
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

  /** Takes transactions whose signatures are checked; each is told its outcome by `done`. */
  place(batch: readonly Placed[]): void {
    if (this.#isBroken) for (const placed of batch) placed.done({ kind: 'unknown' })
    else this.#waiting.push(...batch)
    this.#advance()
  }

  /** Makes a block even if there is nothing to put into it; true when it is durable, false if none will be. */
  async tick(): Promise<boolean> {
    if (this.#isBroken || this.#isStopping) return false
    const { durable } = (this.#open ??= this.#newBlock())
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
    const { rules, blockBytesMax } = this.options
    let taken = 0
    for (const placed of this.#waiting) {
      const { bytes, prepared } = placed
      const open = this.#open ?? this.#newBlock()
      if (open.size + bytes.length > (blockBytesMax ?? BLOCK_BYTES_MAX)) break
      taken += 1
      const verdict: Verdict = prepared === undefined ? NOT_PREPARED : rules.apply(bytes, prepared, open.time)
      placed.applied()
      if (!verdict.ok || prepared?.id === undefined) {
        const { code, detail } = verdict.ok ? NOT_PREPARED : verdict
        placed.done({ kind: 'refused', code, ...(detail === undefined ? {} : { detail }) })
        continue
      }
      this.#open = open
      open.size += bytes.length
      open.parts.push(bytes)
      open.ids.push(prepared.id)
      open.placed.push(placed)
    }
    if (taken > 0) this.#waiting = this.#waiting.slice(taken)
  }

  #newBlock(): OpenBlock {
    let announce = (): void => undefined
    const durable = new Promise<void>((resolve) => {
      announce = resolve
    })
    return { time: this.options.clock.now(), parts: [], ids: [], placed: [], size: 0, durable, announce }
  }

  async #commit(block: OpenBlock): Promise<void> {
    const { store, sealer, rules, head, onDurable, onSealed } = this.options
    this.#committing = block
    this.#open = undefined
    try {
      const height = this.#head.height + 1
      const { header, stored: sealed } = sealer.seal({
        height,
        previous: this.#head.hash,
        time: block.time,
        transactions: block.parts,
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
      this.#head = { height, hash: sealed.hash, time: block.time }
      onDurable(sealed, { ids: concat(...block.ids.map(fromHex)), spent })
      block.placed.forEach((placed, index) => placed.done({ kind: 'committed', height, index }))
      figures.committed.inc(block.ids.length)
      figures.blocks.inc()
      figures.blockBytes.inc(block.size)
      figures.height.set(height)
    } catch (error) {
      return this.#break(error)
    }
    this.#committing = undefined
    block.announce()
    this.#advance()
  }

  /** Nothing more is written. What was not durable for certain has an unknown outcome: nobody is told that it was refused. */
  #break(error: unknown): void {
    if (this.#isBroken) return
    this.#isBroken = true
    const blocks = [this.#committing, this.#open].filter((block) => block !== undefined)
    for (const block of blocks) {
      for (const placed of block.placed) placed.done({ kind: 'unknown' })
      block.announce()
    }
    for (const placed of this.#waiting) placed.done({ kind: 'unknown' })
    this.#waiting = []
    if (this.#isStopping) log.warn('ledger.stopped.unfinished', { height: this.#head.height })
    else this.options.onFault(error)
  }
}
