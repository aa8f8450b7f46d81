// Bad requests about disputes: opening, words and files, offers, rulings by two operators, appeals, goods on their way back.
import { type Dto, type Party, signRuling } from '@huitong/sdk'
import { type Cast, by, forged, keyOf } from './cast.js'
import { opened } from './orders.js'
import { type Request, withBody } from './request.js'
import type { Row, Step } from './step.js'

const UNKNOWN = `dsp_${'0'.repeat(32)}`
type Who = 'alice' | 'silks' | 'operator'
const keyOfWho = (cast: Cast, who: Who): string => (who === 'operator' ? keyOf(cast.operators.first) : keyOf(cast[who]))

/** A request in a case. */
const within =
  (dispute: string, action: string, who: Who, body: (cast: Cast) => object | Promise<object>) =>
  async (cast: Cast): Promise<Request> => ({
    path: `/v1/disputes/${cast.id(dispute)}/${action}`,
    as: keyOfWho(cast, who),
    body: { ...(await body(cast)) },
  })

const of =
  (dispute: string): Row[2] =>
  (good, cast) => ({ ...good, path: good.path.replace(/dsp_\w+/, cast.id(dispute)) })
const stranger: Row = ['wrong party', 'by a stranger', (good, { bob }) => by(bob)(good), 'dispute_unknown', 'id']
const nobodys: Row = [
  'nobody’s object',
  'a case that is not',
  (good) => ({ ...good, path: good.path.replace(/dsp_\w+/, UNKNOWN) }),
  'dispute_unknown',
  'id',
]
const inAnothersName: Row = [
  'wrong party',
  'in the other side’s name',
  (good, { alice, silks }) => withBody(good, { party: good.body?.['party'] === alice.id ? silks.id : alice.id }),
  'forbidden',
]
const byAParty: Row = ['wrong party', 'by a side of the case', (good, { alice }) => by(alice)(good), 'scope_missing']

const open: Step = {
  route: 'POST /v1/disputes',
  good: async (cast) => ({
    path: '/v1/disputes',
    as: keyOf(cast.alice),
    body: {
      order: cast.sale('sued').order.id,
      party: cast.alice.id,
      milestone: 0,
      claim: 'it never came',
      opened: await opened(cast, 'sued', cast.alice),
    },
  }),
  rows: [
    ['wrong party', 'by a stranger', (good, { bob }) => by(bob)(good), 'order_unknown', 'id'],
    inAnothersName,
    [
      'wrong party',
      'in a stranger’s name',
      (good, { bob, house }) => ({ ...withBody(good, { party: bob.id }), as: house.adminKey }),
      'wrong_party',
      'party',
    ],
    [
      'nobody’s object',
      'an order that is not',
      (good) => withBody(good, { order: `ord_${'0'.repeat(32)}` }),
      'order_unknown',
      'id',
    ],
    ['nobody’s object', 'a milestone that is not', (good) => withBody(good, { milestone: 7 }), 'milestone_unknown', 'milestone'],
    [
      'wrong state',
      'nothing is paid',
      async (good, cast) =>
        withBody(good, { order: cast.sale('draft').order.id, opened: await opened(cast, 'draft', cast.alice) }),
      'wrong_state',
    ],
    [
      'forged signature',
      'four digits',
      async (good, cast) => withBody(good, { opened: forged(await opened(cast, 'sued', cast.alice)) }),
      'signature_invalid',
    ],
    [
      'forged signature',
      'by the other side’s key',
      async (good, cast) => withBody(good, { opened: await opened(cast, 'sued', cast.silks) }),
      'signature_invalid',
    ],
    [
      'forged signature',
      'about another order',
      async (good, cast) => withBody(good, { opened: await opened(cast, 'paid', cast.alice) }),
      'terms_mismatch',
    ],
  ],
  after: [
    ['wrong state', 'opened twice', (good) => good, 'wrong_state'],
    [
      'wrong state',
      'opened by the other side too',
      async (good, cast) =>
        withBody(by(cast.silks)(good), { party: cast.silks.id, opened: await opened(cast, 'sued', cast.silks) }),
      'wrong_state',
    ],
  ],
  until: async (cast, { id }) => {
    cast.keep('case', id)
    await cast.shop.reachCase(cast.sale('sued'), cast.id('case'), 'OPEN')
  },
}

const say: Step = {
  route: 'POST /v1/disputes/{id}/messages',
  good: within('case', 'messages', 'alice', () => ({ text: 'nobody rang' })),
  rows: [
    stranger,
    nobodys,
    ['wrong party', 'by a key of nobody', (good, { house }) => ({ ...good, as: house.adminKey }), 'forbidden'],
    ['wrong state', 'the case is closed', of('closed'), 'wrong_state'],
  ],
}

