// Disputes over a milestone: opened by a party's signed word, heard, ruled by two operators over one body. The order executes; custody looks at the
// same signatures again before it lets money move.
import { disputeHash } from '@huitong/chain'
import {
  type Actor,
  type Answer,
  type DealById,
  DISPUTE_CODES,
  type OpenDispute,
  type Page,
  type RejectMilestone,
  type RuleDispute,
  type SayInDispute,
  type SignRuling,
  type WireDispute,
} from '@huitong/contracts'
import { runCommand, type CommandKey, firstAnswer } from '@huitong/platform'
import { type Err, type Result, type Time, after, err, invariant, never, ok, sha256, toHex, utf8 } from '@huitong/primitives'
import { DROP_ROOM_MS, type DisputeTerms, type Env, createDispute, createReturn, isStillBefore } from '@huitong/protocol'
import { lastSafeDispute, latestNow } from '@huitong/protocol'
import { Injectable } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { actorName, actsFor, listedParty, mayReadAll, maySee } from '../access/access.js'
import { HubClock } from '../clock/hub-clock.js'
import { DealService } from '../deal/deal.service.js'
import { DealStore } from '../deal/deal.store.js'
import { newId } from '../deal/id.js'
import type { Deal } from '../deal/kind.js'
import type { Unit } from '../deal/unit.js'
import { Ledgers } from '../ledgers/ledgers.js'
import type { OrderDeal } from '../order/order.file.js'
import { OrderKind, dealOfOrder } from '../order/order.kind.js'
import { ends, legTermsOf, milestoneOf, openLegsOf, termsOfMilestone } from '../order/order.legs.js'
import { orderRefusal } from '../order/order.refusals.js'
import { OrderService } from '../order/order.service.js'
import { rulingBody } from '../order/ruling-body.js'
import { type SignerPlace, Statements } from '../order/statements.js'
import { type DisputeDeal, type Division, type ProposedRuling, disputeDeal } from './dispute.file.js'
import { type DisputeDealCode, type DisputeDealEvent, disputeKind } from './dispute.kind.js'
import { disputeView } from './dispute.view.js'
import { commandKey } from '../deal/command-key.js'
import { versionFault } from '../deal/version.js'

export type DisputeRefusal = (typeof DISPUTE_CODES)[number]
type Answered = Promise<Answer<WireDispute, DisputeRefusal>>

/** The other side's time to answer, and the end of negotiation; both leave the operators at least a third of the time that is held. */
const ANSWER_MS = 3 * 24 * 3_600_000
const NEGOTIATE_MS = 7 * 24 * 3_600_000
/** To appeal, to decide on the appeal; for each step of a return. Less where the held deadline comes sooner. */
const APPEAL_MS = 2 * 24 * 3_600_000
const RETURN_STEP_MS = 7 * 24 * 3_600_000

/** Something came, or was to come: before that there is nothing to reject. */
const REJECTABLE: ReadonlySet<string> = new Set(['SHIPPED', 'DELIVERED', 'INSPECTION'])

@Injectable()
export class DisputeService {
  constructor(
    private readonly orders: OrderService,
    private readonly orderKind: OrderKind,
    private readonly deals: DealService,
    private readonly store: DealStore,
    private readonly statements: Statements,
    private readonly ledgers: Ledgers,
    private readonly clock: HubClock,
    private readonly database: DataSource,
  ) {}

