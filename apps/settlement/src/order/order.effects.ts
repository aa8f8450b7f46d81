// What an order owes, performed: the arbiter's holds and rulings and the provider's leg B signed by custody on the order's evidence; codes and
// defaults pushed without any key. Custody decides by itself whether it signs.
import { encodeCondition } from '@huitong/chain'
import {
  type SignedTransaction,
  custodyFundPairedLeg,
  custodyHoldForDispute,
  custodyHoldForInspection,
  custodyKeepTerms,
  custodyRuleLeg,
} from '@huitong/contracts'
import { Bus, type Performed, killpoint, log, runUnit } from '@huitong/platform'
import {
  type Bytes,
  type ChainId,
  type Preimage,
  type Result,
  type Time,
  after,
  err,
  fromHex,
  invariant,
  never,
  ok,
  toHex,
} from '@huitong/primitives'
import { canonicalText, expectedCondition } from '@huitong/protocol'
import type { SpendPath } from '@huitong/chain'
import { Injectable } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { Alarms } from '../alarm/alarms.js'
import { HubClock } from '../clock/hub-clock.js'
import { DealService } from '../deal/deal.service.js'
import type { Deal } from '../deal/kind.js'
import { type Attempt, HubTransactions } from '../effect/hub-transactions.js'
import { registerAdjudication } from '../effect/adjudication.js'
import { EffectPerformers } from '../effect/performer.js'
import { Ledgers } from '../ledgers/ledgers.js'
import { OfferStore } from '../offer/offer.store.js'
import { QuoteStore } from '../quote/quote.store.js'
import type { OrderDealEffect } from './order.decide.js'
import { type OrderDeal, evidenceOf } from './order.file.js'
import { OrderKind } from './order.kind.js'
import { ends, lastCoin, milestoneOf, termsOfMilestone } from './order.legs.js'

type Effect<Kind extends OrderDealEffect['kind']> = Extract<OrderDealEffect, { kind: Kind }>
interface Owed<Kind extends OrderDealEffect['kind']> {
  readonly deal: Deal<OrderDeal>
  readonly effect: Effect<Kind>
}
type Made = Promise<Result<Bytes, string>>

/** Custody signs for ten minutes of the ledger's own time at most; our clocks may differ a little. */
const VALID_MS = 9 * 60_000
/** Until terms that could not be kept are offered again: nobody answered, or a key that approved them is not current (now, or any more). */
const UNANSWERED_MS = 2_000
const UNKEPT_MS = 60_000

@Injectable()
export class OrderEffects {
  constructor(
    readonly performers: EffectPerformers,
    private readonly transactions: HubTransactions,
    private readonly deals: DealService,
    private readonly kind: OrderKind,
    private readonly ledgers: Ledgers,
    private readonly quotes: QuoteStore,
    private readonly offers: OfferStore,
    private readonly clock: HubClock,
    private readonly bus: Bus,
    readonly database: DataSource,
    readonly alarms: Alarms,
  ) {}

