// A whole hub in one process and one queue: three ledgers, settlement, custody, identity, and what stands between them. It starts again what
// crashed, halts and cuts what the seed says, and heals.
import { log } from '@huitong/platform'
import type { AssetCode, ChainId, Time } from '@huitong/primitives'
import { uuidv7 } from 'uuidv7'
import { DEFAULT_TERMS, type Terms } from '../../apps/settlement/src/terms.js'
import { takeOver } from './ambient.js'
import { CustodyHost } from './custody-host.js'
import { SimulatedDatabase } from './database.js'
import { dealStatement } from './deal-store.js'
import { type FaultGroup, Faults } from './faults.js'
import { IdentityHost } from './identity-host.js'
import { LedgerHost } from './ledger-host.js'
import { Network, busOf } from './network.js'
import type { Random } from './random.js'
import { Life, Scheduler } from './scheduler.js'
import { type Decision, SettlementHost } from './settlement-host.js'
import { platformStatements } from './statements-platform.js'
import { settlementStatements } from './statements-settlement.js'
import { Trace } from './trace.js'

export const START = 1_900_000_000_000
export const MINUTE = 60_000
export const LEDGERS = ['east', 'west', 'north'] as const
export const ASSETS: Readonly<Record<string, AssetCode>> = {
  east: 'EUR' as AssetCode,
  west: 'CNY' as AssetCode,
  north: 'PTS' as AssetCode,
}

/** As the hub's settings, with time for polls that are stretched, and disputes that end within a simulated hour. */
export const TERMS: Terms = { ...DEFAULT_TERMS, latencyMs: 2 * MINUTE, longestDisputeMs: 30 * MINUTE, quoteTtlMs: 3 * MINUTE }

/** The longest that a ledger, a link or the hub is away: below what the terms say a deal survives. */
const OUTAGE_MOST_MS = 4 * MINUTE
const RESTART_MOST_MS = 40_000
/** Of the seeds. */
const BEYOND_SHARE = 0.12
/** A day before the start: an id generator that saw a later time begins anew. */
const BEFORE = START - 24 * 3_600_000

export interface WorldOptions {
  readonly seed: number
  readonly random: Random
  readonly without: ReadonlySet<FaultGroup>
}

/** A rule was broken; the run ends here. */
export interface Failure {
  readonly rule: string
  readonly detail: string
  /** Names by which the trace is searched: deals, coins, effects. */
  readonly about: readonly string[]
}

export class World {
  readonly scheduler: Scheduler
  readonly faults: Faults
  readonly network: Network
  readonly ledgers: readonly LedgerHost[]
  readonly database: SimulatedDatabase
  readonly identity = new IdentityHost()
  readonly custody: CustodyHost
  failure: Failure | undefined
  /** True in the seeds whose clocks differ by more than the terms allow for. */
  readonly isSkewed: boolean
  settlement: SettlementHost | undefined
  starts = 0
  onDecision: (decision: Decision) => void = () => undefined
  readonly #awaited = new Map<string, (() => void)[]>()
  onCommit: (written: ReadonlyMap<string, readonly string[]>) => void = () => undefined
  onBlock: (host: LedgerHost) => void = () => undefined
  #life = new Life('settlement')
  readonly #hubSkewMs: number
  readonly #beyond = new Set<string>()

