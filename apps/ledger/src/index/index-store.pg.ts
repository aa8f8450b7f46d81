// Writes the index tables: a batch of blocks is one transaction that also moves the cursor, so that the index never holds half a block.
import { encodeCondition } from '@huitong/chain'
import { changed, copyInto, row, rows } from '@huitong/platform/database'
import {
  type AccountId,
  type AssetCode,
  type Bytes,
  type ChainId,
  type Coordinate,
  fromHex,
  hexOf,
  invariant,
} from '@huitong/primitives'
import type { DataSource, EntityManager } from 'typeorm'
import type { StoredBlock } from '../block/block-store.js'
import { type DecodedBlock, decodeBlock } from '../block/decoded-block.js'
import { SpentCoins } from '../block/spent-coins.js'
import { BalanceCache } from './balance-cache.js'
import { keyOf } from './index-key.js'
import { IndexBatch, type IndexCursor, type Proposal } from './index-batch.js'
import type { BlockToIndex } from './indexer.js'
import { Partitions } from './partitions.js'

const BLOCKS = `indexed_blocks (height, time, last_transaction)`
const TRANSACTIONS = `transactions (seq, id_key, id, height, position, start, size, first_coin, coins, issued_asset, issued_amount)`
const COINS = `coins (seq, coordinate_key, coordinate, transaction, position, height, asset, amount, owner_key, owner, condition, due)`
const SPENDS = `spends (coin, transaction, input, height)`
const RELATIONS = `relations (account, relation, coin)`
const POSTINGS = `postings (account, asset, part, transaction, delta, balance)`
const RECOVERY_DELAYS = `insert into recovery_delays (account, delay_ms) select * from unnest($1::bytea[], $2::bigint[])
  on conflict (account) do update set delay_ms = least(recovery_delays.delay_ms, excluded.delay_ms)`
const RECOVERY_ENDS = `insert into recovery_ends (due, transaction)
  select * from unnest($1::bigint[], $2::bigint[]) on conflict do nothing`
const BALANCES = `select k.position, p.balance from unnest($1::bytea[], $2::text[], $3::smallint[]) with ordinality as k(account, asset, part, position)
  cross join lateral (select balance from postings
    where account = k.account and asset = k.asset and part = k.part order by transaction desc limit 1) p`
const SPENT = `select coordinate, seq, asset, amount, owner, condition from coins
  where coordinate_key = any($2::bigint[]) and coordinate = any($1::bytea[])`
const MOVE = `update index_cursor set height = $1, transactions = $2, coins = $3 where height = $4`

/** A coin as it is noted when it is spent (block/spent-coins). */
type SpentCoin = Parameters<SpentCoins['add']>[0]

export class PgIndexStore {
  readonly #balances = new BalanceCache()
  readonly #batch: IndexBatch
  readonly #partitions = new Partitions()

  constructor(
    private readonly database: DataSource,
    private readonly chain: ChainId,
  ) {
    this.#batch = new IndexBatch(chain, this.#balances)
  }

  async cursor(): Promise<IndexCursor> {
    const found = await row<{ height: string; transactions: string; coins: string }>(
      this.database.manager,
      `select height, transactions, coins from index_cursor`,
    )
    invariant(found !== undefined, 'the index has a cursor')
    return { height: Number(found.height), transactions: Number(found.transactions), coins: Number(found.coins) }
  }

