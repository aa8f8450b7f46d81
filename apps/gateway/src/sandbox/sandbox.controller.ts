// The movable clock of a sandbox hub.
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Keyed, Needs, Open } from '../access/scope.js'
import { ClockDto, MoveClockDto } from './sandbox.dto.js'
import { SandboxService } from './sandbox.service.js'

@ApiTags('sandbox')
@Controller('sandbox/clock')
export class SandboxController {
  constructor(private readonly sandbox: SandboxService) {}

  /** What time it is on every ledger. */
  @Get()
  @Open()
  clock(): Promise<ClockDto> {
    return this.sandbox.clock()
  }

  /** Moves every ledger's clock forward, then the hub's. Only on a sandbox hub. */
  @Post()
  @HttpCode(200)
  @Needs('sandbox')
  @Keyed()
  move(@Body() body: MoveClockDto): Promise<ClockDto> {
    return this.sandbox.move(body)
  }
}
