// The order machine against its diagrams, every event in every state, and the money under it after every step.
import { readFileSync } from 'node:fs'
import { type Result, expectOk } from '@huitong/primitives'
import { toJson } from '../canonical.js'
import { legEntries } from './legs.js'
import { drawTransitions, drawnTransitions, explore } from '../testing/explore.js'
import { eventsIn, orderTerms } from '../testing/order-world.js'
import { envAt } from '../testing/world.js'
import { type OrderEffect, type OrderEvent, type OrderState, MILESTONE_STATES, ORDER_STATES } from './order.js'
import { allowedActions, createOrder, decideOrder, nextDeadline, orderCodec } from './order.js'

const start = envAt(0)
const drafts = [
  ...(['inspection', 'code', 'paired'] as const).map((sort) => orderTerms(sort)),
  orderTerms('code', { payment: { under: 'hold' } }),
].map((terms) => expectOk(createOrder(terms, start), 'terms').state)
const document = readFileSync(new URL('order.md', import.meta.url), 'utf8')
const facts = ['coinCreated', 'coinSpent', 'timePassed', 'preimageSeen']

/** What no order may ever owe or show, whatever happened. */
function check(after: OrderState, effects: readonly OrderEffect[]): void {
  expect(new Set(effects.map(({ id }) => id)).size).toBe(effects.length)
  if (after.state === 'DRAFT') return
  for (const milestone of after.milestones) {
    const { legs } = milestone
    const buyers = legs.kind === 'single' ? legs.leg : legs.a
    const records = after.refunds.filter(({ kind, state }) => kind !== 'extra' && state === 'FINAL')
    const recorded = records.reduce((sum, { amount }) => sum + amount, 0n)
    expect(recorded).toBe(buyers.fate === 'unfunded' ? 0n : buyers.books.refunded)
    if (legs.kind === 'single') continue
    const released = [legs.a, legs.b].some((leg) => leg.fate === 'closed' && leg.outcome === 'released')
    for (const effect of effects) {
      const coin = 'coin' in effect ? effect.coin : undefined
      const [leg] = [legs.a, legs.b].flatMap((one) => (one.fate === 'open' && one.coin.coordinate === coin ? [one] : []))
      if (leg === undefined) continue
      if (effect.kind === 'pushDefault') expect(released).toBe(false)
      if (effect.kind === 'signRule' && effect.path.toPayee < leg.coin.amount) {
        expect(leg.coin.deliveryHash).toBeUndefined()
        expect(released).toBe(false)
      }
      if (effect.kind === 'signHold') expect(effect.path.default).toBeUndefined()
      expect(effect.kind).not.toBe('askSignature')
    }
  }
}

function label(_: OrderState, event: OrderEvent): string {
  if (event.kind === 'coinCreated') return 'funded'
  if (event.kind === 'coinSpent') return `spent by ${event.path.kind}`
  return event.kind
}

const milestoneOf = (order: OrderState) => (order.state === 'DRAFT' ? undefined : order.milestones[0]) ?? { state: 'UNFUNDED' }

/** What decides about the future of an order. Records, names of coins and sums pile up beside it. */
function whatMatters(order: OrderState): string {
  const { state, terms } = order
  const [sort] = terms.milestones
  const early = {
    state,
    sort,
    extras: order.extras.map(({ fate, waits }) => [fate, waits?.for ?? 'nothing']),
    asked: Math.min(order.refunds.length, 1),
  }
  if (order.state === 'DRAFT') return JSON.stringify(toJson({ ...early, agreed: order.agreed }))
  const milestones = order.milestones.map(({ legs, request, resolution, ...rest }) => ({
    ...rest,
    legs: legEntries(legs).map(({ leg }) => {
      if (leg.fate === 'unfunded') return leg
      if (leg.fate === 'closed') return { fate: leg.fate, outcome: leg.outcome, default: leg.by === 'default' }
      const { coordinate: _, ...coin } = leg.coin
      return coin
    }),
    request: request?.kind,
    resolution: resolution === null ? null : { cause: resolution.cause, share: resolution.share },
  }))
  return JSON.stringify(toJson({ ...early, milestones }))
}

const walk = {
  initial: drafts,
  events: eventsIn,
  decide: (state: OrderState, event: OrderEvent): Result<{ state: OrderState; effects: readonly OrderEffect[] }, string> =>
    decideOrder(state, event, start),
  codec: orderCodec,
  facts,
  check,
  label,
  key: whatMatters,
  part: milestoneOf,
}
const walked = explore<OrderState, OrderEvent, OrderEffect>(walk)

describe('every event in every state', () => {
  it('reaches every state of orders and milestones', () => {
    expect([...walked.names.keys()].sort()).toEqual([...ORDER_STATES].sort())
    expect([...walked.part.names.keys()].sort()).toEqual([...MILESTONE_STATES].sort())
  })

  it.each([
    ['Order states', walked.transitions, 'DRAFT', ['SETTLED', 'CANCELLED', 'EXPIRED']],
    ['Milestone states', walked.part.transitions, 'UNFUNDED', ['SETTLED', 'REFUNDED', 'LAPSED', 'ONE_LEG']],
  ] as const)('makes the transitions of the published diagram "%s" and no others', (heading, transitions, initial, finals) => {
    if (process.env['SHOW_DIAGRAM'] !== undefined) console.log(drawTransitions(transitions, initial, finals))
    expect(drawnTransitions(document, heading)).toEqual(transitions)
  })

  it('offers as allowed what it then takes, and nothing else', () => {
    const names = new Set<string>()
    for (const state of walked.states) {
      for (const party of ['alice', 'shop']) {
        const allowed = allowedActions(state, party, start).map(({ action }) => action)
        for (const event of eventsIn(state)) {
          if (!('by' in event) || event.by !== party) continue
          if (event.kind === 'requestRefund' || (event.kind === 'agree' && event.termsHash === 'another')) continue
          const decided = decideOrder(state, event, start)
          const moved = decided.ok && decided.value.state !== state
          names.add(`${event.kind} ${moved}`)
          expect([event.kind, state.state, moved]).toEqual([event.kind, state.state, allowed.includes(event.kind)])
        }
      }
    }
    expect(names).toContain('openDispute true')
    expect(names).toContain('accept false')
  })

  it('has a deadline wherever money waits', () => {
    for (const state of walked.states) {
      if (state.state === 'DRAFT') continue
      const open = state.milestones.some(({ legs }) =>
        [legs.kind === 'single' ? legs.leg : legs.a].some((leg) => leg.fate === 'open'),
      )
      if (open) expect(nextDeadline(state)).toBeDefined()
    }
  })
})
