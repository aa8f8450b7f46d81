// The journal of a ledger in double entry.
import { Controller, Get, Param, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Open } from '../access/scope.js'
import { ledgerName } from '../edge/params.js'
import { JournalDto, JournalQuery } from './journal.dto.js'
import { JournalService } from './journal.service.js'

@ApiTags('ledgers')
@Controller('ledgers/:ledger/journal')
export class JournalController {
  constructor(private readonly journals: JournalService) {}

  /** Every transaction as a journal entry whose postings sum to zero per asset. */
  @Get()
  @Open()
  journal(@Param('ledger', ledgerName) ledger: string, @Query() query: JournalQuery): Promise<JournalDto> {
    return this.journals.journal(ledger, query)
  }
}
