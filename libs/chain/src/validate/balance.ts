// Sums a transaction's amounts per asset exactly, in plain numbers: high and low 32 bits apart. No objects on the hot path.

const TWO_32 = 2 ** 32

export class Balance {
  private count = 0
  private readonly assets: number[] = []
  private readonly high: number[] = []
  private readonly low: number[] = []

  clear(): void {
    this.count = 0
  }

  /** What comes in: inputs and issued amounts. */
  credit(asset: number, high: number, low: number): void {
    const i = this.position(asset)
    this.high[i] = (this.high[i] ?? 0) + high
    this.low[i] = (this.low[i] ?? 0) + low
  }

  /** What goes out: outputs and burnt amounts. */
  debit(asset: number, high: number, low: number): void {
    this.credit(asset, -high, -low)
  }

  /** Whether credits equal debits for every asset. A transaction has too few amounts for a sum to lose a bit. */
  isEven(): boolean {
    for (let i = 0; i < this.count; i++) {
      const low = this.low[i] ?? 0
      if (low % TWO_32 !== 0 || (this.high[i] ?? 0) + low / TWO_32 !== 0) return false
    }
    return true
  }

  private position(asset: number): number {
    for (let i = 0; i < this.count; i++) if (this.assets[i] === asset) return i
    this.assets[this.count] = asset
    this.high[this.count] = 0
    this.low[this.count] = 0
    return this.count++
  }
}
