// Disputes on the bus.
import {
  ById,
  OpenDispute,
  Page,
  RuleDispute,
  SayInDispute,
  SignRuling,
  getDispute,
  listDisputes,
  openDispute,
  ruleDispute,
  sayInDispute,
  signRuling,
} from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { Controller } from '@nestjs/common'
import { DisputeService } from './dispute.service.js'

@Controller()
export class DisputeController {
  constructor(private readonly disputes: DisputeService) {}

  @Handle(openDispute)
  open(request: OpenDispute) {
    return this.disputes.open(request)
  }

  @Handle(sayInDispute)
  say(request: SayInDispute) {
    return this.disputes.say(request)
  }

  @Handle(ruleDispute)
  rule(request: RuleDispute) {
    return this.disputes.rule(request)
  }

  @Handle(signRuling)
  sign(request: SignRuling) {
    return this.disputes.sign(request)
  }

  @Handle(getDispute)
  get(request: ById) {
    return this.disputes.get(request)
  }

  @Handle(listDisputes)
  list(page: Page) {
    return this.disputes.list(page)
  }
}
