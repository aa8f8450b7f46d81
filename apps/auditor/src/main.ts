// The auditor process: checks the hub's invariants all the time, by a way of its own, and changes nothing.
import { runProcess } from '@huitong/platform'
import { AuditorModule } from './auditor.module.js'
import { AuditorService } from './auditor.service.js'

await runProcess({
  role: 'auditor',
  module: AuditorModule,
  started: (app) => app.get(AuditorService).start(),
})
