// One ledger, replayed from its raw blocks: every coin, every lock with its fate, the supply. Checks invariants 1 to 3 and where locked money
// went (5, 6) on the way. Memory only; begins at the genesis and goes on from block to block.
import { type Bytes, type Verifier, fromHex } from '@huitong/primitives'
import { Unreadable } from '../chain/byte-reader.js'
import { headerHash, readHeader, sealedMessage, treeRoot } from '../chain/header.js'
import {
  type EscrowTerms,
  type HashLockTerms,
  type PathName,
  type ReadInput,
  type ReadOutput,
  type ReadTransaction,
  coordinate,
  readTransactions,
} from '../chain/transaction.js'
import { Findings } from '../invariant/verdict.js'
import { type EscrowLine, divide } from './escrow-line.js'

/** A row of a ledger's table of blocks. */
export interface RawBlock {
  readonly height: number
  readonly hash: string
  readonly header: Bytes
  readonly seal: Bytes
  readonly bytes: Bytes
}

/** What a ledger was born with. */
export interface Birth {
  readonly name: string
  readonly chain: string
  /** Public key, 32 bytes in hexadecimal. */
  readonly sealingKey: string
  readonly isSandbox: boolean
}

export interface Fate {
  readonly height: number
  readonly path: PathName
}

/** A coin under a hash lock or in escrow; kept after it was spent. */
export interface LockCoin {
  readonly coordinate: string
  readonly asset: string
  readonly amount: bigint
  readonly condition: HashLockTerms | EscrowTerms
  readonly height: number
  /** Of an escrow coin. */
  readonly line?: EscrowLine
  spent?: Fate
}

export interface Supply {
  issued: bigint
  burnt: bigint
  held: bigint
}

/** An input whose coin is not there: spent before, or never made. */
export interface Missing {
  readonly coin: string
  readonly height: number
}

type Coin = Pick<ReadOutput, 'asset' | 'amount' | 'condition'>

export class LedgerReplay {
  height = 0
  hash: string
  time = 0
  readonly findings = new Findings()
  readonly coins = new Map<string, Coin>()
  readonly locks = new Map<string, LockCoin>()
  readonly lines = new Map<string, EscrowLine>()
  readonly supplies = new Map<string, Supply>()
  /** How often each of the wanted transactions is on the ledger. */
  readonly seen = new Map<string, number>()
  /** Transactions that somebody wants to know about; to be named before their blocks are applied. */
  readonly wanted = new Set<string>()
  readonly missing: Missing[] = []

  constructor(
    readonly birth: Birth,
    private readonly verifier: Verifier,
  ) {
    this.hash = birth.chain
  }

  apply(block: RawBlock): void {
    const at = `${this.birth.name}, block ${block.height}`
    try {
      const isNext = block.height === this.height + 1
      if (isNext && block.bytes.length === 0 && readHeader(block.header).transactions > 0)
        throw new Unreadable('it was pruned; audit a node that keeps every block')
      const transactions = readTransactions(this.birth.chain, block.bytes)
      this.#header(block, transactions, at)
      const touched = new Set<string>()
      const spent = new Set<string>()
      for (const [index, transaction] of transactions.entries()) {
        this.#transaction(transaction, { height: block.height, touched, spent, place: `${at}, transaction ${index}` })
      }
      for (const asset of touched) this.#conserved(asset, at)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      this.findings.broken(3, `${at} cannot be read: ${error.message}`)
    }
    this.height = block.height
  }

  /** True if the coin existed and was unspent when the ledger had `height` blocks. */
  isOpenAt(lock: LockCoin, height: number): boolean {
    return lock.height <= height && (lock.spent === undefined || lock.spent.height > height)
  }

