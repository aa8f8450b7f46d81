// Refusals as callers see them: what a service answers, and what the edge makes of it.
import 'reflect-metadata'
import { createSwap, getOrder, ledgerCoin } from '@huitong/contracts'
import { err, ok } from '@huitong/primitives'
import request from 'supertest'
import { type Edge, keyOf, startEdge } from '../testing/edge.js'
import { EAST, SWAP, WEST, addressFor, h32, id } from '../testing/samples.js'

let edge: Edge
beforeAll(async () => {
  edge = await startEdge()
})
afterAll(() => edge.close())

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
const post = (key = 'k1'): request.Test =>
  request(edge.url)
    .post('/v1/swaps')
    .set('Authorization', `Bearer ${keyOf('trade')}`)
    .set('Idempotency-Key', key)
    .send(swap)
const order = (): request.Test =>
  request(edge.url)
    .get(`/v1/orders/${id('ord')}?newerThan=424242`)
    .set('Authorization', `Bearer ${keyOf('orders')}`)

describe('a refusal', () => {
  it.each([
    ['order_unknown', 404, undefined],
    ['forbidden', 403, undefined],
    ['wrong_state', 409, undefined],
    ['terms_invalid', 422, undefined],
    ['unavailable', 503, '1'],
    ['ledger_unavailable', 503, '1'],
    ['timeout', 504, undefined],
    ['internal', 502, undefined],
    ['malformed', 400, undefined],
  ] as const)('%s is a problem with status %i', async (code, status, retryAfter) => {
    edge.bus.on(getOrder, err(code, 'why', 'milestones.0'))
    const response = await order()
    expect(response.status).toBe(status)
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(response.headers['retry-after']).toBe(retryAfter)
    expect(response.body).toEqual({
      type: `urn:huitong:problem:${code}`,
      title: expect.any(String),
      status,
      code,
      detail: 'why',
      field: 'milestones.0',
      instance: `/v1/orders/${id('ord')}`,
    })
  })

  it('of authentication names the scheme', async () => {
    const response = await request(edge.url).get('/v1/orders')
    expect([response.status, response.headers['www-authenticate']]).toEqual([401, 'Bearer'])
  })

  it('for a fault of our own tells nothing of it', async () => {
    edge.bus.on(getOrder, () => {
      throw new Error('password=hunter2')
    })
    const response = await order()
    expect([response.status, response.body.code]).toEqual([500, 'fault'])
    expect(JSON.stringify(response.body)).not.toContain('hunter2')
    expect(response.body.stack).toBeUndefined()
  })

  it('for a service that answers nonsense is a fault, not a lie', async () => {
    const coin = { coordinate: h32(5), asset: 'HKD', amount: '1', condition: 'ff', transaction: h32(6), index: 0, height: 1 }
    edge.bus.on(ledgerCoin, ok(coin), 'east')
    const response = await request(edge.url).get(`/v1/ledgers/east/coins/${h32(5)}`)
    expect([response.status, response.body.code]).toEqual([500, 'fault'])
  })
})

describe('a write', () => {
  it('that is new says so by not saying that it is old', async () => {
    edge.bus.on(createSwap, ok(SWAP))
    const response = await post()
    expect([response.status, response.headers['idempotency-replayed']]).toEqual([201, undefined])
  })

  it('that is replayed is marked, good or refused', async () => {
    edge.bus.on(createSwap, { ...ok(SWAP), replayed: true })
    expect((await post()).headers['idempotency-replayed']).toBe('true')
    edge.bus.on(createSwap, { ...err('hash_reused'), replayed: true })
    const refused = await post()
    expect([refused.status, refused.body.code, refused.headers['idempotency-replayed']]).toEqual([409, 'hash_reused', 'true'])
  })

  it('with a used key and another body is refused with 422, in flight with 409', async () => {
    edge.bus.on(createSwap, err('idempotency_key_reused'))
    expect((await post()).status).toBe(422)
    edge.bus.on(createSwap, err('in_flight'))
    expect((await post()).status).toBe(409)
  })

  it.each(['', ' ', 'two words', 'x'.repeat(201), 'naïve', 'tab\tbed'])('with the key %j is refused', async (key) => {
    // what HTTP itself cannot carry never leaves the client
    const sent = await post(key).catch(() => undefined)
    if (sent === undefined) return
    expect(sent.status).toBe(400)
    expect(['idempotency_key_missing', 'idempotency_key_malformed']).toContain(sent.body.code)
  })

  it('keeps the keys of two owners apart and of one owner together', async () => {
    edge.bus.reset()
    edge.bus.on(createSwap, ok(SWAP))
    await post('a')
    await post('a')
    await post('b')
    const keys = edge.bus.asked.map(({ body }) => Object(body).idempotencyKey)
    expect(keys[0]).toBe(keys[1])
    expect(keys[0]).not.toBe(keys[2])
    expect(keys.every((key) => key.length <= 200)).toBe(true)
  })
})
