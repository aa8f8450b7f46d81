// Who waits for a deal is woken by the version that it waits for and by no other, and one look serves all who were woken together.
import type { DataSource } from 'typeorm'
import { type Awaited, type Change, DealChanges, markChanged } from './deal.changes.js'
import type { Unit } from './unit.js'

const version = (number: number, stateName: string): Change => ({ version: number, stateName, parties: ['pty_a'] })

function setUp() {
  const subscribers: { afterTransactionCommit(event: unknown): void }[] = []
  // the border: of the database only its subscribers are used
  const changes = new DealChanges({ subscribers } as unknown as DataSource)
  let stored = version(1, 'PROPOSED')
  let looks = 0
  /** Commits versions of one deal in one transaction. */
  const commit = (...made: readonly Change[]): void => {
    const queryRunner = { data: {} }
    for (const change of made) markChanged({ queryRunner } as unknown as Unit, 'swp_1', change)
    stored = made.at(-1) ?? stored
    for (const subscriber of subscribers) subscriber.afterTransactionCommit({ queryRunner })
  }
  const after = (known: number, passing: readonly string[] = []): Awaited<Change> => {
    const isAwaited = (change: Change): boolean => change.version > known && !passing.includes(change.stateName)
    const look = async (): Promise<Change> => {
      looks += 1
      const found = stored
      await new Promise((resolve) => setImmediate(resolve))
      return found
    }
    return { isWorthALook: isAwaited, isNew: isAwaited, look }
  }
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  return { changes, commit, after, turns, looks: () => looks }
}

afterEach(() => vi.useRealTimers())

it('wakes those who wait with one look, and lets states pass that they let pass without any', async () => {
  const { changes, commit, after, turns, looks } = setUp()
  commit(version(1, 'PROPOSED'))
  const waiting = [
    changes.newer('swp_1', after(1)),
    changes.newer('swp_1', after(1)),
    changes.newer('swp_1', after(1, ['ACCEPTED'])),
  ]
  await turns()
  expect(looks()).toBe(0)
  commit(version(2, 'ACCEPTED'))
  await turns()
  expect(looks()).toBe(1)
  commit(version(3, 'A_LOCKED'))
  expect((await Promise.all(waiting)).map((found) => found.version)).toEqual([2, 2, 3])
  expect(looks()).toBe(2)
})

it('looks at once at a deal of which it knows nothing, or something newer', async () => {
  const { changes, commit, after, looks } = setUp()
  expect((await changes.newer('swp_1', after(0))).version).toBe(1)
  commit(version(2, 'ACCEPTED'))
  expect((await changes.newer('swp_1', after(1))).version).toBe(2)
  expect(looks()).toBe(2)
})

it('joins no look that began before the change it was told of', async () => {
  const { changes, commit, after } = setUp()
  commit(version(1, 'PROPOSED'))
  const early = changes.newer('swp_1', after(0))
  commit(version(2, 'ACCEPTED'))
  const late = changes.newer('swp_1', after(1))
  expect([(await early).version, (await late).version]).toEqual([1, 2])
})

it('is not misled by the notice of an older version that comes late', async () => {
  const { changes, commit, after, looks, turns } = setUp()
  commit(version(3, 'A_LOCKED'))
  commit(version(2, 'ACCEPTED'))
  commit(version(3, 'A_LOCKED'))
  void changes.newer('swp_1', after(3))
  await turns()
  expect(looks()).toBe(0)
})

it('answers what there is when the wait is over, also what another process has made', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
  const { changes, commit, after, turns } = setUp()
  commit(version(1, 'PROPOSED'))
  const found = changes.newer('swp_1', after(1))
  await turns()
  vi.advanceTimersByTime(2_500)
  expect((await found).version).toBe(1)
})
