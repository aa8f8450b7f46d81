// The journal of a ledger in double entry.
import { Controller, Get, Param, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Needs, Open } from '../access/scope.js'
import { ledgerName } from '../edge/params.js'
import { IndexCheckDto, IndexCheckQuery, JournalDto, JournalQuery } from './journal.dto.js'
import { JournalService } from './journal.service.js'

@ApiTags('ledgers')
@Controller('ledgers/:ledger')
export class JournalController {
  constructor(private readonly journals: JournalService) {}

  /** Every transaction as a journal entry whose postings sum to zero per asset. */
  @Get('journal')
  @Open()
  journal(@Param('ledger', ledgerName) ledger: string, @Query() query: JournalQuery): Promise<JournalDto> {
    return this.journals.journal(ledger, query)
  }

  /** Has the ledger compare a run of its search tables, row by row, with its blocks. */
  @Get('index-check')
  @Needs('operator')
  checkIndex(@Param('ledger', ledgerName) ledger: string, @Query() query: IndexCheckQuery): Promise<IndexCheckDto> {
    return this.journals.checkIndex(ledger, query)
  }
}
