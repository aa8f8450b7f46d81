// Bad requests about who is who: parties and their accounts, carriers, operators, keys, recoveries.
import { bindingHash, decodeBody, transactionMessage, txIdOf } from '@huitong/chain'
import type { Dto, Party } from '@huitong/sdk'
import { type Time, fromHex } from '@huitong/primitives'
import { TAEL } from '../people.js'
import { type Cast, by, forged, keyOf } from './cast.js'
import { type Request, withBody } from './request.js'
import type { Row, Step } from './step.js'

const NOBODY = '0'.repeat(32)
/** The neutral point: every signature of a certain form is right under it. */
const WEAK = `01${'00'.repeat(31)}`
const byAParty: Row = ['wrong party', 'by a party', (good, { bob }) => by(bob)(good), 'scope_missing']
const fromAdmin =
  (path: string, body: (cast: Cast) => object) =>
  (cast: Cast): Request => ({ path, as: cast.house.adminKey, body: { ...body(cast) } })
const key = (cast: Cast, name: string): string => cast.stage.network.enrolment.signer(name).publicKey

const parties: Step = {
  route: 'POST /v1/parties',
  good: fromAdmin('/v1/parties', () => ({ kind: 'legal', displayName: 'Newcomers' })),
  rows: [['wrong party', 'by a desk’s operator', (good, { operators }) => by(operators.first)(good), 'scope_missing']],
  other: (good) => withBody(good, { displayName: 'Others' }),
}

/** Somebody's word that an account is a party's. */
async function binding(cast: Cast, of: Party, party: Party): Promise<Dto['SignedStatementDto']> {
  const ledger = await cast.shop.ledger()
  const hash = bindingHash({ party: party.id, chain: ledger.chain, account: of.account.id })
  const validUntil = ((await ledger.now()) + 3_600_000) as Time
  return of.approve(await cast.house.admin.identity(), { subject: 'bind', hash, validUntil })
}

const accounts: Step = {
  route: 'POST /v1/parties/{id}/accounts',
  good: async (cast) => ({
    path: `/v1/parties/${cast.alice.id}/accounts`,
    as: keyOf(cast.alice),
    body: { ledger: TAEL.ledger, account: cast.unbound.address, proof: await binding(cast, cast.unbound, cast.alice) },
  }),
  rows: [
    ['wrong party', 'for somebody else', (good, { bob }) => by(bob)(good), 'forbidden'],
    [
      'nobody’s object',
      'a party that is not',
      (good, { house }) => ({ ...good, path: `/v1/parties/pty_${NOBODY}/accounts`, as: house.adminKey }),
      'party_unknown',
    ],
    [
      'wrong state',
      'the account is another’s',
      async (good, cast) => withBody(good, { account: cast.bob.address, proof: await binding(cast, cast.bob, cast.alice) }),
      'account_bound_elsewhere',
    ],
    [
      'forged signature',
      'four digits',
      async (good, cast) => withBody(good, { proof: forged(await binding(cast, cast.unbound, cast.alice)) }),
      'proof_invalid',
      'proof',
    ],
    [
      'forged signature',
      'by another’s key',
      async (good, cast) => withBody(good, { proof: await binding(cast, cast.bob, cast.alice) }),
      'proof_invalid',
      'proof',
    ],
    [
      'forged signature',
      'for another party',
      async (good, cast) => withBody(good, { proof: await binding(cast, cast.unbound, cast.bob) }),
      'proof_invalid',
      'proof',
    ],
  ],
  other: (good, { bob }) => withBody(good, { account: bob.address }),
}

const carriers: Step = {
  route: 'POST /v1/carriers',
  good: fromAdmin('/v1/carriers', (cast) => ({ name: 'Camels', publicKey: key(cast, 'Camels') })),
  rows: [
    byAParty,
    [
      'forged signature',
      'a key that proves nothing',
      (good) => withBody(good, { publicKey: WEAK }),
      'public_key_weak',
      'publicKey',
    ],
  ],
  other: (good) => withBody(good, { name: 'Dromedaries' }),
}

const operators: Step = {
  route: 'POST /v1/operators',
  good: fromAdmin('/v1/operators', (cast) => ({ name: 'Operator Third', publicKey: key(cast, 'Third') })),
  rows: [
    byAParty,
    [
      'forged signature',
      'a key that proves nothing',
      (good) => withBody(good, { publicKey: WEAK }),
      'public_key_weak',
      'publicKey',
    ],
  ],
  other: (good) => withBody(good, { name: 'Operator Fourth' }),
}

