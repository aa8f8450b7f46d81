// API keys are asked for once in a while, not once per request; a refusal is remembered like a principal, an absence is not.
import 'reflect-metadata'
import { identityAuthenticate } from '@huitong/contracts'
import { err, ok } from '@huitong/primitives'
import { FakeBus } from '../testing/fake-bus.js'
import { keyOf, principalOf } from '../testing/edge.js'
import { Authenticator, REMEMBER_MS } from './authenticator.js'

let bus: FakeBus
let asked: number
beforeEach(() => {
  asked = 0
  bus = new FakeBus().on(identityAuthenticate, () => {
    asked += 1
    return ok(principalOf('read'))
  })
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the authenticator', () => {
  it('asks once for many requests, also for those that come together', async () => {
    const authenticator = new Authenticator(bus)
    await Promise.all(Array.from({ length: 20 }, () => authenticator.principal(keyOf('read'))))
    expect((await authenticator.principal(keyOf('read'))).scopes).toEqual(['read'])
    expect(asked).toBe(1)
  })

  it('asks again after five seconds: a revoked key works no longer than that', async () => {
    expect(REMEMBER_MS).toBeLessThanOrEqual(5_000)
    const authenticator = new Authenticator(bus)
    await authenticator.principal(keyOf('read'))
    bus.on(identityAuthenticate, err('key_revoked'))
    vi.advanceTimersByTime(REMEMBER_MS - 1)
    await authenticator.principal(keyOf('read'))
    vi.advanceTimersByTime(2)
    await expect(authenticator.principal(keyOf('read'))).rejects.toMatchObject({ code: 'key_revoked' })
  })

  it('remembers that a key is unknown, but not that identity was away', async () => {
    const authenticator = new Authenticator(bus)
    bus.on(identityAuthenticate, err('unavailable'))
    await expect(authenticator.principal(keyOf('pay'))).rejects.toMatchObject({ code: 'unavailable' })
    bus.on(identityAuthenticate, () => {
      asked += 1
      return err('key_unknown')
    })
    await expect(authenticator.principal(keyOf('pay'))).rejects.toMatchObject({ code: 'key_unknown' })
    await expect(authenticator.principal(keyOf('pay'))).rejects.toMatchObject({ code: 'key_unknown' })
    expect(asked).toBe(1)
  })
})
