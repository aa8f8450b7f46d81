// Event streams: resumable, alive while nothing happens, bounded, ended with the key they were opened with.
import 'reflect-metadata'
import http from 'node:http'
import { type WireEvent, dealEvents, identityAuthenticate } from '@huitong/contracts'
import { err, ok } from '@huitong/primitives'
import { REMEMBER_MS } from '../access/authenticator.js'
import { firstEvent } from '../testing/call.js'
import { timestamp } from '../edge/time.js'
import { type Edge, keyOf, principalOf, startEdge } from '../testing/edge.js'
import { AT } from '../testing/samples.js'

const events: readonly WireEvent[] = [5, 6, 9].map((cursor) => ({
  cursor,
  at: AT,
  type: 'swap.changed',
  subject: `swp_${String(cursor).padStart(32, '0')}`,
  version: 1,
}))
let edge: Edge
beforeEach(async () => {
  edge = await startEdge({ heartbeatMs: 30, streams: 2 })
  edge.bus.on(dealEvents, ({ after, limit }) => ok({ events: events.filter(({ cursor }) => cursor > after).slice(0, limit) }))
})
afterEach(() => edge.close())

/** Opens a stream and resolves once what came satisfies `until`. */
function listen(until: (text: string) => boolean, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = http.get(
      `${edge.url}/v1/events`,
      { headers: { Authorization: `Bearer ${keyOf('read')}`, ...headers } },
      (response) => {
        let text = ''
        response.on('error', () => undefined)
        response.on('end', () => resolve(text))
        response.on('data', (bytes: Buffer) => {
          text += bytes.toString()
          if (!until(text)) return
          resolve(text)
          sent.destroy()
        })
      },
    )
    sent.on('error', reject)
  })
}
const ids = (text: string): string[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id ?? '')

describe('an event stream', () => {
  it('begins at the beginning and gives every event once, in order', async () => {
    expect(ids(await listen((text) => text.includes('id: 9') && text.includes(': still here')))).toEqual(['5', '6', '9'])
  })

  it('resumes after Last-Event-ID, which counts more than the query', async () => {
    expect(await firstEvent(`${edge.url}/v1/events?after=0`, keyOf('read'), { 'Last-Event-ID': '6' })).toContain('id: 9')
  })

  it('keeps the line alive while nothing happens, and while settlement is away', async () => {
    edge.bus.on(dealEvents, err('unavailable'))
    expect(await listen((text) => text.split(': still here').length > 3)).not.toContain('id:')
  })

  it('says of a reminder what is awaited until when', async () => {
    const detail = { what: 'ship', stage: '90%', ledger: 'east', until: AT, awaited: ['pty_shop'], milestone: 0 }
    const [first] = events
    const told = { ...first, cursor: 10, at: AT, type: 'order.reminder', subject: `ord_${'1'.repeat(32)}`, version: 4, detail }
    edge.bus.on(dealEvents, ok({ events: [told] }))
    const text = await listen((all) => all.includes('id: 10'))
    expect(text).toContain('event: order.reminder')
    const { reminder } = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '{}')
    expect(reminder).toEqual({ ...detail, until: timestamp(AT) })
  })

  it('asks on behalf of its caller', async () => {
    await listen((text) => text.includes('id: 9'))
    expect(edge.bus.asked.find(({ subject }) => subject === 'settlement.events')?.body).toMatchObject({
      after: 0,
      actor: { party: principalOf('read').party },
    })
  })

  it('refuses a cursor that is none', async () => {
    expect(JSON.parse(await listen(() => false, { 'Last-Event-ID': 'x' }))).toMatchObject({
      code: 'malformed',
      field: 'Last-Event-ID',
    })
  })

  it('is refused when too many are open, and again possible when one has left', async () => {
    const never = new AbortController()
    const open = (): Promise<http.IncomingMessage> =>
      new Promise((resolve, reject) => {
        const headers = { Authorization: `Bearer ${keyOf('read')}` }
        const sent = http.get(`${edge.url}/v1/events`, { headers, signal: never.signal }, (response) => {
          response.on('error', () => undefined)
          response.resume()
          resolve(response)
        })
        sent.on('error', reject)
      })
    await open()
    await open()
    const third = await listen(() => false)
    expect(JSON.parse(third)).toMatchObject({ code: 'streams_exhausted', status: 429 })
    never.abort()
    await expect.poll(() => listen((text) => text.includes('id: 9')), { timeout: 5_000 }).toContain('id: 9')
  })

  it('ends when its key is revoked', { timeout: REMEMBER_MS + 10_000 }, async () => {
    const ended = listen((text) => {
      if (text.includes('id: 9')) edge.bus.on(identityAuthenticate, err('key_revoked'))
      return false
    })
    expect(ids(await ended)).toEqual(['5', '6', '9'])
  })
})