  /** Adds blocks that follow `cursor` and answers the new one. Another writer's cursor makes it throw; nothing is written then. */
  async add(blocks: readonly BlockToIndex[], cursor: IndexCursor): Promise<IndexCursor> {
    const batch = this.#batch
    try {
      this.#balances.trim()
      batch.begin(cursor)
      for (const block of await this.#spentBy(blocks, cursor)) batch.add(block)
      await this.#partitions.cover(this.database.manager, batch.cursor)
      await this.database.transaction(async (manager) => {
        await insert(manager, batch)
        await this.#post(manager)
        const { height, transactions, coins } = batch.cursor
        const moved = await changed(manager, MOVE, [height, transactions, coins, cursor.height])
        invariant(moved === 1, 'the index has one writer')
      })
      return batch.cursor
    } catch (error) {
      // balances were moved on that are not in the tables now, or whose commit is in doubt
      this.#balances.clear()
      throw error
    }
  }

  /** Each posting carries the balance after it, so that a balance at any height is one index lookup. */
  async #post(manager: EntityManager): Promise<void> {
    const balances = this.#balances
    const unknown = balances.takeUnknown()
    if (unknown.length > 0) {
      const found = await rows<{ position: string; balance: string }>(manager, BALANCES, [
        unknown.map(({ account }) => balances.accountId(account)),
        unknown.map(({ column }) => balances.assetOf(column)),
        unknown.map(({ column }) => balances.partOf(column)),
      ])
      for (const { position, balance } of found) {
        const key = unknown[Number(position) - 1]
        if (key !== undefined) balances.set(key.account, key.column, BigInt(balance))
      }
    }
    this.#batch.post()
    await copyInto(manager, POSTINGS, this.#batch.postings)
  }

  /** What the writer did not note of the spent coins (the blocks come from storage, after a start) is taken from the tables. */
  async #spentBy(
    blocks: readonly BlockToIndex[],
    cursor: IndexCursor,
  ): Promise<{ readonly stored: StoredBlock; readonly ids: Bytes | undefined; readonly spent: Bytes }[]> {
    const known = blocks.flatMap(({ stored, ids, spent }) => (spent === undefined ? [] : [{ stored, ids, spent }]))
    if (known.length === blocks.length) return known
    const decoded = blocks.map(({ stored }) => decodeBlock(this.chain, stored))
    const coins = await olderCoins(this.database.manager, spentFromOutside(decoded))
    let serial = cursor.coins
    const note = new SpentCoins()
    return blocks.map(({ stored, ids }, position) => {
      for (const transaction of decoded[position]?.transactions ?? []) {
        for (const { coin: coordinate } of transaction.inputs) {
          const coin = coins.get(coordinate)
          invariant(coin !== undefined, `a committed transaction spends a coin that the index does not know: ${coordinate}`)
          note.add(coin)
        }
        for (const { coordinate, asset, amount, condition } of transaction.coins) {
          const owner = condition.kind === 'account' ? { account: fromHex(condition.account) } : {}
          coins.set(coordinate, { serial: ++serial, asset, amount, condition: encodeCondition(condition), ...owner })
        }
      }
      return { stored, ids, spent: note.take() }
    })
  }
}

/** Coordinates that these blocks spend but do not make: what must be looked up first. */
function spentFromOutside(blocks: readonly DecodedBlock[]): Coordinate[] {
  const made = new Set<Coordinate>()
  const outside: Coordinate[] = []
  for (const block of blocks) {
    for (const { inputs, coins } of block.transactions) {
      for (const { coin } of inputs) if (!made.has(coin)) outside.push(coin)
      for (const { coordinate } of coins) made.add(coordinate)
    }
  }
  return outside
}

async function olderCoins(manager: EntityManager, coordinates: readonly Coordinate[]): Promise<Map<Coordinate, SpentCoin>> {
  if (coordinates.length === 0) return new Map()
  const found = await rows<{
    coordinate: Bytes
    seq: string
    asset: AssetCode
    amount: string
    owner: Bytes | null
    condition: Bytes | null
  }>(manager, SPENT, [coordinates.map(fromHex), coordinates.map(keyOf)])
  return new Map(
    found.map(({ coordinate, seq, asset, amount, owner, condition }) => [
      hexOf<Coordinate>(coordinate),
      {
        serial: Number(seq),
        asset,
        amount: BigInt(amount),
        condition: condition ?? new Uint8Array(),
        ...(owner === null ? {} : { account: owner }),
      },
    ]),
  )
}

async function insert(manager: EntityManager, batch: IndexBatch): Promise<void> {
  await copyInto(manager, BLOCKS, batch.blocks)
  await copyInto(manager, TRANSACTIONS, batch.transactions)
  await copyInto(manager, COINS, batch.coins)
  await copyInto(manager, SPENDS, batch.spends)
  await copyInto(manager, RELATIONS, batch.relations)
  const { delays, proposals } = batch
  if (delays.size > 0) await rows(manager, RECOVERY_DELAYS, [[...delays.keys()].map(fromHex), [...delays.values()]])
  if (proposals.length > 0) await insertEnds(manager, proposals)
}

/** When recoveries can be finished at the earliest: by the shortest delay that the account ever had, this batch included. */
async function insertEnds(manager: EntityManager, proposals: readonly Proposal[]): Promise<void> {
  const found = await rows<{ account: Bytes; delay_ms: string }>(
    manager,
    `select account, delay_ms from recovery_delays where account = any($1::bytea[])`,
    [proposals.map(({ account }) => fromHex(account))],
  )
  const delays = new Map(found.map(({ account, delay_ms: delay }) => [hexOf<AccountId>(account), Number(delay)]))
  const ends = proposals.map(({ account, time }) => {
    const delay = delays.get(account)
    invariant(delay !== undefined, 'a recovery was proposed for an account that has authorities')
    return time + delay
  })
  await rows(manager, RECOVERY_ENDS, [ends, proposals.map(({ transaction }) => transaction)])
}
