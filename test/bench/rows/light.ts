// The row of the light client: receipts of a running ledger, verified in a real browser by the code that the console and the SDK use.
import { runTask } from '../task.js'
import { readWorld } from './bus.js'
import type { Row } from './row.js'

const RECEIPTS = 200

export const lightRow: Row = {
  name: 'light.verify',
  async run(pass) {
    const { workload } = await readWorld(pass)
    const assignment = await pass.once('receipts', () =>
      runTask('receipts', { workload, nats: pass.servers.nats, count: RECEIPTS }),
    )
    const config = { assignment: { ...assignment, ms: pass.sizes.lightMs }, folder: pass.servers.scratch() }
    const report = await runTask('lightVerify', config)
    if (report.fault !== undefined) throw new Error(`in the browser: ${report.fault}`)
    pass.bench.settings.set('light.verify', `${report.agent}, one thread`)
    return [
      {
        row: 'light.verify',
        metric: 'perSecond',
        value: report.verified / report.seconds,
        unit: 'receipts/s in one browser thread',
      },
    ]
  },
}
