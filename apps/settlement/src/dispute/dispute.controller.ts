// Disputes on the bus.
import {
  AcceptRuling,
  AnswerOffer,
  AppealRuling,
  ById,
  OfferInDispute,
  OpenDispute,
  Page,
  RejectMilestone,
  RuleDispute,
  SayInDispute,
  SignRuling,
  StepReturn,
  acceptRuling,
  answerOffer,
  appealRuling,
  getDispute,
  listDisputes,
  offerInDispute,
  openDispute,
  rejectMilestone,
  ruleDispute,
  sayInDispute,
  signRuling,
  stepReturn,
} from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { Controller } from '@nestjs/common'
import { DisputeService } from './dispute.service.js'
import { NegotiationService } from './negotiation.service.js'

@Controller()
export class DisputeController {
  constructor(
    private readonly disputes: DisputeService,
    private readonly negotiation: NegotiationService,
  ) {}

  @Handle(openDispute)
  open(request: OpenDispute) {
    return this.disputes.open(request)
  }

  @Handle(rejectMilestone)
  reject(request: RejectMilestone) {
    return this.disputes.reject(request)
  }

  @Handle(offerInDispute)
  offer(request: OfferInDispute) {
    return this.negotiation.offer(request)
  }

  @Handle(answerOffer)
  answer(request: AnswerOffer) {
    return this.negotiation.answer(request)
  }

  @Handle(appealRuling)
  appeal(request: AppealRuling) {
    return this.negotiation.appeal(request)
  }

  @Handle(acceptRuling)
  acceptRuling(request: AcceptRuling) {
    return this.negotiation.acceptRuling(request)
  }

  @Handle(stepReturn)
  stepReturn(request: StepReturn) {
    return this.negotiation.stepReturn(request)
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
