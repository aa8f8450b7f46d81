// What a ruled dispute owes: the ruling handed to its order, which executes it on every leg, and its hash anchored on the ledger of the payout.
import { custodyAnchorRuling } from '@huitong/contracts'
import { Bus, type Performed, log, runUnit } from '@huitong/platform'
import { type Time, after, err, fromHex, invariant, ok } from '@huitong/primitives'
import type { DisputeEffect } from '@huitong/protocol'
import { Injectable } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { HubClock } from '../clock/hub-clock.js'
import { DealService } from '../deal/deal.service.js'
import type { Deal } from '../deal/kind.js'
import { HubTransactions } from '../effect/hub-transactions.js'
import { EffectPerformers } from '../effect/performer.js'
import { Ledgers } from '../ledgers/ledgers.js'
import { OrderKind } from '../order/order.kind.js'
import { type DisputeDeal, agreedOffer, rulingInForce, shareOfDivision } from './dispute.file.js'
import { disputeKind } from './dispute.kind.js'
import { NegotiationService } from './negotiation.service.js'
import { DisputeStore } from './dispute.store.js'

type Effect<Kind extends DisputeEffect['kind']> = Extract<DisputeEffect, { kind: Kind }>
interface Owed<Kind extends DisputeEffect['kind']> {
  readonly deal: Deal<DisputeDeal>
  readonly effect: Effect<Kind>
}

/** Custody signs for ten minutes of the ledger's own time at most; our clocks may differ a little. */
const VALID_MS = 9 * 60_000

@Injectable()
export class DisputeEffects {
  constructor(
    private readonly performers: EffectPerformers,
    private readonly transactions: HubTransactions,
    private readonly deals: DealService,
    private readonly orderKind: OrderKind,
    private readonly negotiation: NegotiationService,
    private readonly store: DisputeStore,
    private readonly ledgers: Ledgers,
    private readonly clock: HubClock,
    private readonly bus: Bus,
    private readonly database: DataSource,
  ) {}

  register(): void {
    const { prefix } = disputeKind
    this.performers.register<DisputeDeal, Effect<'ruleOrder'>>(prefix, 'ruleOrder', (owed) => this.#ruleOrder(owed))
    this.performers.register<DisputeDeal, Effect<'anchorRuling'>>(prefix, 'anchorRuling', (owed) => this.#anchor(owed))
    this.performers.register<DisputeDeal, Effect<'prepareJudgement'>>(prefix, 'prepareJudgement', async ({ deal, effect }) => {
      await this.negotiation.judge(deal.id, effect.judgement.against)
      return 'done'
    })
  }

  /** In a unit of its own that takes the order's row first, as everything does that touches both. */
  async #ruleOrder({ deal, effect }: Owed<'ruleOrder'>): Promise<Performed> {
    const { milestone, dispute } = effect
    const event = { kind: 'rule', milestone, dispute, ...paperInForce(deal.state) } as const
    const applied = await runUnit(this.database, { lostCommit: 'again' }, (unit) =>
      this.deals.apply(unit, this.orderKind, { id: effect.order, event, by: { actor: 'hub', event: 'rule' } }),
    )
    // the money went another way first, or goes one already: the order's facts will close the case
    if (!applied.ok) log.warn('dispute.rule.refused', { dispute: deal.id, order: effect.order, code: applied.code })
    return 'done'
  }

  async #anchor({ deal, effect }: Owed<'anchorRuling'>): Promise<Performed> {
    const ruling = rulingInForce(deal.state)
    const ledger = ruling === undefined ? undefined : this.ledgers.byName(ruling.ledger)
    if (ruling === undefined || ledger === undefined) return { retryInMs: 1_000, reason: 'the ledger is not known yet' }
    const notAfter: Time = after(this.clock.now(), VALID_MS)
    const carried = await this.transactions.carry({
      effect: effect.id,
      deal: deal.id,
      ledger,
      notAfter,
      make: async ({ validUntil }) => {
        const asked = { ledger: ledger.name, ruling: ruling.signatures.map(({ signed }) => signed), validUntil }
        const answer = await this.bus.call(custodyAnchorRuling, asked)
        return answer.ok ? ok(fromHex(answer.value.transaction)) : err(answer.code, answer.detail)
      },
    })
    const transaction = await this.store.committed(this.database.manager, effect.id)
    if (transaction === undefined) return carried
    await runUnit(this.database, { lostCommit: 'again' }, async (unit) => {
      const event = { kind: 'anchored', transaction } as const
      await this.deals.apply(unit, disputeKind, { id: deal.id, event, by: { actor: 'ledger', event: 'anchored' } })
    })
    return 'done'
  }
}

/** The signatures that custody looks at: two operators' over a ruling, or both sides' over an offer. */
function paperInForce(deal: DisputeDeal) {
  const ruling = rulingInForce(deal)
  if (ruling !== undefined) {
    const signatures = ruling.signatures.map(({ signed }) => signed)
    const operators = ruling.signatures.map(({ operator }) => operator)
    return { hash: ruling.hash, share: shareOfDivision(ruling), operators, signatures }
  }
  const offer = agreedOffer(deal)
  invariant(offer !== undefined, 'what is in force was ruled or agreed')
  return {
    ground: 'consent',
    hash: offer.hash,
    share: shareOfDivision(offer),
    operators: [],
    signatures: offer.signatures,
  } as const
}
