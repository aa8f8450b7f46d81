// One pass: the calibration at its beginning, every contestant once, each measured at most once however many rows stand beside it.
import type { Sizes } from './arguments.js'
import type { CommitRate } from './calibration/one-row-commits.js'
import type { VerificationRate } from './calibration/verification.js'
import type { BenchServers } from './servers.js'
import { say } from './say.js'
import { runTask } from './task.js'
import { workload } from './workload/make.js'
import { FIXED_BASE, type Plan, type Workload } from './workload/plan.js'

/** What the check after a run found. */
export interface Verdict {
  readonly contestant: string
  readonly pass: number
  /** Acknowledged and not found afterwards. */
  readonly lost: number
  /** Why the books do not add up; absent: they do. */
  readonly problem?: string
}

/** What holds over all passes of one run. */
export interface Bench {
  readonly sizes: Sizes
  readonly seed: number
  readonly passes: number
  /** Names of the rows that are run. */
  readonly rows: readonly string[]
  readonly servers: BenchServers
  readonly verdicts: Verdict[]
  /** The setting at which a peer was best in the first pass, in words. */
  readonly settings: Map<string, string>
  /** Anything kept from one pass to the next, by name. */
  readonly kept: Map<string, unknown>
}

export class Pass {
  readonly #once = new Map<string, Promise<unknown>>()
  readonly #closing: (() => Promise<unknown>)[] = []

  constructor(
    readonly bench: Bench,
    readonly number: number,
  ) {}

  get sizes(): Sizes {
    return this.bench.sizes
  }

  get servers(): BenchServers {
    return this.bench.servers
  }

  /** The value that `make` makes, made once in this pass. */
  once<T>(name: string, make: () => Promise<T>): Promise<T> {
    const made = this.#once.get(name) ?? make()
    this.#once.set(name, made)
    // the border: the same name stands for the same maker
    return made as Promise<T>
  }

  /** The value that `make` makes, made once in the whole run. */
  async keep<T>(name: string, make: () => Promise<T>): Promise<T> {
    // the border: the same name stands for the same maker
    if (this.bench.kept.has(name)) return this.bench.kept.get(name) as T
    const made = await make()
    this.bench.kept.set(name, made)
    return made
  }

  /** What was started for this pass and has to end with it: the next pass begins on a machine as idle as this one did. */
  atEnd(close: () => Promise<unknown>): void {
    this.#closing.push(close)
  }

  async close(): Promise<void> {
    for (let close = this.#closing.pop(); close !== undefined; close = this.#closing.pop())
      await close().catch((error: unknown) => say(`!! ${String(error)}`))
  }

  judge(verdict: Omit<Verdict, 'pass'>): void {
    this.bench.verdicts.push({ ...verdict, pass: this.number })
    if (verdict.lost > 0 || verdict.problem !== undefined)
      say(`!! ${verdict.contestant}: ${verdict.lost} acknowledged and lost; ${verdict.problem ?? 'the books add up'}`)
  }

  /** Transfers over as many coins between many wallets. */
  uniform(): Promise<Workload> {
    return this.workload({ name: 'uniform', wallets: this.sizes.wallets })
  }

  workload(plan: Partial<Plan> & { readonly name: string }): Promise<Workload> {
    const { sizes, seed } = this.bench
    const count = Math.ceil(Math.max(sizes.transfers + sizes.warmUp, sizes.latencySeconds * 36_000 + sizes.latencyWarmUp))
    const whole: Plan = {
      seed,
      base: FIXED_BASE,
      wallets: sizes.wallets,
      coins: count,
      transfers: count,
      shape: 'split',
      ...plan,
    }
    return this.keep(`workload ${JSON.stringify(whole)}`, () => workload(whole))
  }

  raw(): Promise<VerificationRate> {
    return this.once('raw', async () =>
      runTask('rawVerification', { workload: await this.uniform(), ms: this.sizes.calibrationMs }),
    )
  }

  commits(): Promise<CommitRate> {
    return this.once('commits', async () => {
      const database = await this.servers.database()
      const rate = await runTask('oneRowCommits', { databaseUrl: database.url, ms: this.sizes.calibrationMs })
      await database.drop()
      return rate
    })
  }
}
