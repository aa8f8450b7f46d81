// The dispute's machine with its file: who is heard when, what silence does, and that two operators over one body are needed.
import { type Time, expectOk } from '@huitong/primitives'
import { type DisputeTerms, createDispute, createReturn } from '@huitong/protocol'
import { NOW, HOUR, east, envAt } from '../testing/order-terms.js'
import { type DisputeDeal, type OfferPaper, type ProposedRuling, disputeDeal } from './dispute.file.js'
import { type DisputeDealEvent, disputeKind } from './dispute.kind.js'

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
  appealMs: HOUR,
  heldUntil: (NOW + 40 * HOUR) as Time,
}
const requested = disputeDeal(expectOk(createDispute(terms), 'a dispute').state, {
  claim: 'broken',
  messages: [],
  evidence: [],
  offers: [],
})
const ruling: ProposedRuling = {
  outcome: 'split',
  cause: 'operators',
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
  expect(after({ kind: 'held' }, passed(NOW + HOUR))).toMatchObject({
    state: 'ARBITRATION',
    dispute: { judgement: { against: 'pty_shop', share: { toPayer: 1n, toPayee: 0n } } },
  })
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

it('owes nothing while a ruling may be appealed, then execution and anchor, and the anchor even when the money was faster', () => {
  const ruled = after({ kind: 'held' }, { kind: 'propose', ruling }, sign('opr_1'), sign('opr_2'))
  expect(disputeKind.effects(ruled, envAt())).toEqual([])
  const next = (deal: DisputeDeal, ...events: readonly Heard[]) =>
    events.reduce((from, event) => expectOk(decide(from, event), event.kind).state, deal)
  const inForce = next(ruled, { kind: 'acceptRuling', by: 'pty_buyer' }, { kind: 'acceptRuling', by: 'pty_shop' })
  expect(inForce.state).toBe('IN_FORCE')
  expect(disputeKind.effects(inForce, envAt()).map(({ kind }) => kind)).toEqual(['ruleOrder', 'anchorRuling'])
  const executed = next(inForce, { kind: 'milestoneClosed', isRefunded: false })
  expect(disputeKind.effects(executed, envAt()).map(({ kind }) => kind)).toEqual(['anchorRuling'])
  expect(disputeKind.outline(executed).isFinal).toBe(false)
  const done = next(executed, { kind: 'anchored', transaction: 'ff'.repeat(32) })
  expect(disputeKind.outline(done).isFinal).toBe(true)
  expect(disputeKind.effects(done, envAt())).toEqual([])
})

it('keeps the first ruling beside an appeal, and anchors it when nobody decided on the appeal', () => {
  const appeal = { kind: 'appeal', by: 'pty_shop', at: NOW, grounds: 'the crack was there before' } as const
  const appealed = after({ kind: 'held' }, { kind: 'propose', ruling }, sign('opr_1'), sign('opr_2'), appeal)
  expect(appealed).toMatchObject({ state: 'APPEALED', file: { appeal: { party: 'pty_shop', first: { hash: ruling.hash } } } })
  expect(appealed.file.ruling).toBeUndefined()
  const again = expectOk(decide(appealed, { kind: 'propose', ruling: { ...ruling, body: 'bc' } }), 'again').state
  expect(decide(again, sign('opr_1', 'bc'))).toMatchObject({ code: 'dispute_same_operator' })
  const undecided = expectOk(decide(again, passed(NOW + 39 * HOUR)), 'time').state
  expect(undecided.state).toBe('IN_FORCE')
  expect(disputeKind.effects(undecided, envAt())).toContainEqual(
    expect.objectContaining({ kind: 'anchorRuling', rulingHash: ruling.hash }),
  )
  const anchored = expectOk(decide(undecided, { kind: 'anchored', transaction: 'ff'.repeat(32) }), 'anchored').state
  expect(anchored.file.appeal?.first.anchoredBy).toBe('ff'.repeat(32))
})

it('executes an accepted offer on both sides’ signatures, with nothing to anchor', () => {
  const { cause: _cause, reasons: _reasons, reasonsHash: _hash, ledger: _ledger, ...division } = ruling
  const paper: OfferPaper = { ...division, offer: 'dof_1', at: NOW, signatures: [signed()] }
  const made: Heard = { kind: 'makeOffer', by: 'pty_shop', until: (NOW + HOUR) as Time, paper }
  const accept: Heard = { kind: 'acceptOffer', by: 'pty_buyer', offer: 'dof_1', signatures: [{ ...signed(), publicKey: 'df' }] }
  const agreed = after({ kind: 'held' }, made, accept)
  expect(agreed).toMatchObject({
    state: 'IN_FORCE',
    file: { offers: [{ signatures: [{ publicKey: 'dd' }, { publicKey: 'df' }] }] },
  })
  expect(disputeKind.effects(agreed, envAt()).map(({ kind }) => kind)).toEqual(['ruleOrder'])
  const executed = expectOk(decide(agreed, { kind: 'milestoneClosed', isRefunded: false }), 'closed').state
  expect(disputeKind.outline(executed).isFinal).toBe(true)
})

it('waits for goods on their way back, and judges the side that lets its step pass', () => {
  const rejected = disputeDeal(requested.dispute, requested.file, createReturn({ ...terms, stepMs: 10 * HOUR }))
  const step = (kind: 'authorise' | 'receive'): Heard => ({ kind: 'stepReturn', step: { kind, by: 'pty_shop' } })
  const ship: Heard = { kind: 'stepReturn', step: { kind: 'shipBack', by: 'pty_buyer', tracking: 'T' } }
  const run = (...events: readonly Heard[]) =>
    events.reduce((deal, event) => expectOk(decide(deal, event), event.kind).state, rejected)
  expect(decide(rejected, step('authorise'))).toMatchObject({ code: 'return_wrong_state' })
  const sent = run({ kind: 'held' }, step('authorise'), ship)
  expect(sent).toMatchObject({ state: 'NEGOTIATION', returning: { state: 'SHIPPED_BACK' } })
  expect(run({ kind: 'held' }, step('authorise'), ship, passed(NOW + 3 * HOUR)).state).toBe('NEGOTIATION')
  expect(run({ kind: 'held' }, step('authorise'), ship, passed(NOW + 11 * HOUR))).toMatchObject({
    state: 'ARBITRATION',
    returning: { state: 'LAPSED', lapse: { step: 'receive' } },
    dispute: { judgement: { against: 'pty_shop' } },
  })
  const refunded = run({ kind: 'held' }, step('authorise'), ship, step('receive'), { kind: 'milestoneClosed', isRefunded: true })
  expect(refunded).toMatchObject({ state: 'MOOT', returning: { state: 'REFUNDED' } })
})

it('is moot when the money moved before there was a ruling', () => {
  const moot = after({ kind: 'held' }, { kind: 'milestoneClosed', isRefunded: false })
  expect(moot.state).toBe('MOOT')
  expect(decide(moot, say('pty_shop'))).toMatchObject({ code: 'dispute_wrong_state' })
})

it('survives storage', () => {
  const deal = after({ kind: 'held' }, { kind: 'propose', ruling }, sign('opr_1'))
  const stored: unknown = JSON.parse(JSON.stringify(disputeKind.codec.encodeState(deal)))
  expect(disputeKind.codec.decodeState(stored)).toEqual(deal)
})
