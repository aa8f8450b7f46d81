// Alarms of the hub, for its operators.
import type { Actor } from '@huitong/contracts'
import { Controller, Get } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Caller } from '../access/caller.js'
import { Needs } from '../access/scope.js'
import { AlarmListDto } from './alarm.dto.js'
import { AlarmService } from './alarm.service.js'

@ApiTags('operators')
@Controller('alarms')
export class AlarmController {
  constructor(private readonly alarms: AlarmService) {}

  /** What waits for a person's look, newest first: offers that run dry, refunds that do not come through, deals that no rule ends, closed ledgers. */
  @Get()
  @Needs('operator')
  list(@Caller() actor: Actor): Promise<AlarmListDto> {
    return this.alarms.list(actor)
  }
}
