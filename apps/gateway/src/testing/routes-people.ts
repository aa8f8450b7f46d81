// Routes of parties, carriers, operators, API keys and recoveries.
import * as contracts from '@huitong/contracts'
import { ok } from '@huitong/primitives'
import { type RouteCase, read, write } from './route-case.js'
import * as s from './samples.js'

const carrier = { id: s.id('car'), name: 'Kite Post', publicKey: s.h32(9), createdAt: s.AT }
const operator = { id: s.id('opr'), name: 'Lin', publicKey: s.h32(9), createdAt: s.AT }
const pty = s.id('pty')
const alarm = { kind: 'offer.low_water', subject: s.id('off'), detail: '5 of 100 units are left' }

const keys = { keys: [s.h32(7)], threshold: 1 }

export const PEOPLE: readonly RouteCase[] = [
  write('parties', '', ['parties'], contracts.identityCreateParty, s.PARTY, s.PARTY_VIEW, {
    kind: 'legal',
    displayName: 'Harbour Trading',
    jurisdiction: 'HK',
  }),
  { ...read('parties', 'pty', [], contracts.identityParty, s.PARTY, s.PARTY_VIEW), who: 'key' },
  write(
    'parties',
    `/${pty}/accounts`,
    ['parties'],
    contracts.identityBindAccount,
    s.PARTY,
    s.PARTY_VIEW,
    { ledger: 'east', account: s.addressFor(1), proof: s.STATEMENT },
    { party: pty, ledger: 'east', account: s.h32(1), proof: s.STATEMENT },
  ),
  {
    route: 'GET /v1/parties/:id/person',
    path: `/v1/parties/${pty}/person`,
    who: ['parties', 'operator'],
    stub: (bus) => bus.on(contracts.identityPerson, ok({ legalName: 'Harbour Trading Ltd' })),
    asked: ['identity.person', { id: pty }],
    answer: { legalName: 'Harbour Trading Ltd' },
  },
  {
    route: 'DELETE /v1/parties/:id/person',
    path: `/v1/parties/${pty}/person`,
    who: ['parties', 'operator'],
    keyed: true,
    stub: (bus) => bus.on(contracts.identityErasePerson, ok(s.PARTY)),
    asked: ['identity.erase-person', { id: pty }],
    answer: s.PARTY_VIEW,
  },
  write(
    'carriers',
    '',
    ['operator'],
    contracts.identityRegisterCarrier,
    carrier,
    { ...carrier, createdAt: s.AT_TEXT },
    {
      name: 'Kite Post',
      publicKey: s.h32(9),
    },
  ),
  {
    route: 'GET /v1/carriers/:publicKey',
    path: `/v1/carriers/${s.h32(9)}`,
    who: 'key',
    stub: (bus) => bus.on(contracts.identityCarrierOfKey, ok(carrier)),
    asked: ['identity.carrier-of-key', { publicKey: s.h32(9) }],
    answer: { ...carrier, createdAt: s.AT_TEXT },
  },
  write(
    'operators',
    '',
    [],
    contracts.identityRegisterOperator,
    { ...operator, apiKey: s.API_KEY },
    { ...operator, createdAt: s.AT_TEXT, apiKey: s.API_KEY_VIEW },
    { name: 'Lin', publicKey: s.h32(9) },
  ),
  {
    route: 'GET /v1/operators',
    path: '/v1/operators',
    who: ['operator', 'disputes'],
    stub: (bus) => bus.on(contracts.identityOperators, ok({ operators: [operator] })),
    asked: ['identity.operators', {}],
    answer: { items: [{ ...operator, createdAt: s.AT_TEXT }] },
  },
  {
    route: 'GET /v1/alarms',
    path: '/v1/alarms',
    who: ['operator'],
    stub: (bus) => bus.on(contracts.listAlarms, ok({ items: [{ ...alarm, raisedAt: s.AT, isOver: false }] })),
    asked: ['settlement.alarms', { limit: 200 }],
    answer: { items: [{ ...alarm, raisedAt: s.AT_TEXT }] },
  },
  {
    ...write(
      'api-keys',
      '',
      [],
      contracts.identityCreateApiKey,
      s.API_KEY,
      s.API_KEY_VIEW,
      { label: 'till', scopes: ['read', 'pay'], expiresAt: s.AT_TEXT },
      { label: 'till', scopes: ['read', 'pay'], expiresAt: s.AT },
    ),
    who: 'key',
  },
  {
    route: 'DELETE /v1/api-keys/:id',
    path: `/v1/api-keys/${s.id('key')}`,
    who: 'key',
    keyed: true,
    stub: (bus) => bus.on(contracts.identityRevokeApiKey, ok(s.API_KEY)),
    asked: ['identity.revoke-api-key', { id: s.id('key') }],
    answer: s.API_KEY_VIEW,
  },
  write(
    'recoveries',
    '',
    ['parties', 'operator'],
    contracts.identityOpenRecovery,
    s.RECOVERY,
    s.RECOVERY_VIEW,
    { party: pty, account: s.addressFor(1), keys },
    { party: pty, account: s.h32(1), keys },
  ),
  read('recoveries', 'rcv', ['read', 'parties', 'operator'], contracts.identityRecovery, s.RECOVERY, s.RECOVERY_VIEW),
  write(
    'recoveries',
    `/${s.id('rcv')}/approvals`,
    ['parties', 'operator'],
    contracts.identityApproveRecovery,
    s.RECOVERY,
    s.RECOVERY_VIEW,
    { authority: s.addressFor(2), signatures: [{ ledger: 'east', key: 0, signature: '07'.repeat(64) }] },
    { id: s.id('rcv'), authority: s.h32(2), signatures: [{ ledger: 'east', key: 0, signature: '07'.repeat(64) }] },
  ),
]
