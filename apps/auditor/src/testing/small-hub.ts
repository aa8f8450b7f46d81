// A hub of two ledgers with one conversion, one cross-token order and one single order, all sound, as rows in memory. Tests corrupt one thing of it.
import type { EscrowCondition, HashLockCondition } from '@huitong/chain'
import { nativeVerifier } from '@huitong/platform'
import { type Coordinate, type HashLock, type OrderId, type Time, hexOf, sha256, utf8 } from '@huitong/primitives'
import { type Outcome, check } from '../check.js'
import { Memory } from '../memory.js'
import {
  type AnswerFact,
  type AuditEntryFact,
  type DealFact,
  type DueFact,
  type OfferFact,
  type OrderLeg,
  type Purpose,
  type Snapshot,
  type TransactionFact,
  coinKey,
} from '../read/facts.js'
import { type SnapshotRequest, Source } from '../read/source.js'
import type { RawBlock } from '../replay/ledger-replay.js'
import { type Made, SmallLedger, account, asset, pay } from './small-ledger.js'

const lockHash = hexOf<HashLock>(sha256(utf8('secret')))
export const ORDER = 'aa'.repeat(16) as OrderId
export const PAIRED = 'bb'.repeat(16) as OrderId

export function hashLock(claimant: string, refundee: string, expiry: number): HashLockCondition {
  return { kind: 'hashLock', hash: lockHash, claimant: account(claimant), refundee: account(refundee), expiry: expiry as Time }
}

