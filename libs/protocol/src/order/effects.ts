// What an order owes in a state: computed from the state alone, so that it can be asked again after any crash.
import type { SpendPath } from '@huitong/chain'
import { splitByLargestRemainder } from '@huitong/primitives'
import type { PartyId } from '../decision.js'
import type { Env } from '../env.js'
import { hasPassed } from '../time-locks.js'
import { type OpenLegState, type Side, openLegs } from './legs.js'
import { disputeDeadline, isBound, legTerms } from './milestone.js'
import type { LegState, MilestoneState, OrderEffect, OrderState, Resolution } from './model.js'
import { type MilestoneTerms, buyersLeg, fundingEnds } from './terms.js'

/** Everything this order owes now. On start these are performed again; the ids make that harmless. */
export function orderEffects(order: OrderState, env: Env): readonly OrderEffect[] {
  const effects: OrderEffect[] = []
  for (const extra of order.extras) {
    if (extra.fate !== 'open' || !hasPassed(env, extra.chain, extra.deadline)) continue
    const { chain, coordinate } = extra
    effects.push({
      kind: 'pushDefault',
      id: `${order.terms.order}/default/${coordinate}`,
      milestone: -1,
      chain,
      coin: coordinate,
    })
  }
  if (order.state === 'DRAFT') return effects
  for (const milestone of order.milestones) {
    const terms = order.terms.milestones.find((one) => one.milestone === milestone.milestone)
    if (terms !== undefined) effects.push(...new Owed(order, milestone, terms, env).effects())
  }
  return effects
}

type Leg = { readonly side: Side; readonly leg: OpenLegState }

const isReleased = (leg: LegState): boolean => leg.fate === 'closed' && leg.outcome === 'released'

/** The effects of one milestone. */
class Owed {
  private readonly open: readonly Leg[]
  /** Of paired legs one was released: the other must follow, and never goes back by our doing. */
  private readonly mustRelease: boolean

  constructor(
    private readonly order: OrderState,
    private readonly milestone: MilestoneState,
    private readonly terms: MilestoneTerms,
    private readonly env: Env,
  ) {
    const { legs } = milestone
    this.open = openLegs(legs)
    this.mustRelease = legs.kind === 'paired' && (isReleased(legs.a) || isReleased(legs.b))
  }

  effects(): readonly OrderEffect[] {
    const running = this.open.filter((leg) => !this.isDue(leg))
    const effects = [...this.funding(), ...this.defaults(), ...this.people()]
    if (running.length === 0) return effects
    return [...effects, ...this.next(running)]
  }

  /** In order of precedence: what a released leg demands, what was decided, the code, and then the waiting. */
  private next(running: readonly Leg[]): readonly OrderEffect[] {
    const { resolution, code } = this.milestone
    if (this.mustRelease) return running.map((leg) => this.release(leg))
    if (resolution !== null && isBound(this.milestone)) return this.resolve(running, resolution)
    if (code !== null)
      return (this.milestone.legs.kind === 'single' ? running : running.slice(-1)).flatMap((leg) => this.code(leg))
    const consented = resolution === null ? [] : this.resolve(running, resolution)
    return [...consented, ...this.waiting(running)]
  }

  private isDue = ({ side, leg }: Leg): boolean => hasPassed(this.env, legTerms(this.terms, side).chain, leg.coin.deadline)

  private on(step: string, { side, leg }: Leg) {
    const { milestone } = this.milestone
    const coin = leg.coin.coordinate
    return {
      id: `${this.order.terms.order}/${milestone}/${step}/${coin}`,
      milestone,
      chain: legTerms(this.terms, side).chain,
      coin,
    }
  }

