// What the index is asked for statements: changes of an account's balances between two places, and what its time locks add to them.
import { rows } from '@huitong/platform'
import { type AccountId, type AssetCode, type Bytes, type TxId, fromHex, hexOf } from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import { PART, RELATION } from './holding.js'

/** A change of one part of a balance, by a transaction or by the time of a block. */
export interface ChangeRow {
  readonly height: number
  /** Absent where time locks opened with the block's time. */
  readonly transaction?: { readonly seq: number; readonly id: TxId; readonly position: number }
  readonly time: number
  readonly asset: string
  readonly available: bigint
  readonly locked: bigint
}

export interface ChangesQuery {
  readonly account: AccountId
  readonly assets: readonly AssetCode[]
  /** Behind this height and transaction number … */
  readonly after: { readonly height: number; readonly seq: number }
  /** … up to these. */
  readonly upTo: { readonly height: number; readonly seq: number; readonly time: number }
  /** Rows of each kind at most. */
  readonly limit: number
}

const POSTINGS = `select p.transaction as seq, a.asset, k.part, p.delta
  from unnest($2::text[]) as a(asset) cross join (values (${PART.available}), (${PART.locked})) as k(part)
  cross join lateral (select transaction, delta from postings
    where account = $1 and asset = a.asset and part = k.part and transaction > $3 and transaction <= $4
    order by transaction limit $5) p`

// A time lock counts as available from the first block on whose time has reached it. The index books it as locked until it is spent, so each one
// is moved when it opens (seq is null), and moved back by what the index books at its making (if it was open already) and at its spending.
const LOCKS = `with locks as (
    select c.asset, c.amount, c.transaction as made, c.height as made_height, s.transaction as spent,
      s.height as spent_height, greatest(c.height, opened.height) as height
    from relations r join coins c on c.seq = r.coin left join spends s on s.coin = c.seq
    cross join lateral (select height from indexed_blocks b where b.time >= c.due order by b.time, b.height limit 1) opened
    where r.account = $1 and r.relation = ${RELATION.timeLock} and c.asset = any($2::text[]) and c.due <= $7
      and (s.height is null or s.height >= greatest(c.height, opened.height))
  ), moves as (
    select case when height = made_height then made end as seq, height, asset, amount from locks
    union all select spent, spent_height, asset, -amount from locks where spent is not null
  )
  select seq, height, asset, sum(amount)::text as amount from moves
  where case when seq is null then height > $5 and height <= $6 else seq > $3 and seq <= $4 end
  group by seq, height, asset order by height, seq nulls first limit $8`

const TRANSACTIONS = `select t.seq, t.id, t.height, t.position, b.time from transactions t join indexed_blocks b on b.height = t.height
  where t.seq = any($1::bigint[])`
const TIMES = `select height, time from indexed_blocks where height = any($1::bigint[])`

export class PgStatementQueries {
  constructor(private readonly database: DataSource) {}

  /** The changes that come first behind a place, whole entries only if there are at most `limit` of them; in no order. */
  async changes(query: ChangesQuery): Promise<ChangeRow[]> {
    const { account, assets, after, upTo, limit } = query
    const who = [fromHex(account), assets]
    const [postings, locks] = await Promise.all([
      this.#rows<{ seq: string; asset: string; part: number; delta: string }>(POSTINGS, [...who, after.seq, upTo.seq, limit]),
      this.#rows<{ seq: string | null; height: string; asset: string; amount: string }>(LOCKS, [
        ...who,
        after.seq,
        upTo.seq,
        after.height,
        upTo.height,
        upTo.time,
        limit,
      ]),
    ])
    const numbers = [...postings, ...locks].flatMap(({ seq }) => (seq === null ? [] : [seq]))
    const places = await this.#transactions([...new Set(numbers)])
    const times = await this.#times(locks.filter(({ seq }) => seq === null).map(({ height }) => Number(height)))
    return [
      ...postings.flatMap(({ seq, asset, part, delta }) => {
        const place = places.get(Number(seq))
        const change =
          part === PART.available ? { available: BigInt(delta), locked: 0n } : { available: 0n, locked: BigInt(delta) }
        return place === undefined ? [] : [{ ...place, asset, ...change }]
      }),
      ...locks.flatMap(({ seq, height, asset, amount }) => {
        const change = { asset, available: BigInt(amount), locked: -BigInt(amount) }
        if (seq === null) return [{ height: Number(height), time: times.get(Number(height)) ?? 0, ...change }]
        const place = places.get(Number(seq))
        return place === undefined ? [] : [{ ...place, ...change }]
      }),
    ]
  }

  /** Height of the first block whose time is `time` or later; `undefined` if there is none. */
  async firstAt(time: number): Promise<number | undefined> {
    const [found] = await this.#rows<{ height: string }>(
      `select height from indexed_blocks where time >= $1 order by time, height limit 1`,
      [time],
    )
    return found === undefined ? undefined : Number(found.height)
  }

  async #transactions(numbers: readonly string[]): Promise<Map<number, Pick<ChangeRow, 'height' | 'time' | 'transaction'>>> {
    const found = await this.#rows<{ seq: string; id: Bytes; height: string; position: number; time: string }>(TRANSACTIONS, [
      numbers,
    ])
    return new Map(
      found.map(({ seq, id, height, position, time }) => [
        Number(seq),
        { height: Number(height), time: Number(time), transaction: { seq: Number(seq), id: hexOf<TxId>(id), position } },
      ]),
    )
  }

  async #times(heights: readonly number[]): Promise<Map<number, number>> {
    const found = await this.#rows<{ height: string; time: string }>(TIMES, [heights])
    return new Map(found.map(({ height, time }) => [Number(height), Number(time)]))
  }

  #rows<Row extends object>(sql: string, values: Parameters<typeof rows>[2]): Promise<Row[]> {
    return rows<Row>(this.database.manager, sql, values)
  }
}
