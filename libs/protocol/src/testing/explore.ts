// Walks a machine: feeds every event to every state it can reach and notes what happened. For specs only.
import { type Result, invariant } from '@huitong/primitives'
import { canonicalText } from '../canonical.js'
import type { StateCodec } from '../state-codec.js'

interface Named {
  readonly state: string
}

export interface Walk<State extends Named, Event extends { readonly kind: string }, Effect> {
  readonly initial: readonly State[]
  /** Every event worth trying in `state`, impossible commands included, impossible facts not. */
  events(state: State): readonly Event[]
  decide(state: State, event: Event): Result<{ readonly state: State; readonly effects: readonly Effect[] }, string>
  readonly codec: StateCodec<State>
  /** Kinds of events that must never be refused. */
  readonly facts: readonly string[]
  /** What must hold after every step. */
  check(after: State, effects: readonly Effect[], before: State, event: Event): void
  /** What tells states apart; the whole state unless given. */
  key?(state: State): string
  /** A part of the state whose transitions are drawn as well, in `part`. */
  part?(state: State): Named
  /** How the diagram calls an event; its kind unless given. */
  label?(state: State, event: Event): string
}

export interface Drawing {
  /** `FROM --> TO: event`, sorted; only where the name of the state changes. */
  readonly transitions: readonly string[]
  /** Every reached name and how many different states bore it. */
  readonly names: ReadonlyMap<string, number>
}

export interface Explored<State> extends Drawing {
  readonly states: readonly State[]
  readonly part: Drawing
}

export function explore<State extends Named, Event extends { readonly kind: string }, Effect>(
  walk: Walk<State, Event, Effect>,
): Explored<State> {
  const keyOf = walk.key ?? ((state: State) => canonicalText(state))
  const label = walk.label ?? ((_: State, event: Event) => event.kind)
  const part = walk.part ?? ((state: State): Named => state)
  const seen = new Map<string, State>(walk.initial.map((state) => [keyOf(state), state]))
  const [whole, inPart] = [new Set<string>(), new Set<string>()]
  // A Map grows while it is walked: this is the queue.
  for (const state of seen.values()) {
    const text = canonicalText(state)
    const stored: unknown = JSON.parse(JSON.stringify(walk.codec.encodeState(state)))
    invariant(canonicalText(walk.codec.decodeState(stored)) === text, `${state.state} does not survive storage`)
    for (const event of walk.events(state)) {
      const decided = walk.decide(state, event)
      if (!decided.ok) {
        invariant(!walk.facts.includes(event.kind), `${event.kind} is a fact and was refused in ${state.state}: ${decided.code}`)
        continue
      }
      const { state: after, effects } = decided.value
      walk.check(after, effects, state, event)
      draw(whole, state, after, label(state, event))
      draw(inPart, part(state), part(after), label(state, event))
      const key = keyOf(after)
      if (!seen.has(key)) seen.set(key, after)
      invariant(seen.size <= 20_000, 'the events given make too many states to walk')
    }
    invariant(canonicalText(state) === text, `an event changed the ${state.state} it was given`)
  }
  const states = [...seen.values()]
  return { ...drawing(whole, states), states, part: drawing(inPart, states.map(part)) }
}

function draw(into: Set<string>, from: Named, to: Named, label: string): void {
  if (from.state !== to.state) into.add(`${from.state} --> ${to.state}: ${label}`)
}

function drawing(transitions: ReadonlySet<string>, states: readonly Named[]): Drawing {
  const names = new Map<string, number>()
  for (const { state } of states) names.set(state, (names.get(state) ?? 0) + 1)
  return { transitions: [...transitions].sort(), names }
}

/** The transitions drawn in the mermaid diagram of a document under the heading `heading`, one per event, sorted. */
export function drawnTransitions(document: string, heading: string): readonly string[] {
  const section = document.split(/^## /m).find((part) => part.startsWith(`${heading}\n`))
  const diagram = /```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(section ?? '')?.[1]
  invariant(diagram !== undefined, `no state diagram under ${heading}`)
  const lines = diagram.split('\n').flatMap((line) => {
    const match = /^\s*(\w+) --> (\w+): (.+)$/.exec(line)
    return match === null ? [] : (match[3] ?? '').split(', ').map((event) => `${match[1]} --> ${match[2]}: ${event}`)
  })
  return lines.sort()
}

/** The mermaid text of transitions: what to paste when a machine changed on purpose. */
export function drawTransitions(transitions: readonly string[], initial: string, finals: readonly string[]): string {
  const arrows = new Map<string, string[]>()
  for (const line of transitions) {
    const [arrow = '', event = ''] = line.split(': ')
    arrows.set(arrow, [...(arrows.get(arrow) ?? []), event])
  }
  const lines = [...arrows].map(([arrow, events]) => `    ${arrow}: ${events.join(', ')}`)
  const ends = finals.map((name) => `    ${name} --> [*]`)
  return ['stateDiagram-v2', `    [*] --> ${initial}`, ...lines, ...ends].join('\n')
}
