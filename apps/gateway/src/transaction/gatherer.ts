// Gathers the transactions of all requests that come together into envelopes, one ledger each: a message per transaction costs the bus 2.5
// times as much. Never decides about a transaction: each gets the ledger's own status, or what the bus said of its envelope.
import {
  type BusCode,
  type TransactionStatus,
  decodeProven,
  decodeStatuses,
  encodeEnvelope,
  ledgerSubmit,
  ledgerSubmitProven,
} from '@huitong/contracts'
import { type Bytes, type Result, err, ok } from '@huitong/primitives'
import { Inject, Injectable } from '@nestjs/common'
import { BUS, type BusPort } from '../hub/bus.js'

/** Transactions of one envelope, and how long the first of them waits for others while an envelope is under way, in milliseconds. */
export const GATHER_MAX = 64
export const GATHER_MS = 1
/** Bytes of one envelope's transactions: well below the bus's largest message. */
const GATHER_BYTES_MAX = 512 * 1024

/** What became of a transaction; with its receipt if that was wanted, exists, and had room in the answer. */
export interface Submitted {
  readonly status: TransactionStatus
  readonly receipt?: string
}

interface Waiting {
  readonly bytes: Bytes
  readonly answer: (submitted: Result<Submitted, BusCode>) => void
}

interface Queue {
  readonly to: Destination
  readonly waiting: Waiting[]
  size: number
  readonly cancel: () => void
}

interface Destination {
  readonly ledger: string
  readonly receipts: boolean
}

@Injectable()
export class TransactionGatherer {
  readonly #queues = new Map<string, Queue>()
  /** Envelopes under way. */
  readonly #under = new Map<string, number>()

  constructor(@Inject(BUS) private readonly bus: BusPort) {}

  /** What became of a transaction on a ledger. A code of the bus stands for the whole envelope it went in. */
  submit(to: Destination, bytes: Bytes): Promise<Result<Submitted, BusCode>> {
    return new Promise((answer) => this.#add(to, { bytes, answer }))
  }

  #add(to: Destination, item: Waiting): void {
    const key = keyOf(to)
    if ((this.#queues.get(key)?.size ?? 0) + item.bytes.length > GATHER_BYTES_MAX) this.#flush(key)
    const queue = this.#queues.get(key) ?? this.#open(key, to)
    queue.waiting.push(item)
    queue.size += item.bytes.length
    if (queue.waiting.length >= GATHER_MAX) this.#flush(key)
  }

  /** With nothing under way nobody waits: what came in the same turn goes at once. Else the others' answer, or a moment, ends the wait. */
  #open(key: string, to: Destination): Queue {
    const flush = (): void => this.#flush(key)
    const queue = { to, waiting: [], size: 0, cancel: (this.#under.get(key) ?? 0) === 0 ? soon(flush) : later(flush) }
    this.#queues.set(key, queue)
    return queue
  }

  #flush(key: string): void {
    const queue = this.#queues.get(key)
    if (queue === undefined) return
    queue.cancel()
    this.#queues.delete(key)
    void this.#send(key, queue)
  }

  async #send(key: string, { to, waiting }: Queue): Promise<void> {
    this.#under.set(key, (this.#under.get(key) ?? 0) + 1)
    const answers = await this.#answers(to, waiting)
    const left = (this.#under.get(key) ?? 1) - 1
    if (left > 0) this.#under.set(key, left)
    else this.#under.delete(key)
    this.#flush(key)
    waiting.forEach((item, position) => {
      const submitted = answers.ok ? answers.value[position] : undefined
      item.answer(answers.ok ? (submitted === undefined ? err('internal') : ok(submitted)) : answers)
    })
  }

  async #answers({ ledger, receipts }: Destination, waiting: readonly Waiting[]): Promise<Result<readonly Submitted[], BusCode>> {
    const envelope = encodeEnvelope(waiting.map(({ bytes }) => bytes))
    const command = receipts ? ledgerSubmitProven : ledgerSubmit
    // a rejected promise here would leave every request of the envelope without an answer
    const reply = await this.bus.submit(command, envelope, { to: ledger }).catch(() => err('internal' as const))
    if (!reply.ok) return reply
    const answers = receipts ? decodeProven(reply.value) : submittedOf(decodeStatuses(reply.value))
    if (!answers.ok || answers.value.length !== waiting.length) return err('internal', 'the ledger answered something else')
    return answers
  }
}

function soon(flush: () => void): () => void {
  const immediate = setImmediate(flush)
  return () => clearImmediate(immediate)
}

function later(flush: () => void): () => void {
  const timer = setTimeout(flush, GATHER_MS)
  return () => clearTimeout(timer)
}

const keyOf = ({ ledger, receipts }: Destination): string => (receipts ? `${ledger}+` : ledger)

const submittedOf = <Code extends string>(
  statuses: Result<readonly TransactionStatus[], Code>,
): Result<readonly Submitted[], Code> => (statuses.ok ? ok(statuses.value.map((status) => ({ status }))) : statuses)
