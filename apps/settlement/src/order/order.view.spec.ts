// An order as the API shows it: conditions byte for byte, books that add up, actions of the one who asks, surplus and shortage in words.
import { decodeCondition, encodeCondition } from '@huitong/chain'
import type { Actor } from '@huitong/contracts'
import { type ChainId, type Coordinate, type Time, expectOk, fromHex, toHex } from '@huitong/primitives'
import { type OrderState, createOrder, decideOrder, expectedCondition } from '@huitong/protocol'
import { DEFAULT_TERMS } from '../terms.js'
import { surplusOf } from '../refund/surplus.js'
import { NOW, asked, east, envAt, pairedMilestone, places, taken, west } from '../testing/order-terms.js'
import { type OrderFile, orderDeal } from './order.file.js'
import { orderTerms } from './order.terms.js'
import { orderView } from './order.view.js'

const ledgers = { ofChain: (chain: ChainId) => (chain === west.chain ? west : east) }
const { terms, details } = expectOk(
  orderTerms(asked([{}, pairedMilestone]), places(new Map([[1, taken()]])), { env: envAt(), hub: DEFAULT_TERMS }),
  'terms',
)
const priced = { order: terms.order, milestones: terms.milestones, nameOf: () => 'east' }
const surplus = expectOk(surplusOf(priced, [{ token: { ledger: 'east', asset: 'EUR' }, amount: '12009' }]), 'a surplus')
const file: OrderFile = {
  details,
  reference: 'PO-7',
  quotes: [],
  approvals: [],
  delivered: [],
  splits: [],
  disputes: [],
  rulings: [],
  surplus,
  shortages: [{ ledger: 'west', asset: 'CNY', units: '5' }],
}
const actor = (party?: string): Actor => ({ key: 'key', scopes: ['orders'], ...(party === undefined ? {} : { party }) })
function shown(order: OrderState, party?: string) {
  const deal = {
    id: `ord_${terms.order}`,
    state: orderDeal(order, file),
    version: 3,
    parties: [],
    createdAt: NOW,
    updatedAt: NOW,
    env: envAt(),
    coins: () => [],
  }
  return orderView(ledgers, { deal, coins: [], actor: actor(party), env: envAt() })
}
const draft = expectOk(createOrder(terms, envAt()), 'an order').state
const agree = (order: OrderState, by: string): OrderState =>
  expectOk(decideOrder(order, { kind: 'agree', by, termsHash: order.termsHash }, envAt()), 'agree').state
const bound = agree(agree(draft, 'pty_buyer'), 'pty_shop')

it('tells every leg with the very bytes that its coin must have', () => {
  const view = shown(draft, 'pty_buyer')
  expect(view.milestones.map(({ legs }) => legs.map(({ name }) => name))).toEqual([['direct'], ['pay', 'settle']])
  for (const [index, { legs }] of view.milestones.entries()) {
    const milestone = terms.milestones[index]
    if (milestone === undefined) throw new Error('a milestone')
    const agreed = milestone.legs.kind === 'single' ? [milestone.legs.leg] : [milestone.legs.a, milestone.legs.b]
    expect(legs.map(({ condition }) => condition)).toEqual(
      agreed.map((leg) => toHex(encodeCondition(expectedCondition(terms.order, milestone, leg)))),
    )
  }
  expect(view).toMatchObject({ state: 'DRAFT', version: 3, reference: 'PO-7', details, agreedBy: [] })
  expect(view.milestones[1]).toMatchObject({
    pay: { ledger: 'east', amount: '2000' },
    settle: { ledger: 'west', amount: '16000' },
    provider: 'pty_desk',
  })
})

it.each([
  [draft, 'pty_buyer', ['agree', 'cancel'], []],
  [draft, 'pty_desk', [], []],
  [draft, undefined, [], []],
  [bound, 'pty_buyer', ['cancel'], ['fund']],
  [bound, 'pty_shop', ['cancel'], []],
])('offers to each party what it may do (%#)', (order, party, actions, onMilestone) => {
  const view = shown(order, party)
  expect(view.allowedActions).toEqual(actions)
  expect(view.milestones[0]?.allowedActions).toEqual(onMilestone)
})

it('shows surplus and shortage beside the legs, the surplus as a refund that is expected', () => {
  const view = shown(draft, 'pty_buyer')
  expect(view.exceptions).toEqual([
    expect.objectContaining({ kind: 'surplus', amount: '8' }),
    expect.objectContaining({ kind: 'shortage', amount: '5' }),
  ])
  expect(view.refunds).toEqual([expect.objectContaining({ reason: 'surplus', state: 'expected', ledger: 'east', amount: '8' })])
})

it('names the surplus coin as such once it is there, under the id it was announced with', () => {
  const condition = expectOk(decodeCondition(fromHex(surplus[0]?.condition ?? '')), 'a condition')
  const coordinate = '6'.repeat(64) as Coordinate
  const coin = {
    asset: terms.milestones[0]?.legs.kind === 'single' ? terms.milestones[0].legs.leg.asset : undefined,
    amount: 8n,
    condition,
    coordinate,
  }
  if (coin.asset === undefined) throw new Error('a single leg')
  const fact = { kind: 'coinCreated', chain: east.chain, coin: { ...coin, asset: coin.asset }, at: NOW as Time } as const
  const order = expectOk(decideOrder(draft, fact, envAt()), 'a coin').state
  const announced = surplus.map((one) => ({ ...one, coin: coordinate }))
  const deal = {
    id: 'ord_1',
    state: orderDeal(order, { ...file, surplus: announced }),
    version: 4,
    parties: [],
    createdAt: NOW,
    updatedAt: NOW,
    env: envAt(),
    coins: () => [],
  }
  const view = orderView(ledgers, { deal, coins: [], actor: actor(), env: envAt() })
  expect(view.refunds).toEqual([expect.objectContaining({ id: surplus[0]?.id, reason: 'surplus', state: 'pending', coordinate })])
  expect(view.exceptions.map(({ kind }) => kind)).toEqual(['surplus', 'shortage'])
})
