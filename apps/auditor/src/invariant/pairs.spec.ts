// A conversion through other tokens, looked at leg by leg: all of them are paid or all go back.
import 'reflect-metadata'
import { installNativeHash } from '@huitong/platform'
import type { PairLeg } from '../read/facts.js'
import { SmallHub, coin, hashLock } from '../testing/small-hub.js'
import { asset, pay } from '../testing/small-ledger.js'

beforeAll(() => installNativeHash())

/** The sound hub's own conversion, with a further leg before it. */
function withRoute(before: (hub: SmallHub, legs: { readonly a: PairLeg; readonly b: PairLeg }) => PairLeg): SmallHub {
  const hub = new SmallHub()
  const [pair] = hub.deals
  if (pair?.terms.kind !== 'pair') throw new Error('the small hub has a conversion')
  const { hash, a, b } = pair.terms
  const id = 'ff'.repeat(16)
  const history = { rows: 1, last: 1, state: 'SETTLED' }
  const legs = [before(hub, { a, b }), a, b]
  hub.deals.push({ id, noun: 'conversion', stateName: 'SETTLED', version: 1, history, terms: { kind: 'route', hash, legs } })
  return hub
}

it('finds nothing wrong where every leg is paid', async () => {
  const { verdicts } = await withRoute((_hub, { a }) => a).check()
  expect(verdicts[4]).toMatchObject({ invariant: 5, verdict: 'ok' })
})

it('names the hop between a leg that went back and one that was paid', async () => {
  const hub = withRoute(({ east, made }, { a }) => {
    const lock = east.commit({
      inputs: [{ coin: coin(made.lockA, 3) }],
      outputs: [{ asset: asset('EUR'), amount: 399n, condition: hashLock('pool', 'alice', 1_850_000) }],
    })
    east.commit({ inputs: [{ coin: coin(lock), path: { kind: 'expire' } }], outputs: [pay('EUR', 399n, 'alice')] })
    return { ...a, amount: 399n, expiry: 1_850_000 }
  })
  const { verdicts } = await hub.check()
  expect(verdicts[4]).toMatchObject({
    verdict: 'broken',
    detail: expect.stringMatching(/conversion ff+, hop 1: leg A is returned, leg B is paid/),
  })
})
