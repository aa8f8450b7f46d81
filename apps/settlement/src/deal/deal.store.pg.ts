// Deals in PostgreSQL. Raw statements: every change is by id and version, every history table is append-only.
import { decodeCondition, encodeCondition } from '@huitong/chain'
import { row, rows } from '@huitong/platform'
import {
  type AssetCode,
  type ChainId,
  type Coordinate,
  type HashLock,
  type OrderId,
  type Time,
  type TxId,
  expectOk,
  fromHex,
  hexOf,
  invariant,
} from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import {
  type DealCoin,
  type DealEventRow,
  type DealPage,
  type DealRow,
  type DealSave,
  type ReminderDetail,
} from './deal.store.js'
import { DealStore, type DueReminders, type Saved, type Transition } from './deal.store.js'
import { markEvents, numberEvents } from './deal.events.js'
import { nextDeadline, sameDeadlines, writeDeal } from './deal.writing.js'
import type { Unit } from './unit.js'
import { typedId, uuidOf } from './id.js'
import type { Outline } from './kind.js'

/** Typed prefix of a deal's id by its kind. */
const PREFIX: Readonly<Record<string, string>> = { conversion: 'cnv', swap: 'swp', order: 'ord', dispute: 'dsp' }

interface StoredDeal {
  readonly id: string
  readonly kind: string
  readonly state: unknown
  readonly state_name: string
  readonly version: number
  readonly parties: readonly string[]
  readonly is_final: boolean
  readonly created_at: string
  readonly updated_at: string
  readonly clocks: readonly (readonly [string, string])[] | null
  readonly next_deadline_at: string | null
  readonly next_deadline_ledger: Uint8Array | null
  readonly next_deadline_default: string | null
}

interface StoredEvent {
  readonly cursor: string
  readonly at: string
  readonly type: string
  readonly subject: string
  readonly version: number
  readonly detail: ReminderDetail | null
}

interface StoredCoin {
  readonly chain: Uint8Array
  readonly coordinate: Uint8Array
  readonly deal: string
  readonly kind: string
  readonly asset: string
  readonly amount: string
  readonly condition: Uint8Array
  readonly funded_by: Uint8Array
  readonly height: string
  readonly at: string
  readonly spent_by: Uint8Array | null
}

@Injectable()
export class PgDealStore extends DealStore {
  override async insert(unit: Unit, deal: DealSave, made: Transition): Promise<Saved> {
    const { outline } = deal
    return writeDeal(unit, {
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
    })
  }

  override async lock(unit: Unit, id: string): Promise<DealRow | undefined> {
    return asDeal(await row<StoredDeal>(unit, `select d.*, ${CLOCKS} from deal d where d.id = $1 for update of d`, [uuidOf(id)]))
  }

  override async find(unit: Unit, id: string): Promise<DealRow | undefined> {
    return asDeal(await row<StoredDeal>(unit, `select d.*, ${CLOCKS} from deal d where d.id = $1`, [uuidOf(id)]))
  }

  override async page(unit: Unit, page: DealPage): Promise<readonly DealRow[]> {
    const found = await rows<StoredDeal>(
      unit,
      `select d.*, ${CLOCKS} from deal d where kind = $1 and ($2::uuid is null or id < $2) and ($3::text is null or state_name = $3)
         and ($4::text is null or parties @> array[$4]) order by id desc limit $5`,
      [page.kind, page.after === undefined ? null : uuidOf(page.after), page.state ?? null, page.party ?? null, page.limit],
    )
    return found.map(dealOf)
  }

  override async open(unit: Unit, page: { readonly after?: string; readonly limit: number }): Promise<readonly DealRow[]> {
    const found = await rows<StoredDeal>(
      unit,
      `select d.*, ${CLOCKS} from deal d where not is_final and ($1::uuid is null or id > $1) order by id limit $2`,
      [page.after === undefined ? null : uuidOf(page.after), page.limit],
    )
    return found.map(dealOf)
  }

  override async update(
    unit: Unit,
    deal: DealSave & { readonly version: number; readonly before: Outline },
    made: Transition & { from: string },
  ): Promise<Saved> {
    const { outline, before } = deal
    const known = new Set(before.hashes)
    return writeDeal(unit, {
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
    })
  }

  override async dealsOfHashes(unit: Unit, hashes: readonly HashLock[]): Promise<ReadonlyMap<HashLock, string>> {
    if (hashes.length === 0) return new Map()
    const found = await rows<{ hash: Uint8Array; deal: string; kind: string }>(
      unit,
      'select hash, deal, kind from hash_lock where hash = any($1::bytea[])',
      [hashes.map((hash) => fromHex(hash))],
    )
    return new Map(found.map(({ hash, deal, kind }) => [hexOf<HashLock>(hash), dealId(kind, deal)]))
  }

