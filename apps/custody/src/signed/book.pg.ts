// The book in PostgreSQL. Writers take turns on one advisory lock, so that what a decision read is still true when it is written down.
import { appendAudit, row, rows, runUnit } from '@huitong/platform'
import {
  type AccountId,
  type Amount,
  type Bytes,
  type Coordinate,
  type Time,
  type TxId,
  fromHex,
  hexOf,
} from '@huitong/primitives'
import type { DataSource, EntityManager } from 'typeorm'
import {
  type AuditLine,
  type Book,
  type BookPage,
  type BookReads,
  DECISION_KINDS,
  type Held,
  type KeptTerms,
  type LegFate,
  type NewSigned,
  type Pair,
  type Signed,
  type Subject,
} from './book.js'

/** Any fixed number: the name of the writers' turn among advisory locks of this database. */
const TURN = 0x48_54_02

interface SignedRow {
  readonly id: string
  readonly kind: string
  readonly subject_ledger: string
  readonly subject_key: Bytes
  readonly subject_slot: Subject['slot']
  readonly outcome: string
  readonly digest: Bytes
  readonly ledger: string
  readonly account: Bytes
  readonly transaction: Bytes
  readonly bytes: Bytes
  readonly valid_until: string
  readonly at: string
  readonly state: Signed['state']
  readonly offer: string | null
  readonly offer_amount: string | null
  readonly hash: Bytes | null
  readonly root: Bytes | null
  readonly to_payee: string | null
  readonly amount: string | null
  readonly sequence: string | null
  readonly held_order: Bytes | null
  readonly held_milestone: number | null
  readonly held_amount: string | null
  readonly held_made_at: string | null
}

class PgReads implements BookReads {
  constructor(protected readonly manager: EntityManager) {}

  async byDigest(digest: string): Promise<Signed | undefined> {
    const sql = `select * from signed where digest = $1 and state <> 'dead' order by at desc limit 1`
    return signedOf(await row<SignedRow>(this.manager, sql, [fromHex(digest)]))
  }

  async standing({ ledger, key, slot }: Subject): Promise<Signed | undefined> {
    const sql = `select * from signed where subject_ledger = $1 and subject_key = $2 and subject_slot = $3 and state <> 'dead'`
    return signedOf(await row<SignedRow>(this.manager, sql, [ledger, fromHex(key), slot]))
  }

  async standingHash(hash: string): Promise<Signed | undefined> {
    return signedOf(
      await row<SignedRow>(this.manager, `select * from signed where hash = $1 and state <> 'dead'`, [fromHex(hash)]),
    )
  }

  async standingSplit(ledger: string, root: string): Promise<Signed | undefined> {
    const sql = `select * from signed where ledger = $1 and root = $2 and state <> 'dead'`
    return signedOf(await row<SignedRow>(this.manager, sql, [ledger, fromHex(root)]))
  }

  async givenUnder(offer: string): Promise<Amount> {
    const sql = `select coalesce(sum(offer_amount), 0)::text as given from signed
      where offer = $1 and state <> 'dead' and leg <> 'returned'`
    return BigInt((await row<{ given: string }>(this.manager, sql, [offer]))?.given ?? '0')
  }

  async reserved(ledger: string, coins: readonly Coordinate[]): Promise<ReadonlySet<string>> {
    const sql = 'select coordinate from reserved_coin where ledger = $1 and coordinate = any($2)'
    const found = await rows<{ coordinate: Bytes }>(this.manager, sql, [ledger, coins.map(fromHex)])
    return new Set(found.map(({ coordinate }) => hex(coordinate)))
  }

  async highestSequence(ledger: string, account: AccountId): Promise<number> {
    const sql = `select max(sequence)::text as highest from signed where ledger = $1 and account = $2 and state <> 'dead'`
    return Number((await row<{ highest: string | null }>(this.manager, sql, [ledger, fromHex(account)]))?.highest ?? -1)
  }

  async rootOf(ledger: string, coordinate: string): Promise<string> {
    const sql = 'select root from hold_line where ledger = $1 and coordinate = $2'
    const found = await row<{ root: Bytes }>(this.manager, sql, [ledger, fromHex(coordinate)])
    return found === undefined ? coordinate : hex(found.root)
  }

