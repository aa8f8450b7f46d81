// The ledger's rules over the state in memory: one validator for preparing and applying, on the one thread that writes.
import { type BlockHeader, type LedgerState, type SignatureBatch, type ValidationCode, Validator } from '@huitong/chain'
import { nativeVerifier } from '@huitong/platform'
import { type Bytes, type Time, type TxId, hexOf } from '@huitong/primitives'
import { idOfTransaction } from '../block/decoded-block.js'
import { SpentCoins } from '../block/spent-coins.js'
import type { Prepared, Rules, Verdict } from './rules.js'

const ACCEPTED: Verdict = { ok: true }

export class ChainRules implements Rules {
  readonly #validator: Validator

  readonly #spent = new SpentCoins()

  constructor(readonly state: LedgerState) {
    this.#validator = new Validator(state, (row) => this.#spent.note(state, row))
  }

  prepare(bytes: Bytes, batch: SignatureBatch): Prepared {
    const first = this.#validator.collectSignatures(bytes, 0, bytes.length, batch)
    const id = first >= 0 ? hexOf<TxId>(this.#validator.id) : this.#idOf(bytes)
    return { id, batch, first }
  }

  apply(bytes: Bytes, { batch, first }: Prepared, time: Time): Verdict {
    const source = { kind: 'checked', batch, first, otherwise: nativeVerifier } as const
    const code = this.#validator.validate(bytes, 0, bytes.length, time, source)
    if (code !== undefined) return this.#refusal(code)
    this.#validator.apply()
    return ACCEPTED
  }

  #refusal(code: ValidationCode): Verdict {
    const detail = this.#validator.detailOf(code)
    return detail === undefined ? { ok: false, code } : { ok: false, code, detail }
  }

  closeBlock(header: BlockHeader): Bytes {
    this.state.closeBlock(header)
    return this.#spent.take()
  }

  /** Id of bytes that look like a transaction: their head and the stated length of the body are there. */
  #idOf(bytes: Bytes): TxId | undefined {
    const length = ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0)
    return bytes.length > length && length >= 20 ? idOfTransaction(this.state.chain, bytes) : undefined
  }
}
