// How many requests one address and one API key may make per second, counted in this process. Over the bound: 429 and when to come back.
import { Injectable } from '@nestjs/common'
import { ThrottlerGuard, type ThrottlerModuleOptions } from '@nestjs/throttler'
import type { Request } from 'express'
import { Problem } from '../problem/problem.js'
import type { Limits } from './limits.js'
import { RateWindows } from './rate-windows.js'

const SECOND_MS = 1_000
/** The public part of an API key: enough to count by, worth nothing to a thief. */
const KEY_NAME = /^Bearer +(ht_[0-9a-f]{8})_/i

export const throttling = (limits: Limits): ThrottlerModuleOptions => ({
  storage: new RateWindows(),
  setHeaders: false,
  errorMessage: 'rate_limited',
  // by address always, so that made-up keys do not help; by key as well, so that many addresses do not
  throttlers: [
    { name: 'address', ttl: SECOND_MS, limit: limits.perAddress, getTracker: (request) => String(request['ip']) },
    {
      name: 'key',
      ttl: SECOND_MS,
      limit: limits.perKey,
      getTracker: (request) => nameOf(request['headers']) ?? String(request['ip']),
    },
  ],
  generateKey: (_context, tracker, name) => `${name}:${tracker}`,
})

@Injectable()
export class RateGuard extends ThrottlerGuard {
  protected override throwThrottlingException(): Promise<void> {
    throw new Problem('rate_limited')
  }
}

function nameOf(headers: unknown): string | undefined {
  const { authorization } = (headers ?? {}) as Request['headers']
  return KEY_NAME.exec(authorization ?? '')?.[1]
}
