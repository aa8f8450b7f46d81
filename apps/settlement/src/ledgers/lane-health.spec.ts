// When a ledger takes new deals and when it does not, on a clock that the test moves.
import type { Time } from '@huitong/primitives'
import { LaneHealth, SILENCE_MS } from './lane-health.js'

const NOON = 1_900_000_000_000
const at = (milliseconds: number): Time => (NOON + milliseconds) as Time

function lane() {
  let now = 0
  const health = new LaneHealth(5_000, () => now)
  return { health, pass: (milliseconds: number) => void (now += milliseconds) }
}

it('is silent until it was read once, and again when it was not read for too long', () => {
  const { health, pass } = lane()
  expect(health.fault()).toBe('silent')
  health.heard(at(0), at(0))
  expect(health.fault()).toBeUndefined()
  pass(SILENCE_MS)
  expect(health.fault()).toBeUndefined()
  pass(1)
  expect(health.fault()).toBe('silent')
})

it('is stalled when its newest block stays old, not in the moment after a sandbox’s clock was moved', () => {
  const { health, pass } = lane()
  health.heard(at(0), at(SILENCE_MS))
  pass(10_000)
  health.heard(at(0), at(SILENCE_MS))
  expect(health.fault()).toBeUndefined()
  health.heard(at(0), at(SILENCE_MS + 1))
  pass(2_000)
  health.heard(at(0), at(SILENCE_MS + 2_001))
  expect(health.fault()).toBeUndefined()
  pass(1)
  expect(health.fault()).toBe('stalled')
  health.heard(at(SILENCE_MS), at(SILENCE_MS + 2_001))
  expect(health.fault()).toBeUndefined()
})

it('contradicts itself until it is read without fault', () => {
  const { health } = lane()
  health.heard(at(0), at(0))
  health.contradicted()
  expect(health.fault()).toBe('contradicts')
  health.heard(at(1), at(1))
  expect(health.fault()).toBeUndefined()
})

it.each([
  ['behind', -5_001],
  ['ahead', 5_001],
])('is skewed when its clock is %s by more than the margin, twice in a row', (_word, difference) => {
  const { health, pass } = lane()
  health.heard(at(0), at(0))
  const [from, to] = difference < 0 ? [at(0), at(50)] : [at(-50), at(0)]
  expect(health.said(at(difference - Math.sign(difference)), from, to)).toBe(false)
  expect(health.said(at(difference), from, to)).toBe(true)
  expect(health.fault()).toBeUndefined()
  pass(2_001)
  health.said(at(difference), from, to)
  expect(health.fault()).toBe('skewed')
  health.said(at(0), at(0), at(0))
  expect(health.fault()).toBeUndefined()
})

it('is ahead while a block of it is dated after our time', () => {
  const { health } = lane()
  health.heard(at(0), at(0))
  health.ahead(true)
  expect(health.fault()).toBe('ahead')
  health.ahead(false)
  expect(health.fault()).toBeUndefined()
})
