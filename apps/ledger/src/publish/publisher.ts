// Sends durable blocks outward on the ledger's stream. The stream is a hint: whatever happens to it, commits go on and nothing is lost.
import { type Streams, faultFields, killpoint, log } from '@huitong/platform'
import { type Bytes, type ChainId, concat } from '@huitong/primitives'
import { type SealedHeader, decodeSealedHeader } from '@huitong/chain'
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
/** Blocks that are waiting share a message up to this size: the server syncs each message by itself. */
const MESSAGE_BYTES_MAX = 256 * 1024
const SEALED_HEADER_BYTES = 182
/** From one message to the next at least, in milliseconds: under load it costs less than a message for every block, and an idle ledger never waits. */
const APART_MS = 5
/** On a loaded machine they are as far apart as keeps them to a fifth of the time: their writes stand in the way of the commits. */
const APART_TIMES = 5
const APART_MOST_MS = 50
const PAUSE_MS = 250
const DAY_MS = 24 * 60 * 60 * 1000

export const streamOf = (ledger: string): string => `BLOCKS_${ledger}`
export const subjectOf = (ledger: string): string => `blocks.${ledger}`

/** Blocks on the stream, one after another: each its sealed header (118 + 64 bytes), then its transactions. */
export const blocksMessage = (blocks: readonly StoredBlock[]): Bytes =>
  concat(...blocks.flatMap(({ header, seal, bytes }) => [header, seal, bytes]))

/** The sealed headers of a message's blocks, in order; none if it is not such a message. */
export function headersIn(message: Bytes): readonly SealedHeader[] {
  const headers: SealedHeader[] = []
  for (let at = 0; at < message.length;) {
    const header = decodeSealedHeader(message.subarray(at, at + SEALED_HEADER_BYTES))
    if (!header.ok) return []
    headers.push(header.value)
    at += SEALED_HEADER_BYTES + header.value.size
  }
  return headers
}

export class Publisher {
  #isStopped = false
  #running: Promise<void> | undefined
  /** What the stream is known to hold; unknown at the start and after any fault. */
  #at: { readonly height: number; readonly sequence: number } | undefined
  #fault = false
  /** When the last message was sent, and how long the server took for it. */
  #sent = -Infinity
  #took = 0

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
        const apart = Math.min(APART_MOST_MS, Math.max(APART_MS, APART_TIMES * this.#took))
        const early = apart - (performance.now() - this.#sent)
        if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
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
    const header = headersIn(last.data).at(-1)
    if (header === undefined || header.chain !== chain || header.height > tail.height) {
      log.error('ledger.stream.foreign', { stream: streamOf(name), sequence: last.sequence })
      return undefined
    }
    return { height: header.height, sequence: last.sequence }
  }

  /** Publishes what follows; true when nothing is left. */
  async #publishNext(at: { readonly height: number; readonly sequence: number }): Promise<boolean> {
    const { tail } = this.options
    figures.publishLag.set(this.lag)
    if (at.height >= tail.height) return true
    for (const blocks of messagesOf(await this.#blocksAfter(at.height))) {
      const current = this.#at
      const [first] = blocks
      const last = blocks.at(-1)
      if (current === undefined || current.height + 1 !== first?.height || last === undefined || this.#isStopped) break
      if (isPruned(first)) {
        // its bytes are gone: who needs it is told so by the ledger
        this.#at = { height: first.height, sequence: current.sequence }
        continue
      }
      killpoint('ledger.publish.sending')
      this.#sent = performance.now()
      const { streams, name } = this.options
      const published = await streams.publish(subjectOf(name), blocksMessage(blocks), {
        id: last.hash,
        expectLast: current.sequence,
      })
      this.#took = performance.now() - this.#sent
      killpoint('ledger.publish.sent')
      if (!published.ok) {
        log.warn('ledger.publish.refused', { height: last.height, code: published.code })
        this.#at = undefined
        break
      }
      // a reconnection meanwhile asks for a fresh look at the stream
      if (this.#at === current) this.#at = { height: last.height, sequence: published.value.sequence }
      this.#fault = false
    }
    return false
  }

  async #blocksAfter(height: number): Promise<readonly StoredBlock[]> {
    const { tail, blocks } = this.options
    if (tail.from <= height + 1) return tail.since(height + 1).map(({ stored }) => stored)
    return blocks.range(height + 1, 200, 8 * 2 ** 20)
  }
}

/** Which blocks travel together; a pruned one stands alone. */
function messagesOf(blocks: readonly StoredBlock[]): readonly (readonly StoredBlock[])[] {
  const messages: StoredBlock[][] = []
  let size = 0
  for (const block of blocks) {
    const more = SEALED_HEADER_BYTES + block.bytes.length
    const open = messages.at(-1)
    const [first] = open ?? []
    if (open === undefined || first === undefined || isPruned(first) || isPruned(block) || size + more > MESSAGE_BYTES_MAX) {
      messages.push([block])
      size = more
    } else {
      open.push(block)
      size += more
    }
  }
  return messages
}
