// Makes a Nest application the HTTP edge: middleware, guards, validation, problems, version, documentation, time limits of the server.
import type { Server } from 'node:http'
import { type INestApplication, VersioningType } from '@nestjs/common'
import helmet from 'helmet'
import { AccessGuard } from '../access/access.guard.js'
import { ReplayedInterceptor } from '../access/replayed.interceptor.js'
import { jsonBody } from '../limits/json-body.js'
import { HEADERS_MS, IDLE_MS, REQUEST_MS } from '../limits/limits.js'
import { RateGuard } from '../limits/rate.guard.js'
import { measured } from '../metrics/http-metrics.js'
import { serveDocument } from '../openapi.js'
import { ProblemFilter } from '../problem/problem.filter.js'
import { validation } from './validation.js'

export function prepareEdge(app: INestApplication): void {
  const server: Server = app.getHttpServer()
  server.headersTimeout = HEADERS_MS
  server.requestTimeout = REQUEST_MS
  server.keepAliveTimeout = IDLE_MS
  app.getHttpAdapter().getInstance().disable('x-powered-by').disable('etag')
  app.use(measured)
  app.use(headers)
  app.use(jsonBody)
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' })
  app.useGlobalFilters(new ProblemFilter())
  app.useGlobalGuards(app.get(RateGuard), app.get(AccessGuard))
  app.useGlobalPipes(validation())
  app.useGlobalInterceptors(new ReplayedInterceptor())
  serveDocument(app)
}

// TLS ends in front of the edge: whoever ends it says so to browsers. The documentation's own scripts and images are ours.
const headers = helmet({
  strictTransportSecurity: false,
  contentSecurityPolicy: { directives: { upgradeInsecureRequests: null, imgSrc: ["'self'", 'data:'] } },
})
