// What a hostile or broken client sends: each gets a documented code, and no service is asked for anything.
import 'reflect-metadata'
import http from 'node:http'
import net from 'node:net'
import { createOrder, createSwap } from '@huitong/contracts'
import { ok } from '@huitong/primitives'
import * as fc from 'fast-check'
import { PROBLEMS } from './problem/codes.js'
import { type Edge, keyOf, startEdge } from './testing/edge.js'
import { ROUTES } from './testing/routes.js'
import { AT_TEXT, EAST, ORDER, SWAP, WEST, addressFor, h32, id } from './testing/samples.js'

let edge: Edge
beforeAll(async () => {
  edge = await startEdge()
  edge.bus.on(createSwap, ok(SWAP)).on(createOrder, ok(ORDER))
})
afterAll(() => edge.close())
beforeEach(() => edge.bus.reset())

interface Raw {
  readonly method?: string
  readonly path?: string
  readonly body?: string | Buffer
  readonly headers?: http.OutgoingHttpHeaders
}
interface Answered {
  readonly status: number
  readonly code: string | undefined
  readonly field: string | undefined
  readonly type: string | undefined
}

/** A request byte for byte as given. */
function send(raw: Raw): Promise<Answered> {
  const { method = 'POST', path = '/v1/swaps', body } = raw
  const usual = { authorization: `Bearer ${keyOf('admin')}`, 'idempotency-key': 'k', 'content-type': 'application/json' }
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(edge.url)
    const request = http.request(
      { hostname, port, method, path, headers: { ...usual, ...length, ...raw.headers } },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () => {
          const type = response.headers['content-type']
          const text = Buffer.concat(parts).toString()
          const isJson = type?.includes('json') === true
          const problem: { code?: string; field?: string } = isJson ? JSON.parse(text) : {}
          resolve({ status: response.statusCode ?? 0, code: problem.code, field: problem.field, type })
        })
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

const swap = {
  initiator: id('pty'),
  counterparty: id('pty', '2'),
  give: EAST,
  giveAmount: '1',
  take: WEST,
  takeAmount: '2',
  hash: h32(8),
  giveAccount: addressFor(1),
  takeAccount: addressFor(2),
}
const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) })
const json = (body: unknown): string => JSON.stringify(body)
const changed = (change: object): string => json({ ...swap, ...change })

