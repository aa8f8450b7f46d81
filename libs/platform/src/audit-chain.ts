// An app's audit log: append-only, each entry's hash covers the one before it. Written in the transaction of what it tells about.
//
// hash = SHA-256 of: one byte 16, 'huitong.audit.v1', then previous (32 bytes), seq (8 bytes, big endian), at (8 bytes, big endian), and
// actor, action, subject, detail, each as its length in bytes (4 bytes, big endian) and its UTF-8. detail is canonical JSON. In SQL:
//   sha256('\x10'::bytea || 'huitong.audit.v1'::bytea || previous || int8send(seq) || int8send(at)
//     || int4send(octet_length(actor)) || convert_to(actor, 'UTF8') || ... )
import { type Bytes, type Result, type Time, concat, equalBytes, err, ok, taggedHash, toHex, utf8 } from '@huitong/primitives'
import type { EntityManager } from 'typeorm'
import { canonicalJson } from './canonical.js'
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

const TAG = 'huitong.audit.v1'
const PAGE_ROWS = 1_000

/** Appends an entry in the caller's transaction. Appenders wait for each other on the head row, so do this late in the transaction. */
export async function appendAudit(manager: EntityManager, entry: AuditEntry): Promise<AuditHead> {
  const head = await row<{ seq: string; hash: Bytes }>(manager, 'select seq, hash from audit_head for update')
  if (head === undefined) throw new Error('the audit chain has no head: platformMigrations have not run')
  const seq = BigInt(head.seq) + 1n
  const detail = canonicalJson(entry.detail)
  const hash = auditHash({ ...entry, seq: seq.toString(), at: String(entry.at), detail, previous: head.hash })
  await rows(
    manager,
    'insert into audit_log (seq, at, actor, action, subject, detail, previous, hash) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [seq, entry.at, entry.actor, entry.action, entry.subject, detail, head.hash, hash],
  )
  await rows(manager, 'update audit_head set seq = $1, hash = $2', [seq, hash])
  return { seq, hash: toHex(hash) }
}

export async function auditHead(manager: EntityManager): Promise<AuditHead> {
  const head = await row<{ seq: string; hash: Bytes }>(manager, 'select seq, hash from audit_head')
  if (head === undefined) throw new Error('the audit chain has no head: platformMigrations have not run')
  return { seq: BigInt(head.seq), hash: toHex(head.hash) }
}

/** Recomputes the whole chain. The detail of `audit_broken` names the first entry that is not what it was, or the end that was cut off. */
export async function verifyAudit(manager: EntityManager): Promise<Result<AuditHead, 'audit_broken'>> {
  let seq = 0n
  let previous: Bytes = new Uint8Array(32)
  for (;;) {
    const page = await rows<Stored>(manager, 'select * from audit_log where seq > $1 order by seq limit $2', [seq, PAGE_ROWS])
    for (const entry of page) {
      const isRight =
        BigInt(entry.seq) === seq + 1n && equalBytes(entry.previous, previous) && equalBytes(entry.hash, auditHash(entry))
      if (!isRight) return err('audit_broken', `entry ${seq + 1n}`)
      seq += 1n
      previous = entry.hash
    }
    if (page.length < PAGE_ROWS) break
  }
  const head = await auditHead(manager)
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
