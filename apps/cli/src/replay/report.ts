// What a replay tells: the plan before it, the outcome after it, for people as tables and for machines as the summary.
import type { JsonObject, Output } from '../output.js'
import type { Ending, PlanCounts, PlanOptions, ReplayPlan } from './plan.js'
import type { Reconciliation, Reserve } from './reconciliation.js'
import type { Played } from './run.js'
import type { Schedule } from './schedule.js'

const ENDINGS: Readonly<Record<Ending, string>> = {
  code: 'delivered by the estimate: delivery code',
  inspection: 'delivered late: carrier’s signature, inspection, silence (in points: both consent to full release)',
  dispute: 'delivered, review score 1: dispute, two operators refund the freight',
  refund: 'cancelled or unavailable: everything back to the buyer',
  open: 'not delivered: stays in escrow beyond the end of the file',
}

export function tellPlan(output: Output, plan: ReplayPlan, schedule: Schedule, options: PlanOptions): void {
  const { counts } = plan
  const rows = Object.entries(ENDINGS).map(([ending, meaning]) => ({ ending: meaning, orders: counts.endings[ending as Ending] }))
  output.say(
    `${counts.orders} orders of the file, ${plan.orders.length} with money to escrow, ${schedule.batches.length} batches`,
  )
  if (!output.json)
    output.table(
      [
        { key: 'ending', title: 'how they end' },
        { key: 'orders', title: 'orders', align: 'right' },
      ],
      rows,
    )
  output.say('Of these')
  for (const note of notesOf(counts, options)) output.say(`· ${note}`)
}

/** What is assumed, changed or left out, in sentences. */
export function notesOf(counts: Readonly<PlanCounts>, options: PlanOptions): readonly string[] {
  return [
    `paid with 0, so counted and without escrow: ${counts.unpaid}`,
    `without items, so one milestone to the account of “${options.sellerWithoutItems}”: ${counts.withoutItems}`,
    `paid by card and voucher in shares that the file does not tell, ASSUMED ${options.pointsPercent} % in points: ${counts.splitAssumed}`,
    `paid more than the items cost, the surplus goes back: ${counts.surplus}; less, the sellers share it in proportion: ${counts.shortage}`,
    `with times that are missing or cannot have happened, moved to the nearest possible ones: ${counts.clamped}`,
  ]
}

export interface Outcome {
  readonly plan: ReplayPlan
  readonly options: PlanOptions
  readonly played: Played
  readonly reconciliation: Reconciliation
}

export const isOk = ({ played, reconciliation }: Outcome): boolean =>
  played.faults.size === 0 && reconciliation.rows.length > 0 && reconciliation.rows.every(({ difference }) => difference === 0n)

const FAULTS_SHOWN = 20

export function tellOutcome(output: Output, outcome: Outcome): void {
  const { plan, options, played, reconciliation } = outcome
  const { counts } = plan
  const seconds = played.progress.spentMs / 1000
  const perSecond = seconds === 0 ? 0 : Number((counts.orders / seconds).toFixed(3))
  const source =
    reconciliation.source === 'auditor' ? 'by the auditor from raw coins' : 'from every ledger’s blocks, replayed here'
  output.say(`\nReconciliation in base units over the whole hub, summed ${source}:`)
  const rows = reconciliation.rows.map(rowOf)
  if (!output.json) output.table(COLUMNS, rows)
  for (const [order, fault] of [...played.faults].slice(0, FAULTS_SHOWN)) output.note(`order ${order}: ${fault}`)
  if (played.faults.size > FAULTS_SHOWN) output.note(`… and ${played.faults.size - FAULTS_SHOWN} more orders`)
  output.say(
    `${plan.orders.length - played.faults.size} of ${plan.orders.length} orders proven from receipts, ${counts.orders} in all, in ${seconds.toFixed(1)} s (${played.progress.sessions} session${played.progress.sessions === 1 ? '' : 's'}): ${perSecond} orders per second`,
  )
  output.say(timingText(played))
  output.summary({
    ok: isOk(outcome),
    orders: counts.orders,
    perSecond,
    reconciliation: rows,
    summedBy: reconciliation.source,
    proven: plan.orders.length - played.faults.size,
    seconds: Number(seconds.toFixed(3)),
    sessions: played.progress.sessions,
    endings: { ...counts.endings },
    unpaid: counts.unpaid,
    withoutItems: counts.withoutItems,
    surplus: counts.surplus,
    shortage: counts.shortage,
    clamped: counts.clamped,
    splitAssumed: counts.splitAssumed,
    assumedPointsPercent: options.pointsPercent,
    faults: Object.fromEntries([...played.faults].slice(0, FAULTS_SHOWN)),
    timingMs: timingOf(played),
  })
}

const COLUMNS = [
  { key: 'ledger', title: 'ledger' },
  { key: 'asset', title: 'token' },
  { key: 'issued', title: 'issued', align: 'right' },
  { key: 'holders', title: 'holders', align: 'right' },
  { key: 'escrow', title: 'escrow', align: 'right' },
  { key: 'fees', title: 'fees', align: 'right' },
  { key: 'difference', title: 'difference', align: 'right' },
] as const

const rowOf = ({ ledger, asset, issued, holders, escrow, fees, difference }: Reserve) => ({
  ledger,
  asset,
  issued: issued.toString(),
  holders: holders.toString(),
  escrow: escrow.toString(),
  fees: fees.toString(),
  difference: difference.toString(),
})

function timingOf({ timing }: Played): JsonObject {
  const { clock, welcome, events, verify, perEvent } = timing
  const mean = ({ count, ms }: { readonly count: number; readonly ms: number }): number =>
    count === 0 ? 0 : Math.round(ms / count)
  return {
    clock: Math.round(clock),
    welcome: Math.round(welcome),
    events: Math.round(events),
    verify: Math.round(verify),
    meanPay: mean(perEvent.pay),
    meanShip: mean(perEvent.ship),
    meanEnd: mean(perEvent.end),
  }
}

function timingText(played: Played): string {
  const { clock, welcome, events, verify, meanPay, meanShip, meanEnd } = timingOf(played)
  return `this session: moving the clock ${clock} ms, enrolling and funding ${welcome} ms, events ${events} ms (on average: pay ${meanPay}, ship ${meanShip}, end ${meanEnd} ms), verifying ${verify} ms`
}
