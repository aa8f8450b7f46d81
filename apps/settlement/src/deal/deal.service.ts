// The one path by which a deal changes: lock its row, let its machine decide, save state, transition, audit and what is owed, all in the caller's
// transaction. Commands and facts of the ledgers go the same way. Nothing is performed and nothing announced here.
import { type LedgerFact } from '@huitong/protocol'
import { enqueueOwed, faultFields, log, rows } from '@huitong/platform'
import { type Result, err, invariant, ok } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import type { Actor } from '@huitong/contracts'
import { maySee } from '../access/access.js'
import { HubClock } from '../clock/hub-clock.js'
import { Ledgers } from '../ledgers/ledgers.js'
import { plannedReminders } from '../reminder/planned.js'
import { type Change, DealChanges } from './deal.changes.js'
import { type DealRow, DealStore } from './deal.store.js'
import type { Unit } from './unit.js'
import { prefixOf, uuidOf } from './id.js'
import type { AnyDealKind, Deal, DealEffect, DealKind } from './kind.js'
import { versionFault } from './version.js'

/** Who made an event happen, for history and audit: an API key's id, or `ledger`, or `hub`. */
export interface By {
  readonly actor: string
  readonly event: string
}

/** Outbox kind under which every owed effect of every deal is performed (see effect/). */
export const EFFECT = 'deal.effect'
export interface EffectPayload {
  readonly deal: string
  readonly kind: string
  readonly effect: string
}

@Injectable()
export class DealService {
  readonly #kinds = new Map<string, AnyDealKind>()
  readonly #performed = new Set<string>()

  constructor(
    private readonly store: DealStore,
    private readonly ledgers: Ledgers,
    private readonly clock: HubClock,
    private readonly changes: DealChanges,
  ) {}

