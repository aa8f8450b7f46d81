// The ledger that nobody writes to: it ticks when something falls due, also if its clock is set, and once a minute; it asks the index once per block.
import type { BlockHash, Time } from '@huitong/primitives'
import { Ticker } from './ticker.js'

function setUp(due: number | undefined) {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
  const ticks: number[] = []
  let [offset, asked, lag] = [0, 0, 0]
  const begun = performance.now()
  const now = (): Time => (performance.now() - begun + offset) as Time
  const ticker = new Ticker({
    sequencer: {
      head: { height: 1, hash: '' as BlockHash, time: 0 as Time },
      tick: () => {
        ticks.push(Math.round(now()))
        due = undefined
        ticker.committed()
        return Promise.resolve(true)
      },
    },
    indexer: {
      get lag() {
        return lag
      },
    },
    queries: { nextDue: () => Promise.resolve(((asked += 1), due)) },
    clock: { now },
  })
  ticker.start()
  return { ticker, ticks, asked: () => asked, set: (by: number) => (offset += by), behind: (blocks: number) => (lag = blocks) }
}

afterEach(() => vi.useRealTimers())

it('ticks when something falls due, and asks once what that is', async () => {
  const { ticker, ticks, asked } = setUp(4_321)
  await vi.advanceTimersByTimeAsync(4_320)
  expect([ticks, asked()]).toEqual([[], 1])
  await vi.advanceTimersByTimeAsync(10)
  expect(ticks).toEqual([4_321])
  await vi.advanceTimersByTimeAsync(30_000)
  expect([ticks.length, asked()]).toEqual([1, 2])
  ticker.stop()
})

it('ticks once a minute', async () => {
  const { ticker, ticks } = setUp(undefined)
  await vi.advanceTimersByTimeAsync(125_000)
  expect(ticks).toHaveLength(2)
  ticker.stop()
  await vi.advanceTimersByTimeAsync(125_000)
  expect(ticks).toHaveLength(2)
})

it('notices within a second that its clock was set', async () => {
  const { ticker, ticks, set } = setUp(50_000)
  await vi.advanceTimersByTimeAsync(2_000)
  set(60_000)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(ticks).toHaveLength(1)
  ticker.stop()
})

it('waits for the index before it asks, and asks again after a block', async () => {
  const { ticker, asked, behind } = setUp(undefined)
  behind(2)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(asked()).toBe(0)
  behind(0)
  await vi.advanceTimersByTimeAsync(100)
  expect(asked()).toBe(1)
  ticker.committed()
  await vi.advanceTimersByTimeAsync(100)
  expect(asked()).toBe(2)
  ticker.stop()
})
