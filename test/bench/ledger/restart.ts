// Restart: the ledger's process is started again over its data, and a client that has waited for it sends one transfer until it is accepted.
import { setTimeout as sleep } from 'node:timers/promises'
import { Bus } from '@huitong/platform'
import { submit } from '../bus/client.js'
import { type ProcessConfig, startLedger } from './process.js'
import { transfersOf } from '../workload/read.js'
import { say } from '../say.js'
import { Journal } from './journal.js'

export interface RestartFigures {
  /** From the start of the process to the acknowledgement of the first transfer. */
  readonly seconds: number
}

/** `from`: number of the transfer that is sent. The process is killed afterwards, not stopped, so that the next start is one after a crash. */
export async function restart(
  config: ProcessConfig & { readonly from: number; readonly journal: string },
): Promise<RestartFigures> {
  const { workload, nats } = config
  const bus = await Bus.connect({ url: nats.url, role: 'bench-client', user: nats.user, password: nats.password })
  const transfer = transfersOf(workload, config.from, 1)
  const journal = new Journal(1)
  let lost = 0
  const begun = performance.now()
  const ledger = await startLedger(config)
  const statuses = await accepted()
  const seconds = (performance.now() - begun) / 1_000
  // after a reply that was lost the same transfer is told the place it has
  const refused = statuses.find(({ outcome }) => outcome !== 'committed' && !(outcome === 'replayed' && lost > 0))
  if (refused !== undefined) throw new Error(`the first transfer after a restart ended as ${JSON.stringify(refused)}`)
  statuses.forEach((status) => journal.tell(0, status))
  journal.save(config.journal)
  await ledger.stop('SIGKILL')
  await bus.close()
  return { seconds }

  async function accepted(): ReturnType<typeof submit> {
    for (;;) {
      try {
        return await submit(bus, workload.plan.name, transfer)
      } catch (error) {
        // nobody answers yet
        if (performance.now() - begun > 120_000) throw error
        lost += 1
        if (lost === 1) say(`the first transfer after a restart is sent again: ${String(error)}`)
        await sleep(5)
      }
    }
  }
}
