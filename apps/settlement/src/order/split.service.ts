// Division of a milestone by consent: the first call fixes the body over all legs, both sides sign it, the arbiter executes it. Giving an order up
// after funding is a division that leaves the merchant nothing.
import { type Answer, type ConsentSplit, type WireSplit } from '@huitong/contracts'
import { runCommand, type CommandKey, firstAnswer } from '@huitong/platform'
import { type Result, err, ok } from '@huitong/primitives'
import { Injectable } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { actorName, actsFor } from '../access/access.js'
import { DealService } from '../deal/deal.service.js'
import type { Deal } from '../deal/kind.js'
import type { Unit } from '../deal/unit.js'
import { Ledgers } from '../ledgers/ledgers.js'
import type { OrderDealEvent } from './order.decide.js'
import type { OrderDeal, Split } from './order.file.js'
import { OrderKind } from './order.kind.js'
import { ends, milestoneOf, termsOfMilestone } from './order.legs.js'
import { type OrderRefusal, orderRefusal } from './order.refusals.js'
import { OrderService } from './order.service.js'
import { splitView } from './order.view.js'
import { rulingBody } from './ruling-body.js'
import { type SignerPlace, Statements } from './statements.js'
import { commandKey } from '../deal/command-key.js'
import { versionFault } from '../deal/version.js'

/** Consent gives its reasons in its own name. */
const REASONS = 'consent of buyer and merchant'

interface Sides {
  readonly buyer: { readonly party: string; readonly place: SignerPlace }
  readonly merchant: { readonly party: string; readonly place: SignerPlace }
}

@Injectable()
export class SplitService {
  constructor(
    private readonly kind: OrderKind,
    private readonly orders: OrderService,
    private readonly deals: DealService,
    private readonly statements: Statements,
    private readonly ledgers: Ledgers,
    private readonly database: DataSource,
  ) {}

  consent(request: ConsentSplit): Promise<Answer<WireSplit, OrderRefusal>> {
    return firstAnswer(this.database, commandKey('order.split', request), (key) => this.#consent(request, key))
  }

  async #consent(request: ConsentSplit, key: CommandKey): Promise<Answer<WireSplit, OrderRefusal>> {
    const { actor, ...body } = request
    const found = await this.orders.seen(request)
    if (!found.ok) return found
    const sides = this.#sides(found.value.state, body.milestone)
    if (sides === undefined) return err('milestone_unknown', undefined, 'milestone')
    const side = [sides.buyer, sides.merchant].find(({ party }) => party === body.party)
    if (side === undefined) return err('wrong_party', undefined, 'party')
    const allowed = actsFor(actor, body.party)
    if (!allowed.ok) return allowed
    const needs = await this.#needs(sides)
    if (!needs.ok) return needs
    if (body.signed !== undefined) {
      const fault = await this.statements.consent(body.signed, side.place)
      if (fault !== undefined) return fault
    }
    return runCommand(this.database, key, async (unit) => {
      const proposed = await this.#proposal(unit, request)
      if (!proposed.ok) return proposed
      const { split, isNew } = proposed.value
      let deal: Result<Deal<OrderDeal>, string> = ok(found.value)
      if (isNew) deal = await this.#apply(unit, request, { kind: 'proposeSplit', split })
      if (deal.ok && body.signed !== undefined) {
        if (isNew || body.signed.body !== split.body) return err('terms_mismatch', 'signed is another body', 'signed')
        const signed = { kind: 'signSplit', hash: split.hash, party: body.party, signed: body.signed, need: needs.value } as const
        deal = await this.#apply(unit, request, signed)
      }
      if (!deal.ok) return refused(deal)
      const current = deal.value.state.file.splits.find(({ hash }) => hash === split.hash) ?? split
      return ok(splitView(request.id, deal.value.state, current))
    })
  }

  /** The split that the answer is about: the one that both may be signing, or a new one over the coins as they stand. */
  async #proposal(
    unit: Unit,
    request: ConsentSplit,
  ): Promise<Result<{ readonly split: Split; readonly isNew: boolean }, OrderRefusal>> {
    const deal = await this.deals.find(unit, this.kind, request.id)
    if (deal === undefined) return err('order_unknown')
    const stale = versionFault(deal, request)
    if (stale !== undefined) return stale
    const { order, file } = deal.state
    const { milestone: number, toMerchant } = request
    const same = file.splits.filter((split) => split.milestone === number && split.toMerchant === toMerchant)
    const bound = same.find(({ isBound }) => isBound)
    if (bound !== undefined) return ok({ split: bound, isNew: false })
    const terms = termsOfMilestone(order.terms, number)
    const milestone = milestoneOf(order, number)
    if (terms === undefined || milestone === undefined) return err('wrong_state')
    const made = rulingBody({ order: order.terms, terms, milestone, toMerchant: BigInt(toMerchant), reasons: REASONS })
    if (!made.ok) return made
    const { body, hash, share } = made.value
    const known = same.find((split) => split.hash === hash)
    if (known !== undefined) return ok({ split: known, isNew: false })
    const toBuyer = share.toPayer.toString()
    return ok({ split: { milestone: number, toMerchant, toBuyer, body, hash, signatures: [], isBound: false }, isNew: true })
  }

  #apply(unit: Unit, { id, actor }: ConsentSplit, event: OrderDealEvent) {
    return this.deals.apply(unit, this.kind, { id, event, by: { actor: actorName(actor), event: event.kind } })
  }

  #sides({ order }: OrderDeal, number: number): Sides | undefined {
    const terms = termsOfMilestone(order.terms, number)
    if (terms === undefined) return undefined
    const { buyers, merchants } = ends(terms)
    const name = (chain: typeof buyers.chain): string => this.ledgers.ofChain(chain).name
    return {
      buyer: { party: order.terms.buyer, place: { ledger: name(buyers.chain), account: buyers.payer } },
      merchant: { party: terms.merchant, place: { ledger: name(merchants.chain), account: merchants.payee } },
    }
  }

  /** Giving money away needs as many keys of each account as spending does. */
  async #needs({ buyer, merchant }: Sides): Promise<Result<Readonly<Record<string, number>>, OrderRefusal>> {
    const needs: Record<string, number> = {}
    for (const { party, place } of [buyer, merchant]) {
      const threshold = await this.statements.threshold(place)
      if (!threshold.ok) return threshold
      needs[party] = threshold.value
    }
    return ok(needs)
  }
}

function refused(deal: Extract<Result<never, string>, { ok: false }>) {
  const { code, detail, field } = orderRefusal(deal)
  return err(code === 'dispute_open' ? 'wrong_state' : code, detail, field)
}
