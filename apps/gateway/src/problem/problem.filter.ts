// Whatever ends a request early becomes a problem here; faults of our own are logged, never shown.
import { faultFields, log } from '@huitong/platform'
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common'
import type { Request, Response } from 'express'
import { Problem, sendProblem } from './problem.js'

@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp()
    sendProblem(problemOf(error), pathOf(http.getRequest<Request>()), http.getResponse<Response>())
  }
}

/** The path without its query: a query may hold what no log or answer should repeat. */
export const pathOf = (request: Request): string => request.originalUrl.split('?', 1)[0] ?? '/'

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof URIError) return new Problem('url_malformed')
  if (error instanceof HttpException) {
    const status = error.getStatus()
    if (status === 404) return new Problem('route_unknown')
    if (status === 400) return new Problem('url_malformed')
    if (status === 429) return new Problem('rate_limited')
  }
  log.error('gateway.fault', faultFields(error))
  return new Problem('fault')
}
