// Recovery of lost keys.
import type { Actor } from '@huitong/contracts'
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Caller, Write, Writing } from '../access/caller.js'
import { Keyed, Needs } from '../access/scope.js'
import { typedId } from '../edge/params.js'
import { ApproveRecoveryDto, OpenRecoveryDto, RecoveryDto } from './recovery.dto.js'
import { RecoveryService } from './recovery.service.js'

@ApiTags('recoveries')
@Controller('recoveries')
export class RecoveryController {
  constructor(private readonly recoveries: RecoveryService) {}

  /** Opens a case over every ledger on which the party has the account open. */
  @Post()
  @Needs('parties', 'operator')
  @Keyed()
  open(@Body() body: OpenRecoveryDto, @Writing() write: Write): Promise<RecoveryDto> {
    return this.recoveries.open(body, write)
  }

  /** One case. */
  @Get(':id')
  @Needs('read', 'parties', 'operator')
  recovery(@Param('id', typedId('rcv')) id: string, @Caller() actor: Actor): Promise<RecoveryDto> {
    return this.recoveries.recovery(id, actor)
  }

  /** An authority's signatures over the proposals. */
  @Post(':id/approvals')
  @HttpCode(200)
  @Needs('parties', 'operator')
  @Keyed()
  approve(
    @Param('id', typedId('rcv')) id: string,
    @Body() body: ApproveRecoveryDto,
    @Writing() write: Write,
  ): Promise<RecoveryDto> {
    return this.recoveries.approve(id, body, write)
  }
}
