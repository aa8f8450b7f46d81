// What a batch of blocks adds to the index tables, as columns for `unnest`. Pure: what must be known of older coins and balances is given.
import { type Condition, type Operation, accountIdOf, encodeCondition } from '@huitong/chain'
import { type AccountId, type AssetCode, type Bytes, type Coordinate, type Time, fromHex, invariant } from '@huitong/primitives'
import type { DecodedBlock, DecodedTransaction } from '../block/decoded-block.js'
import { type Part, type Relation, dueOf, holdingOf } from './holding.js'

/** Where the index stands: the last height in it and the last numbers it gave. */
export interface IndexCursor {
  readonly height: number
  readonly transactions: number
  readonly coins: number
}

/** A coin that a batch spends. */
export interface IndexedCoin {
  readonly seq: number
  readonly asset: AssetCode
  readonly amount: bigint
  readonly condition: Condition
}

export interface BalanceKey {
  readonly account: AccountId
  readonly asset: AssetCode
  readonly part: Part
}
export const balanceKey = ({ account, asset, part }: BalanceKey): string => `${account} ${asset} ${part}`

export interface Posting extends BalanceKey {
  readonly transaction: number
  readonly delta: bigint
}

/** Rows by table; each field of a table is a column of equal length. */
export class IndexRows {
  readonly blocks = { height: [] as number[], time: [] as Time[], last: [] as number[] }
  readonly transactions = {
    seq: [] as number[],
    id: [] as Bytes[],
    height: [] as number[],
    position: [] as number[],
    start: [] as number[],
    size: [] as number[],
    firstCoin: [] as number[],
    coins: [] as number[],
    issuedAsset: [] as (string | null)[],
    issuedAmount: [] as (bigint | null)[],
  }
  readonly coins = {
    seq: [] as number[],
    coordinate: [] as Bytes[],
    transaction: [] as number[],
    position: [] as number[],
    height: [] as number[],
    asset: [] as string[],
    amount: [] as bigint[],
    condition: [] as Bytes[],
    /** When something falls due on the coin by itself. */
    due: [] as (Time | null)[],
  }
  readonly spends = { coin: [] as number[], transaction: [] as number[], input: [] as number[], height: [] as number[] }
  readonly relations = { account: [] as Bytes[], relation: [] as Relation[], coin: [] as number[] }
  readonly recoveryEnds = { due: [] as number[], transaction: [] as number[] }
  /** Changes of balances, one per transaction, account, asset and part, in order. */
  readonly postings: Posting[] = []
  readonly #made = new Map<Coordinate, IndexedCoin>()
  readonly #delays = new Map<AccountId, number>()
  #transactions: number
  #coins: number
  #height: number

  constructor(
    cursor: IndexCursor,
    /** Coins made before this batch that it spends. */
    private readonly older: ReadonlyMap<Coordinate, IndexedCoin>,
    /** Recovery delays of accounts opened before this batch. */
    private readonly olderDelays: ReadonlyMap<AccountId, number>,
  ) {
    this.#height = cursor.height
    this.#transactions = cursor.transactions
    this.#coins = cursor.coins
  }

