// Routes of events, audit, reserves, sandbox, health and metrics.
import * as contracts from '@huitong/contracts'
import { healthOf, metricsOf } from '@huitong/platform'
import { ok } from '@huitong/primitives'
import type { FakeBus } from './fake-bus.js'
import type { RouteCase } from './route-case.js'
import * as s from './samples.js'

const status: contracts.LedgerStatus = {
  ledger: 'east',
  chain: s.h32(1),
  sandbox: true,
  height: 7,
  time: s.AT,
  now: s.AT,
  indexLag: 0,
  finalityP50Ms: 3,
  finalityP99Ms: 9,
}
const event = { cursor: 8, at: s.AT, type: 'order.changed', subject: s.id('ord'), version: 2 }
const invariant = { invariant: 1, title: 'issued less burnt is what coins hold', verdict: 'ok' as const, checked: 12 }
const entry = { seq: 1, at: s.AT, actor: 'opr', action: 'rule', subject: s.id('dsp'), detail: { a: 1 }, hash: s.h32(1) }
const reserve = { ...s.EAST, issued: '10', holders: '7', escrow: '1', hashLocks: '1', fees: '0', liquidity: '1', difference: '0' }
const report = { name: 'x', ready: true, checks: [{ name: 'bus', ok: true }], uptime: 3 }
const PROCESSES = ['identity', 'custody', 'settlement', 'auditor', 'ledger-east', 'ledger-west']
const allReady = (bus: FakeBus): void => PROCESSES.forEach((name) => bus.on(healthOf(name), ok({ ...report, name })))
const readiness = { ready: true, services: PROCESSES.map((service) => ({ service, ready: true, checks: report.checks })) }
const clock = { sandbox: true, ledgers: ['east', 'west'].map((ledger) => ({ ledger, now: s.AT_TEXT })) }

export const HOUSE: readonly RouteCase[] = [
  {
    route: 'GET /v1/events',
    path: '/v1/events?after=7',
    who: 'key',
    stub: (bus) => bus.on(contracts.dealEvents, ({ after }) => ok({ events: after < 8 ? [event] : [] })),
    answer: `id: 8\nevent: order.changed\ndata: ${JSON.stringify({ ...event, at: s.AT_TEXT })}\n\n`,
  },
  {
    route: 'GET /v1/audit/invariants',
    path: '/v1/audit/invariants?full=true',
    who: ['read', 'operator'],
    stub: (bus) => bus.on(contracts.auditInvariants, ok({ at: s.AT, invariants: [invariant] })),
    asked: ['auditor.invariants', { full: true }],
    answer: { at: s.AT_TEXT, items: [invariant] },
  },
  {
    route: 'GET /v1/audit/entries',
    path: '/v1/audit/entries?limit=1',
    who: ['operator'],
    stub: (bus) => bus.on(contracts.identityAudit, ok({ entries: [entry] })),
    asked: ['identity.audit', { after: 0, limit: 1 }],
    answer: { items: [{ ...entry, at: s.AT_TEXT }], next: 1 },
  },
  {
    route: 'GET /v1/reserves',
    path: '/v1/reserves',
    who: 'open',
    stub: (bus) => bus.on(contracts.auditReserves, ok({ reserves: [reserve] })),
    asked: ['auditor.reserves', {}],
    answer: { items: [reserve] },
  },
  {
    route: 'GET /v1/sandbox/clock',
    path: '/v1/sandbox/clock',
    who: 'open',
    stub: (bus) => bus.on(contracts.ledgerStatus, ok(status), 'east').on(contracts.ledgerStatus, ok(status), 'west'),
    answer: clock,
  },
  {
    route: 'POST /v1/sandbox/clock',
    path: '/v1/sandbox/clock',
    who: ['sandbox'],
    body: { to: s.AT_TEXT },
    keyed: true,
    stub: (bus) =>
      bus
        .on(contracts.ledgerAdvanceClock, ({ to }) => ok({ now: to }), 'east')
        .on(contracts.ledgerAdvanceClock, ({ to }) => ok({ now: to }), 'west')
        .on(contracts.advanceHubClock, ({ to }) => ok({ now: to })),
    asked: ['settlement.advance-clock', { to: s.AT }],
    answer: clock,
  },
  { route: 'GET /v1/health', path: '/v1/health', who: 'open', stub: allReady, answer: readiness },
  { route: 'GET /v1/health/live', path: '/v1/health/live', who: 'open', stub: allReady, answer: { status: 'alive' } },
  { route: 'GET /v1/health/ready', path: '/v1/health/ready', who: 'open', stub: allReady, answer: readiness },
  { route: 'GET /v1/metrics', path: '/v1/metrics', who: ['operator'], stub: allReady, answer: 'huitong_http_open' },
  {
    route: 'GET /v1/metrics/:service',
    path: '/v1/metrics/ledger-east',
    who: ['operator'],
    stub: (bus) => bus.on(metricsOf('ledger-east'), ok('huitong_blocks_total 7\n')),
    asked: ['metrics.ledger-east', {}],
    answer: 'huitong_blocks_total 7',
  },
]
