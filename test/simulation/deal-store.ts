// Deals in simulated tables: the port of settlement with the same promises as the one in PostgreSQL. State is kept as JSON text, so that what does
// not survive storage does not survive here either.
import type { Coin } from '@huitong/chain'
import { markEnded } from '@huitong/platform'
import { type ChainId, type Coordinate, type OrderId, type Time, fromHex } from '@huitong/primitives'
import {
  type DealCoin,
  type DealEventRow,
  type DealPage,
  type DealRow,
  type DealSave,
  DealStore,
  type DueAnswer,
  type DueReminders,
  type LedgerTime,
  type RangeAsked,
  type RangeLeft,
  type RangeTaken,
  type Saved,
  type Transition,
} from '../../apps/settlement/src/deal/deal.store.js'
import type { Deadline, Outline } from '../../apps/settlement/src/deal/kind.js'
import type { Unit } from '../../apps/settlement/src/deal/unit.js'
import type { Answered } from './database.js'
import { change, insert } from './statements-platform.js'
import type { Asked, Statement } from './database.js'
import type { Row, Transaction } from './tables.js'

/** Work in the transaction of a unit: carried through its query function, so that it takes its step and its locks like any statement. */
export type Work = (tx: Transaction, now: number) => unknown

const WORK = 'simulation: deals '

/** The statement behind {@link SimulatedDealStore}: its value is the work itself. */
export const dealStatement: readonly [string, Statement] = [
  WORK,
  async ({ tx, values, now }: Asked): Promise<Answered> => {
    const [work] = values
    // the border: run() below is the only one that asks
    return [await (work as Work)(tx, now)]
  },
]

async function run<T>(unit: Unit, name: string, work: (tx: Transaction, now: number) => T | Promise<T>): Promise<T> {
  const answer: unknown = await unit.query(`${WORK}${name}`, [work])
  // the border: what work answered
  return (answer as [T])[0]
}

interface StoredDeal {
  readonly row: Omit<DealRow, 'state' | 'clocks' | 'coins'>
  readonly state: string
  readonly order: OrderId | undefined
}

// the border: rows of these tables are written by this file alone
const dealOf = (row: Row): StoredDeal => row as unknown as StoredDeal
const asRow = (value: object): Row => value as Row
/** With every ledger's time, as the same statement reads it. */
function shown(tx: Transaction, { row, state }: StoredDeal): DealRow {
  const coins = tx
    .filter('deal_coin', (coin) => coin['deal'] === row.id)
    .map(coinOf)
    .sort((a, b) => a.height - b.height || (a.coordinate < b.coordinate ? -1 : 1))
  return {
    ...row,
    state: JSON.parse(state) as unknown,
    clocks: clocksOf(tx),
    coins: () => coins,
  }
}
const clocksOf = (tx: Transaction): readonly LedgerTime[] =>
  [...tx.scan('ledger')].map(([chain, row]) => ({ chain: chain as ChainId, time: Number(row['time']) as Time }))

export class SimulatedDealStore extends DealStore {
  override insert(unit: Unit, deal: DealSave, made: Transition): Promise<Saved> {
    return run(unit, 'insert', async (tx) => {
      const next = earliest(deal.outline)
      const row = {
        id: deal.id,
        kind: deal.kind,
        stateName: deal.stateName,
        version: 1,
        parties: deal.outline.parties,
        isFinal: deal.outline.isFinal,
        createdAt: made.at,
        updatedAt: made.at,
        ...(next === undefined ? {} : { nextDeadline: next }),
      }
      const stored: StoredDeal = { row, state: JSON.stringify(deal.state), order: deal.outline.order }
      if (!(await insert(tx, 'deal', deal.id, asRow(stored)))) return 'stale'
      return this.#beside(tx, deal, { ...made, version: 1, from: null })
    })
  }

  override lock(unit: Unit, id: string): Promise<DealRow | undefined> {
    return run(unit, 'lock', async (tx) => {
      if (tx.get('deal', id) === undefined) return undefined
      await tx.lock('deal', id)
      const found = tx.get('deal', id)
      return found === undefined ? undefined : shown(tx, dealOf(found))
    })
  }

  override find(unit: Unit, id: string): Promise<DealRow | undefined> {
    return run(unit, 'find', (tx) => {
      const found = tx.get('deal', id)
      return found === undefined ? undefined : shown(tx, dealOf(found))
    })
  }

  override page(unit: Unit, page: DealPage): Promise<readonly DealRow[]> {
    return run(unit, 'page', (tx) =>
      tx
        .filter('deal', (row) => dealOf(row).row.kind === page.kind)
        .map((row) => shown(tx, dealOf(row)))
        .slice(0, page.limit),
    )
  }

