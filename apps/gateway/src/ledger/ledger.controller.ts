// The hub's ledgers.
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Keyed, Needs, Open } from '../access/scope.js'
import { ledgerName } from '../edge/params.js'
import { LedgerDto, LedgerListDto, PruneDto, PruningDto, StorageDto } from './ledger.dto.js'
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

  /** What it takes on disk, and how far it was pruned. */
  @Get(':ledger/storage')
  @Open()
  storage(@Param('ledger', ledgerName) ledger: string): Promise<StorageDto> {
    return this.ledgers.storage(ledger)
  }

  /**
   * Lets the bytes of old transactions leave the disk that moved coins only and have nothing unspent left. Headers, proofs of the rest and the
   * search tables stay. Goes on in the background.
   */
  @Post(':ledger/prunings')
  @HttpCode(202)
  @Needs('operator')
  @Keyed()
  prune(@Param('ledger', ledgerName) ledger: string, @Body() body: PruneDto): Promise<PruningDto> {
    return this.ledgers.prune(ledger, body)
  }

  /** The version of its rulebook that is in force. */
  @Get(':ledger/rulebook')
  @Open()
  rulebook(@Param('ledger', ledgerName) ledger: string): Promise<RulebookDto> {
    return this.ledgers.rulebook(ledger)
  }
}
