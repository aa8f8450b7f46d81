// Bad requests about orders: agreeing, shipping, delivering, accepting, rejecting, dividing, paying back, calling off.
import { disputeHash } from '@huitong/chain'
import { type Dto, type Party, systemEntropy } from '@huitong/sdk'
import { type Coordinate, type OrderId, type Preimage, type Time, hexOf } from '@huitong/primitives'
import { type Cast, by, forged, keyOf } from './cast.js'
import { type Request, withBody } from './request.js'
import type { Row, Step } from './step.js'

const UNKNOWN = `ord_${'0'.repeat(32)}`

/** A request on a sale's order by one of its sides. */
const on =
  (sale: string, action: string, who: 'alice' | 'silks', body: (cast: Cast, party: Party) => object | Promise<object>) =>
  async (cast: Cast): Promise<Request> => ({
    path: `/v1/orders/${cast.sale(sale).order.id}/${action}`,
    as: keyOf(cast[who]),
    body: { ...(await body(cast, cast[who])) },
  })

/** The same about another sale, or about no order at all. */
const about =
  (sale: string): Row[2] =>
  (good, cast) => ({ ...good, path: good.path.replace(/ord_\w+/, cast.sale(sale).order.id) })
const nobodys: Row = [
  'nobody’s object',
  'an order that is not',
  (good) => ({ ...good, path: good.path.replace(/ord_\w+/, UNKNOWN) }),
  'order_unknown',
  'id',
]
const stranger: Row = ['wrong party', 'by a stranger', (good, { bob }) => by(bob)(good), 'order_unknown', 'id']
const unpaid: Row = ['wrong state', 'nothing is paid', about('draft'), 'wrong_state']
const noSuchMilestone: Row = [
  'nobody’s object',
  'a milestone that is not',
  (good) => withBody(good, { milestone: 7 }),
  'milestone_unknown',
  'milestone',
]
const inAnothersName: Row = [
  'wrong party',
  'in another’s name',
  (good, { bob }) => withBody(good, { party: bob.id }),
  'forbidden',
]

const create: Step = {
  route: 'POST /v1/orders',
  good: async ({ alice, silks, shop }) => {
    const milestones = [await shop.terms(silks, hexOf<Preimage>(systemEntropy.bytes(32)))]
    return { path: '/v1/orders', as: keyOf(alice), body: { buyer: alice.id, payer: alice.address, milestones } }
  },
  rows: [
    ['wrong party', 'for somebody else', (good, { bob }) => by(bob)(good), 'forbidden'],
    [
      'wrong party',
      'of somebody else’s money',
      (good, { bob }) => withBody(good, { payer: bob.address }),
      'account_unbound',
      'payer',
    ],
    [
      'self-trade',
      'from oneself',
      (good, { alice }) => milestone(good, { merchant: alice.id, payee: alice.address }),
      'self_trade',
      'milestones.0.merchant',
    ],
    ['wrong amount', 'for nothing', (good) => milestone(good, { amount: '0' }), 'malformed', 'milestones.0.amount'],
    [
      'wrong amount',
      'more than there can be',
      (good) => milestone(good, { amount: '9223372036854775808' }),
      'amount_out_of_range',
      'milestones.0.amount',
    ],
    [
      'hash of another size',
      '31 bytes',
      (good) => milestone(good, { deliveryHash: 'ab'.repeat(31) }),
      'malformed',
      'milestones.0.deliveryHash',
    ],
    [
      'reused hash',
      'of another order',
      (good, cast) => milestone(good, { deliveryHash: cast.sale('paid').order.milestones[0]?.deliveryHash }),
      'hash_reused',
      'deliveryHash',
    ],
    [
      'reused hash',
      'of a conversion',
      (good, cast) => milestone(good, { deliveryHash: cast.id('hash') }),
      'hash_reused',
      'deliveryHash',
    ],
    [
      'expired quote',
      'of ten minutes ago',
      (good, cast) => milestone(good, { quote: cast.id('expired quote') }),
      'quote_expired',
      'milestones.0.quote',
    ],
    [
      'expired quote',
      'that a conversion took',
      (good, cast) => milestone(good, { quote: cast.id('quote') }),
      'quote_used',
      'milestones.0.quote',
    ],
  ],
  after: [['reused hash', 'of its own like', (good) => good, 'hash_reused', 'deliveryHash']],
  other: (good) => withBody(good, { reference: 'another' }),
}