const evidence: Step = {
  route: 'POST /v1/disputes/{id}/evidence',
  good: (cast) => ({
    path: `/v1/disputes/${cast.id('case')}/evidence?name=door.txt`,
    as: keyOf(cast.alice),
    text: 'a picture of the door',
    type: 'text/plain',
  }),
  rows: [
    stranger,
    nobodys,
    ['wrong party', 'by a key of nobody', (good, { house }) => ({ ...good, as: house.adminKey }), 'forbidden'],
    ['wrong state', 'the case is closed', of('closed'), 'wrong_state'],
    ['wrong amount', 'nothing at all', (good) => ({ ...good, text: '' }), 'evidence_incomplete'],
    [
      'forged signature',
      'words called a picture',
      (good) => ({ ...good, type: 'image/png' }),
      'evidence_type_unsupported',
      'mediaType',
    ],
    ['forged signature', 'a page that could run', (good) => ({ ...good, type: 'text/html' }), 'evidence_type_unsupported'],
  ],
  other: (good) => ({ ...good, text: 'another picture' }),
}

/** What the hub asks a party to sign for this much to the merchant, signed by it. */
async function division(cast: Cast, { party, toMerchant }: { readonly party: Party; readonly toMerchant: string }) {
  const { body } = await party.hub.offerInDispute(cast.id('case'), { party: party.id, toMerchant })
  return signedBy(cast, party.account.signer, body)
}
export const signedBy = async (
  cast: Cast,
  signer: Parameters<typeof signRuling>[1],
  body: string,
): Promise<Dto['SignedStatementDto']> => signRuling(await cast.house.admin.identity(), signer, body, () => undefined)

const offer: Step = {
  route: 'POST /v1/disputes/{id}/offers',
  good: within('case', 'offers', 'alice', async (cast) => ({
    party: cast.alice.id,
    toMerchant: '4000',
    signed: [await division(cast, { party: cast.alice, toMerchant: '4000' })],
  })),
  rows: [
    stranger,
    nobodys,
    inAnothersName,
    ['wrong amount', 'more than is held', (good) => withBody(good, { toMerchant: '10001' }), 'amount_out_of_range', 'toMerchant'],
    ['wrong amount', 'below zero', (good) => withBody(good, { toMerchant: '-1' }), 'malformed', 'toMerchant'],
    ['wrong amount', 'another than was signed', (good) => withBody(good, { toMerchant: '4001' }), 'terms_mismatch', 'signed'],
    ['forged signature', 'four digits', (good) => withBody(good, { signed: signedOf(good).map(forged) }), 'signature_invalid'],
    [
      'forged signature',
      'by the other side’s key',
      async (good, cast) => withBody(good, { signed: [await division(cast, { party: cast.silks, toMerchant: '4000' })] }),
      'signature_invalid',
    ],
    ['wrong state', 'the case is closed', of('closed'), 'wrong_state'],
  ],
  until: async (cast) => cast.keep('offer in case', (await cast.alice.hub.dispute(cast.id('case'))).offers[0]?.id),
}

const signedOf = ({ body }: Request): readonly Dto['SignedStatementDto'][] =>
  Array.isArray(body?.['signed']) ? (body['signed'] as Dto['SignedStatementDto'][]) : []

const answer: Step = {
  route: 'POST /v1/disputes/{id}/offers/{offer}/answer',
  good: async (cast) =>
    within('case', `offers/${cast.id('offer in case')}/answer`, 'silks', ({ silks }) => ({ party: silks.id, answer: 'decline' }))(
      cast,
    ),
  rows: [
    stranger,
    nobodys,
    inAnothersName,
    [
      'nobody’s object',
      'an offer that is not',
      (good) => ({ ...good, path: good.path.replace(/dof_\w+/, `dof_${'0'.repeat(32)}`) }),
      'offer_unknown',
      'offer',
    ],
    ['forged signature', 'accepted without one', (good) => withBody(good, { answer: 'accept' }), 'signature_invalid', 'signed'],
    [
      'forged signature',
      'accepted with another’s',
      async (good, cast) =>
        withBody(good, { answer: 'accept', signed: [await division(cast, { party: cast.alice, toMerchant: '4000' })] }),
      'signature_invalid',
    ],
    [
      'wrong party',
      'accepted by its maker',
      async (good, cast) =>
        withBody(by(cast.alice)(good), {
          party: cast.alice.id,
          answer: 'accept',
          signed: [await division(cast, { party: cast.alice, toMerchant: '4000' })],
        }),
      'offer_unknown',
      'offer',
    ],
  ],
  after: [
    [
      'wrong state',
      'accepted after it was declined',
      async (good, cast) =>
        withBody(good, { answer: 'accept', signed: [await division(cast, { party: cast.silks, toMerchant: '4000' })] }),
      'wrong_state',
      'offer',
    ],
  ],
}

const appealed: Row[2] = (good, { silks }) => ({
  ...good,
  path: good.path.replace(/signatures|rulings/, 'appeals'),
  as: keyOf(silks),
  body: { party: silks.id, grounds: 'there is no ruling' },
})

