// Answers that spare their reader a second question: what became of a transaction with its receipt, a coin with the receipt that proves it and the
// ledger's time. Nothing here is known only here: each part can be asked for by itself.
import { type CoinsOfAccount, type WireCoinProof, decodeStatuses, encodeProven } from '@huitong/contracts'
import { type Bytes, type Coordinate, type Result, type TxId, err, ok } from '@huitong/primitives'
import type { Ledger } from '../engine/ledger.js'

export class Proofs {
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
    const receipt = await this.ledger.blockReads.receipt(coin.transaction as TxId)
    return receipt.ok ? ok({ coin, receipt: receipt.value, now: this.ledger.status().now }) : receipt
  }

  /** A page of an account's coins, with the ledger's time. */
  async coins(request: CoinsOfAccount): ReturnType<Ledger['accountReads']['coins']> {
    const page = await this.ledger.accountReads.coins(request)
    return page.ok ? ok({ ...page.value, now: this.ledger.status().now }) : page
  }

  async #receipt(id: TxId): Promise<string | undefined> {
    const receipt = await this.ledger.blockReads.receipt(id)
    return receipt.ok ? receipt.value : undefined
  }
}
