// All rows in the order in which they are run and printed.
import { busRow, readRows } from './bus.js'
import { dealRows } from './deals.js'
import { growthRow } from './growth.js'
import { hotRow, indexedRow, latencyRow, manyRow, transferRow } from './ledger.js'
import { lightRow } from './light.js'
import type { Row } from './row.js'

export const ROWS: readonly Row[] = [
  transferRow,
  indexedRow,
  busRow,
  latencyRow,
  hotRow,
  growthRow,
  manyRow,
  ...readRows,
  lightRow,
  ...dealRows,
]

/** Rows whose name is or begins with one of these; all if none is given. Throws if one fits nothing. */
export function chosenRows(names: readonly string[]): readonly Row[] {
  const fits = (row: Row, name: string): boolean => row.name === name || row.name.startsWith(name.replace(/\*$/, ''))
  const wrong = names.find((name) => !ROWS.some((row) => fits(row, name)))
  if (wrong !== undefined) throw new RangeError(`no row is called ${wrong}; there are ${ROWS.map(({ name }) => name).join(', ')}`)
  return names.length === 0 ? ROWS : ROWS.filter((row) => names.some((name) => fits(row, name)))
}
