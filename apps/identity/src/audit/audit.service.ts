// The audit chain as its readers page it, up to what was committed when they asked. Adds nothing to it.
import type { Answer, AuditPage, WireAuditEntry } from '@huitong/contracts'
import { linkAudit, rows } from '@huitong/platform'
import { type Bytes, ok, toHex } from '@huitong/primitives'
import type { DataSource } from 'typeorm'

interface EntryRow {
  readonly seq: string
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: string
  readonly hash: Bytes
}

export class AuditService {
  constructor(private readonly database: DataSource) {}

  async page({ after, limit }: AuditPage): Promise<Answer<{ readonly entries: readonly WireAuditEntry[] }, never>> {
    await linkAudit(this.database.manager)
    const sql = 'select seq, at, actor, action, subject, detail, hash from audit_log where seq > $1 order by seq limit $2'
    const found = await rows<EntryRow>(this.database.manager, sql, [after, limit])
    return ok({ entries: found.map(entryOf) })
  }
}

function entryOf({ seq, at, actor, action, subject, detail, hash }: EntryRow): WireAuditEntry {
  const told: unknown = JSON.parse(detail)
  return { seq: Number(seq), at: Number(at), actor, action, subject, detail: told, hash: toHex(new Uint8Array(hash)) }
}
