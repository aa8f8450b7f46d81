// Numbers of the bench: medians and quantiles. Pure.

/** Values at these shares of the sorted samples; sorts in place. */
export function quantiles(samples: Float64Array, shares: readonly number[]): number[] {
  samples.sort()
  return shares.map((share) => samples[Math.min(samples.length - 1, Math.floor(samples.length * share))] ?? Number.NaN)
}

/** The middle value, or the mean of the two middle ones; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Rounded to four significant digits. */
export const rounded = (value: number): number => (Number.isFinite(value) ? Number(value.toPrecision(4)) : value)
