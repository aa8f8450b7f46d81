// A division's body: the same share on every leg, exact to the unit, and nothing that the ledgers would not pay out.
import fc from 'fast-check'
import { decodeRuling } from '@huitong/chain'
import { type Coordinate, expectOk, fromHex, sha256, toHex } from '@huitong/primitives'
import type { LegState, MilestoneState } from '@huitong/protocol'
import { asked, envAt, pairedMilestone, places, taken } from '../testing/order-terms.js'
import { DEFAULT_TERMS } from '../terms.js'
import { legTermsOf } from './order.legs.js'
import { orderTerms } from './order.terms.js'
import { rulingBody } from './ruling-body.js'

const nothing = { milestone: 0, code: null, request: null, resolution: null, disputeAsked: null }

function made(kind: 'single' | 'paired') {
  const order = kind === 'single' ? asked() : asked([pairedMilestone])
  const quotes = kind === 'single' ? new Map() : new Map([[0, taken()]])
  const { terms } = expectOk(orderTerms(order, places(quotes), { env: envAt(), hub: DEFAULT_TERMS }), 'terms')
  const [milestoneTerms] = terms.milestones
  if (milestoneTerms === undefined) throw new Error('a milestone')
  const leg = (side: 'a' | 'b' | 'single', digit: string): LegState => {
    const { amount, fee, deadline } = legTermsOf(milestoneTerms, side)
    const coordinate = digit.repeat(64) as Coordinate
    const coin = { coordinate, amount, fee, deadline, default: 'refund', held: false } as const
    return {
      fate: 'open',
      books: { funded: amount, released: 0n, refunded: 0n, fees: 0n, remaining: amount },
      coin,
      seen: [coordinate],
    }
  }
  const legs =
    kind === 'single' ? ({ kind, leg: leg('single', '3') } as const) : ({ kind, a: leg('a', '4'), b: leg('b', '5') } as const)
  const milestone: MilestoneState = { ...nothing, state: 'FUNDED', legs }
  return { order: terms, terms: milestoneTerms, milestone }
}

it('states every output of a single coin: payee, payer, fee', () => {
  const { statement, body, hash, outcome } = expectOk(
    rulingBody({ ...made('single'), toMerchant: 5_000n, reasons: 'half' }),
    'a body',
  )
  expect(outcome).toBe('split')
  expect(statement.legs[0]?.outputs.map(({ amount }) => amount)).toEqual([4_976n, 5_001n, 24n])
  expect(expectOk(decodeRuling(fromHex(body)), 'a ruling')).toEqual(statement)
  expect(hash).toBe(toHex(sha256(fromHex(body))))
})

it.each([
  [0n, 'refund'],
  [10_001n, 'release'],
])('names %s to the merchant a %s', (toMerchant, outcome) => {
  expect(rulingBody({ ...made('single'), toMerchant, reasons: '' })).toMatchObject({ value: { outcome } })
})

it('refuses more than remains, and coins that are not there', () => {
  expect(rulingBody({ ...made('single'), toMerchant: 10_002n, reasons: '' })).toMatchObject({ code: 'amount_out_of_range' })
  const half = made('paired')
  const milestone: MilestoneState = {
    ...half.milestone,
    legs: { kind: 'paired', a: { fate: 'unfunded' }, b: { fate: 'unfunded' } },
  }
  expect(rulingBody({ ...half, milestone, toMerchant: 1n, reasons: '' })).toMatchObject({ code: 'wrong_state' })
})

it('gives both legs of a pair one share: exact on the merchant’s, rounded on the buyer’s with a tie to the buyer', () => {
  const pair = made('paired')
  fc.assert(
    fc.property(fc.bigInt(0n, 16_000n), (toMerchant) => {
      const { statement, share } = expectOk(rulingBody({ ...pair, toMerchant, reasons: 'r' }), 'a body')
      const [a, b] = statement.legs.map(({ path }) => (path.kind === 'rule' ? path.toPayee : -1n))
      expect(b).toBe(toMerchant)
      expect(share.toPayer + share.toPayee).toBe(16_000n)
      // 8 CNY a EUR: the nearest whole unit of A, half a unit goes back to the buyer
      expect(a).toBe((toMerchant + 3n) / 8n)
      for (const { outputs, chain } of statement.legs) {
        const whole = chain === statement.legs[0]?.chain ? 2_000n : 16_000n
        expect(outputs.reduce((sum, { amount }) => sum + amount, 0n)).toBe(whole)
      }
    }),
    { numRuns: 200 },
  )
})
