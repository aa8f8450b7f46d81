// A ledger in memory behind the bus, with the real rules of libs/chain and real signatures: one block per accepted transaction, a clock that tests
// move. For specs only; the ledger process is apps/ledger.
import {
  type Block,
  type Coin,
  type Genesis,
  LedgerState,
  Validator,
  blockHashOf,
  coordinateOf,
  decodeTransaction,
  encodeCondition,
  encodeGenesis,
  encodeHeader,
  nextHeader,
  seal,
} from '@huitong/chain'
import {
  type Answer,
  BlockRange,
  BalancesOfAccount,
  ByAccount,
  ByAsset,
  ByCoordinate,
  type LedgerStatus,
  NoFields,
  type TransactionStatus,
  type WireAccount,
  type WireAsset,
  type WireBalance,
  type WireBlock,
  type WireCoin,
  decodeEnvelope,
  encodeStatuses,
  ledgerAccount,
  ledgerAsset,
  ledgerBalances,
  ledgerBlocks,
  ledgerCoin,
  ledgerGenesis,
  ledgerStatus,
  ledgerSubmit,
} from '@huitong/contracts'
import { Handle, HandleBytes, nativeVerifier } from '@huitong/platform'
import {
  type AccountId,
  type AssetCode,
  type Bytes,
  type ChainId,
  type Coordinate,
  type Time,
  type TxId,
  after,
  err,
  expectOk,
  fromUtf8,
  hexOf,
  ok,
  toHex,
} from '@huitong/primitives'
import { Controller } from '@nestjs/common'
import { type Key, signerOf } from './key.js'

export class SimLedger {
  readonly genesis: Genesis
  readonly state: LedgerState
  readonly blocks: { readonly block: Block; readonly ids: readonly TxId[] }[] = []
  /** Every coin there ever was, and what spent it. */
  readonly coins = new Map<
    Coordinate,
    { readonly coin: Coin; readonly transaction: TxId; readonly index: number; spentBy?: TxId }
  >()
  readonly heights = new Map<TxId, number>()
  readonly #validator: Validator
  #time: Time
  #queue: Promise<unknown> = Promise.resolve()
  /** Statuses to answer with instead of the truth, for the next submissions: `lost` commits and answers unknown, `refuse` does nothing. */
  readonly faults: ('lost' | 'dropped')[] = []
  /** What it says of its own finality. */
  finalityMs = 20

  /** Called after each block, as the ledger process publishes to its stream. */
  onBlock: (block: Block) => void = () => undefined

  constructor(
    readonly name: string,
    private readonly sealer: Key,
    start: Time,
    /** Who alone registers assets and may change the rulebook; anybody and nobody if absent. */
    registrar?: Key,
  ) {
    this.genesis = {
      format: 'huitong-genesis-1',
      name,
      createdAt: start,
      sandbox: true,
      sealingKey: signerOf(sealer).publicKey,
      rulebook: {
        version: 1,
        jurisdiction: 'CN',
        currencyZone: 'test',
        lockMaxMs: 90 * 24 * 3_600_000,
        feeShareMaxPpm: 100_000,
        ...(registrar === undefined ? {} : { registrar: registrar.account }),
        recoveryDelayMinMs: 0,
      },
    }
    this.state = new LedgerState(this.genesis)
    this.#validator = new Validator(this.state)
    this.#time = start
  }

  get chain(): ChainId {
    return this.state.chain
  }

  now(): Time {
    return this.#time
  }

  /** Moves the clock and closes an empty block with the new time. */
  async advance(milliseconds: number): Promise<Time> {
    this.#time = after(this.#time, milliseconds)
    await this.#serial(() => this.#close([]))
    return this.#time
  }

  submit(bytes: Bytes): Promise<TransactionStatus> {
    return this.#serial(() => this.#submit(bytes))
  }

  balance(account: AccountId, asset: AssetCode): bigint {
    let sum = 0n
    for (const coin of this.state.allCoins()) {
      const { condition } = coin
      if (condition.kind === 'account' && condition.account === account && coin.asset === asset) sum += coin.amount
    }
    return sum
  }

  coinsOf(account: AccountId, asset: AssetCode): readonly Coin[] {
    return [...this.state.allCoins()].filter(
      (coin) => coin.condition.kind === 'account' && coin.condition.account === account && coin.asset === asset,
    )
  }

  async #submit(bytes: Bytes): Promise<TransactionStatus> {
    const fault = this.faults.shift()
    const decoded = decodeTransaction(bytes)
    if (!decoded.ok) return { outcome: 'refused', id: undefined, code: decoded.code }
    const code = this.#validator.validate(bytes, 0, bytes.length, this.#time, { kind: 'verify', verifier: nativeVerifier })
    const id = hexOf<TxId>(this.#validator.id)
    if (code === 'already_committed') return { outcome: 'replayed', id, height: this.heights.get(id) ?? 1, index: 0 }
    if (fault === 'dropped') return { outcome: 'unknown', id }
    if (code !== undefined) return { outcome: 'refused', id, code }
    this.#validator.apply()
    for (const { coin } of decoded.value.body.inputs) {
      const spent = this.coins.get(coin)
      if (spent !== undefined) spent.spentBy = id
    }
    decoded.value.body.outputs.forEach((output, index) => {
      const coordinate = coordinateOf(id, index)
      this.coins.set(coordinate, { coin: { ...output, coordinate }, transaction: id, index })
    })
    await this.#close([{ id, bytes }])
    const height = this.blocks.length
    this.heights.set(id, height)
    return fault === 'lost' ? { outcome: 'unknown', id } : { outcome: 'committed', id, height, index: 0 }
  }

