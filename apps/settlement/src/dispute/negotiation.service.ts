// What the sides of a dispute do with each other and with a ruling: offers that both sign, appeal or acceptance, goods on their way back. An accepted
// offer carries both sides' signatures over one body: custody needs no more, and takes no less.
import {
  type AcceptRuling,
  type Actor,
  type AnswerOffer,
  type Answer,
  type AppealRuling,
  type OfferInDispute,
  type SignedStatement,
  type StepReturn,
  type WireDispute,
  type WireOfferDraft,
} from '@huitong/contracts'
import { runCommand, runUnit, type CommandKey, firstAnswer } from '@huitong/platform'
import { type Result, type Time, after, err, invariant, never, ok } from '@huitong/primitives'
import type { ReturnEvent } from '@huitong/protocol'
import { Injectable } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { actorName, actsFor } from '../access/access.js'
import { HubClock } from '../clock/hub-clock.js'
import { DealService } from '../deal/deal.service.js'
import { newId } from '../deal/id.js'
import type { Deal } from '../deal/kind.js'
import type { Unit } from '../deal/unit.js'
import { Statements } from '../order/statements.js'
import type { DisputeDeal } from './dispute.file.js'
import { disputeKind } from './dispute.kind.js'
import { type DisputeRefusal, DisputeService, disputeRefusal } from './dispute.service.js'
import { commandKey } from '../deal/command-key.js'
import { versionFault } from '../deal/version.js'

type Answered = Promise<Answer<WireDispute, DisputeRefusal>>

/** How long an offer stands if its maker does not say. */
const OFFER_MS = 3 * 24 * 3_600_000
/** The reasons in an offer's body: the same words whoever makes it, so that one body has one hash. */
const REASONS = 'consent of buyer and merchant in a dispute'

@Injectable()
export class NegotiationService {
  constructor(
    private readonly disputes: DisputeService,
    private readonly deals: DealService,
    private readonly statements: Statements,
    private readonly clock: HubClock,
    private readonly database: DataSource,
  ) {}

  offer(request: OfferInDispute): Promise<Answer<WireOfferDraft, DisputeRefusal>> {
    return firstAnswer(this.database, commandKey('dispute.offer', request), (key) => this.#offer(request, key))
  }

  async #offer(request: OfferInDispute, key: CommandKey): Promise<Answer<WireOfferDraft, DisputeRefusal>> {
    const found = await this.#side(request)
    if (!found.ok) return found
    const { party, toMerchant, signed } = request
    const { manager } = this.database
    const divided = await this.disputes.division(manager, found.value, { toMerchant, reasons: REASONS })
    if (!divided.ok) return divided
    const { body } = divided.value
    const stale = versionFault(found.value, request)
    if (stale !== undefined) return stale
    if (signed === undefined) return ok({ body, dispute: await this.disputes.view(manager, found.value, request.actor) })
    const fault = await this.#signedFault(found.value, { party, body, signed })
    if (fault !== undefined) return fault
    const { actor } = request
    return runCommand(this.database, key, async (unit) => {
      const { heldUntil } = found.value.state.dispute.terms
      const wished = request.until ?? after(this.clock.now(), OFFER_MS)
      // the border: IsTime has checked it
      const until = (wished < heldUntil ? wished : heldUntil) as Time
      const paper = { ...divided.value, offer: newId('dof'), at: this.clock.now(), signatures: signed }
      const by = { actor: actorName(actor), event: 'offer' }
      const event = { kind: 'makeOffer', by: party, until, paper } as const
      const { id, version } = request
      const applied = await this.deals.apply(unit, disputeKind, { id, version, event, by })
      return applied.ok ? ok({ body, dispute: await this.disputes.view(unit, applied.value, actor) }) : disputeRefusal(applied)
    })
  }

