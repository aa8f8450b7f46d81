// Open accounts by number: current keys in one flat store whose rows never change, so that a row number stands for a key for ever.
import { type AccountId, type Bytes, type PublicKey, type Time, fromHex, hexOf, invariant } from '@huitong/primitives'
import { Reader } from '../codec/reader.js'
import { readPolicy, writePolicy } from '../codec/policy.js'
import { Writer } from '../codec/writer.js'
import type {
  AccountRecord,
  CancelledRecoveries,
  KeySet,
  PendingChange,
  PendingRecovery,
  Policy,
  RecoveryTerms,
  TierRecord,
} from '../model.js'
import { KeyTable } from './table.js'

export class AccountSet {
  readonly table: KeyTable
  /** First row of the account's current keys in the key store, how many there are, and how many must sign. */
  private keyRow = new Uint32Array(64)
  private keyCount = new Uint8Array(64)
  private thresholds = new Uint8Array(64)
  private sequences = new Uint32Array(64)
  private readonly policies: Bytes[] = []
  private readonly pending = new Map<number, PendingRecovery>()
  private readonly cancelled = new Map<number, CancelledRecoveries>()
  private readonly terms = new Map<number, RecoveryTerms>()
  private readonly changes = new Map<number, PendingChange>()
  private readonly tiers = new Map<number, TierRecord>()
  private store = new Uint8Array(64 * 32)
  private stored = 0

  constructor(seed: number) {
    this.table = new KeyTable(seed, { shardBits: 6 })
  }

  get count(): number {
    return this.table.count
  }

  /** Number of the account whose id is at bytes[at, at + 32), or -1 if it is not open. */
  find(bytes: Bytes, at: number): number {
    return this.table.find(bytes, at)
  }

  numberOf(account: AccountId): number {
    return this.table.find(fromHex(account), 0)
  }

  idOf(account: number): AccountId {
    return hexOf<AccountId>(this.table.keyOf(account))
  }

  threshold(account: number): number {
    return this.thresholds[account] ?? 0
  }

  /** Row of the account's key at `position` in the key store, or -1 if it has no such key. */
  keyRowOf(account: number, position: number): number {
    return position < (this.keyCount[account] ?? 0) ? (this.keyRow[account] ?? 0) + position : -1
  }

  /** The 32 bytes of a key row (a view). */
  keyAt(row: number): Bytes {
    return this.store.subarray(row * 32, row * 32 + 32)
  }

  sequence(account: number): number {
    return this.sequences[account] ?? 0
  }

  isRecovering(account: number): boolean {
    return this.pending.size > 0 && this.pending.has(account)
  }

  recoveryOf(account: number): PendingRecovery | undefined {
    return this.pending.get(account)
  }

  cancelledOf(account: number): CancelledRecoveries | undefined {
    return this.cancelled.get(account)
  }

  policyOf(account: number): Policy {
    const bytes = this.policies[account]
    invariant(bytes !== undefined, 'an open account has a policy')
    return readPolicy(new Reader(bytes))
  }

  /** Who may recover the account now. */
  termsOf(account: number): RecoveryTerms {
    return this.terms.get(account) ?? this.policyOf(account)
  }

  record(account: number): AccountRecord {
    const recovery = this.pending.get(account)
    const cancelled = this.cancelled.get(account)
    const terms = this.terms.get(account)
    const change = this.changes.get(account)
    const tier = this.tiers.get(account)
    return {
      account: this.idOf(account),
      policy: this.policyOf(account),
      current: this.currentOf(account),
      sequence: this.sequence(account),
      ...(recovery === undefined ? {} : { recovery }),
      ...(cancelled === undefined ? {} : { cancelled }),
      ...(terms === undefined ? {} : { terms }),
      ...(change === undefined ? {} : { change }),
      ...(tier === undefined ? {} : { tier }),
    }
  }

  /** How well the account's owner is known; 0 until the registrar says more. */
  tierOf(account: number): number {
    return this.tiers.get(account)?.tier ?? 0
  }

  /** The sequence number of the registrar's next word on the account. */
  tierSequence(account: number): number {
    return this.tiers.get(account)?.sequence ?? 0
  }

  setTier(account: number, { tier, sequence }: TierRecord): void {
    invariant(sequence < 2 ** 32, 'a sequence number of four bytes')
    this.tiers.set(account, { tier, sequence })
  }

  currentOf(account: number): KeySet {
    const keys: PublicKey[] = []
    const first = this.keyRow[account] ?? 0
    for (let i = 0; i < (this.keyCount[account] ?? 0); i++) keys.push(hexOf<PublicKey>(this.keyAt(first + i)))
    return { keys, threshold: this.threshold(account) }
  }

  open(id: AccountId, policy: Policy): number {
    const account = this.table.insert(fromHex(id), 0)
    if (account >= this.keyRow.length) this.grow()
    const writer = new Writer()
    writePolicy(writer, policy)
    this.policies[account] = writer.done()
    this.sequences[account] = 0
    this.setKeys(account, policy)
    return account
  }

  setKeys(account: number, set: KeySet): void {
    this.keyRow[account] = this.stored
    this.keyCount[account] = set.keys.length
    this.thresholds[account] = set.threshold
    while ((this.stored + set.keys.length) * 32 > this.store.length) {
      const larger = new Uint8Array(this.store.length * 2)
      larger.set(this.store)
      this.store = larger
    }
    for (const key of set.keys) this.store.set(fromHex(key), 32 * this.stored++)
  }

  /** After every operation on the account, so that none can be replayed. */
  advance(account: number): void {
    this.setSequence(account, this.sequence(account) + 1)
  }

  setSequence(account: number, sequence: number): void {
    invariant(sequence < 2 ** 32, 'a sequence number of four bytes')
    this.sequences[account] = sequence
  }

  setRecovery(account: number, recovery: PendingRecovery | undefined): void {
    if (recovery === undefined) this.pending.delete(account)
    else this.pending.set(account, recovery)
  }

  setCancelled(account: number, cancelled: CancelledRecoveries | undefined): void {
    if (cancelled === undefined) this.cancelled.delete(account)
    else this.cancelled.set(account, cancelled)
  }

  setTerms(account: number, { authorities, quorum, delayMs }: RecoveryTerms): void {
    this.terms.set(account, { authorities, quorum, delayMs })
  }

  setChange(account: number, change: PendingChange | undefined): void {
    if (change === undefined) this.changes.delete(account)
    else this.changes.set(account, change)
  }

  /** Puts waiting terms into force whose time has come with a block of time `time`. */
  settleChanges(time: Time): void {
    for (const [account, { terms, from }] of this.changes) {
      if (from > time) continue
      this.setTerms(account, terms)
      this.changes.delete(account)
    }
  }

  private grow(): void {
    const size = this.keyRow.length * 2
    const words = (old: Uint32Array): Uint32Array<ArrayBuffer> => {
      const larger = new Uint32Array(size)
      larger.set(old)
      return larger
    }
    const bytes = (old: Uint8Array): Uint8Array<ArrayBuffer> => {
      const larger = new Uint8Array(size)
      larger.set(old)
      return larger
    }
    this.keyRow = words(this.keyRow)
    this.sequences = words(this.sequences)
    this.keyCount = bytes(this.keyCount)
    this.thresholds = bytes(this.thresholds)
  }
}