  private funding(): readonly OrderEffect[] {
    const { milestone, state, code, resolution, legs } = this.milestone
    const id = `${this.order.terms.order}/${milestone}`
    if (code !== null) return []
    if (state === 'UNFUNDED' && !hasPassed(this.env, buyersLeg(this.terms.legs).chain, fundingEnds(this.terms))) {
      const party = this.order.terms.buyer
      return [{ kind: 'askFunding', id: `${id}/fund`, milestone, party, before: fundingEnds(this.terms) }]
    }
    if (state !== 'HALF_FUNDED' || resolution !== null || legs.kind !== 'paired' || this.terms.legs.kind !== 'paired') return []
    if (legs.b.fate !== 'unfunded') return []
    const { b, lockBy } = this.terms.legs
    return [{ kind: 'fundLegB', id: `${id}/fund-b`, milestone, chain: b.chain, validUntil: lockBy }]
  }

  /** The ledger's own default, once the deadline has passed in final block time. Of a pair, never against a leg that was released. */
  private defaults(): readonly OrderEffect[] {
    return this.open
      .filter((leg) => this.isDue(leg) && this.mayDefault(leg))
      .map((leg) => ({ kind: 'pushDefault', ...this.on('default', leg) }))
  }

  private mayDefault({ side }: Leg): boolean {
    const { legs, code } = this.milestone
    if (legs.kind === 'single') return true
    if (this.mustRelease) return false
    // A known code could still take A: B is not sent back before A is.
    if (side === 'b') return code === null || legs.a.fate !== 'open'
    const b = this.open.find((leg) => leg.side === 'b')
    return b === undefined || this.isDue(b)
  }

  private people(): readonly OrderEffect[] {
    const { milestone, state, code, legs } = this.milestone
    const id = `${this.order.terms.order}/${milestone}`
    if (state === 'ONE_LEG') return [{ kind: 'adjudicate', id: `${id}/one-leg`, milestone, reason: 'one_leg' }]
    if (legs.kind !== 'paired' || (code === null && !this.mustRelease)) return []
    const stuck = this.open.some((leg) => this.isDue(leg) && (this.mustRelease || leg.side === 'b'))
    return stuck ? [{ kind: 'adjudicate', id: `${id}/late-code`, milestone, reason: 'code_too_late' }] : []
  }

  private code(leg: Leg): readonly OrderEffect[] {
    const { code, legs } = this.milestone
    if (code === null || leg.leg.coin.deliveryHash === undefined) return []
    // B first, and A only when B was paid: A alone would pay the provider for nothing.
    if (legs.kind === 'paired' && leg.side === 'a' && !isReleased(legs.b)) return []
    return [{ kind: 'pushCode', ...this.on('code', leg), preimage: code }]
  }

  private release(leg: Leg): OrderEffect {
    const { code, resolution } = this.milestone
    if (code !== null && leg.leg.coin.deliveryHash !== undefined)
      return { kind: 'pushCode', ...this.on('code', leg), preimage: code }
    // a ruling over both legs may say another share than the code: once the code took one, it alone is the reason for the other
    const cause = resolution === null || this.isCodeSpent() ? 'code_spent' : resolution.cause
    const evidence = { kind: cause, reference: cause === 'code_spent' ? '' : (resolution?.evidence ?? '') } as const
    return { kind: 'signRule', ...this.on('rule', leg), path: { kind: 'rule', toPayee: leg.leg.coin.amount }, evidence }
  }

  private isCodeSpent(): boolean {
    const { legs } = this.milestone
    return legs.kind === 'paired' && [legs.a, legs.b].some((leg) => isReleased(leg) && leg.fate === 'closed' && leg.by === 'code')
  }

  private resolve(running: readonly Leg[], resolution: Resolution): readonly OrderEffect[] {
    if (this.milestone.legs.kind === 'single') return this.resolveSingle(running, resolution)
    const evidence = { kind: resolution.cause, reference: resolution.evidence }
    const rule = (leg: Leg): OrderEffect => {
      const toPayee = shareOf(leg.leg.coin.amount, resolution.share)
      return { kind: 'signRule', ...this.on('rule', leg), path: { kind: 'rule', toPayee }, evidence }
    }
    if (resolution.share.toPayer === 0n) return running.slice(-1).map(rule)
    const locked = running.filter(({ leg }) => leg.coin.deliveryHash !== undefined)
    if (locked.length === 0) return running.map(rule)
    return locked.map((leg) => this.hold(leg, 'drop', { kind: 'resolution', reference: resolution.evidence }))
  }

