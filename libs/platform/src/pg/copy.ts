// Binary COPY into a table, within the transaction of a manager: the cheapest way to insert many rows. The rows' format is the caller's.
import type { Writable } from 'node:stream'
import { type Bytes, invariant } from '@huitong/primitives'
import { from } from 'pg-copy-streams'
import type { EntityManager } from 'typeorm'

/** What a COPY needs of a connection of the driver. */
interface CopyClient {
  query(stream: Writable): Writable
}

const SIGNATURE = [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00]
const ROW_BYTES = 256
const NO_VALUE = 0xffff_ffff
const TWO_32 = 2 ** 32

/** Rows in PostgreSQL's binary COPY format. Every row begins with `row`; then as many values as it has fields, in order. */
export class CopyRows {
  #bytes = new Uint8Array(65_536)
  #view = new DataView(this.#bytes.buffer)
  #at = 0
  #count = 0

  constructor() {
    this.clear()
  }

  get count(): number {
    return this.#count
  }

  clear(): void {
    this.#bytes.set(SIGNATURE)
    this.#bytes.fill(0, SIGNATURE.length, SIGNATURE.length + 8)
    this.#at = SIGNATURE.length + 8
    this.#count = 0
  }

  row(fields: number): this {
    this.#reserve(ROW_BYTES)
    this.#view.setInt16(this.#at, fields)
    this.#at += 2
    this.#count += 1
    return this
  }

  /** An integer column of 8 bytes; a number may have up to 53 bits. */
  int8(value: number): this {
    return this.words(Math.floor(value / TWO_32), value)
  }

  /** The same from its high and low 32 bits. */
  words(high: number, low: number): this {
    const view = this.#view
    view.setUint32(this.#at, 8)
    view.setUint32(this.#at + 4, high)
    view.setUint32(this.#at + 8, low)
    this.#at += 12
    return this
  }

  bigint(value: bigint): this {
    this.#view.setUint32(this.#at, 8)
    this.#view.setBigInt64(this.#at + 4, value)
    this.#at += 12
    return this
  }

  int4(value: number): this {
    this.#view.setUint32(this.#at, 4)
    this.#view.setInt32(this.#at + 4, value)
    this.#at += 8
    return this
  }

  int2(value: number): this {
    this.#view.setUint32(this.#at, 2)
    this.#view.setInt16(this.#at + 4, value)
    this.#at += 6
    return this
  }

  /** A column of bytes or text: source[from, to). */
  bytes(source: Bytes, from = 0, to = source.length): this {
    const size = to - from
    this.#reserve(size + ROW_BYTES)
    this.#view.setUint32(this.#at, size)
    this.#at += 4
    if (size > 64) this.#bytes.set(source.subarray(from, to), this.#at)
    else for (let i = 0; i < size; i++) this.#bytes[this.#at + i] = source[from + i] ?? 0
    this.#at += size
    return this
  }

  none(): this {
    this.#view.setUint32(this.#at, NO_VALUE)
    this.#at += 4
    return this
  }

  /** The whole, ended: a view that lasts until `clear`. */
  done(): Bytes {
    this.#reserve(2)
    this.#view.setInt16(this.#at, -1)
    return this.#bytes.subarray(0, this.#at + 2)
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more))
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}

/** Sends rows to `target` (a table with its columns in parentheses) in the manager's transaction. Nothing is sent if there are none. */
export async function copyInto(manager: EntityManager, target: string, rows: CopyRows): Promise<void> {
  if (rows.count === 0) return
  const runner = manager.queryRunner
  invariant(runner !== undefined, 'a COPY belongs to a transaction')
  const client: CopyClient = await runner.connect()
  await new Promise<void>((resolve, reject) => {
    const stream = client.query(from(`copy ${target} from stdin (format binary)`))
    stream.on('error', reject)
    stream.on('finish', resolve)
    stream.end(rows.done())
  })
}
