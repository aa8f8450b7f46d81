// The ledger of this process within Nest: opened before the first request is taken, closed after the last is answered.
import { join } from 'node:path'
import { Health, SETTINGS_TOKEN, type Settings, Streams, faultFields, log, needed, systemClock } from '@huitong/platform'
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common'
import { invariant } from '@huitong/primitives'
import { DataSource } from 'typeorm'
import { Ledger } from './engine/ledger.js'
import { Proofs } from './read/proofs.js'
import { schemaOf } from './schema.js'

/** Exit code of a process that must not write on; its supervisor starts another, which reads the truth from storage. */
const EXIT_FAULT = 3

@Injectable()
export class LedgerService implements OnApplicationBootstrap, OnApplicationShutdown {
  #ledger: Ledger | undefined
  #proofs: Proofs | undefined

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly database: DataSource,
    private readonly streams: Streams,
    private readonly health: Health,
  ) {}

  get ledger(): Ledger {
    invariant(this.#ledger !== undefined, 'the ledger is opened before it is asked')
    return this.#ledger
  }

  /** What the same ledger answers in one go. */
  get proofs(): Proofs {
    return (this.#proofs ??= new Proofs(this.ledger))
  }

  async onApplicationBootstrap(): Promise<void> {
    const { settings, database, streams } = this
    const name = needed(settings, 'ledger')
    this.#ledger = await Ledger.open({
      name,
      sandbox: settings.sandbox,
      folder: join(settings.dataFolder, 'ledgers'),
      database,
      streams,
      wall: systemClock,
      // a process always has the setting; a ledger hosted with a database of its own (specs) indexes over that one, in this thread
      ...(settings.databaseUrl === undefined ? {} : { place: { url: settings.databaseUrl, schema: schemaOf(name) } }),
      onFault: (error) => {
        log.error('ledger.stopped', faultFields(error))
        // answers of unknown outcome go out first
        setTimeout(() => process.exit(EXIT_FAULT), 50)
      },
    })
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#ledger?.close()
  }
}
