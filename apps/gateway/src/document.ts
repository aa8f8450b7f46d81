// Prints what is generated from the gateway's code: `openapi` the OpenAPI document, `errors` the page of error codes. Needs no bus.
// Run from a build: scripts/gateway-docs.mjs makes one and keeps docs/ up to date.
import 'reflect-metadata'
import { err } from '@huitong/primitives'
import { NestFactory } from '@nestjs/core'
import { prepareEdge } from './edge/prepare.js'
import { GatewayModule } from './gateway.module.js'
import { BUS, type BusPort } from './hub/bus.js'
import { DEFAULT_LIMITS, LIMITS } from './limits/limits.js'
import { openApiDocument } from './openapi.js'
import { errorsPage } from './problem/codes.js'

const nobody: BusPort = {
  call: () => Promise.resolve(err('unavailable')),
  submit: () => Promise.resolve(err('unavailable')),
}

const bus = { provide: BUS, useValue: nobody }
const limits = { provide: LIMITS, useValue: DEFAULT_LIMITS }

async function openApiText(): Promise<string> {
  const app = await NestFactory.create(GatewayModule.of({ bus, limits }), { logger: false, abortOnError: false })
  prepareEdge(app)
  await app.init()
  const text = `${JSON.stringify(openApiDocument(app), null, 2)}\n`
  await app.close()
  return text
}

process.stdout.write(process.argv[2] === 'errors' ? errorsPage() : await openApiText())
