// Measurements of this process and, over the bus, of the others.
import { metricsOf, metricsText } from '@huitong/platform'
import { Injectable } from '@nestjs/common'
import { Services } from '../health/services.js'
import { Hub } from '../hub/hub.js'
import { Problem } from '../problem/problem.js'

@Injectable()
export class MetricsService {
  constructor(
    private readonly hub: Hub,
    private readonly services: Services,
  ) {}

  own(): Promise<string> {
    return metricsText()
  }

  async service(name: string): Promise<string> {
    const names = await this.services.names()
    if (!names.includes(name)) throw new Problem('route_unknown', 'no service of this name')
    return this.hub.ask(metricsOf(name), {})
  }
}
