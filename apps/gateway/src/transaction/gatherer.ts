// Gathers the transactions of all requests that come together into envelopes, one ledger each: a message per transaction costs the bus 2.5
// times as much. Never decides about a transaction: each gets the ledger's own status, or what the bus said of its envelope.
import { type BusCode, type TransactionStatus, decodeStatuses, encodeEnvelope, ledgerSubmit } from '@huitong/contracts'
import { type Bytes, type Result, err, ok } from '@huitong/primitives'
import { Inject, Injectable } from '@nestjs/common'
import { BUS, type BusPort } from '../hub/bus.js'

/** Transactions of one envelope, and how long the first of them waits for others, in milliseconds. */
export const GATHER_MAX = 64
export const GATHER_MS = 1
/** Bytes of one envelope's transactions: well below the bus's largest message. */
const GATHER_BYTES_MAX = 512 * 1024

interface Waiting {
  readonly bytes: Bytes
  readonly answer: (status: Result<TransactionStatus, BusCode>) => void
}

@Injectable()
export class TransactionGatherer {
  readonly #queues = new Map<string, { readonly waiting: Waiting[]; size: number; readonly timer: NodeJS.Timeout }>()

  constructor(@Inject(BUS) private readonly bus: BusPort) {}

  /** What became of a transaction on a ledger. A code of the bus stands for the whole envelope it went in. */
  submit(ledger: string, bytes: Bytes): Promise<Result<TransactionStatus, BusCode>> {
    return new Promise((answer) => this.#add(ledger, { bytes, answer }))
  }

  #add(ledger: string, item: Waiting): void {
    if ((this.#queues.get(ledger)?.size ?? 0) + item.bytes.length > GATHER_BYTES_MAX) this.#flush(ledger)
    const queue = this.#queues.get(ledger) ?? this.#open(ledger)
    queue.waiting.push(item)
    queue.size += item.bytes.length
    if (queue.waiting.length >= GATHER_MAX) this.#flush(ledger)
  }

  #open(ledger: string): { readonly waiting: Waiting[]; size: number; readonly timer: NodeJS.Timeout } {
    const queue = { waiting: [], size: 0, timer: setTimeout(() => this.#flush(ledger), GATHER_MS) }
    this.#queues.set(ledger, queue)
    return queue
  }

  #flush(ledger: string): void {
    const queue = this.#queues.get(ledger)
    if (queue === undefined) return
    clearTimeout(queue.timer)
    this.#queues.delete(ledger)
    void this.#send(ledger, queue.waiting)
  }

  async #send(ledger: string, waiting: readonly Waiting[]): Promise<void> {
    const statuses = await this.#statuses(ledger, waiting)
    waiting.forEach((item, position) => {
      const status = statuses.ok ? statuses.value[position] : undefined
      item.answer(statuses.ok ? (status === undefined ? err('internal') : ok(status)) : statuses)
    })
  }

  async #statuses(ledger: string, waiting: readonly Waiting[]): Promise<Result<readonly TransactionStatus[], BusCode>> {
    const envelope = encodeEnvelope(waiting.map(({ bytes }) => bytes))
    // a rejected promise here would leave every request of the envelope without an answer
    const reply = await this.bus.submit(ledgerSubmit, envelope, { to: ledger }).catch(() => err('internal' as const))
    if (!reply.ok) return reply
    const statuses = decodeStatuses(reply.value)
    if (!statuses.ok || statuses.value.length !== waiting.length) return err('internal', 'the ledger answered something else')
    return statuses
  }
}
