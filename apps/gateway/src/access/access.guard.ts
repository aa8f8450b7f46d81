// Decides for every request, before its body is looked at: which key, which scope, which Idempotency-Key. What a caller may do with one
// object is decided by the service that has it.
import type { Principal } from '@huitong/contracts'
import { invariant } from '@huitong/primitives'
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { Request } from 'express'
import { Problem } from '../problem/problem.js'
import { Authenticator } from './authenticator.js'
import { Write, actorOf, scopedKey, visitOf } from './caller.js'
import { ACCESS, type Access, KEYED, allows } from './scope.js'

const API_KEY = /^ht_[0-9a-f]{8}_[0-9a-f]{48}$/

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>()
    const access = this.reflector.get<Access | undefined>(ACCESS, context.getHandler())
    invariant(access !== undefined, `${context.getClass().name}.${context.getHandler().name} says who may call it`)
    const apiKey = presentedKey(request)
    const principal = apiKey === undefined ? undefined : await this.authenticator.principal(apiKey)
    if (access.kind === 'scoped' && principal === undefined) throw new Problem('authentication_missing')
    if (principal !== undefined && !allows(access, principal.scopes)) throw new Problem('scope_missing', neededOf(access))
    const visit = visitOf(request)
    if (principal !== undefined) visit.principal = principal
    if (this.reflector.get<boolean | undefined>(KEYED, context.getHandler()) === true) visit.write = writeOf(request, principal)
    return true
  }
}

/** The API key of the Authorization header, or `undefined` without one. */
export function presentedKey(request: Request): string | undefined {
  const header = request.headers.authorization
  if (header === undefined) return undefined
  const apiKey = /^Bearer +(\S+)$/i.exec(header)?.[1]
  if (apiKey === undefined || !API_KEY.test(apiKey)) throw new Problem('authentication_malformed')
  return apiKey
}

function writeOf(request: Request, principal: Principal | undefined): Write {
  invariant(principal !== undefined, 'a route that writes needs a key')
  const header = request.headers['idempotency-key']
  if (header === undefined) throw new Problem('idempotency_key_missing', undefined, 'Idempotency-Key')
  if (typeof header !== 'string' || !/^[!-~]{1,200}$/.test(header))
    throw new Problem('idempotency_key_malformed', undefined, 'Idempotency-Key')
  return new Write({ idempotencyKey: scopedKey(principal, header), actor: actorOf(principal) })
}

const neededOf = (access: Access): string | undefined =>
  access.kind === 'open' ? undefined : `one of: ${access.anyOf.join(', ')}`
