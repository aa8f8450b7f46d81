// The settlement process, put together from its real classes as its modules do: services, the one loop, performers, outbox worker, watchers. Only
// what stands at its borders is simulated: database, bus, clock.
import { type Bus, OutboxWorker, Performers, SandboxClock, type Streams } from '@huitong/platform'
import type { LedgerFact } from '@huitong/protocol'
import type { Result, Time } from '@huitong/primitives'
import type { DataSource } from 'typeorm'
import { Alarms } from '../../apps/settlement/src/alarm/alarms.js'
import { HubClock } from '../../apps/settlement/src/clock/hub-clock.js'
import { ConversionEffects } from '../../apps/settlement/src/conversion/conversion.effects.js'
import { ConversionService } from '../../apps/settlement/src/conversion/conversion.service.js'
import { DealChanges } from '../../apps/settlement/src/deal/deal.changes.js'
import { type By, DealService } from '../../apps/settlement/src/deal/deal.service.js'
import type { Deal, DealEffect, DealKind } from '../../apps/settlement/src/deal/kind.js'
import type { Unit } from '../../apps/settlement/src/deal/unit.js'
import { DisputeEffects } from '../../apps/settlement/src/dispute/dispute.effects.js'
import { DisputeModule } from '../../apps/settlement/src/dispute/dispute.module.js'
import { DisputeService } from '../../apps/settlement/src/dispute/dispute.service.js'
import { NegotiationService } from '../../apps/settlement/src/dispute/negotiation.service.js'
import { PgDisputeStore } from '../../apps/settlement/src/dispute/dispute.store.pg.js'
import { HubTransactions } from '../../apps/settlement/src/effect/hub-transactions.js'
import { EffectPerformers } from '../../apps/settlement/src/effect/performer.js'
import { Ledgers } from '../../apps/settlement/src/ledgers/ledgers.js'
import { OfferService } from '../../apps/settlement/src/offer/offer.service.js'
import { OfferStore } from '../../apps/settlement/src/offer/offer.store.js'
import { HubAccounts } from '../../apps/settlement/src/order/hub-accounts.js'
import { OrderEffects } from '../../apps/settlement/src/order/order.effects.js'
import { OrderKind } from '../../apps/settlement/src/order/order.kind.js'
import { OrderModule } from '../../apps/settlement/src/order/order.module.js'
import { OrderPlacing } from '../../apps/settlement/src/order/order.placing.js'
import { AcceptanceService } from '../../apps/settlement/src/order/acceptance.service.js'
import { OrderService } from '../../apps/settlement/src/order/order.service.js'
import { SplitService } from '../../apps/settlement/src/order/split.service.js'
import { Statements } from '../../apps/settlement/src/order/statements.js'
import { Bindings } from '../../apps/settlement/src/party/bindings.js'
import { Headroom } from '../../apps/settlement/src/quote/headroom.js'
import { Markets } from '../../apps/settlement/src/quote/markets.js'
import { QuoteService } from '../../apps/settlement/src/quote/quote.service.js'
import { QuoteStore } from '../../apps/settlement/src/quote/quote.store.js'
import { SwapModule } from '../../apps/settlement/src/swap/swap.module.js'
import { SwapService } from '../../apps/settlement/src/swap/swap.service.js'
import type { Terms } from '../../apps/settlement/src/terms.js'
import { BlockFacts } from '../../apps/settlement/src/watch/block-facts.js'
import { Watchers } from '../../apps/settlement/src/watch/watchers.js'
import { SimulatedDealStore } from './deal-store.js'
import { cheapVerifier } from './keys.js'

/** A decision of a machine, as coverage counts it. */
export interface Decision {
  readonly id: string
  readonly kind: string
  readonly before: unknown
  readonly event: { readonly kind: string }
  readonly after: unknown
  /** The refusal's code. */
  readonly code?: string
}

/** The one path of all decisions, with an ear at it. */
class WatchedDeals extends DealService {
  decided: (decision: Decision) => void = () => undefined

  override async apply<State extends { readonly state: string }, Event, Effect extends DealEffect>(
    unit: Unit,
    kind: DealKind<State, Event, Effect>,
    asked: { readonly id: string; readonly event: Event | LedgerFact; readonly by: By },
  ): Promise<Result<Deal<State>, string>> {
    let before: State | undefined
    const listening: DealKind<State, Event, Effect> = {
      kind: kind.kind,
      prefix: kind.prefix,
      codec: kind.codec,
      decide: (state, event, env) => {
        before = state
        return kind.decide(state, event, env)
      },
      effects: (state, env) => kind.effects(state, env),
      outline: (state) => kind.outline(state),
      duties: kind.duties,
      within: async (unit, deal, effects, before) => kind.within?.(unit, deal, effects, before),
    }
    const applied = await super.apply(unit, listening, asked)
    if (before !== undefined) {
      // the border: every event of every machine has a kind
      const event = asked.event as { readonly kind: string }
      const made = { id: asked.id, kind: kind.kind, before, event }
      this.decided(applied.ok ? { ...made, after: applied.value.state } : { ...made, after: before, code: applied.code })
    }
    return applied
  }
}