  #header(block: RawBlock, transactions: readonly ReadTransaction[], at: string): void {
    const { findings, birth } = this
    const header = readHeader(block.header)
    const hash = headerHash(block.header)
    const wrong = [
      block.height !== this.height + 1 && `follows block ${this.height}`,
      header.height !== block.height && `its header says height ${header.height}`,
      header.chain !== birth.chain && 'its header names another ledger',
      header.previous !== this.hash && `its previous hash is not that of block ${this.height}`,
      block.hash !== hash && 'its hash is not that of its header',
      header.time < this.time && 'its time is before that of the block it follows',
      header.isSandbox !== birth.isSandbox && 'its sandbox flag is not that of the genesis',
      header.transactions !== transactions.length && `its header says ${header.transactions} transactions`,
      header.size !== block.bytes.length && `its header says ${header.size} bytes`,
      header.root !== treeRoot(transactions.map(({ bytes }) => bytes)) && 'its Merkle root is not that of its transactions',
      !this.verifier.verify(block.seal, sealedMessage(birth.chain, hash), fromHex(birth.sealingKey)) && 'its seal is wrong',
    ].filter((sentence) => sentence !== false)
    findings.expect(3, wrong.length === 0, () => `${at}: ${wrong.join('; ')}`)
    this.hash = hash
    this.time = header.time
  }

  #transaction(
    transaction: ReadTransaction,
    at: { readonly height: number; readonly touched: Set<string>; readonly spent: Set<string>; readonly place: string },
  ): void {
    const { findings } = this
    const { id, inputs, outputs, issued, burnt } = transaction
    if (this.wanted.has(id)) this.seen.set(id, (this.seen.get(id) ?? 0) + 1)
    const sources = new Set(issued.map(({ asset }) => asset))
    const rests: { rest: bigint; line: EscrowLine }[] = []
    const unpaid = [...outputs]
    for (const input of inputs) {
      findings.examined(2)
      findings.examined(3)
      const coin = this.coins.get(input.coin)
      if (coin === undefined) {
        this.#notThere(input, at)
        continue
      }
      this.coins.delete(input.coin)
      at.spent.add(input.coin)
      at.touched.add(coin.asset)
      sources.add(coin.asset)
      this.#supply(coin.asset).held -= coin.amount
      if (coin.condition.kind !== 'held') this.#spendLock(input, unpaid, rests, at)
    }
    for (const { asset, amount } of issued) this.#supply(asset).issued += amount
    for (const { asset, amount } of burnt) this.#supply(asset).burnt += amount
    for (const { asset } of [...issued, ...burnt]) at.touched.add(asset)
    for (const [index, output] of outputs.entries()) {
      findings.expect(2, sources.has(output.asset), () => `${at.place}: its ${output.asset} come from nowhere`)
      at.touched.add(output.asset)
      this.#supply(output.asset).held += output.amount
      this.#add(coordinate(id, index), output, { rests, ...at })
    }
  }

  #notThere(
    input: ReadInput,
    at: { readonly height: number; readonly spent: ReadonlySet<string>; readonly place: string },
  ): void {
    const isSpent = at.spent.has(input.coin) || this.locks.has(input.coin)
    if (isSpent) this.findings.broken(3, `${at.place}: coin ${input.coin} is spent a second time`)
    else this.missing.push({ coin: input.coin, height: at.height })
  }

  #add(
    key: string,
    output: ReadOutput,
    at: { readonly height: number; readonly place: string; readonly rests: { rest: bigint; line: EscrowLine }[] },
  ): void {
    const { asset, amount, condition } = output
    if (this.coins.has(key)) this.findings.broken(3, `${at.place}: coin ${key} is made a second time`)
    this.coins.set(key, { asset, amount, condition })
    if (condition.kind === 'held') return
    const lock = { coordinate: key, asset, amount, condition, height: at.height }
    if (condition.kind === 'hashLock') {
      this.locks.set(key, lock)
      return
    }
    const index = at.rests.findIndex(({ rest, line }) => rest === amount && isSameEscrow(line, asset, condition))
    const [went] = index < 0 ? [] : at.rests.splice(index, 1)
    const line = went?.line ?? { root: key, asset, terms: condition, funded: amount, height: at.height, spends: [] }
    if (went === undefined) this.lines.set(key, line)
    this.locks.set(key, { ...lock, line })
  }

  /** Books where a lock's money went, and looks for the outputs that must carry it. */
  #spendLock(
    input: ReadInput,
    unpaid: ReadOutput[],
    rests: { rest: bigint; line: EscrowLine }[],
    at: { readonly height: number; readonly place: string },
  ): void {
    const lock = this.locks.get(input.coin)
    if (lock === undefined) return
    lock.spent = { height: at.height, path: input.path }
    const { condition, asset, amount } = lock
    if (condition.kind === 'hashLock') {
      const owner = input.path === 'claim' ? condition.claimant : condition.refundee
      const isPaid = takePayment(unpaid, { owner, asset, amount })
      this.findings.expect(5, isPaid, () => `${at.place}: the lock ${input.coin} does not pay who its ${input.path} must pay`)
      return
    }
    const division = divide({ amount, condition }, input)
    if (division === undefined || lock.line === undefined) {
      this.findings.broken(6, `${at.place}: escrow coin ${input.coin} is spent by ${input.path}`)
      return
    }
    const { released, refunded, fees, remaining, feeLeft } = division
    lock.line.spends.push({ height: at.height, division })
    const isPaid =
      takePayment(unpaid, { owner: condition.payee, asset, amount: released }) &&
      takePayment(unpaid, { owner: condition.payer, asset, amount: refunded }) &&
      takePayment(unpaid, { owner: condition.feeTo, asset, amount: fees }) &&
      takeRest(unpaid, { line: lock.line, remaining, feeLeft })
    if (remaining > 0n) rests.push({ rest: remaining, line: lock.line })
    this.findings.expect(6, isPaid, () => `${at.place}: escrow coin ${input.coin} does not go where ${input.path} sends it`)
  }

  #conserved(asset: string, at: string): void {
    const { issued, burnt, held } = this.#supply(asset)
    this.findings.expect(
      1,
      issued - burnt === held,
      () => `${at}: ${issued} ${asset} issued - ${burnt} burnt, but coins of ${held}`,
    )
  }

  #supply(asset: string): Supply {
    const known = this.supplies.get(asset)
    if (known !== undefined) return known
    const fresh = { issued: 0n, burnt: 0n, held: 0n }
    this.supplies.set(asset, fresh)
    return fresh
  }
}

