// Measures every request by route pattern, never by path: labels are names from closed sets.
import { counter, gauge, histogram, inTrace } from '@huitong/platform'
import type { RequestHandler } from 'express'

const answered = histogram('huitong_http_seconds', 'Time to answer a request, by route and status.', [
  'method',
  'route',
  'status',
])
const open = gauge('huitong_http_open', 'Requests in progress, event streams included.', [])
const aborted = counter('huitong_http_aborted_total', 'Requests whose caller left before the answer.', [])

const METHODS = new Set(['GET', 'POST', 'DELETE', 'HEAD', 'OPTIONS'])

/** Takes the time of a request and makes it a step of its caller's trace. */
export const measured: RequestHandler = (request, response, next) => {
  const stop = answered.startTimer()
  open.inc()
  response.once('close', () => {
    open.dec()
    if (!response.writableFinished) aborted.inc()
    const route: unknown = request.route?.path
    const method = METHODS.has(request.method) ? request.method : 'other'
    stop({ method, route: typeof route === 'string' ? route : 'none', status: String(response.statusCode) })
  })
  inTrace(request.headers.traceparent?.toString(), next)
}