  /** Makes a kind known, so that facts reach its deals. Called by each noun's module when it starts. */
  register<State extends { readonly state: string }, Event, Effect extends DealEffect>(
    kind: DealKind<State, Event, Effect>,
  ): void {
    invariant(!this.#kinds.has(kind.prefix), `kind ${kind.kind} is registered once`)
    // the border between kinds: hear() hands a kind only states that its own codec has read
    this.#kinds.set(kind.prefix, kind as unknown as AnyDealKind)
  }

  /** Effects of this kind are enqueued from now on: somebody performs them (see effect/). */
  performs(prefix: string, effect: string): void {
    this.#performed.add(`${prefix}.${effect}`)
  }

  /** Once all kinds and performers are registered: no effect is owed that nobody does. */
  checkDuties(): void {
    const known = new Set<string>()
    for (const { prefix, kind, duties, within } of this.#kinds.values()) {
      for (const [effect, duty] of Object.entries(duties)) {
        const name = `${prefix}.${effect}`
        known.add(name)
        invariant(
          (duty === 'performed') === this.#performed.has(name),
          `${kind}'s ${effect} is ${duty} and has no such performer`,
        )
        invariant(duty !== 'within' || within !== undefined, `${kind} does ${effect} within its transaction`)
      }
    }
    for (const name of this.#performed) invariant(known.has(name), `${name} is owed by no machine`)
  }

  /** A new deal in its first state. `hash_reused`: one of its hashes belongs to another deal, of whatever kind. */
  async create<State extends { readonly state: string }, Event, Effect extends DealEffect>(
    unit: Unit,
    kind: DealKind<State, Event, Effect>,
    made: { readonly id: string; readonly state: State; readonly effects: readonly Effect[]; readonly by: By },
  ): Promise<Result<Deal<State>, 'hash_reused'>> {
    const outline = kind.outline(made.state)
    const now = this.clock.now()
    const env = await this.ledgers.env(unit)
    const reminders = plannedReminders({ now: outline.waits }, env)
    const state = kind.codec.encodeState(made.state)
    const save = { id: made.id, kind: kind.kind, stateName: made.state.state, state, outline, reminders }
    const saved = await this.store.insert(unit, save, { ...made.by, at: now })
    if (saved === 'hash_reused') return err('hash_reused', undefined, 'hash')
    invariant(saved === 'saved', `deal ${made.id} is created once`)
    const deal = {
      id: made.id,
      state: made.state,
      version: 1,
      parties: outline.parties,
      createdAt: now,
      updatedAt: now,
      env,
      coins: () => [],
    }
    await this.#after(unit, { kind, deal, effects: made.effects })
    return ok(deal)
  }

  /**
   * Locks the deal and lets its machine decide on an event. Refusals change nothing; an event without news writes nothing. With a version, the deal
   * must still be at it (`version_stale`).
   */
  async apply<State extends { readonly state: string }, Event, Effect extends DealEffect>(
    unit: Unit,
    kind: DealKind<State, Event, Effect>,
    asked: { readonly id: string; readonly version?: number | undefined; readonly event: Event | LedgerFact; readonly by: By },
  ): Promise<Result<Deal<State>, string>> {
    const found = await this.store.lock(unit, asked.id)
    if (found === undefined || found.kind !== kind.kind) return err(`${kind.kind}_unknown`)
    const before = this.read(kind, found)
    const stale = versionFault(before, asked)
    if (stale !== undefined) return stale
    const decided = kind.decide(before.state, asked.event, before.env)
    if (!decided.ok) return decided
    const { state, effects } = decided.value
    const stored = kind.codec.encodeState(state)
    if (state === before.state || isSame(stored, found.state)) {
      // no news for the state, but time may have made more of it due
      await this.owe(unit, { id: asked.id, effects })
      return ok(before)
    }
    const now = this.clock.now()
    const outline = kind.outline(state)
    const was = kind.outline(before.state)
    const saved = await this.store.update(
      unit,
      {
        id: asked.id,
        kind: kind.kind,
        stateName: state.state,
        state: stored,
        outline,
        reminders: plannedReminders({ before: was.waits, now: outline.waits }, before.env),
        version: before.version,
        before: was,
        ended: this.#ended(kind, before, state),
      },
      { ...asked.by, at: now, from: before.state.state },
    )
    if (saved === 'hash_reused') return err('hash_reused', undefined, 'hash')
    invariant(saved === 'saved', `deal ${asked.id} was locked and has not moved`)
    const deal = { ...before, state, version: before.version + 1, parties: outline.parties, updatedAt: now }
    await this.#after(unit, { kind, deal, effects, before: before.state })
    return ok(deal)
  }

  /**
   * Tells a deal what a final block holds. A machine refuses no fact; if it breaks on one, this throws and the unit of work is to be told again
   * with `isCareful`: then the fact is parked for people and the ledger's other deals go on.
   */
  async hear(unit: Unit, id: string, told: { readonly fact: LedgerFact; readonly isCareful: boolean }): Promise<void> {
    const { fact, isCareful } = told
    const kind = this.#kinds.get(prefixOf(id))
    if (kind === undefined) return this.#park(unit, { id, fact, fault: `nobody keeps deals ${prefixOf(id)}` })
    if (isCareful) await unit.query('savepoint fact')
    try {
      const heard = await this.apply(unit, kind, { id, event: fact, by: { actor: 'ledger', event: fact.kind } })
      if (isCareful) await unit.query('release savepoint fact')
      if (!heard.ok) await this.#park(unit, { id, fact, fault: heard.code })
    } catch (error) {
      if (!isCareful || !isBroken(error)) throw error
      await unit.query('rollback to savepoint fact')
      log.error('deal.fact.parked', { deal: id, fact: fact.kind, ...faultFields(error) })
      await this.#park(unit, { id, fact, fault: error.message })
    }
  }

  async find<State extends { readonly state: string }, Event, Effect extends DealEffect>(
    unit: Unit,
    kind: DealKind<State, Event, Effect>,
    id: string,
  ): Promise<Deal<State> | undefined> {
    const found = await this.store.find(unit, id)
    return found === undefined || found.kind !== kind.kind ? undefined : this.read(kind, found)
  }

  /**
   * The deal, if the actor may know of it; with a version that the asker knows already, the next one that is in none of the states `passing`, as soon
   * as it is there or when the asker has waited long enough.
   */
  async newest<State extends { readonly state: string }, Event, Effect extends DealEffect>(
    unit: Unit,
    kind: DealKind<State, Event, Effect>,
    asked: { readonly id: string; readonly actor: Actor; readonly newerThan?: number; readonly passing?: readonly string[] },
  ): Promise<Deal<State> | undefined> {
    const { id, actor, newerThan, passing = [] } = asked
    const look = (): Promise<Deal<State> | undefined> => this.find(unit, kind, id)
    const isAwaited = ({ version, stateName, parties }: Change): boolean =>
      newerThan === undefined || !maySee(actor, parties) || (version > newerThan && !passing.includes(stateName))
    const found =
      newerThan === undefined
        ? await look()
        : await this.changes.newer(id, {
            isWorthALook: isAwaited,
            look,
            isNew: (deal) => deal === undefined || isAwaited({ ...deal, stateName: deal.state.state }),
          })
    return found !== undefined && maySee(actor, found.parties) ? found : undefined
  }

  /** A row with its state decoded. */
  read<State extends { readonly state: string }, Event, Effect extends DealEffect>(
    kind: DealKind<State, Event, Effect>,
    found: DealRow,
  ): Deal<State> {
    const { id, version, parties, createdAt, updatedAt, coins } = found
    const env = this.ledgers.envOf(found.clocks)
    return { id, state: kind.codec.decodeState(found.state), version, parties, createdAt, updatedAt, env, coins }
  }

  /** What a deal owes now, from its stored state: the performers' question before each attempt. */
  async owed(
    unit: Unit,
    id: string,
  ): Promise<{ deal: Deal<{ readonly state: string }>; effects: readonly DealEffect[] } | undefined> {
    const kind = this.#kinds.get(prefixOf(id))
    const found = await this.store.find(unit, id)
    if (kind === undefined || found === undefined) return undefined
    const deal = this.read(kind, found)
    return { deal, effects: kind.effects(deal.state, deal.env) }
  }

  /** Enqueues effects that are not waiting already. Each has a key of its own: one that cannot go on stops no other. */
  async owe(unit: Unit, owing: { readonly id: string; readonly effects: readonly DealEffect[] }): Promise<void> {
    const performed = owing.effects.filter(({ kind }) => this.#performed.has(`${prefixOf(owing.id)}.${kind}`))
    await enqueueOwed(
      unit,
      performed.map(({ kind, id }) => ({
        kind: EFFECT,
        key: id,
        payload: { deal: owing.id, kind, effect: id } satisfies EffectPayload,
      })),
    )
  }

  /** Effects that somebody performs, owed before and not after: what they were to bring about is there, or is wanted no more. */
  #ended<State extends { readonly state: string }, Event, Effect extends DealEffect>(
    kind: DealKind<State, Event, Effect>,
    { state: before, env }: Deal<State>,
    state: State,
  ): readonly string[] {
    const owed = kind.effects(before, env).filter((effect) => this.#performed.has(`${kind.prefix}.${effect.kind}`))
    if (owed.length === 0) return []
    const left = new Set(kind.effects(state, env).map(({ id }) => id))
    return owed.flatMap(({ id }) => (left.has(id) ? [] : [id]))
  }

  async #after<State extends { readonly state: string }, Event, Effect extends DealEffect>(
    unit: Unit,
    saved: { kind: DealKind<State, Event, Effect>; deal: Deal<State>; effects: readonly Effect[]; before?: State },
  ): Promise<void> {
    const { kind, deal, effects, before } = saved
    await kind.within?.(unit, deal, effects, before)
    await this.owe(unit, { id: deal.id, effects })
  }

  async #park(unit: Unit, parked: { readonly id: string; readonly fact: LedgerFact; readonly fault: string }): Promise<void> {
    const { id, fact, fault } = parked
    // kind and ledger are enough to find it again: the fact itself stays on the ledger
    const where = 'coordinate' in fact ? fact.coordinate : 'coin' in fact ? fact.coin.coordinate : String(fact.time)
    await rows(unit, 'insert into parked_fact (deal, fact, fault) values ($1, $2, $3)', [
      uuidOf(id),
      JSON.stringify({ kind: fact.kind, chain: fact.chain, where }),
      fault,
    ])
  }
}

/** A machine met what it holds to be impossible: a mistake of ours, not a fault of the moment. */
export const isBroken = (error: unknown): error is Error => error instanceof Error && error.name === 'InvariantViolation'

const isSame = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b)

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