  async #close(content: readonly { readonly id: TxId; readonly bytes: Bytes }[]): Promise<void> {
    const transactions = content.map(({ bytes }) => bytes)
    const header = await seal(
      nextHeader(this.genesis, this.state.head, { transactions, time: this.#time }),
      signerOf(this.sealer),
    )
    this.state.closeBlock(header)
    const block = { header, transactions }
    this.blocks.push({ block, ids: content.map(({ id }) => id) })
    this.onBlock(block)
  }

  #serial<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(work)
    this.#queue = next.catch(() => undefined)
    return next
  }
}

/** A ledger's answers on the bus. */
@Controller()
export class SimLedgerController {
  constructor(private readonly ledger: SimLedger) {}

  @HandleBytes(ledgerSubmit)
  async submit(bytes: Bytes): Promise<Bytes> {
    const statuses: TransactionStatus[] = []
    for (const transaction of expectOk(decodeEnvelope(bytes), 'an envelope')) statuses.push(await this.ledger.submit(transaction))
    return encodeStatuses(statuses)
  }

  @Handle(ledgerStatus)
  status(_request: NoFields): Answer<LedgerStatus, never> {
    const { name, chain, blocks, state } = this.ledger
    const at = { height: blocks.length, time: state.head.time, now: this.ledger.now() }
    return ok({ ledger: name, chain, sandbox: true, ...at, indexLag: 0, finalityP50Ms: 5, finalityP99Ms: this.ledger.finalityMs })
  }

  @Handle(ledgerGenesis)
  genesis(_request: NoFields): Answer<{ readonly genesis: string }, never> {
    return ok({ genesis: fromUtf8(encodeGenesis(this.ledger.genesis)) ?? '' })
  }

  @Handle(ledgerBlocks)
  range({ from, limit }: BlockRange): Answer<{ readonly blocks: readonly WireBlock[]; readonly height: number }, never> {
    const blocks = this.ledger.blocks.slice(from - 1, from - 1 + limit).map(({ block }): WireBlock => ({
      height: block.header.height,
      hash: blockHashOf(block.header),
      header: toHex(encodeHeader(block.header)),
      seal: block.header.seal,
      transactions: block.transactions.map(toHex).join(''),
    }))
    return ok({ blocks, height: this.ledger.blocks.length })
  }

  @Handle(ledgerCoin)
  coin({ coordinate }: ByCoordinate): Answer<WireCoin, 'coin_unknown'> {
    const found = this.ledger.coins.get(coordinate as Coordinate)
    if (found === undefined) return err('coin_unknown')
    const { coin, transaction, index } = found
    return ok({
      coordinate,
      asset: coin.asset,
      amount: coin.amount.toString(),
      condition: toHex(encodeCondition(coin.condition)),
      transaction,
      index,
      height: this.ledger.heights.get(transaction) ?? 0,
      ...(found.spentBy === undefined
        ? {}
        : { spentBy: { transaction: found.spentBy, input: 0, height: this.ledger.heights.get(found.spentBy) ?? 0 } }),
    })
  }

  @Handle(ledgerAccount)
  account({ account }: ByAccount): Answer<WireAccount, 'account_unknown'> {
    const found = this.ledger.state.account(account as AccountId)
    if (found === undefined) return err('account_unknown')
    const { policy, current, sequence } = found
    return ok({ account, policy, current, sequence })
  }

  @Handle(ledgerAsset)
  asset({ asset }: ByAsset): Answer<WireAsset, 'asset_unknown'> {
    const found = this.ledger.state.asset(asset as AssetCode)
    if (found === undefined) return err('asset_unknown')
    const { scale, maxSupply, issuer, powers, issued, burnt, sequence } = found
    const amounts = { maxSupply: maxSupply.toString(), issued: issued.toString(), burnt: burnt.toString() }
    return ok({ asset, scale, issuer, powers, sequence, ...amounts })
  }

  @Handle(ledgerBalances)
  balances({
    account,
  }: BalancesOfAccount): Answer<
    { readonly height: number; readonly balances: readonly WireBalance[] },
    'account_unknown' | 'height_unknown'
  > {
    if (this.ledger.state.account(account as AccountId) === undefined) return err('account_unknown')
    const sums = new Map<AssetCode, bigint>()
    for (const { coin, spentBy } of this.ledger.coins.values()) {
      const isOwn = coin.condition.kind === 'account' && coin.condition.account === account
      if (isOwn && spentBy === undefined) sums.set(coin.asset, (sums.get(coin.asset) ?? 0n) + coin.amount)
    }
    const balances = [...sums].map(([asset, sum]) => ({ asset, available: `${sum}`, locked: '0', total: `${sum}` }))
    return ok({ height: this.ledger.blocks.length, balances })
  }
}
