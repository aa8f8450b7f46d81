// The custody process: the only one with the hub's keys. It answers settlement alone (rights on the bus say so).
import { platformMigrations, runProcess } from '@huitong/platform'
import { CustodyModule } from './custody.module.js'
import { custodyMigrations } from './pg/custody-tables.js'
import { Rounds } from './rounds.js'

await runProcess({
  role: 'custody',
  module: CustodyModule,
  database: { schema: 'custody', migrations: [...platformMigrations, ...custodyMigrations] },
  started: (app) => app.get(Rounds).start(),
})
