// Swaps: their kind of deal and their watchtower, registered before the process takes requests.
import { Inject, Module, type OnModuleInit } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { Alarms } from '../alarm/alarms.js'
import { DealService } from '../deal/deal.service.js'
import { HubTransactions } from '../effect/hub-transactions.js'
import { EffectPerformers } from '../effect/performer.js'
import { Ledgers } from '../ledgers/ledgers.js'
import { registerWatchtower } from '../pair/pair-effects.js'
import { TERMS, type Terms } from '../terms.js'
import { SwapController } from './swap.controller.js'
import { swapKind } from './swap.kind.js'
import { SwapService } from './swap.service.js'

@Module({ controllers: [SwapController], providers: [SwapService] })
export class SwapModule implements OnModuleInit {
  constructor(
    private readonly deals: DealService,
    readonly performers: EffectPerformers,
    readonly transactions: HubTransactions,
    readonly ledgers: Ledgers,
    readonly alarms: Alarms,
    readonly database: DataSource,
    @Inject(TERMS) readonly terms: Terms,
  ) {}

  onModuleInit(): void {
    this.deals.register(swapKind)
    registerWatchtower(swapKind.prefix, this)
  }
}
