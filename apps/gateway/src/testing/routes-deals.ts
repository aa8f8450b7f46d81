// Routes of offers, quotes, conversions, swaps, orders and disputes.
import * as contracts from '@huitong/contracts'
import { ok } from '@huitong/primitives'
import { type RouteCase, list, onDispute, onOrder, read, write } from './route-case.js'
import * as s from './samples.js'

const READ = ['read', 'trade'] as const
const pty = s.id('pty')

const swapTerms = {
  initiator: pty,
  counterparty: s.id('pty', '2'),
  give: s.EAST,
  giveAmount: '1',
  take: s.WEST,
  takeAmount: '2',
  hash: s.h32(8),
}
const accounts = { giveAccount: s.addressFor(1), takeAccount: s.addressFor(2) }
const accountIds = { giveAccount: s.h32(1), takeAccount: s.h32(2) }
const milestone = {
  merchant: s.id('pty', '2'),
  settle: s.WEST,
  amount: '20',
  deliveryHash: s.h32(8),
  items: [{ name: '茶叶 tea', quantity: 1, amount: '20' }],
}
const texts = { shipBy: s.AT_TEXT, deadline: s.AT_TEXT, latest: s.AT_TEXT }
const times = { shipBy: s.AT, deadline: s.AT, latest: s.AT }
const tendered = [{ token: s.EAST, amount: '31' }]
const off = s.id('off')
const qte = s.id('qte')
const swp = s.id('swp')
const rejected = { milestone: 0, party: s.id('pty'), claim: 'cracked', opened: s.STATEMENT }
const REFUND = 'ab'.repeat(16)
const ord = s.id('ord')

