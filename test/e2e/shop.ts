// A shop on a started hub, for the acceptance tests of the themes: orders at every step, the hub's clock, the live feed. Decides nothing, waits with
// deadlines only.
import {
  type Dto,
  type Party,
  agree,
  fund,
  legCoin,
  openDispute,
  payoutLeg,
  signDelivered,
  signRuling,
  systemEntropy,
  until,
} from '@huitong/sdk'
import { type OrderId, type Preimage, type Time, hexOf, lockOf } from '@huitong/primitives'
import type { Stage } from '../../apps/cli/src/demo/stage.js'
import type { House } from './house.js'
import { TAEL, type TokenOf } from './people.js'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
type Order = Dto['OrderDto']
type Milestone = Dto['MilestoneDto']

export interface Sale {
  readonly buyer: Party
  readonly merchant: Party
  readonly order: Order
  /** The delivery code, unless the sale is inspected. */
  readonly code: Preimage
}

export interface Wish {
  readonly amount?: bigint
  /** Instead of a delivery code. */
  readonly inspectionMs?: number
  readonly payIn?: TokenOf
  readonly change?: Partial<Dto['MilestoneTermsDto']>
}

export class Shop {
  #people = 0
  /** Issues of one asset come one after another: each carries the next number. */
  #issues: Promise<unknown> = Promise.resolve()

  constructor(
    readonly house: House,
    readonly stage: Stage,
  ) {}

  /** A new buyer with money and a new merchant. */
  async pair(): Promise<{ readonly buyer: Party; readonly merchant: Party }> {
    const name = `${(this.#people += 1)}`
    const [buyer, merchant] = await Promise.all([
      this.stage.person(`buyer ${name}`, [TAEL]),
      this.stage.person(`merchant ${name}`, [TAEL]),
    ])
    this.#issues = this.#issues.then(() => this.stage.grant(buyer.account.id, TAEL, 1_000_00n))
    await this.#issues
    return { buyer, merchant }
  }

  ledger = () => this.stage.network.ledger(TAEL)
  now = async (): Promise<Time> => (await this.ledger()).now()

  /** Moves every clock of the hub to a time, or by some milliseconds. */
  async advance(to: { readonly by: number } | { readonly to: string | number }): Promise<void> {
    const time = 'by' in to ? (await this.now()) + to.by : typeof to.to === 'string' ? Date.parse(to.to) : to.to
    await this.house.admin.advanceClock(time as Time)
  }

  async terms(merchant: Party, code: Preimage, wish: Wish = {}): Promise<Dto['MilestoneTermsDto']> {
    const now = await this.now()
    const at = (days: number): string => new Date(now + days * DAY).toISOString()
    return {
      merchant: merchant.id,
      payee: merchant.address,
      settle: { ledger: TAEL.ledger, asset: TAEL.asset },
      amount: `${wish.amount ?? 100_00n}`,
      ...(wish.inspectionMs === undefined ? { deliveryHash: lockOf(code) } : { inspectionMs: wish.inspectionMs }),
      shipBy: at(3),
      deadline: at(12),
      latest: at(60),
      items: [],
      ...wish.change,
    }
  }

  async drafted(wish: Wish = {}, known?: { readonly buyer: Party; readonly merchant: Party }): Promise<Sale> {
    const { buyer, merchant } = known ?? (await this.pair())
    const code = hexOf<Preimage>(systemEntropy.bytes(32))
    const body = { buyer: buyer.id, payer: buyer.address, milestones: [await this.terms(merchant, code, wish)] }
    return { buyer, merchant, code, order: await buyer.hub.createOrder(body) }
  }

  async agreed(wish: Wish = {}, known?: { readonly buyer: Party; readonly merchant: Party }): Promise<Sale> {
    const sale = await this.drafted(wish, known)
    await agree(sale.buyer, sale.order)
    return { ...sale, order: await agree(sale.merchant, sale.order) }
  }

  async funded(wish: Wish = {}, known?: { readonly buyer: Party; readonly merchant: Party }): Promise<Sale> {
    const sale = await this.agreed(wish, known)
    await fund(sale.buyer, sale.order)
    return { ...sale, order: await this.reach(sale, 'FUNDED') }
  }

  /** Shipped, and its delivery signed by the carrier: the arbiter's inspection hold is final. */
  async inspected(inspectionMs = 3 * DAY): Promise<Sale> {
    const sale = await this.funded({ inspectionMs })
    const { merchant, order } = sale
    await merchant.hub.shipOrder(order.id, { milestone: 0 })
    const ledger = await this.ledger()
    const { coordinate: coin } = await legCoin(ledger, payoutLeg(milestoneOf(order)))
    const said = { chain: ledger.chain, order: order.order as OrderId, milestone: 0, coin, at: await ledger.now() }
    const delivered = await signDelivered(this.stage.network.carrier.signer, said)
    await merchant.hub.deliveredOrder(order.id, { milestone: 0, delivered })
    return { ...sale, order: await this.reach(sale, 'INSPECTION') }
  }

