// While a seed runs, the globals by which code asks for time, chance and timers are the simulation's: code that was never written to be simulated
// is simulated all the same. Puts everything back afterwards, whatever happened.
import type { Life, Scheduler } from './scheduler.js'

/** Pauses of polling loops are stretched: a simulated hour need not poll as often as a real one, since hints wake whoever polls. */
const POLL_LONGEST_MS = 1_000
/** A longer pause is stretched like this one: what the terms count with as an outage must hold several looks. */
const STRETCHED_MS = 250

export interface AmbientOptions {
  readonly scheduler: Scheduler
  /** Whose timers the global ones are now: the hub's running life. */
  readonly life: () => Life
  readonly stretch: number
}

interface Handle {
  unref(): Handle
  ref(): Handle
  readonly cancel: () => void
}

/** Replaces the globals; the answer puts them back. */
export function takeOver({ scheduler, life, stretch }: AmbientOptions): () => void {
  const { setTimeout, clearTimeout, crypto } = globalThis
  const kept = {
    now: Date.now,
    performance: performance.now.bind(performance),
    random: Math.random,
    fill: crypto.getRandomValues.bind(crypto),
    timeout: AbortSignal.timeout,
  }
  const chance = scheduler.random.fork('Math.random')
  const plan = (run: () => void, milliseconds = 0): Handle => {
    const wait =
      milliseconds <= POLL_LONGEST_MS ? Math.max(milliseconds, Math.min(milliseconds, STRETCHED_MS) * stretch) : milliseconds
    const handle: Handle = { unref: () => handle, ref: () => handle, cancel: scheduler.in(wait, life(), run) }
    return handle
  }
  // the border: a timer handle of ours stands for the platform's opaque one
  globalThis.setTimeout = plan as unknown as typeof setTimeout
  globalThis.clearTimeout = ((handle?: Partial<Handle>) => handle?.cancel?.()) as unknown as typeof clearTimeout
  Date.now = () => Math.floor(scheduler.now)
  performance.now = () => scheduler.now
  Math.random = () => chance.unit()
  // a constant: ids are told apart by time and counter, and a generator that keeps unused bytes from seed to seed keeps nothing that differs
  crypto.getRandomValues = ((array: ArrayBufferView) => {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).fill(0)
    return array
  }) as typeof crypto.getRandomValues
  AbortSignal.timeout = (milliseconds) => {
    const controller = new AbortController()
    scheduler.in(milliseconds, life(), () => controller.abort())
    return controller.signal
  }
  return () => {
    globalThis.setTimeout = setTimeout
    globalThis.clearTimeout = clearTimeout
    Date.now = kept.now
    performance.now = kept.performance
    Math.random = kept.random
    crypto.getRandomValues = kept.fill
    AbortSignal.timeout = kept.timeout
  }
}
