// Keeps processes running: starts them in the order of their needs, restarts what died, gives up on what dies all the time, stops them in
// reverse order. Must never restart what it was told to stop, nor go on silently without a process.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Exit } from './child.js'

/** Something that can be started again and again: a server or a process of ours. */
export interface Unit {
  readonly role: string
  readonly after: readonly string[]
  /** Resolves when it is ready, rejects (with nothing left running) if it is not or is cancelled. Reports its pid as soon as it has one. */
  start(onSpawn: (pid: number) => void, cancelled: AbortSignal): Promise<Running>
}

export interface Running {
  readonly pid: number
  readonly port?: number | undefined
  readonly exited: Promise<Exit>
  /** Clean end, forced after a while. */
  stop(): Promise<void>
  kill9(): Promise<void>
}

export type UnitState = 'waiting' | 'starting' | 'ready' | 'restarting' | 'down' | 'stopped'

export interface UnitStatus {
  readonly role: string
  readonly state: UnitState
  readonly pid?: number
  readonly port?: number
  readonly restarts: number
  readonly lastError?: string
}

export type SupervisorEvent =
  | { readonly type: 'spawned'; readonly role: string; readonly pid: number }
  | { readonly type: 'ready'; readonly role: string; readonly ms: number; readonly port?: number }
  | { readonly type: 'exited'; readonly role: string; readonly exit: Exit }
  | { readonly type: 'failed'; readonly role: string; readonly reason: string }
  | { readonly type: 'restarting'; readonly role: string; readonly inMs: number }
  /** It stays down until the hub is started anew: its data may be wrong, somebody has to look. */
  | { readonly type: 'down'; readonly role: string; readonly reason: string }
  | { readonly type: 'stopped'; readonly role: string }

export interface SupervisorLimits {
  readonly backoffMinMs: number
  readonly backoffMaxMs: number
  /** This many ends within the window and the process stays down. */
  readonly crashes: number
  readonly windowMs: number
}

const LIMITS: SupervisorLimits = { backoffMinMs: 100, backoffMaxMs: 5_000, crashes: 5, windowMs: 60_000 }

export class Supervisor {
  private readonly keepers: ReadonlyMap<string, Keeper>

  constructor(
    units: readonly Unit[],
    private readonly report: (event: SupervisorEvent) => void,
    limits: SupervisorLimits = LIMITS,
  ) {
    this.keepers = new Map(units.map((unit) => [unit.role, new Keeper(unit, report, limits)]))
  }

  /** Resolves when all are ready; rejects when one stays down (the others run on until `stop`). */
  async start(): Promise<void> {
    const begun = new Map<string, Promise<void>>()
    const begin = (role: string): Promise<void> => {
      const known = begun.get(role)
      if (known !== undefined) return known
      const keeper = this.keeper(role)
      const started = Promise.all(keeper.unit.after.map(begin)).then(() => keeper.keep())
      begun.set(role, started)
      return started
    }
    await Promise.all([...this.keepers.keys()].map(begin))
  }

  /** Stops everything, each only after those that need it. */
  async stop(): Promise<void> {
    const keepers = [...this.keepers.values()]
    for (const keeper of keepers) keeper.cancel()
    const ended = new Map<string, Promise<void>>()
    const end = (keeper: Keeper): Promise<void> => {
      const known = ended.get(keeper.unit.role)
      if (known !== undefined) return known
      const dependants = keepers.filter((other) => other.unit.after.includes(keeper.unit.role))
      const done = Promise.all(dependants.map(end)).then(async () => {
        await keeper.stop()
        this.report({ type: 'stopped', role: keeper.unit.role })
      })
      ended.set(keeper.unit.role, done)
      return done
    }
    await Promise.all(keepers.map(end))
  }

  status(): readonly UnitStatus[] {
    return [...this.keepers.values()].map((keeper) => keeper.status())
  }

  /** kill -9, for demonstrations and tests: it comes back by itself. */
  async kill(role: string): Promise<void> {
    await this.keeper(role).kill9()
  }

