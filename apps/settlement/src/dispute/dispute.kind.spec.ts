// The dispute's machine with its file: who is heard when, what silence does, and that two operators over one body are needed.
import { type Time, expectOk } from '@huitong/primitives'
import { type DisputeTerms, createDispute } from '@huitong/protocol'
import { NOW, HOUR, east, envAt } from '../testing/order-terms.js'
import { type DisputeDeal, type DisputeDealEvent, type ProposedRuling, disputeDeal, disputeKind } from './dispute.kind.js'

const terms: DisputeTerms = {
  id: 'dsp_1',
  order: 'ord_1',
  milestone: 0,
  buyer: 'pty_buyer',
  merchant: 'pty_shop',
  openedBy: 'pty_buyer',
  reason: 'broken',
  chain: east.chain,
  answerBy: (NOW + HOUR) as Time,
  arbitrateFrom: (NOW + 2 * HOUR) as Time,
}
const requested = disputeDeal(expectOk(createDispute(terms), 'a dispute').state, {
  claim: 'broken',
  messages: [],
  isSilent: false,
})
const ruling: ProposedRuling = {
  outcome: 'split',
  toMerchant: '40',
  toBuyer: '60',
  reasons: 'r',
  reasonsHash: 'aa'.repeat(32),
  body: 'bb',
  hash: 'cc'.repeat(32),
  ledger: 'east',
  signatures: [],
}
const signed = (body = 'bb') => ({ body, publicKey: 'dd', signature: 'ee' })
type Heard = DisputeDealEvent | { readonly kind: 'timePassed'; readonly chain: typeof east.chain; readonly time: Time }
const decide = (deal: DisputeDeal, event: Heard) => disputeKind.decide(deal, event, envAt())
const after = (...events: readonly Heard[]): DisputeDeal =>
  events.reduce((deal, event) => expectOk(decide(deal, event), event.kind).state, requested)
const say = (by?: string): Heard => ({
  kind: 'say',
  message: { at: NOW, party: by ?? 'opr_1', text: 'hm' },
  ...(by === undefined ? {} : { by }),
})
const sign = (operator: string, body = 'bb'): Heard => ({ kind: 'sign', operator, signed: signed(body) })
const passed = (at: number): Heard => ({ kind: 'timePassed', chain: east.chain, time: at as Time })

it('hears words before the clock stands, and counts an answer only after', () => {
  expect(after(say('pty_shop'))).toMatchObject({ state: 'REQUESTED', file: { messages: [{ text: 'hm' }] } })
  expect(after({ kind: 'held' }, say('pty_buyer')).state).toBe('OPEN')
  expect(after({ kind: 'held' }, say()).state).toBe('OPEN')
  expect(after({ kind: 'held' }, say('pty_shop')).state).toBe('NEGOTIATION')
})

it('sends silence to the operators, by the ledger’s time alone', () => {
  expect(after({ kind: 'held' }, passed(NOW + HOUR - 1)).state).toBe('OPEN')
  expect(after({ kind: 'held' }, passed(NOW + HOUR))).toMatchObject({ state: 'ARBITRATION', file: { isSilent: true } })
  expect(after({ kind: 'held' }, say('pty_shop'), passed(NOW + 2 * HOUR)).state).toBe('ARBITRATION')
})

it('is ruled by two operators over the very same body, never by one twice, never over a replaced one', () => {
  expect(decide(requested, { kind: 'propose', ruling })).toMatchObject({ code: 'dispute_wrong_state' })
  const once = after({ kind: 'held' }, { kind: 'propose', ruling }, sign('opr_1'))
  expect(once.state).toBe('ARBITRATION')
  expect(decide(once, sign('opr_1'))).toMatchObject({ code: 'operator_signed_already' })
  expect(decide(once, sign('opr_2', 'bc'))).toMatchObject({ code: 'ruling_mismatch' })
  const replaced = expectOk(
    decide(once, { kind: 'propose', ruling: { ...ruling, body: 'bc', toMerchant: '41', toBuyer: '59' } }),
    'again',
  ).state
  expect(expectOk(decide(replaced, sign('opr_2', 'bc')), 'a first signature').state.state).toBe('ARBITRATION')
  expect(expectOk(decide(once, sign('opr_2')), 'a second signature').state.state).toBe('RULED')
})

it('owes execution and anchor once ruled, and the anchor even when the money was faster', () => {
  const ruled = after({ kind: 'held' }, { kind: 'propose', ruling }, sign('opr_1'), sign('opr_2'))
  expect(disputeKind.effects(ruled, envAt()).map(({ kind }) => kind)).toEqual(['ruleOrder', 'anchorRuling'])
  const executed = expectOk(decide(ruled, { kind: 'milestoneClosed' }), 'closed').state
  expect(disputeKind.effects(executed, envAt()).map(({ kind }) => kind)).toEqual(['anchorRuling'])
  expect(disputeKind.outline(executed).isFinal).toBe(false)
  const done = expectOk(decide(executed, { kind: 'anchored', transaction: 'ff'.repeat(32) }), 'anchored').state
  expect(disputeKind.outline(done).isFinal).toBe(true)
  expect(disputeKind.effects(done, envAt())).toEqual([])
})

it('is moot when the money moved before there was a ruling', () => {
  const moot = after({ kind: 'held' }, { kind: 'milestoneClosed' })
  expect(moot.state).toBe('MOOT')
  expect(decide(moot, say('pty_shop'))).toMatchObject({ code: 'dispute_wrong_state' })
})

it('survives storage', () => {
  const deal = after({ kind: 'held' }, { kind: 'propose', ruling }, sign('opr_1'))
  const stored: unknown = JSON.parse(JSON.stringify(disputeKind.codec.encodeState(deal)))
  expect(disputeKind.codec.decodeState(stored)).toEqual(deal)
})
