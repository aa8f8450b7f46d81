// What happened, as lines for people and as one hash for machines: two runs of a seed are the same run if and only if their hashes are equal.

export interface TraceLine {
  /** Milliseconds of simulated time since the start. */
  readonly at: number
  readonly text: string
}

/** Lines kept: enough for every run that fails; older ones are dropped. */
const KEPT = 200_000

export class Trace {
  readonly lines: TraceLine[] = []
  #one = 0x811c9dc5
  #two = 0x1000193
  count = 0

  constructor(readonly start: number) {}

  note(now: number, text: string): void {
    const at = Math.round(now - this.start)
    this.count += 1
    this.#mix(at)
    for (let index = 0; index < text.length; index++) this.#mix(text.charCodeAt(index))
    if (this.lines.length < KEPT) this.lines.push({ at, text })
  }

  /** 16 hexadecimal digits over every line so far. */
  get hash(): string {
    return [this.#one, this.#two].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
  }

  #mix(value: number): void {
    this.#one = Math.imul(this.#one ^ value, 0x01000193) >>> 0
    this.#two = (Math.imul(this.#two, 31) + value) >>> 0
  }
}

/** `h:mm:ss.mmm` since the start. */
export function clockText(at: number): string {
  const [hours, minutes, seconds] = [Math.floor(at / 3_600_000), Math.floor(at / 60_000) % 60, Math.floor(at / 1_000) % 60]
  const pad = (value: number, digits: number): string => String(value).padStart(digits, '0')
  return `${hours}:${pad(minutes, 2)}:${pad(seconds, 2)}.${pad(at % 1_000, 3)}`
}

/** The lines that speak of one of `names`, and the faults (`!`) around them. */
export function relevant(trace: Trace, names: readonly string[]): readonly TraceLine[] {
  const short = names.filter((name) => name.length > 0)
  return trace.lines.filter(({ text }) => text.startsWith('!') || short.some((name) => text.includes(name)))
}