  async pairOf(ledger: string, root: string): Promise<Pair | undefined> {
    const sql = `select p.* from leg_pair p join signed s on s.id = p.signed
      where s.state <> 'dead' and ((p.ledger_a = $1 and p.root_a = $2) or (p.ledger_b = $1 and p.root_b = $2))`
    const found = await row<PairRow>(this.manager, sql, [ledger, fromHex(root)])
    if (found === undefined) return undefined
    return {
      a: { ledger: found.ledger_a, root: hex<Coordinate>(found.root_a) },
      b: { ledger: found.ledger_b, root: hex<Coordinate>(found.root_b) },
      liquidity: hex<AccountId>(found.liquidity),
      buyer: hex<AccountId>(found.buyer),
      merchant: hex<AccountId>(found.merchant),
    }
  }

  async hasTerms(order: string, hash: string): Promise<boolean> {
    const sql = 'select 1 as one from kept_terms where order_id = $1 and hash = $2'
    return (await row(this.manager, sql, [fromHex(order), fromHex(hash)])) !== undefined
  }

  async heldFor({ order, milestone }: Pick<Held, 'order' | 'milestone'>) {
    const sql = `select * from signed where held_order = $1 and held_milestone = $2 and state <> 'dead'`
    const found = await rows<SignedRow>(this.manager, sql, [fromHex(order), milestone])
    return found.flatMap((one) => {
      const { held } = heldOf(one)
      return held === undefined ? [] : [{ coordinate: hex(one.subject_key), amount: held.amount, madeAt: held.madeAt }]
    })
  }

  async due(ledger: string, final: Time): Promise<readonly Signed[]> {
    const sql = `select * from signed where ledger = $1 and state = 'live' and valid_until < $2 order by valid_until limit 500`
    return (await rows<SignedRow>(this.manager, sql, [ledger, final])).flatMap((found) => signedOf(found) ?? [])
  }
}

class PgPage extends PgReads implements BookPage {
  async add({ signed, reserve, pair, successor }: NewSigned): Promise<void> {
    await insertSigned(this.manager, signed)
    for (const coordinate of reserve) {
      const sql = 'insert into reserved_coin (ledger, coordinate, signed) values ($1, $2, $3)'
      await rows(this.manager, sql, [signed.ledger, fromHex(coordinate), signed.id])
    }
    if (pair !== undefined) await insertPair(this.manager, signed.id, pair)
    if (successor !== undefined) {
      const sql = 'insert into hold_line (ledger, coordinate, root) values ($1, $2, $3)'
      await rows(this.manager, sql, [successor.ledger, fromHex(successor.coordinate), fromHex(successor.root)])
    }
  }

  async keepTerms({ order, hash, text, approvals, at }: KeptTerms): Promise<void> {
    const sql = 'insert into kept_terms (order_id, hash, terms, approvals, at) values ($1, $2, $3, $4, $5)'
    await rows(this.manager, sql, [fromHex(order), fromHex(hash), text, JSON.stringify(approvals), at])
  }

  async audit(line: AuditLine): Promise<void> {
    await appendAudit(this.manager, { ...line, actor: 'custody' })
  }
}

export class PgBook extends PgReads implements Book {
  #turn: Promise<unknown> = Promise.resolve()

  constructor(private readonly database: DataSource) {
    super(database.manager)
  }

  async write<T>(work: (page: BookPage) => Promise<T>): Promise<T> {
    // writers of this process queue here, so that those who wait hold no connection that the one at work needs
    const run = this.#turn.then(() => this.#write(work))
    this.#turn = run.catch(() => undefined)
    return run
  }

  async legsOut(offer: string, limit: number): Promise<readonly Signed[]> {
    const sql = `select * from signed where offer = $1 and state = 'final' and leg = 'out' order by leg_looked nulls first limit $2`
    return (await rows<SignedRow>(this.manager, sql, [offer, limit])).flatMap((found) => signedOf(found) ?? [])
  }

  async noteLeg(id: string, fate: LegFate): Promise<void> {
    const sql = `update signed set leg = $2, leg_looked = now() where id = $1 and leg = 'out'`
    await runUnit(this.database, { lostCommit: 'again' }, (manager) => rows(manager, sql, [id, fate]))
  }

