// Performs what deals owe. Before each attempt the deal is asked again: what its state owes no more is done. Nothing is lost by a crash, since
// the outbox keeps the row until then; nothing is done twice, since every transaction derives from the effect's id.
import { type PerformContext, type Performed, Performers, faultFields, log, runUnit } from '@huitong/platform'
import { Injectable } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { DealService, EFFECT, type EffectPayload } from '../deal/deal.service.js'
import { DealStore } from '../deal/deal.store.js'
import type { Deal, DealEffect } from '../deal/kind.js'

/** Performs one effect of one kind of deal. It may run several times, also beside itself after a crash. */
export type EffectPerformer<State extends { readonly state: string }, Effect extends DealEffect> = (
  owed: { readonly deal: Deal<State>; readonly effect: Effect },
  context: PerformContext,
) => Promise<Performed>

type AnyPerformer = EffectPerformer<{ readonly state: string }, DealEffect>

const SWEEP_DEALS = 200

@Injectable()
export class EffectPerformers {
  readonly #performers = new Map<string, AnyPerformer>()

  constructor(
    private readonly deals: DealService,
    private readonly store: DealStore,
    private readonly database: DataSource,
    outbox: Performers,
  ) {
    outbox.register(EFFECT, (payload, context) => this.#perform(payload, context))
  }

  /** `register<ConversionState, SignLockB>('cnv', 'signLockB', …)`. Each kind of deal says which of its effects have one ({@link DealKind.duties}). */
  register<State extends { readonly state: string }, Effect extends DealEffect>(
    prefix: string,
    effect: Effect['kind'],
    perform: EffectPerformer<State, Effect>,
  ): void {
    // the border: the deal's own kind made both the state and the effect that this performer is handed
    this.#performers.set(`${prefix}.${effect}`, perform as unknown as AnyPerformer)
    this.deals.performs(prefix, effect)
  }

  /** Enqueues whatever open deals owe and nobody waits to perform: at every start, after the kinds are registered. Throws if an effect has no performer. */
  async resume(): Promise<void> {
    this.deals.checkDuties()
    let after: string | undefined
    for (;;) {
      const page = await this.store.open(this.database.manager, { limit: SWEEP_DEALS, ...(after === undefined ? {} : { after }) })
      for (const { id } of page) await this.#resume(id)
      after = page.at(-1)?.id
      if (page.length < SWEEP_DEALS) return
    }
  }

  /** One deal whose row nobody can read stops no other: people are told, and the rest goes on. */
  async #resume(id: string): Promise<void> {
    try {
      await runUnit(this.database, { lostCommit: 'again' }, async (unit) => {
        await this.store.lock(unit, id)
        const owed = await this.deals.owed(unit, id)
        if (owed !== undefined) await this.deals.owe(unit, { id, effects: owed.effects })
      })
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'InvariantViolation') throw error
      log.error('deal.unreadable', { deal: id, ...faultFields(error) })
    }
  }

  async #perform(payload: unknown, context: PerformContext): Promise<Performed> {
    const asked = payloadOf(payload)
    if (asked === undefined) return { park: 'the payload is no effect' }
    const owed = await this.deals.owed(this.database.manager, asked.deal)
    const effect = owed?.effects.find(({ id }) => id === asked.effect)
    if (owed === undefined || effect === undefined) return 'done'
    const perform = this.#performers.get(`${asked.deal.slice(0, asked.deal.indexOf('_'))}.${effect.kind}`)
    if (perform === undefined) return 'done'
    const performed = await perform({ deal: owed.deal, effect }, context)
    if (performed !== 'done' && 'park' in performed) log.error('effect.parked', { deal: asked.deal, effect: effect.kind })
    return performed
  }
}

function payloadOf(payload: unknown): EffectPayload | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined
  const { deal, kind, effect } = payload as Partial<Record<keyof EffectPayload, unknown>>
  return typeof deal === 'string' && typeof kind === 'string' && typeof effect === 'string' ? { deal, kind, effect } : undefined
}