describe('a body', () => {
  it('that is right passes', async () => {
    expect((await send({ body: json(swap) })).status).toBe(201)
  })

  it.each<[string, string | Buffer, string, string?]>([
    ['that is no JSON', '{"a":', 'json_malformed'],
    ['that is empty but announced', ' ', 'json_malformed'],
    ['that is a list', '[]', 'json_malformed'],
    ['that is a number', '17', 'json_malformed'],
    ['that is null', 'null', 'json_malformed'],
    ['that is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'json_malformed'],
    ['with a zero byte between', '{"a"\u0000:1}', 'json_malformed'],
    ['with two values', '{}{}', 'json_malformed'],
    ['with NaN', '{"a":NaN}', 'json_malformed'],
    ['nested a thousand deep', json(deep(1000)), 'json_too_deep'],
    ['nested with lists a thousand deep', `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`, 'json_too_deep'],
    ['with 20,000 members', json(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, 1]))), 'json_too_deep'],
    ['with __proto__', `{"__proto__":{"isAdmin":true}}`, 'json_key_forbidden'],
    ['with __proto__ further in', changed({}).replace('"give":{', '"give":{"__proto__":{},'), 'json_key_forbidden'],
    ['with constructor', '{"constructor":{"prototype":{}}}', 'json_key_forbidden'],
    ['over 256 kB', json({ ...swap, hash: 'a'.repeat(262_144) }), 'body_too_large'],
    ['with null for an optional field', changed({ acceptWithinMs: null }), 'malformed', 'acceptWithinMs'],
    ['with a field nobody knows', changed({ isAdmin: true }), 'field_unknown', 'isAdmin'],
    ['with an unknown field further in', changed({ give: { ...EAST, state: 'x' } }), 'field_unknown', 'give.state'],
    ['with the field actor, which is ours', changed({ actor: { key: 'x', scopes: ['admin'] } }), 'field_unknown', 'actor'],
    ['with the field idempotencyKey, which is ours', changed({ idempotencyKey: 'x' }), 'field_unknown', 'idempotencyKey'],
    ['with a number for an amount', changed({ giveAmount: 1 }), 'malformed', 'giveAmount'],
    ['with a negative amount', changed({ giveAmount: '-1' }), 'malformed', 'giveAmount'],
    ['with a zero amount', changed({ giveAmount: '0' }), 'malformed', 'giveAmount'],
    ['with an amount of twenty digits', changed({ giveAmount: '1'.repeat(20) }), 'malformed', 'giveAmount'],
    ['with an exponent', changed({ giveAmount: '1e3' }), 'malformed', 'giveAmount'],
    ['with a leading zero', changed({ giveAmount: '01' }), 'malformed', 'giveAmount'],
    ['with Arabic digits', changed({ giveAmount: '١٢' }), 'malformed', 'giveAmount'],
    ['with an amount and a line break', changed({ giveAmount: '1\n' }), 'malformed', 'giveAmount'],
    ['with a list for a text', changed({ giveAmount: ['1'] }), 'malformed', 'giveAmount'],
    ['with an object for a text', changed({ hash: { $ne: '' } }), 'malformed', 'hash'],
    ['with a text for an object', changed({ give: 'east' }), 'malformed', 'give'],
    ['with a list for an object', changed({ give: [EAST] }), 'malformed', 'give'],
    ['with uppercase hexadecimal', changed({ hash: 'A'.repeat(64) }), 'malformed', 'hash'],
    ['with an account id where an address belongs', changed({ giveAccount: h32(1) }), 'malformed', 'giveAccount'],
    ['with a wrong address checksum', changed({ giveAccount: `${addressFor(1).slice(0, -1)}q` }), 'malformed', 'giveAccount'],
    ['with an address of mixed case', changed({ giveAccount: addressFor(1).replace('q', 'Q') }), 'malformed', 'giveAccount'],
    ['with a huge number', changed({ acceptWithinMs: 1e300 }), 'malformed', 'acceptWithinMs'],
    ['with a number beyond all', changed({}).replace(/}$/, ',"acceptWithinMs":1e999}'), 'malformed', 'acceptWithinMs'],
    ['with a fraction', changed({ acceptWithinMs: 1.5 }), 'malformed', 'acceptWithinMs'],
    ['with a text for a number', changed({ acceptWithinMs: '5' }), 'malformed', 'acceptWithinMs'],
    ['without a needed field', changed({ hash: undefined }), 'malformed', 'hash'],
  ])('%s is refused', async (_what, body, code, field) => {
    const answer = await send({ body })
    expect({ code: answer.code, status: answer.status }).toEqual({ code, status: statusOf(code) })
    if (field !== undefined) expect(answer.field).toBe(field)
    expect(edge.bus.asked).toEqual([])
  })

  it.each([
    ['with a zero byte', 'a\u0000b'],
    ['with a bidirectional override', 'a\u202eb'],
    ['with half a character', 'a\ud800b'],
    ['with a control character', 'a\u0007b'],
  ])('with a text %s is refused', async (_what, reference) => {
    const body = { buyer: id('pty'), payer: addressFor(1), milestones: [milestone], reference }
    const answer = await send({ path: '/v1/orders', body: json(body) })
    expect([answer.code, answer.field]).toEqual(['malformed', 'reference'])
    expect(edge.bus.asked).toEqual([])
  })

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00+01:00',
    '1969-12-31T23:59:59Z',
    '99999-01-01T00:00:00Z',
    'now',
    '',
  ])('with the time %j is refused', async (shipBy) => {
    const body = { buyer: id('pty'), payer: addressFor(1), milestones: [{ ...milestone, shipBy }] }
    const answer = await send({ path: '/v1/orders', body: json(body) })
    expect([answer.code, answer.field]).toEqual(['malformed', 'milestones.0.shipBy'])
  })

  it('leaves Object.prototype alone', async () => {
    await send({ body: '{"__proto__":{"polluted":true}}' })
    expect('polluted' in {}).toBe(false)
  })
})

