// Wires custody together over the platform's parts.
import { Bus, CLOCK, ENTROPY, SETTINGS_TOKEN, type Settings, VERIFIER, Vault, needed } from '@huitong/platform'
import type { Clock, Entropy, Verifier } from '@huitong/primitives'
import { Module } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { uuidv7 } from 'uuidv7'
import { Keyring } from './account/keyring.js'
import { PgManagedStore, PgPins } from './account/managed.pg.js'
import { Opener } from './account/opener.js'
import { CustodyController } from './custody.controller.js'
import { CustodyService } from './custody.service.js'
import { PinnedRegistry } from './evidence/registry.js'
import { BusLedgers } from './ledger/ledgers.bus.js'
import { Rounds } from './rounds.js'
import { PgBook } from './signed/book.pg.js'
import { Settler } from './signed/settler.js'
import { SigningService } from './signed/signing.service.js'

@Module({
  controllers: [CustodyController],
  providers: [
    {
      provide: BusLedgers,
      inject: [Bus, DataSource, SETTINGS_TOKEN],
      useFactory: (bus: Bus, database: DataSource, settings: Settings) =>
        new BusLedgers(bus, new PgPins(database), settings.ledgers),
    },
    {
      provide: Keyring,
      inject: [DataSource, SETTINGS_TOKEN, ENTROPY],
      useFactory: async (database: DataSource, settings: Settings, entropy: Entropy) => {
        const keyring = new Keyring(new PgManagedStore(database), new Vault(needed(settings, 'masterKey')), entropy)
        await keyring.start()
        return keyring
      },
    },
    {
      provide: Opener,
      inject: [BusLedgers, Keyring, ENTROPY],
      useFactory: (ledgers: BusLedgers, keyring: Keyring, entropy: Entropy) => new Opener(ledgers, keyring, entropy),
    },
    { provide: PgBook, inject: [DataSource], useFactory: (database: DataSource) => new PgBook(database) },
    {
      provide: Settler,
      inject: [BusLedgers, PgBook],
      useFactory: (ledgers: BusLedgers, book: PgBook) => new Settler(ledgers, book),
    },
    {
      provide: CustodyService,
      inject: [BusLedgers, Keyring, Opener, PgBook, Settler, Bus, DataSource, CLOCK, ENTROPY, VERIFIER],
      useFactory: (
        ledgers: BusLedgers,
        keyring: Keyring,
        opener: Opener,
        book: PgBook,
        settler: Settler,
        bus: Bus,
        database: DataSource,
        clock: Clock,
        entropy: Entropy,
        verifier: Verifier,
      ) => {
        const registry = new PinnedRegistry(bus, new PgPins(database))
        const signing = new SigningService({ ledgers, keyring, book, settler, clock, entropy, newId: uuidv7 })
        return new CustodyService({ ledgers, keyring, registry, verifier, book, signing, opener, clock })
      },
    },
    {
      provide: Rounds,
      inject: [BusLedgers, Opener, Settler],
      useFactory: (ledgers: BusLedgers, opener: Opener, settler: Settler) => new Rounds(ledgers.names, opener, settler),
    },
  ],
})
export class CustodyModule {}