  open(request: OpenDispute): Answered {
    return firstAnswer(this.database, commandKey('dispute.open', request), (key) => this.#open(request, 'dispute', key))
  }

  /** The buyer does not keep what came: a dispute like any other, with the goods' way back beside it. */
  reject(request: RejectMilestone): Answered {
    return firstAnswer(this.database, commandKey('return.open', request), (key) => this.#reject(request, key))
  }

  async #reject(request: RejectMilestone, key: CommandKey): Answered {
    const found = await this.orders.seen(request)
    if (!found.ok) return found
    const { order } = found.value.state
    const milestone = milestoneOf(order, request.milestone)
    if (milestone === undefined) return err('milestone_unknown', undefined, 'milestone')
    if (request.party !== order.terms.buyer) return err('wrong_party', 'only the buyer rejects', 'party')
    const isThere = REJECTABLE.has(milestone.state) || milestone.disputeAsked !== null
    return isThere ? this.#open(request, 'return', key) : err('wrong_state', 'nothing was delivered')
  }

  async #open(request: OpenDispute, what: 'dispute' | 'return', key: CommandKey): Answered {
    const { actor, ...body } = request
    const found = await this.orders.seen(request)
    if (!found.ok) return found
    const allowed = actsFor(actor, body.party)
    if (!allowed.ok) return allowed
    const { order } = found.value.state
    const terms = termsOfMilestone(order.terms, body.milestone)
    if (terms === undefined) return err('milestone_unknown', undefined, 'milestone')
    const { buyers, merchants } = ends(terms)
    // of a single coin both sides' legs are one and the same: whose account signs is said by the party
    const isBuyer = body.party === order.terms.buyer
    if (!isBuyer && body.party !== terms.merchant) return err('wrong_party', undefined, 'party')
    const { chain } = isBuyer ? buyers : merchants
    const place = { ledger: this.ledgers.ofChain(chain).name, account: isBuyer ? buyers.payer : merchants.payee }
    const hash = disputeHash({ order: order.terms.order, milestone: body.milestone })
    const signed = await this.statements.approval(body.opened, { subject: 'dispute', hash, by: [place] })
    if (!signed.ok) return signed
    return runCommand(this.database, key, async (unit) => {
      const id = newId(disputeKind.prefix)
      const by = { actor: actorName(actor), event: 'open' }
      const { milestone, party, claim, opened } = body
      const asked = { kind: 'dispute', milestone, dispute: id, by: party, reason: claim, opened } as const
      // the order first: whoever holds both rows takes them in this order
      const applied = await this.deals.apply(unit, this.orderKind, { id: body.id, version: body.version, event: asked, by })
      if (!applied.ok) return orderRefusal(applied)
      const clocks = disputeTerms(id, applied.value.state, { milestone, party, claim }, await this.ledgers.env(unit))
      const made = createDispute(clocks)
      if (!made.ok) return err('wrong_party', made.detail)
      const provider = terms.legs.kind === 'paired' ? { provider: terms.legs.provider } : {}
      const returning = what === 'return' ? createReturn({ ...clocks, stepMs: RETURN_STEP_MS }) : null
      const file = { claim, ...provider, messages: [], evidence: [], offers: [] }
      const state = disputeDeal(made.value.state, file, returning)
      const deal = await this.deals.create(unit, disputeKind, { id, state, effects: made.value.effects, by })
      invariant(deal.ok, 'a dispute owns no hash')
      return ok(disputeView(this.ledgers, { deal: deal.value, order: applied.value, actor }))
    })
  }

  async say(request: SayInDispute): Answered {
    const { actor, text, evidenceHash, asks, answerBy } = request
    const found = await this.seen(request)
    if (!found.ok) return found
    const { buyer, merchant } = found.value.state.dispute.terms
    // words are somebody's own: a key of nobody speaks for neither side
    const by = [buyer, merchant].find((party) => party === actor.party)
    const speaker = by ?? (mayReadAll(actor) ? actor.operator : undefined)
    if (speaker === undefined) return err('forbidden')
    const message = { at: this.clock.now(), party: speaker, text, ...(evidenceHash === undefined ? {} : { evidenceHash }) }
    if (asks === undefined) return this.command(request, 'say', { kind: 'say', message, ...(by === undefined ? {} : { by }) })
    if (by !== undefined) return err('forbidden', 'operators ask', 'asks')
    // the border: IsTime has checked it
    const until = (answerBy ?? after(message.at, ANSWER_MS)) as Time
    return this.command(request, 'ask', { kind: 'say', message, asks: { of: asks, until } })
  }

  /** Fixes the body that operators sign, over the coins as they stand now. */
  async rule(request: RuleDispute): Answered {
    if (!mayReadAll(request.actor)) return err('forbidden')
    const found = await this.seen(request)
    if (!found.ok) return found
    return this.command(request, 'rule', async (unit, deal) => {
      const ruling = await this.ruling(unit, deal, { ...request, cause: 'operators' })
      return ruling.ok ? ok({ kind: 'propose', ruling: ruling.value }) : ruling
    })
  }

  async sign(request: SignRuling): Answered {
    if (!mayReadAll(request.actor)) return err('forbidden')
    const found = await this.seen(request)
    if (!found.ok) return found
    return firstAnswer(this.database, commandKey('dispute.sign', request), () => this.#sign(request, found.value))
  }

  async #sign(request: SignRuling, deal: Deal<DisputeDeal>): Answered {
    const { signed } = request
    if (signed.body !== deal.state.file.ruling?.body) return err('ruling_mismatch', undefined, 'signed')
    const operator = await this.statements.operator(signed)
    if (!operator.ok) return operator
    return this.command(request, 'sign', { kind: 'sign', operator: operator.value, signed })
  }

