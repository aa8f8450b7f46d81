// What a watcher needs for a range of blocks and what it leaves behind, one statement each: the ledger's cursor, the deals that facts are about, their
// coins, and whether anything is due in time. Deals are locked here, in one order for all watchers, and handed to whoever asks for their row later.
import { encodeCondition } from '@huitong/chain'
import { row, rows } from '@huitong/platform'
import { type ChainId, type HashLock, type OrderId, type Time, fromHex, invariant } from '@huitong/primitives'
import { CLOCKS, JSON_COIN, type JsonCoin, type StoredDeal, coinOfJson, dealId, dealOf } from './deal.rows.js'
import type { DealRow, DueAnswer, RangeAsked, RangeLeft, RangeTaken } from './deal.store.js'
import { uuidOf } from './id.js'
import type { Unit } from './unit.js'

/** Deals, coins and times as the statement puts them into JSON: amounts and times as text, bytes in hexadecimal. */
interface Found {
  readonly height: string
  readonly clocks: StoredDeal['clocks']
  readonly hashes: readonly (readonly [string, string, string])[] | null
  readonly orders: readonly (readonly [string, string, string])[] | null
  readonly coins: readonly (JsonCoin & { readonly deal: string; readonly kind: string })[] | null
  readonly deals: readonly JsonDeal[] | null
  readonly due: boolean
  readonly others: boolean
  readonly reminders: boolean
}
type Hex<Names extends keyof Stored, Stored> = Omit<Stored, Names> & { readonly [Name in Names]: string | null }
type JsonDeal = Hex<'next_deadline_ledger', Omit<StoredDeal, 'clocks'>>
const TAKE = `with head as materialized (select height from ledger where chain = $1 for update),
  hashed as materialized (select h.hash, h.deal, h.kind from hash_lock h, head where h.hash = any($4::bytea[])),
  ordered as materialized (select o.order_id, o.id, o.kind from deal o, head where o.order_id = any($5::bytea[])),
  spent as materialized (select c.* from deal_coin c, head where c.chain = $1 and c.coordinate = any($6::bytea[])),
  locked as materialized (select d.* from deal d where d.id in (
    select deal from hashed union select id from ordered union select deal from spent) order by d.id for update of d)
  select head.height, ${CLOCKS},
    (select json_agg(json_build_array(encode(hash, 'hex'), deal, kind)) from hashed) as hashes,
    (select json_agg(json_build_array(encode(order_id, 'hex'), id, kind)) from ordered) as orders,
    (select json_agg(json_build_object('deal', c.deal, 'kind', d.kind, ${JSON_COIN})) from spent c join locked d on d.id = c.deal) as coins,
    (select json_agg(json_build_object('id', d.id, 'kind', d.kind, 'state', d.state, 'state_name', d.state_name, 'version', d.version,
       'parties', d.parties, 'is_final', d.is_final, 'created_at', d.created_at::text, 'updated_at', d.updated_at::text,
       'next_deadline_at', d.next_deadline_at::text, 'next_deadline_ledger', encode(d.next_deadline_ledger, 'hex'),
       'next_deadline_default', d.next_deadline_default, 'coins', (select json_agg(json_build_object(${JSON_COIN}) order by c.height, c.coordinate) from deal_coin c where c.deal = d.id))) from locked d) as deals,
    exists (select from deal_deadline where chain = $1 and at <= $3 and not told) as due,
    exists (select from quote where state = 'open' and give_ledger = $2 and expires_at <= $3) as others,
    exists (select from deal_reminder where chain = $1 and at <= $3) as reminders
  from head`

/** What was read for a unit of work: good until somebody writes it. */
interface Held {
  readonly rows: Map<string, DealRow>
  readonly chain: ChainId
  readonly time: Time
  readonly due: DueAnswer
  /** Earliest deadline and reminder that this unit has written for the chain. */
  written: { deadline: number; reminder: number }
}

export class Ranges {
  readonly #held = new WeakMap<Unit, Held>()

