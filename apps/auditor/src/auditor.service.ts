// The auditor at work: checks every few seconds and on request, one check at a time, and tells what it finds. Must never change anything.
import { type WireInvariant, type WireReserves } from '@huitong/contracts'
import { CLOCK, Health, VERIFIER, counter, faultFields, gauge, histogram, isTransient, log } from '@huitong/platform'
import { type Clock, type Result, type Verifier, err, ok } from '@huitong/primitives'
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common'
import { type Outcome, check } from './check.js'
import type { InvariantNumber, Verdict } from './invariant/verdict.js'
import { Memory } from './memory.js'
import { Source } from './read/source.js'
import { reserves } from './reserves.js'

/** Pause between two checks, in milliseconds. */
const PAUSE_MS = 5_000
/** Everything is read anew after this long: what was right when it was first read may have been changed since. */
const FULL_MS = 60 * 60_000
/** A checker that has not run for this long is an alarm itself. */
const SILENT_MS = 4 * PAUSE_MS + 120_000
/** Requests that may wait for a check of their own. */
const WAITING_MAX = 8

const facts = gauge('huitong_invariant_facts', 'Facts examined by the last check, by invariant.', ['invariant'])
const broken = gauge('huitong_invariant_broken', '1 while the invariant is broken, by invariant.', ['invariant'])
const failures = counter('huitong_invariant_failures_total', 'Checks that found the invariant broken, by invariant.', [
  'invariant',
])
const seconds = histogram('huitong_audit_seconds', 'Time of a check.', ['kind'])

@Injectable()
export class AuditorService implements OnModuleDestroy {
  #memory: Memory
  #fullAt = Number.NEGATIVE_INFINITY
  #endedAt = performance.now()
  #waiting = 0
  #turn: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #isStopped = false
  readonly #told = new Map<InvariantNumber, string>()

  constructor(
    private readonly source: Source,
    @Inject(VERIFIER) private readonly verifier: Verifier,
    @Inject(CLOCK) private readonly clock: Clock,
    health: Health,
  ) {
    this.#memory = new Memory(verifier)
    health.watch('audit', () => {
      if (performance.now() - this.#endedAt > SILENT_MS) throw new Error('no check has ended for too long')
    })
  }

  /** Begins to check by itself. */
  start(): void {
    if (this.#isStopped) return
    this.#timer = setTimeout(() => void this.#round(), 0)
  }

  async onModuleDestroy(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#turn.catch(() => undefined)
  }

  /** A check that begins after this call. `full`: everything from the beginning. */
  async invariants(
    full: boolean,
  ): Promise<Result<{ readonly at: number; readonly invariants: readonly WireInvariant[] }, 'busy'>> {
    if (this.#waiting >= WAITING_MAX) return err('busy', 'too many checks are waited for')
    const { verdicts } = await this.#check(full)
    return ok({ at: this.clock.now(), invariants: verdicts })
  }

  async reserves(): Promise<WireReserves> {
    const { snapshot } = await this.#check(false)
    return {
      reserves: reserves(this.#memory, snapshot.accounts).map((reserve) => ({
        ledger: reserve.ledger,
        asset: reserve.asset,
        issued: reserve.issued.toString(),
        holders: reserve.holders.toString(),
        escrow: reserve.escrow.toString(),
        hashLocks: reserve.hashLocks.toString(),
        fees: reserve.fees.toString(),
        liquidity: reserve.liquidity.toString(),
        difference: reserve.difference.toString(),
      })),
    }
  }

  async #round(): Promise<void> {
    try {
      await this.#check(performance.now() - this.#fullAt > FULL_MS)
    } catch (error) {
      log.warn('audit.interrupted', faultFields(error))
    }
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#round(), PAUSE_MS)
  }

  /** One check after the other: they share one memory. */
  #check(full: boolean): Promise<Outcome> {
    this.#waiting += 1
    const mine = this.#turn
      .catch(() => undefined)
      .then(() => this.#run(full))
      .finally(() => (this.#waiting -= 1))
    this.#turn = mine
    return mine
  }

  async #run(full: boolean): Promise<Outcome> {
    const isFull = full || this.#memory.mark === undefined
    const stop = seconds.startTimer({ kind: isFull ? 'full' : 'next' })
    const memory = isFull ? new Memory(this.verifier) : this.#memory
    try {
      const outcome = await check(memory, this.source)
      this.#memory = memory
      if (isFull) this.#fullAt = performance.now()
      this.#endedAt = performance.now()
      for (const verdict of outcome.verdicts) this.#tell(verdict)
      return outcome
    } catch (error) {
      // What is taken in is whole at every await, so a database that was away costs nothing. After any other fault nothing is built upon it.
      if (memory === this.#memory && !isTransient(error)) this.#memory = new Memory(this.verifier)
      throw error
    } finally {
      stop()
    }
  }

  /** Measures every check; a breach is logged when it is new, not every few seconds. */
  #tell({ invariant, title, verdict, checked, detail }: Verdict): void {
    const labels = { invariant: String(invariant) }
    facts.set(labels, checked)
    broken.set(labels, verdict === 'broken' ? 1 : 0)
    if (verdict === 'broken') failures.inc(labels)
    if (detail === this.#told.get(invariant)) return
    if (detail === undefined) {
      this.#told.delete(invariant)
      log.warn('invariant.holds-again', { invariant, title })
    } else {
      this.#told.set(invariant, detail)
      log.error('invariant.broken', { invariant, title, detail })
    }
  }
}