const apiKeys: Step = {
  route: 'POST /v1/api-keys',
  isOpenToAnyKey: true,
  good: ({ alice }) => ({ path: '/v1/api-keys', as: keyOf(alice), body: { label: 'till', scopes: ['pay'] } }),
  rows: [
    ['wrong party', 'more than one has oneself', (good) => withBody(good, { scopes: ['operator'] }), 'scope_forbidden'],
    ['wrong party', 'for somebody else', (good, { bob }) => withBody(good, { party: bob.id }), 'forbidden'],
  ],
  other: (good) => withBody(good, { label: 'another till' }),
  until: async (cast, { id }) => cast.keep('api key', id),
}

const revocation: Step = {
  route: 'DELETE /v1/api-keys/{id}',
  isOpenToAnyKey: true,
  good: (cast) => ({ path: `/v1/api-keys/${cast.id('api key')}`, method: 'DELETE', as: keyOf(cast.alice) }),
  rows: [
    ['wrong party', 'another’s key', (good, { bob }) => by(bob)(good), 'forbidden'],
    [
      'nobody’s object',
      'a key that is not',
      (good, cast) => ({
        ...good,
        path: good.path.replace(
          cast.id('api key'),
          cast.id('api key').replace(/[0-9a-f]{8,}/, (digits) => '0'.repeat(digits.length)),
        ),
      }),
      'api_key_unknown',
    ],
  ],
  isKeyless: true,
}

const person: Step = {
  route: 'DELETE /v1/parties/{id}/person',
  good: ({ unbound }) => ({ path: `/v1/parties/${unbound.id}/person`, method: 'DELETE', as: keyOf(unbound) }),
  rows: [
    ['wrong party', 'another’s', (good, { bob }) => by(bob)(good), 'forbidden'],
    [
      'nobody’s object',
      'a party that is not',
      (good, { house }) => ({ ...good, path: `/v1/parties/pty_${NOBODY}/person`, as: house.adminKey }),
      'party_unknown',
    ],
  ],
  isKeyless: true,
}

const recoveries: Step = {
  route: 'POST /v1/recoveries',
  good: fromAdmin('/v1/recoveries', (cast) => ({
    party: cast.forgetful.id,
    account: cast.forgetful.address,
    keys: { keys: [key(cast, 'new keys')], threshold: 1 },
  })),
  rows: [
    ['wrong party', 'for somebody else', (good, { bob }) => by(bob)(good), 'forbidden'],
    ['wrong party', 'another’s account', (good, { bob }) => withBody(good, { account: bob.address }), 'account_unbound'],
    [
      'wrong state',
      'an account that names no authorities',
      (good, { bob }) => withBody(good, { party: bob.id, account: bob.address }),
      'no_recovery_policy',
    ],
    [
      'forged signature',
      'a key that proves nothing',
      (good) => withBody(good, { keys: { keys: [WEAK], threshold: 1 } }),
      'public_key_weak',
      'keys',
    ],
  ],
  after: [['wrong state', 'another case of the account', (good) => good, 'recovery_open']],
  other: (good, { bob }) => withBody(good, { account: bob.address }),
  until: async (cast, { id }) => cast.keep('recovery', id),
}

/** A notary's signatures over every leg of the case. */
async function vouched(cast: Cast, notary: Party): Promise<object[]> {
  const { legs } = await cast.house.admin.recovery(cast.id('recovery'))
  const signatures: object[] = []
  for (const leg of legs) {
    const body = decodeBody(fromHex(leg.body))
    if (!body.ok) throw new Error(body.code)
    const { chain } = await notary.hub.ledger(leg.ledger)
    for (const { key: position, signature } of await notary.account.sign(transactionMessage(chain, txIdOf(chain, body.value))))
      signatures.push({ ledger: leg.ledger, key: position, signature })
  }
  return signatures
}

const approvals: Step = {
  route: 'POST /v1/recoveries/{id}/approvals',
  good: async (cast) => ({
    path: `/v1/recoveries/${cast.id('recovery')}/approvals`,
    as: keyOf(cast.notary),
    body: { authority: cast.notary.address, signatures: await vouched(cast, cast.notary) },
  }),
  rows: [
    ['wrong party', 'by a stranger', (good, { bob }) => by(bob)(good), 'forbidden'],
    [
      'wrong party',
      'in the name of no authority',
      (good, { bob }) => withBody(good, { authority: bob.address }),
      'not_an_authority',
    ],
    [
      'nobody’s object',
      'a case that is not',
      (good) => ({ ...good, path: `/v1/recoveries/rcv_${NOBODY}/approvals` }),
      'recovery_unknown',
    ],
    [
      'forged signature',
      'by another’s key',
      async (good, cast) => withBody(good, { signatures: await vouched(cast, cast.bob) }),
      'signature_invalid',
      'signatures',
    ],
  ],
  other: (good) => withBody(good, { signatures: [] }),
}

export const HOUSE: readonly Step[] = [parties, accounts, carriers, operators, apiKeys, revocation, recoveries, approvals, person]
