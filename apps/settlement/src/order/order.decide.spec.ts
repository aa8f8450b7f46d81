// The order's file beside its machine: who has agreed, what a split needs before it binds, which coin is the announced surplus. Pure.
import { type Coin, decodeCondition } from '@huitong/chain'
import type { MilestoneTerms } from '@huitong/contracts'
import { type Coordinate, type Time, expectOk, fromHex } from '@huitong/primitives'
import { type OrderTerms, createOrder, expectedCondition } from '@huitong/protocol'
import { DEFAULT_TERMS } from '../terms.js'
import { surplusOf } from '../refund/surplus.js'
import { HOUR, NOW, account, asked, east, envAt, places } from '../testing/order-terms.js'
import { type OrderDealEvent, decideOrderDeal, orderDealEffects } from './order.decide.js'
import { type OrderDeal, type OrderFile, type Signed, orderDeal, orderDealCodec } from './order.file.js'
import { ends, milestoneOf } from './order.legs.js'
import { orderOutline } from './order.kind.js'
import { orderTerms } from './order.terms.js'
import { rulingBody } from './ruling-body.js'

const signed = (publicKey: string, body = 'aa'): Signed => ({ body, publicKey, signature: 'bb' })
const EMPTY: OrderFile = {
  details: '{}',
  quotes: [],
  approvals: [],
  delivered: [],
  splits: [],
  disputes: [],
  rulings: [],
  surplus: [],
  shortages: [],
}

/** Two milestones of one shop, paid into two accounts. */
function offered(file: Partial<OrderFile> = {}, first: Partial<MilestoneTerms> = {}): OrderDeal {
  const order = asked([first, { payee: account('shop two') }])
  const { terms } = expectOk(orderTerms(order, places(), { env: envAt(), hub: DEFAULT_TERMS }), 'terms')
  return orderDeal(expectOk(createOrder(terms, envAt()), 'an order').state, { ...EMPTY, ...file })
}
const on = (deal: OrderDeal, ...events: readonly OrderDealEvent[]): OrderDeal =>
  events.reduce((state, event) => expectOk(decideOrderDeal(state, event, envAt()), event.kind).state, deal)
const approve = (deal: OrderDeal, party: string, name: string): OrderDealEvent => ({
  kind: 'approve',
  party,
  account: account(name),
  signed: signed(name),
  termsHash: deal.order.termsHash,
})
function coinOf(terms: OrderTerms, at: string, change: Partial<Coin> = {}): OrderDealEvent {
  const [milestone] = terms.milestones
  if (milestone === undefined) throw new Error('a milestone')
  const { buyers } = ends(milestone)
  const condition = expectedCondition(terms.order, milestone, buyers)
  const coin = { asset: buyers.asset, amount: buyers.amount, condition, coordinate: at.repeat(64) as Coordinate, ...change }
  return { kind: 'coinCreated', chain: east.chain, coin, at: NOW }
}
function agreed(file: Partial<OrderFile> = {}, first: Partial<MilestoneTerms> = {}): OrderDeal {
  const deal = offered(file, first)
  const all = [approve(deal, 'pty_shop', 'shop'), approve(deal, 'pty_shop', 'shop two'), approve(deal, 'pty_buyer', 'buyer')]
  return on(deal, ...all)
}
const funded = (file: Partial<OrderFile> = {}): OrderDeal => {
  const deal = agreed(file)
  return on(deal, coinOf(deal.order.terms, '3'))
}

it('owes the keeping of its terms from the agreement until custody has them, if a carrier may ever speak', () => {
  const kinds = (deal: OrderDeal) => orderDealEffects(deal, envAt()).map(({ kind }) => kind)
  const inspected = agreed({}, { inspectionMs: HOUR })
  expect(kinds(offered({}, { inspectionMs: HOUR }))).not.toContain('keepTerms')
  expect(kinds(inspected)).toContain('keepTerms')
  expect(kinds(on(inspected, coinOf(inspected.order.terms, '3')))).toContain('keepTerms')
  const kept = on(inspected, { kind: 'termsKept' })
  expect(kinds(kept)).not.toContain('keepTerms')
  expect(orderDealCodec.decodeState(orderDealCodec.encodeState(kept))).toEqual(kept)
  expect(kinds(agreed())).not.toContain('keepTerms')
})

it('binds a merchant only when each of its accounts has approved, and an approval counts once', () => {
  const deal = offered()
  const half = on(deal, approve(deal, 'pty_buyer', 'buyer'), approve(deal, 'pty_shop', 'shop'), approve(deal, 'pty_shop', 'shop'))
  expect(half.state).toBe('DRAFT')
  expect(half.file.approvals).toHaveLength(2)
  expect(half.order).toMatchObject({ agreed: ['pty_buyer'] })
  expect(on(half, approve(deal, 'pty_shop', 'shop two')).state).toBe('AGREED')
})

