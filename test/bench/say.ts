// What the bench tells people while it works: on stderr, since stdout belongs to its lines.
const begun = performance.now()

export function say(line: string): void {
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1).padStart(7)
  process.stderr.write(`${seconds} s  ${line}\n`)
}

/** A number for people: 12345.6 becomes 12,346. */
export function figure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 2 : 4
  return value.toLocaleString('en-US', { maximumFractionDigits: digits })
}
