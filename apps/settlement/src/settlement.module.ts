// What settlement is made of. A noun's own module registers its kind of deal and its effects when it starts; this one holds what they share.
import { type DynamicModule, type Type, Module } from '@nestjs/common'
import { HubClock } from './clock/hub-clock.js'
import { DealService } from './deal/deal.service.js'
import { DealStore } from './deal/deal.store.js'
import { PgDealStore } from './deal/deal.store.pg.js'
import { HubTransactions } from './effect/hub-transactions.js'
import { EffectPerformers } from './effect/performer.js'
import { EventController } from './event/event.controller.js'
import { HubController } from './hub/hub.controller.js'
import { Ledgers } from './ledgers/ledgers.js'
import { Bindings } from './party/bindings.js'
import { LEDGER_NAMES, TERMS, type Terms } from './terms.js'
import { BlockFacts } from './watch/block-facts.js'
import { Watchers } from './watch/watchers.js'

export interface SettlementOptions {
  readonly terms: Terms
  readonly ledgers: readonly string[]
  /** The nouns: conversion, swap, order … */
  readonly nouns: readonly Type<object>[]
}

const SHARED = [HubClock, Ledgers, Bindings, DealService, EffectPerformers, HubTransactions, BlockFacts, Watchers]

/** Shared by every noun, and global: the deals' machinery, the ledgers, the clock, the terms. */
@Module({})
export class DealModule {
  static of({ terms, ledgers }: SettlementOptions): DynamicModule {
    const providers = [
      { provide: TERMS, useValue: terms },
      { provide: LEDGER_NAMES, useValue: ledgers },
      { provide: DealStore, useClass: PgDealStore },
      ...SHARED,
    ]
    return {
      module: DealModule,
      global: true,
      providers,
      exports: providers.map((given) => ('provide' in given ? given.provide : given)),
    }
  }
}

@Module({})
export class SettlementModule {
  static of(options: SettlementOptions): DynamicModule {
    return {
      module: SettlementModule,
      imports: [DealModule.of(options), ...options.nouns],
      controllers: [EventController, HubController],
    }
  }
}
