// The audit log that every app keeps: new entries, with the hash that each ought to have, worked out from its own fields.
import { row, rows } from '@huitong/platform'
import { type Bytes, concat, sha256, utf8 } from '@huitong/primitives'
import type { EntityManager } from 'typeorm'
import { hexText } from '../chain/byte-reader.js'
import type { AuditEntryFact, AuditLogFact } from './facts.js'

interface EntryRow {
  readonly seq: string
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: string
  readonly previous: Bytes
  readonly hash: Bytes
}

const TAG = utf8('huitong.audit.v1')

/** `seen`: the last entry that was read of each app's log. */
export async function readAuditLogs(
  manager: EntityManager,
  schemas: readonly string[],
  seen: ReadonlyMap<string, bigint>,
): Promise<readonly AuditLogFact[]> {
  const logs: AuditLogFact[] = []
  for (const schema of schemas) logs.push(await readLog(manager, schema, seen.get(schema) ?? 0n))
  return logs
}

async function readLog(manager: EntityManager, schema: string, seen: bigint): Promise<AuditLogFact> {
  const head = await row<{ seq: string; hash: Bytes }>(manager, `select seq, hash from ${schema}.audit_head`)
  const found = await rows<EntryRow>(manager, `select * from ${schema}.audit_log where seq >= $1 order by seq`, [seen])
  const waiting = await row<{ ms: number | null }>(
    manager,
    `select (extract(epoch from clock_timestamp() - min(since)) * 1000)::float8 as ms from ${schema}.audit_pending`,
  )
  const anchor = found.find(({ seq }) => BigInt(seq) === seen)
  return {
    app: schema,
    entries: found.filter((entry) => entry !== anchor).map(entryOf),
    head: { seq: BigInt(head?.seq ?? 0), hash: head === undefined ? '' : hexText(head.hash) },
    ...(typeof waiting?.ms === 'number' ? { waitingMs: waiting.ms } : {}),
    ...(anchor === undefined ? {} : { anchor: { seq: seen, hash: entryOf(anchor).expected } }),
  }
}

const entryOf = (entry: EntryRow): AuditEntryFact => ({
  seq: BigInt(entry.seq),
  previous: hexText(entry.previous),
  hash: hexText(entry.hash),
  expected: expectedHash(entry),
})

/** A length byte and the tag; the hash before; number and time in eight bytes; four texts, each after its length in four bytes. */
export function expectedHash(entry: Omit<EntryRow, 'hash'>): string {
  const numbers = Buffer.alloc(16)
  numbers.writeBigInt64BE(BigInt(entry.seq), 0)
  numbers.writeBigInt64BE(BigInt(entry.at), 8)
  const texts = [entry.actor, entry.action, entry.subject, entry.detail].map((text) => {
    const content = Buffer.from(text, 'utf8')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(content.length)
    return Buffer.concat([length, content])
  })
  return hexText(sha256(concat(Uint8Array.of(TAG.length), TAG, entry.previous, numbers, ...texts)))
}