export interface SettlementParts {
  readonly database: DataSource
  readonly bus: Bus
  readonly ledgers: readonly string[]
  readonly terms: Terms
  readonly now: () => Time
  readonly decided: (decision: Decision) => void
}

/** One run of the settlement process. */
export class SettlementHost {
  readonly swaps: SwapService
  readonly conversions: ConversionService
  readonly orders: OrderService
  readonly splits: SplitService
  readonly acceptance: AcceptanceService
  readonly disputes: DisputeService
  readonly negotiation: NegotiationService
  readonly quotes: QuoteService
  readonly offers: OfferService
  readonly deals: WatchedDeals
  readonly ledgers: Ledgers
  readonly orderKind: OrderKind
  readonly #watchers: Watchers
  readonly #performers: EffectPerformers
  readonly #worker: OutboxWorker
  readonly #conversionEffects: ConversionEffects
  readonly #modules: readonly { onModuleInit(): void }[]
  readonly #transactions: HubTransactions
  readonly #alarms: Alarms

  constructor(private readonly parts: SettlementParts) {
    const { database, bus, terms, now, decided } = parts
    const clock = new HubClock(new SandboxClock({ load: () => 0, save: () => undefined }, { now }))
    const store = new SimulatedDealStore()
    const ledgers = new Ledgers(bus, database, clock, parts.ledgers, terms)
    this.ledgers = ledgers
    const bindings = new Bindings(bus)
    this.deals = new WatchedDeals(store, ledgers, clock, new DealChanges(database))
    this.deals.decided = decided
    const outbox = new Performers()
    this.#alarms = new Alarms(store, clock)
    this.#performers = new EffectPerformers(this.deals, store, database, outbox)
    this.#transactions = new HubTransactions(bus, database, ledgers, clock, store)
    const facts = new BlockFacts(this.deals, store, bus, clock)
    // the stream is a hint: the world wakes the watchers itself, or forgets to
    const streams = {
      bus: { onReconnect: () => () => undefined },
      position: () => new Promise(() => undefined),
      hint: () => () => undefined,
    }
    this.#watchers = new Watchers(ledgers, facts, bus, streams as unknown as Streams, database, this.#alarms, cheapVerifier)
    const offerStore = new OfferStore(this.#alarms, terms)
    const quoteStore = new QuoteStore(offerStore)
    this.offers = new OfferService(offerStore, store, ledgers, bindings, clock, bus, database, cheapVerifier, terms)
    const markets = new Markets(offerStore, ledgers, bus, database)
    const headroom = new Headroom(bus, bindings)
    this.quotes = new QuoteService(quoteStore, markets, ledgers, bindings, headroom, facts, database, terms)
    const made = [this.deals, this.#performers, this.#transactions, ledgers] as const
    this.#conversionEffects = new ConversionEffects(...made, quoteStore, offerStore, bus, database, this.#alarms, terms)
    const shared = [this.deals, store] as const
    this.conversions = new ConversionService(
      ...shared,
      this.quotes,
      this.#conversionEffects,
      ledgers,
      bindings,
      database,
      terms,
      quoteStore,
    )
    this.swaps = new SwapService(...shared, ledgers, bindings, database, terms)
    const accounts = new HubAccounts(bus)
    const statements = new Statements(bus, accounts, clock, cheapVerifier)
    this.orderKind = new OrderKind(quoteStore, this.deals)
    const { orderKind } = this
    const placing = new OrderPlacing(ledgers, bindings, accounts, quoteStore, this.quotes, offerStore, database)
    this.orders = new OrderService(orderKind, ...shared, placing, statements, ledgers, database, terms)
    this.acceptance = new AcceptanceService(this.orders)
    this.splits = new SplitService(orderKind, this.orders, this.deals, statements, ledgers, database)
    const performing = [this.#performers, this.#transactions, this.deals, orderKind] as const
    const orderEffects = new OrderEffects(...performing, ledgers, quoteStore, offerStore, clock, bus, database, this.#alarms)
    this.disputes = new DisputeService(this.orders, orderKind, ...shared, statements, ledgers, clock, database)
    this.negotiation = new NegotiationService(this.disputes, this.deals, statements, clock, database)
    const disputeEffects = new DisputeEffects(
      ...performing,
      this.negotiation,
      new PgDisputeStore(),
      ledgers,
      clock,
      bus,
      database,
    )
    const tower = [this.deals, this.#performers, this.#transactions, ledgers, this.#alarms, database, terms] as const
    this.#modules = [
      new SwapModule(...tower),
      new OrderModule(this.deals, orderKind, orderEffects),
      new DisputeModule(this.deals, disputeEffects),
    ]
    this.#worker = new OutboxWorker(database, outbox, { name: 'settlement' })
  }

  /** What happens before the process answers anybody: ledgers are known, kinds and performers registered. */
  async init(): Promise<void> {
    await this.ledgers.onModuleInit()
    this.quotes.onModuleInit()
    this.conversions.onModuleInit()
    for (const module of this.#modules) module.onModuleInit()
  }

  /** Once it answers: the outbox, the watchers, and what was owed. */
  async start(): Promise<void> {
    this.#worker.start()
    this.#watchers.start()
    await this.#performers.resume()
  }

  /** A hint that some ledger has a new block. */
  wake(): void {
    this.#watchers.wake()
  }
}
