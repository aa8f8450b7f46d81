// Nothing waits for nobody: every state of a milestone that waits has somebody who may act, a deadline in ledger time, and what then happens by itself.
import { type Result, expectOk } from '@huitong/primitives'
import { toJson } from '../canonical.js'
import { legEntries, openLegs } from './legs.js'
import { explore } from '../testing/explore.js'
import { eventsIn, orderTerms } from '../testing/order-world.js'
import { chainA, chainB, envAt, passed } from '../testing/world.js'
import type { MilestoneState, OrderEffect, OrderEvent, OrderState } from './order.js'
import { MILESTONE_STATES, createOrder, decideOrder, nextDeadline, orderCodec, orderEffects } from './order.js'

const start = envAt(0)
/** Later than every deadline and every `latest` of the terms. */
const END_MINUTES = 400
const end = envAt(END_MINUTES)

type Waiting = Extract<OrderState, { milestones: readonly MilestoneState[] }>

/** States apart in what decides about their future; records and names of coins are not. */
function whatMatters(order: OrderState): string {
  const isLate = order.exceptions.some(({ kind }) => kind === 'shipment_late')
  const extras = [order.extras.map(({ fate }) => fate), isLate]
  if (order.state === 'DRAFT') return JSON.stringify(toJson({ terms: order.terms.milestones[0], agreed: order.agreed, extras }))
  const milestones = order.milestones.map(({ legs, request, resolution, ...rest }) => ({
    ...rest,
    legs: legEntries(legs).map(({ leg }) => {
      if (leg.fate === 'unfunded') return leg
      if (leg.fate === 'closed') return { fate: leg.fate, outcome: leg.outcome, by: leg.by }
      const { coordinate: _, ...coin } = leg.coin
      return coin
    }),
    request: request?.kind,
    resolution: resolution === null ? null : { cause: resolution.cause, share: resolution.share },
  }))
  return JSON.stringify(toJson({ terms: order.terms.milestones[0], state: order.state, milestones, extras }))
}

const { states } = explore<OrderState, OrderEvent, OrderEffect>({
  initial: (['inspection', 'code', 'paired'] as const).map((sort) => expectOk(createOrder(orderTerms(sort), start), sort).state),
  events: eventsIn,
  decide: (state, event): Result<{ state: OrderState; effects: readonly OrderEffect[] }, string> =>
    decideOrder(state, event, start),
  codec: orderCodec,
  facts: [],
  check: () => undefined,
  key: whatMatters,
})
const bound = states.filter((state): state is Waiting => state.state !== 'DRAFT')
const open = (order: Waiting) => order.milestones.flatMap(({ legs }) => openLegs(legs))

/** Who is waited for, and what may be the next thing to happen by time alone. `nothing`: no money and no promise is left to wait for. */
const WAITS: Readonly<Record<MilestoneState['state'], { readonly owner: string; readonly next: readonly string[] }>> = {
  UNFUNDED: { owner: 'buyer', next: ['funding_lapses'] },
  // once the arbiter gives leg A back (resolved), only A's own default is left behind it
  HALF_FUNDED: { owner: 'custody', next: ['leg_b_lapses', 'refund_by_default'] },
  // a late shipment is told once; before a carrier's word the ledger may know a hold that we do not
  FUNDED: { owner: 'merchant', next: ['refund_by_default', 'release_by_default', 'shipment_late'] },
  SHIPPED: { owner: 'carrier or holder of the code', next: ['refund_by_default', 'release_by_default'] },
  DELIVERED: { owner: 'custody', next: ['refund_by_default', 'release_by_default'] },
  INSPECTION: { owner: 'buyer', next: ['release_by_default'] },
  ACCEPTED: { owner: 'buyer', next: ['refund_by_default', 'release_by_default'] },
  DISPUTED: { owner: 'operators or both parties', next: ['refund_by_default', 'release_by_default'] },
  SETTLED: { owner: 'nobody', next: ['nothing'] },
  REFUNDED: { owner: 'nobody', next: ['nothing'] },
  ONE_LEG: { owner: 'an operator', next: ['nothing'] },
  // a leg B that came early goes back to its provider
  LAPSED: { owner: 'nobody', next: ['nothing', 'refund_by_default'] },
}

it.each(MILESTONE_STATES)('%s waits for somebody, until a time, and then goes on by itself', (name) => {
  const inState = bound.filter((order) => order.milestones[0]?.state === name)
  const next = new Set(inState.map((order) => nextDeadline(order)?.what ?? 'nothing'))
  expect([...next].sort()).toEqual([...WAITS[name].next].sort())
  expect(inState.some((order) => open(order).length > 0)).toBe(name !== 'SETTLED' && name !== 'REFUNDED' && name !== 'ONE_LEG')
})

it('a deadline stands on the ledger of every coin that is still locked', () => {
  const without = bound.filter((order) => open(order).length > 0 && nextDeadline(order) === undefined)
  expect(without.map(whatMatters)).toEqual([])
})

/** A code may be known, or one leg paid: then a coin is not sent back by us, and people decide. */
const isForPeople = (order: Waiting): boolean =>
  order.milestones.some(
    ({ legs, code }) =>
      legs.kind === 'paired' &&
      (code !== null || [legs.a, legs.b].some((leg) => leg.fate === 'closed' && leg.outcome === 'released')),
  )

it('once all time has passed, every coin that is still locked goes back by default, or people are called', () => {
  let called = 0
  for (const order of bound) {
    const late = [chainA, chainB].reduce<OrderState>(
      (state, chain) => expectOk(decideOrder(state, passed(chain, END_MINUTES), end), 'time').state,
      order,
    )
    if (late.state === 'DRAFT') throw new Error('a bound order stays bound')
    const effects = orderEffects(late, end)
    const pushed = new Set(effects.flatMap((effect) => (effect.kind === 'pushDefault' ? [effect.coin] : [])))
    const isCalled = effects.some(({ kind }) => kind === 'adjudicate')
    for (const { leg } of open(late)) {
      if (pushed.has(leg.coin.coordinate)) continue
      expect([isCalled, isForPeople(late)], whatMatters(late)).toEqual([true, true])
      called += 1
    }
    for (const extra of late.extras) expect(extra.fate === 'closed' || pushed.has(extra.coordinate)).toBe(true)
    expect(late.milestones.map(({ state }) => state)).not.toContain('UNFUNDED')
  }
  expect(called).toBeGreaterThan(0)
})
