// The audit: invariants over every ledger and deal, and the log of decisions.
import { Controller, Get, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Needs } from '../access/scope.js'
import { EntriesQuery, EntryPageDto, InvariantListDto, InvariantsQuery } from './audit.dto.js'
import { AuditService } from './audit.service.js'

@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  /** Checks every invariant now. */
  @Get('invariants')
  @Needs('read', 'operator')
  invariants(@Query() query: InvariantsQuery): Promise<InvariantListDto> {
    return this.audit.invariants(query)
  }

  /** The log of operator and system decisions, hash-chained. */
  @Get('entries')
  @Needs('operator')
  entries(@Query() query: EntriesQuery): Promise<EntryPageDto> {
    return this.audit.entries(query)
  }
}
