// Compares the search tables, row by row, with what the raw blocks say they hold. Derived here a second time from decoded transactions, so that an
// error of the writer shows as well as a changed byte. Only reads.
import { type Condition, blockHashOf, decodeHeader, encodeCondition, rootOfTransactions, splitTransactions } from '@huitong/chain'
import { rows } from '@huitong/platform'
import {
  InvariantViolation,
  type AccountId,
  type Bytes,
  type ChainId,
  type Coordinate,
  fromHex,
  hexOf,
  toHex,
} from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import type { BlockStore, StoredBlock } from '../block/block-store.js'
import { type DecodedTransaction, decodeBlock } from '../block/decoded-block.js'
import type { PgPruneStore } from '../prune/prune-store.pg.js'
import { isPruned } from '../prune/pruner.js'
import { RELATION, dueOf, holdingOf } from './holding.js'
import { keyOf } from './index-key.js'

/** The first place where storage contradicts itself. */
export interface StorageFault {
  readonly height: number
  /** Position in the block, if one transaction is concerned. */
  readonly transaction?: number
  readonly table: string
}
export interface CheckedPage {
  /** Last height looked at. */
  readonly to: number
  readonly rows: number
  readonly fault?: StorageFault
}

/** A row as text, under the number of the transaction that it belongs to. */
interface Line {
  readonly seq: number
  readonly text: string
}
interface Place {
  readonly height: number
  readonly transaction?: number
}
interface Known {
  readonly seq: number
  readonly asset: string
  readonly amount: bigint
  readonly condition: Condition
}

const PAGE_BYTES = 8 * 2 ** 20
/** Tables in the order in which a fault is told, all else being equal. */
const TABLES = ['indexed_blocks', 'transactions', 'coins', 'spends', 'relations', 'postings'] as const
type Table = (typeof TABLES)[number]

// an account's own coin may be stored with its owner or with its condition; to_jsonb asks for both whichever the table has
const COINS = `select transaction as seq, c.seq as coin, coordinate_key, coordinate, owner_key, position, height, asset, amount, due, condition,
    to_jsonb(c) ->> 'owner' as owner from coins c where c.seq between $1 and $2`
const ACTUAL = {
  indexed_blocks: `select height as seq, height, time, last_transaction from indexed_blocks where height between $1 and $2`,
  transactions: `select seq, id_key, id, height, position, start, size, first_coin, coins, issued_asset, issued_amount from transactions
    where seq between $1 and $2`,
  spends: `select transaction as seq, coin, input, height from spends where transaction between $1 and $2`,
  postings: `select transaction as seq, account, asset, part, delta, balance from postings where transaction between $1 and $2`,
} as const
// in one statement, so that a batch added meanwhile is not taken for strays: then the cursor has moved on
const STRAYS = `select c.height = $1 as is_here, c.height between $1 and (select height from head) as is_sound,
    c.transactions <> $2 or c.coins <> $3 as index_cursor,
    exists(select from indexed_blocks where height > $1 or height < 1) as indexed_blocks,
    exists(select from transactions where seq > $2 or seq < 1) as transactions,
    exists(select from coins where seq > $3 or seq < 1) as coins,
    exists(select from spends where transaction > $2 or transaction < 1) as spends,
    exists(select from relations where coin > $3 or coin < 1) as relations,
    exists(select from postings where transaction > $2 or transaction < 1) as postings
  from index_cursor c`

export class IndexCheck {
  constructor(
    private readonly database: DataSource,
    private readonly blocks: BlockStore,
    private readonly chain: ChainId,
    private readonly nodesOf: PgPruneStore['nodesOf'],
    /** Number of a known coin's maker, and the coin, by coordinate. */
    private readonly coinsAt: (coordinates: readonly Coordinate[]) => Promise<ReadonlyMap<string, Known>>,
  ) {}