  async take(unit: Unit, { chain, ledger, time, hashes, orders, spent }: RangeAsked): Promise<RangeTaken> {
    const bytes = (list: readonly string[]): Uint8Array[] => list.map((one) => fromHex(one))
    const found = await row<Found>(unit, TAKE, [fromHex(chain), ledger, time, bytes(hashes), bytes(orders), bytes(spent)])
    invariant(found !== undefined, `ledger ${chain} is pinned before it is read`)
    const deals = (found.deals ?? []).map((deal) => dealOf({ ...storedOf(deal), clocks: found.clocks }))
    const due = { deals: found.due, others: found.others, reminders: found.reminders }
    const written = { deadline: Infinity, reminder: Infinity }
    this.#held.set(unit, { rows: new Map(deals.map((deal) => [deal.id, deal])), chain, time, due, written })
    const coins = (found.coins ?? []).map((coin) => coinOfJson(dealId(coin.kind, coin.deal), coin))
    return {
      height: Number(found.height),
      // the border: the statement above wrote hexadecimal
      hashes: new Map((found.hashes ?? []).map(([hash, id, kind]) => [hash as HashLock, dealId(kind, id)])),
      orders: new Map((found.orders ?? []).map(([order, id, kind]) => [order as OrderId, dealId(kind, id)])),
      coins: new Map(coins.map((coin) => [coin.coordinate, coin])),
    }
  }

  /** The row of a deal that this unit of work has locked and nobody has used; once. */
  row(unit: Unit, id: string): DealRow | undefined {
    const rows = this.#held.get(unit)?.rows
    const found = rows?.get(id)
    rows?.delete(id)
    return found
  }

  /** A deal was written: what was read of it before is old. */
  wrote(
    unit: Unit,
    written: {
      readonly id: string
      readonly deadlines: readonly { readonly chain: ChainId; readonly at: Time }[]
      readonly reminders: readonly { readonly chain: ChainId; readonly at: Time }[]
    },
  ): void {
    const held = this.#held.get(unit)
    if (held === undefined) return
    held.rows.delete(written.id)
    const first = (list: readonly { readonly chain: ChainId; readonly at: Time }[]): number =>
      list.reduce((least, { chain, at }) => (chain === held.chain ? Math.min(least, at) : least), Infinity)
    held.written = {
      deadline: Math.min(held.written.deadline, first(written.deadlines)),
      reminder: Math.min(held.written.reminder, first(written.reminders)),
    }
  }

  /** What was due when the range was taken, and what this unit has made due since; `undefined` if it has taken no such range. */
  due(unit: Unit, asked: { readonly chain: ChainId; readonly time: Time }): DueAnswer | undefined {
    const held = this.#held.get(unit)
    if (held === undefined || held.chain !== asked.chain || held.time !== asked.time) return undefined
    const { due, written, time } = held
    return {
      deals: due.deals || written.deadline <= time,
      others: due.others,
      reminders: due.reminders || written.reminder <= time,
    }
  }
}

/** Coins that came and went, and the cursor. A coin that did both within the range is written as spent. */
export async function leaveRange(unit: Unit, { chain, made, spent, head }: RangeLeft): Promise<void> {
  const values = [fromHex(chain), head.height, fromHex(head.hash), head.time]
  const move = 'update ledger set height = $2, block = $3, time = $4 where chain = $1'
  if (made.length === 0 && spent.length === 0) return void (await rows(unit, move, values))
  const by = new Map(spent.map((one) => [one.coordinate, one]))
  await rows(
    unit,
    `with made as (insert into deal_coin (chain, coordinate, deal, asset, amount, condition, funded_by, height, at, spent_by, spent_height)
       select $1, * from unnest($5::bytea[], $6::uuid[], $7::text[], $8::bigint[], $9::bytea[], $10::bytea[], $11::bigint[], $12::bigint[],
         $13::bytea[], $14::bigint[]) on conflict do nothing),
     gone as (update deal_coin c set spent_by = s.by, spent_height = s.height
       from unnest($15::bytea[], $16::bytea[], $17::bigint[]) as s(coordinate, by, height)
       where c.chain = $1 and c.coordinate = s.coordinate)
     ${move}`,
    [
      ...values,
      made.map(({ coordinate }) => fromHex(coordinate)),
      made.map(({ deal }) => uuidOf(deal)),
      made.map(({ asset }) => asset),
      made.map(({ amount }) => amount),
      made.map(({ condition }) => encodeCondition(condition)),
      made.map(({ fundedBy }) => fromHex(fundedBy)),
      made.map(({ height }) => height),
      made.map(({ at }) => at),
      made.map(({ coordinate }) => bytesOrNull(by.get(coordinate)?.by)),
      made.map(({ coordinate }) => by.get(coordinate)?.height ?? null),
      spent.map(({ coordinate }) => fromHex(coordinate)),
      spent.map((one) => fromHex(one.by)),
      spent.map(({ height }) => height),
    ],
  )
}

const bytesOrNull = (hex: string | null | undefined): Uint8Array | null =>
  hex === null || hex === undefined ? null : fromHex(hex)

const storedOf = (deal: JsonDeal): Omit<StoredDeal, 'clocks'> => ({
  ...deal,
  next_deadline_ledger: bytesOrNull(deal.next_deadline_ledger),
})
