// What a batch of blocks adds to the index tables, as rows for COPY. Works on offsets over the blocks' bytes: no object per plain transaction.
import {
  type Condition,
  type Operation,
  Outline,
  accountIdOf,
  decodeCondition,
  encodeCondition,
  endOfTransaction,
} from '@huitong/chain'
import { CopyRows } from '@huitong/platform/database'
import {
  type AccountId,
  type Bytes,
  type ChainId,
  type Time,
  concat,
  expectOk,
  fromHex,
  invariant,
  sha256,
  sha256Into,
  utf8,
} from '@huitong/primitives'
import type { StoredBlock } from '../block/block-store.js'
import { SpentReader } from '../block/spent-coins.js'
import type { BalanceCache } from './balance-cache.js'
import { PART, RELATION, dueOf, holdingOf } from './holding.js'

/** Where the index stands: the last height in it and the last numbers it gave. */
export interface IndexCursor {
  readonly height: number
  readonly transactions: number
  readonly coins: number
}

/** A block for the index, with what is known of it already. */
export interface IndexBlock {
  readonly stored: StoredBlock
  /** Ids of its transactions, 32 bytes each. */
  readonly ids: Bytes | undefined
  /** What it spends (block/spent-coins). */
  readonly spent: Bytes
}

/** A recovery proposed in the batch. */
export interface Proposal {
  readonly account: AccountId
  readonly time: Time
  readonly transaction: number
}

/** Changes of balances, one per transaction, account, asset and part, in order. */
class Postings {
  count = 0
  account = new Int32Array(1_024)
  column = new Int32Array(1_024)
  transaction = new Float64Array(1_024)
  delta = new BigInt64Array(1_024)
  #first = 0

  /** The next postings are another transaction's. */
  begin(): void {
    this.#first = this.count
  }

  add(transaction: number, account: number, column: number, delta: bigint): void {
    for (let i = this.#first; i < this.count; i++) {
      if (this.account[i] !== account || this.column[i] !== column) continue
      this.delta[i] = (this.delta[i] ?? 0n) + delta
      return
    }
    if (this.count === this.account.length) this.#enlarge()
    this.account[this.count] = account
    this.column[this.count] = column
    this.transaction[this.count] = transaction
    this.delta[this.count] = delta
    this.count += 1
  }

  clear(): void {
    this.count = 0
    this.#first = 0
  }

  #enlarge(): void {
    const size = this.count * 2
    const int = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(size)
      larger.set(old)
      return larger
    }
    this.account = int(this.account)
    this.column = int(this.column)
    const transaction = new Float64Array(size)
    transaction.set(this.transaction)
    this.transaction = transaction
    const delta = new BigInt64Array(size)
    delta.set(this.delta)
    this.delta = delta
  }
}

/** Rows by table. Used again for each batch. */
export class IndexBatch {
  readonly blocks = new CopyRows()
  readonly transactions = new CopyRows()
  readonly coins = new CopyRows()
  readonly spends = new CopyRows()
  readonly relations = new CopyRows()
  readonly postings = new CopyRows()
  readonly proposals: Proposal[] = []
  readonly #delays = new Map<AccountId, number>()
  readonly #changes = new Postings()
  readonly #outline = new Outline()
  readonly #spent = new SpentReader()
  readonly #chain: Bytes
  readonly #place = new Uint8Array(36)
  readonly #coordinate = new Uint8Array(32)
  readonly #amount = new DataView(new ArrayBuffer(8))
  #transactions = 0
  #coins = 0
  #height = 0

  constructor(
    chain: ChainId,
    private readonly balances: BalanceCache,
  ) {
    this.#chain = fromHex(chain)
  }

  begin(cursor: IndexCursor): void {
    for (const rows of [this.blocks, this.transactions, this.coins, this.spends, this.relations, this.postings]) rows.clear()
    this.proposals.length = 0
    this.#delays.clear()
    this.#changes.clear()
    this.#height = cursor.height
    this.#transactions = cursor.transactions
    this.#coins = cursor.coins
  }

