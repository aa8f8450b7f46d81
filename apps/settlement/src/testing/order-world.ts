// A hub with people who buy, sell, exchange, carry and judge, and what each of them does with an order. For specs only.
import {
  type ApprovalStatement,
  type EscrowCondition,
  type SpendPath,
  approvalMessage,
  decodeCondition,
  decodeRuling,
  deliveredMessage,
  disputeHash,
  encodeApproval,
  encodeDelivered,
  encodeOffer,
  offerMessage,
  prescribedOutputs,
  rulingMessage,
} from '@huitong/chain'
import {
  type Answer,
  type CreateOrder,
  type MilestoneTerms,
  type WireDispute,
  type WireLeg,
  type WireOrder,
  agreeOrder,
  createOffer,
  createOrder,
  createQuote,
  getDispute,
  getOrder,
  openDispute,
  openLiquidity,
  shipMilestone,
} from '@huitong/contracts'
import {
  type AssetCode,
  type Coordinate,
  type OrderId,
  type Preimage,
  type Time,
  after,
  expectOk,
  fromHex,
  lockOf,
} from '@huitong/primitives'
import { ConversionModule } from '../conversion/conversion.module.js'
import { DisputeModule } from '../dispute/dispute.module.js'
import { OrderModule } from '../order/order.module.js'
import { SimArbiter, serveArbiter, stated } from './sim-arbiter.js'
import { HUB, SimHub, type SimServers, actorOf, partyId, until } from './sim-hub.js'
import type { SimLedger } from './sim-ledger.js'
import { type Key, keyOf } from './key.js'
import { fund, lock, must, secretOf, signed } from './wallet.js'

export const EUR = 'EUR' as AssetCode
export const CNY = 'CNY' as AssetCode
export const HOUR = 3_600_000
export interface Person {
  readonly party: string
  readonly key: Key
}
const person = (name: string): Person => ({ party: partyId(name), key: keyOf(name) })

export function valueOf<T>(answer: Answer<T, string>): T {
  if (!answer.ok) throw new Error(`${answer.code} ${answer.detail ?? ''} ${answer.field ?? ''}`)
  return answer.value
}

type Asked = Partial<Omit<CreateOrder, 'milestones'>> & { readonly milestones?: readonly Partial<MilestoneTerms>[] }

export class OrderWorld {
  readonly buyer = person('buyer')
  readonly shop = person('shop')
  readonly depot = person('depot')
  readonly provider = person('provider')
  readonly carrier = keyOf('carrier')
  readonly operators = { olga: keyOf('olga'), otto: keyOf('otto') }
  #made = 0

  private constructor(
    readonly hub: SimHub,
    readonly arbiter: SimArbiter,
    readonly east: SimLedger,
    readonly west: SimLedger,
    private readonly stopArbiter: () => Promise<void>,
  ) {}

  static async start(servers: SimServers): Promise<OrderWorld> {
    const hub = await SimHub.start(servers, {
      nouns: [ConversionModule, OrderModule, DisputeModule],
      terms: { longestDisputeMs: 10 * HOUR, quoteTtlMs: 120_000 },
    })
    const [east, west] = hub.ledgers
    if (east === undefined || west === undefined) throw new Error('two ledgers')
    const arbiter = new SimArbiter(hub)
    const world = new OrderWorld(hub, arbiter, east, west, await serveArbiter(arbiter))
    await world.#furnish()
    return world
  }

  async stop(): Promise<void> {
    await this.stopArbiter()
    await this.hub.stop()
  }