  private keeper(role: string): Keeper {
    const keeper = this.keepers.get(role)
    if (keeper === undefined) throw new Error(`no process is called ${role}: ${[...this.keepers.keys()].join(', ')}`)
    return keeper
  }
}

/** Keeps one unit running. */
class Keeper {
  private state: UnitState = 'waiting'
  private running: Running | undefined
  private pid: number | undefined
  private restarts = 0
  private lastError: string | undefined
  private ends: number[] = []
  private loop: Promise<void> = Promise.resolve()
  private readonly cancelled = new AbortController()

  constructor(
    readonly unit: Unit,
    private readonly report: (event: SupervisorEvent) => void,
    private readonly limits: SupervisorLimits,
  ) {}

  /** Resolves at the first readiness; from then on the unit is kept running in the background. */
  keep(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.loop = this.run(resolve, reject)
    })
  }

  cancel(): void {
    this.cancelled.abort()
  }

  async stop(): Promise<void> {
    this.cancel()
    await this.running?.stop()
    await this.loop
    if (this.state !== 'down') this.state = 'stopped'
  }

  async kill9(): Promise<void> {
    await this.running?.kill9()
  }

  status(): UnitStatus {
    return {
      role: this.unit.role,
      state: this.state,
      restarts: this.restarts,
      ...(this.pid === undefined ? {} : { pid: this.pid }),
      ...(this.running?.port === undefined ? {} : { port: this.running.port }),
      ...(this.lastError === undefined ? {} : { lastError: this.lastError }),
    }
  }

  private async run(ready: () => void, failed: (reason: Error) => void): Promise<void> {
    while (!this.cancelled.signal.aborted) {
      await this.once(ready)
      if (this.cancelled.signal.aborted) break
      const wait = this.backoff()
      if (wait === undefined) {
        const reason = `ended ${this.limits.crashes} times within ${this.limits.windowMs / 1000} s: ${this.lastError ?? ''}`
        this.state = 'down'
        this.report({ type: 'down', role: this.unit.role, reason })
        failed(new Error(`${this.unit.role} ${reason}`))
        return
      }
      this.state = 'restarting'
      this.restarts += 1
      this.report({ type: 'restarting', role: this.unit.role, inMs: wait })
      await sleep(wait, undefined, { signal: this.cancelled.signal }).catch(() => undefined)
    }
    failed(new Error(`${this.unit.role} was stopped`))
  }

  /** One life of the unit: from its start to its end. */
  private async once(ready: () => void): Promise<void> {
    const { role } = this.unit
    const begun = performance.now()
    this.state = 'starting'
    try {
      const running = await this.unit.start((pid) => {
        this.pid = pid
        this.report({ type: 'spawned', role, pid })
      }, this.cancelled.signal)
      this.running = running
      this.pid = running.pid
      if (this.cancelled.signal.aborted) {
        await running.stop()
        return
      }
      this.state = 'ready'
      const ms = Math.round(performance.now() - begun)
      this.report({ type: 'ready', role, ms, ...(running.port === undefined ? {} : { port: running.port }) })
      ready()
      const exit = await running.exited
      this.lastError = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`
      if (!this.cancelled.signal.aborted) this.report({ type: 'exited', role, exit })
    } catch (error) {
      this.lastError = error instanceof Error ? error.message : String(error)
      if (!this.cancelled.signal.aborted) this.report({ type: 'failed', role, reason: this.lastError })
    } finally {
      this.running = undefined
      this.pid = undefined
    }
  }

  /** Milliseconds to wait before the next start, doubling with each recent end; undefined to give up. */
  private backoff(): number | undefined {
    const now = performance.now()
    this.ends = [...this.ends.filter((at) => now - at < this.limits.windowMs), now]
    if (this.ends.length >= this.limits.crashes) return undefined
    return Math.min(this.limits.backoffMinMs * 2 ** (this.ends.length - 1), this.limits.backoffMaxMs)
  }
}