  /** The shortest delay that each account's recovery ever had: when a block may be due, not when it must be. */
  get recoveryDelays(): { readonly account: Bytes[]; readonly delay: number[] } {
    return { account: [...this.#delays.keys()].map(fromHex), delay: [...this.#delays.values()] }
  }

  get cursor(): IndexCursor {
    return { height: this.#height, transactions: this.#transactions, coins: this.#coins }
  }

  add(block: DecodedBlock): void {
    invariant(block.height === this.#height + 1, 'the index takes blocks in order')
    for (const transaction of block.transactions) this.#add(transaction, block)
    this.#height = block.height
    this.blocks.height.push(block.height)
    this.blocks.time.push(block.time)
    this.blocks.last.push(this.#transactions)
  }

  #add(transaction: DecodedTransaction, { height, time }: DecodedBlock): void {
    const seq = ++this.#transactions
    const changes = new Map<string, { key: BalanceKey; delta: bigint }>()
    const change = (coin: IndexedCoin, sign: 1n | -1n): void => {
      const balance = holdingOf(coin.condition).balance
      if (balance === undefined) return
      const key = { ...balance, asset: coin.asset }
      const before = changes.get(balanceKey(key))?.delta ?? 0n
      changes.set(balanceKey(key), { key, delta: before + sign * coin.amount })
    }
    transaction.inputs.forEach(({ coin: coordinate }, input) => {
      const coin = this.#made.get(coordinate) ?? this.older.get(coordinate)
      invariant(coin !== undefined, `a committed transaction spends a coin that the index does not know: ${coordinate}`)
      this.spends.coin.push(coin.seq)
      this.spends.transaction.push(seq)
      this.spends.input.push(input)
      this.spends.height.push(height)
      change(coin, -1n)
    })
    this.#pushTransaction(transaction, seq, height)
    transaction.coins.forEach((coin, position) => {
      const made: IndexedCoin = { seq: ++this.#coins, asset: coin.asset, amount: coin.amount, condition: coin.condition }
      this.#made.set(coin.coordinate, made)
      this.#pushCoin(made, { coordinate: coin.coordinate, transaction: seq, position, height })
      change(made, 1n)
    })
    for (const operation of transaction.operations) this.#addOperation(operation, { time, seq })
    for (const { key, delta } of changes.values()) if (delta !== 0n) this.postings.push({ ...key, transaction: seq, delta })
  }

  #addOperation(operation: Operation, { time, seq }: { readonly time: Time; readonly seq: number }): void {
    if (operation.kind === 'openAccount' && operation.policy.quorum > 0) {
      this.#addDelay(accountIdOf(operation.policy), operation.policy.delayMs)
    }
    if (operation.kind === 'changeRecovery' && operation.terms.quorum > 0) {
      this.#addDelay(operation.account, operation.terms.delayMs)
    }
    if (operation.kind === 'proposeRecovery') {
      const delay = Math.min(...[this.#delays, this.olderDelays].map((delays) => delays.get(operation.account) ?? Infinity))
      invariant(delay < Infinity, 'a recovery was proposed for an account that has authorities')
      this.recoveryEnds.due.push(time + delay)
      this.recoveryEnds.transaction.push(seq)
    }
  }

  #addDelay(account: AccountId, delay: number): void {
    this.#delays.set(account, Math.min(delay, this.#delays.get(account) ?? delay))
  }

  #pushTransaction(transaction: DecodedTransaction, seq: number, height: number): void {
    const issue = transaction.operations.find((operation) => operation.kind === 'issue')
    const { transactions } = this
    transactions.seq.push(seq)
    transactions.id.push(fromHex(transaction.id))
    transactions.height.push(height)
    transactions.position.push(transaction.position)
    transactions.start.push(transaction.start)
    transactions.size.push(transaction.bytes.length)
    transactions.firstCoin.push(this.#coins + 1)
    transactions.coins.push(transaction.coins.length)
    transactions.issuedAsset.push(issue?.asset ?? null)
    transactions.issuedAmount.push(issue?.amount ?? null)
  }

  #pushCoin(coin: IndexedCoin, place: { coordinate: Coordinate; transaction: number; position: number; height: number }): void {
    const { coins, relations } = this
    coins.seq.push(coin.seq)
    coins.coordinate.push(fromHex(place.coordinate))
    coins.transaction.push(place.transaction)
    coins.position.push(place.position)
    coins.height.push(place.height)
    coins.asset.push(coin.asset)
    coins.amount.push(coin.amount)
    coins.condition.push(encodeCondition(coin.condition))
    coins.due.push(dueOf(coin.condition) ?? null)
    for (const { account, relation } of holdingOf(coin.condition).relations) {
      relations.account.push(fromHex(account))
      relations.relation.push(relation)
      relations.coin.push(coin.seq)
    }
  }
}

/** Coordinates that these blocks spend but do not make: what must be looked up first. */
export function spentFromOutside(blocks: readonly DecodedBlock[]): Coordinate[] {
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

/** Accounts for which these blocks propose a recovery. */
export const recoveredIn = (blocks: readonly DecodedBlock[]): AccountId[] =>
  blocks.flatMap(({ transactions }) =>
    transactions.flatMap(({ operations }) =>
      operations.flatMap((operation) => (operation.kind === 'proposeRecovery' ? [operation.account] : [])),
    ),
  )
