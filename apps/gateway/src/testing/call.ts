// Calls a route of the table over HTTP, as anybody would.
import http from 'node:http'
import request, { type Response } from 'supertest'
import type { Edge } from './edge.js'
import type { RouteCase } from './route-case.js'

interface With {
  readonly key?: string | undefined
  readonly idempotencyKey?: string | undefined
}

const METHODS = { GET: 'get', POST: 'post', DELETE: 'delete' } as const

export async function call(
  edge: Edge,
  route: RouteCase,
  options: With,
): Promise<Pick<Response, 'status' | 'body' | 'text' | 'headers'>> {
  const method = METHODS[methodOf(route)]
  const sent = request(edge.url)[method](route.path)
  if (options.key !== undefined) sent.set('Authorization', `Bearer ${options.key}`)
  const key = 'idempotencyKey' in options ? options.idempotencyKey : 'order-4711'
  if (route.keyed === true && key !== undefined) sent.set('Idempotency-Key', key)
  // a stream never ends by itself: its head is the answer
  if (route.route === 'GET /v1/events') return headOf(edge.url + route.path, options.key)
  if (route.type !== undefined && route.body !== undefined && 'raw' in route.body)
    return sent.set('Content-Type', route.type).send(String(route.body.raw))
  return route.body === undefined ? sent : sent.send(route.body)
}

function methodOf({ route }: RouteCase): keyof typeof METHODS {
  if (route.startsWith('POST ')) return 'POST'
  return route.startsWith('DELETE ') ? 'DELETE' : 'GET'
}

const bearer = (key: string | undefined): { Authorization?: string } =>
  key === undefined ? {} : { Authorization: `Bearer ${key}` }

function headOf(url: string, key: string | undefined): Promise<Pick<Response, 'status' | 'body' | 'text' | 'headers'>> {
  return new Promise((resolve, reject) => {
    const sent = http.get(url, { headers: bearer(key) }, (response) => {
      const status = response.statusCode ?? 0
      response.on('error', () => undefined)
      response.once('data', (bytes: Buffer) => {
        const text = bytes.toString()
        const body: unknown = status === 200 ? {} : JSON.parse(text)
        resolve({ status, text, body, headers: {} })
        sent.destroy()
      })
    })
    sent.on('error', reject)
  })
}

/** The first event of a stream as it came over the wire; then the caller leaves. */
export function firstEvent(url: string, key: string | undefined, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = http.get(url, { headers: { ...bearer(key), ...headers } }, (response) => {
      let text = ''
      response.on('error', () => undefined)
      response.on('data', (bytes: Buffer) => {
        text += bytes.toString()
        const event = /id: [\s\S]*?\n\n/.exec(text)?.[0]
        if (event === undefined) return
        resolve(event)
        sent.destroy()
      })
    })
    sent.on('error', reject)
  })
}
