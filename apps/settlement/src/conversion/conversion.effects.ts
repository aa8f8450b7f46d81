// What a conversion owes, performed: leg B signed by custody on the evidence of offer, quote and leg A; sent until final or dead; leg A given back
// where leg B will not come. Custody decides by itself whether it signs.
import { coordinateOf, decodeTransaction, txIdOf } from '@huitong/chain'
import { type OfferAndQuote, custodyCancelConversionLeg, custodyLockConversionLeg } from '@huitong/contracts'
import { Bus, type Performed, killpoint, log, runUnit } from '@huitong/platform'
import { type Time, err, expectOk, fromHex, invariant, ok } from '@huitong/primitives'
import type { ConversionEffect, ConversionEvent, ConversionTerms } from '@huitong/protocol'
import { Inject, Injectable } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { Alarms } from '../alarm/alarms.js'
import { DealService } from '../deal/deal.service.js'
import type { Deal } from '../deal/kind.js'
import { HubTransactions } from '../effect/hub-transactions.js'
import { EffectPerformers } from '../effect/performer.js'
import { Ledgers } from '../ledgers/ledgers.js'
import { OfferStore } from '../offer/offer.store.js'
import { registerWatchtower } from '../pair/pair-effects.js'
import { QuoteStore } from '../quote/quote.store.js'
import { TERMS, type Terms } from '../terms.js'
import { type AnyConversion, type ConversionKind, hopOf } from './conversion.kind.js'

type Effect<Kind extends ConversionEffect['kind']> = Extract<ConversionEffect, { kind: Kind }>
type Owed<Kind extends ConversionEffect['kind']> = { readonly deal: Deal<AnyConversion>; readonly effect: Effect<Kind> }

const AGAIN_MS = 500
/** What custody refuses for good: no retry brings a signature, so the provider declines. */
const LASTING = new Set([
  'evidence_insufficient',
  'evidence_signature_invalid',
  'coin_mismatch',
  'limit_exceeded',
  'not_managed',
  'conflict_of_interest',
  'too_late',
])

@Injectable()
export class ConversionEffects {
  constructor(
    private readonly deals: DealService,
    readonly performers: EffectPerformers,
    readonly transactions: HubTransactions,
    readonly ledgers: Ledgers,
    private readonly quotes: QuoteStore,
    private readonly offers: OfferStore,
    private readonly bus: Bus,
    readonly database: DataSource,
    readonly alarms: Alarms,
    @Inject(TERMS) readonly terms: Terms,
  ) {}

