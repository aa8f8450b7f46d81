// What the auditor remembers between checks, so that each goes on where the last one ended. Thrown away and built anew by a full check.
import { type Verifier, sha256, utf8 } from '@huitong/primitives'
import { hexText } from './chain/byte-reader.js'
import { Findings } from './invariant/verdict.js'
import type { AuditLogFact, DealFact, Snapshot, TransactionFact } from './read/facts.js'
import { type Birth, LedgerReplay } from './replay/ledger-replay.js'

export class Memory {
  mark: string | undefined
  readonly ledgers = new Map<string, LedgerReplay>()
  readonly byChain = new Map<string, LedgerReplay>()
  readonly deals = new Map<string, DealFact>()
  readonly transactions = new Map<string, TransactionFact>()
  /** Last audit entry seen, by app. */
  readonly logs = new Map<string, { readonly seq: bigint; readonly hash: string }>()
  /** Deadlines found passed, with the height of their ledger at which they were first found so. */
  readonly due = new Map<string, number>()
  /** What is examined once, when it is first seen. */
  readonly lasting = new Findings()
  readonly #made = new Map<string, string>()

  constructor(private readonly verifier: Verifier) {}

  /** Takes in what is new. Transactions are known before the blocks that may hold them are replayed. */
  take(snapshot: Snapshot): void {
    this.mark = snapshot.mark
    for (const deal of snapshot.deals) this.deals.set(deal.id, deal)
    for (const transaction of snapshot.transactions) this.transactions.set(transaction.key, transaction)
    for (const answer of snapshot.answers) {
      const by = `${answer.scope} ${answer.key}`
      const other = this.#made.get(answer.made)
      this.lasting.expect(9, answer.exists, () => `command ${by} was answered with ${answer.made}, which does not exist`)
      // an offer is what its provider has signed: sent twice, it is one offer with two answers
      const isAgain = other !== undefined && other !== by && !answer.made.startsWith('off_')
      if (isAgain) this.lasting.broken(9, `${answer.made} was made by two commands: ${other} and ${by}`)
      this.#made.set(answer.made, by)
    }
    for (const log of snapshot.logs) this.#takeLog(log)
  }

  /** The replay of a ledger, begun when its genesis is known; `undefined` before that. */
  replay(name: string, chain: string, genesis: string | undefined): LedgerReplay | undefined {
    const known = this.ledgers.get(name)
    if (known !== undefined) {
      if (known.birth.chain !== chain) this.lasting.broken(3, `${name} was ledger ${known.birth.chain} and is now ${chain}`)
      return known
    }
    if (genesis === undefined) return undefined
    const birth = birthOf(name, genesis)
    if (birth === undefined || birth.chain !== chain) {
      this.lasting.broken(3, `${name}: its genesis is not the one that ledger ${chain} began with`)
      return undefined
    }
    const fresh = new LedgerReplay(birth, this.verifier)
    this.ledgers.set(name, fresh)
    this.byChain.set(chain, fresh)
    return fresh
  }

  #takeLog({ app, anchor, entries, head }: AuditLogFact): void {
    const { lasting } = this
    let last = this.logs.get(app) ?? { seq: 0n, hash: '00'.repeat(32) }
    if (last.seq > 0n) {
      lasting.expect(8, anchor?.hash === last.hash, () => `${app}: audit entry ${last.seq} is gone or is not what it was`)
    }
    for (const entry of entries) {
      const { seq, hash } = last
      const isNext = entry.seq === seq + 1n && entry.previous === hash
      lasting.expect(
        8,
        isNext && entry.hash === entry.expected,
        () => `${app}: audit entry ${entry.seq} does not follow ${seq} or was changed`,
      )
      last = { seq: entry.seq, hash: entry.hash }
    }
    const isEnd = head.seq === last.seq && head.hash === last.hash
    if (!isEnd) lasting.broken(8, `${app}: the audit head says entry ${head.seq}, the log ends with ${last.seq}`)
    this.logs.set(app, last)
  }
}

/** Reads a genesis document: its hash is the ledger's id. */
export function birthOf(name: string, genesis: string): Birth | undefined {
  try {
    const document: unknown = JSON.parse(genesis)
    if (typeof document !== 'object' || document === null) return undefined
    if (!('sealingKey' in document) || typeof document.sealingKey !== 'string') return undefined
    if (!/^[0-9a-f]{64}$/.test(document.sealingKey)) return undefined
    const isSandbox = 'sandbox' in document && document.sandbox === true
    return { name, chain: hexText(sha256(utf8(genesis))), sealingKey: document.sealingKey, isSandbox }
  } catch {
    return undefined
  }
}
