// Bad requests about liquidity, offers, quotes, conversions and swaps.
import type { OfferStatement } from '@huitong/chain'
import { type Party, accountOf, systemEntropy } from '@huitong/sdk'
import { type Time, toHex } from '@huitong/primitives'
import { POINT, TAEL } from '../people.js'
import { type Cast, by, forged, fresh, keyOf, quoteOf, swapOf } from './cast.js'
import { type Request, withBody } from './request.js'
import type { Row, Step } from './step.js'

const UNKNOWN = '0'.repeat(32)
const YEAR = 366 * 24 * 3_600_000
const field = (good: Request, name: string): string => String(good.body?.[name])

/** An offer of the lender's, signed by whoever is asked to. */
async function offered(cast: Cast, change: Partial<OfferStatement> = {}, signer: Party = cast.lender, hub?: string) {
  const [points, taels] = [await cast.stage.network.ledger(POINT), await cast.stage.network.ledger(TAEL)]
  const account = accountOf(cast.id('liquidity'))
  const statement: OfferStatement = {
    offer: toHex(systemEntropy.bytes(16)),
    give: { chain: points.chain, asset: POINT.asset, account },
    take: { chain: taels.chain, asset: TAEL.asset, account },
    numerator: 1n,
    denominator: 2n,
    min: 1n,
    max: 1_000n,
    inventory: 1_000n,
    expiry: ((await taels.now()) + YEAR) as Time,
    ...change,
  }
  return cast.signedOffer(signer, statement, hub)
}

const otherOffer =
  (...asked: Parameters<typeof offered> extends [Cast, ...infer Rest] ? Rest : never): Row[2] =>
  async (good, cast) =>
    withBody(good, { offer: await offered(cast, ...asked) })

const liquidity: Step = {
  route: 'POST /v1/liquidity',
  good: ({ lender }) => ({
    path: '/v1/liquidity',
    as: keyOf(lender),
    body: { provider: lender.id, owner: lender.address },
  }),
  rows: [
    ['wrong party', 'for somebody else', (good, { bob }) => by(bob)(good), 'forbidden'],
    ['wrong party', 'owned by another', (good, { bob }) => withBody(good, { owner: bob.address }), 'account_unbound', 'owner'],
  ],
  other: (good, { bob }) => withBody(good, { owner: bob.address }),
  until: async (cast, { account }) => cast.keep('liquidity', account),
}

const offers: Step = {
  route: 'POST /v1/offers',
  good: async (cast) => ({
    path: '/v1/offers',
    as: keyOf(cast.lender),
    body: { provider: cast.lender.id, offer: await offered(cast) },
  }),
  rows: [
    ['wrong party', 'for somebody else', (good, { bob }) => by(bob)(good), 'forbidden'],
    [
      'wrong party',
      'another’s offer as one’s own',
      (good, { bob }) => withBody(by(bob)(good), { provider: bob.id }),
      'liquidity_unknown',
    ],
    [
      'forged signature',
      'four digits',
      async (good, cast) => withBody(good, { offer: forged(await offered(cast)) }),
      'offer_signature_invalid',
      'offer',
    ],
    [
      'forged signature',
      'by another’s key',
      async (good, cast) => withBody(good, { offer: await offered(cast, {}, cast.bob) }),
      'offer_signature_invalid',
      'offer',
    ],
    [
      'forged signature',
      'for another hub',
      async (good, cast) => withBody(good, { offer: await offered(cast, {}, cast.lender, 'ab'.repeat(32)) }),
      'offer_signature_invalid',
      'offer',
    ],
    ['wrong amount', 'bounds that leave nothing', otherOffer({ min: 1_000n, inventory: 1n }), 'offer_malformed'],
    ['expired quote', 'an offer of yesterday', otherOffer({ expiry: 1 as Time }), 'offer_expired'],
    [
      'self-trade',
      'a token for itself',
      async (good, cast) => {
        const ledger = await cast.stage.network.ledger(TAEL)
        const give = { chain: ledger.chain, asset: TAEL.asset, account: accountOf(cast.id('liquidity')) }
        return withBody(good, { offer: await offered(cast, { give }) })
      },
      'offer_malformed',
    ],
  ],
  other: otherOffer({ max: 999n }),
  until: async (cast, { id }) => {
    cast.keep('offer', id)
    await cast.feed.until(({ subject, type }) => subject === id && type === 'offer.created')
  },
}