const milestone = (good: Request, change: Readonly<Record<string, unknown>>): Request => {
  const [first] = Array.isArray(good.body?.['milestones']) ? (good.body['milestones'] as object[]) : []
  return withBody(good, { milestones: [{ ...first, ...change }] })
}

/** Alice's approval of the draft's terms, changed as the row says. */
export const approval = async (cast: Cast, signer: Party = cast.alice, hash = cast.sale('draft').order.termsHash) => {
  const validUntil = ((await cast.shop.now()) + 3_600_000) as Time
  return signer.approve(await cast.house.admin.identity(), { subject: 'orderTerms', hash, validUntil })
}

const agree: Step = {
  route: 'POST /v1/orders/{id}/agree',
  good: on('draft', 'agree', 'alice', async (cast, { id }) => ({ party: id, approval: await approval(cast) })),
  rows: [
    stranger,
    nobodys,
    inAnothersName,
    [
      'wrong party',
      'who is neither buyer nor merchant',
      (good, { bob, house }) => ({ ...withBody(good, { party: bob.id }), as: house.adminKey }),
      'wrong_party',
      'party',
    ],
    [
      'forged signature',
      'four digits',
      async (good, cast) => withBody(good, { approval: forged(await approval(cast)) }),
      'signature_invalid',
    ],
    [
      'forged signature',
      'by another’s key',
      async (good, cast) => withBody(good, { approval: await approval(cast, cast.alice.withAccount(cast.bob.account)) }),
      'signature_invalid',
    ],
    [
      'forged signature',
      'over other terms',
      async (good, cast) => withBody(good, { approval: await approval(cast, cast.alice, '11'.repeat(32)) }),
      'terms_mismatch',
    ],
    [
      'wrong state',
      'called off',
      async (good, cast) =>
        withBody(await about('gone')(good, cast), {
          approval: await approval(cast, cast.alice, cast.sale('gone').order.termsHash),
        }),
      'wrong_state',
    ],
  ],
}

const cancel: Step = {
  route: 'POST /v1/orders/{id}/cancel',
  good: on('doomed', 'cancel', 'alice', () => ({ reason: 'changed my mind' })),
  rows: [stranger, nobodys, ['wrong state', 'paid', about('paid'), 'wrong_state']],
}

const ship: Step = {
  route: 'POST /v1/orders/{id}/ship',
  good: on('slow', 'ship', 'silks', () => ({ milestone: 0, tracking: 'K-1' })),
  rows: [
    stranger,
    nobodys,
    noSuchMilestone,
    unpaid,
    ['wrong party', 'by the buyer', (good, { alice }) => by(alice)(good), 'forbidden'],
  ],
  after: [['wrong state', 'shipped already, another parcel', (good) => withBody(good, { tracking: 'K-2' }), 'wrong_state']],
}

