// Orders on the bus.
import {
  AcceptMilestone,
  AgreeOrder,
  AnswerRefund,
  ById,
  CancelOrder,
  ConsentSplit,
  CreateOrder,
  DecidePayment,
  DeliverMilestone,
  Page,
  RequestRefund,
  ShipMilestone,
  acceptMilestone,
  agreeOrder,
  answerRefund,
  cancelOrder,
  consentSplit,
  createOrder,
  decidePayment,
  deliverMilestone,
  getOrder,
  listOrders,
  requestRefund,
  shipMilestone,
} from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { Controller } from '@nestjs/common'
import { AcceptanceService } from './acceptance.service.js'
import { OrderService } from './order.service.js'
import { SplitService } from './split.service.js'

@Controller()
export class OrderController {
  constructor(
    private readonly orders: OrderService,
    private readonly splits: SplitService,
    private readonly acceptance: AcceptanceService,
  ) {}

  @Handle(createOrder)
  create(request: CreateOrder) {
    return this.orders.create(request)
  }

  @Handle(agreeOrder)
  agree(request: AgreeOrder) {
    return this.orders.agree(request)
  }

  @Handle(cancelOrder)
  cancel(request: CancelOrder) {
    return this.orders.cancel(request)
  }

  @Handle(shipMilestone)
  ship(request: ShipMilestone) {
    return this.orders.ship(request)
  }

  @Handle(deliverMilestone)
  deliver(request: DeliverMilestone) {
    return this.orders.deliver(request)
  }

  @Handle(acceptMilestone)
  accept(request: AcceptMilestone) {
    return this.acceptance.accept(request)
  }

  @Handle(requestRefund)
  requestRefund(request: RequestRefund) {
    return this.acceptance.request(request)
  }

  @Handle(answerRefund)
  answerRefund(request: AnswerRefund) {
    return this.acceptance.answer(request)
  }

  @Handle(decidePayment)
  decidePayment(request: DecidePayment) {
    return this.acceptance.decidePayment(request)
  }

  @Handle(consentSplit)
  split(request: ConsentSplit) {
    return this.splits.consent(request)
  }

  @Handle(getOrder)
  get(request: ById) {
    return this.orders.get(request)
  }

  @Handle(listOrders)
  list(page: Page) {
    return this.orders.list(page)
  }
}
