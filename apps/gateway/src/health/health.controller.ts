// Health of the hub. Also without the version in the path, where balancers look for it.
import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Open } from '../access/scope.js'
import { LivenessDto, ReadinessDto } from './health.dto.js'
import { HealthService } from './health.service.js'

@ApiTags('health')
@Controller({ path: 'health', version: ['1', VERSION_NEUTRAL] })
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /** Every service and its checks. Always 200: `ready` tells. */
  @Get()
  @Open()
  report(): Promise<ReadinessDto> {
    return this.health.readiness()
  }

  /** The edge itself runs. */
  @Get('live')
  @Open()
  live(): LivenessDto {
    return { status: 'alive' }
  }

  /** 200 when every service is ready, else 503. */
  @Get('ready')
  @Open()
  ready(): Promise<ReadinessDto> {
    return this.health.ready()
  }
}