  get cursor(): IndexCursor {
    return { height: this.#height, transactions: this.#transactions, coins: this.#coins }
  }

  /** The shortest delay that each account's recovery had in this batch. */
  get delays(): ReadonlyMap<AccountId, number> {
    return this.#delays
  }

  add({ stored, ids, spent }: IndexBlock): void {
    const { height, time, bytes } = stored
    invariant(height === this.#height + 1, 'the index takes blocks in order')
    this.#spent.reset(spent)
    let position = 0
    for (let start = 0; start < bytes.length; position++) {
      const end = endOfTransaction(bytes, start)
      invariant(end > 0 && this.#outline.scan(bytes, start, end) === undefined, `block ${height} holds transactions`)
      this.#add(stored, position, ids)
      start = end
    }
    invariant(position === stored.transactions && this.#spent.isAtEnd, `block ${height} is whole`)
    this.#height = height
    this.blocks.row(3).int8(height).int8(time).int8(this.#transactions)
  }

  /** Turns the changes of balances into rows; every balance that was unknown has been set. */
  post(): void {
    const { balances } = this
    const { count, account, column, transaction, delta } = this.#changes
    for (let i = 0; i < count; i++) {
      const change = delta[i] ?? 0n
      if (change === 0n) continue
      const [who, where] = [account[i] ?? 0, column[i] ?? 0]
      const balance = balances.add(who, where, change)
      this.postings.row(6).bytes(balances.accountId(who)).bytes(balances.code(where)).int2(balances.partOf(where))
      this.postings
        .int8(transaction[i] ?? 0)
        .bigint(change)
        .bigint(balance)
    }
  }

  #add({ height, time, bytes }: StoredBlock, position: number, ids: Bytes | undefined): void {
    const outline = this.#outline
    const seq = ++this.#transactions
    this.#changes.begin()
    for (let input = 0; input < outline.inputCount; input++) this.#addSpend(seq, input, height)
    this.#identify(ids, position)
    const issue = outline.operations.length === 0 ? undefined : outline.operations.find(({ kind }) => kind === 'issue')
    this.transactions
      .row(11)
      .int8(seq)
      .bytes(this.#place, 0, 8)
      .bytes(this.#place, 0, 32)
      .int8(height)
      .int4(position)
      .int4(outline.start)
    this.transactions
      .int4(outline.end - outline.start)
      .int8(this.#coins + 1)
      .int4(outline.outputCount)
    if (issue?.kind === 'issue') this.transactions.bytes(utf8(issue.asset)).bigint(issue.amount)
    else this.transactions.none().none()
    for (let output = 0; output < outline.outputCount; output++) this.#addCoin(bytes, { seq, output, height })
    for (const operation of outline.operations) this.#addOperation(operation, { time, seq })
  }

  /** Puts the transaction's id at the head of the preimage of its coins' coordinates. */
  #identify(ids: Bytes | undefined, position: number): void {
    const { bytes, start, bodyEnd } = this.#outline
    if (ids === undefined) this.#place.set(sha256(concat(this.#chain, bytes.subarray(start, bodyEnd))))
    else this.#place.set(ids.subarray(32 * position, 32 * position + 32))
  }

  #addSpend(seq: number, input: number, height: number): void {
    const spent = this.#spent
    spent.next()
    this.spends.row(4).int8(spent.serial).int8(seq).int4(input).int8(height)
    const { bytes, assetAt, conditionAt, conditionSize } = spent
    const delta = -this.#amountOf(spent.high, spent.low)
    if (conditionSize === 0)
      return this.#change(seq, { owner: bytes, at: conditionAt, assets: bytes, assetAt, part: PART.available, delta })
    const condition = expectOk(
      decodeCondition(bytes.slice(conditionAt, conditionAt + conditionSize)),
      'a condition that was spent',
    )
    this.#changeLocked(condition, { seq, assets: bytes, assetAt, delta })
  }

  #addCoin(
    bytes: Bytes,
    { seq, output, height }: { readonly seq: number; readonly output: number; readonly height: number },
  ): void {
    const outline = this.#outline
    const place = this.#place
    const coordinate = this.#coordinate
    const coin = ++this.#coins
    place[34] = output >> 8
    place[35] = output & 255
    const condition = outline.conditions[output]
    const assetAt = outline.assetAt[output] ?? 0
    const conditionAt = outline.conditionAt[output] ?? 0
    const [high, low] = [outline.high[output] ?? 0, outline.low[output] ?? 0]
    let assetEnd = assetAt + 8
    while (bytes[assetEnd - 1] === 0) assetEnd--
    sha256Into(place, coordinate, 0)
    this.coins.row(12).int8(coin).bytes(coordinate, 0, 8).bytes(coordinate).int8(seq).int4(output).int8(height)
    this.coins.bytes(bytes, assetAt, assetEnd).words(high, low)
    const delta = this.#amountOf(high, low)
    if (condition === undefined) {
      this.coins
        .bytes(bytes, conditionAt, conditionAt + 8)
        .bytes(bytes, conditionAt, conditionAt + 32)
        .none()
        .none()
      return this.#change(seq, { owner: bytes, at: conditionAt, assets: bytes, assetAt, part: PART.available, delta })
    }
    const due = dueOf(condition)
    this.coins.none().none().bytes(encodeCondition(condition))
    if (due === undefined) this.coins.none()
    else this.coins.int8(due)
    for (const { account, relation } of holdingOf(condition).relations)
      if (relation !== RELATION.own) this.relations.row(3).bytes(fromHex(account)).int2(relation).int8(coin)
    this.#changeLocked(condition, { seq, assets: bytes, assetAt, delta })
  }

  #changeLocked(
    condition: Condition,
    {
      seq,
      assets,
      assetAt,
      delta,
    }: { readonly seq: number; readonly assets: Bytes; readonly assetAt: number; readonly delta: bigint },
  ): void {
    const { balance } = holdingOf(condition)
    if (balance !== undefined)
      this.#change(seq, { owner: fromHex(balance.account), at: 0, assets, assetAt, part: balance.part, delta })
  }

  #change(
    seq: number,
    change: {
      readonly owner: Bytes
      readonly at: number
      readonly assets: Bytes
      readonly assetAt: number
      readonly part: 0 | 1
      readonly delta: bigint
    },
  ): void {
    const { balances } = this
    const account = balances.account(change.owner, change.at)
    const column = balances.column(change.assets, change.assetAt, change.part)
    balances.need(account, column)
    this.#changes.add(seq, account, column, change.delta)
  }

  #amountOf(high: number, low: number): bigint {
    if (high < 0x20_0000) return BigInt(high * 2 ** 32 + low)
    this.#amount.setUint32(0, high)
    this.#amount.setUint32(4, low)
    return this.#amount.getBigInt64(0)
  }

  #addOperation(operation: Operation, { time, seq }: { readonly time: Time; readonly seq: number }): void {
    if (operation.kind === 'openAccount' && operation.policy.quorum > 0) {
      this.#addDelay(accountIdOf(operation.policy), operation.policy.delayMs)
    }
    if (operation.kind === 'changeRecovery' && operation.terms.quorum > 0) {
      this.#addDelay(operation.account, operation.terms.delayMs)
    }
    if (operation.kind === 'proposeRecovery') this.proposals.push({ account: operation.account, time, transaction: seq })
  }

  #addDelay(account: AccountId, delay: number): void {
    this.#delays.set(account, Math.min(delay, this.#delays.get(account) ?? delay))
  }
}
