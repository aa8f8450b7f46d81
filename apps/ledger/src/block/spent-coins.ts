// What the coins spent by a block were, noted by the writer when it removes them, so that the index need not look each one up.
// A cache beside the block: a block without it is read again from the index's own tables.
import type { LedgerState } from '@huitong/chain'
import { type Bytes, utf8 } from '@huitong/primitives'

/** A record: serial 6 bytes, amount 8, asset 8 (padded), length of the condition's bytes 2, then these; of an account: 0, and 32 bytes of its id. */
const HEAD_BYTES = 24
const TWO_32 = 2 ** 32

export class SpentCoins {
  #bytes = new Uint8Array(4_096)
  #view = new DataView(this.#bytes.buffer)
  #at = 0
  readonly #assets: Bytes[] = []

  /** Notes the coin at `row` of the state, which is about to be removed. */
  note(state: LedgerState, row: number): void {
    const { coins, accounts } = state
    const account = coins.accountOf(row)
    const at = this.#head(coins.serialOf(row), { high: coins.highOf(row), low: coins.lowOf(row) })
    this.#bytes.set(this.#asset(state, coins.assetOf(row)), at)
    if (account >= 0) {
      accounts.table.copyKey(account, this.#account(), 0)
    } else this.#condition(coins.conditionOf(row))
  }

  /** The same for a coin that is known by its fields; `condition` is encoded, `account` is set for a plain account's coin. */
  add(coin: {
    readonly serial: number
    readonly asset: string
    readonly amount: bigint
    readonly account?: Bytes
    readonly condition: Bytes
  }): void {
    const at = this.#head(coin.serial, { high: Number(coin.amount >> 32n), low: Number(coin.amount & 0xffff_ffffn) })
    this.#bytes.set(padded(coin.asset), at)
    if (coin.account === undefined) this.#condition(coin.condition)
    else this.#account().set(coin.account)
  }

  /** A copy of what was noted since the last call. */
  take(): Bytes {
    const taken = this.#bytes.slice(0, this.#at)
    this.#at = 0
    return taken
  }

  /** Writes serial and amount, and answers where the asset goes. */
  #head(serial: number, { high, low }: { readonly high: number; readonly low: number }): number {
    this.#reserve(HEAD_BYTES)
    const view = this.#view
    const at = this.#at
    view.setUint16(at, Math.floor(serial / TWO_32))
    view.setUint32(at + 2, serial)
    view.setUint32(at + 6, high)
    view.setUint32(at + 10, low)
    this.#at += HEAD_BYTES
    return at + 14
  }

  #account(): Bytes {
    this.#reserve(32)
    this.#view.setUint16(this.#at - 2, 0)
    this.#at += 32
    return this.#bytes.subarray(this.#at - 32, this.#at)
  }

  #condition(condition: Bytes): void {
    this.#reserve(condition.length)
    this.#view.setUint16(this.#at - 2, condition.length)
    this.#bytes.set(condition, this.#at)
    this.#at += condition.length
  }

  #asset(state: LedgerState, number: number): Bytes {
    return (this.#assets[number] ??= padded(state.assets.record(number).asset))
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more))
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}

/** Reads the records of a block one after another. */
export class SpentReader {
  serial = 0
  high = 0
  low = 0
  assetAt = 0
  /** Where the account's 32 bytes stand, or the condition's. */
  conditionAt = 0
  /** Length of the condition's bytes; 0 for a plain account. */
  conditionSize = 0
  bytes: Bytes = new Uint8Array()
  #view = new DataView(this.bytes.buffer)
  #at = 0

  reset(bytes: Bytes): void {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#at = 0
  }

  get isAtEnd(): boolean {
    return this.#at === this.bytes.length
  }

  /** Reads the next record; throws if there is none. */
  next(): void {
    const view = this.#view
    const at = this.#at
    this.serial = view.getUint16(at) * TWO_32 + view.getUint32(at + 2)
    this.high = view.getUint32(at + 6)
    this.low = view.getUint32(at + 10)
    this.assetAt = at + 14
    this.conditionSize = view.getUint16(at + 22)
    this.conditionAt = at + HEAD_BYTES
    this.#at = this.conditionAt + (this.conditionSize === 0 ? 32 : this.conditionSize)
  }
}

function padded(asset: string): Bytes {
  const bytes = new Uint8Array(8)
  bytes.set(utf8(asset))
  return bytes
}
