// What the figures should reach on a machine with two cores. A goal that is not reached is printed loudly; it is no failure of correctness.
import type { Line, Peer } from './line.js'

export interface Goal {
  readonly row: string
  readonly metric: string
  /** Absent: whichever comes first; null: the line without a peer. */
  readonly peer?: Peer | null
  readonly of: 'value' | 'ratio'
  readonly atLeast?: number
  readonly atMost?: number
}

export const GOALS: readonly Goal[] = [
  { row: 'ledger.transfer', metric: 'perSecond', peer: 'raw-verification', of: 'ratio', atLeast: 0.6 },
  { row: 'ledger.transfer', metric: 'perSecond', peer: 'typeorm', of: 'ratio', atLeast: 20 },
  { row: 'ledger.transfer', metric: 'perSecond', peer: 'plpgsql', of: 'ratio', atLeast: 4 },
  { row: 'ledger.indexed', metric: 'perSecond', peer: 'raw-verification', of: 'ratio', atLeast: 0.42 },
  { row: 'ledger.indexed', metric: 'seconds', of: 'value', atMost: 1 },
  { row: 'ledger.bus', metric: 'perSecond', peer: 'raw-verification', of: 'ratio', atLeast: 0.45 },
  { row: 'ledger.bus', metric: 'perSecondAt1', peer: 'raw-verification', of: 'ratio', atLeast: 0.15 },
  { row: 'ledger.latency', metric: 'p50', peer: 'one-row-commit', of: 'ratio', atMost: 6 },
  { row: 'ledger.latency', metric: 'p99', of: 'value', atMost: 15 },
  { row: 'ledger.hot', metric: 'perSecond', peer: 'uniform', of: 'ratio', atLeast: 0.9 },
  { row: 'ledger.growth', metric: 'perSecondAt5M', peer: '10k-coins', of: 'ratio', atLeast: 0.9 },
  { row: 'ledger.growth', metric: 'bytes', peer: null, of: 'value', atMost: 110 },
  { row: 'ledger.growth', metric: 'bytes', peer: 'btc', of: 'value', atMost: 220 },
  { row: 'ledger.growth', metric: 'seconds', of: 'value', atMost: 5 },
  { row: 'ledger.growth', metric: 'perSecond', of: 'value', atLeast: 200_000 },
  { row: 'deal.conversion', metric: 'perSecond', peer: 'plain-handler', of: 'ratio', atLeast: 0.5 },
  { row: 'deal.swap', metric: 'perSecond', peer: 'plain-handler', of: 'ratio', atLeast: 0.5 },
  { row: 'deal.order', metric: 'perSecond', peer: 'plain-handler', of: 'ratio', atLeast: 0.5 },
  { row: 'deal.swap', metric: 'p50Idle', of: 'value', atMost: 25 },
]

export interface Missed extends Goal {
  readonly reached: number | null
}

/** Goals whose lines were measured and fall short. */
export function missedGoals(lines: readonly Line[], goals: readonly Goal[] = GOALS): Missed[] {
  return goals.flatMap((goal) => {
    const line = lines.find(
      ({ row, metric, peer }) => row === goal.row && metric === goal.metric && (goal.peer === undefined || peer === goal.peer),
    )
    if (line === undefined) return []
    const reached = line[goal.of]
    const isReached =
      reached !== null &&
      (goal.atLeast === undefined || reached >= goal.atLeast) &&
      (goal.atMost === undefined || reached <= goal.atMost)
    return isReached ? [] : [{ ...goal, reached }]
  })
}

/** A goal as a person reads it. */
export function sentenceOf({ row, metric, peer, of, atLeast, atMost, reached }: Missed): string {
  const what = `${row} ${metric}${peer === undefined || peer === null ? '' : ` / ${peer}`}`
  return `${what}: ${of} ${reached ?? 'not measured'}, the goal is ${atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`}`
}
