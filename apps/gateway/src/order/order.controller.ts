// Orders in escrow.
import type { Actor } from '@huitong/contracts'
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { Caller, Write, Writing } from '../access/caller.js'
import { Keyed, Needs } from '../access/scope.js'
import { refundId, typedId } from '../edge/params.js'
import { DealQuery, NewerQuery } from '../edge/value.dto.js'
import {
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
import { DisputeDto } from '../dispute/dispute.dto.js'
import { OrderDto, OrderPageDto, SplitDto } from './order.dto.js'
import { OrderService } from './order.service.js'

const orderId = typedId('ord')

@ApiTags('orders')
@Controller('orders')
export class OrderController {
  constructor(private readonly orders: OrderService) {}

  /** Drafts an order; both sides then agree to its terms. */
  @Post()
  @Needs('orders')
  @Keyed()
  create(@Body() body: CreateOrderDto, @Writing() write: Write): Promise<OrderDto> {
    return this.orders.create(body, write)
  }

  /** Orders that the caller may see. */
  @Get()
  @Needs('read', 'orders', 'operator')
  list(@Query() query: DealQuery, @Caller() actor: Actor): Promise<OrderPageDto> {
    return this.orders.list(query, actor)
  }

  /** One order. */
  @Get(':id')
  @Needs('read', 'orders', 'operator')
  order(@Param('id', orderId) id: string, @Query() query: NewerQuery, @Caller() actor: Actor): Promise<OrderDto> {
    return this.orders.order(id, query, actor)
  }

  /** The buyer, or a merchant, agrees to the terms by signature. */
  @Post(':id/agree')
  @HttpCode(200)
  @Needs('orders')
  @Keyed()
  agree(@Param('id', orderId) id: string, @Body() body: AgreeOrderDto, @Writing() write: Write): Promise<OrderDto> {
    return this.orders.agree(id, body, write)
  }

  /** The merchant has shipped a milestone. */
  @Post(':id/ship')
  @HttpCode(200)
  @Needs('orders')
  @Keyed()
  ship(@Param('id', orderId) id: string, @Body() body: ShipOrderDto, @Writing() write: Write): Promise<OrderDto> {
    return this.orders.ship(id, body, write)
  }

  /** A carrier's signature that a milestone was delivered: starts the inspection window. */
  @Post(':id/delivered')
  @HttpCode(200)
  @Needs('orders')
  @Keyed()
  delivered(@Param('id', orderId) id: string, @Body() body: DeliveredOrderDto, @Writing() write: Write): Promise<OrderDto> {
    return this.orders.delivered(id, body, write)
  }

  /** Consents to a split of a milestone between buyer and merchant. */
  @Post(':id/split')
  @HttpCode(200)
  @Needs('orders')
  @Keyed()
  split(@Param('id', orderId) id: string, @Body() body: SplitOrderDto, @Writing() write: Write): Promise<SplitDto> {
    return this.orders.split(id, body, write)
  }

  /** The buyer accepts what came; the money follows on the buyer's signature, on the ledger. */
  @Post(':id/accept')
  @HttpCode(200)
  @Needs('orders')
  @Keyed()
  accept(@Param('id', orderId) id: string, @Body() body: AcceptOrderDto, @Writing() write: Write): Promise<OrderDto> {
    return this.orders.accept(id, body, write)
  }

  /** The buyer does not keep what came: the clock is stopped, and the goods may go back. Answers the dispute with its return. */
  @Post(':id/reject')
  @HttpCode(200)
  @Needs('orders')
  @Keyed()
  reject(@Param('id', orderId) id: string, @Body() body: RejectOrderDto, @Writing() write: Write): Promise<DisputeDto> {
    return this.orders.reject(id, body, write)
  }

  /** Asks for part of a milestone's money back, by either side. */
  @Post(':id/refunds')
  @HttpCode(200)
  @Needs('orders')
  @Keyed()
  requestRefund(@Param('id', orderId) id: string, @Body() body: RequestRefundDto, @Writing() write: Write): Promise<OrderDto> {
    return this.orders.requestRefund(id, body, write)
  }

  /** The other side agrees to a refund, or declines it. An agreed one is pursued until it is final. */
  @Post(':id/refunds/:refund/answer')
  @HttpCode(200)
  @Needs('orders')
  @Keyed()
  answerRefund(
    @Param('id', orderId) id: string,
    @Param('refund', refundId) refund: string,
    @Body() body: AnswerRefundDto,
    @Writing() write: Write,
  ): Promise<OrderDto> {
    return this.orders.answerRefund(id, refund, body, write)
  }

  /** The merchant takes a coin that is on hold as it is, or has it go back to its payer. */
  @Post(':id/payments')
  @HttpCode(200)
  @Needs('orders')
  @Keyed()
  decidePayment(@Param('id', orderId) id: string, @Body() body: DecidePaymentDto, @Writing() write: Write): Promise<OrderDto> {
    return this.orders.decidePayment(id, body, write)
  }

  /** Gives an order up before it is funded. */
  @Post(':id/cancel')
  @HttpCode(200)
  @Needs('orders')
  @Keyed()
  cancel(@Param('id', orderId) id: string, @Body() body: CancelOrderDto, @Writing() write: Write): Promise<OrderDto> {
    return this.orders.cancel(id, body, write)
  }
}
