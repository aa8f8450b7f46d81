// Orders: their kind of deal and what they owe, registered before the process takes requests. Disputes and refunds stand on it.
import { Module, type OnModuleInit } from '@nestjs/common'
import { DealService } from '../deal/deal.service.js'
import { QuoteModule } from '../quote/quote.module.js'
import { AcceptanceService } from './acceptance.service.js'
import { HubAccounts } from './hub-accounts.js'
import { OrderController } from './order.controller.js'
import { OrderEffects } from './order.effects.js'
import { OrderKind } from './order.kind.js'
import { OrderPlacing } from './order.placing.js'
import { OrderService } from './order.service.js'
import { SplitService } from './split.service.js'
import { Statements } from './statements.js'

@Module({
  imports: [QuoteModule],
  controllers: [OrderController],
  providers: [AcceptanceService, OrderService, SplitService, OrderPlacing, OrderEffects, OrderKind, HubAccounts, Statements],
  exports: [OrderService, OrderKind, HubAccounts, Statements],
})
export class OrderModule implements OnModuleInit {
  constructor(
    private readonly deals: DealService,
    private readonly kind: OrderKind,
    private readonly effects: OrderEffects,
  ) {}

  onModuleInit(): void {
    this.deals.register(this.kind)
    this.effects.register(this.kind.prefix)
  }
}