  async #write<T>(work: (page: BookPage) => Promise<T>): Promise<T> {
    // a commit whose answer was lost is found again by its digest, when the request is sent again
    return runUnit(this.database, { lostCommit: 'unknown' }, async (manager) => {
      await rows(manager, 'select pg_advisory_xact_lock($1, hashtext(current_schema()))', [TURN])
      return work(new PgPage(manager))
    })
  }

  async settle(id: string, state: 'final' | 'dead'): Promise<void> {
    await runUnit(this.database, { lostCommit: 'again' }, async (manager) => {
      await rows(manager, `update signed set state = $2 where id = $1 and state = 'live'`, [id, state])
      if (state === 'dead') await rows(manager, 'delete from reserved_coin where signed = $1', [id])
    })
  }
}

interface PairRow {
  readonly ledger_a: string
  readonly root_a: Bytes
  readonly ledger_b: string
  readonly root_b: Bytes
  readonly liquidity: Bytes
  readonly buyer: Bytes
  readonly merchant: Bytes
}

async function insertSigned(manager: EntityManager, signed: Signed): Promise<void> {
  const { subject, offer, split, held } = signed
  await rows(
    manager,
    `insert into signed (id, kind, subject_ledger, subject_key, subject_slot, outcome, digest, ledger, account, transaction, bytes,
       valid_until, at, state, offer, offer_amount, hash, root, to_payee, amount, sequence, held_order, held_milestone, held_amount, held_made_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)`,
    [
      signed.id,
      signed.kind,
      subject.ledger,
      fromHex(subject.key),
      subject.slot,
      signed.outcome,
      fromHex(signed.digest),
      signed.ledger,
      fromHex(signed.account),
      fromHex(signed.transaction),
      fromHex(signed.bytes),
      signed.validUntil,
      signed.at,
      signed.state,
      offer?.key ?? null,
      offer?.amount ?? null,
      signed.hash === undefined ? null : fromHex(signed.hash),
      split === undefined ? null : fromHex(split.root),
      split?.toPayee ?? null,
      split?.amount ?? null,
      signed.sequence ?? null,
      held === undefined ? null : fromHex(held.order),
      held?.milestone ?? null,
      held?.amount ?? null,
      held?.madeAt ?? null,
    ],
  )
}

async function insertPair(manager: EntityManager, signed: string, pair: Pair): Promise<void> {
  await rows(
    manager,
    `insert into leg_pair (signed, ledger_a, root_a, ledger_b, root_b, liquidity, buyer, merchant)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      signed,
      pair.a.ledger,
      fromHex(pair.a.root),
      pair.b.ledger,
      fromHex(pair.b.root),
      fromHex(pair.liquidity),
      fromHex(pair.buyer),
      fromHex(pair.merchant),
    ],
  )
}

function signedOf(found: SignedRow | undefined): Signed | undefined {
  const kind = DECISION_KINDS.find((known) => known === found?.kind)
  if (found === undefined || kind === undefined) return undefined
  const { offer, offer_amount, hash, root, to_payee, amount, sequence } = found
  return {
    id: found.id,
    kind,
    subject: { ledger: found.subject_ledger, key: hex(found.subject_key), slot: found.subject_slot },
    outcome: found.outcome,
    digest: hex(found.digest),
    ledger: found.ledger,
    account: hex<AccountId>(found.account),
    transaction: hex<TxId>(found.transaction),
    bytes: hex(found.bytes),
    // the border: only Times are written into these columns
    validUntil: Number(found.valid_until) as Time,
    at: Number(found.at) as Time,
    state: found.state,
    ...(offer === null || offer_amount === null ? {} : { offer: { key: offer, amount: BigInt(offer_amount) } }),
    ...(hash === null ? {} : { hash: hex(hash) }),
    ...(root === null || to_payee === null || amount === null
      ? {}
      : { split: { root: hex(root), toPayee: BigInt(to_payee), amount: BigInt(amount) } }),
    ...(sequence === null ? {} : { sequence: Number(sequence) }),
    ...heldOf(found),
  }
}

const hex = <T extends string = string>(bytes: Bytes): T => hexOf<T>(new Uint8Array(bytes))

function heldOf(found: SignedRow): Pick<Signed, 'held'> {
  const { held_order: order, held_milestone: milestone, held_amount: amount, held_made_at: madeAt } = found
  if (order === null || milestone === null || amount === null) return {}
  // the border: only Times are written into this column
  return { held: { order: hex(order), milestone, amount: BigInt(amount), madeAt: Number(madeAt) as Time } }
}
