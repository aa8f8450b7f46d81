// Writes the index tables: a batch of blocks is one transaction that also moves the cursor, so that the index never holds half a block.
import { decodeCondition } from '@huitong/chain'
import { changed, row, rows } from '@huitong/platform'
import {
  type AccountId,
  type AssetCode,
  type Bytes,
  type ChainId,
  type Coordinate,
  expectOk,
  fromHex,
  hexOf,
  invariant,
} from '@huitong/primitives'
import type { DataSource, EntityManager } from 'typeorm'
import type { StoredBlock } from '../block/block-store.js'
import { decodeBlock } from '../block/decoded-block.js'
import {
  type IndexCursor,
  IndexRows,
  type IndexedCoin,
  type Posting,
  balanceKey,
  recoveredIn,
  spentFromOutside,
} from './index-rows.js'

const TRANSACTIONS = `insert into transactions
  (seq, id, height, position, start, size, first_coin, coins, issued_asset, issued_amount)
  select * from unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::int[], $5::int[], $6::int[], $7::bigint[], $8::int[], $9::text[], $10::bigint[])`
const COINS = `insert into coins (seq, coordinate, transaction, position, height, asset, amount, condition, due)
  select * from unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::int[], $5::bigint[], $6::text[], $7::bigint[], $8::bytea[], $9::bigint[])`
const SPENDS = `insert into spends (coin, transaction, input, height)
  select * from unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[])`
const RELATIONS = `insert into relations (account, relation, coin) select * from unnest($1::bytea[], $2::smallint[], $3::bigint[])`
const BLOCKS = `insert into indexed_blocks (height, time, last_transaction) select * from unnest($1::bigint[], $2::bigint[], $3::bigint[])`
const POSTINGS = `insert into postings (account, asset, part, transaction, delta, balance)
  select * from unnest($1::bytea[], $2::text[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[])`
const RECOVERY_DELAYS = `insert into recovery_delays (account, delay_ms) select * from unnest($1::bytea[], $2::bigint[])
  on conflict (account) do update set delay_ms = least(recovery_delays.delay_ms, excluded.delay_ms)`
const RECOVERY_ENDS = `insert into recovery_ends (due, transaction)
  select * from unnest($1::bigint[], $2::bigint[]) on conflict do nothing`
const BALANCES = `select k.position, p.balance from unnest($1::bytea[], $2::text[], $3::smallint[]) with ordinality as k(account, asset, part, position)
  cross join lateral (select balance from postings
    where account = k.account and asset = k.asset and part = k.part order by transaction desc limit 1) p`
const SPENT = `select coordinate, seq, asset, amount, condition from coins where coordinate = any($1::bytea[])`
const MOVE = `update index_cursor set height = $1, transactions = $2, coins = $3 where height = $4`

export class PgIndexStore {
  constructor(
    private readonly database: DataSource,
    private readonly chain: ChainId,
  ) {}

  async cursor(): Promise<IndexCursor> {
    const found = await row<{ height: string; transactions: string; coins: string }>(
      this.database.manager,
      `select height, transactions, coins from index_cursor`,
    )
    invariant(found !== undefined, 'the index has a cursor')
    return { height: Number(found.height), transactions: Number(found.transactions), coins: Number(found.coins) }
  }

  /** Adds blocks that follow `cursor` and answers the new one. Another writer's cursor makes it throw; nothing is written then. */
  async add(stored: readonly StoredBlock[], cursor: IndexCursor): Promise<IndexCursor> {
    const blocks = stored.map((block) => decodeBlock(this.chain, block))
    return this.database.transaction(async (manager) => {
      const batch = new IndexRows(
        cursor,
        await olderCoins(manager, spentFromOutside(blocks)),
        await olderDelays(manager, recoveredIn(blocks)),
      )
      for (const block of blocks) batch.add(block)
      await insert(manager, batch)
      const { height, transactions, coins } = batch.cursor
      const moved = await changed(manager, MOVE, [height, transactions, coins, cursor.height])
      invariant(moved === 1, 'the index has one writer')
      return batch.cursor
    })
  }
}

async function olderCoins(manager: EntityManager, coordinates: readonly Coordinate[]): Promise<Map<Coordinate, IndexedCoin>> {
  if (coordinates.length === 0) return new Map()
  const found = await rows<{ coordinate: Bytes; seq: string; asset: AssetCode; amount: string; condition: Bytes }>(
    manager,
    SPENT,
    [coordinates.map(fromHex)],
  )
  return new Map(
    found.map(({ coordinate, seq, asset, amount, condition }) => [
      hexOf<Coordinate>(coordinate),
      { seq: Number(seq), asset, amount: BigInt(amount), condition: expectOk(decodeCondition(condition), 'a stored condition') },
    ]),
  )
}

async function olderDelays(manager: EntityManager, accounts: readonly AccountId[]): Promise<Map<AccountId, number>> {
  if (accounts.length === 0) return new Map()
  const found = await rows<{ account: Bytes; delay_ms: string }>(
    manager,
    `select account, delay_ms from recovery_delays where account = any($1::bytea[])`,
    [accounts.map(fromHex)],
  )
  return new Map(found.map(({ account, delay_ms: delay }) => [hexOf<AccountId>(account), Number(delay)]))
}

async function insert(manager: EntityManager, batch: IndexRows): Promise<void> {
  const { blocks, transactions, coins, spends, relations } = batch
  await rows(manager, BLOCKS, [blocks.height, blocks.time, blocks.last])
  const t = transactions
  if (t.seq.length === 0) return
  const issued = [t.issuedAsset, t.issuedAmount]
  await rows(manager, TRANSACTIONS, [t.seq, t.id, t.height, t.position, t.start, t.size, t.firstCoin, t.coins, ...issued])
  const c = coins
  await rows(manager, COINS, [c.seq, c.coordinate, c.transaction, c.position, c.height, c.asset, c.amount, c.condition, c.due])
  await rows(manager, SPENDS, [spends.coin, spends.transaction, spends.input, spends.height])
  await rows(manager, RELATIONS, [relations.account, relations.relation, relations.coin])
  await rows(manager, RECOVERY_DELAYS, [batch.recoveryDelays.account, batch.recoveryDelays.delay])
  await rows(manager, RECOVERY_ENDS, [batch.recoveryEnds.due, batch.recoveryEnds.transaction])
  await insertPostings(manager, batch.postings)
}

/** Each posting carries the balance after it, so that a balance at any height is one index lookup. */
async function insertPostings(manager: EntityManager, postings: readonly Posting[]): Promise<void> {
  const keys = [...new Map(postings.map((posting) => [balanceKey(posting), posting])).values()]
  const found = await rows<{ position: string; balance: string }>(manager, BALANCES, [
    keys.map(({ account }) => fromHex(account)),
    keys.map(({ asset }) => asset),
    keys.map(({ part }) => part),
  ])
  const balances = new Map<string, bigint>()
  for (const { position, balance } of found) {
    const key = keys[Number(position) - 1]
    if (key !== undefined) balances.set(balanceKey(key), BigInt(balance))
  }
  const after = postings.map((posting) => {
    const balance = (balances.get(balanceKey(posting)) ?? 0n) + posting.delta
    balances.set(balanceKey(posting), balance)
    return balance
  })
  await rows(manager, POSTINGS, [
    postings.map(({ account }) => fromHex(account)),
    postings.map(({ asset }) => asset),
    postings.map(({ part }) => part),
    postings.map(({ transaction }) => transaction),
    postings.map(({ delta }) => delta),
    after,
  ])
}