  constructor(readonly options: WorldOptions) {
    const { random, without } = options
    this.scheduler = new Scheduler(START, random, new Trace(START))
    const { scheduler } = this
    this.faults = new Faults(scheduler, without)
    scheduler.crashes = (life, label) => {
      if (!this.faults.crashes(life, label)) return false
      life.end()
      return true
    }
    this.network = new Network(scheduler, this.faults)
    this.network.failed = (error) => this.broken(error)
    const skews = random.fork('skew')
    const within = TERMS.skewMs / 2
    this.isSkewed = !without.has('skew') && skews.chance(0.15)
    const most = without.has('skew') ? 0 : this.isSkewed ? 40_000 : within
    this.ledgers = LEDGERS.map((name) => new LedgerHost(name, scheduler, (host) => this.#block(host)))
    this.#hubSkewMs = (skews.unit() * 2 - 1) * Math.min(most, within)
    for (const [number, host] of this.ledgers.entries())
      host.skewMs = (skews.unit() * 2 - 1) * (number === 0 ? most : Math.min(most, within))
    this.database = new SimulatedDatabase({
      scheduler,
      statements: new Map([dealStatement, ...platformStatements, ...settlementStatements]),
      faults: () => this.faults.database(),
      committed: (written) => this.onCommit(written),
    })
    this.custody = new CustodyHost(this.network, LEDGERS)
    this.network.serve('identity', this.identity)
    for (const host of this.ledgers) this.network.serve(host.name, host)
  }

  host(name: string): LedgerHost {
    const found = this.ledgers.find((one) => one.name === name)
    if (found === undefined) throw new RangeError(`no ledger ${name}`)
    return found
  }

  ofChain(chain: ChainId): LedgerHost {
    const found = this.ledgers.find(({ ledger }) => ledger.chain === chain)
    if (found === undefined) throw new RangeError(`no ledger of chain ${chain}`)
    return found
  }

  /** When a deal, or a milestone of it, comes into a state: for those who act at the very moment. Perhaps never. */
  when(deal: string, state: string): Promise<void> {
    return new Promise((reached) => {
      const key = `${deal} ${state}`
      this.#awaited.set(key, [...(this.#awaited.get(key) ?? []), reached])
    })
  }

  /** A decision was made: whoever waited for it acts. */
  reached(deal: string, state: string): void {
    const waiting = this.#awaited.get(`${deal} ${state}`)
    if (waiting === undefined) return
    this.#awaited.delete(`${deal} ${state}`)
    for (const reached of waiting) reached()
  }

  note(text: string): void {
    this.scheduler.trace.note(this.scheduler.now, text)
  }

  fail(rule: string, detail: string, about: readonly string[] = []): void {
    if (this.failure !== undefined) return
    this.failure = { rule, detail, about }
    this.note(`BROKEN ${rule}: ${detail}`)
  }

  broken(error: unknown): void {
    this.fail(
      'code',
      error instanceof Error ? `${error.name}: ${error.message} ${error.stack?.split('\n')[1] ?? ''}` : String(error),
    )
  }

  /** Runs `work` with the globals, the log and the randomness of this world. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    const stretch = this.options.random.fork('stretch').between(60, 120)
    const giveBack = takeOver({ scheduler: this.scheduler, life: () => this.#life, stretch })
    const { now } = Date
    Date.now = () => BEFORE
    for (let drawn = 0; drawn < 16; drawn++) uuidv7()
    Date.now = now
    log.configure({ level: 'warn', stream: { write: (line) => this.#heard(line) } })
    try {
      return await work()
    } finally {
      log.configure({ level: 'warn' })
      giveBack()
    }
  }

  start(): void {
    this.custody.start()
    this.#startSettlement()
  }

  /** From now on until the healing: halts and cuts at random times, besides what each message and statement suffers. */
  beginFaults(forMs: number): void {
    this.faults.begin()
    const random = this.options.random.fork('outages')
    const { without } = this.options
    if (this.isSkewed) this.faults.note('clock skew beyond tolerance')
    else if (!without.has('skew')) this.faults.note('clock skew tolerated')
    this.#stalls(random.fork('stalls'), forMs)
    this.#longOutage(random.fork('beyond'))
    const away = new Map<string, number>()
    for (let number = random.below(7); number > 0; number--) {
      const at = random.unit() * forMs
      const length = 5_000 + random.unit() * OUTAGE_MOST_MS
      const ledger = random.pick(LEDGERS)
      const other = random.pick(['settlement', 'custody'] as const)
      const isHalt = random.chance(0.5)
      // in all no longer than a deal has to survive
      away.set(ledger, (away.get(ledger) ?? 0) + length)
      if ((away.get(ledger) ?? 0) > TERMS.outageMs * 0.8) continue
      this.scheduler.in(at, this.scheduler.world, () => {
        if (!this.faults.isOn) return
        if (!isHalt) return this.faults.cut(other, ledger, length)
        if (without.has('halts')) return
        this.faults.note('ledger halted', `${ledger} for ${Math.round(length / 1_000)} s`)
        this.host(ledger).halt(length)
      })
    }
  }

  /** True of a ledger that was away for longer than deals have to survive: one leg of a pair may then end otherwise than the other. */
  isBeyond(ledger: string): boolean {
    return this.#beyond.has(ledger)
  }

  /** Will there be such an outage? Known before it begins, so that the seed tells of deals that meet it. */
  get hasLongOutage(): boolean {
    return !this.options.without.has('beyond') && this.options.random.fork('outages').fork('beyond').chance(BEYOND_SHARE)
  }

  /** In few seeds: a ledger that makes no block for longer than the terms allow for, or one that settlement cannot hear for so long. */
  #longOutage(random: Random): void {
    if (this.options.without.has('beyond') || !random.chance(BEYOND_SHARE)) return
    const ledger = random.pick(LEDGERS)
    const length = TERMS.outageMs + (40 + random.unit() * 50) * MINUTE
    const isHalt = random.chance(0.5)
    this.scheduler.in((2 + random.unit() * 12) * MINUTE, this.scheduler.world, () => {
      this.#beyond.add(ledger)
      this.faults.note('outage beyond tolerance', `${ledger} for ${Math.round(length / MINUTE)} min`)
      if (isHalt) this.host(ledger).halt(length, true)
      else this.faults.deafen('settlement', ledger, length)
    })
  }

  /** Ledgers that stop for a moment, as a slow disk makes them: far below the margins. */
  #stalls(random: Random, forMs: number): void {
    if (this.options.without.has('halts')) return
    for (let number = random.below(16); number > 0; number--) {
      const length = 1_000 + random.unit() * 20_000
      const ledger = random.pick(LEDGERS)
      this.scheduler.in(random.unit() * forMs, this.scheduler.world, () => {
        if (!this.faults.isOn) return
        this.faults.note('ledger stalled', `${ledger} for ${Math.round(length / 1_000)} s`)
        this.host(ledger).halt(length)
      })
    }
  }