  /** Checks blocks `from` upward, at most `limit`, none above `head` (where the index stands). Pages before are taken for right. */
  async page(from: number, limit: number, head: number): Promise<CheckedPage> {
    const found = await this.blocks.range(from, limit, PAGE_BYTES)
    const blocks = alike(found.filter(({ height }) => height <= head))
    if (blocks.length === 0) return { to: from, rows: 0, fault: { height: from, table: 'blocks' } }
    const wrong = firstWrongBlock(blocks, from)
    if (wrong !== undefined) return { to: wrong.height, rows: 0, fault: wrong }
    if (blocks.some(isPruned)) return this.#keptRight(blocks)
    const before = await this.#before(from - 1)
    if (before === undefined) return { to: from, rows: 0, fault: { height: from - 1, table: 'indexed_blocks' } }
    const expected = new Expected(before)
    const decoded = blocks.map((block) => decodeBlock(this.chain, block))
    const outside = decoded.flatMap(({ transactions }) => transactions.flatMap(({ inputs }) => inputs.map(({ coin }) => coin)))
    expected.know(await this.coinsAt(outside))
    for (const block of decoded) expected.addBlock(block.height, block.time, block.transactions)
    await expected.balances((account, asset, part) => this.#balanceBefore({ account, asset, part }, before.transactions))
    const to = blocks.at(-1)?.height ?? from - 1
    const actual = await this.#actual({ from, to }, before, expected)
    const fault = expected.firstDifference(actual) ?? (to >= head ? await this.#stray(head, expected) : undefined)
    return {
      to,
      rows: [...actual.values()].reduce((sum, lines) => sum + lines.length, 0),
      ...(fault === undefined ? {} : { fault }),
    }
  }

  /** Of pruned blocks only what is kept can be checked: it leads to the roots in their headers. */
  async #keptRight(blocks: readonly StoredBlock[]): Promise<CheckedPage> {
    for (const block of blocks) {
      const nodes = await this.nodesOf([block]).catch((error: unknown) => {
        if (error instanceof InvariantViolation) return new Map()
        throw error
      })
      if (!nodes.has(block.height)) return { to: block.height, rows: 0, fault: { height: block.height, table: 'pruned_blocks' } }
    }
    return { to: blocks.at(-1)?.height ?? 0, rows: blocks.length }
  }

  async #before(height: number): Promise<{ readonly transactions: number; readonly coins: number } | undefined> {
    if (height === 0) return { transactions: 0, coins: 0 }
    const [found] = await this.#rows<{ last: string; coins: string | null }>(
      `select b.last_transaction as last, t.first_coin + t.coins - 1 as coins from indexed_blocks b
       left join transactions t on t.seq = b.last_transaction where b.height = $1`,
      [height],
    )
    return found === undefined ? undefined : { transactions: Number(found.last), coins: Number(found.coins ?? 0) }
  }

  async #balanceBefore(key: BalanceKey, transaction: number): Promise<bigint> {
    const [found] = await this.#rows<{ balance: string }>(
      `select balance from postings where account = $1 and asset = $2 and part = $3 and transaction <= $4 order by transaction desc limit 1`,
      [fromHex(key.account), key.asset, key.part, transaction],
    )
    return BigInt(found?.balance ?? 0)
  }

  async #actual(
    { from, to }: { readonly from: number; readonly to: number },
    before: { readonly transactions: number; readonly coins: number },
    expected: Expected,
  ): Promise<Map<Table, Line[]>> {
    const seqs = [before.transactions + 1, expected.transactions]
    const coins = [before.coins + 1, expected.coins]
    const lines = async (sql: string, values: readonly number[]): Promise<Line[]> =>
      (await this.#rows<Record<string, unknown>>(sql, [...values])).map((row) => ({ seq: Number(row['seq']), text: textOf(row) }))
    const relations = await this.#rows<{ account: Bytes; relation: number; coin: string }>(
      `select account, relation, coin from relations where coin between $1 and $2`,
      coins,
    )
    return new Map<Table, Line[]>([
      ['indexed_blocks', await lines(ACTUAL.indexed_blocks, [from, to])],
      ['transactions', await lines(ACTUAL.transactions, seqs)],
      [
        'coins',
        (await this.#rows<Record<string, unknown>>(COINS, coins)).map((row) =>
          coinLine(row, expected.makerOf(Number(row['coin']))),
        ),
      ],
      ['spends', await lines(ACTUAL.spends, seqs)],
      [
        'relations',
        relations.map((row) => ({
          seq: expected.makerOf(Number(row.coin)),
          text: textOf({ ...row, seq: expected.makerOf(Number(row.coin)) }),
        })),
      ],
      ['postings', await lines(ACTUAL.postings, seqs)],
    ])
  }

  /** Rows that belong to no block, and a cursor that is not where the rows end. */
  async #stray(height: number, { transactions, coins }: Expected): Promise<StorageFault | undefined> {
    const [found] = await this.#rows<Record<string, boolean>>(STRAYS, [height, transactions, coins])
    if (found?.['is_sound'] !== true) return { height, table: 'index_cursor' }
    if (found['is_here'] !== true) return undefined
    const table = ['index_cursor', ...TABLES].find((name) => found[name] === true)
    return table === undefined ? undefined : { height, table }
  }

  #rows<Row extends object>(sql: string, values: Parameters<typeof rows>[2]): Promise<Row[]> {
    return rows<Row>(this.database.manager, sql, values)
  }
}

