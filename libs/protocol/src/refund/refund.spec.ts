// The refund record against its diagram, every event in every state.
import { readFileSync } from 'node:fs'
import { expectOk } from '@huitong/primitives'
import { drawTransitions, drawnTransitions, explore } from '../testing/explore.js'
import { asset, chainA } from '../testing/world.js'
import { REFUND_STATES, type RefundEvent, type RefundRecord, createRefund, decideRefund, refundCodec } from './refund.js'

const fields = {
  id: 'ref_1',
  kind: 'part',
  milestone: 0,
  chain: chainA,
  asset: asset('CNY'),
  amount: 5n,
  reason: 'scratch',
} as const
const asked = expectOk(createRefund(fields, 'REQUESTED'), 'a refund').state
const events: readonly RefundEvent[] = [
  { kind: 'agree' },
  { kind: 'decline' },
  { kind: 'returned', amount: 5n },
  { kind: 'paidOut' },
]

const walked = explore<RefundRecord, RefundEvent, never>({
  initial: [asked],
  events: () => events,
  decide: decideRefund,
  codec: refundCodec,
  facts: ['returned', 'paidOut'],
  check: (after) => expect(after.amount).toBe(5n),
})

describe('a refund record', () => {
  it('reaches every state and makes the transitions of the published diagram and no others', () => {
    if (process.env['SHOW_DIAGRAM'] !== undefined)
      console.log(drawTransitions(walked.transitions, 'REQUESTED', ['DECLINED', 'SUPERSEDED', 'FINAL']))
    expect([...walked.names.keys()].sort()).toEqual([...REFUND_STATES].sort())
    const document = readFileSync(new URL('refund.md', import.meta.url), 'utf8')
    expect(drawnTransitions(document, 'States')).toEqual(walked.transitions)
  })

  it('is of something', () => {
    expect(createRefund({ ...fields, amount: 0n }, 'AGREED')).toMatchObject({ ok: false, code: 'refund_amount_out_of_range' })
  })
})
