// Turns blocks into facts for deals: coins under a deal's hash or order id, and the spending of coins that a deal was told of. Tells, never decides.
import type { Coin, Output } from '@huitong/chain'
import { encodeCondition } from '@huitong/chain'
import { ledgerCoin } from '@huitong/contracts'
import { decodeCondition } from '@huitong/chain'
import { Bus, histogram, rows, killpoint } from '@huitong/platform'
import {
  type AssetCode,
  type Coordinate,
  type HashLock,
  type OrderId,
  type Time,
  expectOk,
  fromHex,
  invariant,
} from '@huitong/primitives'
import type { CoinSpent } from '@huitong/protocol'
import { Injectable } from '@nestjs/common'
import { HubClock } from '../clock/hub-clock.js'
import { DealService } from '../deal/deal.service.js'
import { type DealCoin, DealStore, type RangeLeft } from '../deal/deal.store.js'
import type { Unit } from '../deal/unit.js'
import type { Ledger } from '../ledgers/ledgers.js'
import { type SeenBlock, type SeenTransaction, hashOf, outputsOfInput, preimageOf } from './block-content.js'

const refundDelay = histogram(
  'huitong_hash_lock_refund_delay_seconds',
  'From the expiry of a hash lock to the block that returned it, in the time of its ledger.',
  ['ledger'],
)

interface Range {
  readonly ledger: Ledger
  readonly hashes: ReadonlyMap<HashLock, string>
  readonly orders: ReadonlyMap<OrderId, string>
  /** Coins that deals know, with those added while the range is told. */
  readonly coins: Map<Coordinate, Omit<DealCoin, 'spentBy'>>
  readonly arbiters: ReadonlySet<string>
  readonly isCareful: boolean
  /** What the cursor leaves behind. */
  readonly made: Omit<DealCoin, 'spentBy'>[]
  readonly spent: RangeLeft['spent'][number][]
}

/** `from`: the height behind which the blocks follow. `isCareful`: each fact stands by itself, so that one which breaks its machine can be put aside; costs two statements a fact. */
export interface ToldBlocks {
  readonly from: number
  readonly blocks: readonly SeenBlock[]
  readonly arbiters: ReadonlySet<string>
  readonly isCareful: boolean
}

/** Told in the same transaction as the cursor that a ledger's final time has moved on. */
export type TimeListener = (unit: Unit, ledger: Ledger, final: Time) => Promise<unknown>

@Injectable()
export class BlockFacts {
  readonly #onTime: TimeListener[] = []

  constructor(
    private readonly deals: DealService,
    private readonly store: DealStore,
    private readonly bus: Bus,
    private readonly clock: HubClock,
  ) {}

  /** For what lives in ledger time without being a deal (a quote). */
  onTime(listener: TimeListener): void {
    this.#onTime.push(listener)
  }

  /**
   * Tells every fact of consecutive blocks in their order, then the time they reached, and moves the cursor. In the caller's transaction: a block's
   * facts are told once. False if the cursor stands elsewhere: nothing is told then. `arbiters`: our accounts, by which escrows of strangers are
   * recognised and listed.
   */
  async tell(unit: Unit, ledger: Ledger, told: ToldBlocks): Promise<boolean> {
    const last = told.blocks.at(-1)
    const range = last && (await this.#range(unit, ledger, { told, time: last.head.time }))
    if (last === undefined || range === undefined) return false
    for (const block of told.blocks) {
      for (const seen of block.transactions) await this.#transaction(unit, range, { block, seen })
    }
    await this.#time(unit, ledger, { time: last.head.time, isCareful: told.isCareful })
    killpoint('watch.before-cursor')
    await this.store.leaveRange(unit, { chain: ledger.chain, made: range.made, spent: range.spent, head: last.head })
    return true
  }

  async #time(unit: Unit, ledger: Ledger, reached: { readonly time: Time; readonly isCareful: boolean }): Promise<void> {
    const { name, chain } = ledger
    const { time, isCareful } = reached
    const due = this.store.anyDue(unit, { chain, time })
    if (due.deals) {
      const fact = { kind: 'timePassed', chain, time } as const
      for (const id of await this.store.takeDue(unit, chain, time)) await this.deals.hear(unit, id, { fact, isCareful })
    }
    if (due.others) for (const listener of this.#onTime) await listener(unit, ledger, time)
    // last of all: what a fact or the time has ended is not reminded of, and no deal is locked after a reminder's row
    if (due.reminders) await this.store.remind(unit, { chain, ledger: name, time, now: this.clock.now() })
  }

  /** Undefined: these blocks do not follow the cursor. */
  async #range(
    unit: Unit,
    ledger: Ledger,
    { told, time }: { readonly told: ToldBlocks; readonly time: Time },
  ): Promise<Range | undefined> {
    const hashes = new Set<HashLock>()
    const orders = new Set<OrderId>()
    const spent: Coordinate[] = []
    for (const { transactions } of told.blocks) {
      for (const { inputs, outputs } of transactions) {
        for (const { coin, path } of inputs) if (path.kind !== 'own') spent.push(coin)
        for (const { condition } of outputs) {
          const hash = hashOf(condition)
          if (hash !== undefined) hashes.add(hash)
          if (condition.kind === 'escrow') orders.add(condition.order)
        }
      }
    }
    const asked = { chain: ledger.chain, ledger: ledger.name, time, hashes: [...hashes], orders: [...orders], spent }
    const taken = await this.store.takeRange(unit, asked)
    if (taken.height !== told.from) return undefined
    const { arbiters, isCareful } = told
    const { hashes: byHash, orders: byOrder, coins } = taken
    return { ledger, arbiters, isCareful, hashes: byHash, orders: byOrder, coins: new Map(coins), made: [], spent: [] }
  }

