// Answers that spare their reader a second question: what became of a transaction with its receipt, a coin with the receipt that proves it and the
// ledger's time. Nothing here is known only here: each part can be asked for by itself.
import { type CoinsOfAccount, type WireCoinProof, decodeStatuses, encodeProven } from '@huitong/contracts'
import { type Bytes, type Coordinate, type Result, type TxId, err, ok } from '@huitong/primitives'
import type { Ledger } from '../engine/ledger.js'

/** Receipts that were just handed out: whoever is told of a new coin asks for the same one. */
const RECENT_MAX = 1_024

export class Proofs {
  /** Receipts never change. The oldest first. */
  readonly #recent = new Map<TxId, string>()

  constructor(private readonly ledger: Pick<Ledger, 'submission' | 'blockReads' | 'recent' | 'accountReads' | 'status'>) {}

  /** Submits an envelope; its statuses, with the receipt of every transaction that is in a block. */
  async submit(envelope: Bytes): Promise<Bytes> {
    const answer = await this.ledger.submission.submit(envelope)
    const statuses = decodeStatuses(answer)
    const receipts = statuses.ok
      ? statuses.value.map((status) =>
          status.outcome === 'committed' || status.outcome === 'replayed' ? this.#receipt(status.id) : undefined,
        )
      : []
    return encodeProven(answer, await Promise.all(receipts))
  }

  /** A coin, the receipt of the transaction that made it, and the ledger's time. */
  async coin(coordinate: Coordinate): Promise<Result<WireCoinProof, 'coin_unknown' | 'transaction_unknown' | 'pruned'>> {
    const coin = await this.ledger.recent.coin(coordinate)
    if (coin === undefined) return err('coin_unknown')
    const id = coin.transaction as TxId
    const recent = this.#recent.get(id)
    const receipt = recent === undefined ? await this.ledger.blockReads.receipt(id) : ok(recent)
    return receipt.ok ? ok({ coin, receipt: receipt.value, now: this.ledger.status().now }) : receipt
  }

  /** A page of an account's coins, with the ledger's time. */
  async coins(request: CoinsOfAccount): ReturnType<Ledger['accountReads']['coins']> {
    const page = await this.ledger.accountReads.coins(request)
    return page.ok ? ok({ ...page.value, now: this.ledger.status().now }) : page
  }

  async #receipt(id: TxId): Promise<string | undefined> {
    const receipt = await this.ledger.blockReads.receipt(id)
    if (!receipt.ok) return undefined
    const [oldest] = this.#recent.size < RECENT_MAX ? [] : this.#recent.keys()
    if (oldest !== undefined) this.#recent.delete(oldest)
    this.#recent.set(id, receipt.value)
    return receipt.value
  }
}
