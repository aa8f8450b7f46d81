// Time and randomness of real processes. A sandbox hub's clock may run ahead of the wall, never back.
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Clock, type Entropy, type Time, invariant, parseTime } from '@huitong/primitives'

export const systemClock: Clock = { now: () => timeOf(Date.now()) }

export const systemEntropy: Entropy = { bytes: (length) => new Uint8Array(randomBytes(length)) }

/** Where the offset of a sandbox clock survives a restart. */
export interface OffsetStore {
  load(): number
  save(milliseconds: number): void
}

/** The wall's time plus an offset that only grows; it is kept before it is used, so that no restart turns time back. */
export class SandboxClock implements Clock {
  #offset: number

  constructor(
    private readonly store: OffsetStore,
    private readonly wall: Clock = systemClock,
  ) {
    this.#offset = store.load()
    invariant(Number.isSafeInteger(this.#offset) && this.#offset >= 0, 'the offset of a sandbox clock is a whole number')
  }

  now(): Time {
    return timeOf(this.wall.now() + this.#offset)
  }

  /** Moves the clock to `time`; a time that is not ahead changes nothing. Answers the time it is now. */
  advanceTo(time: Time): Time {
    const ahead = time - this.now()
    if (ahead > 0) {
      this.store.save(this.#offset + ahead)
      this.#offset += ahead
    }
    return this.now()
  }
}

/** The offset in a small file, replaced whole: a crash leaves the old or the new one. */
export function offsetInFile(path: string): OffsetStore {
  return {
    load: () => (existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0),
    save: (milliseconds) => {
      mkdirSync(dirname(path), { recursive: true })
      const draft = `${path}.${process.pid}.new`
      const file = openSync(draft, 'w')
      try {
        writeSync(file, String(milliseconds))
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(draft, path)
    },
  }
}

function timeOf(milliseconds: number): Time {
  const time = parseTime(milliseconds)
  invariant(time.ok, 'the clock shows a time after 1970')
  return time.value
}
