// An app's audit log: append-only, each entry's hash covers the one before it. An entry is written in the transaction of what it tells about, and
// linked into the chain right after it (docs/decisions/0005): nobody waits for the chain's end while a decision is made.
//
// hash = SHA-256 of: one byte 16, 'huitong.audit.v1', then previous (32 bytes), seq (8 bytes, big endian), at (8 bytes, big endian), and
// actor, action, subject, detail, each as its length in bytes (4 bytes, big endian) and its UTF-8. detail is canonical JSON. In SQL:
//   sha256('\x10'::bytea || 'huitong.audit.v1'::bytea || previous || int8send(seq) || int8send(at)
//     || int4send(octet_length(actor)) || convert_to(actor, 'UTF8') || ... )
import { type Bytes, type Result, type Time, concat, equalBytes, err, ok, taggedHash, toHex, utf8 } from '@huitong/primitives'
import type { DataSource, EntityManager } from 'typeorm'
import { Afterwards } from './afterwards.js'
import { canonicalJson } from './canonical.js'
import { killpoint } from './killpoint.js'
import { row, rows } from './pg/rows.js'

/** Who did what to which object. `detail` holds ids and decisions, never secrets. */
export interface AuditEntry {
  readonly at: Time
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** The end of a chain: what is anchored on a ledger. */
export interface AuditHead {
  readonly seq: bigint
  /** 32 bytes in hexadecimal. */
  readonly hash: string
}

interface Stored {
  readonly seq: string
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: string
  readonly previous: Bytes
  readonly hash: Bytes
}

interface Pending {
  readonly id: string
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: string
}

const TAG = 'huitong.audit.v1'
const PAGE_ROWS = 1_000

/** Marks a transaction that has written an entry, so that this process links it soon after the commit. */
const WROTE_AUDIT = 'huitongWroteAudit'

/** Entries linked in one transaction. */
const LINKED_MAX = 500
/** Long enough to gather the entries of a whole deal into one commit, and to keep out of its way. Who reads the chain links first. */
const GATHER_MS = 250

/** Appends an entry in the caller's transaction: it counts if, and only if, that commits. Its place in the chain is given afterwards. */
export async function appendAudit(manager: EntityManager, entry: AuditEntry): Promise<void> {
  await rows(manager, 'insert into audit_pending (at, actor, action, subject, detail) values ($1, $2, $3, $4, $5)', [
    entry.at,
    entry.actor,
    entry.action,
    entry.subject,
    canonicalJson(entry.detail),
  ])
  markAudited(manager)
}

/** For a statement that writes to audit_pending by itself. */
export function markAudited(manager: EntityManager): void {
  if (manager.queryRunner !== undefined) manager.queryRunner.data[WROTE_AUDIT] = true
}

/** The text of an entry's detail, as it is hashed. */
export const auditDetail = (detail: AuditEntry['detail']): string => canonicalJson(detail)

/** Gives every committed entry its place in the chain. Entries of one object keep the order in which its changes were committed. */
export async function linkAudit(manager: EntityManager): Promise<void> {
  // asked outside of a transaction: most often there is nothing to do
  const [waiting] = await rows<{ some: boolean }>(manager, 'select exists (select from audit_pending) as some')
  if (waiting?.some !== true) return
  while ((await manager.transaction((unit) => linkSome(unit))) === LINKED_MAX);
}

/** Links entries soon after the transactions that wrote them, and what a killed process left when it starts again. */
export const auditLinker = (database: DataSource): Afterwards =>
  new Afterwards(database, {
    name: 'audit',
    flag: WROTE_AUDIT,
    gatherMs: GATHER_MS,
    work: () => linkAudit(database.manager),
  })

async function linkSome(unit: EntityManager): Promise<number> {
  // linkers take turns: the lock ends with the transaction
  const head = await row<{ seq: string; hash: Bytes }>(unit, 'select seq, hash from audit_head for update')
  if (head === undefined) throw new Error('the audit chain has no head: platformMigrations have not run')
  const taken = await rows<Pending>(
    unit,
    `delete from audit_pending where id in (select id from audit_pending order by id limit $1)
     returning id, at, actor, action, subject, detail`,
    [LINKED_MAX],
  )
  if (taken.length === 0) return 0
  let seq = BigInt(head.seq)
  let previous: Bytes = head.hash
  const linked = taken
    .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
    .map(({ at, actor, action, subject, detail }): Stored => {
      seq += 1n
      const entry = { seq: seq.toString(), at, actor, action, subject, detail, previous }
      previous = auditHash(entry)
      return { ...entry, hash: previous }
    })
  const column = <Name extends keyof Stored>(name: Name): readonly Stored[Name][] => linked.map((entry) => entry[name])
  await rows(
    unit,
    `insert into audit_log (seq, at, actor, action, subject, detail, previous, hash) select * from
       unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::bytea[])`,
    [
      column('seq'),
      column('at'),
      column('actor'),
      column('action'),
      column('subject'),
      column('detail'),
      column('previous'),
      column('hash'),
    ],
  )
  killpoint('audit.linking')
  await rows(unit, 'update audit_head set seq = $1, hash = $2', [seq, previous])
  return linked.length
}

/** The end of the chain, with everything committed so far in it. */
export async function auditHead(manager: EntityManager): Promise<AuditHead> {
  await linkAudit(manager)
  const head = await row<{ seq: string; hash: Bytes }>(manager, 'select seq, hash from audit_head')
  if (head === undefined) throw new Error('the audit chain has no head: platformMigrations have not run')
  return { seq: BigInt(head.seq), hash: toHex(head.hash) }
}

/** Recomputes the whole chain. The detail of `audit_broken` names the first entry that is not what it was, or the end that was cut off. */
export async function verifyAudit(manager: EntityManager): Promise<Result<AuditHead, 'audit_broken'>> {
  const head = await auditHead(manager)
  let seq = 0n
  let previous: Bytes = new Uint8Array(32)
  for (;;) {
    const sql = 'select * from audit_log where seq > $1 and seq <= $2 order by seq limit $3'
    const page = await rows<Stored>(manager, sql, [seq, head.seq, PAGE_ROWS])
    for (const entry of page) {
      const isRight =
        BigInt(entry.seq) === seq + 1n && equalBytes(entry.previous, previous) && equalBytes(entry.hash, auditHash(entry))
      if (!isRight) return err('audit_broken', `entry ${seq + 1n}`)
      seq += 1n
      previous = entry.hash
    }
    if (page.length < PAGE_ROWS) break
  }
  if (head.seq !== seq || head.hash !== toHex(previous))
    return err('audit_broken', `the head is ${head.seq}, the last entry ${seq}`)
  return ok(head)
}

function auditHash(entry: Omit<Stored, 'hash'>): Bytes {
  const texts = [entry.actor, entry.action, entry.subject, entry.detail].map(lengthAndText)
  return taggedHash(TAG, entry.previous, eightBytes(BigInt(entry.seq)), eightBytes(BigInt(entry.at)), ...texts)
}

function eightBytes(value: bigint): Bytes {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, value)
  return bytes
}

function lengthAndText(text: string): Bytes {
  const content = utf8(text)
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, content.length)
  return concat(length, content)
}