  override open(unit: Unit, page: { readonly after?: string; readonly limit: number }): Promise<readonly DealRow[]> {
    return run(unit, 'open', (tx) =>
      tx
        .filter('deal', (row) => !dealOf(row).row.isFinal)
        .map((row) => shown(tx, dealOf(row)))
        .sort((a, b) => (uuid(a.id) < uuid(b.id) ? -1 : 1))
        .filter(({ id }) => page.after === undefined || uuid(id) > uuid(page.after))
        .slice(0, page.limit),
    )
  }

  override update(
    unit: Unit,
    deal: DealSave & { readonly version: number; readonly before: Outline; readonly ended: readonly string[] },
    made: Transition & { from: string },
  ): Promise<Saved> {
    return run(unit, 'update', async (tx, now) => {
      const { outline } = deal
      const changed = await change(tx, 'deal', deal.id, (found) => {
        const { row, order } = dealOf(found)
        if (row.version !== deal.version) return undefined
        const { nextDeadline: _, ...kept } = row
        const next = earliest(outline)
        const moved = {
          ...kept,
          stateName: deal.stateName,
          version: deal.version + 1,
          parties: outline.parties,
          isFinal: outline.isFinal,
          updatedAt: made.at,
          ...(next === undefined ? {} : { nextDeadline: next }),
        }
        const stored: StoredDeal = { row: moved, state: JSON.stringify(deal.state), order }
        return asRow(stored)
      })
      if (changed === undefined) return 'stale'
      await this.#end(tx, deal.ended, now)
      markEnded(unit, deal.ended)
      return this.#beside(tx, deal, { ...made, version: deal.version + 1 })
    })
  }

  override takeRange(unit: Unit, { chain, hashes, orders, spent }: RangeAsked): Promise<RangeTaken> {
    return run(unit, 'takeRange', async (tx) => {
      await tx.lock('ledger', chain)
      const wanted = new Set<unknown>(orders)
      const byHash = hashes.map((hash) => [hash, tx.get('hash_lock', hash)?.['deal']] as const)
      const byOrder = tx.filter('deal', (row) => wanted.has(dealOf(row).order)).map(dealOf)
      const coins = spent.flatMap((coordinate) => {
        const row = tx.get('deal_coin', `${chain}/${coordinate}`)
        return row === undefined ? [] : [coinOf(row)]
      })
      const found = {
        height: Number(tx.get('ledger', chain)?.['height']),
        hashes: new Map(byHash.flatMap(([hash, deal]) => (typeof deal === 'string' ? [[hash, deal] as const] : []))),
        orders: new Map(byOrder.flatMap(({ order, row }) => (order === undefined ? [] : [[order, row.id] as const]))),
        coins: new Map(coins.map((coin) => [coin.coordinate, coin])),
      }
      const deals = new Set([...found.hashes.values(), ...found.orders.values(), ...coins.map(({ deal }) => deal)])
      for (const id of [...deals].sort()) await tx.lock('deal', id)
      return found
    })
  }

  override leaveRange(unit: Unit, { chain, made, spent, head }: RangeLeft): Promise<void> {
    return run(unit, 'leaveRange', async (tx) => {
      for (const coin of made) await insert(tx, 'deal_coin', `${chain}/${coin.coordinate}`, asRow(coin))
      for (const { coordinate, by } of spent)
        await change(tx, 'deal_coin', `${chain}/${coordinate}`, (row) => ({ ...row, spentBy: by }))
      const { height, hash, time } = head
      const moved = { height: String(height), block: fromHex(hash), time: String(time) }
      await change(tx, 'ledger', chain, (row) => ({ ...row, ...moved }))
    })
  }

  override coins(unit: Unit, chain: ChainId, coordinates: readonly Coordinate[]): Promise<ReadonlyMap<Coordinate, DealCoin>> {
    return run(unit, 'coins', (tx) => {
      const found = coordinates.map((coordinate) => tx.get('deal_coin', `${chain}/${coordinate}`))
      return new Map(found.flatMap((row) => (row === undefined ? [] : [[coinOf(row).coordinate, coinOf(row)] as const])))
    })
  }

  /** Always asked, so that every due thing is looked for in every run. */
  override anyDue(): DueAnswer {
    return { deals: true, others: true, reminders: true }
  }

