// The ledger's rules over the state in memory: one validator for preparing and applying, on the one thread that writes.
import { type BlockHeader, type LedgerState, SignatureBatch, type ValidationCode, Validator } from '@huitong/chain'
import { nativeVerifier } from '@huitong/platform'
import { type Bytes, type Time, concat, sha256Into } from '@huitong/primitives'
import { SpentCoins } from '../block/spent-coins.js'
import { CHECKS, type Pending, type Refusal } from './pending.js'
import type { Rules } from './rules.js'

export class ChainRules implements Rules {
  readonly #validator: Validator
  readonly #spent = new SpentCoins()
  /** Used again for every transaction. */
  readonly #source = { kind: 'checked' as const, batch: new SignatureBatch(0), first: 0, otherwise: nativeVerifier }

  constructor(readonly state: LedgerState) {
    this.#validator = new Validator(state, (row) => this.#spent.note(state, row))
  }

  prepare(pending: Pending, i: number, batch: SignatureBatch): void {
    const start = pending.startOf(i)
    const end = pending.endOf(i)
    const first = this.#validator.collectSignatures(pending.bytes, start, end, batch)
    if (first >= 0) {
      pending.ids.set(this.#validator.id, 32 * i)
      pending.checks[i] = first
    } else if (this.#identify(pending, i)) pending.checks[i] = CHECKS.later
  }

  apply(pending: Pending, i: number, batch: SignatureBatch, time: Time): Refusal | undefined {
    const first = pending.checks[i] ?? CHECKS.none
    this.#source.batch = batch
    this.#source.first = first
    // told by this validator when the checks were collected
    const id = first >= 0 ? pending.ids.subarray(32 * i, 32 * i + 32) : undefined
    const code = this.#validator.validate(pending.bytes, pending.startOf(i), pending.endOf(i), time, this.#source, id)
    if (code !== undefined) return this.#refusal(code)
    this.#validator.apply()
    return undefined
  }

  #refusal(code: ValidationCode): Refusal {
    const detail = this.#validator.detailOf(code)
    return detail === undefined ? { code } : { code, detail }
  }

  closeBlock(header: BlockHeader): Bytes {
    this.state.closeBlock(header)
    return this.#spent.take()
  }

  /** Notes the id of bytes that look like a transaction: their head and the stated length of the body are there. */
  #identify(pending: Pending, i: number): boolean {
    const start = pending.startOf(i)
    const length = ((pending.bytes[start + 1] ?? 0) << 8) | (pending.bytes[start + 2] ?? 0)
    if (pending.sizeOf(i) <= length || length < 20) return false
    sha256Into(concat(this.state.chainBytes, pending.bytes.subarray(start, start + length)), pending.ids, 32 * i)
    return true
  }
}