const delivered: Step = {
  route: 'POST /v1/orders/{id}/delivered',
  good: on('slow', 'delivered', 'silks', async (cast) => ({ milestone: 0, delivered: await cast.delivered('slow') })),
  rows: [
    stranger,
    nobodys,
    noSuchMilestone,
    unpaid,
    [
      'forged signature',
      'four digits',
      async (good, cast) => withBody(good, { delivered: forged(await cast.delivered('slow')) }),
      'signature_invalid',
    ],
    [
      'forged signature',
      'by a key that is no carrier’s',
      async (good, cast) => withBody(good, { delivered: await cast.delivered('slow', {}, cast.silks.account.signer) }),
      'carrier_unknown',
    ],
    [
      'forged signature',
      'of another order’s parcel',
      async (good, cast) => withBody(good, { delivered: await cast.delivered('sued') }),
      'terms_mismatch',
    ],
    [
      'forged signature',
      'of another coin',
      async (good, cast) => withBody(good, { delivered: await cast.delivered('slow', { coin: 'ab'.repeat(32) as Coordinate }) }),
      'terms_mismatch',
    ],
    [
      'wrong state',
      'a code confirms, no carrier',
      async (good, cast) => withBody(await about('paid')(good, cast), { delivered: await cast.delivered('paid') }),
      'wrong_state',
    ],
  ],
  until: (cast) => cast.shop.reach(cast.sale('slow'), 'INSPECTION'),
}

const refunds: Step = {
  route: 'POST /v1/orders/{id}/refunds',
  good: on('paid', 'refunds', 'alice', (_cast, { id }) => ({ milestone: 0, party: id, amount: '1000', reason: 'a scratch' })),
  rows: [
    stranger,
    nobodys,
    noSuchMilestone,
    unpaid,
    inAnothersName,
    ['wrong amount', 'nothing', (good) => withBody(good, { amount: '0' }), 'malformed', 'amount'],
    ['wrong amount', 'more than was paid', (good) => withBody(good, { amount: '10001' }), 'amount_out_of_range', 'amount'],
    [
      'wrong amount',
      'more than there can be',
      (good) => withBody(good, { amount: '9223372036854775808' }),
      'amount_out_of_range',
      'amount',
    ],
  ],
  after: [['wrong state', 'another is asked for', (good) => withBody(good, { amount: '1' }), 'wrong_state']],
  until: async (cast) => cast.keep('refund', (await cast.order('paid')).refunds[0]?.id),
}

const answer: Step = {
  route: 'POST /v1/orders/{id}/refunds/{refund}/answer',
  good: on('paid', 'refunds', 'silks', (_cast, { id }) => ({ milestone: 0, party: id, answer: 'decline' })),
  rows: [
    stranger,
    nobodys,
    noSuchMilestone,
    inAnothersName,
    [
      'nobody’s object',
      'a refund that is not',
      (good) => ({ ...good, path: good.path.replace(/refunds\/\w+/, `refunds/${'ee'.repeat(16)}`) }),
      'refund_unknown',
      'refund',
    ],
    [
      'wrong party',
      'agreed to by who asked',
      (good, { alice }) => withBody(by(alice)(good), { party: alice.id, answer: 'agree' }),
      'wrong_party',
    ],
  ],
  after: [['wrong state', 'agreed to after it was declined', (good) => withBody(good, { answer: 'agree' }), 'wrong_state']],
}

const split: Step = {
  route: 'POST /v1/orders/{id}/split',
  good: on('paid', 'split', 'alice', (_cast, { id }) => ({ milestone: 0, party: id, toMerchant: '4000' })),
  rows: [
    stranger,
    nobodys,
    noSuchMilestone,
    unpaid,
    ['wrong party', 'in the merchant’s name', (good, { silks }) => withBody(good, { party: silks.id }), 'forbidden'],
    [
      'wrong amount',
      'more than was paid',
      (good) => withBody(good, { toMerchant: '10001' }),
      'amount_out_of_range',
      'toMerchant',
    ],
    ['wrong amount', 'below zero', (good) => withBody(good, { toMerchant: '-1' }), 'malformed', 'toMerchant'],
    ['forged signature', 'of nobody', (good, { alice }) => withBody(good, { signed: nonsense(alice) }), 'signature_invalid'],
  ],
}

const nonsense = ({ account }: Party): Dto['SignedStatementDto'] => ({
  body: '00',
  publicKey: account.signer.publicKey,
  signature: '22'.repeat(64),
})

