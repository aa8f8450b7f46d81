// A ledger whose old blocks were pruned cannot be checked from its genesis: the auditor says so, and does not call the hub sound.
import 'reflect-metadata'
import { installNativeHash } from '@huitong/platform'
import { SmallHub } from './testing/small-hub.js'

beforeAll(() => installNativeHash())

it('says that a block was pruned', async () => {
  const hub = new SmallHub()
  const [first] = hub.east.blocks
  if (first === undefined) throw new Error('there are blocks')
  hub.east.blocks[0] = { ...first, bytes: new Uint8Array() }
  const { verdicts } = await hub.check()
  expect(verdicts.find(({ invariant }) => invariant === 3)).toMatchObject({ verdict: 'broken' })
  expect(verdicts.map((one) => one.detail ?? '').join('\n')).toContain('block 1 cannot be read: it was pruned')
})
