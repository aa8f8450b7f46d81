// The hub's ledgers.
import { Controller, Get, Param } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Open } from '../access/scope.js'
import { ledgerName } from '../edge/params.js'
import { LedgerDto, LedgerListDto } from './ledger.dto.js'
import { RulebookDto } from './rulebook.dto.js'
import { LedgerService } from './ledger.service.js'

@ApiTags('ledgers')
@Controller('ledgers')
export class LedgerController {
  constructor(private readonly ledgers: LedgerService) {}

  /** Every ledger of the hub, with chain id, genesis and status. */
  @Get()
  @Open()
  list(): Promise<LedgerListDto> {
    return this.ledgers.list()
  }

  /** One ledger. */
  @Get(':ledger')
  @Open()
  ledger(@Param('ledger', ledgerName) ledger: string): Promise<LedgerDto> {
    return this.ledgers.ledger(ledger)
  }

  /** The version of its rulebook that is in force. */
  @Get(':ledger/rulebook')
  @Open()
  rulebook(@Param('ledger', ledgerName) ledger: string): Promise<RulebookDto> {
    return this.ledgers.rulebook(ledger)
  }
}
