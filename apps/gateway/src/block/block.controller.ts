// Blocks and headers of a ledger.
import { Controller, Get, Param, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Open } from '../access/scope.js'
import { blockHeight, ledgerName } from '../edge/params.js'
import { BlockDto, BlockPageDto, BlockQuery, HeaderPageDto } from './block.dto.js'
import { BlockService } from './block.service.js'

@ApiTags('blocks')
@Controller('ledgers/:ledger')
export class BlockController {
  constructor(private readonly blocks: BlockService) {}

  /** Blocks from a height upward. */
  @Get('blocks')
  @Open()
  list(@Param('ledger', ledgerName) ledger: string, @Query() query: BlockQuery): Promise<BlockPageDto> {
    return this.blocks.blocks(ledger, query)
  }

  /** One block with its transactions. */
  @Get('blocks/:height')
  @Open()
  block(@Param('ledger', ledgerName) ledger: string, @Param('height', blockHeight) height: number): Promise<BlockDto> {
    return this.blocks.block(ledger, height)
  }

  /** Headers from a height upward, for light clients. */
  @Get('headers')
  @Open()
  headers(@Param('ledger', ledgerName) ledger: string, @Query() query: BlockQuery): Promise<HeaderPageDto> {
    return this.blocks.headers(ledger, query)
  }
}
