// The people and deals that bad requests are tried on: each deal stands where one more good request would go through. Decides nothing.
import { type OfferStatement, encodeOffer, offerMessage } from '@huitong/chain'
import {
  type Dto,
  type Party,
  accountOf,
  fundingOf,
  legCoin,
  openAccount,
  payoutLeg,
  refundMilestone,
  signDelivered,
  systemEntropy,
  until,
} from '@huitong/sdk'
import { type HashLock, type OrderId, type Preimage, after, hexOf, lockOf, toHex } from '@huitong/primitives'
import type { Stage } from '../../../apps/cli/src/demo/stage.js'
import type { House } from '../house.js'
import { PEARL, POINT, TAEL, settle } from '../people.js'
import { Feed, type Sale, Shop, milestoneOf } from '../shop.js'
import type { Request } from './request.js'

export const MINUTE = 60_000
const GRANT = 1_000_000n

export interface World {
  readonly deals: readonly { readonly id: string; readonly version: number; readonly state: string }[]
  readonly offers: readonly unknown[]
  readonly balances: readonly unknown[]
  readonly heights: readonly string[]
  readonly told: number
}

export class Cast {
  /** Ids of what good requests made, by name. */
  readonly #ids = new Map<string, string>()
  readonly #sales = new Map<string, Sale>()

  private constructor(
    readonly house: House,
    readonly stage: Stage,
    readonly shop: Shop,
    /** Buys; pays on two ledgers. */
    readonly alice: Party,
    /** Sells. */
    readonly silks: Party,
    /** A stranger to everything but a swap. */
    readonly bob: Party,
    /** Provides liquidity of its own. */
    readonly lender: Party,
    readonly feed: Feed,
    /** Has an account that the hub does not know to be its own. */
    readonly unbound: Party,
    /** Has lost its keys; the notary may vouch. */
    readonly forgetful: Party,
    readonly notary: Party,
    /** Alice's, for reading only. */
    readonly readOnly: string,
  ) {}

  static async open(house: House): Promise<Cast> {
    const stage = await settle(house)
    const [alice, bob, silks, lender] = [
      await stage.person('Alice', [TAEL, POINT]),
      await stage.person('Bob', [TAEL, POINT]),
      await stage.person('Silks', [TAEL]),
      await stage.person('Lender', [TAEL, POINT]),
    ]
    await stage.grant(alice.account.id, TAEL, GRANT)
    const { secret } = await alice.hub.createApiKey({ label: 'reader', scopes: ['read'] })
    const feed = await Feed.open(house, { hub: house.admin })
    const unbound = await stage.person('Unbound', [])
    const ledger = await stage.network.ledger(TAEL)
    await openAccount(ledger, unbound.account, await unbound.frame(ledger, {}))
    const [notary, second] = [await stage.person('Notary', [TAEL]), await stage.person('Second notary', [TAEL])]
    const recovery = { authorities: [notary.account.id, second.account.id], quorum: 2, delayMs: 3 * 24 * 60 * MINUTE }
    const { party: forgetful } = await stage.network.enrolment.party('Forgetful', { ledgers: [TAEL.ledger], recovery })
    const shop = new Shop(house, stage)
    const cast = new Cast(house, stage, shop, alice, silks, bob, lender, feed, unbound, forgetful, notary, secret ?? '')
    await cast.#arrange()
    return cast
  }

  keep = (name: string, id: unknown): void => void this.#ids.set(name, String(id))

  id(name: string): string {
    const id = this.#ids.get(name)
    if (id === undefined) throw new Error(`${name} is not there yet`)
    return id
  }

  sale(name: string): Sale {
    const sale = this.#sales.get(name)
    if (sale === undefined) throw new Error(`no sale ${name}`)
    return sale
  }

  /** The order as its buyer sees it now. */
  order = (name: string): Promise<Dto['OrderDto']> => this.alice.hub.order(this.sale(name).order.id)