  async get(request: DealById): Answered {
    const deal = await this.deals.newest(this.database.manager, disputeKind, request)
    if (deal === undefined) return err('dispute_unknown', undefined, 'id')
    return ok(await this.view(this.database.manager, deal, request.actor))
  }

  async list(page: Page): Promise<Answer<{ readonly items: readonly WireDispute[]; readonly next?: string }, never>> {
    const { limit, after: last, state, actor } = page
    const { manager } = this.database
    const found = await this.store.page(manager, {
      kind: disputeKind.kind,
      limit,
      ...(last === undefined ? {} : { after: last }),
      ...(state === undefined ? {} : { state }),
      ...listedParty(actor),
    })
    const items: WireDispute[] = []
    for (const row of found) items.push(await this.view(manager, this.deals.read(disputeKind, row), actor))
    const end = items.at(-1)
    return ok({ items, ...(items.length < limit || end === undefined ? {} : { next: end.id }) })
  }

  async command(
    request: { readonly id: string; readonly actor: Actor; readonly idempotencyKey: string; readonly version?: number },
    name: string,
    said: DisputeDealEvent | ((unit: Unit, deal: Deal<DisputeDeal>) => Promise<Result<DisputeDealEvent, DisputeRefusal>>),
  ): Answered {
    const { actor } = request
    return runCommand(this.database, commandKey(`dispute.${name}`, request), async (unit) => {
      const deal = await this.deals.find(unit, disputeKind, request.id)
      if (deal === undefined) return err('dispute_unknown')
      const stale = versionFault(deal, request)
      if (stale !== undefined) return stale
      const event = typeof said === 'function' ? await said(unit, deal) : ok(said)
      if (!event.ok) return event
      const by = { actor: actorName(actor), event: name }
      const applied = await this.deals.apply(unit, disputeKind, {
        id: request.id,
        version: request.version,
        event: event.value,
        by,
      })
      return applied.ok ? ok(await this.view(unit, applied.value, actor)) : disputeRefusal(applied)
    })
  }