export function escrow(order: OrderId, payer: string, payee: string, fee: bigint, paired = false): EscrowCondition {
  return {
    kind: 'escrow',
    order,
    milestone: 0,
    payer: account(payer),
    payee: account(payee),
    arbiter: account('arbiter'),
    fee,
    feeTo: account('fees'),
    deadline: 1_500_000 as Time,
    default: 'refund',
    latest: 1_900_000 as Time,
    paired,
    held: false,
    ...(paired ? { deliveryHash: lockHash } : {}),
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Everything a snapshot is made of, open to corruption. */
export class SmallHub extends Source {
  readonly east = new SmallLedger('east')
  readonly west = new SmallLedger('west')
  deals: Mutable<DealFact>[] = []
  transactions: Mutable<TransactionFact>[] = []
  answers: Mutable<AnswerFact>[] = []
  offers: Mutable<OfferFact>[] = []
  due: DueFact[] = []
  audit: Mutable<AuditEntryFact>[] = []
  strangers = new Set<string>()
  accounts = new Map<string, Purpose>([
    [account('arbiter'), 'arbiter'],
    [account('fees'), 'fee'],
    [account('pool'), 'liquidity'],
  ])
  /** How far settlement has read: all of it. */
  behind = 0
  readonly memory = new Memory(nativeVerifier)
  readonly made: Record<'alice' | 'escrow' | 'rest' | 'lockA' | 'lockB' | 'claimA' | 'claimB', Made>

  constructor() {
    super()
    const { east, west } = this
    const alice = east.issue('EUR', 1_000n, 'alice')
    const pool = west.issue('CNY', 500n, 'pool')
    const lockA = east.commit({
      inputs: [{ coin: coin(alice) }],
      outputs: [
        { asset: asset('EUR'), amount: 200n, condition: hashLock('pool', 'alice', 1_800_000) },
        { asset: asset('EUR'), amount: 301n, condition: escrow(ORDER, 'alice', 'shop', 3n) },
        { asset: asset('EUR'), amount: 100n, condition: escrow(PAIRED, 'alice', 'pool', 0n, true) },
        pay('EUR', 399n, 'alice'),
      ],
    })
    const lockB = west.commit({
      inputs: [{ coin: coin(pool) }],
      outputs: [
        { asset: asset('CNY'), amount: 90n, condition: hashLock('alice', 'pool', 1_700_000) },
        { asset: asset('CNY'), amount: 45n, condition: escrow(PAIRED, 'pool', 'shop', 1n, true) },
        pay('CNY', 365n, 'pool'),
      ],
    })
    const claimB = west.commit({ inputs: [{ coin: coin(lockB), path: { kind: 'claim' } }], outputs: [pay('CNY', 90n, 'alice')] })
    const claimA = east.commit({ inputs: [{ coin: coin(lockA), path: { kind: 'claim' } }], outputs: [pay('EUR', 200n, 'pool')] })
    // a part of 101 is released: floor(3 * 101 / 301) = 1 is the fee on it
    const rest = east.commit({
      inputs: [{ coin: coin(lockA, 1), path: { kind: 'release', amount: 101n } }],
      outputs: [
        pay('EUR', 100n, 'shop'),
        pay('EUR', 1n, 'fees'),
        { asset: asset('EUR'), amount: 200n, condition: escrow(ORDER, 'alice', 'shop', 2n) },
      ],
    })
    this.made = { alice, escrow: lockA, rest, lockA, lockB, claimA, claimB }
    this.#books()
  }

  #books(): void {
    const { east, west, made } = this
    const history = (state: string) => ({ stateName: state, version: 3, history: { rows: 3, last: 3, state } })
    const leg = { asset: 'EUR', chain: east.chain, expiry: 1_800_000, claimant: account('pool'), refundee: account('alice') }
    const legB = { asset: 'CNY', chain: west.chain, expiry: 1_700_000, claimant: account('alice'), refundee: account('pool') }
    const open = (amount: bigint) => ({ funded: amount, released: 0n, refunded: 0n, fees: 0n, remaining: amount })
    const single: OrderLeg = {
      milestone: 0,
      side: 'single',
      chain: east.chain,
      asset: 'EUR',
      books: { funded: 301n, released: 100n, refunded: 0n, fees: 1n, remaining: 200n },
      coin: { coordinate: coin(made.rest, 2), amount: 200n },
      seen: [coin(made.escrow, 1), coin(made.rest, 2)],
    }
    const pairedLegs: readonly OrderLeg[] = [
      this.#leg('a', { coin: coin(made.escrow, 2), amount: 100n, chain: east.chain, asset: 'EUR' }, open(100n)),
      this.#leg('b', { coin: coin(made.lockB, 1), amount: 45n, chain: west.chain, asset: 'CNY' }, open(45n)),
    ]
    this.deals = [
      {
        id: '01'.repeat(16),
        noun: 'conversion',
        ...history('SETTLED'),
        terms: { kind: 'pair', hash: lockHash, a: { ...leg, amount: 200n }, b: { ...legB, amount: 90n } },
      },
      {
        id: '02'.repeat(16),
        noun: 'order',
        ...history('FUNDED'),
        terms: { kind: 'order', order: ORDER, legs: [single], extras: new Set() },
      },
      {
        id: '03'.repeat(16),
        noun: 'order',
        ...history('FUNDED'),
        terms: { kind: 'order', order: PAIRED, legs: pairedLegs, extras: new Set() },
      },
    ]
    this.transactions = [
      { key: 'signature 1', ledger: 'west', id: made.lockB.id, state: 'final', effect: 'lock B' },
      { key: 'push 1', ledger: 'east', id: made.claimA.id, state: 'open', effect: 'claim A' },
      { key: 'signature 2', ledger: 'west', id: 'ee'.repeat(32), state: 'dead', effect: 'lock B' },
    ]
    this.answers = [{ scope: 'conversion.create:key', key: 'k1', made: `cnv_${'01'.repeat(16)}`, exists: true }]
    this.offers = [{ id: 'offer 1', reserved: 10n, used: 90n, quotedReserved: 10n, quotedUsed: 90n }]
    this.audit = [1n, 2n, 3n].map((seq) => ({
      seq,
      previous: auditHash(seq - 1n),
      hash: auditHash(seq),
      expected: auditHash(seq),
    }))
  }

  #leg(
    side: 'a' | 'b',
    stands: { coin: Coordinate; amount: bigint; chain: string; asset: string },
    books: NonNullable<OrderLeg['books']>,
  ): OrderLeg {
    const { coin: coordinate, amount, chain, asset: code } = stands
    return { milestone: 0, side, chain, asset: code, books, coin: { coordinate, amount }, seen: [coordinate] }
  }

  check(): Promise<Outcome> {
    return check(this.memory, this)
  }

  override async snapshot({ seen }: SnapshotRequest): Promise<Snapshot> {
    const ledgers = [this.east, this.west]
    const last = seen.get('settlement') ?? 0n
    const anchor = this.audit.find(({ seq }) => seq === last)
    const end = this.audit.at(-1)
    return {
      mark: '1',
      heads: ledgers.map(({ name, chain, blocks, head }) => ({
        name,
        chain,
        height: blocks.at(-1)?.height ?? 0,
        hash: head.hash,
      })),
      cursors: ledgers.map(({ name, chain, genesisText, head }) => ({
        name,
        chain,
        genesis: genesisText,
        height: head.height - this.behind,
        time: head.time,
      })),
      deals: this.deals,
      transactions: this.transactions,
      answers: this.answers,
      strangers: this.strangers,
      offers: this.offers,
      due: this.due,
      deadlines: 1,
      accounts: this.accounts,
      logs: [
        {
          app: 'settlement',
          entries: this.audit.filter(({ seq }) => seq > last),
          head: { seq: end?.seq ?? 0n, hash: end?.hash ?? '' },
          ...(anchor === undefined ? {} : { anchor: { seq: anchor.seq, hash: anchor.expected } }),
        },
      ],
    }
  }

  override async *blocks(ledger: string, from: number, to: number): AsyncGenerator<RawBlock> {
    for (const block of this.#ledger(ledger).blocks) if (block.height >= from && block.height <= to) yield block
  }

  override async wasSpent(ledger: string, lost: string, height: number): Promise<boolean> {
    const needle = Buffer.from(lost, 'hex')
    return this.#ledger(ledger).blocks.some((block) => block.height <= height && Buffer.from(block.bytes).includes(needle))
  }

  override async genesis(): Promise<undefined> {
    return undefined
  }

  #ledger(name: string): SmallLedger {
    return name === 'east' ? this.east : this.west
  }
}

const auditHash = (seq: bigint): string =>
  seq === 0n ? '00'.repeat(32) : Buffer.from(sha256(utf8(`entry ${seq}`))).toString('hex')

export function coin(made: Made, index = 0): Coordinate {
  const found = made.coins[index]
  if (found === undefined) throw new Error(`the transaction has no output ${index}`)
  return found
}

export const strangerKey = (chain: string, lost: Coordinate): string => coinKey(chain, lost)