const milestone = {
  merchant: id('pty', '2'),
  payee: addressFor(2),
  settle: WEST,
  amount: '20',
  shipBy: AT_TEXT,
  deadline: AT_TEXT,
  latest: AT_TEXT,
  items: [],
}
const statusOf = (code: string): number => Object.entries(PROBLEMS).find(([name]) => name === code)?.[1].status ?? 0

describe('headers', () => {
  it.each<[string, http.OutgoingHttpHeaders, string]>([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'content_type_unsupported'],
    ['XML', { 'content-type': 'application/xml' }, 'content_type_unsupported'],
    ['no type', { 'content-type': '' }, 'content_type_unsupported'],
    ['UTF-16', { 'content-type': 'application/json; charset=utf-16' }, 'content_type_unsupported'],
    ['compression', { 'content-encoding': 'gzip' }, 'content_type_unsupported'],
    ['Basic authentication', { authorization: 'Basic YTpi' }, 'authentication_malformed'],
    ['a short key', { authorization: 'Bearer ht_1' }, 'authentication_malformed'],
    ['a key with a line of SQL', { authorization: `Bearer ht_00000000_' OR 1=1` }, 'authentication_malformed'],
    ['an unknown key', { authorization: `Bearer ht_eeeeeeee_${'0'.repeat(48)}` }, 'key_unknown'],
  ])('with %s are refused', async (_what, headers, code) => {
    const answer = await send({ body: json(swap), headers })
    expect({ code: answer.code, status: answer.status }).toEqual({ code, status: statusOf(code) })
    expect(edge.bus.asked).toEqual([])
  })
})

describe('a path or query', () => {
  it.each<[string, string, string]>([
    ['nowhere', '/v1/nowhere', 'route_unknown'],
    ['another version', '/v2/swaps', 'route_unknown'],
    ['a half escape', '/v1/orders/%E0%A4%A', 'url_malformed'],
    ['a zero byte', `/v1/orders/${id('ord')}%00`, 'malformed'],
    ['up and away', '/v1/orders/..%2f..%2fetc', 'malformed'],
    ['an id of another kind', `/v1/orders/${id('swp')}`, 'malformed'],
    ['an id in SQL', `/v1/orders/ord_1'--`, 'malformed'],
    ['an unknown ledger', '/v1/ledgers/north', 'ledger_unknown'],
    ['a ledger that is a wildcard', '/v1/ledgers/%3E', 'malformed'],
    ['a ledger that is a subject', '/v1/ledgers/east.submit', 'malformed'],
    ['a height of zero', '/v1/ledgers/east/blocks/0', 'malformed'],
    ['a height beyond all', '/v1/ledgers/east/blocks/99999999999999999999', 'malformed'],
    ['an address that is none', '/v1/ledgers/east/accounts/ht1qqqq', 'malformed'],
    ['an unknown query field', '/v1/orders?isAdmin=1', 'field_unknown'],
    ['a limit of 201', '/v1/orders?limit=201', 'malformed'],
    ['a limit of zero', '/v1/orders?limit=0', 'malformed'],
    ['a limit in hexadecimal', '/v1/orders?limit=0x10', 'malformed'],
    ['a limit with a sign', '/v1/orders?limit=-1', 'malformed'],
    ['a limit said twice', '/v1/orders?limit=1&limit=2', 'malformed'],
    ['a history’s cursor with a slash', `/v1/ledgers/east/coins/${h32(5)}/history?after=a%2Fb`, 'malformed'],
    ['a history’s cursor without an end', `/v1/ledgers/east/coins/${h32(5)}/history?after=${'a'.repeat(8001)}`, 'malformed'],
    ['a history of no depth', `/v1/ledgers/east/coins/${h32(5)}/history?depth=0`, 'malformed'],
    ['a history to the side', `/v1/ledgers/east/coins/${h32(5)}/history?direction=sideways`, 'malformed'],
    ['a journal from block zero', '/v1/ledgers/east/journal?from=0', 'malformed'],
    ['a journal page of 201', '/v1/ledgers/east/journal?limit=201', 'malformed'],
    ['a statement since a day', `/v1/ledgers/east/accounts/${addressFor(1)}/statement?since=2026-01-01`, 'malformed'],
    ['a statement of an asset in lower case', `/v1/ledgers/east/accounts/${addressFor(1)}/statement?asset=eur`, 'malformed'],
    ['a statement of an account id', `/v1/ledgers/east/accounts/${h32(1)}/statement`, 'malformed'],
    ['an index check of 501 blocks', '/v1/ledgers/east/index-check?limit=501', 'malformed'],
    ['a nested query', '/v1/orders?limit[gt]=1', 'field_unknown'],
    ['a prototype in the query', '/v1/orders?__proto__[x]=1', 'field_unknown'],
    ['a service that is no service', '/v1/metrics/..', 'route_unknown'],
    ['a service of another name', '/v1/metrics/postgres', 'route_unknown'],
  ])('with %s is refused', async (_what, path, code) => {
    const answer = await send({ method: 'GET', path })
    expect({ code: answer.code, status: answer.status }).toEqual({ code, status: statusOf(code) })
    expect(answer.type).toBe('application/problem+json; charset=utf-8')
    expect(edge.bus.asked.filter(({ subject }) => subject !== 'identity.hub')).toEqual([])
  })

  it.each(['PUT', 'PATCH', 'TRACE', 'PROPFIND'])('with the method %s is refused', async (method) => {
    const answer = await send({ method, path: '/v1/swaps', body: json(swap) })
    expect(answer.code).toBe('route_unknown')
  })
})

