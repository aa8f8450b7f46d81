// The auditor's two questions, over the bus.
import {
  type Answer,
  AuditRequest,
  type WireInvariant,
  type WireReserves,
  auditInvariants,
  auditReserves,
} from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { ok } from '@huitong/primitives'
import { Controller } from '@nestjs/common'
import { AuditorService } from './auditor.service.js'

@Controller()
export class AuditorController {
  constructor(private readonly auditor: AuditorService) {}

  @Handle(auditInvariants)
  invariants(
    request: AuditRequest,
  ): Promise<Answer<{ readonly at: number; readonly invariants: readonly WireInvariant[] }, 'busy'>> {
    return this.auditor.invariants(request.full === true)
  }

  @Handle(auditReserves)
  async reserves(): Promise<Answer<WireReserves, never>> {
    return ok(await this.auditor.reserves())
  }
}
