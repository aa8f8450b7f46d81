// Which events met which states of which machine, and what came of it. Counts only; what is possible is read from the machines' own diagrams.
import { readFileSync } from 'node:fs'
import type { ConversionState, DisputeState, MilestoneState, OrderState, RouteState, SwapState } from '@huitong/protocol'
import type { Decision } from './settlement-host.js'

/** FROM, event, and TO or a refusal's code. */
export type Pair = `${string} x ${string}`

export const MACHINES = ['swap', 'conversion', 'route', 'order', 'milestone', 'dispute', 'refund', 'quote'] as const
export type Machine = (typeof MACHINES)[number]

export class Coverage {
  /** How often an event met a state. */
  readonly met = new Map<Machine, Map<Pair, number>>(MACHINES.map((machine) => [machine, new Map()]))
  /** `FROM --> TO`, the arrows that were gone. */
  readonly gone = new Map<Machine, Set<string>>(MACHINES.map((machine) => [machine, new Set()]))
  readonly states = new Map<Machine, Set<string>>(MACHINES.map((machine) => [machine, new Set()]))

  decided(decision: Decision): void {
    const { kind, event } = decision
    const label = event.kind
    if (kind === 'swap' || kind === 'conversion') {
      // the border: the state of that machine
      const [before, after] = [decision.before, decision.after] as readonly (SwapState | ConversionState | RouteState)[]
      if (before !== undefined && after !== undefined)
        this.#note('hops' in after ? 'route' : kind, label, before.state, after.state)
    } else if (kind === 'dispute') {
      const [before, after] = [decision.before, decision.after] as readonly { readonly dispute: DisputeState }[]
      if (before !== undefined && after !== undefined) this.#note(kind, label, before.dispute.state, after.dispute.state)
    } else if (kind === 'order') {
      const [before, after] = [decision.before, decision.after] as readonly { readonly order: OrderState }[]
      if (before !== undefined && after !== undefined) this.#order(label, event, before.order, after.order)
    }
  }

  moved(machine: Machine, event: string, from: string, to: string): void {
    this.#note(machine, event, from, to)
  }

  add(other: Coverage): void {
    for (const machine of MACHINES) {
      const met = this.met.get(machine)
      for (const [pair, count] of other.met.get(machine) ?? []) met?.set(pair, (met.get(pair) ?? 0) + count)
      for (const arrow of other.gone.get(machine) ?? []) this.gone.get(machine)?.add(arrow)
      for (const state of other.states.get(machine) ?? []) this.states.get(machine)?.add(state)
    }
  }

  #order(kind: string, event: object, before: OrderState, after: OrderState): void {
    const path = 'path' in event ? ` by ${(event.path as { readonly kind: string }).kind}` : ''
    const label = `${kind}${path}`
    this.#note('order', label, before.state, after.state)
    for (const { id, state } of after.refunds) {
      const was = before.refunds.find((one) => one.id === id)
      if (was?.state !== state) this.#note('refund', label, was?.state ?? '[*]', state)
    }
    if (before.state === 'DRAFT' || after.state === 'DRAFT') return
    const asked = 'milestone' in event ? event.milestone : undefined
    for (const milestone of after.milestones) {
      if (asked !== undefined && asked !== milestone.milestone) continue
      const was: MilestoneState | undefined = before.milestones.find((one) => one.milestone === milestone.milestone)
      if (was !== undefined) this.#note('milestone', label, was.state, milestone.state)
    }
  }

  #note(machine: Machine, event: string, from: string, to: string): void {
    const met = this.met.get(machine)
    const pair: Pair = `${from} x ${event}`
    met?.set(pair, (met.get(pair) ?? 0) + 1)
    this.states.get(machine)?.add(from).add(to)
    if (from !== to) this.gone.get(machine)?.add(`${from} --> ${to}`)
  }
}

const DIAGRAMS: readonly (readonly [Machine, string, string])[] = [
  ['swap', 'swap/swap.md', 'States'],
  ['conversion', 'conversion/conversion.md', 'States'],
  ['route', 'route/route.md', 'States'],
  ['order', 'order/order.md', 'Order states'],
  ['milestone', 'order/order.md', 'Milestone states'],
  ['dispute', 'dispute/dispute.md', 'States'],
  ['refund', 'refund/refund.md', 'States'],
  ['quote', 'quote/quote.md', 'States'],
]

/** Events that machines know and settlement's API offers nobody: what only they lead to is not to be expected of a simulation of the whole. */
const NOT_OFFERED: Readonly<Partial<Record<Machine, readonly string[]>>> = {
  swap: ['reveal', 'preimageSeen'],
  conversion: ['reveal', 'preimageSeen'],
  route: ['preimageSeen'],
  milestone: ['revealCode', 'preimageSeen'],
}
/** Where a machine may begin besides its drawn beginning: money that is owed from the start. */
const BEGINS: Readonly<Partial<Record<Machine, readonly string[]>>> = { refund: ['AGREED'] }

/** The arrows `FROM --> TO` of each machine's published diagram that somebody outside can bring about. */
export function drawnArrows(root: URL): ReadonlyMap<Machine, ReadonlySet<string>> {
  return new Map(
    DIAGRAMS.map(([machine, file, heading]) => [machine, arrowsOf(machine, diagramOf(root, file, heading))] as const),
  )
}

function diagramOf(root: URL, file: string, heading: string): string {
  const text = readFileSync(new URL(`libs/protocol/src/${file}`, root), 'utf8')
  return text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
}

function arrowsOf(machine: Machine, diagram: string): ReadonlySet<string> {
  const withheld = new Set(NOT_OFFERED[machine] ?? [])
  const drawn = [...diagram.matchAll(/^\s*(\w+) --> (\w+): (.+)$/gm)]
    .map(([, from = '', to = '', events = '']) => ({ from, to, events: events.split(', ') }))
    .filter(({ events }) => events.some((event) => !withheld.has(event)))
  const reached = new Set([/\[\*\] --> (\w+)/.exec(diagram)?.[1] ?? '', ...(BEGINS[machine] ?? [])])
  for (let size = 0; size !== reached.size;) {
    size = reached.size
    for (const { from, to } of drawn) if (reached.has(from)) reached.add(to)
  }
  return new Set(drawn.filter(({ from }) => reached.has(from)).map(({ from, to }) => `${from} --> ${to}`))
}
