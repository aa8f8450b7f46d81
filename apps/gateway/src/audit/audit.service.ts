// The auditor's findings and identity's audit log.
import { auditInvariants, identityAudit } from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import { optional } from '../edge/optional.js'
import { timestamp } from '../edge/time.js'
import { PAGE_ROWS } from '../edge/value.view.js'
import { Hub } from '../hub/hub.js'
import type { EntriesQuery, EntryPageDto, InvariantListDto, InvariantsQuery } from './audit.dto.js'

@Injectable()
export class AuditService {
  constructor(private readonly hub: Hub) {}

  async invariants({ full }: InvariantsQuery): Promise<InvariantListDto> {
    const { at, invariants } = await this.hub.ask(auditInvariants, full === 'true' ? { full: true } : {})
    return { at: timestamp(at), items: [...invariants] }
  }

  async entries({ after = 0, limit = PAGE_ROWS }: EntriesQuery): Promise<EntryPageDto> {
    const { entries } = await this.hub.ask(identityAudit, { after, limit })
    const next = entries.length < limit ? undefined : entries.at(-1)?.seq
    return { items: entries.map((entry) => ({ ...entry, at: timestamp(entry.at) })), ...optional('next', next) }
  }
}
