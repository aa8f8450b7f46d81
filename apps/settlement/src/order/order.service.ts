// Orders: offered, agreed to and called off here; funded, released and refunded on the ledgers. Every command runs the one path of deals.
import {
  type Actor,
  type AgreeOrder,
  type Answer,
  type DealById,
  type CancelOrder,
  type CreateOrder,
  type DeliverMilestone,
  type Page,
  type ShipMilestone,
  type WireOrder,
} from '@huitong/contracts'
import { runCommand, type CommandKey, firstAnswer } from '@huitong/platform'
import { type OrderId, type Result, err, fromHex, ok, sha256, toHex } from '@huitong/primitives'
import { createOrder } from '@huitong/protocol'
import { Inject, Injectable } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { actorName, actsFor, listedParty, maySee } from '../access/access.js'
import { DealService } from '../deal/deal.service.js'
import { DealStore } from '../deal/deal.store.js'
import { newId, uuidOf } from '../deal/id.js'
import type { Deal } from '../deal/kind.js'
import { Ledgers } from '../ledgers/ledgers.js'
import { shortagesOf, surplusOf } from '../refund/surplus.js'
import { TERMS, type Terms } from '../terms.js'
import type { OrderDealEvent } from './order.decide.js'
import { type OrderDeal, type OrderFile, orderDeal } from './order.file.js'
import { OrderKind } from './order.kind.js'
import { ends, milestoneOf, openLegsOf, termsOfMilestone } from './order.legs.js'
import { OrderPlacing } from './order.placing.js'
import { type OrderRefusal, orderRefusal } from './order.refusals.js'
import { type AskedOrder, orderTerms } from './order.terms.js'
import { orderView } from './order.view.js'
import { Statements } from './statements.js'
import { commandKey } from '../deal/command-key.js'

type Answered = Promise<Answer<WireOrder, OrderRefusal>>

@Injectable()
export class OrderService {
  constructor(
    private readonly kind: OrderKind,
    private readonly deals: DealService,
    private readonly store: DealStore,
    private readonly placing: OrderPlacing,
    private readonly statements: Statements,
    private readonly ledgers: Ledgers,
    private readonly database: DataSource,
    @Inject(TERMS) private readonly terms: Terms,
  ) {}

  create(request: CreateOrder): Answered {
    return firstAnswer(this.database, commandKey('order.create', request), (key) => this.#create(request, key))
  }

  async #create(request: CreateOrder, key: CommandKey): Answered {
    const { actor, ...body } = request
    const allowed = actsFor(actor, body.buyer)
    if (!allowed.ok) return allowed
    const ready = await this.placing.ready(body)
    if (!ready.ok) return ready
    return runCommand(this.database, key, async (unit) => {
      const id = newId(this.kind.prefix)
      // the border: a typed id ends in 16 bytes in hexadecimal
      const order = uuidOf(id) as OrderId
      const taken = await this.placing.take(unit, { id, body })
      if (!taken.ok) return taken
      const env = await this.ledgers.env(unit)
      const places = { ...ready.value, order, quotes: taken.value }
      const built = orderTerms(body, places, { env, hub: this.terms })
      if (!built.ok) return built
      const { terms, details } = built.value
      const quotes = [...taken.value].map(([milestone, quote]) => ({
        milestone,
        quote: quote.id,
        firmUntil: fundByOf(terms, milestone),
      }))
      const file = this.#file({ order, milestones: terms.milestones }, body, { details, quotes })
      if (!file.ok) return file
      const made = createOrder(terms, env)
      if (!made.ok) return err('terms_invalid', made.detail ?? made.code, made.field)
      const { effects } = made.value
      const by = { actor: actorName(actor), event: 'create' }
      const deal = await this.deals.create(unit, this.kind, { id, state: orderDeal(made.value.state, file.value), effects, by })
      return deal.ok ? ok(this.view(deal.value, actor)) : err('hash_reused', undefined, 'deliveryHash')
    })
  }

