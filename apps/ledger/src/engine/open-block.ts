// The block that is being filled: bytes, ids and leaf hashes of its transactions side by side, and whom to tell when it is durable.
import { type Bytes, TRANSACTION_BYTES_MAX, type Time, sha256Into } from '@huitong/primitives'
import { FATE, type Pending } from './pending.js'

const ID = 32
/** Where leaves are put together: a zero, then the transaction. */
const LEAF = new Uint8Array(1 + TRANSACTION_BYTES_MAX)

/** Where a block is put together. It serves one block after another: a fresh one for each would have the collector run all the time. */
export class BlockRoom {
  bytes = new Uint8Array(65_536)
  ids = new Uint8Array(256 * ID)
  leaves = new Uint8Array(256 * ID)

  /** Makes room for so many bytes and transactions; what is there stays. */
  reserve(size: number, count: number): void {
    while (size > this.bytes.length) this.bytes = doubled(this.bytes)
    while (count * ID > this.ids.length) {
      this.ids = doubled(this.ids)
      this.leaves = doubled(this.leaves)
    }
  }
}

interface Segment {
  readonly pending: Pending
  readonly from: number
  to: number
}

export class OpenBlock {
  size = 0
  count = 0
  readonly durable: Promise<void>
  readonly announce: () => void
  readonly #segments: Segment[] = []

  /** `time` is carried by every transaction in it, so it is fixed when the block is opened. `room` is its own until {@link content}. */
  constructor(
    readonly time: Time,
    private readonly room: BlockRoom,
  ) {
    let announce = (): void => undefined
    this.durable = new Promise<void>((resolve) => {
      announce = resolve
    })
    this.announce = announce
  }

  /** Takes an applied transaction as the next. */
  add(pending: Pending, i: number): void {
    const from = pending.startOf(i)
    const end = pending.endOf(i)
    const place = this.count++
    const { room } = this
    room.reserve(this.size + end - from, place + 1)
    const { bytes, ids, leaves } = room
    const transaction = pending.bytes.subarray(from, end)
    bytes.set(transaction, this.size)
    this.size += end - from
    LEAF.set(transaction, 1)
    sha256Into(LEAF.subarray(0, 1 + end - from), leaves, ID * place)
    for (let k = 0; k < ID; k++) ids[ID * place + k] = pending.ids[ID * i + k] ?? 0
    pending.positions[i] = place
    pending.fates[i] = FATE.applied
    const last = this.#segments.at(-1)
    if (last?.pending === pending && last.to <= i) last.to = i + 1
    else this.#segments.push({ pending, from: i, to: i + 1 })
  }

  /** The transactions' bytes one after another and their ids, copied; their leaf hashes, which may be used up until the next block begins. */
  content(): { readonly bytes: Bytes; readonly ids: Bytes; readonly leaves: Bytes; readonly count: number } {
    const { bytes, ids, leaves } = this.room
    return { bytes: bytes.slice(0, this.size), ids: ids.slice(0, ID * this.count), leaves, count: this.count }
  }

  /** Tells every waiting one its outcome: committed at `height`, or unknown. */
  tell(height: number | undefined): void {
    for (const { pending, from, to } of this.#segments) {
      for (let i = from; i < to; i++) {
        if (pending.fates[i] !== FATE.applied) continue
        if (height === undefined) pending.forget(i)
        else pending.commit(i, height)
      }
    }
  }
}

function doubled(bytes: Bytes): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(2 * bytes.length)
  larger.set(bytes)
  return larger
}
