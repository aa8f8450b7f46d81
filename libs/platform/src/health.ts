// How a process says that it can do its work: named checks, answered over the bus by every service. Never tells secrets or stacks.
import { type Answer, type Command, command } from '@huitong/contracts'
import { ok } from '@huitong/primitives'
import { Controller, Inject, type Type } from '@nestjs/common'
import { Handle } from './bus/handle.js'
import { metricsText } from './metrics.js'

export class HealthRequest {}

export interface HealthCheck {
  readonly name: string
  readonly ok: boolean
  /** One sentence for the operator, when it is not well. */
  readonly detail?: string
}

export interface HealthReport {
  readonly name: string
  /** True when every check is well. */
  readonly ready: boolean
  readonly checks: readonly HealthCheck[]
  /** Seconds since the process started. */
  readonly uptime: number
}

/** The health command of one process: `bus.call(healthOf('ledger-east'), {})`. `unavailable` means that it does not run. */
export const healthOf = (name: string): Command<HealthRequest, HealthReport, never> =>
  command<HealthReport>()({ subject: `health.${name}`, request: HealthRequest, deadlineMs: 2_000 })

/** The measurements of one process in Prometheus' text format. */
export const metricsOf = (name: string): Command<HealthRequest, string, never> =>
  command<string>()({ subject: `metrics.${name}`, request: HealthRequest, deadlineMs: 2_000 })

/** A check resolves when all is well, and throws or rejects with a sentence when it is not. */
export type Check = () => Promise<void> | void

const CHECK_MS = 1_500

export class Health {
  readonly #checks = new Map<string, Check>()

  constructor(readonly name: string) {}

  /** Adds a check; a second one of the same name takes the first one's place. */
  watch(name: string, check: Check): void {
    this.#checks.set(name, check)
  }

  async report(): Promise<HealthReport> {
    const checks = await Promise.all([...this.#checks].map(([name, check]) => outcomeOf(name, check)))
    return { name: this.name, ready: checks.every((check) => check.ok), checks, uptime: Math.floor(process.uptime()) }
  }
}

/** The controller that answers for the process `name`; the process's Nest module gets it from runProcess. */
export function healthController(name: string): Type<object> {
  @Controller()
  class HealthController {
    constructor(@Inject(Health) private readonly health: Health) {}

    @Handle(healthOf(name))
    async report(): Promise<Answer<HealthReport, never>> {
      return ok(await this.health.report())
    }

    @Handle(metricsOf(name))
    async metrics(): Promise<Answer<string, never>> {
      return ok(await metricsText())
    }
  }
  return HealthController
}

async function outcomeOf(name: string, check: Check): Promise<HealthCheck> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), CHECK_MS)
  })
  try {
    await Promise.race([Promise.resolve().then(check), late])
    return { name, ok: true }
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}