  /** A ruling's body, fixed over the coins as they stand now. */
  async ruling(
    unit: Unit,
    deal: Deal<DisputeDeal>,
    asked: { readonly toMerchant: string; readonly reasons: string; readonly cause: ProposedRuling['cause'] },
  ): Promise<Result<ProposedRuling, DisputeRefusal>> {
    const divided = await this.division(unit, deal, asked)
    if (!divided.ok) return divided
    const { cause, reasons } = asked
    const { order } = (await this.#orderOf(unit, deal)).state
    const terms = termsOfMilestone(order.terms, deal.state.dispute.terms.milestone)
    invariant(terms !== undefined, 'a dispute is over a milestone')
    const ledger = this.ledgers.ofChain(ends(terms).merchants.chain).name
    const reasonsHash = toHex(sha256(utf8(reasons)))
    return ok({ ...divided.value, cause, reasons, reasonsHash, ledger, signatures: [] })
  }

  /** What would be signed to divide what remains; refused when nothing could be executed in time. */
  async division(
    unit: Unit,
    deal: Deal<DisputeDeal>,
    asked: { readonly toMerchant: string; readonly reasons: string },
  ): Promise<Result<Division, DisputeRefusal>> {
    const { order } = (await this.#orderOf(unit, deal)).state
    const { milestone: number } = deal.state.dispute.terms
    const terms = termsOfMilestone(order.terms, number)
    const milestone = milestoneOf(order, number)
    if (terms === undefined || milestone?.state !== 'DISPUTED') return err('wrong_state', 'the clock does not stand on every leg')
    if (milestone.resolution !== null) return err('wrong_state', 'the division is decided already')
    const env = await this.ledgers.env(unit)
    const inTime = openLegsOf(milestone.legs).every(({ side, leg }) => {
      const { chain } = legTermsOf(terms, side)
      return isStillBefore(env, chain, lastSafeDispute(env, chain, leg.coin.deadline))
    })
    if (!inTime) return err('too_late', 'the ledgers decide by their defaults before a ruling could')
    const { toMerchant, reasons } = asked
    const made = rulingBody({ order: order.terms, terms, milestone, toMerchant: BigInt(toMerchant), reasons })
    if (!made.ok) return made
    const { body, hash, outcome, share } = made.value
    return ok({ outcome, toMerchant, toBuyer: share.toPayer.toString(), body, hash })
  }

  /** What remains under the settle leg, in base units: all of it is what a default judgement gives to one side. */
  async remaining(unit: Unit, deal: Deal<DisputeDeal>): Promise<string> {
    const { order } = (await this.#orderOf(unit, deal)).state
    const milestone = milestoneOf(order, deal.state.dispute.terms.milestone)
    const open = milestone === undefined ? [] : openLegsOf(milestone.legs)
    return (open.at(-1)?.leg.coin.amount ?? 0n).toString()
  }

  /** Where a side's account signs: the buyer's on the ledger it pays on, the merchant's on the ledger it is paid on. */
  async placeOf(unit: Unit, deal: Deal<DisputeDeal>, party: string): Promise<SignerPlace | undefined> {
    const { order } = (await this.#orderOf(unit, deal)).state
    const terms = termsOfMilestone(order.terms, deal.state.dispute.terms.milestone)
    if (terms === undefined) return undefined
    const { buyers, merchants } = ends(terms)
    if (party === order.terms.buyer) return { ledger: this.ledgers.ofChain(buyers.chain).name, account: buyers.payer }
    if (party === terms.merchant) return { ledger: this.ledgers.ofChain(merchants.chain).name, account: merchants.payee }
    return undefined
  }

  /** The dispute, if the actor may know of it. */
  async seen({
    id,
    actor,
  }: {
    readonly id: string
    readonly actor: Actor
  }): Promise<Result<Deal<DisputeDeal>, 'dispute_unknown'>> {
    const deal = await this.deals.find(this.database.manager, disputeKind, id)
    return deal !== undefined && maySee(actor, deal.parties) ? ok(deal) : err('dispute_unknown', undefined, 'id')
  }

  async view(unit: Unit, deal: Deal<DisputeDeal>, actor: Actor): Promise<WireDispute> {
    return disputeView(this.ledgers, { deal, order: await this.#orderOf(unit, deal), actor })
  }

  async #orderOf(unit: Unit, deal: Deal<DisputeDeal>): Promise<Deal<OrderDeal>> {
    const order = await this.deals.find(unit, this.orderKind, deal.state.dispute.terms.order)
    invariant(order !== undefined, `dispute ${deal.id} is of an order`)
    return order
  }
}

/** Clocks of a case: an answer within three days and negotiation within seven, or thirds of the time that the holds can win, if that is less. */
export function disputeTerms(
  id: string,
  { order }: OrderDeal,
  asked: { readonly milestone: number; readonly party: string; readonly claim: string },
  env: Env,
): DisputeTerms {
  const terms = termsOfMilestone(order.terms, asked.milestone)
  invariant(terms !== undefined, 'a dispute is over a milestone')
  const { merchants } = ends(terms)
  const now: Time = latestNow(env, merchants.chain)
  const third = Math.max(1, Math.floor((merchants.latest - now) / 3))
  return {
    id,
    order: dealOfOrder(order.terms.order),
    milestone: asked.milestone,
    buyer: order.terms.buyer,
    merchant: terms.merchant,
    openedBy: asked.party,
    reason: asked.claim,
    chain: merchants.chain,
    answerBy: after(now, Math.min(ANSWER_MS, third)),
    arbitrateFrom: after(now, Math.min(NEGOTIATE_MS, 2 * third)),
    appealMs: APPEAL_MS,
    heldUntil: after(merchants.latest, -DROP_ROOM_MS),
  }
}

export function disputeRefusal(refused: Err<string>): Err<DisputeRefusal> {
  // the border: apply answers this kind's codes and the store's
  return err(refusalOf(refused.code as DisputeDealCode | StoreCode), refused.detail, refused.field)
}

type StoreCode = 'hash_reused' | 'dispute_unknown' | 'version_stale'

function refusalOf(code: DisputeDealCode | StoreCode): DisputeRefusal {
  switch (code) {
    case 'dispute_wrong_state':
    case 'dispute_offer_closed':
    case 'return_wrong_state':
      return 'wrong_state'
    case 'dispute_offer_unknown':
      return 'offer_unknown'
    case 'dispute_too_late':
    case 'return_too_late':
      return 'too_late'
    case 'dispute_wrong_party':
    case 'return_wrong_party':
      return 'wrong_party'
    case 'dispute_share_invalid':
      return 'amount_out_of_range'
    case 'dispute_same_operator':
      return 'operator_signed_already'
    case 'ruling_mismatch':
    case 'operator_signed_already':
    case 'wrong_state':
    case 'hash_reused':
    case 'dispute_unknown':
    case 'version_stale':
      return code
    default:
      return never(code)
  }
}
