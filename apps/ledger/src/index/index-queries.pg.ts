// What the index tables can be asked. Every answer is as of the index cursor; who needs more than that waits for the cursor first.
import { encodeCondition } from '@huitong/chain'
import { row, rows } from '@huitong/platform'
import {
  type AccountId,
  type AssetCode,
  type Bytes,
  type Coordinate,
  type TxId,
  fromHex,
  hexOf,
  toHex,
} from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import { keyOf } from './index-key.js'
import { PART, RELATION, type Relation } from './holding.js'

/** A coin as the index knows it, in the form in which it travels. */
export interface CoinRow {
  readonly seq: number
  readonly coordinate: string
  readonly asset: string
  readonly amount: string
  readonly condition: string
  readonly transaction: string
  /** Number of the transaction that made it. */
  readonly transactionSeq: number
  readonly index: number
  readonly height: number
  readonly spentBy?: { readonly transaction: string; readonly input: number; readonly height: number; readonly seq: number }
}

export interface TransactionRow {
  readonly seq: number
  readonly id: TxId
  readonly height: number
  readonly position: number
  readonly time: number
  readonly issued?: { readonly asset: string; readonly amount: string }
}

export interface BalanceRow {
  readonly asset: string
  readonly part: number
  readonly balance: bigint
}

interface RawCoin {
  seq: string
  coordinate: Bytes
  asset: string
  amount: string
  owner: Bytes | null
  condition: Bytes | null
  transaction: Bytes
  transaction_seq: string
  position: number
  height: string
  spent_by: Bytes | null
  spent_seq: string | null
  input: number | null
  spent_height: string | null
}

const COIN = `select c.seq, c.coordinate, c.asset, c.amount, c.owner, c.condition, t.id as transaction, c.transaction as transaction_seq,
    c.position, c.height, st.id as spent_by, s.transaction as spent_seq, s.input, s.height as spent_height
  from coins c join transactions t on t.seq = c.transaction
  left join spends s on s.coin = c.seq left join transactions st on st.seq = s.transaction`

const BALANCES = `select a.asset, k.part, p.balance
  from unnest($2::text[]) as a(asset) cross join (values (${PART.available}), (${PART.locked})) as k(part)
  cross join lateral (select balance from postings
    where account = $1 and asset = a.asset and part = k.part and transaction <= $3
    order by transaction desc limit 1) p`

const MATURED = `select c.asset, sum(c.amount)::text as amount from relations r join coins c on c.seq = r.coin
  where r.account = $1 and r.relation = ${RELATION.timeLock} and c.transaction <= $2 and c.due <= $3
    and not exists (select from spends s where s.coin = c.seq and s.transaction <= $2)
  group by c.asset`

const NEXT_DUE = `select least(
    (select c.due from coins c where c.due > $1 and not exists (select from spends s where s.coin = c.seq) order by c.due limit 1),
    (select due from recovery_ends where due > $1 order by due limit 1)
  ) as due`

export class PgIndexQueries {
  constructor(private readonly database: DataSource) {}

