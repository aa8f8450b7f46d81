// Envelopes in, statuses out: admission, signature checks in the threads, the sequencer, and one status per transaction when it is durable.
import type { SignatureBatch } from '@huitong/chain'
import { type TransactionStatus, decodeEnvelope, encodeStatuses } from '@huitong/contracts'
import { type Bytes, type TxId, equalBytes } from '@huitong/primitives'
import type { Admission } from './admission.js'
import type { Finality } from './finality.js'
import { figures } from './figures.js'
import type { Prepared, Rules } from './rules.js'
import type { Outcome, Placed, Sequencer } from './sequencer.js'
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
}

/** With these codes the very same transaction may stand in an earlier block. */
const MAYBE_COMMITTED: ReadonlySet<string> = new Set(['already_committed', 'valid_until_passed'])

/** A transaction from admission to its outcome. */
class Entry implements Placed {
  prepared: Prepared | undefined
  /** The same bytes sent again while these are on their way. */
  joined: Entry[] | undefined
  /** True for those same bytes: they wait for the outcome of the first. */
  isJoined = false
  outcome: Outcome = { kind: 'unknown' }
  applied: () => void = () => undefined

  constructor(
    readonly bytes: Bytes,
    private readonly owner: Envelope,
  ) {}

  get id(): TxId | undefined {
    return this.prepared?.id
  }

  done(outcome: Outcome): void {
    this.outcome = outcome
    this.owner.finished(this)
  }
}

/** The transactions that came together and are answered together. */
class Envelope {
  readonly entries: readonly Entry[]
  #left: number

  constructor(
    transactions: readonly Bytes[],
    readonly admittedAt: number,
    private readonly each: (entry: Entry, admittedAt: number) => void,
    private readonly all: () => void,
  ) {
    this.entries = transactions.map((bytes) => new Entry(bytes, this))
    this.#left = transactions.length
  }

  finished(entry: Entry): void {
    this.each(entry, this.admittedAt)
    this.#left -= 1
    if (this.#left === 0) this.all()
  }
}

export class Submission {
  /** Transactions between preparation and outcome, by id. */
  readonly #inFlight = new Map<TxId, Entry>()
  readonly #signatures: SignaturePool<Entry>

  constructor(private readonly options: SubmissionOptions) {
    this.#signatures = new SignaturePool<Entry>({
      threads: options.threads,
      onFault: options.onFault,
      collect: (entry, batch) => this.#prepare(entry, batch),
      checked: (entries, release) => this.#place(entries, release),
    })
  }

  /** Answers an envelope: one status per transaction, or a single one without id if the envelope itself is malformed. */
  async submit(envelope: Bytes): Promise<Bytes> {
    // the bus may use its buffer again before the transactions are in a block
    const decoded = decodeEnvelope(envelope.slice())
    if (!decoded.ok) return encodeStatuses([{ outcome: 'refused', id: undefined, code: decoded.code }])
    return encodeStatuses(await this.run(decoded.value))
  }

  async run(transactions: readonly Bytes[]): Promise<readonly TransactionStatus[]> {
    const entries = await this.#finished(transactions)
    const doubtful = entries.flatMap(({ id, outcome }) => (id !== undefined && isDoubtful(outcome) ? [id] : []))
    const places = doubtful.length === 0 ? undefined : await this.options.find(doubtful)
    return entries.map((entry) => statusOf(entry, entry.id === undefined ? undefined : places?.get(entry.id)))
  }

  async stop(): Promise<void> {
    await this.#signatures.stop()
  }

  #finished(transactions: readonly Bytes[]): Promise<readonly Entry[]> {
    return new Promise((resolve) => {
      const { admission, now } = this.options
      const each = (entry: Entry, admittedAt: number): void => this.#count(entry, admittedAt)
      const envelope = new Envelope(transactions, now(), each, () => resolve(envelope.entries))
      const admitted: Entry[] = []
      for (const entry of envelope.entries) {
        const code = admission.enter(entry.bytes)
        if (code === undefined) admitted.push(entry)
        else entry.done({ kind: 'refused', code })
      }
      this.#signatures.push(admitted)
    })
  }

  #prepare(entry: Entry, batch: SignatureBatch): void {
    entry.prepared = this.options.rules.prepare(entry.bytes, batch)
    const { id } = entry
    if (id === undefined) return
    const first = this.#inFlight.get(id)
    if (first === undefined) this.#inFlight.set(id, entry)
    // The id does not cover the witnesses: other bytes of the same id go their own way, or a stranger could make a good one fail.
    else if (equalBytes(first.bytes, entry.bytes)) {
      entry.isJoined = true
      ;(first.joined ??= []).push(entry)
    }
  }

  #place(entries: readonly Entry[], release: () => void): void {
    const placed: Entry[] = []
    for (const entry of entries) {
      entry.applied = release
      if (entry.isJoined) release()
      else placed.push(entry)
    }
    this.options.sequencer.place(placed)
  }

  #count(entry: Entry, admittedAt: number): void {
    const { admission, finality, now } = this.options
    const { outcome, id } = entry
    if (outcome.kind === 'refused') figures.refused.inc({ code: outcome.code })
    if (entry.prepared === undefined) return
    admission.leave(entry.bytes)
    if (outcome.kind === 'committed') finality.add(now() - admittedAt, now())
    if (id === undefined || this.#inFlight.get(id) !== entry) return
    this.#inFlight.delete(id)
    for (const joined of entry.joined ?? []) joined.done(outcome)
  }
}

const isDoubtful = (outcome: Outcome): boolean => outcome.kind === 'refused' && MAYBE_COMMITTED.has(outcome.code)

function statusOf({ id, outcome }: Entry, place: CommittedPlace | undefined): TransactionStatus {
  switch (outcome.kind) {
    case 'committed':
      return id === undefined
        ? { outcome: 'refused', id, code: 'truncated' }
        : { outcome: 'committed', id, height: outcome.height, index: outcome.index }
    case 'refused':
      return id !== undefined && place !== undefined
        ? { outcome: 'replayed', id, ...place }
        : { outcome: 'refused', id, code: outcome.code, ...(outcome.detail === undefined ? {} : { detail: outcome.detail }) }
    case 'unknown':
      return id === undefined ? { outcome: 'refused', id, code: 'stopping' } : { outcome: 'unknown', id }
  }
}
