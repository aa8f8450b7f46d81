// Orders in escrow: passes them to settlement and shows what it keeps.
import {
  type Actor,
  agreeOrder,
  cancelOrder,
  consentSplit,
  createOrder,
  deliverMilestone,
  getOrder,
  listOrders,
  shipMilestone,
} from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { newerOf, pageOf } from '../edge/page.js'
import type { DealQuery, NewerQuery } from '../edge/value.dto.js'
import { pageView } from '../edge/value.view.js'
import { Hub } from '../hub/hub.js'
import type {
  AgreeOrderDto,
  CancelOrderDto,
  CreateOrderDto,
  DeliveredOrderDto,
  ShipOrderDto,
  SplitOrderDto,
} from './order-request.dto.js'
import type { OrderDto, OrderPageDto, SplitDto } from './order.dto.js'
import { orderView, splitView } from './order.view.js'

@Injectable()
export class OrderService {
  constructor(private readonly hub: Hub) {}

  async create(body: CreateOrderDto, write: Write): Promise<OrderDto> {
    return orderView(await this.hub.ask(createOrder, { ...body, ...write.fields }, { write }))
  }

  async list(query: DealQuery, actor: Actor): Promise<OrderPageDto> {
    return pageView(await this.hub.ask(listOrders, { ...pageOf(query), actor }), orderView)
  }

  async order(id: string, query: NewerQuery, actor: Actor): Promise<OrderDto> {
    return orderView(await this.hub.ask(getOrder, { id, ...newerOf(query), actor }))
  }

  async agree(id: string, body: AgreeOrderDto, write: Write): Promise<OrderDto> {
    return orderView(await this.hub.ask(agreeOrder, { ...body, id, ...write.fields }, { write }))
  }

  async ship(id: string, body: ShipOrderDto, write: Write): Promise<OrderDto> {
    return orderView(await this.hub.ask(shipMilestone, { ...body, id, ...write.fields }, { write }))
  }

  async delivered(id: string, body: DeliveredOrderDto, write: Write): Promise<OrderDto> {
    return orderView(await this.hub.ask(deliverMilestone, { ...body, id, ...write.fields }, { write }))
  }

  async split(id: string, body: SplitOrderDto, write: Write): Promise<SplitDto> {
    return splitView(await this.hub.ask(consentSplit, { ...body, id, ...write.fields }, { write }))
  }

  async cancel(id: string, body: CancelOrderDto, write: Write): Promise<OrderDto> {
    return orderView(await this.hub.ask(cancelOrder, { ...body, id, ...write.fields }, { write }))
  }
}