  get operators() {
    const [first, second] = this.stage.network.operators
    if (first === undefined || second === undefined) throw new Error('two operators')
    return { first, second }
  }

  quote = (change: Partial<Dto['CreateQuoteDto']> = {}): Promise<Dto['QuoteDto']> =>
    this.alice.hub.createQuote({ ...quoteOf(this.alice), ...change })

  /** All that a request could have changed, as the people and an admin see it. */
  async world(): Promise<World> {
    const { admin } = this.house
    const people = [this.alice, this.bob, this.silks, this.lender]
    const lists = await Promise.all([admin.orders(), admin.swaps(), admin.conversions(), admin.disputes()])
    const balances = [TAEL, POINT].map(async (token) => {
      const ledger = await this.stage.network.ledger(token)
      return Promise.all(people.map(({ account }) => ledger.balances(account.id).catch(() => [])))
    })
    return {
      deals: lists.flatMap(({ items }) => items.map(({ id, version, state }) => ({ id, version, state }))),
      offers: (await admin.offers()).items,
      balances: await Promise.all(balances),
      ...(await this.traces()),
    }
  }

  /** What no change leaves as it was: every effect is in a block or in the feed, sooner or later. */
  async traces(): Promise<{ readonly heights: readonly string[]; readonly told: number }> {
    const { items } = await this.house.admin.listLedgers()
    return { heights: items.map(({ ledger, status }) => `${ledger} ${status?.height}`), told: this.feed.heard.length }
  }

  /** Waits until nothing moves any more and the feed has told it all. */
  async still(): Promise<World> {
    let before = ''
    return until(
      this.house.admin.http,
      'everything to be still',
      () => this.world(),
      (world) => {
        const now = JSON.stringify(world, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
        const isSame = now === before
        before = now
        return (
          isSame &&
          world.deals.every(({ id, version }) => this.feed.heard.some((told) => told.subject === id && told.version === version))
        )
      },
      { deadlineMs: 20_000, intervalMs: 40 },
    )
  }

  async #arrange(): Promise<void> {
    const { shop, alice, silks, bob } = this
    const known = { buyer: alice, merchant: silks }
    const made = async (name: string, sale: Promise<Sale>): Promise<void> => void this.#sales.set(name, await sale)
    const DAY = 24 * 60 * MINUTE
    this.keep('expired quote', (await this.quote()).id)
    this.keep('expired swap', (await alice.hub.createSwap({ ...swapOf(alice, bob), acceptWithinMs: MINUTE })).id)
    this.keep('expired offer', await this.#shortOffer())
    await this.stage.passTime(TAEL, 10 * MINUTE)
    for (const name of ['draft', 'doomed', 'late', 'gone']) await made(name, shop.drafted({}, known))
    await alice.hub.cancelOrder(this.sale('gone').order.id)
    await made('paid', shop.funded({}, known))
    for (const name of ['slow', 'sound', 'sued', 'ruled', 'contested'])
      await made(name, shop.funded({ inspectionMs: DAY }, known))
    const held = { inspectionMs: DAY, change: { payment: { over: 'hold' } } } as const
    await made('odd', shop.agreed(held, known))
    await this.#overpay(this.sale('odd'))
    this.keep('ruled', (await shop.disputed(this.sale('ruled'))).id)
    await shop.rule(this.id('ruled'), 5_000n)
    this.keep('contested', (await shop.disputed(this.sale('contested'))).id)
    await made('closed', shop.funded({ inspectionMs: DAY }, known))
    this.keep('closed', (await shop.disputed(this.sale('closed'))).id)
    await refundMilestone(silks, milestoneOf(await this.order('closed')))
    await shop.reachCase(this.sale('closed'), this.id('closed'), 'MOOT')
    this.keep('called off', (await alice.hub.createSwap(swapOf(alice, bob))).id)
    await alice.hub.cancelSwap(this.id('called off'))
  }

  /** The provider's, pearls for taels, for five minutes. */
  async #shortOffer(): Promise<string> {
    const { provider, liquidity } = this.stage.network
    const account = accountOf(liquidity.account)
    const [give, take] = [await this.stage.network.ledger(PEARL), await this.stage.network.ledger(TAEL)]
    const statement: OfferStatement = {
      offer: toHex(systemEntropy.bytes(16)),
      give: { chain: give.chain, asset: PEARL.asset, account },
      take: { chain: take.chain, asset: TAEL.asset, account },
      numerator: 1n,
      denominator: 1n,
      min: 1n,
      max: 10n,
      inventory: 10n,
      expiry: after(await give.now(), 5 * MINUTE),
    }
    const offer = await this.signedOffer(provider, statement)
    return (await provider.hub.createOffer({ provider: provider.id, offer })).id
  }