interface BalanceKey {
  readonly account: AccountId
  readonly asset: string
  readonly part: number
}

/** What the tables should hold for a run of blocks. */
class Expected {
  transactions: number
  coins: number
  readonly #lines = new Map<Table, Line[]>(TABLES.map((table) => [table, []]))
  readonly #places = new Map<number, Place>()
  readonly #makers = new Map<number, number>()
  readonly #known = new Map<string, Known>()
  readonly #postings: (BalanceKey & { readonly seq: number; readonly delta: bigint })[] = []

  constructor(before: { readonly transactions: number; readonly coins: number }) {
    this.transactions = before.transactions
    this.coins = before.coins
  }

  know(coins: ReadonlyMap<string, Known>): void {
    for (const [coordinate, coin] of coins) this.#known.set(coordinate, coin)
  }

  makerOf(coin: number): number {
    return this.#makers.get(coin) ?? this.transactions
  }

  addBlock(height: number, time: number, transactions: readonly DecodedTransaction[]): void {
    for (const transaction of transactions) this.#add(height, transaction)
    this.#put('indexed_blocks', height, { height, time, last_transaction: this.transactions })
  }

  #add(height: number, { id, position, start, bytes, inputs, coins, operations }: DecodedTransaction): void {
    const seq = ++this.transactions
    this.#places.set(seq, { height, transaction: position })
    const deltas = new Map<string, BalanceKey & { delta: bigint }>()
    const change = ({ asset, amount, condition }: Omit<Known, 'seq'>, sign: bigint): void => {
      const { balance } = holdingOf(condition)
      if (balance === undefined) return
      const key = `${balance.account} ${asset} ${balance.part}`
      const delta = (deltas.get(key)?.delta ?? 0n) + sign * amount
      deltas.set(key, { account: balance.account, asset, part: balance.part, delta })
    }
    inputs.forEach(({ coin: coordinate }, input) => {
      const coin = this.#known.get(coordinate)
      this.#put('spends', seq, { coin: coin?.seq ?? 0, input, height })
      if (coin !== undefined) change(coin, -1n)
    })
    const issue = operations.find(({ kind }) => kind === 'issue')
    const issued =
      issue?.kind === 'issue'
        ? { issued_asset: issue.asset, issued_amount: issue.amount }
        : { issued_asset: null, issued_amount: null }
    const place = { height, position, start, size: bytes.length, first_coin: this.coins + 1, coins: coins.length }
    this.#put('transactions', seq, { id_key: keyOf(id), id, ...place, ...issued })
    coins.forEach(({ coordinate, asset, amount, condition }, index) => {
      const coin = ++this.coins
      this.#makers.set(coin, seq)
      this.#known.set(coordinate, { seq: coin, asset, amount, condition })
      const due = dueOf(condition) ?? null
      this.#put('coins', seq, {
        coin,
        coordinate_key: keyOf(coordinate),
        coordinate,
        owner_key: condition.kind === 'account' ? keyOf(condition.account) : null,
        position: index,
        height,
        asset,
        amount,
        due,
        condition: toHex(encodeCondition(condition)),
      })
      for (const { account, relation } of holdingOf(condition).relations)
        if (relation !== RELATION.own) this.#put('relations', seq, { account, relation, coin })
      change({ asset, amount, condition }, 1n)
    })
    for (const { delta, ...key } of deltas.values()) if (delta !== 0n) this.#postings.push({ ...key, seq, delta })
  }

  /** Each posting carries the balance after it. */
  async balances(before: (account: AccountId, asset: string, part: number) => Promise<bigint>): Promise<void> {
    const held = new Map<string, bigint>()
    for (const { account, asset, part, seq, delta } of this.#postings) {
      const key = `${account} ${asset} ${part}`
      const balance = (held.get(key) ?? (await before(account, asset, part))) + delta
      held.set(key, balance)
      this.#put('postings', seq, { account, asset, part, delta, balance })
    }
  }

  firstDifference(actual: ReadonlyMap<Table, readonly Line[]>): StorageFault | undefined {
    const faults = TABLES.flatMap((table) => {
      const seq = firstDifference(this.#lines.get(table) ?? [], actual.get(table) ?? [])
      if (seq === undefined) return []
      return [{ table, ...(table === 'indexed_blocks' ? { height: seq } : this.#placeOf(seq)) }]
    })
    return faults.sort((a, b) => a.height - b.height || (a.transaction ?? -1) - (b.transaction ?? -1))[0]
  }

  #placeOf(seq: number): Place {
    return this.#places.get(seq) ?? this.#places.get(this.transactions) ?? { height: 0, transaction: 0 }
  }

  #put(table: Table, seq: number, row: object): void {
    this.#lines.get(table)?.push({ seq, text: textOf({ ...row, seq }) })
  }
}

/** The lowest number at which two sets of lines differ. */
function firstDifference(expected: readonly Line[], actual: readonly Line[]): number | undefined {
  const order = (a: Line, b: Line): number => a.seq - b.seq || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)
  const [a, b] = [expected.toSorted(order), actual.toSorted(order)]
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i], b[i]]
    if (one?.text !== other?.text) return Math.min(one?.seq ?? Infinity, other?.seq ?? Infinity)
  }
  return undefined
}

