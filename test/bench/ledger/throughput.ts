// Closed loop: so many transfers are always under way, sent and answered within the ledger's own process.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeStatuses, encodeEnvelope } from '@huitong/contracts'
import { expectOk, invariant } from '@huitong/primitives'
import type { Service } from '../service.js'
import { transfersOf } from '../workload/read.js'
import { type Host, type HostConfig, openHost, setUp } from './host.js'
import { Journal } from './journal.js'

export interface ThroughputConfig extends HostConfig {
  /** First transfer of the workload and how many. */
  readonly from: number
  readonly count: number
  /** True if the ledger is new and has to be founded first. */
  readonly found: boolean
  readonly inFlight: number
  /** Transfers of the workload sent before the timed ones, to warm the code up; they are part of the ledger, not of the figures. */
  readonly warmUp: number
  readonly journal: string
}

export interface ThroughputFigures {
  /** Seconds from the first transfer to the last acknowledgement. */
  readonly seconds: number
  /** Seconds until the last transfer could be searched. */
  readonly searchable: number
  /** The longest that a durable block waited to be searchable, in seconds. */
  readonly lag: number
  readonly acknowledged: number
  readonly refused: Readonly<Record<string, number>>
  /** CPU seconds of the whole process, database not included. */
  readonly cpuSeconds: number
  readonly blocks: number
  readonly openedMs: number
  /** Memory held before the timed part, after a collection: heap and arrays. */
  readonly memoryBytes: number
}

/** Transactions handed over together; a client or gateway gathers 16 to 64. */
const ENVELOPE = 64

export const throughput: Service<ThroughputConfig, null, ThroughputFigures> = async (config, life) => {
  const { workload, from, count, warmUp } = config
  const openedAt = performance.now()
  const host = await openHost(config)
  const openedMs = performance.now() - openedAt
  if (config.found) await setUp(host, workload)
  const memoryBytes = heldMemory()
  const transfers = transfersOf(workload, from, count + warmUp)
  const journal = new Journal(transfers.length)
  if (warmUp > 0) tell(journal, await pour(host, envelopesOf(transfers, 0, warmUp), config.inFlight))
  const envelopes = envelopesOf(transfers, warmUp, transfers.length)
  await level(host)
  life.ready(null)
  await life.told
  const height = host.height()
  const lag = new LagWatch(host)
  const cpu = process.cpuUsage()
  const begun = performance.now()
  const replies = await pour(host, envelopes, config.inFlight)
  const seconds = (performance.now() - begun) / 1_000
  const used = process.cpuUsage(cpu)
  await level(host)
  const searchable = (performance.now() - begun) / 1_000
  const longest = lag.stop()
  const blocks = host.height() - height
  tell(journal, replies)
  journal.save(config.journal)
  await host.close()
  return {
    seconds,
    searchable,
    lag: longest,
    acknowledged: journal.acknowledged - warmUp,
    refused: Object.fromEntries(journal.refused),
    cpuSeconds: (used.user + used.system) / 1e6,
    blocks,
    openedMs,
    memoryBytes,
  }
}

/** Bytes held after a full collection. */
function heldMemory(): number {
  setFlagsFromString('--expose-gc')
  // the border: a function that V8 defines under this flag
  const collect = runInNewContext('gc') as () => void
  collect()
  // what the first has found unused is given back beside the program, and for certain before a second begins
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Transfers as they travel together, from position `at` on. */
interface Parcel {
  readonly at: number
  readonly bytes: Uint8Array
}

function envelopesOf(transfers: readonly Uint8Array[], from: number, to: number): readonly Parcel[] {
  const envelopes: Parcel[] = []
  for (let at = from; at < to; at += ENVELOPE)
    envelopes.push({ at, bytes: encodeEnvelope(transfers.slice(at, Math.min(to, at + ENVELOPE))) })
  return envelopes
}

/** Sends all envelopes, so many transfers at once; answers the replies as they came. What a client makes of them is not the ledger's time. */
async function pour(host: Host, envelopes: readonly Parcel[], inFlight: number): Promise<readonly Parcel[]> {
  const replies: Parcel[] = []
  let next = 0
  const sender = async (): Promise<void> => {
    for (let parcel = envelopes[next++]; parcel !== undefined; parcel = envelopes[next++])
      replies.push({ at: parcel.at, bytes: await host.submit(parcel.bytes) })
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.round(inFlight / ENVELOPE)) }, sender))
  return replies
}

function tell(journal: Journal, replies: readonly Parcel[]): void {
  for (const { at, bytes } of replies)
    expectOk(decodeStatuses(bytes), 'statuses of an envelope').forEach((status, position) => journal.tell(at + position, status))
}

/** Waits until everything durable can be searched. */
async function level(host: Host): Promise<void> {
  const end = Date.now() + 600_000
  while (host.indexed() < host.height()) {
    invariant(Date.now() < end, 'the index catches up within ten minutes')
    await sleep(5)
  }
}

/** Notes when each height became durable and how long it then took to be searchable. */
class LagWatch {
  readonly #durable: { readonly height: number; readonly at: number }[] = []
  #longest = 0
  readonly #timer: NodeJS.Timeout

  constructor(private readonly host: Host) {
    this.#timer = setInterval(() => this.#look(), 10)
  }

  #look(): void {
    const now = performance.now()
    const [height, indexed] = [this.host.height(), this.host.indexed()]
    if (height > (this.#durable.at(-1)?.height ?? 0)) this.#durable.push({ height, at: now })
    let first = this.#durable[0]
    while (first !== undefined && first.height <= indexed) {
      this.#longest = Math.max(this.#longest, now - first.at)
      this.#durable.shift()
      first = this.#durable[0]
    }
    if (first !== undefined) this.#longest = Math.max(this.#longest, now - first.at)
  }

  stop(): number {
    this.#look()
    clearInterval(this.#timer)
    return this.#longest / 1_000
  }
}