const rule: Step = {
  route: 'POST /v1/disputes/{id}/rulings',
  good: within('case', 'rulings', 'operator', () => ({ toMerchant: '5000', reasons: 'half each' })),
  rows: [
    byAParty,
    nobodys,
    ['wrong party', 'by an admin of no desk', (good, { readOnly }) => ({ ...good, as: readOnly }), 'scope_missing'],
    ['wrong amount', 'more than is held', (good) => withBody(good, { toMerchant: '10001' }), 'amount_out_of_range', 'toMerchant'],
    ['wrong amount', 'below zero', (good) => withBody(good, { toMerchant: '-1' }), 'malformed', 'toMerchant'],
    ['wrong state', 'the case is closed', of('closed'), 'wrong_state'],
    ['wrong state', 'appealed before there is a ruling', appealed, 'wrong_state'],
  ],
  until: async (cast, body) => cast.keep('ruling', (body['ruling'] as Dto['RulingDto'] | undefined)?.body),
}

const sign: Step = {
  route: 'POST /v1/disputes/{id}/signatures',
  good: within('case', 'signatures', 'operator', async (cast) => ({
    signed: await signedBy(cast, cast.operators.first.signer, cast.id('ruling')),
  })),
  rows: [
    byAParty,
    nobodys,
    [
      'forged signature',
      'four digits',
      async (good, cast) =>
        withBody(good, { signed: forged(await signedBy(cast, cast.operators.first.signer, cast.id('ruling'))) }),
      'signature_invalid',
    ],
    [
      'forged signature',
      'by a key that is no operator’s',
      async (good, cast) => withBody(good, { signed: await signedBy(cast, cast.alice.account.signer, cast.id('ruling')) }),
      'operator_unknown',
    ],
    [
      'forged signature',
      'of another case’s ruling',
      async (good, cast) => {
        const { ruling } = await cast.operators.first.hub.dispute(cast.id('ruled'))
        return withBody(good, { signed: await signedBy(cast, cast.operators.first.signer, ruling?.body ?? '') })
      },
      'ruling_mismatch',
      'signed',
    ],
    ['wrong state', 'appealed before two have signed', appealed, 'wrong_state'],
    ['wrong state', 'of a case without a ruling', of('contested'), 'ruling_mismatch', 'signed'],
  ],
  after: [['wrong party', 'by one operator twice', (good) => good, 'operator_signed_already']],
  next: async (cast) => {
    const { hub, signer } = cast.operators.second
    await hub.signRuling(cast.id('case'), { signed: await signedBy(cast, signer, cast.id('ruling')) })
  },
}

const appeal: Step = {
  route: 'POST /v1/disputes/{id}/appeals',
  good: within('case', 'appeals', 'silks', ({ silks }) => ({ party: silks.id, grounds: 'it was whole' })),
  rows: [stranger, nobodys, inAnothersName, ['wrong state', 'there is no ruling', of('contested'), 'wrong_state']],
  after: [
    [
      'wrong party',
      'the appeal heard by who has judged',
      async (_good, cast) => {
        const { hub, signer } = cast.operators.first
        const proposed = await hub.ruleDispute(cast.id('case'), { toMerchant: '1', reasons: 'again' }, { key: 'appeal-ruling' })
        await cast.still()
        return {
          path: `/v1/disputes/${cast.id('case')}/signatures`,
          as: keyOf({ hub }),
          body: { signed: await signedBy(cast, signer, proposed.ruling?.body ?? '') },
        }
      },
      'operator_signed_already',
    ],
    [
      'wrong state',
      'appealed by the other side too',
      (good, { alice }) => withBody(by(alice)(good), { party: alice.id }),
      'wrong_state',
    ],
  ],
}

const acceptRuling: Step = {
  route: 'POST /v1/disputes/{id}/acceptances',
  good: within('ruled', 'acceptances', 'silks', ({ silks }) => ({ party: silks.id })),
  rows: [stranger, nobodys, inAnothersName, ['wrong state', 'there is no ruling', of('contested'), 'wrong_state']],
  after: [
    [
      'wrong state',
      'appealed after it was accepted',
      (good) => ({ ...withBody(good, { grounds: 'after all' }), path: good.path.replace('acceptances', 'appeals') }),
      'wrong_state',
    ],
  ],
}

const stepReturn: Step = {
  route: 'POST /v1/disputes/{id}/return',
  good: within('returning', 'return', 'silks', ({ silks }) => ({ party: silks.id, step: 'authorise' })),
  rows: [
    stranger,
    nobodys,
    inAnothersName,
    [
      'wrong party',
      'authorised by the buyer',
      (good, { alice }) => withBody(by(alice)(good), { party: alice.id }),
      'wrong_party',
    ],
    ['wrong state', 'received before it was sent', (good) => withBody(good, { step: 'receive' }), 'wrong_state'],
    [
      'wrong state',
      'sent before it was authorised',
      (good, { alice }) => withBody(by(alice)(good), { party: alice.id, step: 'ship' }),
      'wrong_state',
    ],
    ['wrong state', 'nothing is to go back', of('case'), 'wrong_state'],
  ],
  after: [['wrong state', 'refused after it was authorised', (good) => withBody(good, { step: 'refuse' }), 'wrong_state']],
}

export const DISPUTES: readonly Step[] = [open, say, evidence, offer, answer, rule, sign, appeal, acceptRuling, stepReturn]
