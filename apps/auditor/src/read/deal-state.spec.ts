// The auditor's reading of stored deals against what the machines themselves store.
import {
  type OrderState,
  type OrderTerms,
  type RouteState,
  conversionCodec,
  orderCodec,
  routeCodec,
  swapCodec,
} from '@huitong/protocol'
import { termsOf } from './deal-state.js'

const leg = { chain: '0a'.repeat(32), asset: 'EUR', amount: 7n, claimant: '01'.repeat(32), refundee: '02'.repeat(32), expiry: 9 }
const escrowLeg = { chain: '0a'.repeat(32), asset: 'EUR', amount: 300n, fee: 3n }
const books = { funded: 300n, released: 99n, refunded: 0n, fees: 1n, remaining: 200n }

/** As settlement keeps an order: the machine's state beside the order's file. */
const stored = (order: object): unknown =>
  JSON.parse(JSON.stringify({ state: { file: {}, order }, format: 1, machine: 'orderDeal' }))

/** States of the machines, with only the fields that are stored and looked at. */
const pair = (state: string) => ({
  state,
  terms: { id: 'x', hash: '0b'.repeat(32), a: leg, b: { ...leg, asset: 'CNY' } },
  a: { fate: 'none' },
  b: { fate: 'none' },
  extras: [],
  exceptions: [],
})

it.each([
  ['conversion', () => conversionCodec.encodeState(pair('QUOTED') as never)],
  ['swap', () => swapCodec.encodeState(pair('PROPOSED') as never)],
])('reads the legs of a %s', (kind, stored) => {
  const { hash } = pair('').terms
  expect(termsOf(kind, JSON.parse(JSON.stringify(stored())))).toEqual({ kind: 'pair', hash, a: leg, b: { ...leg, asset: 'CNY' } })
})

it('reads every leg of a conversion through other tokens, in order', () => {
  const [first, second] = [pair('QUOTED'), pair('QUOTED')]
  const on = { ...leg, asset: 'JPY' }
  const hops = [first, { ...second, terms: { ...second.terms, a: second.terms.b, b: on } }]
  // the border: states with the stored fields alone
  const stored = routeCodec.encodeState({ state: 'QUOTED', hops } as unknown as RouteState)
  expect(termsOf('conversion', JSON.parse(JSON.stringify(stored)))).toEqual({
    kind: 'route',
    hash: first.terms.hash,
    legs: [leg, { ...leg, asset: 'CNY' }, on],
  })
})

it('reads an order: what its legs hold, and the coins that are none', () => {
  const order = 'cc'.repeat(16)
  const milestone = (number: number, legs: object) => ({ milestone: number, state: 'FUNDED', legs, code: null })
  const state = {
    state: 'FUNDED',
    terms: {
      order,
      milestones: [
        { milestone: 0, legs: { kind: 'single', leg: escrowLeg } },
        { milestone: 4, legs: { kind: 'paired', a: escrowLeg, b: { ...escrowLeg, asset: 'CNY' } } },
      ],
    },
    extras: [{ chain: '0a'.repeat(32), coordinate: '0e'.repeat(32), amount: 5n, fate: 'open' }],
    milestones: [
      milestone(0, {
        kind: 'single',
        leg: { fate: 'open', books, coin: { coordinate: '0d'.repeat(32), amount: 200n, fee: 2n }, seen: ['s'] },
      }),
      milestone(4, {
        kind: 'paired',
        a: { fate: 'closed', books, outcome: 'split', by: 'rule', at: 5, seen: ['t'] },
        b: { fate: 'unfunded' },
      }),
    ],
  }
  const at = { chain: '0a'.repeat(32), asset: 'EUR' }
  // the border: a state with the stored fields alone
  expect(termsOf('order', stored(orderCodec.encodeState(state as unknown as OrderState)))).toEqual({
    kind: 'order',
    order,
    extras: new Set([`${'0a'.repeat(32)}/${'0e'.repeat(32)}`]),
    legs: [
      { milestone: 0, side: 'single', ...at, books, coin: { coordinate: '0d'.repeat(32), amount: 200n }, seen: ['s'] },
      { milestone: 4, side: 'a', ...at, books, seen: ['t'] },
      { milestone: 4, side: 'b', ...at, asset: 'CNY', seen: [] },
    ],
  })
})

it('reads a draft, which has no milestones of its own', () => {
  const terms: Partial<OrderTerms> = { milestones: [] }
  const state = { state: 'DRAFT', terms: { order: 'cc'.repeat(16), ...terms }, extras: [], agreed: [] }
  expect(termsOf('order', stored({ state }))).toEqual({ kind: 'order', order: 'cc'.repeat(16), extras: new Set(), legs: [] })
})

it('says what it cannot read', () => {
  expect(termsOf('swap', { state: { terms: { hash: 7 } } })).toEqual({
    kind: 'unreadable',
    fault: 'swap.state.terms.hash is no text',
  })
  expect(termsOf('dispute', { anything: 1 })).toEqual({ kind: 'other' })
})
