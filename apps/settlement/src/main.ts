// The settlement process: offers, quotes, conversions, swaps, orders, disputes. Loads, decides, persists, performs; watches every ledger.
import { loadSettings, platformMigrations, runProcess } from '@huitong/platform'
import { EffectPerformers } from './effect/performer.js'
import { settlementMigrations } from './migrations/tables.js'
import { NOUNS } from './nouns.js'
import { SettlementModule } from './settlement.module.js'
import { termsOf } from './terms.js'
import { Watchers } from './watch/watchers.js'

await runProcess({
  role: 'settlement',
  module: SettlementModule.of({ terms: () => termsOf(loadSettings(process.env)), nouns: NOUNS }),
  database: { schema: 'settlement', migrations: [...platformMigrations, ...settlementMigrations] },
  started: async (app) => {
    app.get(Watchers).start()
    await app.get(EffectPerformers).resume()
  },
})
