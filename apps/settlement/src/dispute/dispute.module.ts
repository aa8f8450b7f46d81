// Disputes and their evidence: their kind of deal and what they owe, registered before the process takes requests.
import { SETTINGS_TOKEN, type Settings, Vault, needed } from '@huitong/platform'
import { Module, type OnModuleInit } from '@nestjs/common'
import { DealService } from '../deal/deal.service.js'
import { EvidenceController } from '../evidence/evidence.controller.js'
import { EvidenceRetention } from '../evidence/retention.js'
import { EvidenceService } from '../evidence/evidence.service.js'
import { EvidenceStore } from '../evidence/evidence.store.js'
import { OrderModule } from '../order/order.module.js'
import { DisputeController } from './dispute.controller.js'
import { DisputeEffects } from './dispute.effects.js'
import { disputeKind } from './dispute.kind.js'
import { DisputeService } from './dispute.service.js'
import { NegotiationService } from './negotiation.service.js'
import { PgDisputeStore } from './dispute.store.pg.js'
import { DisputeStore } from './dispute.store.js'

@Module({
  imports: [OrderModule],
  controllers: [DisputeController, EvidenceController],
  providers: [
    DisputeService,
    NegotiationService,
    DisputeEffects,
    EvidenceService,
    EvidenceStore,
    EvidenceRetention,
    { provide: DisputeStore, useClass: PgDisputeStore },
    { provide: Vault, inject: [SETTINGS_TOKEN], useFactory: (settings: Settings) => new Vault(needed(settings, 'masterKey')) },
  ],
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