  async answer(request: AnswerOffer): Answered {
    const found = await this.#side(request)
    if (!found.ok) return found
    const { party, offer } = request
    if (request.answer === 'decline')
      return this.disputes.command(request, 'decline-offer', { kind: 'declineOffer', by: party, offer })
    return firstAnswer(this.database, commandKey('dispute.accept-offer', request), () => this.#accept(request, found.value))
  }

  async #accept(request: AnswerOffer, deal: Deal<DisputeDeal>): Answered {
    const { party, offer, signed = [] } = request
    const paper = deal.state.file.offers.find((one) => one.offer === offer)
    if (paper === undefined) return err('offer_unknown', undefined, 'offer')
    const fault = await this.#signedFault(deal, { party, body: paper.body, signed })
    if (fault !== undefined) return fault
    return this.disputes.command(request, 'accept-offer', { kind: 'acceptOffer', by: party, offer, signatures: signed })
  }

  async appeal(request: AppealRuling): Answered {
    const found = await this.#side(request)
    if (!found.ok) return found
    const { party, grounds } = request
    return this.disputes.command(request, 'appeal', { kind: 'appeal', by: party, at: this.clock.now(), grounds })
  }

  async acceptRuling(request: AcceptRuling): Answered {
    const found = await this.#side(request)
    return found.ok ? this.disputes.command(request, 'accept-ruling', { kind: 'acceptRuling', by: request.party }) : found
  }

  async stepReturn(request: StepReturn): Answered {
    const found = await this.#side(request)
    return found.ok ? this.disputes.command(request, 'return', { kind: 'stepReturn', step: stepOf(request) }) : found
  }

  /** The draft of a default judgement: everything to the side that spoke. Two operators sign it, or put another in its place. */
  async judge(id: string, against: string): Promise<void> {
    const by = { actor: 'hub', event: 'judgement' }
    const deal = await this.deals.find(this.database.manager, disputeKind, id)
    invariant(deal !== undefined, `dispute ${id} exists`)
    if (deal.state.file.ruling !== undefined) return
    const { manager } = this.database
    const isMerchants = against === deal.state.dispute.terms.buyer
    const toMerchant = isMerchants ? await this.disputes.remaining(manager, deal) : '0'
    const reasons = `default judgement: ${against} was silent through its time to act`
    const ruling = await this.disputes.ruling(manager, deal, { toMerchant, reasons, cause: 'default' })
    if (!ruling.ok) return
    await runUnit(this.database, { lostCommit: 'again' }, (unit: Unit) =>
      this.deals.apply(unit, disputeKind, { id, event: { kind: 'propose', ruling: ruling.value }, by }),
    )
  }

  /** The dispute of a party that is buyer or merchant in it and is spoken for by the actor. */
  async #side(request: {
    readonly id: string
    readonly party: string
    readonly actor: Actor
  }): Promise<Result<Deal<DisputeDeal>, DisputeRefusal>> {
    const found = await this.disputes.seen(request)
    if (!found.ok) return found
    const { buyer, merchant } = found.value.state.dispute.terms
    if (request.party !== buyer && request.party !== merchant) return err('wrong_party', undefined, 'party')
    const allowed = actsFor(request.actor, request.party)
    return allowed.ok ? found : allowed
  }

  /** Giving money away needs as many different keys of the account as spending does, all over this very body. */
  async #signedFault(
    deal: Deal<DisputeDeal>,
    claimed: { readonly party: string; readonly body: string; readonly signed: readonly SignedStatement[] },
  ): Promise<Extract<Result<never, DisputeRefusal>, { ok: false }> | undefined> {
    const { party, body, signed } = claimed
    const place = await this.disputes.placeOf(this.database.manager, deal, party)
    if (place === undefined) return err('wrong_party', undefined, 'party')
    if (signed.some((one) => one.body !== body)) return err('terms_mismatch', 'signed is another body', 'signed')
    for (const one of signed) {
      const fault = await this.statements.consent(one, place)
      if (fault !== undefined) return fault
    }
    const need = await this.statements.threshold(place)
    if (!need.ok) return need
    const keys = new Set(signed.map(({ publicKey }) => publicKey))
    return keys.size >= need.value ? undefined : err('signature_invalid', `the account needs ${need.value} signatures`, 'signed')
  }
}

function stepOf({ step, party: by, tracking = '' }: StepReturn): Extract<ReturnEvent, { by: string }> {
  switch (step) {
    case 'authorise':
    case 'refuse':
    case 'receive':
      return { kind: step, by }
    case 'ship':
      return { kind: 'shipBack', by, tracking }
    default:
      return never(step)
  }
}
