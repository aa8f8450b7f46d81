// Measurements in Prometheus' text format: the edge's own, and every service's by name.
import { Controller, Get, Header, Param, VERSION_NEUTRAL } from '@nestjs/common'
import { ApiOkResponse, ApiTags } from '@nestjs/swagger'
import { Needs } from '../access/scope.js'
import { MetricsService } from './metrics.service.js'

const TEXT = 'text/plain; version=0.0.4; charset=utf-8'

@ApiTags('metrics')
@Controller({ path: 'metrics', version: ['1', VERSION_NEUTRAL] })
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  /** The edge's own measurements. */
  @Get()
  @Header('Content-Type', TEXT)
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  @Needs('operator')
  own(): Promise<string> {
    return this.metrics.own()
  }

  /** Those of one service: `settlement`, `ledger-east`. */
  @Get(':service')
  @Header('Content-Type', TEXT)
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  @Needs('operator')
  service(@Param('service') service: string): Promise<string> {
    return this.metrics.service(service)
  }
}
