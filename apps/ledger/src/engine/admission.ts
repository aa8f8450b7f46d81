// The bounded queue in front of the ledger: so many transactions and bytes may wait for their outcome, the rest is refused at once.

export interface AdmissionLimits {
  readonly transactions: number
  readonly bytes: number
}

export const ADMISSION_LIMITS: AdmissionLimits = { transactions: 32_768, bytes: 64 * 2 ** 20 }

export class Admission {
  #transactions = 0
  #bytes = 0
  #isClosed = false

  constructor(private readonly limits: AdmissionLimits = ADMISSION_LIMITS) {}

  /** Transactions admitted and not answered. */
  get load(): number {
    return this.#transactions
  }

  /** Takes a transaction of `size` bytes into the queue, or says why it may not enter; then nothing has happened to it. */
  enter(size: number): 'queue_full' | 'stopping' | undefined {
    if (this.#isClosed) return 'stopping'
    if (this.#transactions >= this.limits.transactions) return 'queue_full'
    if (this.#bytes + size > this.limits.bytes) return 'queue_full'
    this.#transactions += 1
    this.#bytes += size
    return undefined
  }

  leave(size: number): void {
    this.#transactions -= 1
    this.#bytes -= size
  }

  /** From now on nothing enters. */
  close(): void {
    this.#isClosed = true
  }
}
