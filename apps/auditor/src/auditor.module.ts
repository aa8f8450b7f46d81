// What the auditor is made of. Its database connection is its own: it has no schema, runs no migrations, and its role may only read.
import { Health, SETTINGS_TOKEN, type Settings, createDatabase, needed } from '@huitong/platform'
import { Inject, Injectable, Module, type OnModuleDestroy } from '@nestjs/common'
import type { DataSource } from 'typeorm'
import { AuditorController } from './auditor.controller.js'
import { AuditorService } from './auditor.service.js'
import { PgSource } from './read/pg-source.js'
import { Source } from './read/source.js'

const CONNECTIONS = 2

@Injectable()
export class Reading implements OnModuleDestroy {
  readonly database: DataSource

  constructor(
    @Inject(SETTINGS_TOKEN) readonly settings: Settings,
    health: Health,
  ) {
    const url = needed(settings, 'databaseUrl')
    // every name in the auditor's SQL says its schema
    this.database = createDatabase({ url, schema: 'pg_catalog', migrations: [], pool: CONNECTIONS, name: 'auditor' })
    health.watch('database', async () => void (await this.database.query('select 1')))
  }

  async open(): Promise<PgSource> {
    const { ledgers, dataFolder } = this.settings
    await this.database.initialize()
    return new PgSource({ database: this.database, ledgers, dataFolder })
  }

  async onModuleDestroy(): Promise<void> {
    if (this.database.isInitialized) await this.database.destroy()
  }
}

@Module({
  controllers: [AuditorController],
  providers: [Reading, { provide: Source, useFactory: (reading: Reading) => reading.open(), inject: [Reading] }, AuditorService],
})
export class AuditorModule {}
