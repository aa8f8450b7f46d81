// Orders in escrow: passes them to settlement and shows what it keeps.
import {
  type Actor,
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
  rejectMilestone,
  requestRefund,
  shipMilestone,
} from '@huitong/contracts'
import { Injectable } from '@nestjs/common'
import type { Write } from '../access/caller.js'
import { newerOf, pageOf } from '../edge/page.js'
import type { DealQuery, NewerQuery } from '../edge/value.dto.js'
import { pageView } from '../edge/value.view.js'
import { Hub } from '../hub/hub.js'
import type { DisputeDto } from '../dispute/dispute.dto.js'
import { disputeView } from '../dispute/dispute.service.js'
import type {
  AcceptOrderDto,
  AgreeOrderDto,
  AnswerRefundDto,
  CancelOrderDto,
  CreateOrderDto,
  DecidePaymentDto,
  DeliveredOrderDto,
  RejectOrderDto,
  RequestRefundDto,
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

  async accept(id: string, body: AcceptOrderDto, write: Write): Promise<OrderDto> {
    return orderView(await this.hub.ask(acceptMilestone, { ...body, id, ...write.fields }, { write }))
  }

  async reject(id: string, body: RejectOrderDto, write: Write): Promise<DisputeDto> {
    return disputeView(await this.hub.ask(rejectMilestone, { ...body, id, ...write.fields }, { write }))
  }

  async requestRefund(id: string, body: RequestRefundDto, write: Write): Promise<OrderDto> {
    return orderView(await this.hub.ask(requestRefund, { ...body, id, ...write.fields }, { write }))
  }

  async answerRefund(id: string, refund: string, body: AnswerRefundDto, write: Write): Promise<OrderDto> {
    return orderView(await this.hub.ask(answerRefund, { ...body, id, refund, ...write.fields }, { write }))
  }

  async decidePayment(id: string, body: DecidePaymentDto, write: Write): Promise<OrderDto> {
    return orderView(await this.hub.ask(decidePayment, { ...body, id, ...write.fields }, { write }))
  }

  async cancel(id: string, body: CancelOrderDto, write: Write): Promise<OrderDto> {
    return orderView(await this.hub.ask(cancelOrder, { ...body, id, ...write.fields }, { write }))
  }
}