it('refuses an approval of other terms, of a stranger, and after the time to agree', () => {
  const deal = offered()
  const other: OrderDealEvent = { ...approve(deal, 'pty_buyer', 'buyer'), termsHash: 'ee'.repeat(32) } as OrderDealEvent
  expect(decideOrderDeal(deal, other, envAt())).toMatchObject({ code: 'order_terms_changed' })
  expect(decideOrderDeal(deal, approve(deal, 'pty_else', 'else'), envAt())).toMatchObject({ code: 'order_wrong_party' })
  const late = envAt((NOW + HOUR) as Time)
  expect(decideOrderDeal(deal, approve(deal, 'pty_buyer', 'buyer'), late)).toMatchObject({ code: 'order_agree_too_late' })
})

describe('a split', () => {
  const need = { pty_buyer: 2, pty_shop: 1 }
  function proposed(deal: OrderDeal, toMerchant = 4_000n) {
    const [terms] = deal.order.terms.milestones
    const milestone = milestoneOf(deal.order, 0)
    if (terms === undefined || milestone === undefined) throw new Error('a milestone')
    const made = expectOk(rulingBody({ order: deal.order.terms, terms, milestone, toMerchant, reasons: 'r' }), 'a body')
    const units = { toMerchant: `${toMerchant}`, toBuyer: made.share.toPayer.toString() }
    return { milestone: 0, ...units, body: made.body, hash: made.hash, signatures: [], isBound: false }
  }
  const sign = (hash: string, party: string, key: string): OrderDealEvent => ({
    kind: 'signSplit',
    hash,
    party,
    signed: signed(key),
    need,
  })

  it('binds with as many keys of each side as its account needs, each counted once, and then owes the arbiter’s ruling', () => {
    const deal = funded()
    const split = proposed(deal)
    const open = on(
      deal,
      { kind: 'proposeSplit', split },
      sign(split.hash, 'pty_shop', 'k1'),
      sign(split.hash, 'pty_buyer', 'k2'),
    )
    const twice = on(open, sign(split.hash, 'pty_buyer', 'k2'))
    expect(milestoneOf(twice.order, 0)?.resolution).toBeNull()
    const bound = decideOrderDeal(twice, sign(split.hash, 'pty_buyer', 'k3'), envAt())
    expect(bound).toMatchObject({
      value: { effects: [{ kind: 'signRule', path: { toPayee: 4_000n }, evidence: { reference: split.hash } }, {}] },
    })
  })

  it('is replaced by another proposal until it binds, never after', () => {
    const deal = funded()
    const [first, second] = [proposed(deal), proposed(deal, 1n)]
    const replaced = on(deal, { kind: 'proposeSplit', split: first }, { kind: 'proposeSplit', split: second })
    expect(replaced.file.splits.map(({ hash }) => hash)).toEqual([second.hash])
    expect(decideOrderDeal(replaced, sign(first.hash, 'pty_shop', 'k1'), envAt())).toMatchObject({ code: 'split_unknown' })
    const keys = [sign(second.hash, 'pty_shop', 'k1'), sign(second.hash, 'pty_buyer', 'k2'), sign(second.hash, 'pty_buyer', 'k3')]
    const bound = on(replaced, ...keys)
    expect(decideOrderDeal(bound, { kind: 'proposeSplit', split: first }, envAt())).toMatchObject({ code: 'order_resolved' })
  })

  it('needs money, and time for the arbiter before the ledger’s default', () => {
    const deal = funded()
    const split = proposed(deal)
    expect(decideOrderDeal(agreed(), { kind: 'proposeSplit', split }, envAt())).toMatchObject({
      code: 'order_milestone_wrong_state',
    })
    const late = envAt((NOW + 3 * HOUR - 60_000) as Time)
    expect(decideOrderDeal(deal, { kind: 'proposeSplit', split }, late)).toMatchObject({ code: 'order_too_late' })
  })
})

it('knows the announced surplus by its bytes, the first coin only, in any state', () => {
  const { order } = offered()
  const priced = { order: order.terms.order, milestones: order.terms.milestones, nameOf: () => 'east' }
  const surplus = expectOk(surplusOf(priced, [{ token: { ledger: 'east', asset: 'EUR' }, amount: '20009' }]), 'a surplus')
  const condition = expectOk(decodeCondition(fromHex(surplus[0]?.condition ?? '')), 'a condition')
  const coin = (at: string, amount: bigint) => coinOf(order.terms, at, { condition, amount })
  const deal = on(offered({ surplus }), coin('7', 8n), coin('8', 7n), coin('9', 7n))
  expect(deal.file.surplus[0]?.coin).toBe('8'.repeat(64))
  expect(deal.order.refunds).toHaveLength(3)
  expect(orderOutline(deal.order).deadlines).toHaveLength(4)
})

it('survives storage', () => {
  const deal = funded()
  const stored: unknown = JSON.parse(JSON.stringify(orderDealCodec.encodeState(deal)))
  expect(orderDealCodec.decodeState(stored)).toEqual(deal)
})