const payments: Step = {
  route: 'POST /v1/orders/{id}/payments',
  good: on('odd', 'payments', 'silks', (cast, { id }) => ({
    milestone: 0,
    party: id,
    coordinate: cast.id('coin on hold'),
    decision: 'take',
  })),
  rows: [
    stranger,
    nobodys,
    noSuchMilestone,
    inAnothersName,
    unpaid,
    ['wrong party', 'by the buyer', (good, { alice }) => withBody(by(alice)(good), { party: alice.id }), 'wrong_party'],
    ['wrong state', 'a coin that is not on hold', (good) => withBody(good, { coordinate: 'ee'.repeat(32) }), 'wrong_state'],
  ],
  after: [['wrong state', 'given back after it was taken', (good) => withBody(good, { decision: 'return' }), 'wrong_state']],
  until: (cast) => cast.shop.reach(cast.sale('odd'), 'FUNDED'),
}

const accept: Step = {
  route: 'POST /v1/orders/{id}/accept',
  good: on('sound', 'accept', 'alice', (_cast, { id }) => ({ milestone: 0, party: id })),
  rows: [
    stranger,
    nobodys,
    noSuchMilestone,
    unpaid,
    inAnothersName,
    ['wrong party', 'by the merchant', (good, { silks }) => withBody(by(silks)(good), { party: silks.id }), 'wrong_party'],
    ['wrong state', 'in dispute', about('contested'), 'wrong_state'],
  ],
}

/** A party's word that stops the clock of a sale. */
export async function opened(cast: Cast, sale: string, signer: Party): Promise<Dto['SignedStatementDto']> {
  const { order } = cast.sale(sale)
  const validUntil = Date.parse(order.milestones[0]?.latest ?? '') as Time
  const hash = disputeHash({ order: order.order as OrderId, milestone: 0 })
  return signer.approve(await cast.house.admin.identity(), { subject: 'dispute', hash, validUntil })
}

const reject: Step = {
  route: 'POST /v1/orders/{id}/reject',
  good: on('slow', 'reject', 'alice', async (cast, { id }) => ({
    milestone: 0,
    party: id,
    claim: 'it is torn',
    opened: await opened(cast, 'slow', cast.alice),
  })),
  rows: [
    stranger,
    nobodys,
    noSuchMilestone,
    ['wrong party', 'in another’s name', (good, { bob }) => withBody(good, { party: bob.id }), 'wrong_party', 'party'],
    [
      'wrong party',
      'by the merchant',
      async (good, cast) =>
        withBody(by(cast.silks)(good), { party: cast.silks.id, opened: await opened(cast, 'slow', cast.silks) }),
      'wrong_party',
      'party',
    ],
    [
      'forged signature',
      'four digits',
      async (good, cast) => withBody(good, { opened: forged(await opened(cast, 'slow', cast.alice)) }),
      'signature_invalid',
    ],
    [
      'forged signature',
      'by the merchant’s key',
      async (good, cast) => withBody(good, { opened: await opened(cast, 'slow', cast.silks) }),
      'signature_invalid',
    ],
    [
      'forged signature',
      'about another order',
      async (good, cast) => withBody(good, { opened: await opened(cast, 'paid', cast.alice) }),
      'terms_mismatch',
    ],
    ['wrong state', 'nothing was sent', about('sound'), 'wrong_state'],
  ],
  after: [['wrong state', 'in dispute already', (good) => good, 'wrong_state']],
  until: async (cast, { id }) => {
    cast.keep('returning', id)
    await cast.shop.reachCase(cast.sale('slow'), cast.id('returning'), 'OPEN')
  },
}

export const ORDERS: readonly Step[] = [
  create,
  agree,
  cancel,
  ship,
  delivered,
  refunds,
  { ...answer, good: answering },
  split,
  payments,
  accept,
  reject,
]

async function answering(cast: Cast): Promise<Request> {
  const good = await answer.good(cast)
  return { ...good, path: `${good.path}/${cast.id('refund')}/answer` }
}
