// Open loop: transfers are due at fixed times whatever the ledger does, and each is measured from the time at which it was due.
import { setTimeout as sleep } from 'node:timers/promises'
import { quantiles } from '../figures.js'
import { transfersOf } from '../workload/read.js'
import { type Host, type HostConfig, openHost, setUp } from './host.js'
import { Journal } from './journal.js'

export interface LatencyConfig extends HostConfig {
  readonly rates: readonly { readonly perSecond: number; readonly count: number }[]
  readonly warmUp: number
  readonly journal: string
}

export interface LatencyFigures {
  readonly perSecond: number
  /** Milliseconds from the scheduled time to the acknowledgement. */
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly acknowledged: number
  readonly refused: number
}

/** Transfers of one envelope at most. */
const TOGETHER_MAX = 256
/** The rate of the transfers that are not counted, before the first that are. */
const WARM_UP_PER_SECOND = 5_000
/** Seconds before a rate's first sample: the loop has to find its step. */
const LEAD_SECONDS = 0.3

export async function latency(config: LatencyConfig): Promise<readonly LatencyFigures[]> {
  const { workload, rates, warmUp } = config
  const host = await openHost(config)
  await setUp(host, workload)
  const total = rates.reduce((sum, { count }) => sum + count, warmUp)
  const transfers = transfersOf(workload, 0, total)
  const journal = new Journal(total)
  // as the measured ones come, so that the runtime has compiled what they will run
  await atRate(host, transfers, { from: 0, count: warmUp, perSecond: WARM_UP_PER_SECOND, journal })
  const figures: LatencyFigures[] = []
  let from = warmUp
  for (const { perSecond, count } of rates) {
    figures.push(await atRate(host, transfers, { from, count, perSecond, journal }))
    from += count
    await sleep(300)
  }
  journal.save(config.journal)
  await host.close()
  return figures
}

async function atRate(
  host: Host,
  transfers: readonly Uint8Array[],
  rate: { readonly from: number; readonly count: number; readonly perSecond: number; readonly journal: Journal },
): Promise<LatencyFigures> {
  const { from, count, perSecond, journal } = rate
  const [told, refusedBefore] = [journal.acknowledged, refusals(journal)]
  const took = new Float64Array(count)
  const begun = performance.now()
  const dueAt = (position: number): number => begun + (position * 1_000) / perSecond
  const answers: Promise<void>[] = []
  const send = async (at: number, end: number): Promise<void> => {
    const statuses = await host.run(transfers.slice(from + at, from + end))
    const now = performance.now()
    statuses.forEach((status, position) => {
      journal.tell(from + at + position, status)
      took[at + position] = now - dueAt(at + position)
    })
  }
  let sent = 0
  while (sent < count) {
    const due = Math.min(count, Math.floor(((performance.now() - begun) * perSecond) / 1_000) + 1)
    // what fell due together goes together, as a client gathers a millisecond's worth; after a stall in as many envelopes as it takes
    for (; sent < due; sent = Math.min(due, sent + TOGETHER_MAX)) answers.push(send(sent, Math.min(due, sent + TOGETHER_MAX)))
    await sleep(1)
  }
  await Promise.all(answers)
  const lead = Math.min(count - 1, Math.floor(perSecond * LEAD_SECONDS))
  const [p50 = 0, p99 = 0, p999 = 0] = quantiles(took.slice(lead), [0.5, 0.99, 0.999])
  return { perSecond, p50, p99, p999, acknowledged: journal.acknowledged - told, refused: refusals(journal) - refusedBefore }
}

const refusals = (journal: Journal): number => [...journal.refused.values()].reduce((sum, count) => sum + count, 0)
