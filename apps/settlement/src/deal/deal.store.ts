// Where deals live: one row per deal, its history append-only, its hashes, coins and deadlines findable by ledger. Port; PostgreSQL in
// deal.store.pg.ts. Every method runs inside the caller's unit of work; nothing here decides.
import type { BlockHash, ChainId, Coordinate, HashLock, OrderId, Time, TxId } from '@huitong/primitives'
import type { DealCoin } from './coin.js'
import type { Deadline, Outline } from './kind.js'
import type { ReminderPlan } from '../reminder/planned.js'
import type { Unit } from './unit.js'

export type { DealCoin }

/** Time of the last block that was read of a ledger. */
export interface LedgerTime {
  readonly chain: ChainId
  readonly time: Time
}

export interface DealRow {
  readonly id: string
  readonly kind: string
  readonly state: unknown
  readonly stateName: string
  readonly version: number
  readonly parties: readonly string[]
  readonly isFinal: boolean
  readonly createdAt: Time
  readonly updatedAt: Time
  /** How far every ledger has been read, as of the same unit of work. */
  readonly clocks: readonly LedgerTime[]
  /** The earliest pending one. */
  readonly nextDeadline?: Deadline
  /** Coins that it was told of, the oldest first, as of the same statement; decoded when asked for. */
  readonly coins: () => readonly DealCoin[]
}

export interface Transition {
  readonly event: string
  /** Who asked: an API key's id, `ledger` or `hub`. Never a secret. */
  readonly actor: string
  readonly at: Time
}

export interface DealSave {
  readonly id: string
  readonly kind: string
  readonly stateName: string
  readonly state: object
  readonly outline: Outline
  readonly reminders: ReminderPlan
}

/**
 * - `stale`: somebody else wrote meanwhile, or the id exists.
 * - `hash_reused`: one of the hashes belongs to another deal, of whatever kind. The unit of work must be given up.
 */
export type Saved = 'saved' | 'stale' | 'hash_reused'

export interface DealPage {
  readonly kind: string
  readonly limit: number
  /** Typed id of the last one seen; newest first, so what follows is older. */
  readonly after?: string
  readonly state?: string
  /** Absent: of every party. */
  readonly party?: string
}

export interface DealEventRow {
  readonly cursor: number
  readonly at: Time
  readonly type: string
  readonly subject: string
  readonly version: number
  /** Of a reminder: what is awaited. */
  readonly detail?: ReminderDetail
}

/** What a reminder says beside the deal that it is about. `awaited`: the parties of whom any may act; nobody where it is the operators' turn. */
export interface ReminderDetail {
  readonly what: string
  readonly stage: string
  readonly ledger: string
  readonly until: number
  readonly awaited: readonly string[]
  readonly milestone?: number
}

/** `time`: how far a ledger has been read. `now`: the hub's own time, which events bear. */
export interface DueReminders {
  readonly chain: ChainId
  readonly ledger: string
  readonly time: Time
  readonly now: Time
}

/** Blocks up to `time` are told: the hashes and order ids that their coins name, and what they spend under a path of a lock. */
export interface RangeAsked {
  readonly chain: ChainId
  readonly ledger: string
  readonly time: Time
  readonly hashes: readonly HashLock[]
  readonly orders: readonly OrderId[]
  readonly spent: readonly Coordinate[]
}

export interface RangeTaken {
  /** Of the last block that was told. */
  readonly height: number
  /** Deals by what is theirs. */
  readonly hashes: ReadonlyMap<HashLock, string>
  readonly orders: ReadonlyMap<OrderId, string>
  /** Those of the spent coins that a deal was told of. */
  readonly coins: ReadonlyMap<Coordinate, DealCoin>
}

export interface RangeLeft {
  readonly chain: ChainId
  readonly made: readonly Omit<DealCoin, 'spentBy'>[]
  readonly spent: readonly { readonly coordinate: Coordinate; readonly by: TxId; readonly height: number }[]
  readonly head: { readonly height: number; readonly hash: BlockHash; readonly time: Time }
}

/** `others`: what lives in ledger time without being a deal. */
export interface DueAnswer {
  readonly deals: boolean
  readonly others: boolean
  readonly reminders: boolean
}

export abstract class DealStore {
  /** A new deal at version 1, with its hashes, deadlines, first transition, audit entry and change event. */
  abstract insert(unit: Unit, deal: DealSave, made: Transition): Promise<Saved>
  /** The row under a lock that lasts until the unit of work ends. */
  abstract lock(unit: Unit, id: string): Promise<DealRow | undefined>
  abstract find(unit: Unit, id: string): Promise<DealRow | undefined>
  abstract page(unit: Unit, page: DealPage): Promise<readonly DealRow[]>
  /** Deals that still wait for something, by id: for the run at start. */
  abstract open(unit: Unit, page: { readonly after?: string; readonly limit: number }): Promise<readonly DealRow[]>
  /**
   * The next version of a deal, with all that goes with it. `before`: what the stored state looked like from outside; `ended`: ids of effects that it
   * owed then and owes no more, whose outbox rows are done.
   */
  abstract update(
    unit: Unit,
    deal: DealSave & { readonly version: number; readonly before: Outline; readonly ended: readonly string[] },
    made: Transition & { from: string },
  ): Promise<Saved>

  /**
   * Where the reading of a ledger stands, locked until the unit of work ends, with what facts of the blocks behind it are about. The deals are locked
   * as well, all of them at once and in one order, so that watchers of several ledgers do not wait for each other in a circle.
   */
  abstract takeRange(unit: Unit, asked: RangeAsked): Promise<RangeTaken>
  /** Remembers the coins that deals were told of, so that their spending will be a fact for them, and moves the cursor. */
  abstract leaveRange(unit: Unit, left: RangeLeft): Promise<void>
  abstract coins(unit: Unit, chain: ChainId, coordinates: readonly Coordinate[]): Promise<ReadonlyMap<Coordinate, DealCoin>>

  /** Whether anything is due on the ledger of the range that this unit of work has taken, at its time, with what the unit itself has written. */
  abstract anyDue(unit: Unit, asked: Pick<DueReminders, 'chain' | 'time'>): DueAnswer

  /** Deals with a deadline on the ledger at or before `time` that they have not been told of; marks them as told. */
  abstract takeDue(unit: Unit, chain: ChainId, time: Time): Promise<readonly string[]>

  /**
   * Tells every reminder that is due on the ledger at `time` as an event for those who are awaited, once; what is overdue itself is told to nobody.
   * Answers how many were told.
   */
  abstract remind(unit: Unit, due: DueReminders): Promise<number>

  /** Changes in the order of their cursors, everything committed so far, that `party` may see; absent: all. */
  abstract events(
    unit: Unit,
    page: { readonly after: number; readonly limit: number; readonly party?: string },
  ): Promise<readonly DealEventRow[]>
  /** A change that is no deal's, seen by `parties`. It gets its cursor after its transaction, in the order of commits. */
  abstract addEvent(unit: Unit, event: Omit<DealEventRow, 'cursor'> & { readonly parties: readonly string[] }): Promise<void>
}