const offerState: Step = {
  route: 'POST /v1/offers/{id}/state',
  good: (cast) => ({ path: `/v1/offers/${cast.id('offer')}/state`, as: keyOf(cast.lender), body: { state: 'paused' } }),
  rows: [
    ['wrong party', 'another’s offer', (good, { bob }) => by(bob)(good), 'forbidden'],
    [
      'wrong state',
      'expired',
      (good, cast) => ({ ...by(cast.stage.network.provider)(good), path: `/v1/offers/${cast.id('expired offer')}/state` }),
      'offer_expired',
    ],
    [
      'nobody’s object',
      'an offer that is not',
      (good) => ({ ...good, path: `/v1/offers/off_${UNKNOWN}/state` }),
      'offer_unknown',
      'id',
    ],
  ],
  other: (good) => withBody(good, { state: 'active' }),
  until: (cast, { id }) => cast.feed.until(({ subject, type }) => subject === id && type === 'offer.paused'),
}

const quotes: Step = {
  route: 'POST /v1/quotes',
  good: ({ alice }) => ({ path: '/v1/quotes', as: keyOf(alice), body: { ...quoteOf(alice) } }),
  rows: [
    ['wrong party', 'for somebody else', (good, { bob }) => by(bob)(good), 'forbidden'],
    ['wrong amount', 'nothing', (good) => withBody(good, { amount: '0' }), 'malformed', 'amount'],
    [
      'wrong amount',
      'more than anybody offers',
      (good) => withBody(good, { amount: '9000000000000' }),
      'amount_out_of_range',
      'amount',
    ],
    [
      'wrong amount',
      'more than there can be',
      (good) => withBody(good, { amount: '9223372036854775808' }),
      'amount_out_of_range',
      'amount',
    ],
    [
      'self-trade',
      'the provider from itself',
      (good, { stage }) => withBody(by(stage.network.provider)(good), { payer: stage.network.provider.id }),
      'self_trade',
    ],
  ],
  other: (good) => withBody(good, { amount: '1001' }),
  until: async (cast, { id }) => cast.keep('quote', id),
}

const anotherQuote: Row[2] = async (good, cast) => withBody(good, { quote: (await cast.quote()).id })

const conversions: Step = {
  route: 'POST /v1/conversions',
  good: (cast) => ({
    path: '/v1/conversions',
    as: keyOf(cast.alice),
    body: { quote: cast.id('quote'), hash: fresh(), giveAccount: cast.alice.address, takeAccount: cast.alice.address },
  }),
  rows: [
    [
      'expired quote',
      'of ten minutes ago',
      (good, cast) => withBody(good, { quote: cast.id('expired quote') }),
      'quote_expired',
      'quote',
    ],
    ['wrong party', 'another’s quote', (good, { bob }) => by(bob)(good), 'quote_unknown', 'quote'],
    [
      'wrong party',
      'into another’s account',
      (good, { bob }) => withBody(good, { takeAccount: bob.address }),
      'account_unbound',
      'takeAccount',
    ],
    ['hash of another size', '31 bytes', (good) => withBody(good, { hash: 'ab'.repeat(31) }), 'malformed', 'hash'],
    ['hash of another size', '33 bytes', (good) => withBody(good, { hash: 'ab'.repeat(33) }), 'malformed', 'hash'],
    [
      'reused hash',
      'of an order’s code',
      (good, cast) => withBody(good, { hash: cast.sale('paid').order.milestones[0]?.deliveryHash }),
      'hash_reused',
      'hash',
    ],
  ],
  after: [['reused hash', 'of a conversion', anotherQuote, 'hash_reused', 'hash']],
  other: (good) => withBody(good, { hash: fresh() }),
  until: async (cast, { hash }) => cast.keep('hash', hash),
}