/** Takes the output that pays exactly this; nothing is to be paid where the amount is 0. */
function takePayment(
  unpaid: ReadOutput[],
  due: { readonly owner: string; readonly asset: string; readonly amount: bigint },
): boolean {
  if (due.amount === 0n) return true
  return takeOne(
    unpaid,
    ({ asset, amount, condition }) =>
      asset === due.asset && amount === due.amount && condition.kind === 'held' && condition.owner === due.owner,
  )
}

function takeRest(
  unpaid: ReadOutput[],
  due: { readonly line: EscrowLine; readonly remaining: bigint; readonly feeLeft: bigint },
): boolean {
  if (due.remaining === 0n) return true
  return takeOne(
    unpaid,
    ({ asset, amount, condition }) =>
      amount === due.remaining &&
      condition.kind === 'escrow' &&
      condition.fee === due.feeLeft &&
      isSameEscrow(due.line, asset, condition),
  )
}

function takeOne(unpaid: ReadOutput[], fits: (output: ReadOutput) => boolean): boolean {
  const index = unpaid.findIndex(fits)
  if (index >= 0) unpaid.splice(index, 1)
  return index >= 0
}

/** What no path may change of an escrow: whom it names and what it is for. */
function isSameEscrow({ asset, terms }: EscrowLine, ofAsset: string, other: EscrowTerms): boolean {
  const names = ['order', 'milestone', 'payer', 'payee', 'arbiter', 'feeTo', 'latest', 'isPaired'] as const
  return asset === ofAsset && names.every((name) => terms[name] === other[name])
}
