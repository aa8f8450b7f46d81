// How long transactions took from admission to durable, over the last minutes: a sliding window of the newest samples.
import type { FinalityFigures } from './figures.js'

const SAMPLES = 8_192
const WINDOW_MS = 5 * 60_000

export class Finality {
  readonly #tookMs = new Float64Array(SAMPLES)
  readonly #atMs = new Float64Array(SAMPLES)
  #count = 0

  /** @param atMs a monotonic time in milliseconds */
  add(tookMs: number, atMs: number): void {
    const place = this.#count++ % SAMPLES
    this.#tookMs[place] = tookMs
    this.#atMs[place] = atMs
  }

  /** Median and 99th percentile of the window; zeros while it is empty. */
  figures(nowMs: number): FinalityFigures {
    const size = Math.min(this.#count, SAMPLES)
    const recent = this.#tookMs.slice(0, size).filter((_, place) => nowMs - (this.#atMs[place] ?? 0) <= WINDOW_MS)
    recent.sort()
    return { p50Ms: quantile(recent, 0.5), p99Ms: quantile(recent, 0.99) }
  }
}

function quantile(sorted: Float64Array, share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return Math.round(value * 100) / 100
}
