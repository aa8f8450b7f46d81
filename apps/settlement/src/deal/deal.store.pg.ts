// Deals in PostgreSQL. Raw statements: every change is by id and version, every history table is append-only.
import { row, rows } from '@huitong/platform'
import { type ChainId, type Coordinate, type Time, fromHex, invariant } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import { markEvents, numberEvents } from './deal.events.js'
import { Ranges, leaveRange } from './deal.range.js'
import { CLOCKS, COINS, type StoredCoin, type StoredDeal, coinOf, dealId, dealOf, timeOf } from './deal.rows.js'
import {
  type DealCoin,
  type DealEventRow,
  type DealPage,
  type DealRow,
  type DealSave,
  DealStore,
  type DueAnswer,
  type DueReminders,
  type RangeAsked,
  type RangeLeft,
  type RangeTaken,
  type ReminderDetail,
  type Saved,
  type Transition,
} from './deal.store.js'
import { type Written, nextDeadline, sameDeadlines, writeDeal } from './deal.writing.js'
import { uuidOf } from './id.js'
import type { Outline } from './kind.js'
import type { Unit } from './unit.js'

interface StoredEvent {
  readonly cursor: string
  readonly at: string
  readonly type: string
  readonly subject: string
  readonly version: number
  readonly detail: ReminderDetail | null
}

@Injectable()
export class PgDealStore extends DealStore {
  readonly #ranges = new Ranges()

