// Who calls, as the guard established it, and the write they make. Kept on the request; services get it as a parameter.
import type { Actor, Principal } from '@huitong/contracts'
import { sha256, toHex, utf8 } from '@huitong/primitives'
import { type ExecutionContext, createParamDecorator } from '@nestjs/common'
import type { Request } from 'express'
import { Problem } from '../problem/problem.js'

/** A write in progress: `fields` go into the command, `replayed` comes back with the answer. */
export class Write {
  replayed = false

  constructor(readonly fields: { readonly idempotencyKey: string; readonly actor: Actor }) {}
}

/** What the guards found out about a request. */
interface Visit {
  principal?: Principal
  write?: Write
}
const visits = new WeakMap<Request, Visit>()

export function visitOf(request: Request): Visit {
  const known = visits.get(request)
  if (known !== undefined) return known
  const visit: Visit = {}
  visits.set(request, visit)
  return visit
}

export const actorOf = (principal: Principal): Actor => ({
  key: principal.key,
  ...(principal.party === undefined ? {} : { party: principal.party }),
  ...(principal.operator === undefined ? {} : { operator: principal.operator }),
  scopes: [...principal.scopes],
})

/**
 * The key under which a command is remembered: the caller's own, within the party (or operator, or API key) it belongs to, so that
 * nobody meets somebody else's key and a rotated API key still finds its answers.
 */
export function scopedKey(principal: Principal, header: string): string {
  const owner = principal.party ?? principal.operator ?? principal.key
  return `${owner}:${toHex(sha256(utf8(header)))}`
}

/** `@Caller() actor: Actor` of a route that needs a key. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): Actor => {
  const { principal } = visitOf(context.switchToHttp().getRequest<Request>())
  if (principal === undefined) throw new Problem('authentication_missing')
  return actorOf(principal)
})

/** `@Writing() write: Write` of a route that writes. */
export const Writing = createParamDecorator((_data: unknown, context: ExecutionContext): Write => {
  const { write } = visitOf(context.switchToHttp().getRequest<Request>())
  if (write === undefined) throw new Problem('idempotency_key_missing')
  return write
})
