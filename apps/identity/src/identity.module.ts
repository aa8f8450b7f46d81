// Wires identity together: services over the platform's parts, ledgers over the bus.
import { Bus, CLOCK, ENTROPY, SETTINGS_TOKEN, type Settings, VERIFIER, Vault, needed } from '@huitong/platform'
import { type Clock, type Entropy, type Verifier, fromHex } from '@huitong/primitives'
import { Module } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { AuditService } from './audit/audit.service.js'
import { HubService } from './hub/hub.service.js'
import { IdentityController } from './identity.controller.js'
import { apiKeyRoot } from './key/api-key.js'
import { KeyService } from './key/key.service.js'
import { BusLedgers } from './ledger/ledgers.bus.js'
import type { Ledgers } from './ledger/ledgers.js'
import { PartyService } from './party/party.service.js'
import { RecoveryService } from './recovery/recovery.service.js'
import { RecoveryWatch } from './recovery/recovery.watch.js'
import { RegistryService } from './registry/registry.service.js'

/** Injection token of the port to the ledgers. */
export const LEDGERS = Symbol('Ledgers')

@Module({
  controllers: [IdentityController],
  providers: [
    {
      provide: LEDGERS,
      inject: [Bus, SETTINGS_TOKEN],
      useFactory: (bus: Bus, settings: Settings) => new BusLedgers(bus, settings.ledgers),
    },
    {
      provide: HubService,
      inject: [DataSource, ENTROPY, SETTINGS_TOKEN],
      useFactory: (database: DataSource, entropy: Entropy, { sandbox, ledgers }: Settings) =>
        new HubService(database, entropy, { sandbox, ledgers }),
    },
    {
      provide: KeyService,
      inject: [DataSource, CLOCK, ENTROPY, SETTINGS_TOKEN],
      useFactory: (database: DataSource, clock: Clock, entropy: Entropy, settings: Settings) =>
        new KeyService({ database, clock, entropy, root: apiKeyRoot(fromHex(needed(settings, 'masterKey'))) }),
    },
    {
      provide: Vault,
      inject: [SETTINGS_TOKEN],
      useFactory: (settings: Settings) => new Vault(needed(settings, 'masterKey')),
    },
    {
      provide: PartyService,
      inject: [DataSource, CLOCK, ENTROPY, VERIFIER, Vault, LEDGERS, HubService, KeyService],
      useFactory: (
        database: DataSource,
        clock: Clock,
        entropy: Entropy,
        verifier: Verifier,
        vault: Vault,
        ledgers: Ledgers,
        hub: HubService,
        keys: KeyService,
      ) => new PartyService({ database, clock, entropy, verifier, vault, ledgers, hub, keys }),
    },
    {
      provide: RegistryService,
      inject: [DataSource, CLOCK, KeyService],
      useFactory: (database: DataSource, clock: Clock, keys: KeyService) => new RegistryService(database, clock, keys),
    },
    {
      provide: RecoveryWatch,
      inject: [DataSource, LEDGERS, CLOCK, ENTROPY],
      useFactory: (database: DataSource, ledgers: Ledgers, clock: Clock, entropy: Entropy) =>
        new RecoveryWatch(database, ledgers, clock, entropy),
    },
    {
      provide: RecoveryService,
      inject: [DataSource, CLOCK, ENTROPY, VERIFIER, LEDGERS, RecoveryWatch],
      useFactory: (
        database: DataSource,
        clock: Clock,
        entropy: Entropy,
        verifier: Verifier,
        ledgers: Ledgers,
        watch: RecoveryWatch,
      ) => new RecoveryService({ database, clock, entropy, verifier, ledgers, wake: () => watch.wake() }),
    },
    {
      provide: AuditService,
      inject: [DataSource],
      useFactory: (database: DataSource) => new AuditService(database),
    },
  ],
})
export class IdentityModule {}