  async signedOffer({ account: { signer } }: Party, statement: OfferStatement, hub?: string): Promise<Dto['SignedStatementDto']> {
    const signature = await signer.sign(offerMessage(hub ?? (await this.house.admin.identity()), statement))
    return { body: toHex(encodeOffer(statement)), publicKey: signer.publicKey, signature }
  }

  async #overpay({ buyer, order }: Sale): Promise<void> {
    const [due] = fundingOf(buyer, order, TAEL.ledger)
    if (due === undefined) throw new Error('nothing is due')
    const ledger = await this.shop.ledger()
    await buyer.payOutputs(ledger, [{ ...due, amount: due.amount + 5n }])
    const found = await until(
      buyer.hub.http,
      'the coin on hold',
      () => buyer.hub.order(order.id),
      ({ exceptions }) => exceptions.some(({ kind }) => kind === 'on_hold'),
    )
    this.keep('coin on hold', found.exceptions.find(({ kind }) => kind === 'on_hold')?.coin?.coordinate)
  }

  /** The carrier's word about a sale's coin, with changes. */
  async delivered(
    name: string,
    change: Partial<Parameters<typeof signDelivered>[1]> = {},
    carrier = this.stage.network.carrier.signer,
  ): Promise<Dto['SignedStatementDto']> {
    const order = await this.order(name)
    const ledger = await this.shop.ledger()
    const { coordinate: coin } = await legCoin(ledger, payoutLeg(milestoneOf(order)))
    const said = { chain: ledger.chain, order: order.order as OrderId, milestone: 0, coin, at: await ledger.now() }
    return signDelivered(carrier, { ...said, ...change })
  }
}

export const keyOf = ({ hub }: Pick<Party, 'hub'>): string => hub.http.options.apiKey ?? ''

/** The same request by somebody else. */
export const by =
  (who: Pick<Party, 'hub'>) =>
  (good: Request): Request => ({ ...good, as: keyOf(who) })

export const fresh = (): HashLock => lockOf(hexOf<Preimage>(systemEntropy.bytes(32)))

/** A signature with four of its digits changed. */
export const forged = (signed: Dto['SignedStatementDto']): Dto['SignedStatementDto'] => ({
  ...signed,
  signature: `${signed.signature.slice(0, 60)}${signed.signature.slice(60, 64) === '0000' ? '1111' : '0000'}${signed.signature.slice(64)}`,
})

export const quoteOf = ({ id }: Party): Dto['CreateQuoteDto'] => ({
  payer: id,
  give: { ledger: TAEL.ledger, asset: TAEL.asset },
  take: { ledger: POINT.ledger, asset: POINT.asset },
  fixed: 'send',
  amount: '1000',
})

export const swapOf = (initiator: Party, counterparty: Party): Dto['CreateSwapDto'] => ({
  initiator: initiator.id,
  counterparty: counterparty.id,
  give: { ledger: TAEL.ledger, asset: TAEL.asset },
  giveAmount: '1000',
  take: { ledger: POINT.ledger, asset: POINT.asset },
  takeAmount: '2000',
  hash: fresh(),
  giveAccount: initiator.address,
  takeAccount: initiator.address,
})