  override async dealsOfOrders(unit: Unit, orders: readonly OrderId[]): Promise<ReadonlyMap<OrderId, string>> {
    if (orders.length === 0) return new Map()
    const found = await rows<{ order_id: Uint8Array; id: string; kind: string }>(
      unit,
      'select order_id, id, kind from deal where order_id = any($1::bytea[])',
      [orders.map((order) => fromHex(order))],
    )
    return new Map(found.map(({ order_id, id, kind }) => [hexOf<OrderId>(order_id), dealId(kind, id)]))
  }

  override async addCoin(unit: Unit, coin: Omit<DealCoin, 'spentBy'>): Promise<void> {
    await rows(
      unit,
      `insert into deal_coin (chain, coordinate, deal, asset, amount, condition, funded_by, height, at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
      [
        fromHex(coin.chain),
        fromHex(coin.coordinate),
        uuidOf(coin.deal),
        coin.asset,
        coin.amount,
        encodeCondition(coin.condition),
        fromHex(coin.fundedBy),
        coin.height,
        coin.at,
      ],
    )
  }

  override async spendCoin(
    unit: Unit,
    spent: { chain: ChainId; coordinate: Coordinate; by: TxId; height: number },
  ): Promise<void> {
    await rows(unit, 'update deal_coin set spent_by = $3, spent_height = $4 where chain = $1 and coordinate = $2', [
      fromHex(spent.chain),
      fromHex(spent.coordinate),
      fromHex(spent.by),
      spent.height,
    ])
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

  override async coinsOfDeal(unit: Unit, id: string): Promise<readonly DealCoin[]> {
    const found = await rows<StoredCoin>(
      unit,
      'select c.*, d.kind from deal_coin c join deal d on d.id = c.deal where c.deal = $1 order by c.height, c.coordinate',
      [uuidOf(id)],
    )
    return found.map(coinOf)
  }

  override async anyDue(
    unit: Unit,
    { chain, ledger, time }: Pick<DueReminders, 'chain' | 'ledger' | 'time'>,
  ): Promise<{ readonly deals: boolean; readonly others: boolean; readonly reminders: boolean }> {
    const due = await row<{ deals: boolean; others: boolean; reminders: boolean }>(
      unit,
      `select exists (select from deal_deadline where chain = $1 and at <= $3 and not told) as deals,
         exists (select from quote where state = 'open' and give_ledger = $2 and expires_at <= $3) as others,
         exists (select from deal_reminder where chain = $1 and at <= $3) as reminders`,
      [fromHex(chain), ledger, time],
    )
    invariant(due !== undefined, 'a question of existence is answered')
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
}

/** Every ledger's time with the deal, in one statement: what is decided is decided on one view of both. */
const CLOCKS = `(select json_agg(json_build_array(encode(chain, 'hex'), time::text)) from ledger) as clocks`

const dealId = (kind: string, uuid: string): string => typedId(PREFIX[kind] ?? kind, uuid)

// the border: bigint columns of times hold what a Time wrote
const timeOf = (text: string): Time => Number(text) as Time

const asDeal = (stored: StoredDeal | undefined): DealRow | undefined => (stored === undefined ? undefined : dealOf(stored))

function dealOf(stored: StoredDeal): DealRow {
  const { next_deadline_at: at, next_deadline_ledger: chain, next_deadline_default: byDefault } = stored
  const next =
    at === null || chain === null || byDefault === null
      ? {}
      : { nextDeadline: { chain: hexOf<ChainId>(chain), at: timeOf(at), default: byDefault } }
  return {
    id: dealId(stored.kind, stored.id),
    kind: stored.kind,
    state: stored.state,
    stateName: stored.state_name,
    version: stored.version,
    parties: stored.parties,
    isFinal: stored.is_final,
    createdAt: timeOf(stored.created_at),
    updatedAt: timeOf(stored.updated_at),
    // the border: the statement above wrote hexadecimal and a bigint's digits
    clocks: (stored.clocks ?? []).map(([id, time]) => ({ chain: id as ChainId, time: timeOf(time) })),
    ...next,
  }
}

function coinOf(stored: StoredCoin): DealCoin {
  return {
    chain: hexOf<ChainId>(stored.chain),
    coordinate: hexOf<Coordinate>(stored.coordinate),
    deal: dealId(stored.kind, stored.deal),
    // the border: addCoin wrote what a decoded output held
    asset: stored.asset as AssetCode,
    amount: BigInt(stored.amount),
    condition: expectOk(decodeCondition(new Uint8Array(stored.condition)), 'a stored condition'),
    fundedBy: hexOf<TxId>(stored.funded_by),
    height: Number(stored.height),
    at: timeOf(stored.at),
    ...(stored.spent_by === null ? {} : { spentBy: hexOf<TxId>(stored.spent_by) }),
  }
}
