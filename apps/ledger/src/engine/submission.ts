// Envelopes in, statuses out: admission, signature checks in the threads, the sequencer, and one status per transaction when it is durable.
import { KeyTable, type SignatureBatch } from '@huitong/chain'
import { type TransactionStatus, encodeCommitted, encodeEnvelope, encodeStatuses, envelopeEnds } from '@huitong/contracts'
import { type Bytes, type TxId, equalBytes, hexOf } from '@huitong/primitives'
import type { Admission } from './admission.js'
import type { Finality } from './finality.js'
import { figures } from './figures.js'
import { CHECKS, FATE, Pending, type Refusal } from './pending.js'
import type { Rules } from './rules.js'
import type { Sequencer } from './sequencer.js'
import { SignaturePool } from './signature-pool.js'

/** Where a committed transaction stands. */
export interface CommittedPlace {
  readonly height: number
  readonly index: number
}

export interface SubmissionOptions {
  readonly rules: Rules
  readonly admission: Admission
  readonly sequencer: Pick<Sequencer, 'place'>
  readonly finality: Finality
  readonly threads: number
  readonly onFault: (error: unknown) => void
  /** Finds committed transactions among these ids. */
  readonly find: (ids: readonly TxId[]) => Promise<ReadonlyMap<TxId, CommittedPlace>>
  /** A monotonic time in milliseconds. */
  readonly now: () => number
  /** While this answers true, nothing more is taken from the queue; {@link Submission.resume} says that it may have changed. */
  readonly isHeld?: () => boolean
}

/** With these codes the very same transaction may stand in an earlier block. */
const MAYBE_COMMITTED: ReadonlySet<string> = new Set(['already_committed', 'valid_until_passed'])
const STOPPING: Refusal = { code: 'stopping' }
const QUEUE_FULL: Refusal = { code: 'queue_full' }

interface Place {
  readonly pending: Pending
  readonly i: number
}

/** A transaction between preparation and outcome. */
interface Flight extends Place {
  /** The same bytes sent again meanwhile. */
  joined?: Place[]
}

export class Submission {
  /** Ids of the transactions in flight; `#flights` holds them by row. */
  readonly #inFlight = new KeyTable(0)
  readonly #flights: (Flight | undefined)[] = []
  readonly #signatures: SignaturePool