  register(kind: ConversionKind): void {
    const { prefix } = kind
    registerWatchtower(prefix, this)
    this.performers.register<AnyConversion, Effect<'signLockB'>>(prefix, 'signLockB', (owed) => this.#signLockB(kind, owed))
    this.performers.register<AnyConversion, Effect<'broadcast'>>(prefix, 'broadcast', (owed) => this.#broadcast(owed))
    this.performers.register<AnyConversion, Effect<'signCancel'>>(prefix, 'signCancel', (owed) => this.#cancel(owed))
  }

  async #signLockB(kind: ConversionKind, { deal, effect }: Owed<'signLockB'>): Promise<Performed> {
    const found = hopOf(deal.state, effect.id)
    if (found === undefined || found.hop.a.fate !== 'open') return 'done'
    const { terms, a } = found.hop
    const hop = found.index
    const evidence = await this.#evidence(terms)
    const answer = await this.bus.call(custodyLockConversionLeg, {
      conversion: deal.id,
      terms: evidence,
      legA: { ledger: this.ledgers.ofChain(terms.a.chain).name, coordinate: a.lock.coordinate },
      ledgerB: this.ledgers.ofChain(terms.b.chain).name,
      claimant: terms.b.claimant,
      expiryB: terms.b.expiry,
      validUntil: effect.validUntil,
    })
    killpoint('custody.answered')
    if (!answer.ok) {
      log.warn('conversion.lock-b.refused', { deal: deal.id, code: answer.code, detail: answer.detail })
      if (!LASTING.has(answer.code)) return { retryInMs: AGAIN_MS, reason: `custody: ${answer.code}` }
      await this.#tell(kind, deal.id, { kind: 'decline', hop })
      return 'done'
    }
    await this.#tell(kind, deal.id, { ...legBOf(terms, answer.value), hop })
    return 'done'
  }

  async #broadcast({ deal, effect }: Owed<'broadcast'>): Promise<Performed> {
    const status = await this.transactions.submit(this.ledgers.ofChain(effect.chain), fromHex(effect.bytes))
    const outcome = status === undefined ? 'unknown' : status.outcome
    if (status?.outcome === 'refused') log.warn('conversion.lock-b.not-taken', { deal: deal.id, code: status.code })
    // final or dead is what the ledger's blocks say: then the state owes this no more
    return { retryInMs: AGAIN_MS, reason: outcome }
  }

  async #cancel({ deal, effect }: Owed<'signCancel'>): Promise<Performed> {
    const ledger = this.ledgers.ofChain(effect.chain)
    return this.transactions.carry({
      effect: effect.id,
      deal: deal.id,
      ledger,
      make: async ({ validUntil }) => {
        const legA = { ledger: ledger.name, coordinate: effect.coin }
        const answer = await this.bus.call(custodyCancelConversionLeg, { conversion: deal.id, legA, validUntil })
        killpoint('custody.answered')
        return answer.ok ? ok(fromHex(answer.value.transaction)) : err(answer.code, answer.detail)
      },
    })
  }

  async #evidence(terms: ConversionTerms): Promise<OfferAndQuote> {
    const quote = await this.quotes.find(this.database.manager, terms.quote)
    invariant(quote !== undefined, `conversion ${terms.id} stands on a quote`)
    const offer = await this.offers.find(this.database.manager, quote.offer)
    invariant(offer !== undefined, `quote ${quote.id} stands on an offer`)
    return {
      offer: offer.statement,
      quote: quote.id,
      amountA: terms.a.amount.toString(),
      amountB: terms.b.amount.toString(),
      expiresAt: terms.quoteExpiry,
    }
  }

  /** The state keeps the signed bytes before anybody sends them. */
  async #tell(kind: ConversionKind, id: string, event: Parameters<ConversionKind['decide']>[1]): Promise<void> {
    await runUnit(this.database, { lostCommit: 'again' }, async (unit) => {
      const applied = await this.deals.apply(unit, kind, { id, event, by: { actor: 'hub', event: event.kind } })
      // another state by now: what we bring is news no more
      if (!applied.ok) log.info('conversion.event.refused', { deal: id, event: event.kind, code: applied.code })
    })
  }
}

/** Leg B as custody signed it: believed only where it is exactly the leg agreed. */
function legBOf(
  terms: ConversionTerms,
  signed: { readonly transaction: string; readonly validUntil: number },
): Extract<ConversionEvent, { kind: 'legBSigned' }> {
  const { body } = expectOk(decodeTransaction(fromHex(signed.transaction)), 'a transaction signed by custody')
  const transaction = txIdOf(terms.b.chain, body)
  const index = body.outputs.findIndex(
    ({ asset, amount, condition }) =>
      asset === terms.b.asset &&
      amount === terms.b.amount &&
      condition.kind === 'hashLock' &&
      condition.hash === terms.hash &&
      condition.claimant === terms.b.claimant &&
      condition.refundee === terms.b.refundee &&
      condition.expiry === terms.b.expiry,
  )
  invariant(index >= 0, 'custody signed leg B exactly as agreed')
  // the border: a decoded body's validUntil is a Time
  const validUntil: Time = body.validUntil
  return { kind: 'legBSigned', transaction, coordinate: coordinateOf(transaction, index), validUntil, bytes: signed.transaction }
}