  override async insert(unit: Unit, deal: DealSave, made: Transition): Promise<Saved> {
    const { outline } = deal
    return this.#write(unit, {
      deal,
      made: { ...made, version: 1, from: null },
      sql: `insert into deal (id, kind, state, state_name, version, parties, is_final, created_at, updated_at,
           next_deadline_at, next_deadline_ledger, next_deadline_default, order_id)
         values ($1, $2, $3, $4, 1, $5, $6, $7, $7, $8, $9, $10, $11) on conflict do nothing returning id`,
      values: [
        uuidOf(deal.id),
        deal.kind,
        JSON.stringify(deal.state),
        deal.stateName,
        outline.parties,
        outline.isFinal,
        made.at,
        ...nextDeadline(outline),
        outline.order === undefined ? null : fromHex(outline.order),
      ],
      hashes: outline.hashes,
      hasNewDeadlines: outline.deadlines.length > 0,
      ended: [],
    })
  }

  override async lock(unit: Unit, id: string): Promise<DealRow | undefined> {
    const held = this.#ranges.row(unit, id)
    if (held !== undefined) return held
    return asDeal(
      await row<StoredDeal>(unit, `select d.*, ${CLOCKS}, ${COINS} from deal d where d.id = $1 for update of d`, [uuidOf(id)]),
    )
  }

  override async find(unit: Unit, id: string): Promise<DealRow | undefined> {
    return asDeal(await row<StoredDeal>(unit, `select d.*, ${CLOCKS}, ${COINS} from deal d where d.id = $1`, [uuidOf(id)]))
  }

  override async page(unit: Unit, page: DealPage): Promise<readonly DealRow[]> {
    const found = await rows<StoredDeal>(
      unit,
      `select d.*, ${CLOCKS}, ${COINS} from deal d where kind = $1 and ($2::uuid is null or id < $2) and ($3::text is null or state_name = $3)
         and ($4::text is null or parties @> array[$4]) order by id desc limit $5`,
      [page.kind, page.after === undefined ? null : uuidOf(page.after), page.state ?? null, page.party ?? null, page.limit],
    )
    return found.map(dealOf)
  }

  override async open(unit: Unit, page: { readonly after?: string; readonly limit: number }): Promise<readonly DealRow[]> {
    const found = await rows<StoredDeal>(
      unit,
      `select d.*, ${CLOCKS}, ${COINS} from deal d where not is_final and ($1::uuid is null or id > $1) order by id limit $2`,
      [page.after === undefined ? null : uuidOf(page.after), page.limit],
    )
    return found.map(dealOf)
  }

  override async update(
    unit: Unit,
    deal: DealSave & { readonly version: number; readonly before: Outline; readonly ended: readonly string[] },
    made: Transition & { from: string },
  ): Promise<Saved> {
    const { outline, before, ended } = deal
    const known = new Set(before.hashes)
    return this.#write(unit, {
      deal,
      made: { ...made, version: deal.version + 1 },
      sql: `update deal set state = $3, state_name = $4, version = version + 1, parties = $5, is_final = $6, updated_at = $7,
           next_deadline_at = $8, next_deadline_ledger = $9, next_deadline_default = $10
         where id = $1 and version = $2 returning id`,
      values: [
        uuidOf(deal.id),
        deal.version,
        JSON.stringify(deal.state),
        deal.stateName,
        outline.parties,
        outline.isFinal,
        made.at,
        ...nextDeadline(outline),
      ],
      hashes: outline.hashes.filter((hash) => !known.has(hash)),
      hasNewDeadlines: !sameDeadlines(before, outline),
      ended,
    })
  }

  override takeRange(unit: Unit, asked: RangeAsked): Promise<RangeTaken> {
    return this.#ranges.take(unit, asked)
  }

  override leaveRange(unit: Unit, left: RangeLeft): Promise<void> {
    return leaveRange(unit, left)
  }

  override async coins(
    unit: Unit,
    chain: ChainId,
    coordinates: readonly Coordinate[],
  ): Promise<ReadonlyMap<Coordinate, DealCoin>> {
    if (coordinates.length === 0) return new Map()
    const found = await rows<StoredCoin>(
      unit,
      `select c.*, d.kind from deal_coin c join deal d on d.id = c.deal where chain = $1 and coordinate = any($2::bytea[])`,
      [fromHex(chain), coordinates.map((coordinate) => fromHex(coordinate))],
    )
    return new Map(found.map(coinOf).map((coin) => [coin.coordinate, coin]))
  }

  override anyDue(unit: Unit, asked: Pick<DueReminders, 'chain' | 'time'>): DueAnswer {
    const due = this.#ranges.due(unit, asked)
    invariant(due !== undefined, 'the range was taken in this unit of work')
    return due
  }

  override async takeDue(unit: Unit, chain: ChainId, time: Time): Promise<readonly string[]> {
    const found = await rows<{ id: string; kind: string }>(
      unit,
      `with due as (update deal_deadline set told = true where chain = $1 and at <= $2 and not told returning deal)
       select distinct d.id, d.kind from due join deal d on d.id = due.deal order by d.id`,
      [fromHex(chain), time],
    )
    return found.map(({ id, kind }) => dealId(kind, id))
  }

  override async remind(unit: Unit, due: DueReminders): Promise<number> {
    const { chain, ledger, time, now } = due
    const told = await row<{ told: string }>(
      unit,
      `with due as (delete from deal_reminder where chain = $1 and at <= $2 returning deal, subject, at, until, owners, detail),
       told as (insert into deal_event_pending (at, type, subject, version, parties, detail)
         select $4::bigint, d.kind || '.reminder', due.subject, d.version, due.owners,
           due.detail || jsonb_build_object('ledger', $3::text)
         from due join deal d on d.id = due.deal where due.until > $2 order by due.at, due.subject returning id)
       select count(*) as told from told`,
      [fromHex(chain), time, ledger, now],
    )
    const count = Number(told?.told ?? 0)
    if (count > 0) markEvents(unit)
    return count
  }

  override async events(
    unit: Unit,
    page: { readonly after: number; readonly limit: number; readonly party?: string },
  ): Promise<readonly DealEventRow[]> {
    await numberEvents(unit)
    const found = await rows<StoredEvent>(
      unit,
      `select cursor, at, type, subject, version, detail from deal_event
       where cursor > $1 and ($2::text is null or parties @> array[$2]) order by cursor limit $3`,
      [page.after, page.party ?? null, page.limit],
    )
    return found.map(({ detail, ...event }) => ({
      ...event,
      cursor: Number(event.cursor),
      at: timeOf(event.at),
      ...(detail === null ? {} : { detail }),
    }))
  }

  override async addEvent(
    unit: Unit,
    event: Omit<DealEventRow, 'cursor'> & { readonly parties: readonly string[] },
  ): Promise<void> {
    await rows(unit, 'insert into deal_event_pending (at, type, subject, version, parties) values ($1, $2, $3, $4, $5)', [
      event.at,
      event.type,
      event.subject,
      event.version,
      event.parties,
    ])
    markEvents(unit)
  }

  async #write(unit: Unit, written: Written): Promise<Saved> {
    const { id, outline, reminders } = written.deal
    const saved = await writeDeal(unit, written)
    const { deadlines } = outline
    this.#ranges.wrote(unit, { id, deadlines, reminders: reminders.added.map(({ at, of: { chain } }) => ({ chain, at })) })
    return saved
  }
}

const asDeal = (stored: StoredDeal | undefined): DealRow | undefined => (stored === undefined ? undefined : dealOf(stored))