  constructor(private readonly options: SubmissionOptions) {
    this.#signatures = new SignaturePool({
      threads: options.threads,
      onFault: options.onFault,
      ...(options.isHeld === undefined ? {} : { isHeld: options.isHeld }),
      collect: (pending, i, batch) => this.#prepare(pending, i, batch),
      checked: (runs) => options.sequencer.place(runs),
    })
  }

  /** Answers an envelope: one status per transaction, or a single one without id if the envelope itself is malformed. */
  async submit(envelope: Bytes): Promise<Bytes> {
    // the bus may use its buffer again before the transactions are in a block
    const bytes = envelope.slice()
    const ends = envelopeEnds(bytes)
    if (ends === undefined) return encodeStatuses([{ outcome: 'refused', id: undefined, code: 'envelope_malformed' }])
    const pending = await this.#finished(bytes, ends)
    if (pending.fates.every((fate) => fate === FATE.committed))
      return encodeCommitted(pending.ids, pending.heights, pending.positions)
    return encodeStatuses(await this.#statuses(pending))
  }

  /** The same for transactions in this process. */
  async run(transactions: readonly Bytes[]): Promise<readonly TransactionStatus[]> {
    const bytes = encodeEnvelope(transactions)
    return this.#statuses(await this.#finished(bytes, envelopeEnds(bytes) ?? new Uint32Array()))
  }

  /** Looks again whether the queue may be taken from. */
  resume(): void {
    this.#signatures.resume()
  }

  async stop(): Promise<void> {
    await this.#signatures.stop()
  }

  #finished(bytes: Bytes, ends: Uint32Array): Promise<Pending> {
    const { admission, finality, now } = this.options
    const admittedAt = now()
    return new Promise((resolve) => {
      let committed = 0
      const pending: Pending = new Pending(bytes, ends, {
        settled: (_, i) => {
          committed += pending.fates[i] === FATE.committed ? 1 : 0
          this.#settled(pending, i)
        },
        done: () => {
          const time = committed === 0 ? 0 : now()
          for (; committed > 0; committed--) finality.add(time - admittedAt, time)
          resolve(pending)
        },
      })
      let entered = 0
      for (let i = 0; i < pending.count; i++) {
        const code = admission.enter(pending.sizeOf(i))
        // a refusal settles before anything of it is counted as admitted
        if (code !== undefined) pending.refuse(i, code === 'stopping' ? STOPPING : QUEUE_FULL)
        else {
          pending.admitted[i] = 1
          entered += 1
        }
      }
      figures.admitted.inc(entered)
      if (entered > 0) this.#signatures.push(pending)
    })
  }

  #prepare(pending: Pending, i: number, batch: SignatureBatch): void {
    if (pending.fates[i] !== FATE.waiting) return
    this.options.rules.prepare(pending, i, batch)
    if (!pending.hasId(i)) return
    const row = this.#inFlight.find(pending.ids, 32 * i)
    if (row < 0) {
      const flight = this.#inFlight.insert(pending.ids, 32 * i)
      this.#flights[flight] = { pending, i }
      pending.flights[i] = flight
      return
    }
    const first = this.#flights[row]
    // The id does not cover the witnesses: other bytes of the same id go their own way, or a stranger could make a good one fail.
    if (first === undefined || !equalBytes(bytesOf(first), bytesOf({ pending, i }))) return
    pending.fates[i] = FATE.joined
    ;(first.joined ??= []).push({ pending, i })
  }

  /** Gives back the transaction's room in the queue and tells those who wait for the same bytes. */
  #settled(pending: Pending, i: number): void {
    const refusal = pending.refusals.size === 0 ? undefined : pending.refusals.get(i)
    if (refusal !== undefined) figures.refused.inc({ code: refusal.code })
    if (pending.admitted[i] === 1) this.options.admission.leave(pending.sizeOf(i))
    const row = pending.flights[i] ?? -1
    if (row < 0) return
    const { joined } = this.#flights[row] ?? {}
    this.#inFlight.remove(row)
    this.#flights[row] = undefined
    for (const other of joined ?? []) other.pending.share(other.i, pending, i)
  }

  async #statuses(pending: Pending): Promise<readonly TransactionStatus[]> {
    const ids = Array.from({ length: pending.count }, (_, i) => idOf(pending, i))
    const doubtful = ids.filter((id, i) => id !== undefined && MAYBE_COMMITTED.has(pending.refusals.get(i)?.code ?? ''))
    const places = doubtful.length === 0 ? undefined : await this.options.find(doubtful.filter((id) => id !== undefined))
    return ids.map((id, i) => statusOf(pending, i, { id, place: id === undefined ? undefined : places?.get(id) }))
  }
}

const bytesOf = ({ pending, i }: Place): Bytes => pending.bytes.subarray(pending.startOf(i), pending.endOf(i))

const idOf = (pending: Pending, i: number): TxId | undefined =>
  pending.checks[i] === CHECKS.none ? undefined : hexOf<TxId>(pending.ids.subarray(32 * i, 32 * i + 32))

function statusOf(
  pending: Pending,
  i: number,
  { id, place }: { readonly id: TxId | undefined; readonly place: CommittedPlace | undefined },
): TransactionStatus {
  const refusal = pending.refusals.get(i)
  if (refusal !== undefined) {
    return id !== undefined && place !== undefined
      ? { outcome: 'replayed', id, ...place }
      : { outcome: 'refused', id, ...refusal }
  }
  if (id === undefined) return { outcome: 'refused', id, code: 'stopping' }
  if (pending.fates[i] !== FATE.committed) return { outcome: 'unknown', id }
  return { outcome: 'committed', id, height: pending.heights[i] ?? 0, index: pending.positions[i] ?? 0 }
}
