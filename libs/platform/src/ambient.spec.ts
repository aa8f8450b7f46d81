import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Time } from '@huitong/primitives'
import { SandboxClock, offsetInFile, systemClock, systemEntropy } from './ambient.js'

const time = (milliseconds: number): Time => milliseconds as Time
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'huitong-clock-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('runs with the wall, ahead of it after an advance, and still ahead after a restart', () => {
  let wall = 1_000_000
  const path = join(folder, 'deep', 'clock')
  const make = (): SandboxClock => new SandboxClock(offsetInFile(path), { now: () => time(wall) })
  const clock = make()
  expect(clock.now()).toBe(1_000_000)
  expect(clock.advanceTo(time(5_000_000))).toBe(5_000_000)
  wall += 10
  expect(clock.now()).toBe(5_000_010)
  expect(make().now()).toBe(5_000_010)
})

it('never goes back', () => {
  const path = join(folder, 'clock')
  const clock = new SandboxClock(offsetInFile(path), { now: () => time(1_000_000) })
  clock.advanceTo(time(2_000_000))
  expect(clock.advanceTo(time(1_500_000))).toBe(2_000_000)
  expect(readFileSync(path, 'utf8')).toBe('1000000')
})

it('keeps the offset before it uses it', () => {
  const broken = {
    load: () => 0,
    save: () => {
      throw new Error('disk full')
    },
  }
  const clock = new SandboxClock(broken, { now: () => time(1_000) })
  expect(() => clock.advanceTo(time(2_000))).toThrow('disk full')
  expect(clock.now()).toBe(1_000)
})

it('refuses an offset that is none', () => {
  expect(() => new SandboxClock({ load: () => Number.NaN, save: () => undefined })).toThrow(/offset/)
  expect(() => new SandboxClock({ load: () => -1, save: () => undefined })).toThrow(/offset/)
})

it('tells the time and gives bytes that differ', () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000)
  expect(systemEntropy.bytes(32)).toHaveLength(32)
  expect(systemEntropy.bytes(32)).not.toEqual(systemEntropy.bytes(32))
})