  /** In dispute by the buyer's word: the holds are final. */
  async disputed(sale: Sale, claim = 'not as described'): Promise<Dto['DisputeDto']> {
    const { id } = await openDispute(sale.buyer, sale.order, { milestone: 0, claim })
    return this.reachCase(sale, id, 'OPEN')
  }

  reachCase(sale: Sale, id: string, state: string): Promise<Dto['DisputeDto']> {
    const { hub } = sale.buyer
    return until(
      hub.http,
      `${id} to be ${state}`,
      () => hub.dispute(id),
      (view) => view.state === state,
      PATIENCE,
    )
  }

  /** Ruled by the hub's two operators, from what the hub itself knows. */
  async rule(dispute: string, toMerchant: bigint): Promise<void> {
    const { operators, hub } = this.stage.network
    const [first] = operators
    const proposed = await first?.hub.ruleDispute(dispute, { toMerchant: `${toMerchant}`, reasons: 'from the hub’s own record' })
    const id = await hub.identity()
    for (const operator of operators) {
      const signed = await signRuling(id, operator.signer, proposed?.ruling?.body ?? '', () => undefined)
      await operator.hub.signRuling(dispute, { signed })
    }
  }

  /** The order once its milestone is in one of these states. */
  reach({ buyer, order }: Sale, ...states: readonly string[]): Promise<Order> {
    const what = `${order.id} to be ${states.join(' or ')}`
    return until(
      buyer.hub.http,
      what,
      () => buyer.hub.order(order.id),
      (view) => states.includes(milestoneOf(view).state),
      PATIENCE,
    )
  }

  reachOrder({ buyer, order }: Sale, enough: (view: Order) => boolean): Promise<Order> {
    return until(buyer.hub.http, `${order.id} to get there`, () => buyer.hub.order(order.id), enough, PATIENCE)
  }

  /** Units of the account, in hand and locked. */
  async total({ account }: Party): Promise<bigint> {
    const [balance] = await (await this.ledger()).balances(account.id)
    return balance?.total ?? 0n
  }

  async ready(role: string, restarts: number): Promise<void> {
    const unit = () => this.house.hub.status().find((each) => each.role === role)
    await expect.poll(unit, { timeout: 60_000 }).toMatchObject({ state: 'ready', restarts })
  }

  restartsOf(role: string): number {
    return this.house.hub.status().find((each) => each.role === role)?.restarts ?? 0
  }
}

const PATIENCE = { deadlineMs: 60_000, intervalMs: 20 }

export function milestoneOf(order: Order): Milestone {
  const [milestone] = order.milestones
  if (milestone === undefined) throw new Error(`${order.id} has no milestone`)
  return milestone
}

/** released + refunded + fees + remaining = funded, as the API tells it. */
export function isBalanced({ funded, released, refunded, fees, remaining }: Milestone): boolean {
  return BigInt(released) + BigInt(refunded) + BigInt(fees) + BigInt(remaining) === BigInt(funded)
}

export interface Heard {
  readonly cursor: number
  readonly type: string
  readonly subject: string
  readonly version: number
}

/** A consumer of the live feed: hears everything in order, from a cursor on. */
export class Feed {
  readonly heard: Heard[] = []
  readonly #end = new AbortController()

  private constructor() {}

  static async open(house: House, party: Pick<Party, 'hub'>, after?: number): Promise<Feed> {
    const feed = new Feed()
    const response = await connect(house, party, feed.#end.signal, after)
    void feed.#listen(response)
    return feed
  }

  close(): void {
    this.#end.abort()
  }

  async until(enough: (event: Heard) => boolean): Promise<Heard> {
    await expect.poll(() => this.heard.some(enough), { timeout: 30_000, interval: 5 }).toBe(true)
    const found = this.heard.find(enough)
    if (found === undefined) throw new Error('it was heard')
    return found
  }

  of(subject: string): readonly Heard[] {
    return this.heard.filter((event) => event.subject === subject)
  }

  async #listen(response: Response): Promise<void> {
    const decoder = new TextDecoder()
    let text = ''
    try {
      for await (const bytes of response.body ?? []) {
        text += decoder.decode(bytes, { stream: true })
        const parts = text.split('\n\n')
        text = parts.pop() ?? ''
        for (const part of parts) {
          const data = /^data: (.*)$/m.exec(part)?.[1]
          if (data !== undefined) this.heard.push(JSON.parse(data))
        }
      }
    } catch {
      // the listener left
    }
  }
}

/** An open stream of events that nobody reads unless the caller does. */
export function connect(house: House, party: Pick<Party, 'hub'>, signal: AbortSignal, after?: number): Promise<Response> {
  const query = after === undefined ? '' : `?after=${after}`
  return fetch(`${house.url}/v1/events${query}`, {
    signal,
    headers: { authorization: `Bearer ${party.hub.http.options.apiKey ?? ''}` },
  })
}
