// What a replay has begun, on disk: every signed transaction before it is sent, every id it was given. Killed and started again, it sends the same
// bytes. Keeps no secrets: those derive from the seed. The file only grows; a line cut off by a kill is as if it had never been written.
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs'
import path from 'node:path'
import { isRecord } from '@huitong/launcher'
import { type Bytes, type TxId, fromHex, isHex, sha256, toHex, utf8 } from '@huitong/primitives'
import type { ProvenTransaction } from '@huitong/chain'
import { HubError, type LedgerClient, type SignedTransaction } from '@huitong/sdk'

type Kept = Pick<SignedTransaction, 'id' | 'bytes'>

/** Refusals of a transaction that will never be taken as it is, but may be when it is signed anew. */
const STALE: ReadonlySet<string> = new Set(['valid_until_passed', 'sequence_wrong', 'signature_stale'])
const ATTEMPTS_MAX = 8

export class Journal {
  private readonly signed = new Map<string, Kept>()
  private readonly notes = new Map<string, string>()

  private constructor(private readonly file: string) {}

  static open(file: string): Journal {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    const journal = new Journal(file)
    if (existsSync(file)) journal.read()
    return journal
  }

  note(name: string): string | undefined {
    return this.notes.get(name)
  }

  /** Remembers a fact under a name for ever. */
  keep(name: string, value: string): void {
    if (this.notes.get(name) === value) return
    this.append({ note: name, value })
    this.notes.set(name, value)
  }

  /** Runs `work` unless it is known to have been done. It may run twice if the process dies right after it. */
  async step(name: string, work: () => Promise<unknown>): Promise<void> {
    if (this.notes.has(name)) return
    await work()
    this.keep(name, '1')
  }

  /**
   * Commits the transaction of this intent: the one signed before if there is one, else what `sign` makes, kept before it is sent. A
   * transaction that can never be taken any more is signed anew as the intent's next attempt; `reference` differs for each attempt.
   */
  async commit(
    ledger: Pick<LedgerClient, 'name' | 'commit'>,
    intent: string,
    sign: (reference: string) => Promise<SignedTransaction>,
  ): Promise<ProvenTransaction> {
    for (let attempt = 0; ; attempt++) {
      const kept = await this.attempt(`${ledger.name}/${intent}/${attempt}`, sign)
      try {
        return await ledger.commit(kept)
      } catch (cause) {
        if (!(cause instanceof HubError) || !STALE.has(cause.code) || attempt >= ATTEMPTS_MAX) throw cause
      }
    }
  }

  private async attempt(name: string, sign: (reference: string) => Promise<SignedTransaction>): Promise<Kept> {
    const known = this.signed.get(name)
    if (known !== undefined) return known
    const { id, bytes } = await sign(toHex(sha256(utf8(name))).slice(0, 16))
    this.append({ sign: name, id, bytes: toHex(bytes) })
    this.signed.set(name, { id, bytes })
    return { id, bytes }
  }

  private append(line: Readonly<Record<string, string>>): void {
    appendFileSync(this.file, `${JSON.stringify(line)}\n`, { mode: 0o600 })
  }

  private read(): void {
    const text = readFileSync(this.file, 'utf8')
    const whole = text.lastIndexOf('\n') + 1
    if (whole < text.length) truncateSync(this.file, Buffer.byteLength(text.slice(0, whole)))
    for (const line of text.slice(0, whole).split('\n')) {
      if (line === '') continue
      const entry: unknown = JSON.parse(line)
      if (isRecord(entry)) this.learn(entry)
    }
  }

  private learn(entry: Readonly<Record<string, unknown>>): void {
    const { note, value, sign, id, bytes } = entry
    if (typeof note === 'string' && typeof value === 'string') this.notes.set(note, value)
    if (typeof sign === 'string' && isTxId(id) && typeof bytes === 'string') this.signed.set(sign, { id, bytes: bytesOf(bytes) })
  }
}

const isTxId = (value: unknown): value is TxId => isHex(value, 32)
const bytesOf = (hex: string): Bytes => fromHex(hex)
