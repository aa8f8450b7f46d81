// Sends durable blocks outward on the ledger's stream. The stream is a hint: whatever happens to it, commits go on and nothing is lost.
import { type Published, type PublishCode, type Streams, faultFields, killpoint, log } from '@huitong/platform'
import { type Bytes, type ChainId, type Result, concat } from '@huitong/primitives'
import { decodeHeader, HEADER_BYTES } from '@huitong/chain'
import type { BlockStore, StoredBlock } from '../block/block-store.js'
import type { Tail } from '../block/tail.js'
import { isPruned } from '../prune/pruner.js'
import { figures } from '../engine/figures.js'

export interface PublisherOptions {
  readonly streams: Streams
  readonly name: string
  readonly chain: ChainId
  readonly blocks: BlockStore
  readonly tail: Tail
}

/** An emptied stream begins this far behind the head; who needs older blocks asks the ledger for them. */
const RECENT_BLOCKS = 1_000
/** The server sets this much aside for every ledger, so it is small: the oldest blocks leave the stream, never the ledger. */
const STREAM_BYTES_MAX = 512 * 2 ** 20
const PAUSE_MS = 250
const DAY_MS = 24 * 60 * 60 * 1000

export const streamOf = (ledger: string): string => `BLOCKS_${ledger}`
export const subjectOf = (ledger: string): string => `blocks.${ledger}`

/** A block on the stream: sealed header (118 + 64 bytes), then the transactions one after another. */
export const blockMessage = (block: StoredBlock): Bytes => concat(block.header, block.seal, block.bytes)

export class Publisher {
  #isStopped = false
  #running: Promise<void> | undefined
  /** What the stream is known to hold; unknown at the start and after any fault. */
  #at: { readonly height: number; readonly sequence: number } | undefined
  #fault = false

  constructor(private readonly options: PublisherOptions) {}

  start(): void {
    const { streams } = this.options
    streams.bus.onReconnect(() => {
      // the server may have come back without its data
      this.#at = undefined
      this.wake()
    })
    this.wake()
  }

  /** Durable blocks that the stream does not hold. */
  get lag(): number {
    return this.#at === undefined ? this.options.tail.height : Math.max(0, this.options.tail.height - this.#at.height)
  }

  /** Called after each commit. */
  wake(): void {
    if (this.#running !== undefined || this.#isStopped) return
    this.#running = this.#run().finally(() => {
      this.#running = undefined
      if (this.#at !== undefined && this.lag > 0) this.wake()
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        this.#at ??= await this.#locate()
        if (this.#at === undefined || (await this.#publishNext(this.#at))) return
      } catch (error) {
        this.#at = undefined
        if (!this.#fault) log.warn('ledger.publish.interrupted', faultFields(error))
        this.#fault = true
      }
      if (this.#at === undefined) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }

  /** Learns from the stream itself which block it holds last. Undefined: it holds what this ledger never made. */
  async #locate(): Promise<{ height: number; sequence: number } | undefined> {
    const { streams, name, chain, tail } = this.options
    await streams.ensure({
      name: streamOf(name),
      subjects: [subjectOf(name)],
      maxBytes: STREAM_BYTES_MAX,
      maxAgeMs: 7 * DAY_MS,
      discard: 'old',
    })
    const last = await streams.last(streamOf(name))
    if (last === undefined) {
      const { sequence } = await streams.position(streamOf(name))
      return { height: Math.max(0, tail.height - RECENT_BLOCKS), sequence }
    }
    const header = decodeHeader(last.data.subarray(0, HEADER_BYTES))
    if (!header.ok || header.value.chain !== chain || header.value.height > tail.height) {
      log.error('ledger.stream.foreign', { stream: streamOf(name), sequence: last.sequence })
      return undefined
    }
    return { height: header.value.height, sequence: last.sequence }
  }

  /** Publishes what follows; true when nothing is left. */
  async #publishNext(at: { readonly height: number; readonly sequence: number }): Promise<boolean> {
    const { tail } = this.options
    figures.publishLag.set(this.lag)
    if (at.height >= tail.height) return true
    for (const block of await this.#blocksAfter(at.height)) {
      const current = this.#at
      if (current === undefined || current.height !== block.height - 1 || this.#isStopped) break
      if (isPruned(block)) {
        // its bytes are gone: who needs it is told so by the ledger
        this.#at = { height: block.height, sequence: current.sequence }
        continue
      }
      killpoint('ledger.publish.sending')
      const published = await this.#publish(block, current.sequence)
      killpoint('ledger.publish.sent')
      if (!published.ok) {
        log.warn('ledger.publish.refused', { height: block.height, code: published.code })
        this.#at = undefined
        break
      }
      // a reconnection meanwhile asks for a fresh look at the stream
      if (this.#at === current) this.#at = { height: block.height, sequence: published.value.sequence }
      this.#fault = false
    }
    return false
  }

  async #blocksAfter(height: number): Promise<readonly StoredBlock[]> {
    const { tail, blocks } = this.options
    if (tail.from <= height + 1) return tail.since(height + 1).map(({ stored }) => stored)
    return blocks.range(height + 1, 200, 8 * 2 ** 20)
  }

  #publish(block: StoredBlock, expectLast: number): Promise<Result<Published, PublishCode>> {
    const { streams, name } = this.options
    return streams.publish(subjectOf(name), blockMessage(block), { id: block.hash, expectLast })
  }
}