  agree(request: AgreeOrder): Answered {
    return firstAnswer(this.database, commandKey('order.agree', request), () => this.#agree(request))
  }

  async #agree(request: AgreeOrder): Answered {
    const found = await this.seen(request)
    if (!found.ok) return found
    const allowed = actsFor(request.actor, request.party)
    if (!allowed.ok) return allowed
    const { order } = found.value.state
    const by = order.terms.milestones.flatMap((milestone) => {
      const { buyers, merchants } = ends(milestone)
      return [
        ...(order.terms.buyer === request.party ? [{ ledger: this.#name(buyers.chain), account: buyers.payer }] : []),
        ...(milestone.merchant === request.party ? [{ ledger: this.#name(merchants.chain), account: merchants.payee }] : []),
      ]
    })
    if (by.length === 0) return err('wrong_party', undefined, 'party')
    const wanted = { subject: 'orderTerms', hash: order.termsHash, by } as const
    const place = await this.statements.approval(request.approval, wanted)
    if (!place.ok) return place
    const { party, approval: signed } = request
    const event = { kind: 'approve', party, account: place.value.account, signed, termsHash: order.termsHash } as const
    return this.command(request, 'agree', event)
  }

  async cancel(request: CancelOrder): Answered {
    const found = await this.seen(request)
    if (!found.ok) return found
    const by = this.kind.outline(found.value.state).parties.find((party) => actsFor(request.actor, party).ok)
    return by === undefined ? err('forbidden') : this.command(request, 'cancel', { kind: 'withdraw', by })
  }

  async ship(request: ShipMilestone): Answered {
    const found = await this.seen(request)
    if (!found.ok) return found
    const terms = termsOfMilestone(found.value.state.order.terms, request.milestone)
    if (terms === undefined) return err('milestone_unknown', undefined, 'milestone')
    const allowed = actsFor(request.actor, terms.merchant)
    if (!allowed.ok) return allowed
    const event = { kind: 'ship', by: terms.merchant, milestone: request.milestone, shipment: request.tracking ?? '' } as const
    return this.command(request, 'ship', event)
  }

  deliver(request: DeliverMilestone): Answered {
    return firstAnswer(this.database, commandKey('order.deliver', request), () => this.#deliver(request))
  }

  async #deliver(request: DeliverMilestone): Answered {
    const found = await this.seen(request)
    if (!found.ok) return found
    const { milestone: number, delivered: signed } = request
    const { order } = found.value.state
    const terms = termsOfMilestone(order.terms, number)
    if (terms === undefined) return err('milestone_unknown', undefined, 'milestone')
    const milestone = milestoneOf(order, number)
    const [open] = milestone === undefined ? [] : openLegsOf(milestone.legs)
    // the answer to a repeated statement is the machine's: the coin has moved under the hold by then
    const isKnown = found.value.state.file.delivered.some((one) => one.milestone === number && one.signed.body === signed.body)
    if (!isKnown) {
      if (open === undefined) return err('wrong_state', 'no money is locked for this milestone')
      const wanted = {
        chain: ends(terms).merchants.chain,
        order: order.terms.order,
        milestone: number,
        coin: open.leg.coin.coordinate,
      }
      const fault = await this.statements.delivered(signed, wanted)
      if (fault !== undefined) return fault
    }
    const evidence = toHex(sha256(fromHex(signed.body)))
    return this.command(request, 'deliver', { kind: 'deliver', milestone: number, evidence, signed })
  }

  async get(request: DealById): Answered {
    const deal = await this.deals.newest(this.database.manager, this.kind, request)
    return deal === undefined ? err('order_unknown', undefined, 'id') : ok(this.view(deal, request.actor))
  }

  async list(page: Page): Promise<Answer<{ readonly items: readonly WireOrder[]; readonly next?: string }, never>> {
    const { limit, after, state, actor } = page
    const { manager } = this.database
    const found = await this.store.page(manager, {
      kind: this.kind.kind,
      limit,
      ...(after === undefined ? {} : { after }),
      ...(state === undefined ? {} : { state }),
      ...listedParty(actor),
    })
    const items = found.map((row) => this.view(this.deals.read(this.kind, row), actor))
    const last = items.at(-1)
    return ok({ items, ...(items.length < limit || last === undefined ? {} : { next: last.id }) })
  }

  /** The order, if the actor may know of it. */
  async seen({ id, actor }: { readonly id: string; readonly actor: Actor }): Promise<Result<Deal<OrderDeal>, 'order_unknown'>> {
    const deal = await this.deals.find(this.database.manager, this.kind, id)
    return deal !== undefined && maySee(actor, deal.parties) ? ok(deal) : err('order_unknown', undefined, 'id')
  }

  view(deal: Deal<OrderDeal>, actor: Actor): WireOrder {
    return orderView(this.ledgers, { deal, coins: deal.coins(), actor, env: deal.env })
  }

  async command(
    request: { readonly id: string; readonly actor: Actor; readonly idempotencyKey: string; readonly version?: number },
    name: string,
    event: OrderDealEvent,
  ): Answered {
    const { actor } = request
    return runCommand(this.database, commandKey(`order.${name}`, request), async (unit) => {
      const by = { actor: actorName(actor), event: name }
      const applied = await this.deals.apply(unit, this.kind, { id: request.id, version: request.version, event, by })
      if (applied.ok) return ok(this.view(applied.value, actor))
      const refused = orderRefusal(applied)
      return refused.code === 'dispute_open'
        ? err('wrong_state', refused.detail)
        : err(refused.code, refused.detail, refused.field)
    })
  }

  #file(
    priced: { readonly order: OrderId; readonly milestones: OrderDeal['order']['terms']['milestones'] },
    body: AskedOrder,
    known: Pick<OrderFile, 'details' | 'quotes'>,
  ): Result<OrderFile, 'terms_invalid' | 'amount_out_of_range'> {
    const at = { ...priced, nameOf: (chain: Parameters<Ledgers['ofChain']>[0]) => this.#name(chain) }
    const surplus = surplusOf(at, body.tendered ?? [])
    if (!surplus.ok) return surplus
    const shortages = shortagesOf(at, body.listed ?? [])
    if (!shortages.ok) return shortages
    return ok({
      ...known,
      ...(body.reference === undefined ? {} : { reference: body.reference }),
      approvals: [],
      delivered: [],
      splits: [],
      disputes: [],
      rulings: [],
      surplus: surplus.value,
      shortages: shortages.value,
    })
  }

  #name(chain: Parameters<Ledgers['ofChain']>[0]): string {
    return this.ledgers.ofChain(chain).name
  }
}

function fundByOf(terms: OrderDeal['order']['terms'], milestone: number) {
  const found = termsOfMilestone(terms, milestone)
  if (found === undefined) throw new RangeError('a quote is of a milestone')
  return found.fundBy
}
