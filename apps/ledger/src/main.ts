// A ledger process: HUITONG_LEDGER names the one ledger it runs.
import { SettingsError, loadSettings, runProcess } from '@huitong/platform'
import { LedgerModule } from './ledger.module.js'
import { ledgerMigrations, schemaOf } from './schema.js'

/** Envelopes wait for their block while they hold a place, so there are many places; memory is bounded by the ledger's own admission. */
const LIMITS = { running: 1_024, waiting: 4_096 }

await runProcess({
  role: 'ledger',
  module: LedgerModule,
  database: { schema: schemaOf(ledgerName()), migrations: ledgerMigrations },
  limits: LIMITS,
})

/** Read before the process starts, since the schema is named by it; a wrong setting is told by runProcess itself. */
function ledgerName(): string {
  try {
    return loadSettings(process.env).ledger ?? 'unnamed'
  } catch (error) {
    if (error instanceof SettingsError) return 'unnamed'
    throw error
  }
}
