// What every provider of a process may inject: settings, clock, entropy, verifier, bus, streams, database, outbox, health.
import type { Clock, Entropy, Verifier } from '@huitong/primitives'
import { type DynamicModule, Module } from '@nestjs/common'
import { DataSource } from 'typeorm'
import type { Afterwards } from './afterwards.js'
import { Bus } from './bus/bus.js'
import { Streams } from './bus/stream.js'
import { Health, healthController } from './health.js'
import { OutboxWorker, Performers } from './outbox/worker.js'
import type { Pruning } from './pruning.js'
import type { Settings } from './settings.js'

/** Injection tokens of what has no class: `@Inject(CLOCK) private readonly clock: Clock`. Classes are injected by type. */
export const SETTINGS_TOKEN = Symbol('Settings')
export const CLOCK = Symbol('Clock')
export const ENTROPY = Symbol('Entropy')
export const VERIFIER = Symbol('Verifier')

/** The parts of a running process. */
export interface Platform {
  /** Name of the process: its role, with its ledger if it runs one (`ledger-east`). */
  readonly name: string
  readonly settings: Settings
  readonly clock: Clock
  readonly entropy: Entropy
  readonly verifier: Verifier
  readonly bus: Bus
  readonly streams: Streams
  readonly health: Health
  /** Absent in a process without a schema. */
  readonly database?: DataSource
  readonly performers: Performers
  readonly outbox?: OutboxWorker
  /** Links the audit log's entries after their transactions. */
  readonly audit?: Afterwards
  /** Forgets what nobody can ask for any more. */
  readonly pruning?: Pruning
}

@Module({})
export class PlatformModule {
  static of(platform: Platform): DynamicModule {
    const { database, outbox } = platform
    const providers = [
      { provide: SETTINGS_TOKEN, useValue: platform.settings },
      { provide: CLOCK, useValue: platform.clock },
      { provide: ENTROPY, useValue: platform.entropy },
      { provide: VERIFIER, useValue: platform.verifier },
      { provide: Bus, useValue: platform.bus },
      { provide: Streams, useValue: platform.streams },
      { provide: Health, useValue: platform.health },
      { provide: Performers, useValue: platform.performers },
      ...(database === undefined ? [] : [{ provide: DataSource, useValue: database }]),
      ...(outbox === undefined ? [] : [{ provide: OutboxWorker, useValue: outbox }]),
    ]
    return {
      module: PlatformModule,
      global: true,
      controllers: [healthController(platform.name)],
      providers,
      exports: providers.map(({ provide }) => provide),
    }
  }
}
