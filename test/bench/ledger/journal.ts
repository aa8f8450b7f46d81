// What the driver was told, transaction by transaction: the claims that the check afterwards holds against the stored blocks.
import * as fs from 'node:fs'
import type { TransactionStatus } from '@huitong/contracts'

/** Height and index per transfer; height 0: not acknowledged. */
export class Journal {
  readonly #told: Uint32Array
  readonly refused = new Map<string, number>()
  acknowledged = 0

  constructor(count: number) {
    this.#told = new Uint32Array(2 * count)
  }

  tell(position: number, status: TransactionStatus): void {
    if (status.outcome === 'committed' || status.outcome === 'replayed') {
      this.acknowledged += 1
      this.#told[2 * position] = status.height
      this.#told[2 * position + 1] = status.index
      return
    }
    const code = status.outcome === 'refused' ? status.code : status.outcome
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1)
  }

  save(file: string): void {
    fs.writeFileSync(file, Buffer.from(this.#told.buffer))
  }

  static read(file: string): Uint32Array {
    const bytes = fs.readFileSync(file)
    return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  }
}
