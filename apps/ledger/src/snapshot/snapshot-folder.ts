// Snapshots of the state in the ledger's folder, so that a restart replays little. A snapshot is only a shortcut: a missing or broken one costs time.
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { open, rename } from 'node:fs/promises'
import path from 'node:path'
import { type Genesis, type LedgerState, readSnapshot, snapshotParts } from '@huitong/chain'
import { faultFields, killpoint, log } from '@huitong/platform'
import type { Bytes } from '@huitong/primitives'
import type { StoredBlock } from '../block/block-store.js'

export interface SnapshotOptions {
  /** Folder of all ledgers' folders. */
  readonly folder: string
  readonly name: string
  /** Transactions between two snapshots. */
  readonly every: number
}

const KEPT = 2
const NAME = /^snapshot-([0-9]{1,15})\.bin$/

export class SnapshotFolder {
  readonly #folder: string
  #since = 0
  /** Taken when its block was sealed; written once that block is durable. */
  #taken: { readonly height: number; readonly parts: readonly Bytes[] } | undefined
  #writing: Promise<void> | undefined

  /** Transactions between two snapshots. */
  readonly every: number

  constructor(options: SnapshotOptions) {
    this.every = options.every
    this.#folder = path.join(options.folder, options.name)
  }

  /** The newest snapshot that is whole, of this chain, and at most at `height`; `undefined` if there is none. */
  newest(genesis: Genesis, upTo: { readonly height: number; readonly seed: number }): LedgerState | undefined {
    for (const at of this.#heights().reverse()) {
      if (at > upTo.height) continue
      const state = this.#read(genesis, { height: at, seed: upTo.seed })
      if (state !== undefined) return state
    }
    return undefined
  }

  /** Called when the state is exactly that after block `height`, which is not durable yet. */
  sealed(state: LedgerState, height: number): void {
    if (this.#since < this.every || this.#writing !== undefined) return
    this.#since = 0
    this.#taken = { height, parts: snapshotParts(state) }
  }

  /** Called with each durable block. */
  durable(block: StoredBlock): void {
    this.#since += block.transactions
    if (this.#taken?.height === block.height) this.#start(this.#taken)
  }

  /** Waits for the snapshot being written. */
  async stop(): Promise<void> {
    await this.#writing
  }

  /** Writes the state as it stands after the durable block `height`. */
  async write(state: LedgerState, height: number): Promise<void> {
    await this.#writing
    this.#start({ height, parts: snapshotParts(state) })
    await this.#writing
  }

  #start(taken: { readonly height: number; readonly parts: readonly Bytes[] }): void {
    this.#taken = undefined
    this.#writing = this.#save(taken)
      .catch((error: unknown) => log.warn('ledger.snapshot.failed', { height: taken.height, ...faultFields(error) }))
      .finally(() => {
        this.#writing = undefined
      })
  }

  async #save({ height, parts }: { readonly height: number; readonly parts: readonly Bytes[] }): Promise<void> {
    const file = this.#file(height)
    const draft = `${file}.new`
    const sum = createHash('sha256')
    const handle = await open(draft, 'w', 0o600)
    try {
      // hashed and written part by part: transactions go on in between
      for (const part of parts) {
        sum.update(part)
        await handle.write(part)
      }
      await handle.write(sum.digest())
      await handle.sync()
    } finally {
      await handle.close()
    }
    killpoint('ledger.snapshot.drafted')
    await rename(draft, file)
    killpoint('ledger.snapshot.named')
    for (const old of this.#heights().slice(0, -KEPT)) fs.rmSync(this.#file(old), { force: true })
    log.info('ledger.snapshot.written', { height, bytes: parts.reduce((size, part) => size + part.length, 32) })
  }

  #read(genesis: Genesis, { height, seed }: { readonly height: number; readonly seed: number }): LedgerState | undefined {
    try {
      const { buffer, byteOffset, length } = fs.readFileSync(this.#file(height))
      const state = readSnapshot(new Uint8Array(buffer, byteOffset, length), genesis, seed)
      if (!state.ok) throw new Error(state.code)
      if (state.value.head.height !== height) throw new Error('it is of another height')
      return state.value
    } catch (error) {
      log.warn('ledger.snapshot.unusable', { height, ...faultFields(error) })
      return undefined
    }
  }

  /** Heights of the snapshots there are, ascending. */
  #heights(): number[] {
    return fs
      .readdirSync(this.#folder)
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b)
  }

  #file(height: number): string {
    return path.join(this.#folder, `snapshot-${height}.bin`)
  }
}