  register(prefix: string): void {
    this.performers.register<OrderDeal, Effect<'pushCode'>>(prefix, 'pushCode', ({ deal, effect }) =>
      this.#push({ deal, effect }, { kind: 'code' }, [effect.preimage]),
    )
    this.performers.register<OrderDeal, Effect<'pushDefault'>>(prefix, 'pushDefault', (owed) =>
      this.#push(owed, { kind: 'default' }, []),
    )
    this.performers.register<OrderDeal, Effect<'keepTerms'>>(prefix, 'keepTerms', (owed) => this.#keepTerms(owed))
    this.performers.register<OrderDeal, Effect<'signHold'>>(prefix, 'signHold', (owed) => this.#hold(owed))
    this.performers.register<OrderDeal, Effect<'signRule'>>(prefix, 'signRule', (owed) => this.#rule(owed))
    this.performers.register<OrderDeal, Effect<'fundLegB'>>(prefix, 'fundLegB', (owed) => this.#fundLegB(owed))
    registerAdjudication(prefix, this)
  }

  #push({ deal, effect }: Owed<'pushCode' | 'pushDefault'>, path: SpendPath, preimages: readonly Preimage[]): Promise<Performed> {
    const { id, chain, coin } = effect
    return this.transactions.push({ effect: id, deal: deal.id, ledger: this.ledgers.ofChain(chain), coin, path, preimages })
  }

  async #keepTerms({ deal }: Owed<'keepTerms'>): Promise<Performed> {
    const { order, file } = deal.state
    const agreed = file.approvals.map(({ signed }) => signed)
    const answer = await this.bus.call(custodyKeepTerms, { terms: canonicalText(order.terms), agreed })
    killpoint('custody.answered')
    if (!answer.ok) {
      const isRefused = answer.code === 'evidence_insufficient' || answer.code === 'evidence_signature_invalid'
      if (isRefused) log.error('order.terms.unkept', { deal: deal.id, code: answer.code })
      return { retryInMs: isRefused ? UNKEPT_MS : UNANSWERED_MS, reason: answer.code }
    }
    const told = { id: deal.id, event: { kind: 'termsKept' }, by: { actor: 'hub', event: 'termsKept' } } as const
    await runUnit(this.database, { lostCommit: 'again' }, (unit) => this.deals.apply(unit, this.kind, told))
    return 'done'
  }

  #carry(
    owed: { readonly deal: Deal<OrderDeal>; readonly id: string; readonly chain: ChainId; readonly notAfter?: Time },
    make: (attempt: Attempt) => Made,
  ) {
    const soon = after(this.clock.now(), VALID_MS)
    const notAfter = owed.notAfter !== undefined && owed.notAfter < soon ? owed.notAfter : soon
    return this.transactions.carry({
      effect: owed.id,
      deal: owed.deal.id,
      ledger: this.ledgers.ofChain(owed.chain),
      notAfter,
      make,
    })
  }

  #hold({ deal, effect }: Owed<'signHold'>): Promise<Performed> {
    const { evidence, chain, path } = effect
    const coin = { ledger: this.ledgers.ofChain(chain).name, coordinate: effect.coin }
    const { file } = deal.state
    return this.#carry({ deal, id: effect.id, chain }, async ({ validUntil }) => {
      const { deadline, dropDeliveryHash } = path
      const held = { coin, deadline, dropDeliveryHash, validUntil }
      switch (evidence.kind) {
        case 'carrier':
          return this.#holdForInspection({ deal, effect }, validUntil)
        case 'dispute': {
          const opened = file.disputes.find(({ dispute }) => dispute === evidence.reference)?.opened
          if (opened === undefined) return err('evidence_missing')
          return this.#signed(await this.bus.call(custodyHoldForDispute, { ...held, ground: 'dispute', opened }))
        }
        case 'resolution': {
          if (evidence.reference === '')
            return this.#signed(await this.bus.call(custodyHoldForDispute, { ...held, ground: 'unpaired' }))
          const basis = evidenceOf(file, evidence.reference)?.signed ?? []
          return this.#signed(await this.bus.call(custodyHoldForDispute, { ...held, ground: 'basis', basis: [...basis] }))
        }
        default:
          return never(evidence.kind)
      }
    })
  }

  async #holdForInspection({ deal, effect }: Owed<'signHold'>, validUntil: Time): Made {
    const { order, file } = deal.state
    const terms = termsOfMilestone(order.terms, effect.milestone)
    const delivered = file.delivered.findLast(({ milestone }) => milestone === effect.milestone)?.signed
    if (terms === undefined || delivered === undefined) return err('evidence_missing')
    const { payer, payee } = ends(terms).buyers
    const agreed = file.approvals.filter(({ account }) => account === payer || account === payee).map(({ signed }) => signed)
    const coin = { ledger: this.ledgers.ofChain(effect.chain).name, coordinate: effect.coin }
    const asked = { coin, delivered, terms: canonicalText(order.terms), agreed, validUntil }
    return this.#signed(await this.bus.call(custodyHoldForInspection, asked))
  }

  #rule({ deal, effect }: Owed<'signRule'>): Promise<Performed> {
    const { evidence, chain, path } = effect
    return this.#carry({ deal, id: effect.id, chain }, async ({ validUntil }) => {
      const coin = { ledger: this.ledgers.ofChain(chain).name, coordinate: effect.coin }
      const pair = this.#otherLeg(deal.state, effect)
      const asked = { coin, toPayee: path.toPayee.toString(), validUntil, ...(pair === undefined ? {} : { pair }) }
      if (evidence.kind === 'no_leg_b')
        return this.#signed(await this.bus.call(custodyRuleLeg, { ...asked, ground: 'unpaired', evidence: [] }))
      if (evidence.kind === 'code_spent')
        return this.#signed(await this.bus.call(custodyRuleLeg, { ...asked, ground: 'code_spent', evidence: [] }))
      const basis = evidenceOf(deal.state.file, evidence.reference)
      if (basis === undefined) {
        log.error('order.rule.without-evidence', { deal: deal.id, milestone: effect.milestone, cause: evidence.kind })
        return err('evidence_missing')
      }
      const { ground, signed } = basis
      return this.#signed(await this.bus.call(custodyRuleLeg, { ...asked, ground, evidence: [...signed] }))
    })
  }

  /** The coin that holds the other leg of a pair, or held it last. */
  #otherLeg({ order }: OrderDeal, effect: Effect<'signRule'>) {
    const terms = termsOfMilestone(order.terms, effect.milestone)
    const milestone = milestoneOf(order, effect.milestone)
    if (terms?.legs.kind !== 'paired' || milestone?.legs.kind !== 'paired') return undefined
    const isA = lastCoin(milestone.legs.a) === effect.coin
    const coordinate = lastCoin(isA ? milestone.legs.b : milestone.legs.a)
    const { chain } = isA ? terms.legs.b : terms.legs.a
    return coordinate === undefined ? undefined : { ledger: this.ledgers.ofChain(chain).name, coordinate }
  }

  #fundLegB({ deal, effect }: Owed<'fundLegB'>): Promise<Performed> {
    const { order, file } = deal.state
    const { milestone: number, chain, id } = effect
    return this.#carry({ deal, id, chain, notAfter: effect.validUntil }, async ({ validUntil }) => {
      const terms = termsOfMilestone(order.terms, number)
      const milestone = milestoneOf(order, number)
      const taken = file.quotes.find((quote) => quote.milestone === number)
      invariant(terms?.legs.kind === 'paired' && milestone?.legs.kind === 'paired' && taken !== undefined, 'a paired milestone')
      const coordinate = lastCoin(milestone.legs.a)
      if (coordinate === undefined) return err('coin_not_final')
      const { a, b } = terms.legs
      const asked = {
        order: deal.id,
        milestone: number,
        terms: await this.#licence(taken, { amountA: a.amount.toString(), amountB: b.amount.toString() }),
        legA: { ledger: this.ledgers.ofChain(a.chain).name, coordinate },
        ledgerB: this.ledgers.ofChain(b.chain).name,
        conditionB: toHex(encodeCondition(expectedCondition(order.terms.order, terms, b))),
        validUntil,
      }
      return this.#signed(await this.bus.call(custodyFundPairedLeg, asked))
    })
  }

  async #licence(taken: OrderDeal['file']['quotes'][number], amounts: { readonly amountA: string; readonly amountB: string }) {
    const quote = await this.quotes.find(this.database.manager, taken.quote)
    invariant(quote !== undefined, `quote ${taken.quote} was taken`)
    const offer = await this.offers.find(this.database.manager, quote.offer)
    invariant(offer !== undefined, `quote ${quote.id} stands on an offer`)
    return { offer: offer.statement, quote: quote.id, ...amounts, expiresAt: taken.firmUntil }
  }

  #signed(answer: Result<SignedTransaction, string>): Result<Bytes, string> {
    killpoint('custody.answered')
    if (answer.ok) return ok(fromHex(answer.value.transaction))
    return err(answer.code, answer.detail)
  }
}
