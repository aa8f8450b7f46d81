// Disputes: their kind of deal and what they owe, registered before the process takes requests.
import { Module, type OnModuleInit } from '@nestjs/common'
import { DealService } from '../deal/deal.service.js'
import { OrderModule } from '../order/order.module.js'
import { DisputeController } from './dispute.controller.js'
import { DisputeEffects } from './dispute.effects.js'
import { disputeKind } from './dispute.kind.js'
import { DisputeService } from './dispute.service.js'
import { PgDisputeStore } from './dispute.store.pg.js'
import { DisputeStore } from './dispute.store.js'

@Module({
  imports: [OrderModule],
  controllers: [DisputeController],
  providers: [DisputeService, DisputeEffects, { provide: DisputeStore, useClass: PgDisputeStore }],
})
export class DisputeModule implements OnModuleInit {
  constructor(
    private readonly deals: DealService,
    private readonly effects: DisputeEffects,
  ) {}

  onModuleInit(): void {
    this.deals.register(disputeKind)
    this.effects.register()
  }
}
