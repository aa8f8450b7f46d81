// A ledger's database schema: its name and the migrations that make its tables.
import { platformMigrations } from '@huitong/platform'
import { Prune1760000005000 } from './prune/prune.migration.js'
import { Blocks1760000001000 } from './block/block.migration.js'
import { LedgerIndex1760000002000 } from './index/index.migration.js'
import { IndexParts1760000004000 } from './index/index-parts.migration.js'

/** The schema of the ledger `east-2` is `ledger_east_2`: names have no underscore, so no two share one. */
export const schemaOf = (ledger: string): string => `ledger_${ledger.replaceAll('-', '_')}`

export const ledgerMigrations = [
  ...platformMigrations,
  Blocks1760000001000,
  LedgerIndex1760000002000,
  IndexParts1760000004000,
  Prune1760000005000,
] as const