/** Columns in one order, each in one form, whoever made the row. */
const textOf = (row: object): string =>
  Object.entries(row)
    .map(([name, value]) => `${name}=${value instanceof Uint8Array ? toHex(value) : String(value)}`)
    .sort()
    .join(' ')

function coinLine({ owner, condition, ...row }: Record<string, unknown>, seq: number): Line {
  // an owner comes as `\x…`
  const account = typeof owner === 'string' ? hexOf<AccountId>(fromHex(owner.slice(2))) : undefined
  const stored = condition instanceof Uint8Array ? toHex(condition) : ''
  const whole = account === undefined ? stored : toHex(encodeCondition({ kind: 'account', account })) + stored
  return { seq, text: textOf({ ...row, condition: whole }) }
}

/** The blocks from the first on that are pruned as it is, or are not as it is not. */
function alike(blocks: readonly StoredBlock[]): readonly StoredBlock[] {
  const [first] = blocks
  const other = blocks.findIndex((block) => first !== undefined && isPruned(block) !== isPruned(first))
  return other < 0 ? blocks : blocks.slice(0, other)
}

/** The first stored block whose columns are not what its header says, or whose transactions are not those under its root. */
function firstWrongBlock(blocks: readonly StoredBlock[], from: number): StorageFault | undefined {
  for (const [index, block] of blocks.entries()) {
    const height = from + index
    const header = decodeHeader(block.header)
    const parts = splitTransactions(block.bytes)
    const isRight =
      header.ok &&
      parts.ok &&
      block.height === height &&
      header.value.height === height &&
      blockHashOf(header.value) === block.hash &&
      header.value.time === block.time &&
      header.value.transactions === block.transactions &&
      (isPruned(block) || (parts.value.length === block.transactions && header.value.root === rootOfTransactions(parts.value)))
    if (!isRight) return { height, table: 'blocks' }
  }
  return undefined
}