  heal(): void {
    this.note('! everything heals')
    this.faults.heal()
    for (const host of this.ledgers) host.resumeNow()
  }

  #startSettlement(): void {
    const { scheduler, network } = this
    const life = new Life('settlement')
    this.#life = life
    this.starts += 1
    this.note(`settlement starts (${this.starts})`)
    const host = new SettlementHost({
      database: this.database.open(life),
      bus: busOf(network, life),
      ledgers: LEDGERS,
      terms: TERMS,
      now: () => Math.floor(scheduler.now + this.#hubSkewMs) as Time,
      decided: (decision) => this.onDecision(decision),
    })
    life.ending.push(() => {
      if (this.settlement === host) this.settlement = undefined
      const pause = 200 + scheduler.random.unit() * RESTART_MOST_MS
      scheduler.in(pause, scheduler.world, () => this.#startSettlement())
    })
    this.#run(life, host).catch((error: unknown) => this.#startFailed(life, error))
  }

  async #run(life: Life, host: SettlementHost): Promise<void> {
    await host.init()
    this.settlement = host
    const answer = (): never => {
      throw new Error('settlement is asked through its services')
    }
    this.network.serve('settlement', { life, answer })
    await host.start()
  }

  /** A process that cannot start ends, and its supervisor starts it again. */
  #startFailed(life: Life, error: unknown): void {
    if (!life.isAlive) return
    this.note(`settlement does not start: ${error instanceof Error ? error.message : String(error)}`)
    life.end()
  }

  #block(host: LedgerHost): void {
    this.onBlock(host)
    if (this.faults.hintIsLost(host.name)) return
    const { scheduler } = this
    scheduler.in(1 + scheduler.random.unit() * 300, scheduler.world, () => this.settlement?.wake())
  }

  /** What the hub's code logs: a broken invariant is a broken rule, wherever it was caught. */
  #heard(line: string): void {
    if (line.includes('InvariantViolation') || line.includes('has no meaning for')) {
      this.fail('code', faultOf(line))
    }
    const said = /"event":"([^"]+)"/.exec(line)?.[1] ?? 'log'
    const deal = /"deal":"([^"]+)"/.exec(line)?.[1] ?? ''
    const why = /"(?:message|code|reason)":"([^"]{0,120})/.exec(line)?.[1] ?? ''
    this.note(`log ${said} ${deal} ${why}`.trimEnd())
  }
}

/** The fault in a line of the log: its message and the frame that threw. */
function faultOf(line: string): string {
  const message = /"(?:message|error|fault)":"([^"]+)"/.exec(line)?.[1] ?? ''
  const frame = /at [^"]*?\/(?:apps|libs|test)\/([^"\\)]+)/.exec(line)?.[1] ?? ''
  return message === '' ? line.trim().slice(0, 600) : `${message} (${frame})`
}
