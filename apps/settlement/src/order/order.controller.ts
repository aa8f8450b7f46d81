// Orders on the bus.
import {
  AgreeOrder,
  ById,
  CancelOrder,
  ConsentSplit,
  CreateOrder,
  DeliverMilestone,
  Page,
  ShipMilestone,
  agreeOrder,
  cancelOrder,
  consentSplit,
  createOrder,
  deliverMilestone,
  getOrder,
  listOrders,
  shipMilestone,
} from '@huitong/contracts'
import { Handle } from '@huitong/platform'
import { Controller } from '@nestjs/common'
import { OrderService } from './order.service.js'
import { SplitService } from './split.service.js'

@Controller()
export class OrderController {
  constructor(
    private readonly orders: OrderService,
    private readonly splits: SplitService,
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