const split: contracts.WireSplit = {
  order: s.id('ord'),
  milestone: 0,
  toMerchant: '5',
  body: 'abcd',
  signedBy: [],
  state: 'collecting',
}
export const DEALS: readonly RouteCase[] = [
  write('offers', '', ['trade'], contracts.createOffer, s.OFFER, s.OFFER_VIEW, { provider: pty, offer: s.STATEMENT }),
  list('offers', [...READ], contracts.listOffers, s.OFFER, s.OFFER_VIEW),
  read('offers', 'off', [...READ], contracts.getOffer, s.OFFER, s.OFFER_VIEW),
  write(
    'offers',
    `/${off}/state`,
    ['trade'],
    contracts.setOfferState,
    s.OFFER,
    s.OFFER_VIEW,
    { state: 'paused' },
    { id: off, state: 'paused' },
  ),
  {
    ...write(
      'liquidity',
      '',
      ['trade'],
      contracts.openLiquidity,
      { provider: pty, account: s.h32(4), owner: s.h32(1), ledgers: ['east'] },
      { provider: pty, account: s.addressFor(4), owner: s.addressFor(1), ledgers: ['east'] },
      { provider: pty, owner: s.addressFor(1) },
      { provider: pty, owner: s.h32(1) },
    ),
  },
  {
    route: 'GET /v1/prices',
    path: '/v1/prices?giveLedger=east&giveAsset=HKD&takeLedger=west&takeAsset=EUR&amount=100',
    who: 'key',
    stub: (bus) => bus.on(contracts.listOffers, ok({ items: [s.OFFER] })),
    asked: ['settlement.offers', { state: 'active', limit: 200 }],
    answer: {
      items: [
        {
          offer: off,
          provider: pty,
          give: { ...s.EAST, amount: '100' },
          take: { ...s.WEST, amount: '66' },
          numerator: '2',
          denominator: '3',
        },
      ],
    },
  },
  write('quotes', '', ['pay', 'trade', 'orders'], contracts.createQuote, s.QUOTE, s.QUOTE_VIEW, {
    payer: pty,
    give: s.EAST,
    take: s.WEST,
    fixed: 'send',
    amount: '30',
  }),
  read('quotes', 'qte', ['read', 'pay', 'trade', 'orders'], contracts.getQuote, s.QUOTE, s.QUOTE_VIEW),
  write(
    'conversions',
    '',
    ['pay', 'trade'],
    contracts.createConversion,
    s.CONVERSION,
    s.CONVERSION_VIEW,
    { quote: qte, hash: s.h32(8), ...accounts },
    { quote: qte, hash: s.h32(8), ...accountIds },
  ),
  list('conversions', ['read', 'pay', 'trade'], contracts.listConversions, s.CONVERSION, s.CONVERSION_VIEW),
  read('conversions', 'cnv', ['read', 'pay', 'trade'], contracts.getConversion, s.CONVERSION, s.CONVERSION_VIEW),
  write(
    'swaps',
    '',
    ['trade'],
    contracts.createSwap,
    s.SWAP,
    s.SWAP_VIEW,
    { ...swapTerms, ...accounts },
    { ...swapTerms, ...accountIds },
  ),
  list('swaps', [...READ], contracts.listSwaps, s.SWAP, s.SWAP_VIEW),
  read('swaps', 'swp', [...READ], contracts.getSwap, s.SWAP, s.SWAP_VIEW),
  write('swaps', `/${swp}/accept`, ['trade'], contracts.acceptSwap, s.SWAP, s.SWAP_VIEW, accounts, { id: swp, ...accountIds }),
  write('swaps', `/${swp}/cancel`, ['trade'], contracts.cancelSwap, s.SWAP, s.SWAP_VIEW, {}, { id: swp }),
  write(
    'orders',
    '',
    ['orders'],
    contracts.createOrder,
    s.ORDER,
    s.ORDER_VIEW,
    { buyer: pty, payer: s.addressFor(1), milestones: [{ ...milestone, ...texts, payee: s.addressFor(2) }], tendered },
    { buyer: pty, payer: s.h32(1), milestones: [{ ...milestone, ...times, payee: s.h32(2) }], tendered },
  ),
  list('orders', ['read', 'orders', 'operator'], contracts.listOrders, s.ORDER, s.ORDER_VIEW),
  read('orders', 'ord', ['read', 'orders', 'operator'], contracts.getOrder, s.ORDER, s.ORDER_VIEW),
  onOrder('agree', contracts.agreeOrder, { party: pty, approval: s.STATEMENT }),
  onOrder('ship', contracts.shipMilestone, { milestone: 0, tracking: 'K-1' }),
  onOrder('delivered', contracts.deliverMilestone, { milestone: 0, delivered: s.STATEMENT }),
  {
    ...onOrder('split', contracts.cancelOrder, { milestone: 0, party: pty, toMerchant: '5' }),
    stub: (bus) => bus.on(contracts.consentSplit, ok(split)),
    asked: ['settlement.consent-split', { id: ord, milestone: 0, party: pty, toMerchant: '5' }],
    answer: split,
  },
  onOrder('accept', contracts.acceptMilestone, { milestone: 0, party: pty }),
  {
    ...write('orders', `/${ord}/reject`, ['orders'], contracts.rejectMilestone, s.DISPUTE, s.DISPUTE_VIEW, rejected, {
      ...rejected,
      id: ord,
    }),
  },
  onOrder('payments', contracts.decidePayment, { milestone: 0, party: pty, coordinate: 'c0'.repeat(32), decision: 'take' }),
  onOrder('refunds', contracts.requestRefund, { milestone: 0, party: pty, amount: '5', reason: 'a scratch' }),
  {
    ...onOrder(`refunds/${REFUND}/answer`, contracts.answerRefund, { milestone: 0, party: pty, answer: 'agree' }),
    route: 'POST /v1/orders/:id/refunds/:refund/answer',
    asked: ['settlement.answer-refund', { id: ord, refund: REFUND, milestone: 0, party: pty, answer: 'agree' }],
  },
  onOrder('cancel', contracts.cancelOrder, { reason: 'changed my mind' }),
  write(
    'disputes',
    '',
    ['orders', 'disputes'],
    contracts.openDispute,
    s.DISPUTE,
    s.DISPUTE_VIEW,
    { order: ord, milestone: 0, party: pty, claim: 'never came', opened: s.STATEMENT },
    { id: ord, milestone: 0, party: pty, claim: 'never came', opened: s.STATEMENT },
  ),
  list('disputes', ['read', 'orders', 'disputes', 'operator'], contracts.listDisputes, s.DISPUTE, s.DISPUTE_VIEW),
  read('disputes', 'dsp', ['read', 'orders', 'disputes', 'operator'], contracts.getDispute, s.DISPUTE, s.DISPUTE_VIEW),
  onDispute('messages', ['orders', 'disputes', 'operator'], contracts.sayInDispute, { text: 'hello', evidenceHash: s.h32(8) }),
  {
    ...onDispute('offers', ['orders', 'disputes'], contracts.appealRuling, {
      party: pty,
      toMerchant: '3',
      signed: [s.STATEMENT],
    }),
    stub: (bus) => bus.on(contracts.offerInDispute, ok({ body: 'abcd', dispute: s.DISPUTE })),
    asked: ['settlement.offer-in-dispute', { id: s.id('dsp'), party: pty, toMerchant: '3', signed: [s.STATEMENT] }],
    answer: { body: 'abcd', dispute: s.DISPUTE_VIEW },
  },
  {
    ...onDispute(`offers/${s.id('dof')}/answer`, ['orders', 'disputes'], contracts.answerOffer, {
      party: pty,
      answer: 'accept',
      signed: [s.STATEMENT],
    }),
    route: 'POST /v1/disputes/:id/offers/:offer/answer',
    asked: [
      'settlement.answer-offer',
      { id: s.id('dsp'), offer: s.id('dof'), party: pty, answer: 'accept', signed: [s.STATEMENT] },
    ],
  },
  onDispute('appeals', ['orders', 'disputes'], contracts.appealRuling, { party: pty, grounds: 'it was whole' }),
  onDispute('acceptances', ['orders', 'disputes'], contracts.acceptRuling, { party: pty }),
  onDispute('return', ['orders', 'disputes'], contracts.stepReturn, { party: pty, step: 'ship', tracking: 'K-2' }),
  {
    route: 'POST /v1/disputes/:id/evidence',
    path: `/v1/disputes/${s.id('dsp')}/evidence?name=crack.txt`,
    who: ['orders', 'disputes', 'operator'],
    body: { raw: 'crack' },
    type: 'text/plain',
    keyed: true,
    stub: (bus) => bus.on(contracts.putEvidencePiece, ok({ size: 5 })).on(contracts.addEvidence, ok(s.DISPUTE)),
    answer: s.DISPUTE_VIEW,
  },
  {
    route: 'GET /v1/disputes/:id/evidence/:evidence',
    path: `/v1/disputes/${s.id('dsp')}/evidence/${s.id('evd')}`,
    who: ['orders', 'disputes', 'operator'],
    stub: (bus) => {
      const file = { ...s.EVIDENCE, at: s.AT }
      bus.on(contracts.readEvidence, ({ index }) => ok({ file, pieces: 2, data: index === 0 ? 'Y3I=' : 'YWNr' }))
    },
    asked: ['settlement.read-evidence', { id: s.id('dsp'), evidence: s.id('evd'), index: 1 }],
    answer: 'crack',
  },
  onDispute('rulings', ['operator'], contracts.ruleDispute, { toMerchant: '3', reasons: 'half' }),
  onDispute('signatures', ['operator'], contracts.signRuling, { signed: s.STATEMENT }),
]
