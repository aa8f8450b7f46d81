// The edge as it runs, on a free port of this machine, over the fake bus.
import { type Principal, SCOPES, type Scope, identityAuthenticate, identityHub } from '@huitong/contracts'
import { err, ok } from '@huitong/primitives'
import { NestFactory } from '@nestjs/core'
import { prepareEdge } from '../edge/prepare.js'
import { GatewayModule } from '../gateway.module.js'
import { BUS } from '../hub/bus.js'
import { DEFAULT_LIMITS, LIMITS, type Limits } from '../limits/limits.js'
import { FakeBus } from './fake-bus.js'

export const LEDGERS = ['east', 'west'] as const

/** An API key whose holder has exactly this scope. */
export const keyOf = (scope: Scope): string =>
  `ht_${'0'.repeat(6)}${String(SCOPES.indexOf(scope)).padStart(2, '0')}_${'a'.repeat(48)}`

/** The principal behind {@link keyOf}. */
export const principalOf = (scope: Scope): Principal => ({
  key: `key_${String(SCOPES.indexOf(scope)).padStart(32, '0')}`,
  party: `pty_${'1'.repeat(32)}`,
  scopes: [scope],
})

export interface Edge {
  readonly url: string
  readonly bus: FakeBus
  close(): Promise<void>
}

export async function startEdge(limits: Partial<Limits> = {}): Promise<Edge> {
  const bus = new FakeBus()
  bus.on(identityAuthenticate, ({ apiKey }) => {
    const scope = SCOPES.find((scope) => keyOf(scope) === apiKey)
    return scope === undefined ? err('key_unknown') : ok(principalOf(scope))
  })
  bus.on(identityHub, ok({ hub: 'ab'.repeat(32), sandbox: true, ledgers: LEDGERS }))
  const module = GatewayModule.of({
    bus: { provide: BUS, useValue: bus },
    limits: { provide: LIMITS, useValue: { ...DEFAULT_LIMITS, pollMs: 10, ...limits } },
  })
  const app = await NestFactory.create(module, { logger: ['error'], abortOnError: false })
  prepareEdge(app)
  await app.listen(0, '127.0.0.1')
  const close = async (): Promise<void> => {
    app.getHttpServer().closeAllConnections()
    await app.close()
  }
  return { url: await app.getUrl(), bus, close }
}
