// What settlement is made of. A noun's own module registers its kind of deal and its effects when it starts; this one holds what they share.
import { SETTINGS_TOKEN, type Settings, SettingsError } from '@huitong/platform'
import { type DynamicModule, type Type, Module } from '@nestjs/common'
import { AlarmController } from './alarm/alarm.controller.js'
import { Alarms } from './alarm/alarms.js'
import { HubClock } from './clock/hub-clock.js'
import { DealChanges } from './deal/deal.changes.js'
import { EventNumbering } from './deal/deal.events.js'
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
  /** Read when the process starts, so that a wrong setting is told as one. */
  readonly terms: () => Terms
  /** The nouns: conversion, swap, order … */
  readonly nouns: readonly Type<object>[]
}

const SHARED = [
  HubClock,
  Alarms,
  EventNumbering,
  DealChanges,
  Ledgers,
  Bindings,
  DealService,
  EffectPerformers,
  HubTransactions,
  BlockFacts,
  Watchers,
]

/** Shared by every noun, and global: the deals' machinery, the ledgers, the clock, the terms. */
@Module({})
export class DealModule {
  static of({ terms }: Pick<SettlementOptions, 'terms'>): DynamicModule {
    const providers = [
      { provide: TERMS, useFactory: terms },
      { provide: LEDGER_NAMES, inject: [SETTINGS_TOKEN], useFactory: ledgersOf },
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
      controllers: [EventController, HubController, AlarmController],
    }
  }
}

function ledgersOf({ ledgers }: Settings): readonly string[] {
  if (ledgers.length === 0) throw new SettingsError('HUITONG_LEDGERS must name the ledgers of this hub, separated by commas.')
  return ledgers
}
