// One line of the bench's output and how the lines of several passes become one: medians of values, and the median of the per-pass ratios.
import { median, rounded } from './figures.js'

/** Who stands beside us. */
export type Peer =
  | 'raw-verification'
  | 'typeorm'
  | 'sql'
  | 'plpgsql'
  | 'one-row-commit'
  | 'uniform'
  | '10k-coins'
  | 'one-ledger'
  | 'plain-handler'
  | 'btc'
  | 'visa'

/** What is printed, in this order of fields. */
export interface Line {
  readonly row: string
  readonly metric: string
  readonly value: number | null
  readonly unit: string
  readonly peer: Peer | null
  readonly peerValue: number | null
  /** Ours by the peer's. */
  readonly ratio: number | null
}

/** One figure of one pass. */
export interface Measure {
  readonly row: string
  readonly metric: string
  readonly value: number
  readonly unit: string
  readonly peer?: Peer
  readonly peerValue?: number
}

export function beside(measure: Omit<Measure, 'peer' | 'peerValue'>, peers: Readonly<Partial<Record<Peer, number>>>): Measure[] {
  return Object.entries(peers).map(([peer, peerValue]) => ({
    ...measure,
    // the border: the keys of a record of peers
    peer: peer as Peer,
    peerValue,
  }))
}

const keyOf = ({ row, metric, peer }: Measure): string => `${row} ${metric} ${peer ?? ''}`

/** One line per row, metric and peer, in the order in which they first came. */
export function linesOf(measures: readonly Measure[]): Line[] {
  const groups = new Map<string, Measure[]>()
  for (const measure of measures) groups.set(keyOf(measure), [...(groups.get(keyOf(measure)) ?? []), measure])
  return [...groups.values()].map(lineOf)
}

function lineOf(passes: readonly Measure[]): Line {
  const [first] = passes
  if (first === undefined) throw new RangeError('a line of no measure')
  const { row, metric, unit, peer } = first
  const value = rounded(median(passes.map((pass) => pass.value)))
  const compared = passes.flatMap((pass) => (pass.peerValue === undefined ? [] : [{ ...pass, peerValue: pass.peerValue }]))
  if (peer === undefined || compared.length === 0) return { row, metric, value, unit, peer: null, peerValue: null, ratio: null }
  const peerValue = rounded(median(compared.map((pass) => pass.peerValue)))
  const ratio = rounded(median(compared.map((pass) => pass.value / pass.peerValue)))
  return { row, metric, value, unit, peer, peerValue, ratio }
}
