// Judges reminders by arithmetic of its own: each once, when its part of the window is over on the ledger that the deadline is on, while it is still awaited
// and not after its end. Knows of waits by what deals are committed as, never by what was planned.
import {
  type Reminder,
  type Wait,
  REMINDED_WINDOW_MIN_MS,
  conversionWaits,
  orderWaits,
  swapWaits,
  waitKey,
} from '@huitong/protocol'
import { disputeKind } from '../../apps/settlement/src/dispute/dispute.kind.js'
import { type Decoded, dealOf, decodedOf } from './stored-deals.js'
import type { Row, Tables } from './tables.js'
import type { World } from './world.js'

/** By how much the hub's idea of when a wait began may differ from when it was committed: clocks, and the work of a unit. */
const TOLERANCE_MS = 90_000
const PARTS = [
  ['50%', 0.5],
  ['90%', 0.9],
] as const satisfies readonly (readonly [Reminder['stage'], number])[]

interface Open {
  readonly wait: Wait
  readonly since: number
  /** Stages that were told, or that nobody can be told of any more. */
  readonly done: Set<string>
}

export class ReminderWatch {
  /** By deal, then by wait. */
  readonly #open = new Map<string, Map<string, Open>>()
  told = 0

  constructor(private readonly world: World) {}

  committed(tables: Tables, written: ReadonlyMap<string, readonly string[]>): void {
    for (const id of written.get('deal') ?? []) this.#begun(tables, id)
    for (const key of written.get('deal_event_pending') ?? []) {
      const row = tables.table('deal_event_pending').get(key)
      if (row?.['type'] === 'reminder') this.#told(tables, row)
    }
    for (const chain of written.get('ledger') ?? []) this.#due(tables, chain)
  }

  /** Whom a deal waits for now; what it waits for no more is forgotten. */
  #begun(tables: Tables, id: string): void {
    const decoded = decodedOf(tables, id)
    if (decoded === undefined) return
    const before = this.#open.get(id) ?? new Map<string, Open>()
    const next = new Map<string, Open>()
    // the window begins by the ledger's time or the clock, whichever is later
    for (const wait of waitsOf(decoded, dealOf(tables, id)?.row.isFinal === true)) {
      const key = waitKey(wait)
      const since = Math.max(this.world.scheduler.now, timeOf(tables, wait.chain))
      next.set(key, before.get(key) ?? { wait, since, done: new Set() })
    }
    this.#open.set(id, next)
  }

  #told(tables: Tables, row: Row): void {
    const [deal, key, stage] = [String(row['deal']), String(row['wait']), String(row['stage'])]
    const open = this.#open.get(deal)?.get(key)
    const about = [deal, key]
    if (open === undefined) return this.world.fail('nobody is reminded of what is not awaited', `${deal} ${key} ${stage}`, about)
    const now = timeOf(tables, open.wait.chain)
    const { until } = open.wait
    const part = PARTS.find(([name]) => name === stage)?.[1] ?? 0
    if (open.done.has(stage)) return this.world.fail('each reminder once', `${deal} ${key} ${stage}`, about)
    if (now >= until) return this.world.fail('no reminder after the end', `${deal} ${key} ${stage}: ${now - until} ms`, about)
    const earliest = open.since + (until - open.since) * part - TOLERANCE_MS
    if (now < earliest) return this.world.fail('no reminder is early', `${deal} ${key} ${stage}: ${earliest - now} ms`, about)
    open.done.add(stage)
    this.told += 1
  }

  /** What a ledger's time has made due was told in the same commit. */
  #due(tables: Tables, chain: string): void {
    const now = timeOf(tables, chain)
    for (const [deal, waits] of this.#open) {
      for (const [key, { wait, since, done }] of waits) {
        if (wait.chain !== chain || wait.until - since < REMINDED_WINDOW_MIN_MS + TOLERANCE_MS) continue
        for (const [stage, part] of PARTS) {
          if (done.has(stage) || now < since + (wait.until - since) * part + TOLERANCE_MS) continue
          done.add(stage)
          // a block that comes only after the end tells nobody of what nobody can keep any more
          if (now < wait.until) this.world.fail('each reminder once', `${deal} ${key} ${stage} was not told`, [deal, key])
        }
      }
    }
  }
}

function waitsOf(decoded: Decoded, isFinal: boolean): readonly Wait[] {
  if (isFinal) return []
  switch (decoded.kind) {
    case 'swap':
      return swapWaits(decoded.state)
    case 'conversion':
      return conversionWaits(decoded.hops)
    case 'order':
      return orderWaits(decoded.state)
    case 'dispute':
      return disputeKind.outline(decoded.deal).waits ?? []
    default:
      return []
  }
}

const timeOf = (tables: Tables, chain: string): number => Number(tables.table('ledger').get(chain)?.['time'] ?? 0)
