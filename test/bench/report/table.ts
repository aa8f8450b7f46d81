// The lines as a table for people, in Markdown.
import type { Line } from '../line.js'
import { figure } from '../say.js'

const HEAD = ['row', 'metric', 'value', 'unit', 'peer', 'peer value', 'ratio'] as const

export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map(({ row, metric, value, unit, peer, peerValue, ratio }) => [
    row,
    metric,
    value === null ? 'failed' : figure(value),
    unit,
    peer ?? '',
    peerValue === null ? '' : figure(peerValue),
    ratio === null ? '' : figure(ratio),
  ])
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const isNumber = (column: number): boolean => [2, 5, 6].includes(column)
  const lineOf = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`
  return [lineOf(HEAD), rule, ...rows.map(lineOf)].join('\n')
}
