// What one kind of deal (conversion, swap, order, dispute) is to the common machinery: its pure machine, its codec, and what must be known
// of a state from outside. A kind never reads a clock and never calls anybody.
import type { Env, Decided, LedgerFact, StateCodec, Wait } from '@huitong/protocol'
import type { ChainId, HashLock, OrderId, Time } from '@huitong/primitives'
import type { DealCoin } from './coin.js'
import type { Unit } from './unit.js'

/** What every effect of every machine has: its kind names the performer, its id makes performing twice the same as once. */
export interface DealEffect {
  readonly kind: string
  readonly id: string
}

/** When a waiting state ends by itself, in final block time of a ledger, and what happens then. */
export interface Deadline {
  readonly chain: ChainId
  readonly at: Time
  readonly default: string
}

/** What the store, the watchers and the readers must know of a state, computed from it and from nothing else. */
export interface Outline {
  /** True once nothing can change any more but extra money. */
  readonly isFinal: boolean
  /** Parties (`pty_…`) that may see the deal. */
  readonly parties: readonly string[]
  /** Every pending deadline. A deal is told `timePassed` once when one of them has passed. */
  readonly deadlines: readonly Deadline[]
  /** Whom it waits for: they are reminded in time. */
  readonly waits?: readonly Wait[]
  /** Hashes that this deal owns for ever: hash-lock coins under them are told to it, as a leg or as an extra. */
  readonly hashes: readonly HashLock[]
  /** The id by which escrow coins name this deal: all of them are told to it. */
  readonly order?: OrderId
}

/** A deal in memory, with its state decoded. `id` is typed (`cnv_…`). */
export interface Deal<State> {
  readonly id: string
  readonly state: State
  readonly version: number
  readonly parties: readonly string[]
  readonly createdAt: Time
  readonly updatedAt: Time
  /** The ledgers' clocks as of the unit of work that read the deal. */
  readonly env: Env
  /** Coins that it had been told of then, the oldest first. */
  readonly coins: () => readonly DealCoin[]
}

/**
 * Who does what a state owes: a registered performer, the kind itself in the transaction of the state (`within`), or the party that is asked and
 * shown it, by what it may do now and by reminders.
 */
export type Duty = 'performed' | 'within' | 'shown'

export interface DealKind<State extends { readonly state: string }, Event, Effect extends DealEffect> {
  /** `conversion`, `swap`, `order`, `dispute`. */
  readonly kind: string
  /** Of its ids: `cnv`, `swp`, `ord`, `dsp`. */
  readonly prefix: string
  readonly codec: StateCodec<State>
  decide(state: State, event: Event | LedgerFact, env: Env): Decided<State, Effect, string>
  /** Everything the state owes now. The performers ask again before each attempt: what is owed no more is not done. */
  effects(state: State, env: Env): readonly Effect[]
  outline(state: State): Outline
  /** Every effect of the machine, so that none is owed for nobody: the process does not start where a performed one lacks its performer. */
  readonly duties: { readonly [Kind in Effect['kind']]: Duty }
  /**
   * What must be true in the same transaction as the new state (a reservation closed, a child deal told). Runs after every save, so it says
   * what shall be, never "one more". `before`: the state that this was true of until now, absent for a new deal.
   */
  within?(unit: Unit, deal: Deal<State>, effects: readonly Effect[], before?: State): Promise<void>
}

/** Holds a kind to its types where it is declared, forgets them where kinds of all sorts stand together. */
export type AnyDealKind = DealKind<{ readonly state: string }, never, DealEffect>