const swaps: Step = {
  route: 'POST /v1/swaps',
  good: ({ alice, bob }) => ({ path: '/v1/swaps', as: keyOf(alice), body: { ...swapOf(alice, bob) } }),
  rows: [
    [
      'self-trade',
      'with oneself',
      (good) => withBody(good, { counterparty: field(good, 'initiator') }),
      'self_trade',
      'counterparty',
    ],
    ['wrong party', 'for somebody else', (good, { bob }) => by(bob)(good), 'forbidden'],
    ['wrong party', 'with nobody', (good) => withBody(good, { counterparty: `pty_${UNKNOWN}` }), 'party_unknown', 'counterparty'],
    [
      'wrong party',
      'another’s money',
      (good, { bob }) => withBody(good, { giveAccount: bob.address }),
      'account_unbound',
      'giveAccount',
    ],
    ['wrong amount', 'for nothing', (good) => withBody(good, { takeAmount: '0' }), 'malformed', 'takeAmount'],
    [
      'wrong amount',
      'more than there can be',
      (good) => withBody(good, { giveAmount: '9223372036854775808' }),
      'amount_out_of_range',
      'giveAmount',
    ],
    ['hash of another size', '31 bytes', (good) => withBody(good, { hash: 'ab'.repeat(31) }), 'malformed', 'hash'],
    ['reused hash', 'of a conversion', (good, cast) => withBody(good, { hash: cast.id('hash') }), 'hash_reused', 'hash'],
  ],
  after: [['reused hash', 'of a swap', (good) => good, 'hash_reused', 'hash']],
  other: (good) => withBody(good, { giveAmount: '1001' }),
  until: async (cast, { id }) => cast.keep('swap', id),
}

const accept: Step = {
  route: 'POST /v1/swaps/{id}/accept',
  good: (cast) => ({
    path: `/v1/swaps/${cast.id('swap')}/accept`,
    as: keyOf(cast.bob),
    body: { giveAccount: cast.bob.address, takeAccount: cast.bob.address },
  }),
  rows: [
    ['wrong party', 'by whoever proposed it', (good, { alice }) => by(alice)(good), 'forbidden'],
    ['wrong party', 'by a stranger', (good, { silks }) => by(silks)(good), 'swap_unknown', 'id'],
    [
      'wrong party',
      'another’s money',
      (good, { alice }) => withBody(good, { giveAccount: alice.address }),
      'account_unbound',
      'giveAccount',
    ],
    [
      'nobody’s object',
      'a swap that is not',
      (good) => ({ ...good, path: `/v1/swaps/swp_${UNKNOWN}/accept` }),
      'swap_unknown',
      'id',
    ],
    [
      'wrong state',
      'called off',
      (good, cast) => ({ ...good, path: `/v1/swaps/${cast.id('called off')}/accept` }),
      'wrong_state',
    ],
  ],
}

const cancel: Step = {
  route: 'POST /v1/swaps/{id}/cancel',
  good: (cast) => ({ path: `/v1/swaps/${cast.id('swap')}/cancel`, as: keyOf(cast.bob), body: {} }),
  rows: [
    ['wrong party', 'by a stranger', (good, { silks }) => by(silks)(good), 'swap_unknown', 'id'],
    [
      'nobody’s object',
      'a swap that is not',
      (good) => ({ ...good, path: `/v1/swaps/swp_${UNKNOWN}/cancel` }),
      'swap_unknown',
      'id',
    ],
    ['wrong state', 'expired', (good, cast) => ({ ...good, path: `/v1/swaps/${cast.id('expired swap')}/cancel` }), 'wrong_state'],
  ],
}

export const TRADES: readonly Step[] = [quotes, liquidity, offers, offerState, conversions, swaps, accept, cancel]
