// Each route of the table, called once as its reader would: what the bus is asked, what comes back, what replay and absence look like.
import 'reflect-metadata'
import { SCOPES } from '@huitong/contracts'
import request from 'supertest'
import { type Edge, keyOf, startEdge } from './testing/edge.js'
import { call, firstEvent } from './testing/call.js'
import { ROUTES, type RouteCase } from './testing/routes.js'

let edge: Edge
beforeAll(async () => {
  edge = await startEdge()
})
afterAll(() => edge.close())
beforeEach(() => edge.bus.reset())

const holder = ({ who }: RouteCase): string | undefined =>
  who === 'open' ? undefined : who === 'key' ? keyOf('read') : keyOf(who[0] ?? 'admin')

describe('every route', () => {
  it.each(ROUTES)('$route', async (route) => {
    route.stub(edge.bus)
    const key = holder(route)
    if (route.route === 'GET /v1/events') {
      expect(await firstEvent(edge.url + route.path, key)).toBe(route.answer)
      return
    }
    const response = await call(edge, route, { key })
    expect({ status: response.status, body: response.body }).toMatchObject({ status: route.status ?? 200 })
    if (typeof route.answer === 'string') expect(response.text).toContain(route.answer)
    else expect(response.body).toEqual(JSON.parse(JSON.stringify(route.answer)))
    if (route.asked === undefined) return
    const [subject, body] = route.asked
    const last = edge.bus.asked.at(-1)
    expect(last?.subject).toBe(subject)
    const { idempotencyKey, actor, ...rest } = { idempotencyKey: undefined, actor: undefined, ...Object(last?.body) }
    expect(rest).toEqual(body)
    if (key !== undefined && actor !== undefined) expect(actor).toMatchObject({ party: `pty_${'1'.repeat(32)}` })
    // the key is kept within its owner and never sent as it came
    if (idempotencyKey !== undefined) expect(idempotencyKey).toMatch(/^pty_1{32}:[0-9a-f]{64}$/)
  })

  it('has no route that the table does not name', async () => {
    const { body } = await request(edge.url).get('/openapi.json')
    const served = Object.entries<object>(body.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    )
    expect(served.sort()).toEqual(ROUTES.map(({ route }) => route).sort())
  })
})

describe('who may call what', () => {
  it.each(ROUTES)('$route', async (route) => {
    route.stub(edge.bus)
    const outcomes: Record<string, boolean> = {}
    const none = await call(edge, route, {})
    outcomes['no key'] = none.status !== 401
    if (none.status === 401) expect(none.body.code).toBe('authentication_missing')
    for (const scope of SCOPES) {
      const response = await call(edge, route, { key: keyOf(scope) })
      outcomes[scope] = response.status !== 403
      if (response.status === 403) expect(response.body.code).toBe('scope_missing')
      else expect(response.status).toBe(route.status ?? 200)
    }
    const { who } = route
    const allowed = (scope: string): boolean =>
      who === 'open' || (scope !== 'no key' && (who === 'key' || scope === 'admin' || who.some((one) => one === scope)))
    expect(outcomes).toEqual(Object.fromEntries(['no key', ...SCOPES].map((scope) => [scope, allowed(scope)])))
  })

  it.each(ROUTES.filter(({ who }) => who === 'open'))('$route refuses a wrong key instead of ignoring it', async (route) => {
    const response = await call(edge, route, { key: `ht_ffffffff_${'b'.repeat(48)}` })
    expect([response.status, response.body.code]).toEqual([401, 'key_unknown'])
  })
})

describe('every write', () => {
  const writes = ROUTES.filter(({ keyed }) => keyed === true)

  it.each(writes)('$route needs an Idempotency-Key', async (route) => {
    const response = await call(edge, route, { key: holder(route), idempotencyKey: undefined })
    expect([response.status, response.body.code, response.body.field]).toEqual([
      400,
      'idempotency_key_missing',
      'Idempotency-Key',
    ])
    expect(edge.bus.asked).toEqual([])
  })

  it('is every route that is no GET, but the submission of transactions, whose id is the key', () => {
    const others = ROUTES.filter(({ route }) => !route.startsWith('GET ')).filter(({ keyed }) => keyed !== true)
    expect(others.map(({ route }) => route)).toEqual(['POST /v1/ledgers/:ledger/transactions'])
  })
})

it('the document changes nothing that the edge decides by', async () => {
  const before = ['admin', 'operator', 'read', 'pay', 'trade', 'orders', 'disputes', 'parties', 'sandbox']
  await request(edge.url).get('/openapi.json')
  expect(SCOPES).toEqual(before)
})
