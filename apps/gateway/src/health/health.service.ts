// Asks every process how it is, over the bus. An absent process is reported, not waited for.
import { healthOf } from '@huitong/platform'
import { Inject, Injectable } from '@nestjs/common'
import { BUS, type BusPort } from '../hub/bus.js'
import { Problem } from '../problem/problem.js'
import type { ReadinessDto, ServiceHealthDto } from './health.dto.js'
import { Services } from './services.js'

@Injectable()
export class HealthService {
  constructor(
    @Inject(BUS) private readonly bus: BusPort,
    private readonly services: Services,
  ) {}

  async readiness(): Promise<ReadinessDto> {
    const names = await this.services.names()
    const services = await Promise.all(names.map((name) => this.#service(name)))
    return { ready: services.every(({ ready }) => ready), services }
  }

  /** The same for a load balancer, which reads the status alone. */
  async ready(): Promise<ReadinessDto> {
    const report = await this.readiness()
    if (report.ready) return report
    const missing = report.services.filter(({ ready }) => !ready).map(({ service }) => service)
    throw new Problem('unavailable', `not ready: ${missing.join(', ')}`)
  }

  async #service(service: string): Promise<ServiceHealthDto> {
    const answer = await this.bus.call(healthOf(service), {})
    if (!answer.ok) return { service, ready: false, checks: [] }
    return { service, ready: answer.value.ready, checks: answer.value.checks.map((check) => ({ ...check })) }
  }
}
