// The reservation behind a quote: every event in every state against the published diagram, and an offer's sums that always add up.
import { readFileSync } from 'node:fs'
import { expectOk } from '@huitong/primitives'
import { drawTransitions, drawnTransitions, explore } from '../testing/explore.js'
import { chainA, chainB, envAt, minute, passed } from '../testing/world.js'
import {
  type MoveInventory,
  QUOTE_STATES,
  type QuoteEvent,
  type QuoteState,
  createQuote,
  decideQuote,
  inventoryOfQuote,
  quoteCodec,
} from './reservation.js'

const fields = { id: 'qte_1', offer: 'off_1', payer: 'alice', amount: 7n, chain: chainA, expiresAt: minute(3) } as const
const open = expectOk(createQuote(fields), 'a quote').state
const take: QuoteEvent = { kind: 'take', by: 'alice', deal: 'cnv_1' }
const events: readonly QuoteEvent[] = [
  take,
  { kind: 'take', by: 'alice', deal: 'cnv_2' },
  { kind: 'take', by: 'bob', deal: 'cnv_3' },
  passed(chainA, 2),
  passed(chainA, 3),
  passed(chainB, 9),
  { kind: 'legBLocked' },
  { kind: 'legBBack' },
]

const walked = explore<QuoteState, QuoteEvent, MoveInventory>({
  initial: [open],
  events: () => events,
  decide: (state, event) => decideQuote(state, event, envAt(1)),
  codec: quoteCodec,
  facts: ['timePassed', 'legBLocked', 'legBBack'],
  check: (after, effects, before) => {
    const moved = effects.reduce(
      (sum, one) => ({ reserved: sum.reserved + one.reserved, used: sum.used + one.used }),
      inventoryOfQuote(before),
    )
    expect(moved).toEqual(inventoryOfQuote(after))
  },
})

describe('the reservation of a quote', () => {
  it('reaches every state and makes the transitions of the published diagram and no others', () => {
    if (process.env['SHOW_DIAGRAM'] !== undefined)
      console.log(drawTransitions(walked.transitions, 'OPEN', ['SETTLED', 'RETURNED', 'EXPIRED']))
    expect([...walked.names.keys()].sort()).toEqual([...QUOTE_STATES].sort())
    const document = readFileSync(new URL('quote.md', import.meta.url), 'utf8')
    expect(drawnTransitions(document, 'States')).toEqual(walked.transitions)
  })

  it.each([
    ['quote_wrong_party', open, { ...take, by: 'bob' }, 1],
    // 3:00 - 5 s of skew: there is no certainty any more
    ['quote_expired', open, take, 2.95],
    ['quote_used', expectOk(decideQuote(open, take, envAt(1)), 'taken').state, { ...take, deal: 'cnv_2' }, 1],
    ['quote_expired', expectOk(decideQuote(open, passed(chainA, 3), envAt(1)), 'expired').state, take, 1],
  ] as const)('refuses with %s', (code, state, event, minutes) => {
    expect(decideQuote(state, event, envAt(minutes))).toMatchObject({ ok: false, code })
  })

  it('is taken once by a deal, however often that is asked', () => {
    const taken = expectOk(decideQuote(open, take, envAt(2.9)), 'taken')
    expect(taken).toMatchObject({ state: { state: 'TAKEN', deal: 'cnv_1' }, effects: [] })
    expect(expectOk(decideQuote(taken.state, take, envAt(9)), 'again').state).toBe(taken.state)
  })
})
