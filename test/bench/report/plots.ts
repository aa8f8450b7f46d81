// Plots of a run as SVG, drawn by hand: bars, one plot per question.
import type { Line } from '../line.js'
import { figure } from '../say.js'

export interface Plot {
  readonly name: string
  readonly svg: string
}

interface Bar {
  readonly label: string
  readonly value: number
  readonly isOurs: boolean
}

const WIDTH = 860
const LEFT = 300
const RIGHT = 110
const BAR = 20
const GAP = 8
const TOP = 46

export function plotsOf(lines: readonly Line[]): Plot[] {
  const plots = [
    { name: 'throughput.svg', title: 'Transfers per second (logarithmic)', bars: throughputBars(lines) },
    { name: 'latency.svg', title: 'Milliseconds from the scheduled time to durable (logarithmic)', bars: latencyBars(lines) },
    { name: 'ratios.svg', title: "Ours by the peer's, per second (logarithmic)", bars: ratioBars(lines) },
    { name: 'growth.svg', title: 'Transfers per second as the ledger grows', bars: growthBars(lines) },
    { name: 'deals.svg', title: 'Deals and reads per second (logarithmic)', bars: serviceBars(lines) },
  ]
  return plots.flatMap(({ name, title, bars }) =>
    bars.length === 0 ? [] : [{ name, svg: barPlot(title, bars, name === 'growth.svg' ? linear : logarithmic) }],
  )
}

function throughputBars(lines: readonly Line[]): Bar[] {
  const rates = lines.filter(
    ({ row, metric }) => /^ledger\.(transfer|indexed|bus|hot|many)$/.test(row) && metric.startsWith('perSecond'),
  )
  return barsOf(rates, ({ row, metric }) => (metric === 'perSecond' ? row : `${row} ${metric.slice('perSecond'.length)}`))
}

function ratioBars(lines: readonly Line[]): Bar[] {
  return lines.flatMap(({ row, metric, peer, ratio }) =>
    ratio === null || peer === null || !metric.startsWith('perSecond')
      ? []
      : [{ label: `${row}${metric.slice('perSecond'.length)} / ${peer}`, value: ratio, isOurs: ratio >= 1 }],
  )
}

function latencyBars(lines: readonly Line[]): Bar[] {
  return barsOf(
    lines.filter(({ row, peer }) => row === 'ledger.latency' && peer === 'one-row-commit'),
    ({ metric, unit }) => `${metric.replace(/At.*$/, '')} ${unit.replace('ms ', '')}`,
    ({ metric }) => (metric.includes('At') ? undefined : `one-row commit ${metric}`),
  )
}

function growthBars(lines: readonly Line[]): Bar[] {
  return barsOf(
    lines.filter(({ row, metric }) => row === 'ledger.growth' && metric.startsWith('perSecondA')),
    ({ metric }) => metric.replace('perSecond', '').replace(/^A(t|fter)/, 'a$1 '),
    () => 'at 10 thousand coins',
  )
}

function serviceBars(lines: readonly Line[]): Bar[] {
  return barsOf(
    lines.filter(({ row, metric }) => /^(deal|read|light)\./.test(row) && metric === 'perSecond'),
    ({ row }) => row,
    ({ row, peer }) => `${peer ?? ''} beside ${row}`,
  )
}

/** One bar per own figure and one per peer, in the order of the lines. */
function barsOf(lines: readonly Line[], ours: (line: Line) => string, theirs = peerLabel): Bar[] {
  const bars = new Map<string, Bar>()
  for (const line of lines) {
    if (line.value !== null) bars.set(ours(line), { label: ours(line), value: line.value, isOurs: true })
    const label = theirs(line)
    if (label !== undefined && line.peerValue !== null && !bars.has(label))
      bars.set(label, { label, value: line.peerValue, isOurs: false })
  }
  return [...bars.values()]
}

function peerLabel({ peer, row }: Line): string | undefined {
  if (peer === null || peer === 'uniform' || peer === 'one-ledger') return undefined
  return row === 'ledger.hot' ? `${peer} between ten accounts` : peer
}

/** Length of a bar between 0 and 1. */
type Scale = (value: number, least: number, most: number) => number

const linear: Scale = (value, _, most) => value / most

const logarithmic: Scale = (value, least, most) => {
  const floor = 10 ** Math.floor(Math.log10(least) - 0.3)
  return value <= floor ? 0 : (Math.log10(value) - Math.log10(floor)) / (Math.log10(most) - Math.log10(floor))
}

function barPlot(title: string, bars: readonly Bar[], scale: Scale): string {
  const values = bars.map(({ value }) => value).filter((value) => value > 0)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const height = TOP + bars.length * (BAR + GAP) + 12
  const drawn = bars.map(({ label, value, isOurs }, index) => {
    const y = TOP + index * (BAR + GAP)
    const width = 1 + scale(value, least, most) * (WIDTH - LEFT - RIGHT - 1)
    return (
      `<text x="${LEFT - 8}" y="${y + 15}" text-anchor="end">${escaped(label)}</text>` +
      `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${isOurs ? '#b3392f' : '#8b95a1'}"/>` +
      `<text x="${(LEFT + width + 6).toFixed(1)}" y="${y + 15}">${figure(value)}</text>`
    )
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="16" y="26" font-size="16" font-weight="bold">${escaped(title)}</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n')
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