  /** By consent both parties sign themselves: the arbiter is needed only where they do not agree. Of several coins the first go back first. */
  private resolveSingle(running: readonly Leg[], resolution: Resolution): readonly OrderEffect[] {
    if (resolution.cause !== 'consent') {
      const evidence = { kind: resolution.cause, reference: resolution.evidence }
      return running.map((leg) => {
        const { amount, coordinate } = leg.leg.coin
        const part = resolution.parts?.find(({ coin }) => coin === coordinate)
        const toPayee = part?.toPayee ?? shareOf(amount, resolution.share)
        return { kind: 'signRule', ...this.on('rule', leg), path: { kind: 'rule', toPayee }, evidence }
      })
    }
    const { merchant } = this.terms
    let left = resolution.amount
    return running.flatMap((leg) => {
      const { amount, held } = leg.leg.coin
      const back = left === undefined || left > amount ? amount : left
      left = left === undefined ? undefined : left - back
      if (back === 0n) return []
      if (held && back < amount)
        return [this.ask(leg, [this.order.terms.buyer, merchant], { kind: 'agree', toPayee: amount - back })]
      return [this.ask(leg, [merchant], { kind: 'refund', amount: back })]
    })
  }

  private waiting(running: readonly Leg[]): readonly OrderEffect[] {
    const { disputeAsked, state } = this.milestone
    if (disputeAsked !== null && state !== 'DISPUTED') {
      // Holds extend A first, then B.
      const next = running.find(
        ({ side, leg }) => !leg.coin.held || leg.coin.deadline < disputeDeadline(legTerms(this.terms, side)),
      )
      return next === undefined ? [] : [this.hold(next, 'dispute', { kind: 'dispute', reference: disputeAsked.dispute })]
    }
    const effects: OrderEffect[] = []
    const hold = this.carrierHold()
    if (hold !== null) {
      const path = { kind: 'hold', deadline: hold.until, default: 'release', dropDeliveryHash: false } as const
      const evidence = { kind: 'carrier', reference: hold.evidence } as const
      for (const leg of running)
        if (!leg.leg.coin.held) effects.push({ kind: 'signHold', ...this.on('hold-carrier', leg), path, evidence })
    }
    if (state === 'ACCEPTED')
      for (const leg of running)
        effects.push(this.ask(leg, [this.order.terms.buyer], { kind: 'release', amount: leg.leg.coin.amount }))
    return effects
  }

  private carrierHold() {
    if (this.milestone.state === 'ACCEPTED') return this.milestone.hold
    return this.milestone.state === 'DELIVERED' && this.milestone.by === 'carrier' ? this.milestone.hold : null
  }

  private hold(
    leg: Leg,
    step: 'drop' | 'dispute',
    evidence: Extract<OrderEffect, { kind: 'signHold' }>['evidence'],
  ): OrderEffect {
    const terms = legTerms(this.terms, leg.side)
    const deadline = step === 'drop' ? terms.latest : disputeDeadline(terms)
    const path = { kind: 'hold', deadline, dropDeliveryHash: step === 'drop' } as const
    return { kind: 'signHold', ...this.on(`hold-${step}`, leg), path, evidence }
  }

  private ask(leg: Leg, parties: readonly PartyId[], path: SpendPath): OrderEffect {
    return { kind: 'askSignature', ...this.on(`ask-${path.kind}`, leg), parties, path }
  }
}

/** The payee's part of a coin, before fees: largest remainder, a tie goes to the payer. */
export function shareOf(amount: bigint, share: { readonly toPayer: bigint; readonly toPayee: bigint }): bigint {
  return splitByLargestRemainder(amount, [share.toPayer, share.toPayee])[1] ?? 0n
}
