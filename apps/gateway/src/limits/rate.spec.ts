// Too many requests: refused with a code and a time to come back; others are not hindered.
import 'reflect-metadata'
import http from 'node:http'
import request from 'supertest'
import { type Edge, keyOf, startEdge } from '../testing/edge.js'
import { RateWindows } from './rate-windows.js'

describe('the rate of requests', () => {
  let edge: Edge
  afterEach(() => edge.close())

  const get = (key?: string): request.Test => {
    const sent = request(edge.url).get('/v1/health/live')
    return key === undefined ? sent : sent.set('Authorization', `Bearer ${key}`)
  }

  it('is bounded per API key, over all routes', async () => {
    edge = await startEdge({ perKey: 5, perAddress: 1_000 })
    const first = await Promise.all(Array.from({ length: 12 }, () => get(keyOf('read'))))
    const refused = first.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThanOrEqual(1)
    expect(refused[0]?.body.code).toBe('rate_limited')
    expect(refused[0]?.headers['retry-after']).toBe('1')
    expect((await get(keyOf('pay'))).status).toBe(200)
    await expect.poll(async () => (await get(keyOf('read'))).status, { timeout: 5_000, interval: 300 }).toBe(200)
  })

  it('without a key is one address’s own, not everybody’s', async () => {
    edge = await startEdge({ perKey: 5, perAddress: 1_000 })
    const from = (localAddress: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const sent = http.get(`${edge.url}/v1/health/live`, { localAddress }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
        sent.on('error', reject)
      })
    const first = await Promise.all(Array.from({ length: 12 }, () => from('127.0.0.1')))
    expect(first).toContain(429)
    expect(await from('127.0.0.2')).toBe(200)
  })

  it('is bounded per address, whatever keys it makes up', async () => {
    edge = await startEdge({ perKey: 1_000, perAddress: 5 })
    const made = Array.from({ length: 12 }, (_, i) => get(`ht_${String(i).padStart(8, '0')}_${'c'.repeat(48)}`))
    const statuses = (await Promise.all(made)).map(({ status }) => status)
    expect(statuses).toContain(429)
  })
})

describe('the windows', () => {
  it('count within a window and forget after it', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const windows = new RateWindows()
    expect((await windows.increment('a', 1_000, 1)).isBlocked).toBe(false)
    expect((await windows.increment('a', 1_000, 1)).isBlocked).toBe(true)
    expect((await windows.increment('b', 1_000, 1)).isBlocked).toBe(false)
    vi.advanceTimersByTime(1_001)
    expect((await windows.increment('a', 1_000, 1)).isBlocked).toBe(false)
    vi.useRealTimers()
  })
})
