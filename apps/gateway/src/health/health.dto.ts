// Whether the hub can do its work.

export class CheckDto {
  name: string
  ok: boolean
  detail?: string
}

export class ServiceHealthDto {
  /** Name of the process: `settlement`, `ledger-east`. */
  service: string
  ready: boolean
  /** What the process itself says; empty while it does not answer. */
  checks: CheckDto[]
}

export class ReadinessDto {
  /** True when every service is ready. */
  ready: boolean
  services: ServiceHealthDto[]
}

export class LivenessDto {
  status: 'alive'
}