describe('generated requests', () => {
  const writes = ROUTES.filter(({ body }) => body !== undefined)

  it('never make a fault of ours, whatever the body', async () => {
    const bodies = fc.oneof(fc.json({ maxDepth: 4 }), fc.object({ maxDepth: 3 }).map(json), fc.string())
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...writes), bodies, async (route, body) => {
        route.stub(edge.bus)
        const answer = await send({ path: route.path, body })
        expect(answer.status).toBeLessThan(500)
        // a body that is right by chance: no field is needed and none was given
        if (answer.status >= 400) expect(answer.code).toBeDefined()
        else expect(body === '' || body === '{}' || Object.keys(route.body ?? {}).length <= 1).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('never make a fault of ours, whatever one field holds', async () => {
    const value = fc.oneof(
      fc.anything({ withNullPrototype: false, withBigInt: false }),
      fc.string(),
      fc.double(),
      fc.constant(null),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...writes), fc.nat(), value, async (route, position, wrong) => {
        const names = Object.keys(route.body ?? {})
        const name = names[position % Math.max(1, names.length)]
        if (name === undefined) return
        route.stub(edge.bus)
        const answer = await send({ path: route.path, body: json({ ...route.body, [name]: wrong }) })
        // 2xx: the value happened to be right
        expect(answer.status).toBeLessThan(500)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a connection', () => {
  it('with a body that never comes is not waited for without end', async () => {
    const { port } = new URL(edge.url)
    const socket = net.connect(Number(port), '127.0.0.1')
    const authorization = `Authorization: Bearer ${keyOf('admin')}\r\n`
    socket.write(
      `POST /v1/swaps HTTP/1.1\r\nHost: x\r\n${authorization}Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{`,
    )
    const text = await new Promise<string>((resolve) => socket.once('data', (bytes: Buffer) => resolve(bytes.toString())))
    socket.destroy()
    // refused by its stated length, before it has been sent
    expect(text).toContain('413')
    expect(text).toContain('body_too_large')
  })

  it('with headers beyond all bounds is cut off', async () => {
    const answer = await send({ method: 'GET', path: '/v1/hub', headers: { 'x-long': 'a'.repeat(20_000) } })
    expect(answer.status).toBe(431)
  })
})