  async places(ids: readonly TxId[]): Promise<Map<TxId, { readonly height: number; readonly index: number }>> {
    const found = await this.#rows<{ id: Bytes; height: string; position: number }>(
      `select id, height, position from transactions where id_key = any($2::bigint[]) and id = any($1::bytea[])`,
      [ids.map(fromHex), ids.map(keyOf)],
    )
    return new Map(found.map(({ id, height, position }) => [hexOf<TxId>(id), { height: Number(height), index: position }]))
  }

  async coin(coordinate: Coordinate): Promise<CoinRow | undefined> {
    const [found] = await this.#rows<RawCoin>(`${COIN} where c.coordinate_key = $2 and c.coordinate = $1`, [
      fromHex(coordinate),
      keyOf(coordinate),
    ])
    return found === undefined ? undefined : coinOf(found)
  }

  /** Coins by their coordinates, in no order; those that are unknown are left out. */
  async coinsAt(coordinates: readonly Coordinate[]): Promise<CoinRow[]> {
    const found = await this.#rows<RawCoin>(
      `${COIN} where c.coordinate_key = any($2::bigint[]) and c.coordinate = any($1::bytea[])`,
      [coordinates.map(fromHex), coordinates.map(keyOf)],
    )
    return found.map(coinOf)
  }

  /** Unspent coins of an account, in the order in which they were made, behind the coin numbered `after`. */
  async unspent(query: {
    readonly account: AccountId
    readonly relations: readonly Relation[]
    readonly asset: AssetCode | undefined
    readonly after: number
    readonly limit: number
  }): Promise<CoinRow[]> {
    const found = await this.#rows<RawCoin>(
      `${COIN} join (
         select seq as coin from coins where owner_key = $6 and owner = $1 and ${RELATION.own} = any($2::smallint[]) and seq > $3
         union all select coin from relations where account = $1 and relation = any($2::smallint[]) and coin > $3
       ) r on r.coin = c.seq
       where s.coin is null and ($4::text is null or c.asset = $4)
       order by r.coin limit $5`,
      [fromHex(query.account), query.relations, query.after, query.asset ?? null, query.limit, keyOf(query.account)],
    )
    return found.map(coinOf)
  }

  /** Coins made by transactions (by their numbers). */
  async madeBy(transactions: readonly number[], limit: number): Promise<CoinRow[]> {
    const found = await this.#rows<RawCoin>(
      `${COIN} where c.seq in (
         select generate_series(m.first_coin, m.first_coin + m.coins - 1) from transactions m where m.seq = any($1::bigint[])
       ) order by c.seq limit $2`,
      [transactions, limit],
    )
    return found.map(coinOf)
  }

  /** Coins spent by transactions (by their numbers). */
  async spentBy(transactions: readonly number[], limit: number): Promise<CoinRow[]> {
    const found = await this.#rows<RawCoin>(
      `${COIN} where c.seq in (select m.coin from spends m where m.transaction = any($1::bigint[])) order by c.seq limit $2`,
      [transactions, limit],
    )
    return found.map(coinOf)
  }

  async transactions(numbers: readonly number[]): Promise<TransactionRow[]> {
    const found = await this.#rows<{
      seq: string
      id: Bytes
      height: string
      position: number
      time: string
      issued_asset: string | null
      issued_amount: string | null
    }>(
      `select t.seq, t.id, t.height, t.position, b.time, t.issued_asset, t.issued_amount
       from transactions t join indexed_blocks b on b.height = t.height where t.seq = any($1::bigint[]) order by t.seq`,
      [numbers],
    )
    return found.map((raw) => ({
      seq: Number(raw.seq),
      id: hexOf<TxId>(raw.id),
      height: Number(raw.height),
      position: raw.position,
      time: Number(raw.time),
      ...(raw.issued_asset === null || raw.issued_amount === null
        ? {}
        : { issued: { asset: raw.issued_asset, amount: raw.issued_amount } }),
    }))
  }

  /** Time of a block, and the number of the last transaction in it or before; `undefined` above the cursor. */
  async blockEnd(height: number): Promise<{ readonly time: number; readonly last: number } | undefined> {
    const found = await row<{ time: string; last_transaction: string }>(
      this.database.manager,
      `select time, last_transaction from indexed_blocks where height = $1`,
      [height],
    )
    return found === undefined ? undefined : { time: Number(found.time), last: Number(found.last_transaction) }
  }

  /** Balances after the transaction numbered `last`, in the assets given. */
  async balances(account: AccountId, assets: readonly AssetCode[], last: number): Promise<BalanceRow[]> {
    const found = await this.#rows<{ asset: string; part: number; balance: string }>(BALANCES, [fromHex(account), assets, last])
    return found.map(({ asset, part, balance }) => ({ asset, part, balance: BigInt(balance) }))
  }

  /** Sums of the account's time locks that are open at `time`, after the transaction numbered `last`. */
  async matured(account: AccountId, last: number, time: number): Promise<Map<string, bigint>> {
    const found = await this.#rows<{ asset: string; amount: string }>(MATURED, [fromHex(account), last, time])
    return new Map(found.map(({ asset, amount }) => [asset, BigInt(amount)]))
  }

  /** The first moment after `time` at which something falls due by itself. */
  async nextDue(time: number): Promise<number | undefined> {
    const found = await row<{ due: string | null }>(this.database.manager, NEXT_DUE, [time])
    return found?.due === null || found === undefined ? undefined : Number(found.due)
  }

  #rows<Row extends object>(sql: string, values: Parameters<typeof rows>[2]): Promise<Row[]> {
    return rows<Row>(this.database.manager, sql, values)
  }
}

/** A plain account's coin is stored with its owner, any other with its condition. */
function conditionOf({ owner, condition }: RawCoin): string {
  if (owner !== null) return toHex(encodeCondition({ kind: 'account', account: hexOf<AccountId>(owner) }))
  return toHex(condition ?? new Uint8Array())
}

function coinOf(raw: RawCoin): CoinRow {
  const { spent_by: by, spent_seq: seq, input, spent_height: height } = raw
  const isSpent = by !== null && seq !== null && input !== null && height !== null
  return {
    seq: Number(raw.seq),
    coordinate: toHex(raw.coordinate),
    asset: raw.asset,
    amount: raw.amount,
    condition: conditionOf(raw),
    transaction: toHex(raw.transaction),
    transactionSeq: Number(raw.transaction_seq),
    index: raw.position,
    height: Number(raw.height),
    ...(isSpent ? { spentBy: { transaction: toHex(by), input, height: Number(height), seq: Number(seq) } } : {}),
  }
}
