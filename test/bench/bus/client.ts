// The client of a ledger in another process: founds it over NATS, then sends signed transfers in envelopes of a given size, so many at a time.
import { setTimeout as sleep } from 'node:timers/promises'
import { type TransactionStatus, decodeStatuses, encodeEnvelope, ledgerStatus, ledgerSubmit } from '@huitong/contracts'
import { Bus } from '@huitong/platform'
import { expectOk } from '@huitong/primitives'
import { Journal } from '../ledger/journal.js'
import type { NatsAccess } from '../servers.js'
import type { Service } from '../service.js'
import type { Workload } from '../workload/plan.js'
import { setupOf, transfersOf } from '../workload/read.js'

export interface BusClientConfig {
  readonly workload: Workload
  readonly nats: NatsAccess
  readonly warmUp: number
  /** One after another, each over the next transfers of the workload. */
  readonly phases: readonly Phase[]
  readonly journal: string
}

export interface Phase {
  readonly count: number
  readonly perMessage: number
  readonly messagesAtOnce: number
}

export interface PhaseFigures {
  /** Transfers acknowledged per second. */
  readonly perSecond: number
  readonly acknowledged: number
}

export interface BusFigures {
  readonly phases: readonly PhaseFigures[]
  readonly refused: Readonly<Record<string, number>>
}

const DEADLINE_MS = 60_000

export const busClient: Service<BusClientConfig, null, BusFigures> = async (config, life) => {
  const { workload, nats, warmUp, phases } = config
  const to = workload.plan.name
  const bus = await Bus.connect({ url: nats.url, role: 'bench-client', user: nats.user, password: nats.password })
  await found(bus, workload)
  const total = phases.reduce((sum, { count }) => sum + count, warmUp)
  const transfers = transfersOf(workload, 0, total)
  const journal = new Journal(total)
  const pour = async (from: number, { count, perMessage, messagesAtOnce }: Phase): Promise<PhaseFigures> => {
    const before = journal.acknowledged
    const begun = performance.now()
    let next = from
    const sender = async (): Promise<void> => {
      while (next < from + count) {
        const at = next
        next = Math.min(from + count, at + perMessage)
        const statuses = await submit(bus, to, transfers.slice(at, next))
        statuses.forEach((status, position) => journal.tell(at + position, status))
      }
    }
    await Promise.all(Array.from({ length: messagesAtOnce }, sender))
    const acknowledged = journal.acknowledged - before
    return { perSecond: acknowledged / ((performance.now() - begun) / 1_000), acknowledged }
  }
  if (warmUp > 0) await pour(0, { count: warmUp, perMessage: 64, messagesAtOnce: 16 })
  await level(bus, to)
  life.ready(null)
  await life.told
  const figures: PhaseFigures[] = []
  let from = warmUp
  for (const phase of phases) {
    figures.push(await pour(from, phase))
    from += phase.count
    await level(bus, to)
  }
  journal.save(config.journal)
  await bus.close()
  return { phases: figures, refused: Object.fromEntries(journal.refused) }
}

export async function submit(bus: Bus, to: string, transactions: readonly Uint8Array[]): Promise<readonly TransactionStatus[]> {
  const reply = await bus.submit(ledgerSubmit, encodeEnvelope(transactions), { to, deadlineMs: DEADLINE_MS })
  return expectOk(decodeStatuses(expectOk(reply, 'a reply of the ledger')), 'statuses')
}

/** Opens accounts, registers the asset, issues the coins; throws if anything of it is refused. */
export async function found(bus: Bus, workload: Workload): Promise<void> {
  let waiting: Uint8Array[] = []
  let size = 0
  const send = async (): Promise<void> => {
    const wrong = (await submit(bus, workload.plan.name, waiting)).find(({ outcome }) => outcome !== 'committed')
    if (wrong !== undefined) throw new Error(`the setup was not committed: ${JSON.stringify(wrong)}`)
    waiting = []
    size = 0
  }
  for (const transaction of setupOf(workload)) {
    if (size + transaction.length > 500_000 || waiting.length === 256) await send()
    waiting.push(transaction)
    size += transaction.length + 4
  }
  if (waiting.length > 0) await send()
}

/** Waits until the ledger's index holds everything durable, so that nothing left over disturbs what is measured next. */
export async function level(bus: Bus, to: string): Promise<void> {
  for (;;) {
    const status = await bus.call(ledgerStatus, {}, { to, deadlineMs: DEADLINE_MS })
    if (status.ok && status.value.indexLag === 0) return
    await sleep(20)
  }
}
