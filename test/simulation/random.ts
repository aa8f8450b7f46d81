// Seeded chance: the same seed draws the same numbers for ever. Every actor draws from a stream of its own, so that leaving one out does not
// change what the others do.

/** 32-bit mixing of a text into a seed (FNV-1a and a final avalanche). */
export function mixed(seed: number, label: string): number {
  let hash = (seed ^ 0x811c9dc5) >>> 0
  for (let at = 0; at < label.length; at++) hash = Math.imul(hash ^ label.charCodeAt(at), 0x01000193) >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0
  return (hash ^ (hash >>> 16)) >>> 0
}

/** mulberry32. Not for secrets. */
export class Random {
  #state: number

  constructor(readonly seed: number) {
    this.#state = seed >>> 0
  }

  fork(label: string): Random {
    return new Random(mixed(this.seed, label))
  }

  /** In [0, 1). */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixing = this.#state
    mixing = Math.imul(mixing ^ (mixing >>> 15), mixing | 1)
    mixing ^= mixing + Math.imul(mixing ^ (mixing >>> 7), mixing | 61)
    return ((mixing ^ (mixing >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.unit() * limit)
  }

  /** A whole number in [least, most]. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  chance(probability: number): boolean {
    return this.unit() < probability
  }

  pick<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)]
    if (found === undefined) throw new RangeError('nothing to pick from')
    return found
  }
}
