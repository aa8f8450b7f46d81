// What many seeds came to: states and events covered, faults by kind, deals by end. Tables for people, one object for machines.
import { Coverage, MACHINES, drawnArrows, type Machine } from './coverage.js'
import { FAULT_KINDS } from './faults.js'
import type { SeedResult } from './run.js'

export interface MachineCoverage {
  readonly machine: Machine
  /** Arrows FROM -> TO of the published diagram: how many were gone, of how many. */
  readonly arrows: number
  readonly drawn: number
  /** Pairs of state and event that met, whatever came of it. */
  readonly pairs: number
  readonly missing: readonly string[]
}

export class Report {
  readonly coverage = new Coverage()
  readonly faults = new Map<string, number>(FAULT_KINDS.map((kind) => [kind, 0]))
  readonly ends = new Map<string, number>()
  readonly failed: number[] = []
  seeds = 0
  events = 0
  checks = 0
  reminders = 0
  simulatedMs = 0

  constructor(private readonly root: URL) {}

  add(result: SeedResult): void {
    this.seeds += 1
    this.events += result.events
    this.checks += result.checks
    this.reminders += result.reminders
    this.simulatedMs += result.simulatedMs
    if (result.failure !== undefined) this.failed.push(result.seed)
    this.coverage.add(result.coverage)
    for (const [kind, count] of result.faults) this.faults.set(kind, (this.faults.get(kind) ?? 0) + count)
    for (const [end, count] of result.ends) this.ends.set(end, (this.ends.get(end) ?? 0) + count)
  }

  machines(): readonly MachineCoverage[] {
    const diagrams = drawnArrows(this.root)
    return MACHINES.map((machine) => {
      const drawn = diagrams.get(machine) ?? new Set<string>()
      const gone = this.coverage.gone.get(machine) ?? new Set<string>()
      const missing = [...drawn].filter((arrow) => !gone.has(arrow)).sort()
      return {
        machine,
        arrows: drawn.size - missing.length,
        drawn: drawn.size,
        pairs: this.coverage.met.get(machine)?.size ?? 0,
        missing,
      }
    })
  }

  /** Events of a machine by the states they met; a dot where they never did. */
  matrix(machine: Machine): string {
    const met = this.coverage.met.get(machine) ?? new Map<string, number>()
    const pairs = [...met].map(([pair, count]) => ({
      state: pair.split(' x ')[0] ?? '',
      event: pair.split(' x ')[1] ?? '',
      count,
    }))
    const states = [...new Set(pairs.map(({ state }) => state))].sort()
    const events = [...new Set(pairs.map(({ event }) => event))].sort()
    const width = Math.max(...events.map(({ length }) => length), 1)
    const cell = (event: string, state: string): string => {
      const found = pairs.find((pair) => pair.event === event && pair.state === state)
      return (found === undefined ? '.' : String(found.count)).padStart(state.length)
    }
    const rows = events.map((event) => `  ${event.padEnd(width)} ${states.map((state) => cell(event, state)).join(' ')}`)
    return [`  ${''.padEnd(width)} ${states.join(' ')}`, ...rows].join('\n')
  }

  text(seconds: number): string {
    const hours = (this.simulatedMs / 3_600_000).toFixed(0)
    const perSecond = (this.seeds / Math.max(seconds, 0.001)).toFixed(1)
    const faults = [...this.faults].map(([kind, count]) => `  ${String(count).padStart(8)} ${kind}`)
    const ends = [...this.ends].sort().map(([end, count]) => `  ${String(count).padStart(8)} ${end}`)
    const covered = this.machines().flatMap(({ machine, arrows, drawn, pairs, missing }) => [
      `${machine}: ${pairs} pairs of state and event met, ${arrows} of ${drawn} arrows of its diagram gone that somebody can bring about`,
      ...(missing.length === 0 ? [] : [`  not gone: ${missing.join(', ')}`]),
      this.matrix(machine),
    ])
    return [
      ...covered,
      'faults injected:',
      ...faults,
      'deals by kind and end:',
      ...ends,
      `${this.seeds} seeds, ${hours} simulated hours, ${this.events} events, ${this.checks} looks of the oracle, ${this.reminders} reminders, ${perSecond} seeds a second`,
      this.failed.length === 0 ? 'no rule was broken' : `broken in seeds ${this.failed.join(', ')}`,
    ].join('\n')
  }

  summary(seconds: number): object {
    return {
      summary: true,
      ok: this.failed.length === 0,
      seeds: this.seeds,
      failed: this.failed,
      events: this.events,
      checks: this.checks,
      reminders: this.reminders,
      simulatedHours: Math.round(this.simulatedMs / 3_600_000),
      seedsPerSecond: Math.round((10 * this.seeds) / Math.max(seconds, 0.001)) / 10,
      faults: Object.fromEntries(this.faults),
      ends: Object.fromEntries([...this.ends].sort()),
      coverage: Object.fromEntries(this.machines().map(({ machine, ...rest }) => [machine, rest])),
    }
  }
}
