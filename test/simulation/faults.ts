// Which faults a seed brings, how often, and how many there were. Everything is drawn from the seed; after the healing nothing fails any more.
import type { DatabaseFaults } from './database.js'
import type { Life, Scheduler } from './scheduler.js'
import type { Random } from './random.js'

export const FAULT_KINDS = [
  'message lost',
  'message duplicated',
  'message delayed',
  'answer lost',
  'hint lost',
  'link cut',
  'crash of settlement before a commit',
  'crash of settlement after a commit',
  'crash of settlement between steps',
  'crash of custody',
  'commit refused',
  'commit answer lost',
  'statement failed',
  'ledger halted',
  'ledger stalled',
  'clock skew tolerated',
  'clock skew beyond tolerance',
  'outage beyond tolerance',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/** Switches by which a failing seed is made simpler. */
export const FAULT_GROUPS = ['messages', 'links', 'crashes', 'database', 'halts', 'skew', 'powers', 'beyond'] as const
export type FaultGroup = (typeof FAULT_GROUPS)[number]

interface Rates {
  readonly lost: number
  readonly duplicated: number
  readonly slow: number
  readonly hintLost: number
  readonly crash: number
  readonly custodyCrash: number
  readonly commit: number
  readonly statement: number
}

const CALM: Rates = { lost: 0, duplicated: 0, slow: 0, hintLost: 0, crash: 0, custodyCrash: 0, commit: 0, statement: 0 }
const SLOW_MOST_MS = 4_000

export class Faults {
  readonly counts = new Map<FaultKind, number>()
  #isOn = false
  readonly #rates: Rates
  readonly #random: Random
  readonly #cut = new Set<string>()
  /** Cut beyond the healing. */
  readonly #deaf = new Set<string>()

  constructor(
    private readonly scheduler: Scheduler,
    readonly without: ReadonlySet<FaultGroup>,
  ) {
    this.#random = scheduler.random.fork('faults')
    this.#rates = this.#drawn(scheduler.random.fork('fault rates'))
  }

  get isOn(): boolean {
    return this.#isOn
  }

  begin(): void {
    this.#isOn = true
  }

  /** Nothing fails from now on. */
  heal(): void {
    this.#isOn = false
    this.#cut.clear()
  }

  note(kind: FaultKind, detail = ''): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
    this.scheduler.trace.note(this.scheduler.now, `! ${kind} ${detail}`.trimEnd())
  }

  /** How a message fares on its way. */
  message(route: string): { readonly isLost: boolean; readonly isTwice: boolean; readonly delayMs: number } {
    const delayMs = 0.2 + this.#random.unit() * 20
    if (this.#isCut(route)) return { isLost: true, isTwice: false, delayMs }
    if (!this.#isOn) return { isLost: false, isTwice: false, delayMs }
    const { lost, duplicated, slow } = this.#rates
    if (this.#random.chance(lost)) {
      this.note('message lost', route)
      return { isLost: true, isTwice: false, delayMs }
    }
    const isTwice = this.#random.chance(duplicated)
    if (isTwice) this.note('message duplicated', route)
    const isSlow = this.#random.chance(slow)
    if (isSlow) this.note('message delayed', route)
    return { isLost: false, isTwice, delayMs: isSlow ? delayMs + this.#random.unit() * SLOW_MOST_MS : delayMs }
  }

  answerIsLost(route: string): boolean {
    if (this.#isCut(route)) return true
    if (!this.#isOn) return false
    const isLost = this.#random.chance(this.#rates.lost)
    if (isLost) this.note('answer lost', route)
    return isLost
  }

  hintIsLost(ledger: string): boolean {
    const isLost = this.#isOn && this.#random.chance(this.#rates.hintLost)
    if (isLost) this.note('hint lost', ledger)
    return isLost
  }

  /** Nothing passes between two processes for a while, in either direction. */
  cut(one: string, other: string, forMs: number): void {
    if (!this.#isOn || this.without.has('links')) return
    this.note('link cut', `${one} - ${other} for ${Math.round(forMs / 1_000)} s`)
    for (const route of [`${one}>${other}`, `${other}>${one}`]) {
      this.#cut.add(route)
      this.scheduler.in(forMs, this.scheduler.world, () => this.#cut.delete(route))
    }
  }

  /** Nothing passes, whatever heals in the meantime. */
  deafen(one: string, other: string, forMs: number): void {
    for (const route of [`${one}>${other}`, `${other}>${one}`]) {
      this.#deaf.add(route)
      this.scheduler.in(forMs, this.scheduler.world, () => this.#deaf.delete(route))
    }
  }

  #isCut(route: string): boolean {
    return this.#cut.has(route) || this.#deaf.has(route)
  }

  /** Does this life end at this step? */
  crashes(life: Life, label: string): boolean {
    if (!this.#isOn) return false
    const isSettlement = life.name === 'settlement'
    if (!isSettlement && life.name !== 'custody') return false
    // a commit is where most can go wrong: ten times as likely there
    const weight = label === 'before commit' || label === 'after commit' || label.startsWith('effect') ? 10 : 1
    const rate = isSettlement ? this.#rates.crash * weight : this.#rates.custodyCrash
    if (!this.#random.chance(rate)) return false
    this.note(isSettlement ? crashKind(label) : 'crash of custody', `at ${label}`)
    return true
  }

  database(): DatabaseFaults {
    return {
      commit: () => {
        if (!this.#isOn || !this.#random.chance(this.#rates.commit)) return undefined
        const isAfter = this.#random.chance(0.5)
        this.note(isAfter ? 'commit answer lost' : 'commit refused')
        return isAfter ? 'after' : 'before'
      },
      statement: () => {
        const fails = this.#isOn && this.#random.chance(this.#rates.statement)
        if (fails) this.note('statement failed')
        return fails
      },
    }
  }

  /** A third of the seeds brings few faults, so that long courses end as they should; the others bring many. */
  #drawn(random: Random): Rates {
    const strength = random.pick([0.2, 0.6, 1, 1, 2])
    const part = (group: FaultGroup, most: number): number => (this.without.has(group) ? 0 : random.unit() * most * strength)
    return {
      ...CALM,
      lost: part('messages', 0.06),
      duplicated: part('messages', 0.08),
      slow: part('messages', 0.06),
      hintLost: part('messages', 0.5),
      crash: part('crashes', 0.002),
      custodyCrash: part('crashes', 0.004),
      commit: part('database', 0.03),
      statement: part('database', 0.003),
    }
  }
}

function crashKind(label: string): FaultKind {
  if (label === 'before commit') return 'crash of settlement before a commit'
  if (label === 'after commit' || label.startsWith('wrote')) return 'crash of settlement after a commit'
  return 'crash of settlement between steps'
}