  override takeDue(unit: Unit, chain: ChainId, time: Time): Promise<readonly string[]> {
    return run(unit, 'takeDue', async (tx) => {
      const isDue = (row: Row): boolean => row['chain'] === chain && Number(row['at']) <= time && row['told'] === false
      const due = new Set<string>()
      for (const [key, found] of [...tx.scan('deal_deadline')].filter(([, row]) => isDue(row))) {
        const told = await change(tx, 'deal_deadline', key, (row) => (isDue(row) ? { ...row, told: true } : undefined))
        if (told !== undefined) due.add(String(found['deal']))
      }
      return [...due].sort((a, b) => (uuid(a) < uuid(b) ? -1 : 1))
    })
  }

  override remind(unit: Unit, { chain, ledger, time, now }: DueReminders): Promise<number> {
    return run(unit, 'remind', async (tx) => {
      const isDue = (row: Row): boolean => row['chain'] === chain && Number(row['at']) <= time
      let told = 0
      for (const [key, found] of [...tx.scan('deal_reminder')].filter(([, row]) => isDue(row))) {
        await tx.lock('deal_reminder', key)
        if (tx.get('deal_reminder', key) === undefined) continue
        tx.remove('deal_reminder', key)
        if (Number(found['until']) <= time) continue
        const id = tx.next()
        tx.put('deal_event_pending', String(id), { ...found, type: 'reminder', at: now, ledger, id })
        told += 1
      }
      return told
    })
  }

  override events(): Promise<readonly DealEventRow[]> {
    return Promise.resolve([])
  }

  override addEvent(unit: Unit, event: Omit<DealEventRow, 'cursor'> & { readonly parties: readonly string[] }): Promise<void> {
    return run(unit, 'addEvent', (tx) => {
      const id = tx.next()
      tx.put('deal_event_pending', String(id), { ...event, id })
    })
  }

  async #end(tx: Transaction, keys: readonly string[], now: number): Promise<void> {
    const isWaiting = (row: Row): boolean =>
      keys.includes(String(row['key'])) && row['done_at'] === null && row['parked_at'] === null
    for (const [key] of [...tx.scan('outbox')].filter(([, row]) => isWaiting(row))) {
      await change(tx, 'outbox', key, (row) => (isWaiting(row) ? { ...row, done_at: now, claimed_until: null } : undefined))
    }
  }

  /** All that goes with a version: its transition, its deadlines, the hashes it takes. */
  async #beside(
    tx: Transaction,
    deal: DealSave,
    made: Transition & { readonly version: number; readonly from: string | null },
  ): Promise<Saved> {
    tx.put('deal_transition', `${deal.id}#${made.version}`, { ...made, deal: deal.id, to: deal.stateName })
    this.#deadlines(tx, deal.id, deal.outline)
    await this.#reminders(tx, deal)
    for (const hash of deal.outline.hashes) {
      const isFree = await insert(tx, 'hash_lock', hash, { deal: deal.id })
      if (!isFree && tx.get('hash_lock', hash)?.['deal'] !== deal.id) return 'hash_reused'
    }
    return 'saved'
  }

  /** What is awaited no more is reminded of no more. */
  async #reminders(tx: Transaction, { id, reminders: { added, over } }: DealSave): Promise<void> {
    const isOver = (row: Row): boolean => row['deal'] === id && over.includes(String(row['wait']))
    for (const [key] of [...tx.scan('deal_reminder')].filter(([, row]) => isOver(row))) {
      await tx.lock('deal_reminder', key)
      if (tx.get('deal_reminder', key) !== undefined) tx.remove('deal_reminder', key)
    }
    for (const { wait, stage, at, of } of added) {
      const { chain, until: end, owners, what } = of
      await insert(tx, 'deal_reminder', `${id}/${wait}/${stage}`, { deal: id, wait, stage, at, chain, until: end, owners, what })
    }
  }

  /** A deadline that stays keeps its mark; one that is gone is told to nobody. */
  #deadlines(tx: Transaction, id: string, { deadlines }: Outline): void {
    const wanted = new Map(deadlines.map((one) => [`${id}/${one.chain}/${one.at}`, one]))
    for (const [key, row] of tx.scan('deal_deadline')) if (row['deal'] === id && !wanted.has(key)) tx.remove('deal_deadline', key)
    for (const [key, { chain, at }] of wanted)
      if (tx.get('deal_deadline', key) === undefined) tx.put('deal_deadline', key, { deal: id, chain, at, told: false })
  }
}

const uuid = (id: string): string => id.slice(id.indexOf('_') + 1)
const coinOf = (row: Row): DealCoin => row as unknown as DealCoin & Coin

function earliest({ deadlines }: Outline): Deadline | undefined {
  return deadlines.reduce<Deadline | undefined>(
    (first, next) => (first === undefined || next.at < first.at ? next : first),
    undefined,
  )
}