  async #transaction(unit: Unit, range: Range, at: { block: SeenBlock; seen: SeenTransaction }): Promise<void> {
    const { seen, block } = at
    for (const [index, { coin }] of seen.inputs.entries()) {
      const known = range.coins.get(coin)
      if (known !== undefined) await this.#spent(unit, range, { ...at, index, known })
    }
    for (const coin of seen.outputs) {
      const { condition } = coin
      const hash = hashOf(condition)
      const deal =
        hash !== undefined ? range.hashes.get(hash) : condition.kind === 'escrow' ? range.orders.get(condition.order) : undefined
      if (deal !== undefined) await this.#created(unit, range, { ...at, coin, deal })
      else if (condition.kind === 'escrow' && range.arbiters.has(condition.arbiter)) {
        await this.#stranger(unit, range.ledger, { coin, height: block.head.height })
      }
    }
  }

  async #created(
    unit: Unit,
    range: Range,
    made: { block: SeenBlock; seen: SeenTransaction; coin: Coin; deal: string },
  ): Promise<void> {
    const { chain } = range.ledger
    const { height, time } = made.block.head
    const coin = { ...made.coin, chain, deal: made.deal, fundedBy: made.seen.id, height, at: time }
    range.made.push(coin)
    range.coins.set(coin.coordinate, coin)
    const fact = { kind: 'coinCreated', chain, coin: made.coin, at: time } as const
    await this.deals.hear(unit, made.deal, { fact, isCareful: range.isCareful })
  }

  async #spent(
    unit: Unit,
    range: Range,
    spent: { block: SeenBlock; seen: SeenTransaction; index: number; known: Omit<DealCoin, 'spentBy'> },
  ): Promise<void> {
    const { block, seen, index, known } = spent
    const { chain } = range.ledger
    const input = seen.inputs[index]
    invariant(input !== undefined, 'an input of the transaction')
    const preimage = preimageOf(seen, known, input)
    const fact: CoinSpent = {
      kind: 'coinSpent',
      chain,
      coordinate: input.coin,
      path: input.path,
      at: block.head.time,
      outputs: outputsOfInput(seen, await this.#coinsBefore(range, seen, index), index),
      ...(preimage === undefined ? {} : { preimage }),
    }
    const { condition } = known
    if (condition.kind === 'hashLock' && input.path.kind === 'expire') {
      refundDelay.observe({ ledger: range.ledger.name }, (block.head.time - condition.expiry) / 1_000)
    }
    if (preimage !== undefined) killpoint('watch.preimage')
    range.spent.push({ coordinate: input.coin, by: seen.id, height: block.head.height })
    await this.deals.hear(unit, known.deal, { fact, isCareful: range.isCareful })
  }

  /** The coins of the inputs up to `index`: ours from memory, foreign ones (a stranger's lock claimed in the same transaction) from the ledger. */
  async #coinsBefore(range: Range, seen: SeenTransaction, index: number): Promise<readonly Output[]> {
    const coins: Output[] = []
    for (const { coin } of seen.inputs.slice(0, index + 1))
      coins.push(range.coins.get(coin) ?? (await this.#ask(range.ledger, coin)))
    return coins
  }

  async #ask(ledger: Ledger, coordinate: Coordinate): Promise<Output> {
    const answer = await this.bus.call(ledgerCoin, { coordinate }, { to: ledger.name })
    if (!answer.ok) throw new Error(`ledger ${ledger.name} does not tell of coin ${coordinate}: ${answer.code}`)
    const { asset, amount, condition } = answer.value
    // the border: a final coin of a ledger we follow
    return {
      asset: asset as AssetCode,
      amount: BigInt(amount),
      condition: expectOk(decodeCondition(fromHex(condition)), 'a coin of the ledger'),
    }
  }

  async #stranger(unit: Unit, ledger: Ledger, seen: { coin: Coin; height: number }): Promise<void> {
    const { coin, height } = seen
    await rows(
      unit,
      `insert into stranger_coin (chain, coordinate, asset, amount, condition, height) values ($1, $2, $3, $4, $5, $6)
       on conflict do nothing`,
      [fromHex(ledger.chain), fromHex(coin.coordinate), coin.asset, coin.amount, encodeCondition(coin.condition), height],
    )
  }
}