  async #furnish(): Promise<void> {
    const { buyer, shop, depot, provider, hub, east, west, arbiter } = this
    for (const { party, key } of [buyer, shop, depot, provider]) hub.identity.owners.set(key.account, party)
    arbiter.operators.set(`opr_${'1'.repeat(32)}`, this.operators.olga).set(`opr_${'2'.repeat(32)}`, this.operators.otto)
    arbiter.carriers.set('carrier', this.carrier)
    const none = [shop.key, depot.key, provider.key].map((key) => [key, 0n] as const)
    await fund(east, { issuer: keyOf('east bank'), asset: EUR, holders: [[buyer.key, 1_000_000n], ...none] })
    const rich = [
      [provider.key, 900_000n],
      [buyer.key, 0n],
      [shop.key, 0n],
      [depot.key, 0n],
    ] as const
    await fund(west, { issuer: keyOf('west bank'), asset: CNY, holders: rich })
    await until('the ledgers are open for deals', async () => (await this.create()).ok)
  }

  key(): string {
    this.#made += 1
    return `key ${this.#made}`
  }

  times() {
    const now = this.east.now()
    return { shipBy: after(now, HOUR), deadline: after(now, 3 * HOUR), latest: after(now, 24 * HOUR) }
  }

  create(asked: Asked = {}): Promise<Answer<WireOrder, string>> {
    const { milestones = [{}], ...more } = asked
    const { buyer, shop } = this
    return this.hub.bus.call(createOrder, {
      idempotencyKey: this.key(),
      actor: actorOf(buyer.party),
      buyer: buyer.party,
      payer: buyer.key.account,
      milestones: milestones.map((one) => ({
        merchant: shop.party,
        payee: shop.key.account,
        settle: { ledger: this.east.name, asset: EUR },
        amount: '10000',
        ...(one.inspectionMs === undefined ? { deliveryHash: lockOf(secretOf(this.key())) } : {}),
        ...this.times(),
        items: [{ name: 'kettle', quantity: 1, amount: '10000' }],
        ...one,
      })),
      ...more,
    })
  }

  async approve(order: WireOrder, by: Person): Promise<Answer<WireOrder, string>> {
    const statement: ApprovalStatement = {
      subject: 'orderTerms',
      account: by.key.account,
      hash: order.termsHash,
      validUntil: after(this.east.now(), HOUR),
    }
    const approval = await stated(by.key, encodeApproval(statement), approvalMessage(HUB, statement))
    const asked = { id: order.id, party: by.party, approval, idempotencyKey: this.key(), actor: actorOf(by.party) }
    return this.hub.bus.call(agreeOrder, asked)
  }

  /** An order to which buyer and shop have agreed. */
  async agreed(asked: Asked = {}): Promise<WireOrder> {
    const order = valueOf(await this.create(asked))
    valueOf(await this.approve(order, this.shop))
    return valueOf(await this.approve(order, this.buyer))
  }

  async funded(asked: Asked = {}): Promise<WireOrder> {
    const order = await this.agreed(asked)
    for (const { legs } of order.milestones) await this.lock(legs[0])
    return this.reach(order, 'FUNDED')
  }

  async get({ id }: { readonly id: string }, as: Person = this.buyer): Promise<WireOrder> {
    return valueOf(await this.hub.bus.call(getOrder, { id, actor: actorOf(as.party) }))
  }

  async reach(order: { readonly id: string }, state: string, number = 0): Promise<WireOrder> {
    let last: WireOrder | undefined
    await until(`milestone ${number} is ${state}`, async () => {
      last = await this.get(order)
      return last.milestones[number]?.state === state
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; it is ${last?.milestones[number]?.state} ${JSON.stringify(last?.exceptions)}`)
    })
    return this.get(order)
  }

  async dispute(id: string): Promise<WireDispute> {
    return valueOf(await this.hub.bus.call(getDispute, { id, actor: actorOf(this.buyer.party) }))
  }

  async reachDispute(id: string, state: string): Promise<WireDispute> {
    await until(`dispute is ${state}`, async () => (await this.dispute(id)).state === state)
    return this.dispute(id)
  }

  ledgerOf(name: string | undefined): SimLedger {
    return name === this.west.name ? this.west : this.east
  }

  /** Locks a coin exactly as a leg (or an announced surplus) demands, but for `change` and another amount. */
  async lock(
    leg: Pick<WireLeg, 'ledger' | 'asset' | 'amount' | 'condition'> | undefined,
    changed: { readonly amount?: bigint; readonly change?: Partial<EscrowCondition> } = {},
  ): Promise<void> {
    const { condition: hex, ledger: name, asset, amount } = leg ?? {}
    const ledger = this.ledgerOf(name)
    const condition = expectOk(decodeCondition(fromHex(hex ?? '')), 'a leg with a condition')
    if (condition.kind !== 'escrow') throw new Error('an escrow leg')
    const given = { ...condition, ...changed.change }
    const locked = { asset: asset as AssetCode, amount: changed.amount ?? BigInt(amount ?? 0), condition: given }
    await must(ledger, lock(ledger, this.buyer.key, locked))
  }

  /** Spends an escrow coin by a path, signed by these keys. */
  async spend(
    at: { readonly ledger?: string; readonly coordinate?: string } | undefined,
    path: SpendPath,
    given: { readonly keys?: readonly Key[]; readonly code?: Preimage } = {},
  ) {
    const ledger = this.ledgerOf(at?.ledger)
    const coin = ledger.state.coin((at?.coordinate ?? '') as Coordinate)
    if (coin === undefined) throw new Error('an unspent coin')
    const outputs = expectOk(prescribedOutputs(coin, path), 'outputs')
    const preimages = given.code === undefined ? [] : [given.code]
    await must(ledger, signed(ledger, { inputs: [{ coin: coin.coordinate, path }], outputs, preimages }, ...(given.keys ?? [])))
  }

  async delivered(order: WireOrder, by = this.carrier) {
    const [leg] = order.milestones[0]?.legs ?? []
    const chain = this.ledgerOf(leg?.ledger).chain
    // the border: a view's own texts
    const statement = {
      chain,
      order: order.order as OrderId,
      milestone: 0,
      coin: (leg?.coordinate ?? '') as Coordinate,
      at: this.east.now(),
    }
    return stated(by, encodeDelivered(statement), deliveredMessage(statement))
  }

  async openDispute(order: WireOrder, by: Person): Promise<Answer<WireDispute, string>> {
    const { opened } = await this.disputeStatement(order, by)
    const asked = { id: order.id, milestone: 0, party: by.party, claim: 'it arrived broken', opened }
    return this.hub.bus.call(openDispute, { ...asked, idempotencyKey: this.key(), actor: actorOf(by.party) })
  }

  ship(order: WireOrder): Promise<Answer<WireOrder, string>> {
    return this.hub.bus.call(shipMilestone, {
      id: order.id,
      milestone: 0,
      idempotencyKey: this.key(),
      actor: actorOf(this.shop.party),
    })
  }

  /** What stops the clock: the party's signed word over order and milestone. */
  async disputeStatement(order: WireOrder, by: Person) {
    const statement: ApprovalStatement = {
      subject: 'dispute',
      account: by.key.account,
      hash: disputeHash({ order: order.order as OrderId, milestone: 0 }),
      validUntil: after(this.east.now(), HOUR),
    }
    return { opened: await stated(by.key, encodeApproval(statement), approvalMessage(HUB, statement)) }
  }

  /** A signature over a ruling's body, as operators and consenting parties give it. */
  ruling(body: string, by: Key) {
    return stated(by, fromHex(body), rulingMessage(HUB, expectOk(decodeRuling(fromHex(body)), 'a ruling')))
  }

  /** A quote over exactly `amount` CNY for EUR, from an offer of the provider at 8 CNY a EUR. */
  async quote(amount: bigint) {
    const { provider, buyer, hub, east, west } = this
    const actor = actorOf(provider.party)
    const owner = provider.key.account
    const liquidity = valueOf(
      await hub.bus.call(openLiquidity, { idempotencyKey: this.key(), actor, provider: provider.party, owner }),
    )
    const account = liquidity.account as Key['account']
    const condition = { kind: 'account', account } as const
    await must(west, lock(west, provider.key, { asset: CNY, amount: 200_000n, condition }))
    const statement = {
      offer: '0f'.repeat(16),
      give: { chain: west.chain, asset: CNY, account },
      take: { chain: east.chain, asset: EUR, account },
      numerator: 8n,
      denominator: 1n,
      min: 1n,
      max: 100_000n,
      inventory: 150_000n,
      expiry: after(west.now(), 10 * HOUR),
    }
    const offer = await stated(provider.key, encodeOffer(statement), offerMessage(HUB, statement))
    valueOf(await hub.bus.call(createOffer, { idempotencyKey: this.key(), actor, provider: provider.party, offer }))
    const wanted = { give: { ledger: east.name, asset: EUR }, take: { ledger: west.name, asset: CNY }, fixed: 'receive' } as const
    const asked = { idempotencyKey: this.key(), actor: actorOf(buyer.party), payer: buyer.party, ...wanted, amount: `${amount}` }
    return valueOf(await hub.bus.call(createQuote, asked))
  }

  paired(quote: { readonly id: string }, secret: Preimage): Asked {
    const settle = { ledger: this.west.name, asset: CNY }
    return { milestones: [{ settle, amount: '16000', quote: quote.id, deliveryHash: lockOf(secret) }] }
  }

  async advanceTo(time: number): Promise<void> {
    const ahead = time - this.east.now()
    if (ahead > 0) await this.hub.advance(ahead)
  }

  eur = (key: Key): bigint => this.east.balance(key.account, EUR)
  cny = (key: Key): bigint => this.west.balance(key.account, CNY)
  now = (): Time => this.east.now()
}
