// The identity process: parties, keys, carriers, operators, recovery cases.
import { platformMigrations, runProcess } from '@huitong/platform'
import { HubService } from './hub/hub.service.js'
import { IdentityModule } from './identity.module.js'
import { KeyService } from './key/key.service.js'
import { RecoveryWatch } from './recovery/recovery.watch.js'
import { identityMigrations } from './pg/identity-tables.js'

await runProcess({
  role: 'identity',
  module: IdentityModule,
  database: { schema: 'identity', migrations: [...platformMigrations, ...identityMigrations] },
  started: async (app, { settings }) => {
    await app.get(HubService).id()
    await app.get(KeyService).bootstrap(settings.dataFolder)
    app.get(RecoveryWatch).wake()
  },
})
